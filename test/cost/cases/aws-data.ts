import { GB, price, tiers, type Case, type Part } from "./case";

const tokyo = "ap-northeast-1";
const p = (id: string, region = tokyo) => price(`aws.${id}`, region);
const hours = 730;

const service = "aws:ecs/service:Service";

const one = (type: string, inputs: object = {}): Part[] => [{ type, inputs: { ...inputs } }];

const database = (inputs: object = {}) =>
    one("aws:rds/instance:Instance", {
        engine: "postgres",
        instanceClass: "db.t4g.micro",
        allocatedStorage: 20,
        storageType: "gp3",
        backupRetentionPeriod: 7,
        ...inputs,
    });

/** What holds data. */
export const data: Case[] = [
    {
        type: "aws:rds/instance:Instance",
        shows: "MySQL at a price of its own",
        resources: database({ engine: "mysql", instanceClass: "db.t3.micro", backupRetentionPeriod: 0 }),
        costs: {
            "db.t3.micro": hours * 0.026,
            "Storage gp3": 20 * p("rds.storage.gp3.single_az_gb_month"),
        },
    },
    {
        type: "aws:rds/instance:Instance",
        shows: "that what has no price is missing under MySQL's own name",
        resources: database({ engine: "mysql", instanceClass: "db.r7g.16xlarge", backupRetentionPeriod: 0 }),
        costs: { "Storage gp3": 20 * p("rds.storage.gp3.single_az_gb_month") },
        unpriced: /aws\.rds\.mysql\.db\.r7g\.16xlarge\.single_az_hour has no price/,
    },
    {
        type: "aws:rds/instance:Instance",
        shows: "one zone; of backups, what exceeds the size",
        resources: database(),
        // 20 GB and 7 days of 1 %.
        costs: {
            "db.t4g.micro": hours * p("rds.postgres.db.t4g.micro.single_az_hour"),
            "Storage gp3": 20 * p("rds.storage.gp3.single_az_gb_month"),
            "Backups beyond the free size": 20 * 0.07 * p("rds.backup_gb_month"),
        },
    },
    {
        type: "aws:rds/instance:Instance",
        shows: "two zones, and storage that has grown",
        resources: database({ instanceClass: "db.r5.large", multiAz: true, backupRetentionPeriod: 0 }),
        usage: { storageGb: 90 },
        costs: {
            "db.r5.large, two zones": hours * p("rds.postgres.db.r5.large.multi_az_hour"),
            "Storage gp3, two zones": 90 * p("rds.storage.gp3.multi_az_gb_month"),
        },
    },
    {
        type: "aws:rds/instance:Instance",
        shows: "a replica has its source's engine and storage, and no backups",
        resources: [
            ...database({ allocatedStorage: 50 }).map((part) => ({ ...part, name: "source" })),
            {
                type: "aws:rds/instance:Instance",
                inputs: { instanceClass: "db.t4g.micro", storageType: "gp2" },
                from: { replicateSourceDb: "aws:rds/instance:Instance source" },
            },
        ],
        costs: {
            "db.t4g.micro": hours * p("rds.postgres.db.t4g.micro.single_az_hour"),
            "Storage gp2": 50 * p("rds.storage.gp2.single_az_gb_month"),
        },
    },
    {
        type: "aws:rds/instance:Instance",
        shows: "operations beyond 3,000, Performance Insights beyond a week",
        region: "us-east-1",
        resources: database({
            iops: 5000,
            backupRetentionPeriod: 0,
            performanceInsightsEnabled: true,
            performanceInsightsRetentionPeriod: 31,
        }),
        costs: {
            "db.t4g.micro": hours * p("rds.postgres.db.t4g.micro.single_az_hour", "us-east-1"),
            "Storage gp3": 20 * p("rds.storage.gp3.single_az_gb_month", "us-east-1"),
            Operations: 2000 * p("rds.gp3_iops_month", "us-east-1"),
            "Performance Insights": 2 * p("rds.performance_insights_vcpu_month", "us-east-1"),
        },
    },
    {
        type: "aws:rds/instance:Instance",
        shows: "what it can where the class is unknown",
        resources: database({ instanceClass: "db.x9.large", backupRetentionPeriod: 0 }),
        costs: { "Storage gp3": 20 * p("rds.storage.gp3.single_az_gb_month") },
        unpriced: /aws\.rds\.postgres\.db\.x9\.large\.single_az_hour has no price in/,
    },
    {
        type: "aws:s3/bucket:Bucket",
        shows: "storage and operations",
        resources: one("aws:s3/bucket:Bucket"),
        usage: { bucketStorageGb: 100, monthlyBucketWrites: 50_000, monthlyBucketReads: 2e6 },
        costs: {
            Storage: 100 * tiers("aws.s3.standard_gb_month", tokyo)[0],
            Writes: 50 * p("s3.put_1k"),
            Reads: 2000 * p("s3.get_1k"),
        },
    },
    {
        type: "aws:s3/bucket:Bucket",
        shows: "of access logs, what the retention keeps, compressed to a tenth",
        resources: [
            ...one("aws:s3/bucket:Bucket"),
            {
                type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
                name: "lifecycle",
                inputs: { rules: [{ expiration: { days: 90 } }] },
                from: { bucket: "aws:s3/bucket:Bucket x" },
            },
            {
                type: "aws:lb/loadBalancer:LoadBalancer",
                name: "lb",
                inputs: { internal: true, accessLogs: { bucket: "${x.id}" } },
            },
            { type: service, name: "api" },
        ],
        usage: { monthlyRequests: 100 * GB },
        costs: {
            Storage: 10 * 3 * tiers("aws.s3.standard_gb_month", tokyo)[0],
            Writes: ((24 * hours) / 1000) * p("s3.put_1k"),
        },
    },
    {
        type: "aws:ecr/repository:Repository",
        shows: "what is kept",
        resources: one("aws:ecr/repository:Repository"),
        usage: { imageGb: 7 },
        costs: { Images: 7 * p("ecr.storage_gb_month") },
    },
    {
        type: "aws:efs/fileSystem:FileSystem",
        shows: "elastic throughput by GB",
        resources: one("aws:efs/fileSystem:FileSystem", { throughputMode: "elastic" }),
        usage: { fileStorageGb: 30, monthlyFileReadGb: 20, monthlyFileWriteGb: 5 },
        costs: {
            Storage: 30 * p("efs.standard_gb_month"),
            Read: 20 * p("efs.elastic_read_gb"),
            Written: 5 * p("efs.elastic_write_gb"),
        },
    },
    {
        type: "aws:efs/fileSystem:FileSystem",
        shows: "provisioned throughput by MiB/s; one zone where there is a price",
        region: "us-east-1",
        resources: one("aws:efs/fileSystem:FileSystem", {
            throughputMode: "provisioned",
            provisionedThroughputInMibps: 4,
            availabilityZoneName: "us-east-1a",
        }),
        usage: { fileStorageGb: 30 },
        costs: {
            Storage: 30 * p("efs.onezone_gb_month", "us-east-1"),
            Throughput: 4 * p("efs.provisioned_mibps_month", "us-east-1"),
        },
    },
    {
        type: "aws:elasticache/replicationGroup:ReplicationGroup",
        shows: "two shards with a replica each",
        resources: one("aws:elasticache/replicationGroup:ReplicationGroup", {
            nodeType: "cache.t4g.small",
            numNodeGroups: 2,
            replicasPerNodeGroup: 1,
        }),
        costs: { "cache.t4g.small": 4 * hours * p("elasticache.redis.cache.t4g.small.hour") },
    },
    {
        type: "aws:elasticache/cluster:Cluster",
        shows: "one node",
        resources: one("aws:elasticache/cluster:Cluster", {
            engine: "redis",
            nodeType: "cache.t4g.micro",
            numCacheNodes: 1,
        }),
        costs: { "cache.t4g.micro": hours * p("elasticache.redis.cache.t4g.micro.hour") },
    },
    {
        type: "aws:elasticache/cluster:Cluster",
        shows: "nodes of memcached, which cost what those of Redis do",
        resources: one("aws:elasticache/cluster:Cluster", {
            engine: "memcached",
            nodeType: "cache.t4g.micro",
            numCacheNodes: 2,
        }),
        costs: { "cache.t4g.micro": 2 * hours * p("elasticache.redis.cache.t4g.micro.hour") },
    },
    {
        type: "aws:dynamodb/table:Table",
        shows: "a table on demand, with recovery to a point in time",
        region: "us-east-1",
        resources: one("aws:dynamodb/table:Table", {
            billingMode: "PAY_PER_REQUEST",
            pointInTimeRecovery: { enabled: true },
        }),
        usage: { monthlyTableReads: 3e6, monthlyTableWrites: 2e6, tableStorageGb: 12 },
        costs: {
            Reads: 3 * p("dynamodb.rru_million", "us-east-1"),
            Writes: 2 * p("dynamodb.wru_million", "us-east-1"),
            Storage: 12 * p("dynamodb.storage_gb_month", "us-east-1"),
            "Point-in-time recovery": 12 * p("dynamodb.pitr_gb_month", "us-east-1"),
        },
    },
    {
        type: "aws:sqs/queue:Queue",
        shows: "three requests a message, for each 64 KB of it, and a receiver that asks every 20 seconds",
        resources: one("aws:sqs/queue:Queue", { redrivePolicy: "{}" }),
        usage: { monthlyQueueMessages: 2e6, averageMessageKb: 100 },
        costs: {
            "Messages (6 requests each)": 12 * p("sqs.standard_million"),
            "A receiver that waits": ((hours * 180) / 1e6) * p("sqs.standard_million"),
        },
    },
    {
        type: "aws:sqs/queue:Queue",
        shows: "messages in order",
        resources: one("aws:sqs/queue:Queue", { redrivePolicy: "{}", fifoQueue: true }),
        usage: { monthlyQueueMessages: 2e6, averageMessageKb: 1 },
        costs: {
            "Messages (3 requests each)": 6 * p("sqs.fifo_million"),
            "A receiver that waits": ((hours * 180) / 1e6) * p("sqs.fifo_million"),
        },
    },
    {
        type: "aws:sqs/queue:Queue",
        shows: "nothing of a dead-letter queue",
        resources: one("aws:sqs/queue:Queue"),
        costs: {},
    },
];
