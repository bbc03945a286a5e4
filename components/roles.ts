import type { Input, Output, Resource } from "@pulumi/pulumi";

import type * as topology from "../topology/app";
import type { Endpoint } from "../topology/endpoints";
import type { Gates, Passage } from "./gates";
import type { Ingress } from "./roles-entrance";

/**
 * The contract of each role, that both clouds implement: plain data from the topology and references to other resources
 * in, outputs out. Documented once, here; the twins are `aws/<role>.ts` and `gcp/<role>.ts`, with the same class names.
 */

export * from "./roles-account";
export * from "./roles-entrance";

/** Where a stack lives and what its resources are called. */
export interface Place {
    /** `<app>-<stack>`: the beginning of every resource's name. */
    prefix: string;
    /** The app's name. */
    app: string;
    /** The stack's name. */
    stack: string;
    /** AWS or GCP region of the stack. */
    region: string;
    /** The region's first two availability zones (AWS; empty on GCP, whose subnets span zones). */
    zones: string[];
    /** GCP project id; empty on AWS. */
    project: string;
    /** ARN of what bounds every role of the stack (AWS); absent: nothing does. */
    permissionsBoundary?: string;
}

/** What all services of a stack stand on: an ECS cluster and log group; project APIs and log bucket on GCP. */
export interface PlatformArgs {
    place: Place;
    logs: topology.App["logs"];
    /** Whether services call each other by name. */
    connected: boolean;
    /** APIs that the app's parts need beside those of every stack: `firestore` (GCP). */
    apis?: string[];
    /** What logs, by its name in the topology (GCP). AWS: not given, its log groups have one owner each. */
    logged?: Logged;
}
/** Parts of a stack that log into a place which they share with other stacks. */
export interface Logged {
    /** Keys of Cloud Run services. */
    services: string[];
    /** Names of Cloud Run worker pools. */
    workers: string[];
    jobs: string[];
    databases: string[];
    subnets: string[];
}
export interface Platform {
    /** ECS cluster name, or the GCP project once its APIs are on. */
    readonly cluster: Output<string>;
    /** Log group, or log bucket. */
    readonly logs: Output<string>;
    /** ARN of the namespace in which services find each other (AWS, where services are connected). */
    readonly namespace?: Output<string>;
}

/** A private network in one region: VPC with subnets, a way out (NAT) and the cloud's own services reached privately. */
export interface NetworkArgs {
    place: Place;
    network: topology.Network;
    /** Days that flow logs are kept (AWS; on GCP with the stack's own). */
    logRetentionDays: number;
    /** Whether services call each other. On GCP their names then lead to them by way of the network. */
    connected: boolean;
    /** Whether there are tables, which then are reached without NAT (AWS; Google's APIs always are). @default false */
    tables?: boolean;
}
export interface Network {
    readonly id: Output<string>;
    /** Subnets for load balancers (AWS); the region's subnet on GCP, whose load balancer is global. */
    readonly publicSubnetIds: Output<string[]>;
    /** Subnets for services and databases. With `nat: none` services run in the public ones. */
    readonly privateSubnetIds: Output<string[]>;
    /** Whether instances reach the internet without public addresses of their own. */
    readonly nat: boolean;
}

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
    /** Several of them. One JSON secret on AWS; a secret a key on GCP. */
    values?: Record<string, Input<string>>;
    /** What it is, for whoever finds it in the store. */
    description?: string;
    /** Keys whose values the owner sets. One JSON secret on AWS; a secret a key on GCP, whose services read whole secrets. */
    keys?: readonly string[];
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
    /** What only references name (topology/references.ts): `sslmode`, `tls`. */
    readonly fields?: Record<string, string>;
    /** Port that services connect to; absent for what is reached by the cloud's own API. */
    readonly port?: number;
    /** The security group that guards it (AWS); a service adds the rules of its own way in. */
    readonly securityGroupId?: Output<string>;
    /**
     * Lets an identity use it, where a password does not: a role's name (AWS) or an IAM member (GCP) gets what reading and
     * writing it takes, and nothing else.
     * @returns what must exist before the identity's service runs
     */
    grant?(name: string, identity: Output<string>, parent: Resource): Resource[];
}

/** A private server of PostgreSQL or MySQL: RDS on AWS, Cloud SQL on GCP. Encrypted at rest and in transit, never public. */
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

/** An in-memory cache: ElastiCache or Memorystore. Redis with TLS and a password, or memcached, which has neither; never public. */
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

