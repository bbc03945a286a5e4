import { z } from "zod";

import {
    text,
    Cron,
    DeletionProtection,
    EnvironmentVariable,
    Hostname,
    ImageReference,
    Name,
    Path,
    Port,
    RoutePath,
    TimeOfDay,
    TimeZone,
} from "./forms";
import { SecretFormat } from "./secrets";

/** Services and jobs: what runs, how it is reached, checked and scaled. */

/** Where a container image comes from: built from a folder, referenced, or (when CI builds) both. */
export const Image = z
    .strictObject({
        /** Folder with a Dockerfile, relative to the project. Given it, the stack keeps a registry for the image. */
        context: z.string().min(1).optional(),
        /** The Dockerfile inside the context. */
        dockerfile: z.string().min(1).default("Dockerfile"),
        /** Stage of the Dockerfile that is built. Default: the last. */
        target: text(/^[a-zA-Z][\w.-]*$/, "the name of a stage").optional(),
        /** Build arguments (`ARG`). Anybody who has the image can read them, so never a secret. */
        args: z.record(EnvironmentVariable, z.string()).default({}),
        /**
         * Files that a layer on top adds, to an image that is built or only referenced: absolute path in the container → a file or
         * folder of the project; `{ from, replace }`, the same with texts replaced, as the name of a neighbour in a web server's
         * configuration is; or `{ content }`. For configuration, up to 5 MiB. Anybody who has the image can read them. `{ link }` leads to a
         * file of `secretFiles`, whose own folder hides what the image has there. A sidecar's may be `{ service }`, a folder of the image
         * of the service that it stands beside, of any size.
         */
        files: z
            .record(
                text(/^(\/[\w.@+-]+)+$/, "an absolute path such as /etc/nginx/conf.d"),
                z.union([
                    z.string().min(1),
                    z.strictObject({
                        /** The text of the file. */
                        content: z.string(),
                    }),
                    z.strictObject({
                        /** A file or folder of the project. */
                        from: z.string().min(1),
                        /** Text → what stands in its place in the container. Each must stand in a file. */
                        replace: z
                            .record(z.string().min(1), z.string())
                            .refine((texts) => Object.keys(texts).length > 0, "at least one text"),
                    }),
                    z.strictObject({
                        /** A folder of the service's image: what a web server answers by itself of a program that is beside it. */
                        service: text(
                            /^(\/[\w.@+-]+)+$/,
                            "an absolute path in the service's image such as /var/www/html/public",
                        ),
                    }),
                    z.strictObject({
                        /** A file of `secretFiles`, which is read here: for a folder in which the image has files of its own. */
                        link: text(
                            /^(\/[\w.-]+){2,}$/,
                            "the absolute path of a file of secretFiles such as /run/config/config.yml",
                        ),
                    }),
                ]),
            )
            .default({}),
        /**
         * Deploy this image and build nothing: `registry/name@sha256:…`. A tag works and is warned of, as somebody may move it; prod
         * takes none that always moves (`latest`, or no tag). `twinstack:image` sets it.
         */
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
    /** Answers 200 while the service works. One that stops answering is replaced. A service with ports says it, a worker has none. */
    path: Path.optional(),
    /** Answers 200 while the service takes requests. One that stops answering gets none, and lives on. Default: `path`. */
    readyPath: Path.optional(),
    /** Port name → path of that port's own check. Default: `path`. */
    portPaths: z.record(Name, Path).default({}),
    /** A check inside the container beside the one over HTTP. ECS runs it; Cloud Run runs no commands. */
    container: ContainerCheck.optional(),
    /** Seconds between two checks. A new instance gets requests after the first that succeeds, on AWS within this time. */
    intervalSeconds: z.int().min(5).max(300).default(10),
    /** Seconds to wait for an answer; less than the interval. */
    timeoutSeconds: z.int().min(2).max(120).default(5),
    /** Successes until a new instance gets traffic. */
    healthyThreshold: z.int().min(2).max(10).default(2),
    /** Failures until an instance is replaced. */
    unhealthyThreshold: z.int().min(2).max(10).default(3),
    /** Seconds that a new instance may take before failures count. */
    startSeconds: z.int().min(0).max(240).default(60),
});

