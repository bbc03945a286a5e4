import type { Alias, Input, Output, Resource } from "@pulumi/pulumi";

import type * as topology from "../topology/app";
import type { Endpoint } from "../topology/endpoints";
import type { Network, Place } from "./roles-place";
import type { Bucket } from "./roles-stores";

/** The ways in: firewall, load balancer, CDN, names. A part of roles.ts. */

/** A web application firewall: WAFv2 or Cloud Armor, with managed rules, a rate limit, optional countries, and redacted logs. */
export interface FirewallArgs {
    place: Place;
    firewall: topology.Firewall;
    logRetentionDays: number;
    /** Request headers whose values never reach a log. Cloud Armor logs no headers. */
    redactedHeaders: readonly string[];
    /** Whether there is a CDN: on AWS it has a web ACL of its own, on GCP an edge policy where the firewall goes by country. @default false */
    cdn?: boolean;
}
export interface Firewall {
    /** What the load balancer attaches: the web ACL's ARN, or the security policy's id. */
    readonly id: Output<string>;
    /** What the CDN attaches: on AWS it alone knows who a visitor is, and where; on GCP its caches answer without asking a backend. */
    readonly cdnId?: Output<string>;
    /** Header by which the load balancer's web ACL knows what the CDN's has let through (AWS). */
    readonly cdnHeader?: { name: string; value: Output<string> };
}

/** What the load balancer needs to know of a port of a service. */
export interface Target {
    port: number;
    health: topology.Health;
    /** What is spoken there. */
    protocol: Endpoint["protocol"];
    /** What it asks, but where gRPC is spoken. */
    healthPath: string;
    /** Whether a client's requests go to the instance that answered its first (AWS; on GCP Cloud Run sees to it). */
    sticky: boolean;
    /** Seconds that a request may take; absent: the cloud's own default. */
    timeoutSeconds?: number;
    /** Seconds that a task which is being taken out may still answer (AWS). */
    drainSeconds: number;
    routes: topology.Route[];
    /** Whether its requests may be shared with a candidate. @default false */
    splits?: boolean;
    /** Which target has a share of its requests at present. */
    candidate?: {
        /** Its key. */
        target: string;
        /** Percent of the requests. */
        weight: number;
        /** Value of the header that leads to it whatever its share; a secret. */
        header?: Output<string>;
    };
    /** The Cloud Run service's name (GCP, where the load balancer follows the services). AWS: not given. */
    service?: Input<string>;
}

/** The one public entrance of a stack: HTTPS load balancer with certificate, redirect from HTTP, routes and access logs. */
export interface IngressArgs {
    place: Place;
    network: Network;
    /** Absent: plain HTTP at the load balancer's own address (refused in prod). */
    domain?: topology.Domain;
    /** Where its certificates are proven; absent without a domain. */
    dns?: Dns;
    /** Names that are certified; empty without a domain. */
    certificateNames: string[];
    firewall?: Firewall;
    /** By the keys of `topology/endpoints.ts`. */
    targets: Record<string, Target>;
    /** The CDN that it serves as well (GCP). AWS: not given, its CDN stands before the load balancer. */
    cdn?: Cdn;
    deletionProtection: boolean;
    logRetentionDays: number;
}
export interface Ingress extends Led {
    /** `https://<domain>`, or `http://<address>` without one. */
    readonly url: Output<string>;
    /** Target name → target group ARN, or backend service id. */
    readonly targets: Record<string, Output<string>>;
    /** Target name → what ties the target group to the load balancer, before which ECS refuses it (AWS). */
    readonly tied?: Record<string, Resource>;
    /** How the cloud's monitoring names it: the load balancer's ARN suffix, or the URL map's name. */
    readonly monitoringId: Output<string>;
    /** Target name → how the cloud's monitoring names it: the target group's ARN suffix, or the backend service's name. */
    readonly targetMonitoringIds: Record<string, Output<string>>;
    /** The security group of the load balancer (AWS); a service adds the rules of its own way in. */
    readonly securityGroupId?: Output<string>;
    /** First name of a certificate → its ARN (AWS); certificates on GCP are watched by their names' beginning. */
    readonly certificates?: Record<string, Output<string>>;
}

/** Where a CDN fetches from: a service, or a bucket. */
export interface CdnOrigin {
    /** Host by which the load balancer knows the service (AWS). */
    host?: string;
    /** The Cloud Run service's name (GCP). */
    service?: Input<string>;
    bucket?: Bucket;
    /** What is put before the path of a request. */
    path?: string;
    /** Seconds that CloudFront waits for an answer (AWS). Default: its own, 30. */
    timeoutSeconds?: number;
}

/** Content near its readers: CloudFront with a name, certificate and logs of its own; Cloud CDN on the stack's load balancer. */
export interface CdnArgs {
    place: Place;
    cdn: topology.Cdn;
    /** Where its name and certificate are (AWS). GCP: not given, its CDN has the load balancer's. */
    dns?: Dns;
    /** By the names of `cdn.origins`. */
    origins: Record<string, CdnOrigin>;
    firewall?: Firewall;
    deletionProtection: boolean;
    logRetentionDays: number;
}
export interface Cdn extends Partial<Led> {
    readonly host: string;
    /** ARN of the distribution (AWS), which the buckets that it fetches from let in. */
    readonly id?: Output<string>;
    /** How CloudWatch names the distribution (AWS). */
    readonly monitoringId?: Output<string>;
    /** ARN of its certificate, in us-east-1 (AWS). */
    readonly certificate?: Output<string>;
    /** How the load balancer leads its requests (GCP); the first that matches wins. */
    readonly routes?: CdnRoute[];
}
/** Requests whose path begins with `prefix`: it becomes `rewrite`, and they go to `backend`. */
export interface CdnRoute {
    prefix: string;
    rewrite: string;
    backend: Output<string>;
}

/**
 * The stack's records in the zone of its domain, each with one owner: whoever needs a record asks for it here, so that a host
 * which moves from the load balancer to the CDN keeps its record.
 */
export interface DnsArgs {
    place: Place;
    domain: topology.Domain;
    /** All names that the stack answers at. */
    hosts: string[];
}
export interface Dns {
    /**
     * Makes a host lead to the load balancer or the CDN: an alias (Route 53) or an A record (Cloud DNS). Once: who asks again gets the same.
     * @param after what must be there first: a name leads to what is there
     * @param formerly what the record was called where it was not this component's
     */
    lead(host: string, to: Led, after: Resource[], formerly?: Alias[]): Resource[];
    /**
     * The record that proves a name to whoever issues certificates: one a name, whichever certificates ask for it.
     * @param formerly what it was called by versions in which each certificate had its own
     * @returns the record's own name, once it is there
     */
    prove(name: string, record: Input<ProofRecord>, formerly: Alias[]): Output<string>;
}
/** What a host may lead to. */
export interface Led {
    /** Its DNS name (AWS), or its address. */
    readonly address: Output<string>;
    /** Hosted zone of its DNS name (AWS). */
    readonly addressZoneId?: Output<string>;
    /** Whether it has IPv6 addresses, too (AWS). @default false */
    readonly ipv6?: boolean;
}
export interface ProofRecord {
    name: string;
    type: string;
    data: string;
}
