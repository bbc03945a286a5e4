import type { AppInput } from "../topology/app";

/** The FastAPI todo service: a REST API on port 8000 behind a token, with PostgreSQL 15. */
export const todo = {
    name: "todo",
    services: {
        api: {
            image: { context: "workloads/todo" },
            cpu: 0.5,
            memory: 1024,
            ports: { http: 8000 },
            health: { path: "/health-check" },
            scale: { min: 2, max: 10, cpuPercent: 70 },
            uses: ["db"],
            secrets: ["API_TOKEN"],
            gcp: { cpu: 1, memory: 2048, concurrency: 100, scale: { min: 1 } },
        },
    },
    databases: { db: { engine: "postgres", version: "15", backupDays: 7 } },
    network: {
        cidr: "10.0.0.0/16",
        aws: { publicSubnets: ["10.0.1.0/24", "10.0.2.0/24"], privateSubnets: ["10.0.10.0/24", "10.0.20.0/24"] },
        gcp: {
            subnets: {
                tokyo: { region: "asia-northeast1", cidr: "10.0.1.0/24" },
                osaka: { region: "asia-northeast2", cidr: "10.0.2.0/24" },
            },
        },
    },
    alarms: { cpuPercent: 80, memoryPercent: 80, errorPercent: 5, latencySeconds: 1 },
    // Lists of todos as JSON, each from one or two queries.
    traffic: { averageRequestDurationMs: 60, averageRequestCpuMs: 20, averageResponseKb: 5 },
    environments: {
        dev: {
            services: { api: { scale: { min: 1 } } },
            databases: { db: { aws: { instanceClass: "db.t3.micro" }, gcp: { tier: "db-f1-micro" } } },
        },
        prod: {
            // The new version answers smoke requests before it gets anybody's, and the old one waits beside it for a while.
            services: { api: { rollout: { strategy: "blueGreen" } } },
            databases: {
                db: {
                    highAvailability: true,
                    aws: { instanceClass: "db.r5.large" },
                    gcp: { tier: "db-custom-2-7680" },
                },
            },
        },
    },
} satisfies AppInput;
