import type { PlanResource } from "../../plan/resource";
import type { Context, Item, Pricing, Unpriceable } from "../cost";
import {
    backups,
    counted,
    daysPerMonth,
    hourly,
    item,
    kbPerGb,
    listOf,
    mapOf,
    numberOf,
    per,
    show,
} from "../quantities";

const instanceType = "aws:rds/instance:Instance";
const freeInsightsDays = 7;
/** GB from which gp3 for PostgreSQL has four times the operations for nothing. */
const largeGp3 = 400;

/** The server that a replica follows, or the resource itself. */
const sourceOf = (server: PlanResource, context: Context): PlanResource =>
    context.behind(server, instanceType, "replicateSourceDb")[0] ?? server;

/** The class by zones, storage, operations, backups beyond the size of the database, Performance Insights beyond a week. */
export const rdsInstance: Pricing = (server, context) => {
    const { inputs } = server;
    const engine = sourceOf(server, context).inputs.engine;
    if (engine !== "postgres") return [{ reason: `engine ${String(engine)} has no price here` }];
    const multi = inputs.multiAz === true;
    const zones = multi ? "multi_az" : "single_az";
    const source = sourceOf(server, context);
    const begins = numberOf(inputs.allocatedStorage, numberOf(source.inputs.allocatedStorage, 20));
    const data = context.usageOf(source).storageGb ?? begins;
    const storage = Math.max(begins, data);
    const kind = String(inputs.storageType ?? "gp2");

    const instanceClass = String(inputs.instanceClass);
    const hours = `aws.rds.postgres.${instanceClass}.${zones}_hour`;
    const days = numberOf(inputs.backupRetentionPeriod, 0);
    const kept = backups(server, context, data, days);
    const standby = multi ? ", two zones" : "";
    return [
        context.known(hours)
            ? hourly(context, `${instanceClass}${standby}`, hours, 1, "instance")
            : { reason: `class ${instanceClass}${standby} has no price in the book` },
        context.known(`aws.rds.storage.${kind}.${zones}_gb_month`)
            ? item(
                  `Storage ${kind}${standby}`,
                  `aws.rds.storage.${kind}.${zones}_gb_month`,
                  storage,
                  `${show(storage)} GB`,
              )
            : { reason: `storage ${kind} has no price in the book` },
        ...operations(kind, storage, numberOf(inputs.iops, 0)),
        ...(days > 0 && source === server
            ? [
                  item(
                      "Backups beyond the free size",
                      "aws.rds.backup_gb_month",
                      Math.max(0, kept.gb - storage),
                      `${kept.formula} − ${show(storage)} GB`,
                  ),
              ]
            : []),
        ...performanceInsights(inputs),
    ];
};

function operations(kind: string, storage: number, iops: number): Item[] {
    const free = storage >= largeGp3 ? 12_000 : 3000;
    if (kind !== "gp3" || iops <= free) return [];
    return [item("Operations", "aws.rds.gp3_iops_month", iops - free, `${show(iops)} − ${show(free)} IOPS`)];
}

function performanceInsights(inputs: Record<string, unknown>): (Item | Unpriceable)[] {
    const days = numberOf(inputs.performanceInsightsRetentionPeriod, freeInsightsDays);
    if (inputs.performanceInsightsEnabled !== true || days <= freeInsightsDays) return [];
    const count = vcpus(String(inputs.instanceClass));
    return [item("Performance Insights", "aws.rds.performance_insights_vcpu_month", count, counted(count, "vCPU"))];
}

/** vCPUs of an instance class: two up to `large`, then as many as the multiple of `xlarge` times four. */
export function vcpus(instanceClass: string): number {
    const size = instanceClass.split(".")[2] ?? "";
    return size.endsWith("xlarge") ? 4 * Number(size.replace("xlarge", "") || 1) : 2;
}

