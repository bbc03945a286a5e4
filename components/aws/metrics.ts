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
    (platform: roles.Platform, service: roles.Service) =>
    (name: string): Metric => ({
        namespace: "AWS/ECS",
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

/** Metrics that ElastiCache reports of a cache's primary node, which is its first to begin with. */
export const cacheMetric =
    ({ monitoringId }: roles.Cache) =>
    (name: string): Metric => ({
        namespace: "AWS/ElastiCache",
        name,
        statistic: "Average",
        dimensions: { CacheClusterId: pulumi.interpolate`${monitoringId}-001` },
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
