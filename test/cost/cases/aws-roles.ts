import { GB, price, tiers, type Case, type Part } from "./case";

const tokyo = "ap-northeast-1";
const p = (id: string, region = tokyo) => price(`aws.${id}`, region);
const hours = 730;
/** Days of a month, on average over a year. */
const days = 365 / 12;

const service = "aws:ecs/service:Service";
const definition = "aws:ecs/taskDefinition:TaskDefinition";
const target = "aws:appautoscaling/target:Target";
const action = "aws:appautoscaling/scheduledAction:ScheduledAction";
const machine = "aws:sfn/stateMachine:StateMachine";
const bucket = "aws:s3/bucket:Bucket";
const replication = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
const files = "aws:efs/fileSystem:FileSystem";
const backup = "aws:efs/backupPolicy:BackupPolicy";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
const table = "aws:dynamodb/table:Table";
const cdn: Part = { type: "aws:cloudfront/distribution:Distribution", name: "cdn" };

/** A service of 1 vCPU and 2 GB whose limits two scheduled actions set. */
const byHours = (begin: [string, number, number], end: [string, number, number], inputs: object = {}): Part[] => [
    { type: definition, name: "task", inputs: { cpu: "1024", memory: "2048" } },
    { type: service, inputs: { desiredCount: 1, ...inputs }, from: { taskDefinition: `${definition} task` } },
    {
        type: target,
        name: "range",
        inputs: { minCapacity: 1, maxCapacity: 4 },
        from: { resourceId: `${service} x` },
    },
    ...[begin, end].map(([schedule, minCapacity, maxCapacity], index): Part => ({
        type: action,
        name: `action-${index}`,
        inputs: { schedule, scalableTargetAction: { minCapacity, maxCapacity } },
        from: { resourceId: `${target} range` },
    })),
];

/** A state machine of so many states, the first of which runs a task of 0.5 vCPU and 1 GB. */
const job = (states: number, more: Part[] = [], from: Record<string, string> = {}): Part[] => [
    { type: definition, name: "task", inputs: { cpu: "512", memory: "1024" } },
    {
        type: machine,
        inputs: {
            definition: JSON.stringify({
                States: Object.fromEntries(
                    Array.from({ length: states }, (_, index) => [
                        `s${index}`,
                        { Resource: `arn:aws:states:::${index ? "aws-sdk:ecs:updateService" : "ecs:runTask.sync"}` },
                    ]),
                ),
            }),
        },
        from: { definition: `${definition} task`, ...from },
    },
    ...more,
];
const scheduled = (scheduleExpression: string): Part => ({
    type: "aws:scheduler/schedule:Schedule",
    name: "schedule",
    inputs: { scheduleExpression },
    from: { target: `${machine} x` },
});
/** USD for the tasks of a job that run for so many hours together. */
const ran = (time: number) => ({
    "vCPU of runs": time * 0.5 * p("fargate.x86.vcpu_hour"),
    "Memory of runs": time * p("fargate.x86.gb_hour"),
});

