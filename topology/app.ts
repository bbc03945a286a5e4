import { z } from "zod";

import { cidrFault } from "./cidr";

/**
 * What may be said about an app: one schema that is the types, the defaults and the documentation.
 *
 * Words are cloud-neutral. A part may carry an `aws` and a `gcp` key that refine it for that cloud: a key that the part
 * itself has (`cpu`, `scale`, …) replaces the neutral value there, any other is an option that only that cloud knows.
 * Defaults that depend on the environment are not here but in environments.ts.
 */

/** Text of a form; the words that say which are also its description, for whoever wrote something else. */
const text = (form: RegExp, allowed: string) => z.string().regex(form, allowed).describe(allowed);

/** Lower-case words joined by hyphens: what both clouds accept inside the names of resources. */
const Name = text(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    "lower-case letters, digits and single hyphens, beginning with a letter",
);
const EnvironmentVariable = text(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    "letters, digits and underscores, not beginning with a digit",
);
const Port = z.int().min(1).max(65535);
const Cidr = z
    .string()
    .superRefine((range, context) => {
        const message = cidrFault(range);
        if (message) context.addIssue({ code: "custom", message });
    })
    .describe("an IPv4 range such as 10.0.1.0/24");
const Percent = z.number().min(1).max(100);
const Email = text(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "an e-mail address");
const Hostname = text(
    /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
    "a host name such as todo.example.com",
);
const Country = text(/^[A-Z]{2}$/, "an ISO 3166 country code such as JP");
/** A pinned tag or digest; `latest` changes under a running service without a deployment, so it is refused. */
const ImageReference = z
    .string()
    .regex(/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/, "an image such as registry/name@sha256:…")
    .refine(
        (reference) => /@sha256:/.test(reference) || /:[\w.-]+$/.test(reference),
        "an image with a digest (or at least a tag)",
    )
    .refine((reference) => !/:latest$/.test(reference), "a digest or an unchanging tag, not latest")
    .describe("an image such as registry/name@sha256:…");

/** Where a container image comes from: built from a folder, referenced, or (when CI builds) both. */
export const Image = z
    .strictObject({
        /** Folder with a Dockerfile, relative to the project. Given it, the stack keeps a registry for the image. */
        context: z.string().min(1).optional(),
        /** The Dockerfile inside the context. */
        dockerfile: z.string().min(1).default("Dockerfile"),
        /** Deploy this image and build nothing: `registry/name@sha256:…`. `twinstack:image` sets it. */
        reference: ImageReference.optional(),
    })
    .refine(
        (image) => image.context || image.reference,
        "context (a folder to build) or reference (an image to deploy)",
    );

/** An HTTP check. Load balancer, container platform and uptime check all ask the same path. */
export const Health = z.strictObject({
    /** Answers 200 while the service can do its work. */
    path: text(/^\/\S*$/, "a path that begins with /"),
    /** Seconds between two checks. */
    intervalSeconds: z.int().min(5).max(300).default(30),
    /** Seconds to wait for an answer; less than the interval. */
    timeoutSeconds: z.int().min(2).max(120).default(5),
    /** Successes until a new instance gets traffic. */
    healthyThreshold: z.int().min(2).max(10).default(2),
    /** Failures until an instance is replaced. */
    unhealthyThreshold: z.int().min(2).max(10).default(3),
    /** Seconds that a new instance may take before failures count. */
    startSeconds: z.int().min(0).max(240).default(60),
});

/** How many instances run. `min` has a default per environment. */
export const Scale = z.strictObject({
    /** Instances that always run. Only Cloud Run may go down to 0. */
    min: z.int().min(0).max(1000),
    max: z.int().min(1).max(1000).default(10),
    /** Average CPU use, percent, that scaling aims at. Cloud Run aims at 60 % by itself and takes no target. */
    cpuPercent: z.int().min(10).max(100).default(70),
});

/** Which requests reach a service; the most specific path wins. */
export const Route = z.strictObject({
    /** Host name; absent: every host of the stack. */
    host: Hostname.optional(),
    /** `/*` for everything, or a prefix such as `/api/*`. */
    path: text(/^\/([\w.~-]+\/)*(\*|[\w.~-]+)?$/, "a path such as /api or a prefix such as /api/*").default("/*"),
});

/** What of a service one cloud may set differently; without defaults, so that only what was said replaces anything. */
const sizeForOneCloud = {
    cpu: z.number().positive().optional(),
    memory: z.int().positive().optional(),
    scale: z
        .strictObject({
            min: Scale.shape.min.optional(),
            max: z.int().min(1).max(1000).optional(),
            cpuPercent: z.int().min(10).max(100).optional(),
        })
        .optional(),
};

