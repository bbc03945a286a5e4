import type { AppInput, Refinement } from "../topology/app";

/** Names of one environment: its API, which is the domain, its site and its CDN. */
const names = (zone: string): Refinement => ({
    domain: { name: `api.${zone}`, zone: "morrow.app", alternativeNames: [`*.${zone}`] },
    services: {
        backend: { routes: [{ host: `api.${zone}` }] },
        frontend: { routes: [{ host: `www.${zone}` }] },
    },
    cdn: {
        host: `cdn.${zone}`,
        origins: { static: { service: "backend", path: "/static" } },
        behaviors: [{ path: "*.js" }, { path: "*.css" }, { path: "*.png" }],
    },
});

/** Of both services: a target on CPU and one on requests, each with its own pace. */
const scale = {
    min: 2,
    max: 10,
    desired: 3,
    cpuPercent: 70,
    requestsPerTarget: 1000,
    cooldowns: {
        cpu: { outSeconds: 300, inSeconds: 600 },
        requests: { outSeconds: 180, inSeconds: 300 },
    },
} satisfies AppInput["services"][string]["scale"];

/** The document's shares, watched by the figures of its alarms below. */
const rollout = {
    strategy: "canary",
    steps: [5, 50],
    stepMinutes: 5,
} satisfies AppInput["services"][string]["rollout"];
const rolling = { rollout: { strategy: "rolling" } } as const;

/**
 * Morrow: a Go API and a site before it, with PostgreSQL, Redis, a bucket and a CDN. Staging and production are in the
 * cloud; development is the same topology on a laptop (`cloud: local`).
 *
 * What its document says and what is built differ in a few figures, all of them in docs/systems.md:
 * - It signs CI in with static keys; the deployer here has none, and each branch deploys its own environment alone.
 * - It scales at 1,000 requests without a unit: taken as requests a minute to one task, which is what AWS measures.
 * - It warns at 80 connections in one place and at 80 % of them in another: taken as percent.
 * - It shows blue-green and canary deployments (5 %, 50 %, 100 %) beside each other: both services have the canary, watched by
 *   the thresholds of its alarms. How long each step is watched it does not say: five minutes, the period of its alarms.
 * - Images are deployed by digest instead of `latest`.
 */
export const morrow = {
    name: "morrow",
    services: {
        backend: {
            image: { context: "workloads/morrow/backend" },
            cpu: 1,
            memory: 2048,
            ports: { http: 8080 },
            health: { path: "/health", readyPath: "/ready", intervalSeconds: 30, timeoutSeconds: 5 },
            scale,
            rollout,
            uses: ["db", "redis", "assets"],
        },
        frontend: {
            image: { context: "workloads/morrow/frontend" },
            cpu: 1,
            memory: 2048,
            ports: { http: 3000 },
            health: { path: "/health" },
            scale,
            rollout,
            calls: ["backend"],
        },
    },
    databases: { db: { engine: "postgres", version: "15", backupDays: 7 } },
    caches: { redis: { engine: "redis", version: "7" } },
    buckets: { assets: { versioned: true } },
    // The schema is brought up to date before a new version gets traffic.
    jobs: { migrate: { service: "backend", command: ["/app/backend", "migrate"], run: "deployment" } },
    firewall: { enabled: true },
    deployer: { github: "example/morrow" },
    alarms: {
        errorPercent: 1,
        latencyPercentile: 99,
        latencySeconds: 0.5,
        averageLatencySeconds: 0.2,
        cpuPercent: 80,
        cpuMinutes: 10,
        databaseConnectionsPercent: 80,
    },
    traffic: { averageRequestDurationMs: 80, averageRequestCpuMs: 20, averageResponseKb: 12 },
    environments: {
        // On a laptop there is one of each, and no name to certify.
        dev: {
            services: {
                backend: {
                    routes: [{ path: "/api/*" }, { path: "/static/*" }],
                    scale: { min: 1, desired: 1 },
                    ...rolling,
                },
                frontend: { routes: [{}], scale: { min: 1, desired: 1 }, ...rolling },
            },
            firewall: { enabled: false },
        },
        // A workflow of one branch cannot touch what the other deploys.
        staging: { ...names("staging.morrow.app"), deployer: { branches: ["develop"] } },
        prod: { ...names("morrow.app"), deployer: { branches: ["main"] } },
    },
} satisfies AppInput;
