import type { PlanResource } from "../../plan/resource";
import { engines } from "../../topology/engines";
import type { Context, Item, Pricing, Unpriceable } from "../cost";
import { backups, beyondLimit, counted, hourly, item, listOf, mapOf, numberOf, per, show } from "../quantities";

const instanceType = "aws:rds/instance:Instance";
const freeInsightsDays = 7;
/** GB from which gp3 for PostgreSQL and MySQL has four times the operations for nothing. */
const largeGp3 = 400;

/** The server that a replica follows, or the resource itself. */
const sourceOf = (server: PlanResource, context: Context): PlanResource =>
    context.behind(server, instanceType, "replicateSourceDb")[0] ?? server;

/** The class by zones, storage, operations, backups beyond the size of the database, Performance Insights beyond a week. */
export const rdsInstance: Pricing = (server, context) => {
    const { inputs } = server;
    const engine = String(sourceOf(server, context).inputs.engine);
    if (!Object.hasOwn(engines, engine)) return [{ reason: `engine ${engine} has no price here` }];
    const multi = inputs.multiAz === true;
    const zones = multi ? "multi_az" : "single_az";
    const source = sourceOf(server, context);
    const begins = numberOf(inputs.allocatedStorage, numberOf(source.inputs.allocatedStorage, 20));
    const data = context.usageOf(source).storageGb ?? begins;
    const storage = Math.max(begins, data);
    const kind = String(inputs.storageType ?? "gp2");

    const instanceClass = String(inputs.instanceClass);
    const hours = `aws.rds.${engine}.${instanceClass}.${zones}_hour`;
    const days = numberOf(inputs.backupRetentionPeriod, 0);
    const kept = backups(server, context, data, days);
    const standby = multi ? ", two zones" : "";
    return [
        hourly(context, `${instanceClass}${standby}`, hours, 1, "instance"),
        item(`Storage ${kind}${standby}`, `aws.rds.storage.${kind}.${zones}_gb_month`, storage, `${show(storage)} GB`),
        ...beyondLimit(data, numberOf(inputs.maxAllocatedStorage, 0)),
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

export const ecrRepository: Pricing = (repository, context) => {
    const { imageGb } = context.usageOf(repository);
    return [item("Images", "aws.ecr.storage_gb_month", imageGb, `${show(imageGb)} GB`)];
};

/** Copies a day that are kept for nothing. */
const freeSnapshots = 1;

/** Nodes of a cluster: of every shard, the primary and its replicas; and its copies beyond the first. */
export const cache: Pricing = (cluster, context) => {
    const { inputs } = cluster;
    const nodeType = String(inputs.nodeType);
    const shards = numberOf(inputs.numNodeGroups, 1);
    const perShard = 1 + numberOf(inputs.replicasPerNodeGroup, 0);
    const nodes = numberOf(inputs.numCacheClusters, numberOf(inputs.numCacheNodes, shards * perShard));
    const engine = String(inputs.engine ?? "redis");
    // A node of memcached costs what one of Redis costs: AWS lists both under one usage type, as operations 0001 and 0002.
    const priced = engine === "memcached" ? "redis" : engine;
    const id = `aws.elasticache.${priced}.${nodeType}.hour`;
    if (!["redis", "valkey"].includes(priced)) return [{ reason: `engine ${engine} has no price here` }];
    if (engine === "memcached") return [hourly(context, nodeType, id, nodes, "node")];
    const paid = Math.max(0, numberOf(inputs.snapshotRetentionLimit, 0) - freeSnapshots);
    const { cacheGb } = context.usageOf(cluster);
    return [
        hourly(context, nodeType, id, nodes, "node"),
        item("Backups", "aws.elasticache.backup_gb_month", paid * cacheGb, `${show(cacheGb)} GB × ${paid} d`),
    ];
};

/** On demand: reads, writes, storage; recovery to a point in time is paid by the storage again. */
export const table: Pricing = (resource, context) => {
    const { tableStorageGb, monthlyTableReads, monthlyTableWrites } = context.usageOf(resource);
    const { billingMode = "PROVISIONED", pointInTimeRecovery, globalSecondaryIndexes } = resource.inputs;
    if (billingMode !== "PAY_PER_REQUEST") return [{ reason: "provisioned capacity has no price here" }];
    // An index with all attributes is another copy, which every write keeps up to date.
    const copies = 1 + listOf(globalSecondaryIndexes).length;
    const writes = (monthlyTableWrites ?? context.requests / 10) * copies;
    const indexes = copies > 1 ? ` × ${copies} with indexes` : "";
    const recovery = mapOf(pointInTimeRecovery).enabled === true ? tableStorageGb : 0;
    return [
        per(1e6, "Reads", "aws.dynamodb.rru_million", monthlyTableReads ?? context.requests, "reads"),
        per(1e6, "Writes", "aws.dynamodb.wru_million", writes, "writes"),
        item(
            "Storage",
            "aws.dynamodb.storage_gb_month",
            tableStorageGb * copies,
            `${show(tableStorageGb)} GB${indexes}`,
        ),
        item("Point-in-time recovery", "aws.dynamodb.pitr_gb_month", recovery, `${show(recovery)} GB`),
    ];
};
