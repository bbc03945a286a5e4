import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { targetMetric, type Metric } from "./metrics";

const width = 12;
const height = 6;

/** The stack at a glance, as CloudWatch's JSON: two graphs to a row, services first. */
export function dashboardBody({
    services,
    databases,
    ingress,
    platform,
    place,
}: roles.AlarmsArgs): pulumi.Output<string> {
    const graphs = [
        ...Object.entries(services).flatMap(([key, { service }]) => {
            const target = targetMetric(ingress, key);
            const ecs = (name: string): Metric => ({
                namespace: "AWS/ECS",
                name,
                statistic: "Average",
                dimensions: { ClusterName: platform.cluster, ServiceName: service.serviceName },
            });
            return [
                {
                    title: `${key}: requests and errors`,
                    metrics: [target("RequestCount", "Sum"), target("HTTPCode_Target_5XX_Count", "Sum")],
                },
                { title: `${key}: response time (p95)`, metrics: [target("TargetResponseTime", "p95")] },
                { title: `${key}: CPU and memory`, metrics: [ecs("CPUUtilization"), ecs("MemoryUtilization")] },
                { title: `${key}: healthy tasks`, metrics: [target("HealthyHostCount", "Minimum")] },
            ];
        }),
        ...Object.entries(databases).flatMap(([key, database]) => {
            const rds = (name: string): Metric => ({
                namespace: "AWS/RDS",
                name,
                statistic: "Average",
                dimensions: { DBInstanceIdentifier: database.monitoringId },
            });
            return [
                { title: `${key}: CPU`, metrics: [rds("CPUUtilization")] },
                { title: `${key}: connections (of ${database.maxConnections})`, metrics: [rds("DatabaseConnections")] },
            ];
        }),
    ];
    return pulumi.jsonStringify({
        widgets: graphs.map(({ title, metrics }, index) => ({
            type: "metric",
            x: (index % 2) * width,
            y: Math.floor(index / 2) * height,
            width,
            height,
            properties: { title, region: place.region, period: 60, view: "timeSeries", metrics: metrics.map(asArray) },
        })),
    });
}

const asArray = ({ namespace, name, statistic, dimensions }: Metric) => [
    namespace,
    name,
    ...Object.entries(dimensions).flat(),
    { stat: statistic },
];
