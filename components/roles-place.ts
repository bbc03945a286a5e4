import type { Output } from "@pulumi/pulumi";

import type * as topology from "../topology/app";

/** Where a stack lives, and what everything stands on. A part of roles.ts. */

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
    /** Whether they do so in a circle, which takes addresses that are known beforehand. */
    circle: boolean;
    /** Where those addresses are looked up (AWS). GCP: not given, they are names of Cloud Run's own. */
    network?: Network;
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
    /** The private DNS namespace of services that are called before they are there (AWS, with a circle). */
    readonly zone?: { readonly id: Output<string>; readonly name: Output<string> };
    /** Number of the project, which is in the addresses of such services (GCP, with a circle). */
    readonly projectNumber?: Output<string>;
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