export const Service = z.strictObject({
    image: Image,
    /** vCPU. The defaults of cpu and memory are a size that both clouds have. */
    cpu: z.number().positive().default(1),
    /** MiB. */
    memory: z.int().positive().default(2048),
    /** Name → container port. One so far: load balancer and health check ask it. */
    ports: z
        .record(Name, Port)
        .refine((ports) => Object.keys(ports).length > 0, "at least one port, such as http: 8000"),
    routes: z.array(Route).min(1).prefault([{}]),
    health: Health,
    scale: Scale,
    /** Plain environment variables. `PORT` and the contract of what the service uses are added. */
    env: z.record(EnvironmentVariable, z.string()).default({}),
    /**
     * Names of secret environment variables. Each gets a secret in the cloud's store, made with a random value that is
     * yours to replace there; the program never sees or overwrites what you put in.
     */
    secrets: z.array(EnvironmentVariable).default([]),
    /** Databases that the service reaches; each adds `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER`, `DB_PASSWORD` and `DATABASE_URL`. */
    uses: z.array(Name).default([]),
    aws: z
        .strictObject({
            ...sizeForOneCloud,
            /** Instruction set of the tasks. ARM costs about a fifth less and needs an ARM image. */
            architecture: z.enum(["x86_64", "arm64"]).default("x86_64"),
            /** Fargate Spot: up to 70 % off, and a task may be stopped with two minutes' notice. Set per environment. */
            spot: z.boolean(),
            /** Mount the image read-only; `/tmp` stays writable (for a non-root user, where the Dockerfile says `VOLUME ["/tmp"]`). */
            readonlyRootFilesystem: z.boolean().default(true),
        })
        .prefault({} as never),
    gcp: z
        .strictObject({
            ...sizeForOneCloud,
            /** Requests that one instance serves at a time. */
            concurrency: z.int().min(1).max(1000).default(80),
            /** `request`: CPU is paid while a request runs. `instance`: CPU is always there, and paid, for background work. */
            cpuBilling: z.enum(["request", "instance"]).default("request"),
        })
        .prefault({} as never),
});

export const Database = z.strictObject({
    engine: z.literal("postgres").default("postgres"),
    /** Major version; minor versions are kept up to date by the cloud. */
    version: z.enum(["14", "15", "16", "17"]).default("15"),
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
    aws: z.strictObject({
        /** RDS instance class. Set per environment. */
        instanceClass: z.string(),
    }),
    gcp: z.strictObject({
        /** Cloud SQL tier of the ENTERPRISE edition. Set per environment. */
        tier: z.string(),
    }),
});

/** A subnet of a GCP network, which belongs to a region. */
export const Subnet = z.strictObject({ region: z.string(), cidr: Cidr });

export const Network = z.strictObject({
    /** All addresses of the network. */
    cidr: Cidr.default("10.0.0.0/16"),
    /**
     * How private instances reach the internet. `none`: no NAT is paid for (AWS tasks get public addresses that admit
     * only the load balancer). `single`: one gateway. `perZone`: one a zone; Cloud NAT is regional and makes no difference.
     */
    nat: z.enum(["none", "single", "perZone"]),
    aws: z
        .strictObject({
            /** One range a zone, for the load balancer and NAT. Default: the 1st and 2nd /24 of the network. */
            publicSubnets: z.array(Cidr).length(2).optional(),
            /** One range a zone, for tasks and databases. Default: the 10th and 20th /24 of the network. */
            privateSubnets: z.array(Cidr).length(2).optional(),
        })
        .prefault({}),
    gcp: z
        .strictObject({
            /** Name → subnet. Services run in the one of the stack's region. Default: `main`, the 1st /24 of the network. */
            subnets: z.record(Name, Subnet).optional(),
        })
        .prefault({}),
});

/** Requests that the web application firewall lets through; its managed rules are constants of the firewall component. */
export const Firewall = z.strictObject({
    /** Set per environment. */
    enabled: z.boolean(),
    /** `count` only records what would be blocked, to try the rules on live traffic. */
    mode: z.enum(["block", "count"]).default("block"),
    /** Requests from one address within the window, beyond which it is refused. */
    rateLimit: z
        .strictObject({
            requests: z.int().min(10).max(2_000_000).default(2000),
            windowSeconds: z.literal([60, 120, 300, 600]).default(300),
        })
        .prefault({}),
    /** Countries to admit (and no others) or to refuse. */
    countries: z
        .strictObject({
            allow: z.array(Country).min(1).max(50).optional(),
            block: z.array(Country).min(1).max(50).optional(),
        })
        .refine((countries) => !(countries.allow && countries.block), "allow or block, not both")
        .optional(),
    gcp: z
        .strictObject({
            /** Cloud Armor's learned layer-7 defence. Set per environment. */
            adaptiveProtection: z.boolean(),
        })
        .prefault({} as never),
});

