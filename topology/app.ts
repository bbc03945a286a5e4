import { z } from "zod";

import { Account } from "./schema/account";
import { Bucket, Cache, Database, Filesystem, Queue, Table } from "./schema/data";
import { SecretSet } from "./schema/secrets";
import { Cdn, Domain, Firewall, Network, type Subnet } from "./schema/entrance";
import { Name, text } from "./schema/forms";
import { Alarms, Deploy, Deployer, Logs, Pipeline, Tracing, Traffic } from "./schema/operations";
import { Job, Service } from "./schema/service";
import type { PartKind } from "./kinds";
import type { Written } from "./schema/written";

/**
 * What may be said about an app: one schema that is the types, the defaults and the documentation.
 *
 * Words are cloud-neutral. A part may carry an `aws` and a `gcp` key that refine it for that cloud: a key that the part
 * itself has (`cpu`, `scale`, …) replaces the neutral value there, any other is an option that only that cloud knows.
 * Defaults that depend on the environment are not here but in environments.ts.
 */

/** An app, resolved for one environment. */
export const App = z.strictObject({
    name: Name,
    /** What runs, by its name. */
    services: z.record(Name, Service),
    /** PostgreSQL or MySQL: RDS, or Cloud SQL. Private, encrypted, backed up. */
    databases: z.record(Name, Database).default({}),
    caches: z.record(Name, Cache).default({}),
    tables: z.record(Name, Table).default({}),
    buckets: z.record(Name, Bucket).default({}),
    queues: z.record(Name, Queue).default({}),
    filesystems: z.record(Name, Filesystem).default({}),
    secrets: z.record(Name, SecretSet).default({}),
    jobs: z.record(Name, Job).default({}),
    /** The network that all of it is in, and how it reaches the internet. */
    network: Network,
    /** What the app is called in the DNS. Without it, it answers by plain HTTP at an address of the cloud's. */
    domain: Domain.optional(),
    cdn: Cdn.optional(),
    deployer: Deployer.optional(),
    pipeline: Pipeline.optional(),
    account: Account.optional(),
    deploy: Deploy.prefault({}),
    firewall: Firewall,
    alarms: Alarms,
    logs: Logs,
    tracing: Tracing.prefault({}),
    traffic: Traffic.prefault({} as never),
    /** Refuse to delete the load balancer, and every part that does not say otherwise itself. Set per environment. */
    deletionProtection: z.boolean(),
    /** Tags (AWS) or labels (GCP) on everything, beside `app`, `environment` and `stack`. */
    tags: z
        .record(
            text(/^[a-z][a-z0-9_-]{0,62}$/, "a label key: up to 63 lower-case letters, digits, _ and -"),
            text(/^[a-z0-9_-]{0,63}$/, "a label value: up to 63 lower-case letters, digits, _ and -"),
        )
        .default({}),
});

type Parsed = z.output<typeof App>;

/** A network with its ranges resolved: those of the stack's cloud are there, be they declared or the default. */
export type Network = Omit<Parsed["network"], "aws" | "gcp"> & {
    aws: Omit<Parsed["network"]["aws"], "publicSubnets" | "privateSubnets"> & {
        publicSubnets: string[];
        privateSubnets: string[];
    };
    gcp: Omit<Parsed["network"]["gcp"], "subnets"> & {
        subnets: Record<string, z.output<typeof Subnet>>;
        /** Regions of the app's own subnets, none of which is the stack's: the default subnet stands in their place. */
        away?: string[];
    };
};
export type App = Omit<Parsed, "network"> & { network: Network };
/** An app as parsed, before the defaults that follow from other fields. */
export type ParsedApp = Parsed;
export type Service = App["services"][string];
export type Database = App["databases"][string];
export type Cache = App["caches"][string];
export type Table = App["tables"][string];
export type Bucket = App["buckets"][string];
export type Queue = App["queues"][string];
export type Filesystem = App["filesystems"][string];
export type SecretSet = App["secrets"][string];
export type SecretFormat = SecretSet["formats"][string];
export type Job = App["jobs"][string];
export type Cdn = NonNullable<App["cdn"]>;
export type Account = NonNullable<App["account"]>;
export type Deployer = NonNullable<App["deployer"]>;
export type Pipeline = NonNullable<App["pipeline"]>;
export type Domain = NonNullable<App["domain"]>;
export type Firewall = App["firewall"];
export type Alarms = App["alarms"];
export type Tracing = App["tracing"];
export type Traffic = App["traffic"];
export type Health = Service["health"];
export type Scale = Service["scale"];
export type Rollout = Service["rollout"];
export type Sidecar = Service["sidecars"][string];
export type Route = Service["routes"][number];

export * from "./kinds";

type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

/** A part of which some fields are as whole as the schema asks for. */
type With<T, Whole extends keyof T> = Omit<DeepPartial<T>, Whole> & Pick<T, Whole>;

/** A part of an app's input: what an environment or a stack's overrides may refine. */
export type Refinement = DeepPartial<Omit<Written<typeof App>, "name">>;

/** An app as written in `apps/`: whatever it leaves out has a default, per environment or for all. */
export type AppInput = Omit<Refinement, "services" | PartKind> & {
    /** What names of resources begin with: lower-case letters, digits and single hyphens, beginning with a letter. */
    name: string;
    /** What runs, by its name. */
    services: Record<string, With<Written<typeof Service>, "image" | "ports" | "health">>;
    /** PostgreSQL or MySQL: RDS, or Cloud SQL. Private, encrypted, backed up. */
    databases?: Record<string, DeepPartial<Written<typeof Database>>>;
    /** Caches that speak the Redis protocol: ElastiCache, or Memorystore. */
    caches?: Record<string, DeepPartial<Written<typeof Cache>>>;
    /** Tables of items found by key: DynamoDB, or Firestore. */
    tables?: Record<string, With<Written<typeof Table>, "partitionKey">>;
    /** Objects: S3, or Cloud Storage. */
    buckets?: Record<string, DeepPartial<Written<typeof Bucket>>>;
    /** Messages that are handled once each: SQS, or Pub/Sub. */
    queues?: Record<string, DeepPartial<Written<typeof Queue>>>;
    /** Files that all instances of a service share: EFS, or Cloud Storage or Filestore. */
    filesystems?: Record<string, DeepPartial<Written<typeof Filesystem>>>;
    /** Sets of secrets whose values are yours to set in the cloud. */
    secrets?: Record<string, Written<typeof SecretSet>>;
    /** Tasks that end, of a service's image: at deployments, or by a schedule. */
    jobs?: Record<string, Written<typeof Job>>;
    /** What an environment changes, beside the table of environments.ts. */
    environments?: {
        /** In dev: small and cheap. */
        dev?: Refinement;
        /** In staging: as prod, but smaller. */
        staging?: Refinement;
        /** In prod: protected, in two zones, watched. */
        prod?: Refinement;
    };
};