/** A request that shows that a service does its work. */
export const Smoke = z.strictObject({
    /** Path, and a query if need be: as it is asked from outside. */
    path: Path,
    /** The status of a good answer. */
    status: z.int().min(100).max(599).default(200),
    /** What a good answer holds, in letters as they are. */
    contains: z.string().min(1).optional(),
});

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** The hours in which a service is needed; outside them it runs as `outside` says, by default not at all. */
export const Hours = z.strictObject({
    /** A time of day: `08:00`. */
    from: TimeOfDay,
    /** Later than `from` on the same day. */
    to: TimeOfDay,
    days: z.array(z.enum(weekdays)).min(1).default(["mon", "tue", "wed", "thu", "fri"]),
    timeZone: TimeZone.default("UTC"),
    /** How many instances run outside of the hours. */
    outside: z
        .strictObject({ min: z.int().min(0).max(1000).default(0), max: z.int().min(0).max(1000).default(0) })
        .prefault({}),
});

/** What a port speaks. */
export const protocols = ["http", "http2", "grpc"] as const;
/** A port with what it speaks, as it may be written; it is parsed into `ports` and `protocols`. */
export interface PortInput {
    /** The number: 1 to 65535. */
    port: number;
    /** @default "http" */
    protocol?: (typeof protocols)[number];
}
const PortOrInput = Port.describe(
    "a whole number from 1 to 65535; or a map with port and protocol: http, http2 or grpc",
) as z.ZodType<number, number | PortInput>;

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
    /**
     * Messages of a queue that wait, shared out among the instances, that scaling aims at as well. The service uses the queue. Cloud Run
     * does not scale by a queue.
     */
    backlog: z
        .strictObject({
            /** A queue of the app. */
            queue: Name,
            /** Messages that wait, for each instance. */
            perInstance: z.int().min(1).max(1_000_000),
        })
        .optional(),
    /** Of each policy; Cloud Run has none. */
    cooldowns: z
        .strictObject({
            cpu: Cooldown.prefault({}),
            memory: Cooldown.prefault({}),
            requests: Cooldown.prefault({}),
            backlog: Cooldown.prefault({}),
        })
        .prefault({}),
    /** When the service is needed. Default: always. */
    hours: Hours.optional(),
});

/** Which requests reach a service; the most specific path wins. */
export const Route = z.strictObject({
    /** Host name; absent: every host of the stack. */
    host: Hostname.optional(),
    /** `/*` for everything, or a prefix such as `/api/*`. */
    path: RoutePath.default("/*"),
    /** Name of the port that takes them. Default: the service's first. */
    port: Name.optional(),
    /** Ask the service without what the path begins with: for `/users` where a visitor asks `/api/users` of `/api/*`. Default: false. */
    stripPrefix: z.boolean().optional(),
});

/** What of a service one cloud may set differently; without defaults, so that only what was said replaces anything. */
const sizeForOneCloud = {
    /** vCPU there. */
    cpu: z.number().positive().optional(),
    /** MiB there. */
    memory: z.int().positive().optional(),
    /** How many instances run there. */
    scale: z
        .strictObject({
            min: Scale.shape.min.optional(),
            /** Instances at most. */
            max: z.int().min(1).max(1000).optional(),
            desired: Scale.shape.desired,
            /** Average CPU use, percent, that scaling aims at. */
            cpuPercent: z.int().min(10).max(100).optional(),
        })
        .optional(),
};