/** When to notify whom. Thresholds are crossed for five minutes before anybody is woken. */
export const Alarms = z.strictObject({
    /** Set per environment. */
    enabled: z.boolean(),
    /** Who is told; each address confirms its subscription once. */
    emails: z.array(Email).default([]),
    /** CPU of a service or database, percent. */
    cpuPercent: Percent.default(80),
    /** Memory of a service, percent. */
    memoryPercent: Percent.default(80),
    /** Connections, as percent of what the database's class admits. */
    databaseConnectionsPercent: Percent.default(80),
    /** Responses with a 5xx status, percent of all. */
    errorPercent: Percent.default(5),
    /** 95th percentile of the response time. */
    latencySeconds: z.number().positive().max(300).default(1),
});

/** Distributed tracing: a collector beside each service takes OTLP on localhost and hands it to X-Ray or Cloud Trace. */
export const Tracing = z.strictObject({ enabled: z.boolean().default(false), samplePercent: Percent.default(10) });

export const Domain = z.strictObject({
    /** The app's host name; its certificate and record are made in the zone. */
    name: Hostname,
    /** The zone's DNS name. Default: `name` without its first label (or `name` itself where that leaves one label). */
    zone: Hostname.optional(),
    gcp: z
        .strictObject({
            /** Cloud DNS's own name of the zone. Default: the DNS name with hyphens for dots. */
            managedZone: Name.optional(),
        })
        .prefault({}),
});

/** Days that logs of services, load balancer and firewall are kept; what both clouds can keep exactly. Set per environment. */
export const Logs = z.strictObject({
    retentionDays: z.literal([
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
    ]),
});

/** A quantity that no app exceeds: beyond it, somebody mistook the unit. */
const amount = (max: number) => z.number().min(0).max(max);

/**
 * How much the app is used, for what it costs: nothing is built by it. Services share the requests equally. The cost
 * estimate knows more quantities, all with a default; `npx twinstack cost --usage FILE` takes them.
 */
export const Traffic = z.strictObject({
    /** Requests that reach the app in a month. Set per environment. */
    monthlyRequests: amount(1e12),
    /** Milliseconds from a request to its response, on average. */
    averageRequestDurationMs: amount(3_600_000).default(100),
    /** Milliseconds of a vCPU that a request takes, on average: what makes services scale. */
    averageRequestCpuMs: amount(3_600_000).default(25),
    /** KB of a response, on average. */
    averageResponseKb: amount(10_000_000).default(10),
    /** GB a month to the internet. Default: requests × response. */
    monthlyOutboundInternetGb: amount(1e9).optional(),
    /** GB a month that the services log. Default: half a KB a request. */
    monthlyLogGb: amount(1e9).optional(),
    /** GB a month that the services fetch from the internet, by NAT where there is one. Set per environment. */
    monthlyNatGb: amount(1e9),
    /** GB in each database. Default: what it has to begin with. */
    storageGb: amount(65536).optional(),
});

/** An app, resolved for one environment. */
export const App = z.strictObject({
    name: Name,
    services: z.record(Name, Service).refine((services) => Object.keys(services).length > 0, "at least one service"),
    databases: z.record(Name, Database).default({}),
    network: Network,
    domain: Domain.optional(),
    firewall: Firewall,
    alarms: Alarms,
    logs: Logs,
    tracing: Tracing.prefault({}),
    traffic: Traffic.prefault({} as never),
    /** Refuse to delete the database, the load balancer and the service. Set per environment. */
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
    aws: { publicSubnets: string[]; privateSubnets: string[] };
    gcp: { subnets: Record<string, z.output<typeof Subnet>> };
};
export type App = Omit<Parsed, "network"> & { network: Network };
/** An app as parsed, before the defaults that follow from other fields. */
export type ParsedApp = Parsed;
export type Service = App["services"][string];
export type Database = App["databases"][string];
export type Domain = NonNullable<App["domain"]>;
export type Firewall = App["firewall"];
export type Alarms = App["alarms"];
export type Tracing = App["tracing"];
export type Traffic = App["traffic"];
export type Health = Service["health"];
export type Scale = Service["scale"];
export type Route = Service["routes"][number];

export const clouds = ["aws", "gcp"] as const;
export type Cloud = (typeof clouds)[number];
export const environmentNames = ["dev", "staging", "prod"] as const;
export type Environment = (typeof environmentNames)[number];

type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

/** A part of an app's input: what an environment or a stack's overrides may refine. */
export type Refinement = DeepPartial<Omit<z.input<typeof App>, "name">>;

/** An app as written in `apps/`: whatever it leaves out has a default, per environment or for all. */
export type AppInput = Omit<Refinement, "services" | "databases"> & {
    name: string;
    services: Record<
        string,
        DeepPartial<z.input<typeof Service>> & Pick<z.input<typeof Service>, "image" | "ports" | "health">
    >;
    databases?: Record<string, DeepPartial<z.input<typeof Database>>>;
    /** What an environment changes, beside the table of environments.ts. */
    environments?: { [E in Environment]?: Refinement };
};