/** Whether a bucket takes the access logs of a load balancer, which names it as `${bucket.id}`. */
const logsOf = (bucket: PlanResource, context: Context): boolean =>
    context
        .once("log buckets", () => {
            const balancers = context.all("aws:lb/loadBalancer:LoadBalancer");
            const names = balancers.map(
                ({ inputs }) => /^\$\{([^.]+)\./.exec(String(mapOf(inputs.accessLogs).bucket))?.[1],
            );
            return new Set(names);
        })
        .has(bucket.name);

/** Of text, compressed: what a load balancer writes to a bucket. */
const compressed = 0.1;
/** A load balancer writes a file every five minutes from each of its two zones. */
const filesPerHour = 24;

/** GB, writes and reads; a bucket of access logs holds as much as its retention keeps. */
export const bucket: Pricing = (resource, context) => {
    const usage = context.usageOf(resource);
    if (logsOf(resource, context)) {
        const days = retentionOf(resource, context);
        const kb = usage.averageAccessLogKb * compressed;
        const requests = context.requests * (1 - context.cached);
        return [
            item(
                "Storage",
                "aws.s3.standard_gb_month",
                ((requests * kb) / kbPerGb) * (days / daysPerMonth),
                `${show(requests)} requests × ${show(kb)} KB × ${days} / ${daysPerMonth} d`,
            ),
            item(
                "Writes",
                "aws.s3.put_1k",
                (filesPerHour * context.hours) / 1000,
                `${filesPerHour} files × ${context.hours} h / 1,000`,
            ),
        ];
    }
    return [
        item("Storage", "aws.s3.standard_gb_month", usage.bucketStorageGb, `${show(usage.bucketStorageGb)} GB`),
        per(1000, "Writes", "aws.s3.put_1k", usage.monthlyBucketWrites, "requests"),
        per(1000, "Reads", "aws.s3.get_1k", usage.monthlyBucketReads, "requests"),
    ];
};

/** Days after which a bucket's lifecycle forgets; a month where nothing is said. */
function retentionOf(resource: PlanResource, context: Context): number {
    const [lifecycle] = context.referring(resource, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    const days = listOf(lifecycle?.inputs.rules).map((rule) => numberOf(mapOf(rule.expiration).days, Infinity));
    return days.length && Number.isFinite(Math.min(...days)) ? Math.min(...days) : daysPerMonth;
}

export const ecrRepository: Pricing = (repository, context) => {
    const { imageGb } = context.usageOf(repository);
    return [item("Images", "aws.ecr.storage_gb_month", imageGb, `${show(imageGb)} GB`)];
};

export const fileSystem: Pricing = (files, context) => {
    const { fileStorageGb, monthlyFileReadGb, monthlyFileWriteGb } = context.usageOf(files);
    const { availabilityZoneName, throughputMode, provisionedThroughputInMibps } = files.inputs;
    const storage = availabilityZoneName ? "aws.efs.onezone_gb_month" : "aws.efs.standard_gb_month";
    const provisioned = throughputMode === "provisioned" ? numberOf(provisionedThroughputInMibps, 0) : 0;
    return [
        item("Storage", storage, fileStorageGb, `${show(fileStorageGb)} GB`),
        item("Throughput", "aws.efs.provisioned_mibps_month", provisioned, `${show(provisioned)} MiB/s`),
        ...(throughputMode === "elastic"
            ? [
                  item("Read", "aws.efs.elastic_read_gb", monthlyFileReadGb, `${show(monthlyFileReadGb)} GB`),
                  item("Written", "aws.efs.elastic_write_gb", monthlyFileWriteGb, `${show(monthlyFileWriteGb)} GB`),
              ]
            : []),
    ];
};

/** Nodes of a cluster: of every shard, the primary and its replicas. */
export const cache: Pricing = ({ inputs }, context) => {
    const nodeType = String(inputs.nodeType);
    const shards = numberOf(inputs.numNodeGroups, 1);
    const perShard = 1 + numberOf(inputs.replicasPerNodeGroup, 0);
    const nodes = numberOf(inputs.numCacheClusters, numberOf(inputs.numCacheNodes, shards * perShard));
    const id = `aws.elasticache.redis.${nodeType}.hour`;
    if (!["redis", "undefined"].includes(String(inputs.engine)))
        return [{ reason: `engine ${String(inputs.engine)} has no price here` }];
    if (!context.known(id)) return [{ reason: `node type ${nodeType} has no price in the book` }];
    return [hourly(context, nodeType, id, nodes, "node")];
};

/** On demand: reads, writes, storage; recovery to a point in time is paid by the storage again. */
export const table: Pricing = (resource, context) => {
    const { tableStorageGb, monthlyTableReads, monthlyTableWrites } = context.usageOf(resource);
    const { billingMode = "PROVISIONED", pointInTimeRecovery } = resource.inputs;
    if (billingMode !== "PAY_PER_REQUEST") return [{ reason: "provisioned capacity has no price here" }];
    const recovery = mapOf(pointInTimeRecovery).enabled === true ? tableStorageGb : 0;
    return [
        per(1e6, "Reads", "aws.dynamodb.rru_million", monthlyTableReads ?? context.requests, "reads"),
        per(1e6, "Writes", "aws.dynamodb.wru_million", monthlyTableWrites ?? context.requests / 10, "writes"),
        item("Storage", "aws.dynamodb.storage_gb_month", tableStorageGb, `${show(tableStorageGb)} GB`),
        item("Point-in-time recovery", "aws.dynamodb.pitr_gb_month", recovery, `${show(recovery)} GB`),
    ];
};
