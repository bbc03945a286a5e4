import * as pulumi from "@pulumi/pulumi";

import type * as watched from "../watched";
import {
    cloudRun,
    cloudSql,
    filter,
    firestore,
    loadBalancer,
    memcachedMetrics,
    memorystore,
    replicaLag,
    undelivered,
    waiting,
    wholeBalancer,
    type Metric,
} from "./metrics";

/** The stack at a glance, as Cloud Monitoring's JSON: two graphs to a row, services first. */
export function dashboardJson(
    displayName: string,
    { services, databases, caches, tables, queues, ingress, alarms, app }: watched.AlarmsArgs,
): pulumi.Output<string> {
    const balancer = ingress && wholeBalancer(ingress);
    const graphs: { title: string; metrics: Metric[] }[] = [
        ...Object.entries(services).flatMap(([key, { service, targets }]) => {
            const run = cloudRun(service);
            return [
                ...targets.flatMap((id) => {
                    const balancer = loadBalancer(ingress!, id);
                    return [
                        { title: `${id}: requests and errors`, metrics: [balancer.requests, balancer.errors] },
                        {
                            title: `${id}: response time (p${alarms.latencyPercentile})`,
                            metrics: [balancer.latency(`PERCENTILE_${alarms.latencyPercentile}`)],
                        },
                    ];
                }),
                { title: `${key}: CPU and memory`, metrics: [run.cpu, run.memory] },
                { title: `${key}: instances`, metrics: [run.instances] },
            ];
        }),
        ...Object.entries(databases).flatMap(([key, database]) => {
            const server = cloudSql(database, app.databases[key].engine);
            return [
                { title: `${key}: CPU`, metrics: [server.cpu] },
                { title: `${key}: connections (of ${database.maxConnections})`, metrics: [server.connections] },
                { title: `${key}: storage`, metrics: [server.storage] },
                ...database.replicaIds.map((id, index) => ({
                    title: `${key}: lag of replica ${index + 1}`,
                    metrics: [replicaLag(id)],
                })),
            ];
        }),
        ...Object.entries(caches).flatMap(([key, cache]) => {
            const redis = app.caches[key].engine === "memcached" ? memcachedMetrics(cache) : memorystore(cache);
            return [
                { title: `${key}: memory`, metrics: [redis.memory] },
                { title: `${key}: hit ratio`, metrics: [redis.hitRatio] },
                { title: `${key}: evictions`, metrics: [redis.evictions] },
            ];
        }),
        ...Object.entries(tables).map(([key, table]) => ({
            title: `${key}: refused for load`,
            metrics: [firestore(table)],
        })),
        ...Object.entries(queues).flatMap(([key, { monitoringId, deadLetterId }]) => [
            {
                title: `${key}: messages that wait, and that nobody could handle`,
                metrics: [waiting(monitoringId), waiting(deadLetterId)],
            },
            { title: `${key}: age of the oldest message`, metrics: [undelivered(monitoringId)] },
        ]),
        ...(balancer ? [{ title: "Load balancer: errors", metrics: [balancer.errors] }] : []),
    ];
    return pulumi.jsonStringify({
        displayName,
        gridLayout: {
            // JSON of a protobuf writes 64-bit numbers as strings.
            columns: "2",
            widgets: graphs.map(({ title, metrics }) => ({ title, xyChart: { dataSets: metrics.map(dataSet) } })),
        },
    });
}

const dataSet = (metric: Metric) => ({
    plotType: "LINE",
    timeSeriesQuery: {
        timeSeriesFilter: {
            filter: filter(metric),
            aggregation: {
                alignmentPeriod: "60s",
                perSeriesAligner: metric.aligner,
                crossSeriesReducer: metric.reducer,
            },
        },
    },
});
