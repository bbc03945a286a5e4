import { GB, price, second, type Case, type Part } from "./case";

const tokyo = "asia-northeast1";
const p = (id: string, region = tokyo) => price(`gcp.${id}`, region);
const run = (id: string) => price(`gcp.run.${id}`, "tier1");
/** Days of a month, on average over a year. */
const days = 365 / 12;

const service = "gcp:cloudrunv2/service:Service";
const job = "gcp:cloudrunv2/job:Job";
const schedulerJob = "gcp:cloudscheduler/job:Job";
const bucket = "gcp:storage/bucket:Bucket";
const firestore = "gcp:firestore/database:Database";
const workflow = "gcp:workflows/workflow:Workflow";
const topic = "gcp:pubsub/topic:Topic";
const backendBucket = "gcp:compute/backendBucket:BackendBucket";

/** A job of 1 vCPU and 2 GiB. */
const runs = (more: Part[] = []): Part[] => [
    {
        type: job,
        inputs: {
            template: {
                template: { containers: [{ resources: { limits: { cpu: "1", memory: "2048Mi" } } }] },
            },
        },
    },
    ...more,
];
const ran = (seconds: number) => ({
    "vCPU of runs": seconds * run("instance.vcpu_second"),
    "Memory of runs": seconds * 2 * run("instance.gib_second"),
});
/** A request that sets the minimum of a service, by cron. */
const sets = (minInstanceCount: number, schedule: string): Part => ({
    type: schedulerJob,
    name: `sets-${minInstanceCount}`,
    inputs: {
        schedule,
        httpTarget: { body: Buffer.from(JSON.stringify({ scaling: { minInstanceCount } })).toString("base64") },
    },
    from: { httpTarget: `${service} x` },
});

/** What the other systems need: jobs, rotation, two regions, recovery, files, and hours. */
export const roles: Case[] = [
    {
        type: service,
        shows: "its minimum in its hours, twelve on five days",
        resources: [
            {
                type: service,
                inputs: {
                    scaling: { minInstanceCount: 2 },
                    template: { containers: [{ resources: { limits: { cpu: "1", memory: "2Gi" }, cpuIdle: true } }] },
                },
            },
            sets(2, "0 8 * * mon,tue,wed,thu,fri"),
            sets(0, "0 20 * * mon,tue,wed,thu,fri"),
        ],
        costs: {
            "vCPU while idle": 2 * (60 / 168) * second * run("idle.vcpu_second"),
            "Memory while idle": 2 * (60 / 168) * second * 2 * run("idle.gib_second"),
        },
    },
    {
        type: schedulerJob,
        shows: "each, however often it runs",
        resources: [{ type: schedulerJob, inputs: { schedule: "* * * * *" } }],
        costs: { Schedule: p("scheduler.job_month", "global") },
    },
    {
        type: job,
        shows: "what runs every ten minutes on weekdays, at the price of instances",
        resources: runs([
            {
                type: schedulerJob,
                name: "schedule",
                inputs: { schedule: "*/10 * * * 1-5" },
                from: { httpTarget: `${job} x` },
            },
        ]),
        usage: { averageJobSeconds: 120 },
        costs: ran(144 * days * (5 / 7) * 120),
    },
    {
        type: job,
        shows: "a run at each build where nothing starts it, of a minute at least",
        resources: runs(),
        usage: { monthlyBuilds: 10, averageJobSeconds: 5 },
        costs: ran(600),
    },
    {
        type: job,
        shows: "as many runs as are said",
        resources: runs(),
        usage: { monthlyBuilds: 10, monthlyJobRuns: 20 },
        costs: ran(1200),
    },
    {
        type: workflow,
        shows: "its steps for each new version of each secret that says so",
        resources: [
            {
                type: workflow,
                inputs: { sourceContents: JSON.stringify({ main: { steps: [{ check: {} }, { a: {} }, { b: {} }] } }) },
            },
            {
                type: "gcp:eventarc/trigger:Trigger",
                name: "trigger",
                from: { destination: `${workflow} x`, transport: `${topic} news` },
            },
            { type: topic, name: "news" },
            ...["a", "b"].map((name) => ({
                type: "gcp:secretmanager/secret:Secret",
                name,
                from: { topics: `${topic} news` },
            })),
        ],
        usage: { monthlySecretChanges: 500 },
        costs: { Steps: 3 * p("workflows.internal_1k", "global") },
    },
    {
        type: bucket,
        shows: "both of two regions, and what passes between them",
        resources: [{ type: bucket, inputs: { location: "ASIA1", rpo: "DEFAULT" } }],
        usage: { bucketStorageGb: 100, monthlyBucketWrites: 5000, monthlyBucketReads: 1e6, dailyChangePercent: 2 },
        costs: {
            "Storage, two regions": 200 * p("gcs.dual_region_gb_month"),
            "Data to the other region": 60 * p("gcs.replication_gb"),
            Writes: 5 * p("gcs.dual_region_class_a_1k", "global"),
            Reads: 1000 * p("gcs.class_b_1k"),
        },
    },
    {
        type: bucket,
        shows: "what a service mounts as files, some of which nobody has read for long",
        resources: [
            { type: bucket, inputs: { autoclass: { enabled: true, terminalStorageClass: "NEARLINE" } } },
            { type: service, name: "api", inputs: { template: { volumes: [{ gcs: { bucket: "${x.name}" } }] } } },
        ],
        usage: {
            fileStorageGb: 40,
            bucketStorageGb: 7,
            monthlyBucketWrites: 1000,
            monthlyBucketReads: 1000,
            infrequentAccessPercent: 75,
        },
        costs: {
            Storage: 10 * p("gcs.standard_gb_month"),
            "Storage, Nearline": 30 * p("gcs.nearline_gb_month"),
            Writes: p("gcs.class_a_1k"),
            Reads: p("gcs.class_b_1k"),
        },
    },
    {
        type: firestore,
        shows: "recovery to a point in time: the data, and a week of changes",
        resources: [{ type: firestore, inputs: { pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED" } }],
        usage: { monthlyTableReads: 0, monthlyTableWrites: 0, tableStorageGb: 100, dailyChangePercent: 2 },
        costs: {
            Storage: 100 * p("firestore.storage_gib_month"),
            "Point-in-time recovery": 114 * p("firestore.pitr_gib_month"),
        },
    },
    {
        type: backendBucket,
        shows: "its part of what two caches give out",
        resources: [
            { type: backendBucket, inputs: { enableCdn: true } },
            { type: "gcp:compute/backendService:BackendService", name: "other", inputs: { enableCdn: true } },
            { type: service, name: "api" },
        ],
        usage: { monthlyRequests: 2 * GB, averageResponseKb: 100, cdnPercent: 100, cacheHitPercent: 90 },
        costs: {
            "Cache egress": 100 * p("cdn.egress_gb", "asia_pacific"),
            "Cache fill": 10 * p("cdn.cache_fill_gb", "asia_pacific"),
            "Cache lookups": (GB / 10_000) * p("cdn.lookups_10k", "global"),
        },
    },
    {
        type: backendBucket,
        shows: "nothing without a cache",
        resources: [{ type: backendBucket, inputs: { enableCdn: false } }],
        usage: { monthlyRequests: GB },
        costs: {},
    },
];
