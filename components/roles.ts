import type { Input, Output, Resource } from "@pulumi/pulumi";

import type * as topology from "../topology/app";
import type { Endpoint } from "../topology/endpoints";
import type { Gates, Passage } from "./gates";
import type { Ingress } from "./roles-entrance";
import type { Network, Place, Platform } from "./roles-place";
import type { Backing, Filesystem, Secret, SecretRef } from "./roles-stores";

/**
 * The contract of each role, that both clouds implement: plain data from the topology and references to other resources
 * in, outputs out. Documented once, here; the twins are `aws/<role>.ts` and `gcp/<role>.ts`, with the same class names.
 */

export * from "./roles-account";
export * from "./roles-entrance";
export * from "./roles-place";
export * from "./roles-stores";

/** A container image, in a registry of its own that scans it and keeps the last ten; built unless a reference is given. */
export interface ImageArgs {
    place: Place;
    image: topology.Service["image"];
    /** What was released and runs: then nothing is built. */
    release?: string;
    /** Of a sidecar, the image of its service: what it is (a reference, or the tag of what is built), and what it is pulled by. */
    service?: { source: string; reference: Output<string> };
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
    /** Whether some of those are there before it, and have to know its address beforehand: calls in a circle. */
    calledAhead: boolean;
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
