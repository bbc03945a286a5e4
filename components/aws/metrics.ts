import type * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

/** What is measured: one CloudWatch metric. */
export interface Metric {
    namespace: string;
    name: string;
    /** `Average`, `Sum`, `Minimum`, `Maximum` or a percentile such as `p95`. */
    statistic: string;
    dimensions: Record<string, pulumi.Input<string>>;
}

/** Metrics that the load balancer reports of one target. */
export const targetMetric =
    (ingress: roles.Ingress, target: string) =>
    (name: string, statistic: string): Metric => ({
        namespace: "AWS/ApplicationELB",
        name,
        statistic,
        dimensions: { LoadBalancer: ingress.monitoringId, TargetGroup: ingress.targetMonitoringIds[target] },
    });
