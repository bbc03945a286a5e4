import type { Failure } from "./failure";

/** What can fail of tables, buckets, queues and file systems. */
export const storeFailures = {
    tableThrottles: {
        role: "Table",
        alarm: "throttles",
        what: "Requests are refused for load",
        threshold: "throttlesPerMinute",
        aws: { by: "ReadThrottleEvents and WriteThrottleEvents" },
        gcp: { by: "Requests that end in RESOURCE_EXHAUSTED" },
    },
    bucketReplication: {
        role: "Bucket",
        alarm: "replication",
        what: "Objects are not copied to the other region",
        aws: { by: "OperationsFailedReplication" },
        gcp: { by: "Whether the recovery point of 12 hours is met" },
    },
    queueAge: {
        role: "Queue",
        alarm: "age",
        what: "Its messages wait: nobody handles them, or not fast enough",
        threshold: "queueAgeSeconds",
        aws: { by: "ApproximateAgeOfOldestMessage" },
        gcp: { by: "Age of the oldest message that is not acknowledged" },
    },
    queueDead: {
        role: "Queue",
        alarm: "dead",
        what: "A message could not be handled and is in the dead-letter queue",
        aws: { by: "ApproximateNumberOfMessagesVisible of the dead-letter queue" },
        gcp: { by: "Undelivered messages of the dead-letter subscription" },
    },
    filesystemThroughput: {
        role: "Filesystem",
        alarm: "throughput",
        what: "It becomes slow: its burst credits, or the operations that it admits, run out",
        threshold: "burstCreditPercent",
        aws: { by: "BurstCreditBalance (bursting) or PercentIOLimit (elastic)" },
        gcp: {
            instead: "A bucket grows with its use and Filestore's throughput is fixed; latency of the service tells",
        },
    },
    filesystemStorage: {
        role: "Filesystem",
        alarm: "storage",
        what: "It runs out of storage",
        threshold: "storagePercent",
        aws: { instead: "EFS has no size" },
        gcp: { by: "Used bytes of a Filestore server; a bucket has no size" },
    },
    filesystemBackup: {
        role: "Filesystem",
        alarm: "backup",
        what: "A backup fails",
        aws: { by: "AWS Backup's event of a job that failed, expired or was aborted" },
        gcp: { instead: "Deleted files are kept by the bucket itself: there is no job that could fail" },
    },
} as const satisfies Record<string, Failure>;
