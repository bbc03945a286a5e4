import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

/** What is measured: a metric of one resource, and how its series become one number a minute. */
export interface Metric {
    /** Monitored resource type. */
    resource: string;
    /** Metric type, which every filter must name. */
    type: string;
    /** Path of a label → its value. */
    labels: Record<string, pulumi.Input<string | number>>;
    aligner: string;
    reducer: string;
}

/** The metric as Cloud Monitoring's filter expression. */
export const filter = ({ resource, type, labels }: Metric): pulumi.Output<string> =>
    pulumi.output(labels).apply((values) =>
        [
            `resource.type = "${resource}"`,
            `metric.type = "${type}"`,
            // A label of a number is compared with a number.
            ...Object.entries(values).map(([path, value]) => `${path} = ${JSON.stringify(value)}`),
        ].join(" AND "),
    );

/** What Cloud Run reports of a service, over all of its revisions. */
export function cloudRun({ serviceName }: roles.Service): Record<"cpu" | "memory" | "instances", Metric> {
    const metric = (type: string, aligner: string, reducer: string): Metric => ({
        resource: "cloud_run_revision",
        type: `run.googleapis.com/container/${type}`,
        labels: { "resource.labels.service_name": serviceName },
        aligner,
        reducer,
    });
    return {
        cpu: metric("cpu/utilizations", "ALIGN_DELTA", "REDUCE_MEAN"),
        memory: metric("memory/utilizations", "ALIGN_DELTA", "REDUCE_MEAN"),
        instances: metric("instance_count", "ALIGN_MAX", "REDUCE_SUM"),
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

/** What Cloud SQL reports of a server; connections are counted per database inside it. */
export function cloudSql({ monitoringId }: roles.Database): Record<"cpu" | "connections", Metric> {
    const metric = (type: string, reducer: string): Metric => ({
        resource: "cloudsql_database",
        type: `cloudsql.googleapis.com/database/${type}`,
        labels: { "resource.labels.database_id": monitoringId },
        aligner: "ALIGN_MEAN",
        reducer,
    });
    return {
        cpu: metric("cpu/utilization", "REDUCE_MEAN"),
        connections: metric("postgresql/num_backends", "REDUCE_SUM"),
    };
}

/** What Memorystore reports of an instance. */
export function memorystore({ monitoringId }: roles.Cache): Record<"memory" | "hitRatio", Metric> {
    const metric = (type: string): Metric => ({
        resource: "redis_instance",
        type: `redis.googleapis.com/stats/${type}`,
        labels: { "resource.labels.instance_id": monitoringId },
        aligner: "ALIGN_MEAN",
        reducer: "REDUCE_MAX",
    });
    return { memory: metric("memory/usage_ratio"), hitRatio: metric("cache_hit_ratio") };
}
