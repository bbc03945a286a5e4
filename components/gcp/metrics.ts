import * as pulumi from "@pulumi/pulumi";

import type { EngineName } from "../../topology/engines";
import type * as roles from "../roles";
import { cloudSqlEngines } from "./engines";

/** What is measured: a metric of one resource, and how its series become one number a minute. */
export interface Metric {
    /** Monitored resource type. */
    resource: string;
    /** Metric type, which every filter must name. */
    type: string;
    /** Path of a label → its value. */
    labels: Record<string, pulumi.Input<string | number | boolean>>;
    aligner: string;
    reducer: string;
}

/** The metric as Cloud Monitoring's filter expression. */
export const filter = ({ resource, type, labels }: Metric): pulumi.Output<string> =>
    pulumi.output(labels).apply((values) =>
        [
            `resource.type = "${resource}"`,
            `metric.type = "${type}"`,
            // A label of a number is compared with a number, one of yes and no with either.
            ...Object.entries(values).map(([path, value]) => `${path} = ${JSON.stringify(value)}`),
        ].join(" AND "),
    );

/** What Cloud Run reports of a service or a worker pool, over all of its revisions; a pool has no requests. */
export function cloudRun({
    serviceName,
    worker,
}: roles.Service): Record<"cpu" | "memory" | "instances" | "requests" | "errors", Metric> {
    const metric = (type: string, aligner: string, reducer: string, labels: Metric["labels"] = {}): Metric => ({
        resource: worker ? "cloud_run_worker_pool" : "cloud_run_revision",
        type: `run.googleapis.com/${type}`,
        labels: { [`resource.labels.${worker ? "worker_pool_name" : "service_name"}`]: serviceName, ...labels },
        aligner,
        reducer,
    });
    return {
        cpu: metric("container/cpu/utilizations", "ALIGN_DELTA", "REDUCE_MEAN"),
        memory: metric("container/memory/utilizations", "ALIGN_DELTA", "REDUCE_MEAN"),
        instances: metric("container/instance_count", "ALIGN_MAX", "REDUCE_SUM"),
        requests: metric("request_count", "ALIGN_RATE", "REDUCE_SUM"),
        errors: metric("request_count", "ALIGN_RATE", "REDUCE_SUM", { "metric.labels.response_code_class": "5xx" }),
    };
}

/** What the load balancer reports of one target. */
export function loadBalancer(
    ingress: roles.Ingress,
    target: string,
): Record<"requests" | "errors", Metric> & { latency: (statistic: "MEAN" | `PERCENTILE_${number}`) => Metric } {
    const metric = (type: string, aligner: string, reducer: string, labels: Metric["labels"] = {}): Metric => ({
        resource: "https_lb_rule",
        type: `loadbalancing.googleapis.com/https/${type}`,
        labels: { "resource.labels.backend_target_name": ingress.targetMonitoringIds[target], ...labels },
        aligner,
        reducer,
    });
    return {
        requests: metric("request_count", "ALIGN_RATE", "REDUCE_SUM"),
        errors: metric("request_count", "ALIGN_RATE", "REDUCE_SUM", { "metric.labels.response_code_class": 500 }),
        // Milliseconds, as a distribution.
        latency: (statistic) => metric("total_latencies", "ALIGN_DELTA", `REDUCE_${statistic}`),
    };
}

/** What the load balancer reports of all requests, whichever backend they went to or did not find. */
export function wholeBalancer(ingress: roles.Ingress): Record<"requests" | "errors", Metric> {
    const metric = (labels: Metric["labels"] = {}): Metric => ({
        resource: "https_lb_rule",
        type: "loadbalancing.googleapis.com/https/request_count",
        labels: { "resource.labels.url_map_name": ingress.monitoringId, ...labels },
        aligner: "ALIGN_RATE",
        reducer: "REDUCE_SUM",
    });
    return { requests: metric(), errors: metric({ "metric.labels.response_code_class": 500 }) };
}

/** What Cloud SQL reports of a server; connections are counted per database inside it. */
export function cloudSql(
    { monitoringId }: roles.Database,
    engine: EngineName,
): Record<"cpu" | "connections" | "storage" | "up", Metric> {
    const metric = (type: string, reducer: string, aligner = "ALIGN_MEAN"): Metric => ({
        resource: "cloudsql_database",
        type: `cloudsql.googleapis.com/database/${type}`,
        labels: { "resource.labels.database_id": monitoringId },
        aligner,
        reducer,
    });
    return {
        cpu: metric("cpu/utilization", "REDUCE_MEAN"),
        connections: metric(cloudSqlEngines[engine].connections, "REDUCE_SUM"),
        storage: metric("disk/utilization", "REDUCE_MAX"),
        up: metric("up", "REDUCE_MAX", "ALIGN_MAX"),
    };
}

/** Seconds that a read replica of Cloud SQL is behind. */
export const replicaLag = (replicaId: pulumi.Output<string>): Metric => ({
    resource: "cloudsql_database",
    type: "cloudsql.googleapis.com/database/replication/replica_lag",
    labels: { "resource.labels.database_id": replicaId },
    aligner: "ALIGN_MAX",
    reducer: "REDUCE_MAX",
});

