import type { AppInput } from "../topology/app";

/**
 * The fact checker: FastAPI on port 80 with one table, built for quick deployments.
 *
 * What its document says and what is built differ in a few figures, all of them in docs/systems.md:
 * - It stops every old task before it starts a new one (`minimumHealthyPercent: 0`). That is kept in dev, where an outage is
 *   nobody's loss; elsewhere new tasks come first, and prod refuses less than 50.
 * - Its container check needs curl in the image; here the image's own Python asks. An image with curl says so in
 *   `health.container.command`.
 * - Half a vCPU becomes a whole one on Cloud Run, which serves one request at a time below that.
 * - Failed and slow deployments are told by e-mail (`alarms.emails`) instead of Slack.
 * - A hotswap changes what runs behind the template's back; there is none.
 */
export const factify = {
    name: "factify",
    services: {
        api: {
            image: { context: "workloads/factify" },
            cpu: 0.5,
            memory: 1024,
            ports: { http: 80 },
            health: {
                path: "/health",
                intervalSeconds: 30,
                timeoutSeconds: 10,
                container: {
                    command: ["python", "-m", "healthcheck"],
                    intervalSeconds: 30,
                    timeoutSeconds: 10,
                    retries: 3,
                    startSeconds: 60,
                },
            },
            scale: { max: 4 },
            uses: ["facts"],
            aws: { deployment: { maximumPercent: 200, circuitBreaker: true, rollback: true } },
            gcp: { cpu: 1, memory: 1024 },
        },
    },
    tables: { facts: { partitionKey: { name: "id" } } },
    // A deployment that takes longer than a quarter of an hour is to be looked into.
    alarms: { deploymentMinutes: 15 },
    traffic: { averageRequestDurationMs: 80, averageRequestCpuMs: 25, averageResponseKb: 4 },
    environments: {
        dev: { services: { api: { aws: { deployment: { minimumHealthyPercent: 0 } } } } },
        prod: { services: { api: { aws: { deployment: { minimumHealthyPercent: 100 } } } } },
    },
} satisfies AppInput;
