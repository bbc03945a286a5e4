import { z } from "zod";

import { cacheEngineNames, cacheVersions, databaseVersions, engineNames } from "../engines";
import { Attribute, DeletionProtection, Moment, Name, ParameterName, text } from "./forms";

/** What keeps data: the parts that services use. */

const Tls = z.enum(["required", "optional"]);

/** A server made of another one's past, which takes that one's place. */
export const Restore = z
    .strictObject({
        /** The moment to go back to. */
        at: Moment.optional(),
        /** A backup to go back to instead: a snapshot's identifier on RDS, a backup's number on Cloud SQL. */
        backup: text(/^[\w:.-]+$/, "a snapshot's identifier (RDS) or a backup's number (Cloud SQL)").optional(),
        /**
         * The server whose past it is: an RDS identifier, the ARN of automated backups that outlived their server, or the name of
         * a Cloud SQL instance. Default: the database's own server before this one.
         */
        from: text(/^[\w:/.-]+$/, "the identifier of a server").optional(),
        /** What becomes of the database's own server before this one: kept, allowed to be removed, or gone. */
        before: z.enum(["protected", "unprotected", "removed"]).default("protected"),
    })
    .refine((restore) => !restore.at !== !restore.backup, "at (a moment) or backup, one of them");

export const Database = z.strictObject({
    /** Another engine is another server, with nothing in it: the engine of a database that has data stays. */
    engine: z.enum(engineNames).default("postgres"),
    /** Major version, of PostgreSQL 14 to 17, of MySQL 8.0 or 8.4; minor versions are kept up to date by the cloud. Default: 15 or 8.4. */
    version: z.enum(databaseVersions),
    /** GiB of SSD to begin with; both clouds grow it by themselves, up to `maxStorage`. */
    storage: z.int().min(20).max(65536).default(20),
    /** GiB beyond which storage stops growing. */
    maxStorage: z.int().min(20).max(65536).default(100),
    /** Keep a standby in a second zone. Set per environment. */
    highAvailability: z.boolean(),
    /** Days that automated backups are kept; point-in-time recovery reaches as far, on GCP at most 7 days. */
    backupDays: z.int().min(1).max(35).default(7),
    /** Take a last backup when the database is deleted. Set per environment. */
    finalBackup: z.boolean(),
    /** Read replicas; their host is `DB_REPLICA_HOST`. */
    replicas: z.int().min(0).max(5).default(0),
    /**
     * Parameters of the server, by the engine's own names: `work_mem: "16MB"`, `sql_mode: "ANSI"`. Those alone that both clouds take, and
     * that neither they nor the stack set. One that needs a restart is in force on GCP at once, by a restart, and on AWS after the next one.
     */
    parameters: z.record(ParameterName, z.union([z.string(), z.number(), z.boolean()])).default({}),
    /** Default: the app's. Replicas are copies, and go when `replicas` says so. */
    deletionProtection: DeletionProtection,
    /**
     * `optional`: the server also takes connections without TLS, for a client that knows none; services are told to use it all the same.
     * Such traffic is plain text within the private network.
     */
    tls: Tls.default("required"),
    /**
     * Servers that were restored, the first one first; services use the last. What is here stays here for as long as its server
     * lives: it says which server the database is.
     */
    restore: z.array(Restore).default([]),
    aws: z.strictObject({
        /** RDS instance class. Set per environment. */
        instanceClass: z.string(),
        /**
         * Make changes that interrupt (another class, a major version) at once, and whatever else waits. Default: in the maintenance
         * window, where the app is protected from deletion.
         */
        applyImmediately: z.boolean().optional(),
    }),
    gcp: z.strictObject({
        /** Cloud SQL tier of the ENTERPRISE edition. Set per environment. */
        tier: z.string(),
    }),
});

/**
 * An in-memory cache, reachable from the network alone: Redis with a password and, unless it is optional, TLS; or memcached, which has
 * neither: whoever gets to its port may read it.
 */
export const Cache = z.strictObject({
    /** Another engine is another server, with nothing in it. */
    engine: z.enum(cacheEngineNames).default("redis"),
    /**
     * Of Redis 7, which ElastiCache runs as 7.1 and Memorystore as 7.2; of memcached 1.6, as 1.6.22 and 1.6.15. Default: the one that
     * the engine has.
     */
    version: z.enum(cacheVersions),
    /**
     * Keep a copy in a second zone, and fail over to it. Of memcached, which copies nothing: a second node in another zone, among which
     * clients share out keys; with a node goes what it held. Set per environment.
     */
    highAvailability: z.boolean(),
    /** Default: the app's. */
    deletionProtection: DeletionProtection,
    /**
     * Of Redis. `optional`, for a client that knows no TLS or not the authority of Memorystore's certificate: services are told that there
     * is none (`redis://`), ElastiCache takes both, Memorystore has none. Password and data are then plain text within the private network.
     * Another value updates an ElastiCache and replaces a Memorystore instance. Default: `required`.
     */
    tls: Tls.optional(),
    aws: z.strictObject({
        /** What speaks Redis: Valkey is the same protocol for a fifth less; Memorystore has it as another product. */
        engine: z.enum(["redis", "valkey"]).default("redis"),
        /** ElastiCache node type. Set per environment. */
        nodeType: z.string(),
    }),
    gcp: z.strictObject({
        /** GiB of the Memorystore instance; of memcached GiB of each node, up to 256. Set per environment. */
        memory: z.int().min(1).max(300),
        /** vCPU of each node of memcached: 1 where the region has it, or an even number up to 32. Default: the fewest that the region has. */
        cpu: z.int().min(1).max(32).optional(),
    }),
});

