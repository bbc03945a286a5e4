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
/** A host name, or all names of one level beneath one: `*.example.com`. */
const CertificateName = text(
    /^(?=.{1,253}$)(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
    "a host name such as api.example.com, or *.example.com",
);
const Path = text(/^\/\S*$/, "a path that begins with /");
const TimeOfDay = text(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 08:00");
const TimeZone = text(/^(UTC|[A-Za-z]+(\/[A-Za-z0-9_+-]+)+)$/, "an IANA time zone such as Asia/Tokyo");
const Cron = text(
    /^\S+( \S+){4}$/,
    "five fields of cron: minute, hour, day of month, month, day of week, such as 0 3 * * 1-5",
);
const Attribute = text(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "letters, digits and underscores, up to 63");
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

/** A check that the container platform runs inside the container, by the image's own tools. */
export const ContainerCheck = z.strictObject({
    /** A program and its arguments; exit code 0 is healthy. The image must hold the program: a slim one has no curl. */
    command: z.array(z.string().min(1)).min(1),
    /** Seconds between two runs. */
    intervalSeconds: z.int().min(5).max(300).default(30),
    /** Seconds that a run may take; less than the interval. */
    timeoutSeconds: z.int().min(2).max(60).default(5),
    /** Failures until the container is replaced. */
    retries: z.int().min(1).max(10).default(3),
    /** Seconds that a new container may take before failures count. */
    startSeconds: z.int().min(0).max(240).default(60),
});

/** HTTP checks. Load balancer, container platform and uptime check ask the same path unless told otherwise. */
export const Health = z.strictObject({
    /** Answers 200 while the service works. One that stops answering is replaced. */
    path: Path,
    /** Answers 200 while the service takes requests. One that stops answering gets none, and lives on. Default: `path`. */
    readyPath: Path.optional(),
    /** Port name → path of that port's own check. Default: `path`. */
    portPaths: z.record(Name, Path).default({}),
    /** A check inside the container beside the one over HTTP. ECS runs it; Cloud Run runs no commands. */
    container: ContainerCheck.optional(),
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

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** The hours in which a service is needed; outside them it runs as `outside` says, by default not at all. */
export const Hours = z.strictObject({
    from: TimeOfDay,
    /** Later than `from` on the same day. */
    to: TimeOfDay,
    days: z.array(z.enum(weekdays)).min(1).default(["mon", "tue", "wed", "thu", "fri"]),
    timeZone: TimeZone.default("UTC"),
    outside: z
        .strictObject({ min: z.int().min(0).max(1000).default(0), max: z.int().min(0).max(1000).default(0) })
        .prefault({}),
});

/** Seconds after a change of the number of tasks in which the same policy makes no further one. */
export const Cooldown = z.strictObject({
    outSeconds: z.int().min(0).max(3600).default(300),
    inSeconds: z.int().min(0).max(3600).default(300),
});

/** How many instances run. `min` has a default per environment. */
export const Scale = z.strictObject({
    /** Instances that always run. Only Cloud Run may go down to 0. */
    min: z.int().min(0).max(1000),
    max: z.int().min(1).max(1000).default(10),
    /** Instances to begin with; scaling owns the number from then on. Default: `min`. */
    desired: z.int().min(0).max(1000).optional(),
    /** Average CPU use, percent, that scaling aims at. Cloud Run aims at 60 % by itself and takes no target. */
    cpuPercent: z.int().min(10).max(100).default(70),
    /** Average memory use, percent, that scaling aims at as well. Cloud Run does not scale by memory. */
    memoryPercent: z.int().min(10).max(100).optional(),
    /** Requests a minute to one task that scaling aims at as well. Cloud Run scales by `gcp.concurrency` instead. */
    requestsPerTarget: z.int().min(1).max(1_000_000).optional(),
    /** Of each policy; Cloud Run has none. */
    cooldowns: z
        .strictObject({ cpu: Cooldown.prefault({}), memory: Cooldown.prefault({}), requests: Cooldown.prefault({}) })
        .prefault({}),
    /** When the service is needed. Default: always. */
    hours: Hours.optional(),
});

/** Which requests reach a service; the most specific path wins. */
export const Route = z.strictObject({
    /** Host name; absent: every host of the stack. */
    host: Hostname.optional(),
    /** `/*` for everything, or a prefix such as `/api/*`. */
    path: text(/^\/([\w.~-]+\/)*(\*|[\w.~-]+)?$/, "a path such as /api or a prefix such as /api/*").default("/*"),
    /** Name of the port that takes them. Default: the service's first. */
    port: Name.optional(),
});

/** What of a service one cloud may set differently; without defaults, so that only what was said replaces anything. */
const sizeForOneCloud = {
    cpu: z.number().positive().optional(),
    memory: z.int().positive().optional(),
    scale: z
        .strictObject({
            min: Scale.shape.min.optional(),
            max: z.int().min(1).max(1000).optional(),
            desired: Scale.shape.desired,
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
    /** Name → container port. The first is the service's own: `PORT` says it, and other services call it. */
    ports: z
        .record(Name, Port)
        .refine((ports) => Object.keys(ports).length > 0, "at least one port, such as http: 8000"),
    /** Default: every request. None at all makes a private service, which only those that `call` it reach. */
    routes: z.array(Route).prefault([{}]),
    health: Health,
    scale: Scale,
    /** Seconds that a stopping instance has to finish its requests; new ones go elsewhere. Cloud Run gives 10, always. */
    drainSeconds: z.int().min(1).max(120).default(30),
    /** Plain environment variables. `PORT` and the contract of what the service uses are added. A new value needs no new image. */
    env: z.record(EnvironmentVariable, z.string()).default({}),
    /**
     * Names of secret environment variables. Each gets a secret in the cloud's store, made with a random value that is
     * yours to replace there; the program never sees or overwrites what you put in.
     */
    secrets: z.array(EnvironmentVariable).default([]),
    /**
     * What the service reaches, by name. Each adds its variables: a database `db` `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER`,
     * `DB_PASSWORD` and `DATABASE_URL`; a cache `redis` `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD` and `REDIS_URL`; a table
     * `facts` `FACTS_TABLE` and `FACTS_URL`; a bucket `assets` `ASSETS_BUCKET` and `ASSETS_URL`; a set of secrets its keys.
     */
    uses: z.array(Name).default([]),
    /** Services that this one calls privately; a callee `backend` adds `BACKEND_URL`. */
    calls: z.array(Name).default([]),
    /** File system → absolute path in the container; a file system `cache` adds `CACHE_PATH`. */
    mounts: z.record(Name, text(/^(\/[\w.-]+)+$/, "an absolute path such as /app/cache")).default({}),
    aws: z
        .strictObject({
            ...sizeForOneCloud,
            /** Instruction set of the tasks. ARM costs about a fifth less and needs an ARM image. */
            architecture: z.enum(["x86_64", "arm64"]).default("x86_64"),
            /** Fargate Spot: up to 70 % off, and a task may be stopped with two minutes' notice. Set per environment. */
            spot: z.boolean(),
            /** With Spot: how many tasks run on ordinary Fargate first, and their share beyond that against 1 of Spot. */
            onDemand: z
                .strictObject({
                    base: z.int().min(0).max(1000).default(0),
                    weight: z.int().min(0).max(1000).default(0),
                })
                .prefault({}),
            /** How ECS replaces tasks. Cloud Run starts a whole revision beside the old one and then moves the traffic. */
            deployment: z
                .strictObject({
                    /** Tasks, percent of the desired number, that stay healthy. 0 stops the old ones first: an outage. */
                    minimumHealthyPercent: z.int().min(0).max(100).default(100),
                    /** Tasks, percent of the desired number, that may run at once. */
                    maximumPercent: z.int().min(100).max(400).default(200),
                    /** Stop a deployment whose tasks do not become healthy. */
                    circuitBreaker: z.boolean().default(true),
                    /** Return to the last good deployment when the circuit breaker stops one. */
                    rollback: z.boolean().default(true),
                })
                .prefault({}),
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

/** An in-memory cache that speaks the Redis protocol, with TLS and a password, reachable from the network alone. */
export const Cache = z.strictObject({
    engine: z.literal("redis").default("redis"),
    /** Major version; ElastiCache runs 7.1, Memorystore 7.2. */
    version: z.literal("7").default("7"),
    /** Keep a copy in a second zone, and fail over to it. Set per environment. */
    highAvailability: z.boolean(),
    aws: z.strictObject({
        /** Valkey is the same protocol for a fifth less; Memorystore has it as another product. */
        engine: z.enum(["redis", "valkey"]).default("redis"),
        /** ElastiCache node type. Set per environment. */
        nodeType: z.string(),
    }),
    gcp: z.strictObject({
        /** GiB of the Memorystore instance. Set per environment. */
        memory: z.int().min(1).max(300),
    }),
});

const Key = z.strictObject({ name: Attribute, type: z.enum(["string", "number"]).default("string") });

/** A table of items found by key: DynamoDB, or a Firestore database with one collection. Encrypted, paid by request. */
export const Table = z.strictObject({
    /** Attribute that identifies an item, with the sort key if there is one. */
    partitionKey: Key,
    sortKey: Key.optional(),
    /** Further ways to find items: name → attributes. */
    indexes: z.record(Name, z.strictObject({ partitionKey: Key, sortKey: Key.optional() })).default({}),
    /** Attribute that holds when an item expires: seconds since 1970 on DynamoDB, a timestamp on Firestore. */
    ttl: Attribute.optional(),
    /** Every second of the last days can be brought back: 35 days on DynamoDB, 7 on Firestore. Set per environment. */
    pointInTimeRecovery: z.boolean(),
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

/** Secrets that belong together: one JSON secret on AWS, one secret a key on GCP. Their values are yours to set there. */
export const SecretSet = z.strictObject({
    /** Environment variables of every service that uses them. */
    keys: z
        .array(EnvironmentVariable)
        .min(1)
        .refine((keys) => new Set(keys).size === keys.length, "each key once"),
    /** Start a service's instances anew when a value changes, so that they read it. */
    redeploy: z.boolean().default(true),
});

/** A task that ends, with a service's image, environment and size. */
export const Job = z.strictObject({
    /** The service whose image, size, environment and secrets it has. */
    service: Name,
    /** Replaces the image's command. */
    command: z.array(z.string().min(1)).min(1),
    /**
     * `schedule`: at its times. `deployment`: before a new version gets traffic, such as a database migration; it must be
     * safe to run twice. `demand`: when somebody starts it.
     */
    run: z.enum(["schedule", "deployment", "demand"]),
    /** When, for `run: "schedule"`. */
    cron: Cron.optional(),
    timeZone: TimeZone.default("UTC"),
    /** Seconds after which it is stopped. */
    timeoutSeconds: z.int().min(10).max(86_400).default(600),
    /** Times that a failed run is tried again. */
    retries: z.int().min(0).max(10).default(0),
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

/** When to notify whom. Thresholds are crossed for five minutes before anybody is woken, unless told otherwise. */
export const Alarms = z.strictObject({
    /** Set per environment. */
    enabled: z.boolean(),
    /** Who is told; each address confirms its subscription once. */
    emails: z.array(Email).default([]),
    /** CPU of a service or database, percent. */
    cpuPercent: Percent.default(80),
    /** Minutes that the CPU must stay above. */
    cpuMinutes: z.int().min(1).max(60).default(5),
    /** Memory of a service, percent. */
    memoryPercent: Percent.default(80),
    /** Connections, as percent of what the database's class admits. */
    databaseConnectionsPercent: Percent.default(80),
    /** Responses with a 5xx status, percent of all. */
    errorPercent: Percent.default(5),
    /** The response time below which most responses stay, and beyond which somebody is told. */
    latencySeconds: z.number().positive().max(300).default(1),
    /** Which responses: the percentile. */
    latencyPercentile: z.literal([50, 95, 99]).default(95),
    /** Average response time beyond which somebody is told as well. Default: no such alarm. */
    averageLatencySeconds: z.number().positive().max(300).optional(),
    /** Tell when a deployment fails. */
    failedDeployments: z.boolean().default(true),
    /** Minutes after which a deployment that has not ended is slow. Cloud Run has no such figure. Default: no such alarm. */
    deploymentMinutes: z.int().min(5).max(60).optional(),
});

/** Distributed tracing: a collector beside each service takes OTLP on localhost and hands it to X-Ray or Cloud Trace. */
export const Tracing = z.strictObject({ enabled: z.boolean().default(false), samplePercent: Percent.default(10) });

export const Domain = z.strictObject({
    /** The app's host name; its certificate and record are made in the zone. */
    name: Hostname,
    /** The zone's DNS name. Default: `name` without its first label (or `name` itself where that leaves one label). */
    zone: Hostname.optional(),
    /** Further names of the certificate. Hosts of routes and of the CDN are on it without being named here. */
    alternativeNames: z.array(CertificateName).max(90).default([]),
    gcp: z
        .strictObject({
            /** Cloud DNS's own name of the zone. Default: the DNS name with hyphens for dots. */
            managedZone: Name.optional(),
        })
        .prefault({}),
});

/** Where a CDN fetches from: a service behind the load balancer, or a bucket. */
export const CdnOrigin = z
    .strictObject({
        service: Name.optional(),
        bucket: Name.optional(),
        /** What is put before the path of a request, such as `/static`. */
        path: text(/^(\/[\w.-]+)+$/, "a path such as /static").optional(),
    })
    .refine((origin) => !origin.service !== !origin.bucket, "service or bucket, one of them");

/** A content delivery network under a name of its own: CloudFront, or Cloud CDN on the stack's load balancer. */
export const Cdn = z.strictObject({
    /** Its host name, in the zone of the app's domain. */
    host: Hostname,
    /** The first takes whatever no behavior matches, uncached. */
    origins: z.record(Name, CdnOrigin).refine((origins) => Object.keys(origins).length > 0, "at least one origin"),
    /** What is cached. Cloud CDN goes by the content type of a response instead of the end of a path. */
    behaviors: z
        .array(
            z.strictObject({
                /** An ending such as `*.js`, or a prefix such as `/assets/*`. */
                path: text(
                    /^(\*\.[a-z0-9]+|\/([\w.-]+\/)*\*)$/,
                    "an ending such as *.js, or a prefix such as /assets/*",
                ),
                /** Default: the first. */
                origin: Name.optional(),
            }),
        )
        .default([]),
});

/** Who may deploy without a long-lived key: GitHub Actions, by OpenID Connect. */
export const Deployer = z.strictObject({
    github: text(/^[\w.-]+\/[\w.-]+$/, "a repository such as owner/name"),
    /** Branches whose workflows may. */
    branches: z.array(z.string().min(1)).min(1).default(["main"]),
    aws: z
        .strictObject({
            /** An account has one provider for GitHub: the first stack creates it, others use it. */
            provider: z.enum(["create", "existing"]).default("create"),
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
    caches: z.record(Name, Cache).default({}),
    tables: z.record(Name, Table).default({}),
    buckets: z.record(Name, Bucket).default({}),
    filesystems: z.record(Name, Filesystem).default({}),
    secrets: z.record(Name, SecretSet).default({}),
    jobs: z.record(Name, Job).default({}),
    network: Network,
    domain: Domain.optional(),
    cdn: Cdn.optional(),
    deployer: Deployer.optional(),
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
export type Cache = App["caches"][string];
export type Table = App["tables"][string];
export type Bucket = App["buckets"][string];
export type Filesystem = App["filesystems"][string];
export type SecretSet = App["secrets"][string];
export type Job = App["jobs"][string];
export type Cdn = NonNullable<App["cdn"]>;
export type Deployer = NonNullable<App["deployer"]>;
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
/** Where a stack can live: on a cloud, whose prices and twins are compared, or in Docker on the machine at hand. */
export const targets = [...clouds, "local"] as const;
export type Target = (typeof targets)[number];
export const environmentNames = ["dev", "staging", "prod"] as const;
export type Environment = (typeof environmentNames)[number];

/** Kinds of parts beside the services; all parts of an app share one set of names. */
export const partKinds = ["databases", "caches", "tables", "buckets", "filesystems", "secrets", "jobs"] as const;
export type PartKind = (typeof partKinds)[number];

type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

/** A part of an app's input: what an environment or a stack's overrides may refine. */
export type Refinement = DeepPartial<Omit<z.input<typeof App>, "name">>;

/** An app as written in `apps/`: whatever it leaves out has a default, per environment or for all. */
export type AppInput = Omit<Refinement, "services" | PartKind> & {
    name: string;
    services: Record<
        string,
        DeepPartial<z.input<typeof Service>> & Pick<z.input<typeof Service>, "image" | "ports" | "health">
    >;
    databases?: Record<string, DeepPartial<z.input<typeof Database>>>;
    caches?: Record<string, DeepPartial<z.input<typeof Cache>>>;
    tables?: Record<string, DeepPartial<z.input<typeof Table>> & Pick<z.input<typeof Table>, "partitionKey">>;
    buckets?: Record<string, DeepPartial<z.input<typeof Bucket>>>;
    filesystems?: Record<string, DeepPartial<z.input<typeof Filesystem>>>;
    secrets?: Record<string, z.input<typeof SecretSet>>;
    jobs?: Record<string, z.input<typeof Job>>;
    /** What an environment changes, beside the table of environments.ts. */
    environments?: { [E in Environment]?: Refinement };
};