/** A container image, in a registry of its own that scans it and keeps the last ten; built unless a reference is given. */
export interface ImageArgs {
    place: Place;
    image: topology.Service["image"];
    /** What was released and runs: then nothing is built. */
    release?: string;
    /** `linux/amd64` or `linux/arm64`. */
    platform: string;
    /** Refuse to delete the registry, with the images in it. */
    deletionProtection: boolean;
}
export interface Image {
    /** What to deploy, with its digest. */
    readonly reference: Output<string>;
    /** Where CI pushes images; undefined for an image that is only referenced. */
    readonly repository?: Output<string>;
    /** What permissions are granted on: the repository's ARN, or its id. */
    readonly repositoryId?: Output<string>;
    /** What another image of the service is pulled by: its own name, or that in a repository which fetches it for Cloud Run. */
    pulled(reference: string): Output<string>;
}

/**
 * A container service that scales and replaces what fails: ECS Fargate or Cloud Run. One without ports is a worker: an ECS service
 * behind nothing, or a Cloud Run worker pool.
 */
export interface ServiceArgs {
    place: Place;
    /** Its name in the topology. */
    name: string;
    service: topology.Service;
    image: Image;
    platform: Platform;
    network: Network;
    /** Its ports that the load balancer leads to. On GCP at most one: each has a Cloud Run service of its own. */
    endpoints: Endpoint[];
    /** Whether other services call it privately. */
    called: boolean;
    /** What it `uses`, and the services that it `calls`. */
    backings: Backing[];
    /** File systems and where they are in the container. */
    mounts: { filesystem: Filesystem; path: string }[];
    /** Jobs that run before a new version gets traffic (AWS, where they begin each task). GCP: not given. */
    before: Record<string, topology.Job>;
    /** Those jobs themselves, which must have succeeded first (GCP). AWS: not given. */
    after?: (Job & Resource)[];
    /** Environment variable → value, of the service's own: its `env`, the references in it resolved. */
    env: Record<string, Input<string>>;
    /** Environment variable → secret, likewise. */
    secrets: Record<string, SecretRef>;
    /** Absolute path → secret, of the files that its containers read secrets from. */
    secretFiles: Record<string, SecretRef>;
    /** The containers beside its own, by their names. */
    sidecars: Record<string, SidecarArgs>;
    /** The queue by which it scales, as monitoring names it (AWS; Cloud Run does not scale by one). */
    backlogOf?: Output<string>;
    /** The load balancer it registers with (AWS, where the services follow it). GCP: not given. */
    ingress?: Ingress & Resource;
    tracing: topology.Tracing;
    /** Its deployment must have succeeded, and its jobs before that. */
    gates: Gates;
    deletionProtection: boolean;
    /**
     * The running service, for its candidate: a second one with another image, which has its roles and ways in and out, and
     * which no other service calls.
     */
    beside?: Service & Resource;
}
/** A container beside a service's own. */
export interface SidecarArgs {
    sidecar: topology.Sidecar;
    image: Image;
    /** Environment variable → value: its `env`, the references in it resolved. */
    env: Record<string, Input<string>>;
    /** Environment variable → secret, likewise. */
    secrets: Record<string, SecretRef>;
    /** File systems of the service's, and where they are in this container. */
    mounts: { filesystem: Filesystem; path: string }[];
}
export interface Service extends Backing {
    /** The service's physical name, by which monitoring, and on GCP the load balancer, know it. */
    readonly serviceName: Output<string>;
    /** Where other services call it: `http://backend:8080`, or its address at Cloud Run. A worker has none. */
    readonly privateUrl?: Output<string>;
    /** Whether it takes no requests. */
    readonly worker: boolean;
    /** Who it is to the cloud: the task role's name (AWS), or an IAM member (GCP). */
    readonly identity: Output<string>;
    /** ARN of the task definition (AWS), by which jobs run as the service does. */
    readonly taskDefinition?: Output<string>;
    /** ARNs of the roles that a task of the service is given (AWS). */
    readonly taskRoles?: Output<string>[];
}

/** How many instances of a service run when: ECS service scaling; on GCP the hours in which a minimum is kept. */
export interface ScalingArgs {
    place: Place;
    scale: topology.Scale;
    gates: Gates;
    service: Pick<Service, "serviceName" | "identity" | "worker">;
    platform: Platform;
    /** The queue by which it scales, as monitoring names it (AWS). */
    backlogOf?: Output<string>;
    /** The load balancer, and the first of its targets that the service has, if any (AWS). */
    ingress?: Ingress;
    target?: string;
}

/** A task that ends: an ECS task that Step Functions runs, stops and tries again; a Cloud Run job. */
export interface JobArgs {
    place: Place;
    /** Its name in the topology. */
    name: string;
    job: topology.Job;
    /** What the service's own containers are made from. */
    as: ServiceArgs;
    /** Days that the log of what starts it is kept (AWS; on GCP it has none). */
    logRetentionDays: number;
    /** The running service, as which the task runs (AWS). A Cloud Run job stands by itself, so that it can run before. */
    service?: Service;
}
export interface Job {
    /** How a person starts it: a command for the cloud's own CLI. */
    readonly start: Output<string>;
    /** Its physical name (GCP). */
    readonly jobName?: Output<string>;
    /** Who it is to the cloud: an IAM member (GCP). On AWS it is its service. */
    readonly identity?: Output<string>;
    /** How the cloud's monitoring names it: the state machine's ARN (none before a deployment), or the job's name. */
    readonly monitoringId?: Output<string>;
    /** What starts it, where it has a schedule: the schedule's group, or the Cloud Scheduler job's name. */
    readonly scheduleId?: Output<string>;
}

