import { z } from "zod";

import type { App } from "../topology/app";
import { Traffic } from "../topology/schema/operations";
import { findings } from "../topology/issues";
import { isMap, showPath } from "../topology/merge";
import { ProblemsError, show, type Finding, type Problem } from "../topology/problems";
import { nearest, oneOf } from "../topology/suggest";

/**
 * What an app is assumed to use in a month: the topology's `traffic`, and beside it what only the estimate asks for.
 * Every quantity has a default; those that are optional follow from others when they are absent (see `derived`).
 */

const amount = (max: number) => z.number().min(0).max(max);
const gb = amount(1e9);
const count = amount(1e12);

const quantities = z.strictObject({
    ...Traffic.shape,
    /** Requests that one instance serves at a time, on average. Given it, it decides how many instances run, not CPU. */
    concurrentRequestsPerInstance: z.number().min(1).max(1000).optional(),
    /** KB of a request. */
    averageRequestKb: amount(10_000_000).default(2),
    /** KB that a service logs for a request. */
    averageLogKb: amount(10_000).default(0.5),
    /** KB of the entry that a load balancer, a firewall or Cloud Run logs for a request. */
    averageAccessLogKb: amount(10_000).default(1),
    /** KB of the entry that the cloud's audit log keeps of each time a secret is read. */
    averageAuditLogKb: amount(10_000).default(1),
    /** KB that a request moves between a service and its databases and caches, in both directions. */
    averageDatabaseKb: amount(10_000_000).default(4),
    /** New connections to the load balancer for each request: the rest reuse one. */
    connectionsPerRequest: amount(1).default(0.2),
    /** Seconds that a connection stays open. */
    averageConnectionSeconds: amount(86_400).default(60),
    /** Share of a database that changes in a day, percent: what its backups grow by. */
    dailyChangePercent: amount(100).default(1),
    /** GB of the backups of each database. Default: its data, and the daily change for every day that they are kept. */
    backupStorageGb: gb.optional(),
    /** GB in each image registry. */
    imageGb: amount(1e6).default(1),
    /** Images that are built and deployed. */
    monthlyBuilds: amount(1e6).default(4),
    /** GB that each database logs. */
    monthlyDatabaseLogGb: gb.default(0.1),
    /** GB of the network's flow logs: on AWS of what is refused, or of all; on GCP of the sample that its subnets log. */
    monthlyFlowLogGb: gb.default(0.5),
    /** Minutes of managed builds: of each project of CodeBuild, and each step of Cloud Build. */
    monthlyBuildMinutes: amount(1e9).default(60),
    /** GB that the builds of a pipeline log. */
    monthlyBuildLogGb: gb.default(0.1),
    /** Times that each secret is read. */
    monthlySecretAccesses: count.default(1000),
    /** Uses of each encryption key. */
    monthlyKeyRequests: count.default(10_000),
    /** DNS queries. Default: one for ten requests. */
    monthlyDnsQueries: count.optional(),
    /** Spans of a trace. */
    spansPerTrace: amount(10_000).default(3),
    /** GB in each bucket that is not for logs. */
    bucketStorageGb: gb.default(10),
    monthlyBucketWrites: count.default(10_000),
    monthlyBucketReads: count.default(100_000),
    /** GB in each file system. */
    fileStorageGb: gb.default(10),
    monthlyFileReadGb: gb.default(10),
    monthlyFileWriteGb: gb.default(10),
    /** GB in each cache: what its copies take. */
    cacheGb: gb.default(1),
    /** GB in each table. */
    tableStorageGb: gb.default(1),
    /** Items read from and written to each table. Default: one read a request, and one write for ten. */
    monthlyTableReads: count.optional(),
    monthlyTableWrites: count.optional(),
    /** Messages that are sent to each queue. */
    monthlyQueueMessages: count.default(100_000),
    /** KB of a message. */
    averageMessageKb: amount(10_000).default(2),
    /** Requests that go to the content delivery network, where there is one: it has a name of its own. Percent. */
    cdnPercent: amount(100).default(50),
    /** Of those, the ones that it answers by itself, percent. */
    cacheHitPercent: amount(100).default(80),
    /** Share of files that nobody has read for as long as they need to become cheaper, percent. */
    infrequentAccessPercent: amount(100).default(0),
    /** Runs of each job that no schedule starts. Default: one for each build. */
    monthlyJobRuns: count.optional(),
    /** Seconds that a run of a job takes. */
    averageJobSeconds: amount(1e6).default(60),
    /** CPU of a service's busiest hour, percent of what its instances have, as it was measured. Nothing costs by it: `savings` sizes. */
    peakCpuPercent: amount(1000).optional(),
    /** The most memory of an instance, percent of what it has, as it was measured. Likewise. */
    peakMemoryPercent: amount(100).optional(),
    /** New values of each set of secrets, each of which deploys its services again. */
    monthlySecretChanges: count.default(1),
});