/** What Memorystore reports of an instance, over its nodes. */
export function memorystore({
    monitoringId,
}: roles.Cache): Record<"memory" | "hitRatio" | "cpu" | "evictions" | "primaries", Metric> {
    const metric = (type: string, aligner = "ALIGN_MEAN", reducer = "REDUCE_MAX"): Metric => ({
        resource: "redis_instance",
        type: `redis.googleapis.com/${type}`,
        labels: { "resource.labels.instance_id": monitoringId },
        aligner,
        reducer,
    });
    // Seconds a second: what the thread spends on its own and on the system, of the node that writes.
    const cpu = metric("stats/cpu_utilization_main_thread", "ALIGN_RATE", "REDUCE_SUM");
    return {
        memory: metric("stats/memory/usage_ratio"),
        hitRatio: metric("stats/cache_hit_ratio"),
        cpu: { ...cpu, labels: { ...cpu.labels, "metric.labels.role": "primary" } },
        evictions: metric("stats/evicted_keys", "ALIGN_DELTA", "REDUCE_SUM"),
        // 1 of a primary, 0 of a replica.
        primaries: metric("replication/role", "ALIGN_MAX", "REDUCE_SUM"),
    };
}

/** What Memorystore reports of memcached, over its nodes; of `up`, how many say anything. */
export function memcachedMetrics({
    monitoringId,
}: roles.Cache): Record<"memory" | "hitRatio" | "cpu" | "evictions" | "up", Metric> {
    const metric = (type: string, aligner = "ALIGN_MEAN", reducer = "REDUCE_MAX"): Metric => ({
        resource: "memcache.googleapis.com/MemcacheNode",
        type: `memcache.googleapis.com/node/${type}`,
        labels: { "resource.labels.instance_id": monitoringId },
        aligner,
        reducer,
    });
    const memory = metric("cache_memory", "ALIGN_MEAN", "REDUCE_SUM");
    return {
        memory: { ...memory, labels: { ...memory.labels, "metric.labels.used": true } },
        hitRatio: metric("hit_ratio"),
        cpu: metric("cpu/utilization"),
        evictions: metric("eviction_count", "ALIGN_DELTA", "REDUCE_SUM"),
        up: metric("active_connections", "ALIGN_MEAN", "REDUCE_COUNT"),
    };
}

/** Requests to a Firestore database that are refused for load. */
export const firestore = ({ monitoringId }: roles.Table): Metric => ({
    resource: "firestore.googleapis.com/Database",
    type: "firestore.googleapis.com/api/request_count",
    labels: {
        "resource.labels.database_id": monitoringId!,
        "metric.labels.response_code": "RESOURCE_EXHAUSTED",
    },
    aligner: "ALIGN_DELTA",
    reducer: "REDUCE_SUM",
});

/** Messages that a Pub/Sub subscription has not got rid of. */
export const waiting = (subscriptionId: pulumi.Output<string>): Metric => ({
    resource: "pubsub_subscription",
    type: "pubsub.googleapis.com/subscription/num_undelivered_messages",
    labels: { "resource.labels.subscription_id": subscriptionId },
    aligner: "ALIGN_MAX",
    reducer: "REDUCE_MAX",
});

/** Whether a dual-region bucket keeps its recovery point: how many of its series say no. */
export const dualRegion = ({ bucket }: roles.Bucket): Metric => ({
    resource: "gcs_bucket",
    type: "storage.googleapis.com/replication/meeting_rpo",
    labels: { "resource.labels.bucket_name": bucket },
    aligner: "ALIGN_NEXT_OLDER",
    reducer: "REDUCE_COUNT_FALSE",
});

/** Bytes in use on a Filestore server. */
export const filestore = ({ monitoringId }: roles.Filesystem): Metric => ({
    resource: "filestore_instance",
    type: "file.googleapis.com/nfs/server/used_bytes",
    labels: { "resource.labels.instance_name": monitoringId! },
    aligner: "ALIGN_MEAN",
    reducer: "REDUCE_MAX",
});

/** Executions of a Cloud Run job that failed. */
export const failedExecutions = (jobName: pulumi.Output<string>): Metric => ({
    resource: "cloud_run_job",
    type: "run.googleapis.com/job/completed_execution_count",
    labels: { "resource.labels.job_name": jobName, "metric.labels.result": "failed" },
    aligner: "ALIGN_DELTA",
    reducer: "REDUCE_SUM",
});

/** Executions of a workflow that failed. */
export const failedWorkflow = (workflowId: pulumi.Output<string>): Metric => ({
    resource: "workflows.googleapis.com/Workflow",
    type: "workflows.googleapis.com/finished_execution_count",
    labels: { "resource.labels.workflow_id": workflowId, "metric.labels.status": "FAILED" },
    aligner: "ALIGN_DELTA",
    reducer: "REDUCE_SUM",
});

/** Seconds that the oldest message of a subscription has waited. */
export const undelivered = (subscriptionId: pulumi.Output<string>): Metric => ({
    resource: "pubsub_subscription",
    type: "pubsub.googleapis.com/subscription/oldest_unacked_message_age",
    labels: { "resource.labels.subscription_id": subscriptionId },
    aligner: "ALIGN_MAX",
    reducer: "REDUCE_MAX",
});
