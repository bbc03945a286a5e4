import type { PlanResource } from "../../plan/resource";
import type { Context, Item, Pricing } from "../cost";
import { backups, counted, daysPerMonth, item, kbPerGb, listOf, mapOf, numberOf, per, show } from "../quantities";

/** Objects and files: S3 with its copies elsewhere, EFS with its backups. */

const replication = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

/** Whose access logs a bucket takes: a load balancer's, which names it as `${bucket.id}`, or a distribution's. */
function logsOf(bucket: PlanResource, context: Context): "balancer" | "cdn" | undefined {
    const balancers = context.once("log buckets", () => {
        const names = context
            .all("aws:lb/loadBalancer:LoadBalancer")
            .map(({ inputs }) => /^\$\{([^.]+)\./.exec(String(mapOf(inputs.accessLogs).bucket))?.[1]);
        return new Set(names);
    });
    if (balancers.has(bucket.name)) return "balancer";
    const deliveries = context.referring(bucket, "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination");
    return deliveries.length > 0 ? "cdn" : undefined;
}

/** Of text, compressed: what is written to a bucket of logs. */
const compressed = 0.1;
/** A load balancer writes a file every five minutes from each of its two zones. */
const filesPerHour = 24;

/** GB, writes and reads; of a copy, what is copied; a bucket of access logs holds as much as its retention keeps. */
export const bucket: Pricing = (resource, context) => {
    const logs = logsOf(resource, context);
    if (logs) return accessLogs(resource, context, logs === "cdn" ? context.delivered : 1 - context.cached);
    if (context.referring(resource, "aws:codepipeline/pipeline:Pipeline").length > 0)
        return artifacts(resource, context);
    const [copies] = context.referring(resource, replication);
    const [copied] = copies ? context.behind(copies, resource.type, "bucket") : [];
    if (copied && copied !== resource) return replica(resource, copied, context);
    const { bucketStorageGb, monthlyBucketWrites, monthlyBucketReads } = context.usageOf(resource);
    return [
        item("Storage", "aws.s3.standard_gb_month", bucketStorageGb, `${show(bucketStorageGb)} GB`),
        per(1000, "Writes", "aws.s3.put_1k", monthlyBucketWrites, "requests"),
        per(1000, "Reads", "aws.s3.get_1k", monthlyBucketReads, "requests"),
    ];
};

/** @param share of the app's requests, each of which is an entry */
function accessLogs(resource: PlanResource, context: Context, share: number): Item[] {
    const days = retentionOf(resource, context);
    const kb = context.usageOf(resource).averageAccessLogKb * compressed;
    const requests = context.requests * share;
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

/** GB of a repository that a pipeline hands on, compressed. */
const sourceGb = 0.05;

/** What the runs of a pipeline hand on, kept for about a month; of their requests there are too few to count. */
function artifacts(resource: PlanResource, context: Context): ReturnType<Pricing> {
    const { monthlyBuilds } = context.usageOf(resource);
    return [
        item(
            "Artifacts",
            "aws.s3.standard_gb_month",
            monthlyBuilds * sourceGb,
            `${show(monthlyBuilds)} runs × ${show(sourceGb)} GB`,
        ),
    ];
}

/** What a bucket elsewhere gets of another: everything, at the prices of where it is. */
function replica(resource: PlanResource, copied: PlanResource, context: Context): ReturnType<Pricing> {
    const region = String(resource.inputs.region ?? context.region);
    if (["aws.s3.standard_gb_month", "aws.s3.put_1k"].some((id) => !context.has(id, region)))
        return [{ reason: `the copy in ${region} has no price in the book` }];
    const { bucketStorageGb, monthlyBucketWrites } = context.usageOf(copied);
    const items = [
        item("Storage of the copy", "aws.s3.standard_gb_month", bucketStorageGb, `${show(bucketStorageGb)} GB`),
        per(1000, "Replicated writes", "aws.s3.put_1k", monthlyBucketWrites, "requests"),
    ];
    return items.map((one) => ({ ...one, region }));
}

/** What crosses regions: as much as changes. */
export const bucketReplication: Pricing = (copies, context) => {
    const [source] = context.behind(copies, "aws:s3/bucket:Bucket", "bucket");
    const { bucketStorageGb, dailyChangePercent } = context.usageOf(source ?? copies);
    const watched = listOf(copies.inputs.rules).filter(
        (rule) => mapOf(mapOf(rule.destination).metrics).status === "Enabled",
    ).length;
    return [
        item(
            "Data to the other region",
            "aws.egress.inter_region_gb",
            (bucketStorageGb * daysPerMonth * dailyChangePercent) / 100,
            `${show(bucketStorageGb)} GB × ${daysPerMonth} d × ${show(dailyChangePercent)} %`,
        ),
        // Bytes and operations that wait, how long they do, and operations that failed.
        ...(watched > 0
            ? [item("Replication metrics", "aws.cloudwatch.metric_month", 4 * watched, counted(4 * watched, "metric"))]
            : []),
    ];
};

/** Days after which a bucket's lifecycle forgets; a month where nothing is said. */
function retentionOf(resource: PlanResource, context: Context): number {
    const [lifecycle] = context.referring(resource, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    const days = listOf(lifecycle?.inputs.rules).map((rule) => numberOf(mapOf(rule.expiration).days, Infinity));
    return days.length && Number.isFinite(Math.min(...days)) ? Math.min(...days) : daysPerMonth;
}

/** GB by class of storage, and throughput where it is not in proportion to them. */
export const fileSystem: Pricing = (files, context) => {
    const { fileStorageGb, monthlyFileReadGb, monthlyFileWriteGb, infrequentAccessPercent } = context.usageOf(files);
    const { availabilityZoneName, throughputMode, provisionedThroughputInMibps, lifecyclePolicies } = files.inputs;
    const storage = availabilityZoneName ? "aws.efs.onezone_gb_month" : "aws.efs.standard_gb_month";
    const provisioned = throughputMode === "provisioned" ? numberOf(provisionedThroughputInMibps, 0) : 0;
    const moves = listOf(lifecyclePolicies).some(({ transitionToIa }) => transitionToIa !== undefined);
    const rare = moves ? infrequentAccessPercent / 100 : 0;
    const share = (part: number) => `${show(fileStorageGb)} GB${part < 1 ? ` × ${show(part * 100)} %` : ""}`;
    return [
        item("Storage", storage, fileStorageGb * (1 - rare), share(1 - rare)),
        item("Storage, infrequent access", "aws.efs.ia_gb_month", fileStorageGb * rare, share(rare)),
        item("Throughput", "aws.efs.provisioned_mibps_month", provisioned, `${show(provisioned)} MiB/s`),
        ...(throughputMode === "elastic"
            ? [
                  item("Read", "aws.efs.elastic_read_gb", monthlyFileReadGb, `${show(monthlyFileReadGb)} GB`),
                  item("Written", "aws.efs.elastic_write_gb", monthlyFileWriteGb, `${show(monthlyFileWriteGb)} GB`),
              ]
            : []),
    ];
};

/** Days that EFS's automatic backups are kept. */
const backupDays = 35;

/** Automatic backups, which are AWS Backup's: a copy, and what changes. */
export const fileBackup: Pricing = (policy, context) => {
    if (mapOf(policy.inputs.backupPolicy).status !== "ENABLED") return [];
    const [files] = context.behind(policy, "aws:efs/fileSystem:FileSystem", "fileSystemId");
    const { fileStorageGb } = context.usageOf(files ?? policy);
    const { gb, formula } = backups(files ?? policy, context, fileStorageGb, backupDays);
    return [item("Backups", "aws.efs.backup_gb_month", gb, formula)];
};
