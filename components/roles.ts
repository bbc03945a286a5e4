import type { Input, Output, Resource } from "@pulumi/pulumi";

import type * as topology from "../topology/app";

/**
 * The contract of each role, that both clouds implement: plain data from the topology and references to other resources
 * in, outputs out. Documented once, here; the twins are `aws/<role>.ts` and `gcp/<role>.ts`, with the same class names.
 */

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
}

/** What all services of a stack stand on: an ECS cluster and log group; project APIs, log bucket and audit logs on GCP. */
export interface PlatformArgs {
    place: Place;
    logs: topology.App["logs"];
}
export interface Platform {
    /** ECS cluster name, or the GCP project once its APIs are on. */
    readonly cluster: Output<string>;
    /** Log group, or log bucket. */
    readonly logs: Output<string>;
}

/** A private network in one region: VPC with subnets, a way out (NAT) and the cloud's own services reached privately. */
export interface NetworkArgs {
    place: Place;
    network: topology.Network;
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
    /** Version to read on GCP; `latest` where the value is replaced by hand. */
    version: Output<string>;
}

/** One value in the cloud's secret store. */
export interface SecretArgs {
    /** The value, if the program knows it; otherwise a random one that the owner replaces and the program leaves alone. */
    values?: Record<string, Input<string>>;
    /** Days that a deleted secret can be brought back; 0 deletes at once. AWS only: GCP has no such window. @default 0 */
    recoveryDays?: number;
}
export interface Secret {
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
    /** Port that services connect to. */
    readonly port: number;
    /** The security group that guards it (AWS); a service adds the rules of its own way in. */
    readonly securityGroupId?: Output<string>;
}

/** A private PostgreSQL server: RDS on AWS, Cloud SQL on GCP. Encrypted at rest and in transit, never public. */
export interface DatabaseArgs {
    place: Place;
    /** Its name in the topology; `db` makes `DB_HOST`. */
    name: string;
    database: topology.Database;
    network: Network;
    /** Refuse to delete it. */
    deletionProtection: boolean;
    /** Days that its logs are kept. */
    logRetentionDays: number;
}
export interface Database extends Backing {
    readonly host: Output<string>;
    /** How the cloud's monitoring names it: the RDS identifier, or `project:instance`. */
    readonly monitoringId: Output<string>;
    /** Connections that its class admits, by the cloud's own default formula. */
    readonly maxConnections: number;
    /** Monitoring ids of the read replicas. */
    readonly replicaIds: Output<string>[];
}

/** A container image, in a registry of its own that scans it and keeps the last ten; built unless a reference is given. */
export interface ImageArgs {
    place: Place;
    image: topology.Service["image"];
    /** `linux/amd64` or `linux/arm64`. */
    platform: string;
    /** Keep the images when the stack is destroyed (AWS; Artifact Registry deletes a repository with what is in it). */
    retain: boolean;
}
export interface Image {
    /** What to deploy, with its digest. */
    readonly reference: Output<string>;
    /** Where CI pushes images; undefined for an image that is only referenced. */
    readonly repository?: Output<string>;
    /** What permission to pull is granted on: the repository's ARN (AWS). */
    readonly repositoryId?: Output<string>;
}

/** A web application firewall: WAFv2 or Cloud Armor, with managed rules, a rate limit, optional countries, and redacted logs. */
export interface FirewallArgs {
    place: Place;
    firewall: topology.Firewall;
    logRetentionDays: number;
    /** Request headers whose values never reach a log. Cloud Armor logs no headers. */
    redactedHeaders: readonly string[];
}
export interface Firewall {
    /** What the load balancer attaches: the web ACL's ARN, or the security policy's id. */
    readonly id: Output<string>;
}

/** What the load balancer needs to know of a service. */
export interface Target {
    port: number;
    health: topology.Health;
    routes: topology.Route[];
    /** The Cloud Run service's name (GCP, where the load balancer follows the services). AWS: not given. */
    service?: Input<string>;
}

/** The one public entrance of a stack: HTTPS load balancer with certificate, redirect from HTTP, routes and access logs. */
export interface IngressArgs {
    place: Place;
    network: Network;
    /** Absent: plain HTTP at the load balancer's own address (refused in prod). */
    domain?: topology.Domain;
    firewall?: Firewall;
    targets: Record<string, Target>;
    deletionProtection: boolean;
    logRetentionDays: number;
}
export interface Ingress {
    /** `https://<domain>`, or `http://<address>` without one. */
    readonly url: Output<string>;
    /** What the DNS record points to: the load balancer's DNS name, or its address. */
    readonly address: Output<string>;
    /** Hosted zone of the load balancer itself, for an alias record (AWS). */
    readonly addressZoneId?: Output<string>;
    /** Target name → target group ARN, or backend service id. */
    readonly targets: Record<string, Output<string>>;
    /** How the cloud's monitoring names it: the load balancer's ARN suffix, or the URL map's name. */
    readonly monitoringId: Output<string>;
    /** Target name → how the cloud's monitoring names it: the target group's ARN suffix, or the backend service's name. */
    readonly targetMonitoringIds: Record<string, Output<string>>;
    /** The security group of the load balancer (AWS); a service adds the rules of its own way in. */
    readonly securityGroupId?: Output<string>;
}

/** A container service that scales and replaces what fails: ECS Fargate or Cloud Run. */
export interface ServiceArgs {
    place: Place;
    /** Its name in the topology. */
    name: string;
    service: topology.Service;
    image: Image;
    platform: Platform;
    network: Network;
    /** What it `uses`. */
    backings: Backing[];
    /** Environment variable → secret. */
    secrets: Record<string, SecretRef>;
    /** The load balancer it registers with (AWS, where the services follow it). GCP: not given. */
    ingress?: Ingress & Resource;
    tracing: topology.Tracing;
    deletionProtection: boolean;
}
export interface Service {
    /** The service's physical name, by which monitoring, and on GCP the load balancer, know it. */
    readonly serviceName: Output<string>;
}

/** What the alarms watch. */
export interface Watched {
    services: Record<string, { service: Service; scale: topology.Scale }>;
    databases: Record<string, Database>;
    ingress: Ingress;
    platform: Platform;
}

/** Alarms to e-mail, and the stack's dashboard. Without `alarms.enabled` only the dashboard. */
export interface AlarmsArgs extends Watched {
    place: Place;
    alarms: topology.Alarms;
    /** Path that the uptime check asks (GCP); absent without a domain. */
    uptime?: { host: string; path: string };
}
export interface Alarms {
    /** URL of the dashboard in the cloud's console. */
    readonly dashboard: Output<string>;
}

/** The app's name in the zone: an alias (Route 53) or an A record (Cloud DNS) to the load balancer. */
export interface DnsArgs {
    place: Place;
    domain: topology.Domain;
    ingress: Ingress;
}

/** What a stack tells the outside world: the same names on both clouds. */
export interface Outputs {
    /** Where the app answers. */
    url: Output<string>;
    /** Service → the image that runs. */
    image: Record<string, Output<string>>;
    /** Service → where CI pushes its image; services with a foreign image have none. */
    registry: Record<string, Output<string> | undefined>;
    /** Database → host name or private address. */
    database: Record<string, Output<string>>;
    /** Log group, or log bucket. */
    logs: Output<string>;
    /** Console URL of the dashboard. */
    dashboard: Output<string>;
}
