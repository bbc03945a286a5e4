import type { Input, Output, Resource } from "@pulumi/pulumi";

import type * as topology from "../topology/app";
import type { Gates } from "./gates";
import type { Network, Place } from "./roles-place";

/** What keeps data and secrets. A part of roles.ts. */

/** A secret kept in the cloud's store, referenced and never copied. */
export interface SecretRef {
    /** What permissions are granted on: the secret's ARN, or its resource id. */
    id: Output<string>;
    /** What a container's environment names: `ARN` or `ARN:key::` on AWS; the secret's id on GCP. */
    valueFrom: Output<string>;
    /** Version to read (GCP), or that tasks were started with (AWS); `latest` where the value is replaced by hand. */
    version: Output<string>;
    /** What it holds, for values that are composed of it; absent where its owner sets it in the store. A secret to the engine. */
    value?: Output<string>;
}

/** One value in the cloud's secret store. */
export interface SecretArgs {
    /** The value, if the program knows it; otherwise a random one that the owner replaces and the program leaves alone. */
    value?: Input<string>;
    /** What the random one looks like. @default 40 letters and digits */
    format?: topology.SecretFormat;
    /** Several of them. One JSON secret on AWS; a secret a key on GCP. */
    values?: Record<string, Input<string>>;
    /** What it is, for whoever finds it in the store. */
    description?: string;
    /** Keys whose values the owner sets. One JSON secret on AWS; a secret a key on GCP, whose services read whole secrets. */
    keys?: readonly string[];
    /** Key → what its first value looks like. @default 40 letters and digits each */
    formats?: Readonly<Record<string, topology.SecretFormat>>;
    /** Days that a deleted secret can be brought back; 0 deletes at once. AWS only: GCP has no such window. @default 0 */
    recoveryDays?: number;
    /** Refuse to delete it: its value is nowhere else. @default false */
    deletionProtection?: boolean;
    /** Say on a topic when a value changes. GCP only: AWS always says so, to EventBridge. @default false */
    announced?: boolean;
}
export interface Secret {
    /** Topic on which changes are said (GCP, where announced). */
    readonly topic?: Output<string>;
    /** The secret's only value, or the one under `key`. */
    ref(key?: string): SecretRef;
}

/** Something that a service `uses`: it adds to the service's environment and may open the way to itself. */
export interface Backing {
    /** Its name in the topology. */
    readonly name: string;
    /** Plain part of the environment contract: `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER`. */
    readonly environment: Record<string, Input<string>>;
    /** Secret part of the environment contract: `DB_PASSWORD`, `DATABASE_URL`. */
    readonly secrets: Record<string, SecretRef>;
    /** What only references name (topology/references.ts): `sslmode`, `tls`, `sslQuery`. */
    readonly fields?: Record<string, string>;
    /** Port that services connect to; absent for what is reached by the cloud's own API. */
    readonly port?: number;
    /** The security group that guards it (AWS); a service adds the rules of its own way in. */
    readonly securityGroupId?: Output<string>;
    /**
     * Lets an identity use it, where a password does not: a role's name (AWS) or an IAM member (GCP) gets what reading and
     * writing it takes, and nothing else.
     * @param formerly whose resource it was, if it may have been another's
     * @returns what must exist before the identity's service runs
     */
    grant?(name: string, identity: Output<string>, parent: Resource, formerly?: Resource): Resource[];
}

/** A private server of PostgreSQL or MySQL: RDS on AWS, Cloud SQL on GCP. Encrypted at rest and, unless optional, in transit; never public. */
export interface DatabaseArgs {
    place: Place;
    /** Its name in the topology; `db` makes `DB_HOST`. */
    name: string;
    database: topology.Database;
    network: Network;
    /** A change of its password must have succeeded before anybody is told the new one. */
    gates: Gates;
    /** Refuse to delete it. Replicas, which are copies, may go. */
    deletionProtection: boolean;
    /** Whether a change that interrupts it is made at once, or waits for the maintenance window (AWS). */
    interruptible: boolean;
    /** Days that its logs are kept. */
    logRetentionDays: number;
}
export interface Database extends Backing {
    readonly host: Output<string>;
    /** How the cloud's monitoring names it: the RDS identifier, or `project:instance`. */
    readonly monitoringId: Output<string>;
    /** Connections that its class admits, by the cloud's own default, or as it is set. */
    readonly maxConnections: number;
    /** Monitoring ids of the read replicas. */
    readonly replicaIds: Output<string>[];
}