/** Ascending shares of requests, percent. */
const Steps = z
    .array(z.int().min(1).max(99))
    .min(1)
    .max(20)
    .refine(
        (steps) => steps.every((step, index) => index === 0 || step > steps[index - 1]),
        "shares that rise: [5, 50]",
    );

/**
 * How a new version takes over. `rolling`: instances are replaced in turn. The others run it as a second service beside the
 * running one, a candidate, with as many instances again as long as it is there: `blueGreen` gives it all requests at once,
 * `canary` a share after the other. `twinstack ship` drives both; what `pulumi up` builds by itself always rolls.
 */
export const Rollout = z.strictObject({
    strategy: z.enum(["rolling", "blueGreen", "canary"]).default("rolling"),
    /** Shares of the requests, percent, that a canary gets one after the other, before it gets all. */
    steps: Steps.default([5, 50]),
    /** Minutes that each share is watched. */
    stepMinutes: z.int().min(1).max(1440).default(5),
    /** Minutes that the new version is watched with all requests, while the old one still runs. */
    bakeMinutes: z.int().min(0).max(1440).default(5),
    /**
     * Requests that a share is judged by, at least. With fewer it is watched up to three times as long, and then taken back. With 0
     * none at all are good enough.
     */
    minRequests: z.int().min(0).max(1_000_000).default(10),
    /** What takes the requests back by itself, as measured of the candidate alone. */
    abortOn: z
        .strictObject({
            /** Responses with a 5xx status, percent of all. Default: `alarms.errorPercent`. */
            errorPercent: z.number().min(0).max(100).optional(),
            /** 99th percentile of the response time, seconds. Default: `alarms.latencySeconds`. */
            p99Seconds: z.number().positive().max(300).optional(),
        })
        .prefault({}),
});

/** A program and its arguments, or arguments alone. */
const Words = z.array(z.string()).min(1);

/** A folder of an image: no `..` in it, which nobody reads as it is meant. */
const WorkingDirectory = text(/^\/$|^(\/(?!\.{1,2}(\/|$))[\w.@+ -]+)+$/, "an absolute path such as /app");

/** File system → where a container sees it. */
const Mounts = z.record(Name, text(/^(\/[\w.-]+)+$/, "an absolute path such as /app/cache")).default({});

/**
 * A container that runs beside a service's own in each of its instances: a web server before PHP-FPM, a proxy that signs users in, an
 * agent. All of them share the instance's network, so that `localhost` leads from one to the other, and live and die together. A release
 * and a rollback are of the service's image: sidecars are what the configuration says.
 */
export const Sidecar = z.strictObject({
    image: Image,
    /** Replaces the image's command (`CMD`). Default: the image's own. */
    command: Words.optional(),
    /** Replaces the image's entry point (`ENTRYPOINT`). Default: the image's own. */
    entrypoint: Words.optional(),
    /** The folder in which it runs, in place of the image's (`WORKDIR`). Default: the image's own. */
    workingDirectory: WorkingDirectory.optional(),
    /**
     * Whether requests come in by it: it listens on the service's ports in place of the service's own container, is asked for
     * `health.path`, has `PORT`, and hands requests on by localhost. One sidecar of a service at most.
     */
    ingress: z.boolean().default(false),
    /** Its environment variables, and all that it has but for `PORT`. References are as in the service's `env`. */
    env: z.record(EnvironmentVariable, z.string()).default({}),
    /** File system → absolute path in the container, of those that the service mounts itself: what one writes the other reads. */
    mounts: Mounts,
    gcp: z
        .strictObject({
            /** vCPU, on top of the service's own. On AWS all containers share the task's. */
            cpu: z.number().min(0.08).max(8).default(0.5),
            /** MiB, likewise. */
            memory: z.int().min(128).max(32_768).default(256),
        })
        .prefault({}),
});

