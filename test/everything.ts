import type { AppInput } from "../topology/app";

/** An app with a part of every kind, so that every field of the topology can be overridden. */
export const everything = {
    name: "all",
    services: {
        web: {
            image: { reference: "registry.example.com/web:1" },
            ports: { http: 80, admin: 81 },
            routes: [{}, { path: "/admin/*", port: "admin" }],
            health: { path: "/" },
            smoke: [{ path: "/shop?page=2", status: 200, contains: "Shop" }],
            uses: ["db", "legacy", "redis", "sessions", "facts", "assets", "mail", "keys"],
            calls: ["back"],
            mounts: { files: "/files" },
            env: {
                BROKER_URL: "${redis.url}/0",
                JDBC_URL: "jdbc:postgresql://${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
                STORE_PASSWORD: "${db.password}",
                TEMPLATE: "$${name}",
                UPSTREAM: "${back.url}/v1",
            },
        },
        back: {
            image: { reference: "registry.example.com/back:1" },
            entrypoint: ["/init"],
            workingDirectory: "/app",
            command: ["serve", "--all"],
            ports: { http: 8080 },
            routes: [],
            health: { path: "/" },
        },
        rpc: {
            image: { reference: "registry.example.com/rpc:1" },
            ports: { grpc: { port: 50051, protocol: "grpc" } },
            routes: [],
            sidecars: { envoy: { image: { reference: "registry.example.com/envoy:1" }, ingress: true } },
        },
        work: {
            image: { reference: "registry.example.com/back:1" },
            command: ["work"],
            secretFiles: {
                "/run/secrets/keys/api": "${keys.API_KEY}",
                "/run/secrets/smtp/password": "SMTP_PASSWORD",
            },
            uses: ["db", "redis", "keys"],
            mounts: { files: "/files" },
            sidecars: {
                agent: {
                    image: { reference: "registry.example.com/agent:1" },
                    entrypoint: ["/agent"],
                    workingDirectory: "/agent",
                    command: ["watch"],
                    env: { TOKEN: "${keys.API_KEY}", CACHE: "${redis.url}/2" },
                    mounts: { files: "/files" },
                },
            },
        },
    },
    databases: { db: {}, legacy: { engine: "mysql" } },
    caches: { redis: {}, sessions: { engine: "memcached" } },
    tables: { facts: { partitionKey: { name: "id" } } },
    buckets: { assets: {} },
    queues: { mail: {} },
    filesystems: { files: {} },
    secrets: { keys: { keys: ["API_KEY"] } },
    jobs: { clean: { service: "back", command: ["clean"], run: "schedule", cron: "0 3 * * *" } },
} satisfies AppInput;

/** What any app may override, right as it is. */
const common = () => ({
    network: {
        cidr: "10.0.0.0/16",
        nat: "single",
        gcp: { subnets: { tokyo: { region: "asia-northeast1", cidr: "10.0.1.0/24" } } },
    },
    firewall: {
        enabled: true,
        rateLimit: { requests: 500, windowSeconds: 60 },
        countries: { allow: ["JP"] },
        largeBodies: "block",
        exclude: [{ rule: "xss", path: "/api/*" }, { rule: "large-body" }],
        gcp: { sensitivity: 2 },
    },
    alarms: {
        enabled: true,
        emails: ["ops@example.com"],
        latencySeconds: 2,
        latencyPercentile: 99,
        averageLatencySeconds: 0.5,
        cpuMinutes: 10,
        deploymentMinutes: 15,
    },
    domain: { alternativeNames: ["*.example.com"], redirects: ["www.example.com"] },
    logs: { retentionDays: 30 },
    tracing: { enabled: true, samplePercent: 5 },
    tags: { team: "web" },
});