/** An in-memory cache: ElastiCache or Memorystore. Redis with a password and, unless optional, TLS; or memcached, which has neither; never public. */
export interface CacheArgs {
    place: Place;
    /** Its name in the topology; `redis` makes `REDIS_HOST`. */
    name: string;
    cache: topology.Cache;
    network: Network;
    /** As a database's (AWS). On GCP the server makes its password. */
    gates: Gates;
    deletionProtection: boolean;
    /** Whether a change that interrupts it is made at once, or waits for the maintenance window (AWS). */
    interruptible: boolean;
}
export interface Cache extends Backing {
    readonly host: Output<string>;
    /** How the cloud's monitoring names it: the id of the replication group or cluster, or the instance's id, or its name (memcached). */
    readonly monitoringId: Output<string>;
}

/** A table of items found by key: DynamoDB, or a Firestore database with one collection. */
export interface TableArgs {
    place: Place;
    /** Its name in the topology; `facts` makes `FACTS_TABLE`. */
    name: string;
    table: topology.Table;
    deletionProtection: boolean;
}
export interface Table extends Backing {
    /** The table's, or the collection's, physical name. */
    readonly table: Output<string>;
    /** How the cloud's monitoring names it: the table's name, or its Firestore database's. Nobody watches a laptop's. */
    readonly monitoringId?: Output<string>;
}

/** Private objects: an S3 or a Cloud Storage bucket. */
export interface BucketArgs {
    place: Place;
    /** Its name in the topology; `assets` makes `ASSETS_BUCKET`. */
    name: string;
    bucket: topology.Bucket;
    /** ARN of the CDN's distribution, if it fetches from here (AWS). GCP: not given, the CDN lets itself in. */
    reader?: Input<string>;
    deletionProtection: boolean;
}
export interface Bucket extends Backing {
    /** The bucket's physical name. */
    readonly bucket: Output<string>;
    /** ARN (AWS) or id of the bucket. */
    readonly id: Output<string>;
    /** Name of the copy in another region (AWS, where there is one). */
    readonly replica?: Output<string>;
    /** `<bucket>.s3.<region>.amazonaws.com` (AWS), where a CDN fetches from. */
    readonly domainName?: Output<string>;
}

/** Messages, each for whoever handles it first: SQS; a Pub/Sub topic with a subscription. With a dead-letter queue. */
export interface QueueArgs {
    place: Place;
    /** Its name in the topology; `mail` makes `MAIL_QUEUE`. */
    name: string;
    queue: topology.Queue;
    deletionProtection: boolean;
}
export interface Queue extends Backing {
    /** The queue's physical name; on GCP the topic's and the subscription's. */
    readonly queue: Output<string>;
    /** How the cloud's monitoring names it: the queue's name, or the subscription's. */
    readonly monitoringId: Output<string>;
    /** How it names what keeps the messages that nobody could handle. */
    readonly deadLetterId: Output<string>;
}

/** Files that instances share: EFS; a Cloud Storage volume, or a Filestore server. */
export interface FilesystemArgs {
    place: Place;
    /** Its name in the topology; `cache` makes `CACHE_PATH`. */
    name: string;
    filesystem: topology.Filesystem;
    network: Network;
    deletionProtection: boolean;
}
export interface Filesystem extends Backing {
    /** EFS file system id, the volume's bucket, or the Filestore server's address. */
    readonly id: Output<string>;
    /** EFS access point id (AWS). */
    readonly accessPointId?: Output<string>;
    /** Exported path of the Filestore server (GCP); absent for a bucket. */
    readonly share?: string;
    /** User and group id that own the files. */
    readonly owner: number;
    /** How the cloud's monitoring names it: the EFS file system's id, or the Filestore server's name. A bucket has none. */
    readonly monitoringId?: Output<string>;
}
