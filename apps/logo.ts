import type { AppInput } from "../topology/app";

/**
 * The logo detection API: stateless, and never stopped in the middle of a request.
 *
 * `MAX_CONCURRENT_DETECTIONS` and `LOG_LEVEL` are configuration: a new value deploys the same image again.
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
