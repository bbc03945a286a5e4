import { GB, price, type Case, type Part } from "./case";

const tokyo = "asia-northeast1";
const p = (id: string, region = tokyo) => price(`gcp.${id}`, region);
const hours = 730;

const service = "gcp:cloudrunv2/service:Service";
const sql = "gcp:sql/databaseInstance:DatabaseInstance";
const logs = "gcp:logging/projectBucketConfig:ProjectBucketConfig";
const secret = "gcp:secretmanager/secretVersion:SecretVersion";
const alert = "gcp:monitoring/alertPolicy:AlertPolicy";
const one = (type: string, inputs: object = {}): Part[] => [{ type, inputs: { ...inputs } }];
const database = (settings: object, more: object = {}): Part[] =>
    one(sql, { databaseVersion: "POSTGRES_15", settings: { diskSize: 20, diskType: "PD_SSD", ...settings }, ...more });
const backup = { backupConfiguration: { enabled: true, backupRetentionSettings: { retainedBackups: 7 } } };

/** What holds data, what guards it, and what is written about it. */
export const data: Case[] = [
    {
        type: sql,
        shows: "a shared core in one zone, and all of its backups",
        resources: database({ tier: "db-f1-micro", ...backup }),
        costs: {
            "db-f1-micro": hours * p("sql.f1_micro.zonal_hour"),
            Storage: 20 * p("sql.ssd.zonal_gb_month"),
            Backups: 20 * 1.07 * p("sql.backup_gb_month"),
        },
    },
    {
        type: sql,
        shows: "vCPUs and memory twice over where a standby stands by, and storage that has grown",
        resources: database({ tier: "db-custom-4-15360", availabilityType: "REGIONAL" }),
        usage: { storageGb: 50 },
        costs: {
            "vCPU, two zones": 4 * 2 * hours * p("sql.vcpu.zonal_hour"),
            "Memory, two zones": 15 * 2 * hours * p("sql.ram.zonal_gb_hour"),
            "Storage, two zones": 50 * p("sql.ssd.regional_gb_month"),
        },
    },
    {
        type: sql,
        shows: "the older names of tiers",
        resources: database({ tier: "db-n1-standard-2" }),
        costs: {
            vCPU: 2 * hours * p("sql.vcpu.zonal_hour"),
            Memory: 7.5 * hours * p("sql.ram.zonal_gb_hour"),
            Storage: 20 * p("sql.ssd.zonal_gb_month"),
        },
    },
    {
        type: sql,
        shows: "a replica without backups of its own, and a tier with a shared core",
        resources: [
            ...database({ tier: "db-g1-small" }).map((part) => ({ ...part, name: "source" })),
            ...database({ tier: "db-g1-small", ...backup }).map((part) => ({
                ...part,
                from: { masterInstanceName: `${sql} source` },
            })),
        ],
        costs: { "db-g1-small": hours * p("sql.g1_small.zonal_hour"), Storage: 20 * p("sql.ssd.zonal_gb_month") },
    },
    {
        type: sql,
        shows: "what it can where the tier is unknown",
        resources: database({ tier: "db-perf-1" }),
        costs: { Storage: 20 * p("sql.ssd.zonal_gb_month") },
        unpriced: /tier db-perf-1 has no price/,
    },
    {
        type: "gcp:artifactregistry/repository:Repository",
        shows: "what is kept",
        resources: one("gcp:artifactregistry/repository:Repository"),
        usage: { imageGb: 7, monthlyBuilds: 10 },
        costs: { Images: 7 * p("artifact_registry.gb_month", "global") },
    },
    {
        type: "gcp:artifactregistry/repository:Repository",
        shows: "a scan of every image where the project scans",
        resources: [
            ...one("gcp:artifactregistry/repository:Repository"),
            {
                type: "gcp:projects/service:Service",
                name: "api",
                inputs: { service: "containerscanning.googleapis.com" },
            },
        ],
        usage: { imageGb: 1, monthlyBuilds: 10 },
        costs: {
            Images: p("artifact_registry.gb_month", "global"),
            "Vulnerability scans": 10 * p("artifact_analysis.image_scan", "global"),
        },
    },
    {
        type: "gcp:storage/bucket:Bucket",
        shows: "storage and operations",
        resources: one("gcp:storage/bucket:Bucket"),
        usage: { bucketStorageGb: 100, monthlyBucketWrites: 50_000, monthlyBucketReads: 2e6 },
        costs: {
            Storage: 100 * p("gcs.standard_gb_month"),
            Writes: 50 * p("gcs.class_a_1k"),
            Reads: 2000 * p("gcs.class_b_1k"),
        },
    },
    ...(
        [
            ["basic", 1, "m1"],
            ["basic", 4, "m1"],
            ["standard", 5, "m2"],
            ["standard", 10, "m2"],
            ["basic", 11, "m3"],
            ["basic", 35, "m3"],
        ] as const
    ).map(([tier, gib, capacity]): Case => ({
        type: "gcp:redis/instance:Instance",
        shows: `${gib} GiB ${tier} in its capacity tier`,
        resources: one("gcp:redis/instance:Instance", {
            tier: tier === "standard" ? "STANDARD_HA" : "BASIC",
            memorySizeGb: gib,
        }),
        costs: { [`Redis ${tier}`]: gib * hours * p(`redis.${tier}.${capacity}_gb_hour`) },
    })),
    {
        type: "gcp:memcache/instance:Instance",
        shows: "nodes of memcached, whose prices nobody but Google publishes",
        resources: one("gcp:memcache/instance:Instance", {
            nodeCount: 2,
            nodeConfig: { cpuCount: 2, memorySizeMb: 4096 },
        }),
        costs: {},
        unpriced: /gcp\.memcached\.vcpu_hour has no price.*gcp\.memcached\.gb_hour has no price/s,
    },
    {
        type: "gcp:memcache/instance:Instance",
        shows: "nodes of memcached, by prices of one's own",
        resources: one("gcp:memcache/instance:Instance", {
            nodeCount: 2,
            nodeConfig: { cpuCount: 2, memorySizeMb: 4096 },
        }),
        own: ["gcp.memcached.vcpu_hour=0.05", "gcp.memcached.gb_hour=0.01"],
        costs: { vCPU: 2 * 2 * hours * 0.05, Memory: 2 * 4 * hours * 0.01 },
    },
    {
        type: "gcp:filestore/instance:Instance",
        shows: "what is provisioned",
        resources: one("gcp:filestore/instance:Instance", { tier: "BASIC_SSD", fileShares: { capacityGb: 2560 } }),
        costs: { Storage: 2560 * p("filestore.basic_ssd_gb_month") },
    },
    {
        type: "gcp:pubsub/subscription:Subscription",
        shows: "what comes in and goes out, a KB a message at least",
        resources: one("gcp:pubsub/subscription:Subscription", { deadLetterPolicy: { maxDeliveryAttempts: 5 } }),
        usage: { monthlyQueueMessages: 3e9, averageMessageKb: 0.5 },
        costs: { "Messages, in and out": ((3e9 * 2) / GB / 1024) * p("pubsub.tib", "global") },
    },
    {
        type: "gcp:pubsub/subscription:Subscription",
        shows: "nothing of a dead-letter subscription",
        resources: one("gcp:pubsub/subscription:Subscription"),
        costs: {},
    },
    {
        type: "gcp:firestore/database:Database",
        shows: "reads, writes, storage",
        resources: one("gcp:firestore/database:Database"),
        usage: { monthlyTableReads: 3e6, monthlyTableWrites: 2e6, tableStorageGb: 12 },
        costs: {
            Reads: 30 * p("firestore.reads_100k"),
            Writes: 20 * p("firestore.writes_100k"),
            Storage: 12 * p("firestore.storage_gib_month"),
        },
    },
    {
        type: logs,
        shows: "what services log, an entry of Cloud Run and of the load balancer a request, databases; 30 days included",
        resources: [
            ...one(logs, { retentionDays: 90 }),
            { type: service, name: "api" },
            {
                type: "gcp:compute/backendService:BackendService",
                name: "b",
                inputs: { logConfig: { enable: true, sampleRate: 0.5 } },
            },
            ...database({ tier: "db-f1-micro" }).map((part) => ({ ...part, name: "db" })),
        ],
        usage: { monthlyRequests: 2 * GB, averageLogKb: 3, averageAccessLogKb: 1, monthlyDatabaseLogGb: 1 },
        // 6 GB of services, 3 GB of access, 1 GB of the database.
        costs: {
            Ingestion: 10 * p("logging.ingest_gib", "global"),
            "Retention beyond 30 days": 10 * 2 * p("logging.retention_gib_month", "global"),
        },
    },
    {
        type: logs,
        shows: "an entry of the audit log each time a secret is read, where reading is audited",
        resources: [
            ...one(logs, { retentionDays: 30 }),
            {
                type: "gcp:projects/iAMAuditConfig:IAMAuditConfig",
                name: "audit",
                inputs: { service: "secretmanager.googleapis.com", auditLogConfigs: [{ logType: "DATA_READ" }] },
            },
            { type: "gcp:secretmanager/secretVersion:SecretVersion", name: "a" },
            { type: "gcp:secretmanager/secretVersion:SecretVersion", name: "b" },
        ],
        usage: { monthlySecretAccesses: GB, averageAuditLogKb: 3 },
        costs: { Ingestion: 2 * 3 * p("logging.ingest_gib", "global") },
    },
    {
        type: logs,
        shows: "no audit log of secrets where only their changes are audited",
        resources: [
            ...one(logs, { retentionDays: 30 }),
            {
                type: "gcp:projects/iAMAuditConfig:IAMAuditConfig",
                name: "audit",
                inputs: { service: "secretmanager.googleapis.com", auditLogConfigs: [{ logType: "ADMIN_READ" }] },
            },
            { type: "gcp:secretmanager/secretVersion:SecretVersion", name: "a" },
        ],
        usage: { monthlySecretAccesses: GB },
        costs: {},
    },
    {
        type: alert,
        shows: "a reference for each metric, two for a ratio, for nothing as yet",
        resources: one(alert, {
            conditions: [
                { conditionThreshold: { filter: "a", denominatorFilter: "b" } },
                { conditionThreshold: { filter: "a" } },
            ],
        }),
        costs: { "Metric references": 3 * p("monitoring.alert_metric_ref_month", "global") },
        quantities: { "Metric references": 3 },
    },
    {
        type: secret,
        shows: "a version in each of its places, and who reads it",
        resources: [
            ...one(secret).map((part) => ({ ...part, from: { secret: "gcp:secretmanager/secret:Secret s" } })),
            {
                type: "gcp:secretmanager/secret:Secret",
                name: "s",
                inputs: { replication: { userManaged: { replicas: [{}, {}] } } },
            },
        ],
        usage: { monthlySecretAccesses: 30_000 },
        costs: {
            "Secret version": 2 * p("secret.version_month", "global"),
            Accesses: 3 * p("secret.access_10k", "global"),
        },
    },
    {
        type: "gcp:kms/cryptoKey:CryptoKey",
        shows: "a version and who uses it",
        resources: one("gcp:kms/cryptoKey:CryptoKey"),
        usage: { monthlyKeyRequests: 50_000 },
        costs: { "Key version": p("kms.key_version_month", "global"), Operations: 5 * p("kms.ops_10k", "global") },
    },
];