const Key = z.strictObject({
    /** The attribute. */
    name: Attribute,
    /** What its values are. */
    type: z.enum(["string", "number"]).default("string"),
});

/** A table of items found by key: DynamoDB, or a Firestore database with one collection. Encrypted, paid by request. */
export const Table = z.strictObject({
    /** Attribute that identifies an item, with the sort key if there is one. */
    partitionKey: Key,
    /** What items of one partition key are sorted by. */
    sortKey: Key.optional(),
    /** Further ways to find items: name → attributes. */
    indexes: z
        .record(
            Name,
            z.strictObject({
                /** What items are found by. */
                partitionKey: Key,
                /** What those of one partition key are sorted by. */
                sortKey: Key.optional(),
            }),
        )
        .default({}),
    /** Attribute that holds when an item expires: seconds since 1970 on DynamoDB, a timestamp on Firestore. */
    ttl: Attribute.optional(),
    /** Every second of the last days can be brought back: 35 days on DynamoDB, 7 on Firestore. Set per environment. */
    pointInTimeRecovery: z.boolean(),
    /** Default: the app's. */
    deletionProtection: DeletionProtection,
});

/** Objects: private, encrypted, TLS only. */
export const Bucket = z.strictObject({
    /** Keep what is overwritten or deleted. */
    versioned: z.boolean().default(true),
    /** Days that overwritten or deleted versions are kept. */
    noncurrentDays: z.int().min(1).max(3650).default(30),
    /** Days after which objects are deleted. Default: never. */
    expireDays: z.int().min(1).max(36500).optional(),
    /** Keep a copy in a second region: cross-region replication, or a dual-region bucket. Set per environment. */
    replicate: z.boolean(),
    /** Refuse to delete it with the objects in it. Default: the app's. */
    deletionProtection: DeletionProtection,
    aws: z
        .strictObject({
            /** Region of the copy. Default: one near the stack's. */
            replicaRegion: z.string().optional(),
        })
        .prefault({}),
    gcp: z
        .strictObject({
            /** The other region of the dual-region bucket. Default: one near the stack's. */
            secondRegion: z.string().optional(),
        })
        .prefault({}),
});

/** Files that all instances of a service share. Encrypted at rest and on the way. */
export const Filesystem = z.strictObject({
    /** Days without a read after which a file moves to cheaper storage; 0: never. */
    infrequentAccessDays: z.literal([0, 7, 14, 30, 60, 90]).default(30),
    /** Keep daily backups (EFS), or overwritten and deleted files for a week (Cloud Storage). Set per environment. */
    backup: z.boolean(),
    /** User and group id that owns the files. */
    owner: z.int().min(0).max(65534).default(1000),
    /** Default: the app's. */
    deletionProtection: DeletionProtection,
    aws: z
        .strictObject({
            /** `bursting`: throughput grows with what is stored. `elastic`: as much as needed, paid by GB. */
            throughput: z.enum(["bursting", "elastic"]).default("bursting"),
        })
        .prefault({}),
    gcp: z
        .strictObject({
            /**
             * A Filestore server instead of a Cloud Storage bucket, for software that needs locks and fast small writes. Paid
             * by its size, from 1 TiB.
             */
            filestore: z
                .strictObject({
                    tier: z.enum(["BASIC_HDD", "BASIC_SSD"]).default("BASIC_HDD"),
                    /** GiB. */
                    capacity: z.int().min(1024).max(65536).default(1024),
                })
                .optional(),
        })
        .prefault({}),
});

/**
 * Messages that are handled once each, and kept apart when nobody could: an SQS queue, or a Pub/Sub topic with a subscription, each with
 * a dead-letter queue. Encrypted, TLS only.
 */
export const Queue = z.strictObject({
    /** Seconds that whoever received a message has to finish it, before somebody else gets it. Pub/Sub: 10 to 600, and clients ask for more. */
    visibilitySeconds: z.int().min(10).max(43_200).default(30),
    /** Days that a message waits for somebody to handle it. In the dead-letter queue it is kept for 14. */
    retentionDays: z.int().min(1).max(14).default(4),
    /** Times that a message is received before it goes to the dead-letter queue. Pub/Sub: 5 to 100. */
    maxReceives: z.int().min(1).max(1000).default(5),
    /** In order: within a message group on SQS, which drops doubles too; within an ordering key on Pub/Sub. Another value is another queue. */
    fifo: z.boolean().default(false),
    /** Refuse to delete it with the messages in it. Default: the app's. */
    deletionProtection: DeletionProtection,
});