/** What the other systems need: jobs, rotation, copies, backups, a CDN, and hours. */
export const roles: Case[] = [
    {
        type: service,
        shows: "nothing outside its hours, twelve on five days",
        resources: byHours(["cron(0 8 ? * MON-FRI *)", 1, 4], ["cron(0 20 ? * MON-FRI *)", 0, 0]),
        costs: {
            vCPU: (60 / 168) * hours * p("fargate.x86.vcpu_hour"),
            Memory: (60 / 168) * hours * 2 * p("fargate.x86.gb_hour"),
        },
    },
    {
        type: service,
        shows: "less outside its hours, over midnight and the end of the week",
        // Three tasks from 22 to 2 every day, else one.
        resources: byHours(["cron(0 22 * * ? *)", 3, 4], ["cron(0 2 * * ? *)", 1, 1]),
        costs: {
            vCPU: (3 * (4 / 24) + 20 / 24) * hours * p("fargate.x86.vcpu_hour"),
            Memory: (3 * (4 / 24) + 20 / 24) * hours * 2 * p("fargate.x86.gb_hour"),
        },
    },
    {
        type: service,
        shows: "a first task on demand, and the others by weight, in each part of its hours",
        // Five tasks half of the time: one is the base, a quarter of the other four besides; then one.
        resources: byHours(["cron(0 0 * * ? *)", 5, 5], ["cron(0 12 * * ? *)", 1, 1], {
            capacityProviderStrategies: [
                { capacityProvider: "FARGATE", base: 1, weight: 1 },
                { capacityProvider: "FARGATE_SPOT", weight: 3 },
            ],
        }),
        costs: {
            vCPU: (2 * 0.5 + 0.5) * hours * p("fargate.x86.vcpu_hour"),
            Memory: (2 * 0.5 + 0.5) * hours * 2 * p("fargate.x86.gb_hour"),
            "vCPU Spot": 3 * 0.5 * hours * p("fargate.spot.x86.vcpu_hour"),
            "Memory Spot": 3 * 0.5 * hours * 2 * p("fargate.spot.x86.gb_hour"),
        },
    },
    {
        type: machine,
        shows: "a transition into each state and to the end, and a task a run, every ten minutes on weekdays",
        resources: job(1, [scheduled("cron(0,10,20,30,40,50 * ? * MON-FRI *)")]),
        usage: { averageJobSeconds: 120 },
        costs: {
            "State transitions": ((144 * days * (5 / 7) * 2) / 1000) * p("sfn.transitions_1k"),
            ...ran((144 * days * (5 / 7) * 120) / 3600),
        },
    },
    {
        type: machine,
        shows: "a run on the 31st, which seven months have, of a minute at least",
        resources: job(1, [scheduled("cron(30 3 31 * ? *)")]),
        usage: { averageJobSeconds: 5 },
        costs: {
            "State transitions": (((7 / 12) * 2) / 1000) * p("sfn.transitions_1k"),
            ...ran(((7 / 12) * 60) / 3600),
        },
    },
    {
        type: machine,
        shows: "a run at each build where nothing starts it",
        resources: job(2),
        usage: { monthlyBuilds: 10, averageJobSeconds: 360 },
        costs: { "State transitions": ((10 * 3) / 1000) * p("sfn.transitions_1k"), ...ran(1) },
    },
    {
        type: machine,
        shows: "as many runs as are said",
        resources: job(1),
        usage: { monthlyBuilds: 10, monthlyJobRuns: 20, averageJobSeconds: 360 },
        costs: { "State transitions": ((20 * 2) / 1000) * p("sfn.transitions_1k"), ...ran(2) },
    },
    {
        type: machine,
        shows: "rotation: a run for each new value, which runs no tasks",
        resources: [
            {
                type: machine,
                inputs: {
                    definition: JSON.stringify({
                        States: { a: { Resource: "arn:aws:states:::aws-sdk:ecs:updateService" } },
                    }),
                },
            },
            { type: "aws:cloudwatch/eventTarget:EventTarget", name: "target", from: { arn: `${machine} x` } },
        ],
        usage: { monthlySecretChanges: 500 },
        costs: { "State transitions": ((500 * 2) / 1000) * p("sfn.transitions_1k") },
    },
    {
        type: bucket,
        shows: "a copy at the prices of where it is: what is kept, and every write again",
        resources: [
            { type: bucket, name: "source" },
            { type: bucket, inputs: { region: "ap-northeast-3" } },
            {
                type: replication,
                name: "copies",
                from: { bucket: `${bucket} source`, rules: `${bucket} x` },
            },
        ],
        usage: { bucketStorageGb: 100, monthlyBucketWrites: 5000, monthlyBucketReads: 1e6 },
        costs: {
            "Storage of the copy": 100 * tiers("aws.s3.standard_gb_month", "ap-northeast-3")[0],
            "Replicated writes": 5 * p("s3.put_1k", "ap-northeast-3"),
        },
    },
    {
        type: bucket,
        shows: "what it can where a copy has no price",
        resources: [
            { type: bucket, name: "source" },
            { type: bucket, inputs: { region: "us-gov-west-1" } },
            { type: replication, name: "copies", from: { bucket: `${bucket} source`, rules: `${bucket} x` } },
        ],
        costs: {},
        unpriced: /the copy in us-gov-west-1 has no price in the book/,
    },
    {
        type: bucket,
        shows: "the access logs of a CDN: an entry for each request that goes there",
        resources: [
            { type: bucket },
            {
                type: "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
                name: "logs",
                from: { deliveryDestinationConfiguration: `${bucket} x` },
            },
            cdn,
            { type: service, name: "api" },
        ],
        usage: { monthlyRequests: 100 * GB, cdnPercent: 40, cacheHitPercent: 75 },
        costs: {
            Storage: 4 * tiers("aws.s3.standard_gb_month", tokyo)[0],
            Writes: ((24 * hours) / 1000) * p("s3.put_1k"),
        },
    },
    {
        type: replication,
        shows: "a month's changes, which cross regions",
        resources: [
            { type: bucket, name: "source" },
            { type: replication, from: { bucket: `${bucket} source` } },
        ],
        usage: { bucketStorageGb: 100, dailyChangePercent: 2 },
        costs: { "Data to the other region": 60 * p("egress.inter_region_gb") },
    },
    {
        type: replication,
        shows: "the metrics that say whether a copy failed, where they are on",
        resources: [{ type: replication, inputs: { rules: [{ destination: { metrics: { status: "Enabled" } } }] } }],
        usage: { bucketStorageGb: 0 },
        costs: { "Replication metrics": 4 * tiers("aws.cloudwatch.metric_month", tokyo)[0] },
    },
    {
        type: files,
        shows: "what nobody has read for long, where it moves",
        resources: [{ type: files, inputs: { lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS" }] } }],
        usage: { fileStorageGb: 40, infrequentAccessPercent: 75 },
        costs: {
            Storage: 10 * p("efs.standard_gb_month"),
            "Storage, infrequent access": 30 * p("efs.ia_gb_month"),
        },
    },
    {
        type: files,
        shows: "all of it alike where nothing moves",
        resources: [{ type: files }],
        usage: { fileStorageGb: 40, infrequentAccessPercent: 75 },
        costs: { Storage: 40 * p("efs.standard_gb_month") },
    },
    {
        type: backup,
        shows: "a copy and 35 days of changes",
        resources: [
            { type: files, name: "files" },
            {
                type: backup,
                inputs: { backupPolicy: { status: "ENABLED" } },
                from: { fileSystemId: `${files} files` },
            },
        ],
        usage: { fileStorageGb: 40, dailyChangePercent: 2 },
        costs: { Backups: 40 * 1.7 * p("efs.backup_gb_month") },
    },
    {
        type: backup,
        shows: "nothing where there are none",
        resources: [{ type: backup, inputs: { backupPolicy: { status: "DISABLED" } } }],
        costs: {},
    },
    {
        type: cache,
        shows: "two nodes, and the copies of a week but for the first",
        resources: [
            { type: cache, inputs: { nodeType: "cache.r7g.large", numCacheClusters: 2, snapshotRetentionLimit: 7 } },
        ],
        usage: { cacheGb: 5 },
        costs: {
            "cache.r7g.large": 2 * hours * p("elasticache.redis.cache.r7g.large.hour"),
            Backups: 6 * 5 * p("elasticache.backup_gb_month"),
        },
    },
    {
        type: cache,
        shows: "Valkey at its own price",
        resources: [{ type: cache, inputs: { engine: "valkey", nodeType: "cache.r7g.large", numCacheClusters: 1 } }],
        costs: { "cache.r7g.large": hours * p("elasticache.valkey.cache.r7g.large.hour") },
    },
    {
        type: table,
        shows: "an index as another copy, which every write keeps up to date",
        resources: [
            {
                type: table,
                inputs: {
                    billingMode: "PAY_PER_REQUEST",
                    pointInTimeRecovery: { enabled: true },
                    globalSecondaryIndexes: [{ name: "by-time" }],
                },
            },
        ],
        usage: { monthlyTableReads: 3e6, monthlyTableWrites: 2e6, tableStorageGb: 12 },
        costs: {
            Reads: 3 * p("dynamodb.rru_million"),
            Writes: 4 * p("dynamodb.wru_million"),
            Storage: 24 * p("dynamodb.storage_gb_month"),
            "Point-in-time recovery": 12 * p("dynamodb.pitr_gb_month"),
        },
    },
];
