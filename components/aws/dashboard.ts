import * as pulumi from "@pulumi/pulumi";

import { memcachedNodes } from "../../topology/engines";
import type * as watched from "../watched";
import {
    balancerMetric,
    cacheMetric,
    ecsMetric,
    memcachedMetric,
    metricOf,
    rdsMetric,
    replicaMetric,
    targetMetric,
    type Metric,
} from "./metrics";

const width = 12;
const height = 6;

/** The stack at a glance, as CloudWatch's JSON: two graphs to a row, services first. */
export function dashboardBody(args: watched.AlarmsArgs): pulumi.Output<string> {
    const { services, databases, caches, tables, queues, ingress, platform, place, alarms, app } = args;
    const balancer = ingress && balancerMetric(ingress);
    const percentile = `p${alarms.latencyPercentile}`;
    const graphs = [
        ...Object.entries(services).flatMap(([key, { service, targets }]) => {
            const ecs = ecsMetric(platform, service);
            const ofTargets = targets.flatMap((id) => {
                const target = targetMetric(ingress!, id);
                return [
                    {
                        title: `${id}: requests and errors`,
                        metrics: [target("RequestCount", "Sum"), target("HTTPCode_Target_5XX_Count", "Sum")],
                    },
                    {
                        title: `${id}: response time (${percentile})`,
                        metrics: [target("TargetResponseTime", percentile)],
                    },
                    { title: `${id}: healthy tasks`, metrics: [target("HealthyHostCount", "Minimum")] },
                ];
            });
            const use = { title: `${key}: CPU and memory`, metrics: [ecs("CPUUtilization"), ecs("MemoryUtilization")] };
            return [...ofTargets, use];
        }),
        ...Object.entries(databases).flatMap(([key, database]) => {
            const rds = rdsMetric(database);
            return [
                { title: `${key}: CPU`, metrics: [rds("CPUUtilization")] },
                { title: `${key}: connections (of ${database.maxConnections})`, metrics: [rds("DatabaseConnections")] },
                { title: `${key}: free storage`, metrics: [rds("FreeStorageSpace")] },
                ...database.replicaIds.map((id, index) => ({
                    title: `${key}: lag of replica ${index + 1}`,
                    metrics: [replicaMetric(id)("ReplicaLag", "Maximum")],
                })),
            ];
        }),
        ...Object.entries(caches).flatMap(([key, cache]) => {
            if (app.caches[key].engine === "memcached") {
                const nodes = Array.from({ length: memcachedNodes(app.caches[key]) }, (_, index) =>
                    memcachedMetric(cache, index + 1),
                );
                return [
                    { title: `${key}: bytes of items`, metrics: nodes.map((node) => node("BytesUsedForCacheItems")) },
                    {
                        title: `${key}: hits and misses`,
                        metrics: nodes.flatMap((node) => [node("GetHits", "Sum"), node("GetMisses", "Sum")]),
                    },
                    { title: `${key}: evictions`, metrics: nodes.map((node) => node("Evictions", "Sum")) },
                ];
            }
            const redis = cacheMetric(cache);
            return [
                { title: `${key}: memory`, metrics: [redis("DatabaseMemoryUsagePercentage")] },
                { title: `${key}: hits and misses`, metrics: [redis("CacheHits"), redis("CacheMisses")] },
                { title: `${key}: evictions`, metrics: [redis("Evictions", "Sum")] },
            ];
        }),
        ...Object.entries(tables).map(([key, table]) => {
            const metric = metricOf("AWS/DynamoDB", { TableName: table.monitoringId! });
            return {
                title: `${key}: refused for load`,
                metrics: [metric("ReadThrottleEvents"), metric("WriteThrottleEvents")],
            };
        }),
        ...Object.entries(queues).flatMap(([key, { monitoringId, deadLetterId }]) => {
            const visible = "ApproximateNumberOfMessagesVisible";
            const [queue, dead] = [monitoringId, deadLetterId].map((id) => metricOf("AWS/SQS", { QueueName: id }));
            return [
                {
                    title: `${key}: messages that wait, and that nobody could handle`,
                    metrics: [queue, dead].map((of) => of(visible, "Maximum")),
                },
                {
                    title: `${key}: age of the oldest message`,
                    metrics: [queue("ApproximateAgeOfOldestMessage", "Maximum")],
                },
            ];
        }),
        ...(balancer
            ? [{ title: "Load balancer: its own errors", metrics: [balancer("HTTPCode_ELB_5XX_Count")] }]
            : []),
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
