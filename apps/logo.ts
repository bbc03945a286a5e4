import type { AppInput } from "../topology/app";

/**
 * The logo detection API: stateless, and never stopped in the middle of a request.
 *
 * `MAX_CONCURRENT_DETECTIONS` and `LOG_LEVEL` are configuration: a new value deploys the same image again.
 *
 * What its document says and what is built differ in a few figures, all of them in docs/systems.md:
 * - A stopping task has its 30 s; Cloud Run gives 10, always, so an instance there takes no more than four requests at once.
 * - Its script for blue-green on one Docker host is the platform's work; a canary is not built.
 * - Its endpoint `/git/pull`, which builds and deploys what a request asks for, is left out: whoever reaches it owns the host.
 * - An image is built when what goes into it changed, not when a file on one machine says so.
 */
export const logo = {
    name: "logo",
    services: {
        api: {
            image: { context: "workloads/logo" },
            cpu: 2,
            memory: 4096,
            ports: { http: 8000 },
            health: { path: "/api/v1/health", readyPath: "/api/v1/ready", startSeconds: 60 },
            drainSeconds: 30,
            env: { MAX_CONCURRENT_DETECTIONS: "4", LOG_LEVEL: "info" },
            // A detection keeps a core busy.
            gcp: { concurrency: 4 },
        },
    },
    traffic: { averageRequestDurationMs: 900, averageRequestCpuMs: 700, averageResponseKb: 2 },
    environments: {
        dev: { services: { api: { env: { LOG_LEVEL: "debug" } } } },
    },
} satisfies AppInput;
