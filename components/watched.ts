import type { Output } from "@pulumi/pulumi";

import type * as topology from "../topology/app";
import type {
    Bucket,
    Cache,
    Cdn,
    Database,
    Filesystem,
    Ingress,
    Job,
    Pipeline,
    Place,
    Platform,
    Queue,
    Rotation,
    Service,
    Table,
} from "./roles";

/** The contract of the alarms, which know every other role. */

/** What the alarms watch. */
export interface Watched {
    /** With the load balancer's targets of each; none for a private service. */
    services: Record<string, { service: Service; scale: topology.Scale; targets: string[] }>;
    databases: Record<string, Database>;
    caches: Record<string, Cache>;
    tables: Record<string, Table>;
    buckets: Record<string, Bucket>;
    queues: Record<string, Queue>;
    filesystems: Record<string, Filesystem>;
    /** Those that are not part of a deployment, which tells by itself. */
    jobs: Record<string, Job>;
    /** By the names of the sets of secrets. */
    rotations: Record<string, Rotation>;
    pipeline?: Pipeline;
    cdn?: Cdn;
    /** Absent where nothing reaches the app. */
    ingress?: Ingress;
    platform: Platform;
}

/** Alarms to e-mail, and the stack's dashboard. Without `alarms.enabled` only the dashboard. */
export interface AlarmsArgs extends Watched {
    place: Place;
    alarms: topology.Alarms;
    /** What is said of the parts that are watched. */
    app: topology.App;
    /** Path that the uptime check asks (GCP); absent without a domain. */
    uptime?: { host: string; path: string };
}
export interface Alarms {
    /** URL of the dashboard in the cloud's console. */
    readonly dashboard: Output<string>;
}