/** Overrides of nearly everything, right as they are, to break in one place or several. */
export const full: Record<string, () => object> = {
    todo: () => ({
        services: {
            api: {
                cpu: 1,
                memory: 2048,
                image: { reference: "registry.example.com/todo:1" },
                health: { path: "/health-check", intervalSeconds: 30, timeoutSeconds: 5 },
                scale: { min: 2, max: 4, cpuPercent: 60 },
                routes: [{ path: "/*" }],
                env: { LOG_LEVEL: "info" },
                secrets: ["API_TOKEN"],
                uses: ["db"],
                ports: { http: 8000 },
                aws: { architecture: "arm64", spot: false },
                gcp: { cpu: 1, memory: 2048, scale: { min: 2 }, concurrency: 50, cpuBilling: "instance" },
            },
        },
        databases: {
            db: {
                version: "16",
                storage: 50,
                maxStorage: 200,
                replicas: 1,
                aws: { instanceClass: "db.t4g.small" },
                gcp: { tier: "db-g1-small" },
            },
        },
        ...common(),
    }),
    everything: () => ({
        services: {
            web: {
                health: {
                    path: "/live",
                    readyPath: "/ready",
                    portPaths: { admin: "/up" },
                    container: { command: ["check"], intervalSeconds: 30, timeoutSeconds: 10 },
                },
                scale: {
                    min: 2,
                    max: 6,
                    desired: 3,
                    memoryPercent: 80,
                    requestsPerTarget: 1000,
                    backlog: { queue: "mail", perInstance: 100 },
                    cooldowns: { cpu: { outSeconds: 60, inSeconds: 600 } },
                    hours: {
                        from: "08:00",
                        to: "20:00",
                        days: ["mon", "fri"],
                        timeZone: "Asia/Tokyo",
                        outside: { min: 1, max: 2 },
                    },
                },
                drainSeconds: 60,
                stickySessions: true,
                timeoutSeconds: 100,
                maxBodyMb: 20,
                routes: [{ path: "/*" }, { path: "/admin/*", port: "admin", host: "admin.example.com" }],
                uses: ["db", "redis", "mail"],
                calls: ["back"],
                mounts: { files: "/app/files" },
                aws: {
                    spot: true,
                    onDemand: { base: 1, weight: 1 },
                    deployment: { minimumHealthyPercent: 50, maximumPercent: 150 },
                },
            },
            work: {
                health: { container: { command: ["alive"] } },
                scale: { min: 1, max: 3, hours: { from: "08:00", to: "20:00" } },
                sidecars: { agent: { gcp: { cpu: 0.25, memory: 128 } } },
            },
        },
        caches: { redis: { highAvailability: true, aws: { nodeType: "cache.m7g.large" }, gcp: { memory: 2 } } },
        tables: {
            facts: {
                sortKey: { name: "at", type: "number" },
                indexes: { "by-time": { partitionKey: { name: "at", type: "number" } } },
                ttl: "expires",
            },
        },
        buckets: {
            assets: {
                expireDays: 90,
                replicate: true,
                aws: { replicaRegion: "us-west-2" },
                gcp: { secondRegion: "asia-northeast2" },
            },
        },
        queues: { mail: { visibilitySeconds: 60, retentionDays: 7, maxReceives: 10, fifo: true } },
        filesystems: { files: { infrequentAccessDays: 30, owner: 0, backup: false, gcp: { filestore: {} } } },
        secrets: {
            keys: {
                keys: ["API_KEY", "OTHER_KEY"],
                formats: { OTHER_KEY: { format: "hex", bytes: 32 } },
                redeploy: false,
            },
        },
        jobs: { clean: { cron: "*/10 * * * 1-5", timeZone: "Asia/Tokyo", retries: 2 } },
        cdn: {
            host: "cdn.example.com",
            origins: { app: { service: "web" }, files: { bucket: "assets", path: "/static" } },
            behaviors: [{ path: "/assets/*", origin: "files" }, { path: "*.js" }],
        },
        deployer: { github: "example/all", branches: ["main"] },
        pipeline: {
            repository: "example/all",
            folder: "infra",
            approval: true,
            aws: { state: "s3://example-state?region=us-east-1" },
            gcp: { authorized: true, state: "gs://example-state" },
        },
        ...common(),
    }),
};

/** Two services that call each other, which `everything` has none of: what is changed in it would otherwise meet a circle each time. */
export const bothWays = {
    name: "both",
    services: {
        api: {
            image: { reference: "registry.example.com/api:1" },
            ports: { http: 8080 },
            health: { path: "/" },
            calls: ["chat"],
        },
        chat: {
            image: { reference: "registry.example.com/chat:1" },
            ports: { http: 3000 },
            routes: [],
            health: { path: "/" },
            calls: ["api"],
        },
    },
} satisfies AppInput;
