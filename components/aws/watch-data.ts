import type * as topology from "../../topology/app";
import type * as roles from "../roles";
import { memcachedNodes } from "../../topology/engines";
import type * as watched from "../watched";
import { cacheMetric, memcachedMetric, metricOf, rdsMetric, replicaMetric, type Metric } from "./metrics";
import { sumOf, type Combined, type Rule } from "./rule";

const gib = 1024 ** 3;
/** Bytes of burst credits that a file system begins with: 2.1 TiB. */
const firstCredits = 2.1 * 1024 ** 4;

/** What is watched of what keeps data. */
export const dataRules = (args: watched.AlarmsArgs): Rule[] => [
    ...Object.keys(args.databases).flatMap((part) => databaseRules(part, args)),
    ...Object.keys(args.caches).flatMap((part) => cacheRules(part, args)),
    ...Object.entries(args.tables).map(([part, table]) => tableRule(part, table, args.alarms)),
    ...Object.entries(args.buckets).flatMap(([part, bucket]) => bucketRules(part, bucket)),
    ...Object.entries(args.queues).flatMap(([part, queue]) => queueRules(part, queue, args.alarms)),
    ...Object.keys(args.filesystems).map((part) => filesystemRule(part, args)),
];

function databaseRules(part: string, { alarms, databases, app }: watched.AlarmsArgs): Rule[] {
    const database = databases[part];
    const metric = rdsMetric(database);
    return [
        {
            failure: "databaseCpu",
            part,
            description: `CPU of ${part}, percent`,
            metric: metric("CPUUtilization"),
            threshold: alarms.cpuPercent,
            minutes: alarms.cpuMinutes,
        },
        {
            failure: "databaseConnections",
            part,
            description: `Connections to ${part}, of ${database.maxConnections}`,
            metric: metric("DatabaseConnections"),
            threshold: Math.floor((database.maxConnections * alarms.databaseConnectionsPercent) / 100),
        },
        {
            failure: "databaseStorage",
            part,
            description: `Free storage of ${part}, bytes: it has not grown`,
            metric: metric("FreeStorageSpace"),
            comparison: "LessThanThreshold",
            threshold: Math.round((app.databases[part].storage * gib * (100 - alarms.storagePercent)) / 100),
            // RDS grows storage of which a tenth has been free for five minutes.
            minutes: 15,
        },
        {
            failure: "databaseDown",
            part,
            description: `${part} reports nothing: it does not run`,
            metric: metric("CPUUtilization"),
            comparison: "LessThanThreshold",
            threshold: 0,
            minutes: 10,
            missing: "breaching",
        },
        ...database.replicaIds.map((id, index): Rule => ({
            failure: "databaseLag",
            part: `${part}-replica-${index + 1}`,
            description: `Seconds that replica ${index + 1} of ${part} is behind`,
            metric: replicaMetric(id)("ReplicaLag", "Maximum"),
            threshold: alarms.replicaLagSeconds,
            // A replica that has stopped reports nothing.
            missing: "breaching",
        })),
    ];
}

/** What is measured of a cache, whose engine says by what. */
interface CacheFigures {
    /** Absent where full is how it works: memcached drops what nobody asked for the longest. */
    memory?: Metric;
    cpu: Metric | Combined;
    cpuOf: string;
    evictions: Metric | Combined;
    /** Less than 1 where it is down. */
    up: Metric | Combined;
    down: string;
}

function cacheRules(part: string, { alarms, caches, app }: watched.AlarmsArgs): Rule[] {
    const figuresOf = app.caches[part].engine === "memcached" ? memcachedFigures : redisFigures;
    const { memory, cpu, cpuOf, evictions, up, down } = figuresOf(part, caches[part], app.caches[part]);
    const full: Rule[] = memory
        ? [
              {
                  failure: "cacheMemory",
                  part,
                  description: `Memory of ${part}, percent`,
                  metric: memory,
                  threshold: alarms.memoryPercent,
              },
          ]
        : [];
    return [
        ...full,
        {
            failure: "cacheCpu",
            part,
            description: `CPU of ${cpuOf}, percent`,
            metric: cpu,
            threshold: alarms.cpuPercent,
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
            comparison: "LessThanThreshold",
            threshold: 1,
            missing: "breaching",
        },
    ];
}

/** A figure of each of so many nodes. */
const byNode = (nodes: number, of: (node: number) => Metric): Record<string, Metric> =>
    Object.fromEntries(Array.from({ length: nodes }, (_, index) => [`node${index + 1}`, of(index + 1)]));