/** Quantities of a month. */
export type Quantities = z.output<typeof quantities>;

/** What a stack is assumed to use. */
export interface Usage extends Quantities {
    /** What holds instead for one service or database (by its name in the topology) or resource (by its own). */
    resources?: Record<string, Partial<Quantities>>;
}

/** Something that overrides the usage is wrong; the message names every problem with its place. */
export class UsageError extends ProblemsError {
    constructor(problems: Problem[]) {
        super(problems, "the usage");
        this.name = "UsageError";
        const blocks = problems.map(
            ({ path, found, allowed }) => `  ${path}\n    found    ${found}\n    allowed  ${allowed}`,
        );
        const many = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
        this.message = `${many} in the usage:\n\n${blocks.join("\n\n")}\n`;
    }
}

/** What the topology says, and the defaults of the rest. */
export const usageOf = (app: Pick<App, "traffic">): Usage => quantities.parse(app.traffic);

/** What an absent quantity follows from. */
export const derived: Partial<Record<keyof Quantities, string>> = {
    monthlyOutboundInternetGb: "requests × response",
    monthlyLogGb: "requests × log",
    backupStorageGb: "data and daily changes",
    monthlyDnsQueries: "requests / 10",
    monthlyJobRuns: "builds",
    monthlyTableReads: "requests",
    monthlyTableWrites: "requests / 10",
    storageGb: "what the database begins with",
    concurrentRequestsPerInstance: "what CPU time admits",
    peakCpuPercent: "not measured",
    peakMemoryPercent: "not measured",
};

/** Names that a quantity has in Infracost's usage files beside the one made from its own. */
const synonyms: Record<string, keyof Quantities> = {
    monthly_data_ingested_gb: "monthlyLogGb",
    monthly_data_processed_gb: "monthlyNatGb",
    monthly_access_operations: "monthlySecretAccesses",
    monthly_queries: "monthlyDnsQueries",
    monthly_build_mins: "monthlyBuildMinutes",
};

/** `monthly_outbound_internet_gb`, as Infracost calls it. */
export const fileName = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const keys = Object.keys(quantities.shape) as (keyof Quantities)[];
/** Every quantity, in the order in which they are explained. */
export const quantityNames: readonly (keyof Quantities)[] = keys;
/** Those that the topology says. */
export const trafficNames: readonly (keyof Quantities)[] = Object.keys(Traffic.shape) as (keyof Quantities)[];
const keyOf: Record<string, keyof Quantities> = {
    ...Object.fromEntries(keys.map((key) => [fileName(key), key])),
    ...synonyms,
};
const inFile = Object.fromEntries(
    Object.entries(keyOf).map(([name, key]) => [name, bare(quantities.shape[key]).optional()]),
);
const fileShape = z.strictObject({
    ...inFile,
    /** Infracost's files begin with it. */
    version: z.union([z.number(), z.string()]).optional(),
    resource_usage: z.record(z.string(), z.strictObject(inFile)).optional(),
});

/** The quantity itself, without its default: what is not said must not replace anything. */
function bare(schema: z.ZodType): z.ZodType {
    if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return bare(schema.unwrap() as z.ZodType);
    return schema;
}