/**
 * Starts services' instances anew when a value of a set of secrets changes: by Secrets Manager's own event and a state machine
 * that deploys the ECS services again; by Secret Manager's topic and a workflow that makes a revision of the Cloud Run services.
 */
export interface RotationArgs {
    place: Place;
    /** The set, made `announced`. */
    secret: Secret;
    /** Its keys. */
    keys: readonly string[];
    /** The services that read it. */
    services: Record<string, Service>;
    /** Of the services, by the same names. */
    images: Record<string, Image>;
    /** Of their sidecars, by the names of both (GCP). AWS: not given. */
    beside?: Record<string, Image>;
    platform: Platform;
    /** Days that the log of its failures is kept (AWS; on GCP the project's). */
    logRetentionDays: number;
}
export interface Rotation {
    /** How the cloud's monitoring names what starts the services: the state machine's ARN, or the workflow's name. */
    readonly monitoringId: Output<string>;
    /** How it names what hears of the new value: the rule's name, or the trigger's Pub/Sub subscription. */
    readonly listenerId: Output<string>;
}

/** Who deploys without a long-lived key: a role (AWS) or service account (GCP) that GitHub Actions assumes by OpenID Connect. */
export interface DeployerArgs {
    place: Place;
    deployer: topology.Deployer;
    images: Record<string, Image>;
    /** Of sidecars, by the names of their services and their own (GCP). AWS: not given. */
    beside?: Record<string, Image>;
    services: Record<string, Service>;
    /** Jobs, whose image is their own (GCP). AWS: not given, they run what their service does. */
    jobs?: Record<string, Job>;
    platform: Platform;
}
export interface Deployer {
    /** What the workflow names: the role's ARN, or the service account's e-mail address. */
    readonly identity: Output<string>;
    /** Workload identity provider that the workflow names (GCP). */
    readonly provider?: Output<string>;
}

/** The cloud's own pipeline from a branch to the stack: CodePipeline and CodeBuild, or Cloud Build. */
export interface PipelineArgs {
    place: Place;
    pipeline: topology.Pipeline;
    /** Where its log goes (GCP). */
    platform: Platform;
    logRetentionDays: number;
}
export interface Pipeline {
    /** What its alarm knows it by: the pipeline's name, or the trigger's id. Absent until its connection is finished (GCP). */
    readonly monitoringId?: Output<string>;
    /** Its page in the cloud's console. */
    readonly url: Output<string>;
    /** The connection to GitHub, whose page says whether a person has yet to finish it: its ARN or name. */
    readonly connection: Output<string>;
}

/** What a stack tells the outside world, and its own next `up`: the same names on both clouds. */
export interface Outputs {
    /** Where the app answers; absent where nothing reaches it, an app of workers. */
    url?: Output<string>;
    /** Service → the image that runs. */
    image: Record<string, Output<string>>;
    /** Service → where CI pushes its image; services with a foreign image have none. */
    registry: Record<string, Output<string> | undefined>;
    /** Database → host name or private address. */
    database: Record<string, Output<string>>;
    /** Bucket → its name. */
    bucket: Record<string, Output<string>>;
    /** Job → command that starts it. */
    job: Record<string, Output<string>>;
    /** What a deployment workflow signs in as; absent without a deployer. */
    deployer?: Output<string>;
    /** Workload identity provider that it signs in by (GCP). */
    deployerProvider?: Output<string>;
    /** The page of the cloud's own pipeline; absent without one. */
    pipeline?: Output<string>;
    /** The pipeline's connection to GitHub, which a person finishes once in the console: its ARN or name. */
    pipelineConnection?: Output<string>;
    /** Log group, or log bucket; or the command that shows logs. */
    logs: Output<string>;
    /** Console URL of the dashboard; absent where there is none, on the machine at hand. */
    dashboard?: Output<string>;
    /** What has passed its gate, and how (gates.ts); absent on the machine at hand. */
    passed?: Record<string, Output<Passage | undefined>>;
    /** What each service runs, and what is tried beside it (topology/release.ts); absent on the machine at hand. */
    release?: { services: Record<string, Input<{ image: string } | undefined>> };
    /** What that was made from (stacks/manifests.ts), a secret; absent on the machine at hand. */
    manifests?: Output<string>;
}
