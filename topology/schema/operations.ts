import { z } from "zod";

import { GithubEnvironment, Repository } from "./account";
import { text, Email, Percent } from "./forms";

/** Watching, tracing, logs, deploying, and how much an app is used. */

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
    /**
     * Storage of a database or file server in use, percent. Both clouds grow a database by themselves: it rings when that has
     * not helped for a quarter of an hour. RDS goes by the size that the database began with.
     */
    storagePercent: Percent.default(90),
    /** Seconds that a read replica may be behind. RDS counts up to 300 while nobody writes. */
    replicaLagSeconds: z.int().min(1).max(86_400).default(600),
    /** Keys a minute that a cache drops for want of memory. */
    evictionsPerMinute: z.int().min(0).max(1_000_000).default(100),
    /** Requests a minute of a table that are refused for load. */
    throttlesPerMinute: z.int().min(0).max(1_000_000).default(10),
    /** Seconds that the oldest message of a queue may wait. */
    queueAgeSeconds: z.int().min(60).max(1_209_600).default(900),
    /** Burst credits of a file system that are left, percent of the 2.1 TiB that it begins with (EFS). */
    burstCreditPercent: Percent.default(10),
    /** Days before the end of a certificate that is not renewed yet (AWS; Google chooses itself). ACM renews earlier. */
    certificateDays: z.int().min(1).max(44).default(21),
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

/** Who may deploy without a long-lived key: GitHub Actions, by OpenID Connect. */
export const Deployer = z.strictObject({
    github: Repository,
    /** Branches whose workflows may. */
    branches: z.array(z.string().min(1)).min(1).default(["main"]),
    /**
     * GitHub's environments whose jobs may, whatever their branch: a job with `environment: production` proves that, and on AWS not its
     * branch any more. Which branches may use an environment is said at GitHub.
     */
    environments: z.array(GithubEnvironment).default([]),
    aws: z
        .strictObject({
            /** An account has one provider for GitHub, made by the account's own stack (docs/account.md); `create` makes it in this one. */
            provider: z.enum(["create", "existing"]).default("existing"),
        })
        .prefault({}),
});

/**
 * The cloud's own pipeline: a push to a branch is tested, waits for an approval where one is asked for, and is shipped. CodePipeline and
 * CodeBuild, or Cloud Build. It deploys as the account's stack lets it (`account.pipelines`).
 */
export const Pipeline = z.strictObject({
    /** At GitHub. The stack's file is in it. */
    repository: Repository,
    /** The branch whose pushes are deployed to this stack. */
    branch: z.string().min(1).default("main"),
    /** Where the project is in the repository; `.` is the whole of it. */
    folder: text(
        /^(\.|[\w-][\w.-]*(\/[\w-][\w.-]*)*)$/,
        "a folder in the repository such as infra/app, or . for the whole of it",
    ).default("."),
    /** Whether somebody approves each deployment: on AWS what is tested, on GCP before the build begins. */
    approval: z.boolean().default(false),
    /** Minutes that tests, and a deployment, may take: on AWS each, on GCP both together. */
    timeoutMinutes: z.int().min(5).max(480).default(60),
    aws: z
        .strictObject({
            /** ARN of the account's connection to GitHub. Default: the stack makes one, which a person finishes in the console. */
            connection: text(
                /^arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[\w-]+$/,
                "the ARN of a connection, such as arn:aws:codeconnections:us-east-1:123456789012:connection/…",
            ).optional(),
            /** Where Pulumi keeps its state: the account stack's output `state`. Needed on AWS. */
            state: text(
                /^s3:\/\/[a-z0-9][a-z0-9.-]+(\/[\w./-]*)?(\?[\w=&-]+)?$/,
                "Pulumi's state in S3, such as s3://bucket?region=us-east-1",
            ).optional(),
        })
        .prefault({}),
    gcp: z
        .strictObject({
            /** Name of the region's connection to GitHub. Default: the stack makes one, which a person finishes in the console. */
            connection: text(
                /^[a-z][a-z0-9-]{0,62}$/,
                "the name of a connection of Cloud Build in the stack's region",
            ).optional(),
            /** Whether somebody has finished the connection that the stack made: only then can it have a repository and a trigger. */
            authorized: z.boolean().default(false),
            /** Where Pulumi keeps its state: the account stack's output `state`. Needed on GCP. */
            state: text(
                /^gs:\/\/[a-z0-9][\w.-]+(\/[\w./-]*)?$/,
                "Pulumi's state in Cloud Storage, such as gs://bucket",
            ).optional(),
        })
        .prefault({}),
});

/** How long a deployment by `twinstack ship` may take, the watching of a canary's steps left out. */
export const Deploy = z.strictObject({
    /** Minutes that it should take; the table at its end says what did. */
    targetMinutes: z.number().positive().max(1440).default(10),
    /** Minutes after which somebody is told. */
    slowMinutes: z.number().positive().max(1440).default(15),
    /**
     * Who is told when a ship is taken back, stuck or slow: an incoming webhook of Slack's form. Its address is a secret of the app, by its set and
     * key, such as `ops.SLACK_URL` of `secrets: { ops: { keys: ["SLACK_URL"] } }`. Default: nobody.
     */
    webhook: text(
        /^[a-z][a-z0-9-]*\.[A-Za-z_][A-Za-z0-9_]*$/,
        "a set of secrets and a key of it, such as ops.SLACK_URL; an address is itself a secret",
    ).optional(),
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
 * estimate knows more quantities, all with a default; `twinstack cost --usage FILE` takes them.
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