export const Service = z.strictObject({
    image: Image,
    /** Replaces the image's command (`CMD`), so that one image can be several services. Default: the image's own. */
    command: Words.optional(),
    /** Replaces the image's entry point (`ENTRYPOINT`); the image's command does not count then. Default: the image's own. */
    entrypoint: Words.optional(),
    /** The folder in which it runs, in place of the image's (`WORKDIR`). Default: the image's own. */
    workingDirectory: WorkingDirectory.optional(),
    /** vCPU. The defaults of cpu and memory are a size that both clouds have. */
    cpu: z.number().positive().default(1),
    /** MiB. */
    memory: z.int().positive().default(2048),
    /**
     * Name → container port. The first is the service's own: `PORT` says it, and other services call it. None at all makes a
     * worker, which takes no requests and runs all the time. `{ port: 50051, protocol: "grpc" }` says that a port speaks HTTP/2
     * without TLS, or gRPC.
     */
    ports: z.record(Name, PortOrInput).default({}),
    /** Name of a port → what it speaks, as `ports` says it. Default: `http`, which is HTTP/1.1. */
    protocols: z.record(Name, z.enum(protocols)).default({}),
    /**
     * Whether a client's requests go to the instance that answered its first, by a cookie, for as long as that one lives. Cloud
     * Run sends them elsewhere when it is busy.
     */
    stickySessions: z.boolean().default(false),
    /**
     * Seconds that a request may take. Default: 300 on Cloud Run, which counts the whole of it. On AWS 60, and the load balancer counts
     * only while nothing is sent in either direction, by the longest time of all services that it leads to.
     */
    timeoutSeconds: z.int().min(1).max(3600).optional(),
    /** MiB of the largest request body that the app needs. Nothing is set by it: it is refused where a cloud takes less. */
    maxBodyMb: z.int().min(1).max(100_000).optional(),
    /**
     * Default: every request; a worker has none. None at all makes a private service, which only those that `call` it reach.
     */
    routes: z.array(Route).prefault([{}]),
    health: Health.prefault({}),
    /** What `twinstack smoke` asks, by GET and without credentials. Default: the health check's path, and 200. */
    smoke: z.array(Smoke).default([]),
    /** How a new version takes over from the old one. */
    rollout: Rollout.prefault({}),
    scale: Scale,
    /** Seconds that a stopping instance has to finish its requests; new ones go elsewhere. Cloud Run gives 10, always. */
    drainSeconds: z.int().min(1).max(120).default(30),
    /**
     * Environment variables under the image's own names. `PORT` and the contract of what the service uses are added. A new value needs
     * no new image. `${db.host}` is what a part has (docs/variables.md lists the fields), and `$${` a `${`; referring to a part is
     * using it, or calling it. A value in which a secret occurs is kept in the cloud's store as a whole.
     */
    env: z.record(EnvironmentVariable, z.string()).default({}),
    /**
     * Names of secret environment variables. Each gets a secret in the cloud's store, made with a random value that is
     * yours to replace there; the program never sees or overwrites what you put in.
     */
    secrets: z.array(EnvironmentVariable).default([]),
    /** A secret of its own → what its first, random value looks like. Default: 40 letters and digits. */
    secretFormats: z.record(EnvironmentVariable, SecretFormat).default({}),
    /**
     * Secrets that the service reads from files: absolute path → the name of a secret of its own, as in `secrets`, which is no variable
     * then; or what may stand in `env` with a secret in it, such as `${db.password}`; or `{ from, replace }`, a file of the project, in
     * which texts are replaced by such values: a configuration file that names a store and its password. A path hides its whole folder
     * in the image (`image.files` may `link` to it from elsewhere), and anybody in the container may read it. Up to 64 KiB each; Cloud
     * Run has one a folder.
     */
    secretFiles: z
        .record(
            text(/^(\/[\w.-]+){2,}$/, "an absolute path in a folder, such as /run/secrets/db_password"),
            z.union([
                z.string().min(1),
                z.strictObject({
                    /** A file of the project, as UTF-8. */
                    from: z.string().min(1),
                    /** Text → what stands in its place, with references as in `env`. Each must stand in the file. */
                    replace: z
                        .record(z.string().min(1), z.string())
                        .refine((texts) => Object.keys(texts).length > 0, "at least one text"),
                }),
            ]),
        )
        .default({}),
    /**
     * What the service reaches, by name. Each adds its variables: a database `db` `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER`,
     * `DB_PASSWORD` and `DATABASE_URL`; a cache `redis` `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD` and `REDIS_URL`; a table
     * `facts` `FACTS_TABLE` and `FACTS_URL`; a bucket `assets` `ASSETS_BUCKET` and `ASSETS_URL`; a queue `mail` `MAIL_QUEUE` and `MAIL_URL`; a set of secrets its keys.
     */
    uses: z.array(Name).default([]),
    /** Services that this one calls privately, which may call it as well; a callee `backend` adds `BACKEND_URL`. */
    calls: z.array(Name).default([]),
    /** File system → absolute path in the container; a file system `cache` adds `CACHE_PATH`. */
    mounts: Mounts,
    /** Name → a container that runs beside its own. Jobs have none of them. */
    sidecars: z.record(Name, Sidecar).default({}),
    /** Refuse to delete the service, its images and its `secrets`. Default: the app's. */
    deletionProtection: DeletionProtection,
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
            /**
             * Mount the image read-only; `/tmp` stays writable (for a non-root user, where the Dockerfile says `VOLUME ["/tmp"]`).
             * Default: for an image that is built from a folder, and not for one that is only referenced.
             */
            readonlyRootFilesystem: z.boolean().optional(),
            /**
             * Let `twinstack exec` run commands in its containers, by ECS Exec. Whoever may `ecs:ExecuteCommand` gets in, with all that the
             * tasks may. Needs a writable root file system.
             */
            exec: z.boolean().default(false),
        })
        .prefault({} as never),
    gcp: z
        .strictObject({
            ...sizeForOneCloud,
            /** Requests that one instance serves at a time. Default: 80; a worker serves none. */
            concurrency: z.int().min(1).max(1000).optional(),
            /**
             * `request`: CPU is paid while a request runs. `instance`: CPU is always there, and paid, for background work. Default:
             * `request`; a worker's CPU is always there.
             */
            cpuBilling: z.enum(["request", "instance"]).optional(),
            /**
             * Whom a private service admits. `granted`: services that call it, which must send an identity token with each request.
             * `network`: whatever is in the project's networks, without a token, for callers that know nothing of Google's. On AWS
             * security groups admit its callers, who send nothing.
             */
            callers: z.enum(["granted", "network"]).default("granted"),
        })
        .prefault({} as never),
});

/** A task that ends, with a service's image, environment and size. */
export const Job = z.strictObject({
    /** The service whose image, size, environment and secrets it has. */
    service: Name,
    /**
     * An image of its own in place of its service's, such as a client of the database that sets up its tables. Before a deployment
     * alone: what runs later is a task of its service on AWS. It runs as the image does, by no entry point of the service's.
     */
    image: z
        .strictObject({
            /** `registry/name:1.2`, or a digest, as of a service's image. */
            reference: ImageReference,
        })
        .optional(),
    /**
     * Replaces the image's entry point, for a job before a deployment: what runs later is a task of its service on AWS, and has its entry
     * point. Default: its service's; with an image of its own, the image's.
     */
    entrypoint: Words.optional(),
    /**
     * The folder in which it runs, for a job before a deployment: what runs later is a task of its service on AWS, and runs in its folder.
     * Default: its service's; with an image of its own, the image's.
     */
    workingDirectory: WorkingDirectory.optional(),
    /**
     * Replaces the image's command. Required of what runs later; before a deployment unless the job has an image or an entry point of its
     * own, or its service a command: then it runs what its image does.
     */
    command: z.array(z.string().min(1)).min(1).optional(),
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
