import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { memcachedNodes } from "../../topology/engines";
import type * as roles from "../roles";
import type * as watched from "../watched";
import {
    cloudSql,
    dualRegion,
    filestore,
    firestore,
    memcachedMetrics,
    memorystore,
    replicaLag,
    undelivered,
    waiting,
    type Metric,
} from "./metrics";
import type { Rule } from "./rule";

const gib = 1024 ** 3;

/** What is watched of what keeps data. */
export const dataRules = (args: watched.AlarmsArgs): Rule[] => [
    ...Object.keys(args.databases).flatMap((part) => databaseRules(part, args)),
    ...Object.keys(args.caches).flatMap((part) => cacheRules(part, args)),
    ...Object.entries(args.tables).map(([part, table]): Rule => ({
        failure: "tableThrottles",
        part,
        description: `Requests a minute of ${part} that are refused for load`,
        metric: firestore(table),
        threshold: args.alarms.throttlesPerMinute,
    })),
    ...Object.entries(args.buckets).flatMap(([part, bucket]): Rule[] =>
        args.app.buckets[part].replicate
            ? [
                  {
                      failure: "bucketReplication",
                      part,
                      description: `Objects of ${part} are not in both regions within 12 hours`,
                      metric: dualRegion(bucket),
                      threshold: 0,
                  },
              ]
            : [],
    ),
    ...Object.entries(args.queues).flatMap(([part, { monitoringId, deadLetterId }]): Rule[] => [
        {
            failure: "queueAge",
            part,
            description: `Seconds that the oldest message of ${part} waits`,
            metric: undelivered(monitoringId),
            threshold: args.alarms.queueAgeSeconds,
        },
        {
            failure: "queueDead",
            part,
            description: `Messages of ${part} that nobody could handle`,
            metric: waiting(deadLetterId),
            threshold: 0,
            minutes: 0,
        },
    ]),
    ...Object.keys(args.filesystems).flatMap((part) => filesystemRules(part, args)),
];

function databaseRules(part: string, { alarms, databases, place, app }: watched.AlarmsArgs): Rule[] {
    const database = databases[part];
    const server = cloudSql(database, app.databases[part].engine);
    return [
        {
            failure: "databaseCpu",
            part,
            description: `CPU of ${part}`,
            metric: server.cpu,
            threshold: alarms.cpuPercent / 100,
            minutes: alarms.cpuMinutes,
        },
        {
            failure: "databaseConnections",
            part,
            description: `Connections to ${part}, of ${database.maxConnections}`,
            metric: server.connections,
            threshold: Math.floor((database.maxConnections * alarms.databaseConnectionsPercent) / 100),
        },
        {
            failure: "databaseStorage",
            part,
            description: `Storage of ${part}: it has not grown`,
            metric: server.storage,
            threshold: alarms.storagePercent / 100,
            minutes: 15,
        },
        {
            failure: "databaseDown",
            part,
            description: `${part} does not run`,
            metric: server.up,
            comparison: "COMPARISON_LT",
            threshold: 1,
            minutes: 10,
            missing: "ACTIVE",
        },
        {
            failure: "databaseBackup",
            part,
            description: `A backup of ${part} failed`,
            log: pulumi.interpolate`resource.type="cloudsql_database" AND resource.labels.database_id="${database.monitoringId}" AND logName="projects/${place.project}/logs/cloudaudit.googleapis.com%2Fsystem_event" AND protoPayload.methodName="cloudsql.instances.automatedBackup" AND protoPayload.metadata.windowStatus=("STATUS_FAILED" OR "STATUS_ATTEMPT_FAILED")`,
        },
        ...database.replicaIds.map((id, index): Rule => ({
            failure: "databaseLag",
            part: `${part}-replica-${index + 1}`,
            description: `Seconds that replica ${index + 1} of ${part} is behind`,
            metric: replicaLag(id),
            threshold: alarms.replicaLagSeconds,
            // A replica that has stopped reports nothing.
            missing: "ACTIVE",
        })),
    ];
}

/** What is measured of a cache, whose engine says by what. */
interface CacheFigures {
    /** Absent where full is how it works: memcached drops what nobody asked for the longest. */
    memory?: Metric;
    cpu: Metric;
    cpuOf: string;
    evictions: Metric;
    up: Metric;
    /** Nodes that there have to be; with fewer it is down. */
    least: number;
    down: string;
}

function cacheRules(part: string, { alarms, caches, app }: watched.AlarmsArgs): Rule[] {
    const figuresOf = app.caches[part].engine === "memcached" ? memcachedFigures : redisFigures;
    const { memory, cpu, cpuOf, evictions, up, least, down } = figuresOf(part, caches[part], app.caches[part]);
    const full: Rule[] = memory
        ? [
              {
                  failure: "cacheMemory",
                  part,
                  description: `Memory of ${part}`,
                  metric: memory,
                  threshold: alarms.memoryPercent / 100,
              },
          ]
        : [];
    return [
        ...full,
        {
            failure: "cacheCpu",
            part,
            description: `CPU of ${cpuOf}`,
            metric: cpu,
            threshold: alarms.cpuPercent / 100,
            minutes: alarms.cpuMinutes,
        },
        {
            failure: "cacheEvictions",
            part,
            description: `Keys a minute that ${part} drops for want of memory`,
            metric: evictions,
            threshold: alarms.evictionsPerMinute,
        },
        {
            failure: "cacheDown",
            part,
            description: down,
            metric: up,
            comparison: "COMPARISON_LT",
            threshold: least,
            missing: "ACTIVE",
        },
    ];
}

/** Of the node that has it worst. */
function memcachedFigures(part: string, cache: roles.Cache, said: topology.Cache): CacheFigures {
    const { cpu, evictions, up } = memcachedMetrics(cache);
    const down = `Nodes of ${part} that report: one does not`;
    return { cpu, cpuOf: part, evictions, up, least: memcachedNodes(said), down };
}

function redisFigures(part: string, cache: roles.Cache): CacheFigures {
    const { memory, cpu, evictions, primaries: up } = memorystore(cache);
    const down = `Primary nodes of ${part}: it has none`;
    return { memory, cpu, cpuOf: `the main thread of ${part}`, evictions, up, least: 1, down };
}

/** Of a Filestore server, which has a size; a bucket has none. */
function filesystemRules(part: string, { alarms, filesystems, app }: watched.AlarmsArgs): Rule[] {
    const server = app.filesystems[part].gcp.filestore;
    if (!server) return [];
    return [
        {
            failure: "filesystemStorage",
            part,
            description: `Storage of ${part} in use, bytes`,
            metric: filestore(filesystems[part]),
            threshold: Math.round((server.capacity * gib * alarms.storagePercent) / 100),
            minutes: 15,
        },
    ];
}
