import type { AppInput } from "../topology/app";

/**
 * The weather comment generator: a user interface and an API in one container, with a cache of files.
 *
 * What its document says and what is built differ in a few figures, all of them in docs/systems.md:
 * - It has one target group, for the interface. The API's port, which its security group opens as well, gets its own, and
 *   on Cloud Run, which gives a container one port, a second service of the same image.
 * - Images are deployed by digest instead of `latest`, which the topology refuses: a rollback is a deployment like any other.
 * - Its files are EFS on AWS and a mounted bucket on GCP, which has no locks; `filesystems.cache.gcp.filestore` is a server.
 * - The container gets all four API keys; the document stores four and hands on two.
 * - Development sleeps at night and at the weekend, for its budget of $50–100 a month.
 */
export const weather = {
    name: "weather",
    services: {
        app: {
            image: { context: "workloads/weather" },
            cpu: 1,
            memory: 2048,
            ports: { ui: 8501, api: 8000 },
            routes: [{}, { path: "/api/*", port: "api" }],
            health: { path: "/", intervalSeconds: 30, portPaths: { api: "/health" } },
            scale: { min: 1, max: 4, desired: 1, cpuPercent: 70, memoryPercent: 80 },
            env: { ENV: "production", MAX_PARALLEL_WORKERS: "4" },
            uses: ["api-keys"],
            mounts: { cache: "/app/cache" },
            aws: { deployment: { minimumHealthyPercent: 100, maximumPercent: 200 } },
        },
    },
    filesystems: { cache: { infrequentAccessDays: 30, aws: { throughput: "bursting" } } },
    secrets: {
        "api-keys": { keys: ["WXTECH_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "ANTHROPIC_API_KEY"] },
    },
    deployer: { github: "example/weather-comment-generator", branches: ["main"] },
    alarms: { cpuPercent: 80, memoryPercent: 80 },
    // A comment waits for weather data and a language model.
    traffic: { averageRequestDurationMs: 2000, averageRequestCpuMs: 60, averageResponseKb: 20, monthlyLogGb: 5 },
    environments: {
        dev: {
            services: {
                app: {
                    env: { ENV: "development" },
                    // Nobody asks for weather on a development system at night or at the weekend.
                    scale: { hours: { from: "08:00", to: "20:00", timeZone: "Asia/Tokyo" } },
                },
            },
        },
    },
} satisfies AppInput;