/**
 * The usage with the content of a usage file laid upon it. Names are Infracost's; `resource_usage` refines them for a
 * service, a database or a resource.
 * @throws UsageError with every problem
 */
export function withUsageFile(usage: Usage, data: unknown, file: string): Usage {
    if (data === null || data === undefined) return usage;
    const parsed = fileShape.safeParse(data);
    if (!parsed.success)
        throw new UsageError(
            parsed.error.issues.flatMap((issue) => findings(issue, data, fileShape)).map(located(`${file}: `)),
        );
    const { resource_usage: refined = {}, version: _version, ...own } = parsed.data as FileData;
    const resources = Object.fromEntries(Object.entries(refined).map(([name, said]) => [name, renamed(said)]));
    return {
        ...usage,
        ...renamed(own),
        resources: Object.keys(resources).length > 0 ? { ...usage.resources, ...resources } : usage.resources,
    };
}
type FileData = Record<string, number> & { resource_usage?: Record<string, Record<string, number>>; version?: unknown };

const located =
    (where: string) =>
    ({ at, found, allowed }: Finding): Problem => ({
        // Of the whole file there is no more to say.
        path: at.length ? `${where}${showPath(at)}` : where.replace(/: $/, ""),
        found,
        allowed,
    });

const renamed = (said: Record<string, number>): Partial<Quantities> =>
    Object.fromEntries(Object.entries(said).map(([name, value]) => [keyOf[name], value]));

/**
 * The usage with single quantities laid upon it, as they were given: text of a flag, or numbers.
 * @param nameOf what a quantity is called where it was given
 * @throws UsageError with every problem
 */
export function withQuantities(
    usage: Usage,
    given: Partial<Record<keyof Quantities, string | number>>,
    nameOf: (key: keyof Quantities) => string = (key) => key,
): Usage {
    const problems: Problem[] = [];
    const said: Partial<Quantities> = {};
    for (const [key, value] of Object.entries(given) as [keyof Quantities, string | number | undefined][]) {
        if (value === undefined) continue;
        const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
        const parsed = z.strictObject({ [key]: bare(quantities.shape[key]) }).safeParse({ [key]: number });
        if (parsed.success) said[key] = number as number;
        else {
            const schema = z.strictObject({ [key]: bare(quantities.shape[key]) });
            const [{ allowed }] = findings(parsed.error.issues[0], { [key]: number }, schema);
            problems.push({ path: nameOf(key), found: show(value), allowed });
        }
    }
    if (problems.length) throw new UsageError(problems);
    return { ...usage, ...said };
}

/**
 * Refuses refinements of what a stack does not have.
 * @param parts names of the stack's services and databases
 * @param resources names of everything in it
 */
export function checkNames(usage: Usage, parts: string[], resources: string[]): void {
    const names = [...parts, ...resources];
    const unknown = Object.keys(usage.resources ?? {}).filter((name) => !names.includes(name));
    if (unknown.length === 0) return;
    throw new UsageError(
        unknown.map((name) => {
            const meant = nearest(name, names);
            return {
                path: showPath(["resource_usage", name]),
                found: `${show(name)}, which the stack does not have`,
                allowed: `${meant === undefined ? "" : `did you mean ${meant}? `}${oneOf([...parts, "a resource's name"])}`,
            };
        }),
    );
}

/** The usage with nothing happening: every quantity of a month is 0, what is stored stays. */
export function idle(usage: Usage): Usage {
    const still = (said: Partial<Quantities>) =>
        Object.fromEntries(Object.entries(said).map(([key, value]) => [key, key.startsWith("monthly") ? 0 : value]));
    const { resources, ...own } = usage;
    const quiet = Object.fromEntries(keys.filter((key) => key.startsWith("monthly")).map((key) => [key, 0]));
    return {
        ...(still(own) as Quantities),
        ...(quiet as Partial<Quantities>),
        ...(isMap(resources) && {
            resources: Object.fromEntries(Object.entries(resources).map(([name, said]) => [name, still(said)])),
        }),
    };
}
