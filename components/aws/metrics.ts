import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

/** What is measured: one CloudWatch metric. */
export interface Metric {
    namespace: string;
    name: string;
    /** `Average`, `Sum`, `Minimum`, `Maximum` or a percentile such as `p95`. */
    statistic: string;
    dimensions: Record<string, pulumi.Input<string>>;
}

/** Metrics that ECS reports of a service: averages over its tasks. */
export const ecsMetric =
    (platform: roles.Platform, service: roles.Service, namespace = "AWS/ECS") =>
    (name: string): Metric => ({
        namespace,
        name,
        statistic: "Average",
        dimensions: { ClusterName: platform.cluster, ServiceName: service.serviceName },
    });

/** Metrics that RDS reports of a server. */
export const rdsMetric =
    ({ monitoringId }: roles.Database) =>
    (name: string): Metric => ({
        namespace: "AWS/RDS",
        name,
        statistic: "Average",
        dimensions: { DBInstanceIdentifier: monitoringId },
    });

/** Metrics that RDS reports of a read replica. */
export const replicaMetric =
    (replicaId: pulumi.Output<string>) =>
    (name: string, statistic: string): Metric => ({
        namespace: "AWS/RDS",
        name,
        statistic,
        dimensions: { DBInstanceIdentifier: replicaId },
    });

/** Metrics that ElastiCache reports of a cache's node; the first is its primary to begin with. */
export const cacheMetric =
    ({ monitoringId }: roles.Cache, node = 1) =>
    (name: string, statistic = "Average"): Metric => ({
        namespace: "AWS/ElastiCache",
        name,
        statistic,
        dimensions: { CacheClusterId: pulumi.interpolate`${monitoringId}-00${node}` },
    });

/** Metrics that ElastiCache reports of a node of memcached. */
export const memcachedMetric =
    ({ monitoringId }: roles.Cache, node: number) =>
    (name: string, statistic = "Average"): Metric => ({
        namespace: "AWS/ElastiCache",
        name,
        statistic,
        dimensions: { CacheClusterId: monitoringId, CacheNodeId: String(node).padStart(4, "0") },
    });

/** Metrics that the load balancer reports of one target. */
export const targetMetric =
    (ingress: roles.Ingress, target: string) =>
    (name: string, statistic: string): Metric => ({
        namespace: "AWS/ApplicationELB",
        name,
        statistic,
        dimensions: { LoadBalancer: ingress.monitoringId, TargetGroup: ingress.targetMonitoringIds[target] },
    });

/** Metrics of the load balancer itself. */
export const balancerMetric =
    (ingress: roles.Ingress) =>
    (name: string): Metric => ({
        namespace: "AWS/ApplicationELB",
        name,
        statistic: "Sum",
        dimensions: { LoadBalancer: ingress.monitoringId },
    });

/** Metrics of what has one dimension: a table, a state machine, a rule, … */
export const metricOf =
    (namespace: string, dimensions: Metric["dimensions"]) =>
    (name: string, statistic = "Sum"): Metric => ({ namespace, name, statistic, dimensions });