/** Of the node that has it worst. */
function memcachedFigures(part: string, cache: roles.Cache, said: topology.Cache): CacheFigures {
    const ofNodes = (name: string, statistic: string) =>
        byNode(memcachedNodes(said), (node) => memcachedMetric(cache, node)(name, statistic));
    return {
        cpu: greatestOf(ofNodes("CPUUtilization", "Average")),
        cpuOf: part,
        evictions: sumOf(ofNodes("Evictions", "Sum")),
        up: leastOf(ofNodes("CurrConnections", "Maximum")),
        down: `Connections of each node of ${part}, of which ElastiCache itself has some: a node has none`,
    };
}

/** Of whichever node is the primary: after a failover it is another. */
function redisFigures(part: string, cache: roles.Cache, { highAvailability }: topology.Cache): CacheFigures {
    const ofNodes = (name: string, statistic: string) =>
        byNode(highAvailability ? 2 : 1, (node) => cacheMetric(cache, node)(name, statistic));
    return {
        memory: cacheMetric(cache)("DatabaseMemoryUsagePercentage"),
        cpu: greatestOf(ofNodes("EngineCPUUtilization", "Average")),
        cpuOf: `the engine of ${part}`,
        evictions: sumOf(ofNodes("Evictions", "Sum")),
        up: sumOf(ofNodes("IsMaster", "Maximum")),
        down: `Primary nodes of ${part}: it has none`,
    };
}

function greatestOf(metrics: Record<string, Metric>): Metric | Combined {
    const ids = Object.keys(metrics);
    if (ids.length === 1) return metrics[ids[0]];
    return { expression: `MAX([${ids.join(", ")}])`, label: "greatest", metrics };
}

/** A node that says nothing has none. */
function leastOf(metrics: Record<string, Metric>): Metric | Combined {
    const ids = Object.keys(metrics);
    if (ids.length === 1) return metrics[ids[0]];
    return { expression: `MIN([${ids.map((id) => `FILL(${id}, 0)`).join(", ")}])`, label: "least", metrics };
}

function tableRule(part: string, table: roles.Table, alarms: topology.Alarms): Rule {
    const metric = metricOf("AWS/DynamoDB", { TableName: table.monitoringId! });
    return {
        failure: "tableThrottles",
        part,
        description: `Requests a minute of ${part} that are refused for load`,
        metric: sumOf({ reads: metric("ReadThrottleEvents"), writes: metric("WriteThrottleEvents") }),
        threshold: alarms.throttlesPerMinute,
    };
}

/** A message in the dead-letter queue is one too many, and rings until somebody has taken it out. */
function queueRules(part: string, { monitoringId, deadLetterId }: roles.Queue, alarms: topology.Alarms): Rule[] {
    return [
        {
            failure: "queueAge",
            part,
            description: `Seconds that the oldest message of ${part} waits`,
            metric: metricOf("AWS/SQS", { QueueName: monitoringId })("ApproximateAgeOfOldestMessage", "Maximum"),
            threshold: alarms.queueAgeSeconds,
        },
        {
            failure: "queueDead",
            part,
            description: `Messages of ${part} that nobody could handle`,
            metric: metricOf("AWS/SQS", { QueueName: deadLetterId })("ApproximateNumberOfMessagesVisible", "Maximum"),
            threshold: 0,
            minutes: 1,
        },
    ];
}

/** The copy in another region. */
function bucketRules(part: string, { bucket, replica }: roles.Bucket): Rule[] {
    if (!replica) return [];
    const dimensions = { SourceBucket: bucket, DestinationBucket: replica, RuleId: "everything" };
    return [
        {
            failure: "bucketReplication",
            part,
            description: `Objects of ${part} that were not copied to the other region`,
            metric: metricOf("AWS/S3", dimensions)("OperationsFailedReplication"),
            threshold: 0,
            minutes: 1,
            period: 300,
        },
    ];
}

/** Without a client a file system reports nothing. */
function filesystemRule(part: string, { alarms, filesystems, app }: watched.AlarmsArgs): Rule {
    const metric = metricOf("AWS/EFS", { FileSystemId: filesystems[part].monitoringId! });
    const common = { failure: "filesystemThroughput", part, minutes: 15 } as const;
    return app.filesystems[part].aws.throughput === "bursting"
        ? {
              ...common,
              description: `Burst credits that ${part} has left, bytes`,
              metric: metric("BurstCreditBalance", "Minimum"),
              comparison: "LessThanThreshold",
              threshold: Math.round((firstCredits * alarms.burstCreditPercent) / 100),
          }
        : {
              ...common,
              description: `Operations of ${part}, percent of what it admits`,
              metric: metric("PercentIOLimit", "Maximum"),
              threshold: 100 - alarms.burstCreditPercent,
          };
}
