import { ProblemsError } from "../topology/problems";
import type { App, Cloud, Refinement } from "../topology/app";
import { ofDatabases, ofServices, scaleOf, type Replan } from "./changes";
import type { Cost } from "./cost";
import { estimate, type EstimateOptions } from "./estimate";
import type { Usage } from "./usage";
import { cloudNames } from "./money";
import { missingBeside, missingOf, sumOf } from "./verdict";

/** What a step of hardening costs: the stack with it, less the stack without it, all else as it is. */
export interface StepCost {
    /** USD a month without the step, and with it. */
    without: number;
    with: number;
    difference: number;
    /** Something of it has no price: it costs at least so much. */
    atLeast: boolean;
    /** It rests on prices that are estimated. */
    estimated?: true;
}

export interface PostureRow {
    id: string;
    title: string;
    /** What one gets for it. */
    gives: string;
    /** Whether the stack has it already, per cloud. */
    has: Record<Cloud, boolean>;
    /** Per cloud; a sentence where it cannot be had there. */
    aws: StepCost | string;
    gcp: StepCost | string;
}

interface Step {
    id: string;
    title: string;
    gives: string;
    /** Whether a stack has it; undefined if there is nothing that it could be taken for. */
    has(app: App, cloud: Cloud): boolean | undefined;
    without(app: App, cloud: Cloud): Refinement;
    with(app: App, cloud: Cloud): Refinement;
    /** Why a cloud has no such step. */
    not?: Partial<Record<Cloud, string>>;
}

const databases = (app: App) => Object.values(app.databases);
const services = (app: App) => Object.values(app.services);
const everyDatabase = (app: App, is: (database: App["databases"][string]) => boolean) =>
    databases(app).length ? databases(app).every(is) : undefined;
const nat = (kind: App["network"]["nat"]) => (): Refinement => ({ network: { nat: kind } });
const days = (retentionDays: number) => (): Refinement => ({ logs: { retentionDays } as Refinement["logs"] });
const toggle = (key: "firewall" | "alarms" | "tracing") => ({
    has: (app: App) => app[key].enabled,
    without: (): Refinement => ({ [key]: { enabled: false } }),
    with: (): Refinement => ({ [key]: { enabled: true } }),
});
const allDatabases = (said: object) => (app: App) => ofDatabases(app, () => said) ?? {};
const least = (min: number) => (app: App, cloud: Cloud) => ofServices(app, () => scaleOf(cloud, { min })) ?? {};

const steps: Step[] = [
    {
        id: "private-subnets",
        title: "Private subnets, one NAT gateway",
        gives: "No task has a public address; one known address towards the internet",
        has: ({ network }) => network.nat !== "none",
        without: nat("none"),
        with: nat("single"),
    },
    {
        id: "nat-per-zone",
        title: "A NAT gateway in each zone",
        gives: "A zone may fail without cutting the other off",
        has: ({ network }) => network.nat === "perZone",
        without: nat("single"),
        with: nat("perZone"),
    },
    {
        id: "firewall",
        title: "Web application firewall",
        gives: "Known attacks, and too many requests from one address, are refused",
        ...toggle("firewall"),
    },
    {
        id: "flow-logs",
        title: "Flow logs of what the network refuses",
        gives: "Who tried to reach what, when somebody asks afterwards",
        has: ({ network }) => network.aws.flowLogs !== "none",
        without: () => ({ network: { aws: { flowLogs: "none" } } }),
        with: () => ({ network: { aws: { flowLogs: "rejected" } } }),
        not: { gcp: "A subnet logs a tenth of its packets, always" },
    },
    {
        id: "high-availability",
        title: "Databases in two zones",
        gives: "A standby takes over while a zone fails or the server is maintained",
        has: (app) => everyDatabase(app, ({ highAvailability }) => highAvailability),
        without: allDatabases({ highAvailability: false }),
        with: allDatabases({ highAvailability: true }),
    },
    {
        id: "replica",
        title: "A read replica of each database",
        gives: "Reads that do not disturb writes, and a second copy",
        has: (app) => everyDatabase(app, ({ replicas }) => replicas > 0),
        without: allDatabases({ replicas: 0 }),
        with: allDatabases({ replicas: 1 }),
    },
    {
        id: "backups",
        title: "Backups for 35 days instead of 7",
        gives: "Mistakes that are noticed late can be undone",
        has: (app) => everyDatabase(app, ({ backupDays }) => backupDays >= 35),
        without: allDatabases({ backupDays: 7 }),
        with: allDatabases({ backupDays: 35 }),
    },
    {
        id: "second-instance",
        title: "A second instance of each service",
        gives: "One may be replaced, or its zone fail, without anybody noticing",
        has: (app) => services(app).every(({ scale }) => scale.min >= 2),
        without: least(1),
        with: least(2),
    },
    {
        id: "on-demand",
        title: "On demand instead of Spot",
        gives: "No task is stopped because the cloud wants it back",
        has: (app) => services(app).every(({ aws }) => !aws.spot),
        without: (app) => ofServices(app, () => ({ aws: { spot: true } })) ?? {},
        with: (app) => ofServices(app, () => ({ aws: { spot: false } })) ?? {},
        not: { gcp: "Cloud Run has no Spot" },
    },
    {
        id: "logs-30",
        title: "Logs for 30 days instead of 7",
        gives: "What happened last week, and the weeks before",
        has: ({ logs }) => logs.retentionDays >= 30,
        without: days(7),
        with: days(30),
    },
    {
        id: "logs-90",
        title: "Logs for 90 days instead of 30",
        gives: "What happened before anybody noticed",
        has: ({ logs }) => logs.retentionDays >= 90,
        without: days(30),
        with: days(90),
    },
    { id: "alarms", title: "Alarms", gives: "Somebody is told while it fails", ...toggle("alarms") },
    { id: "tracing", title: "Tracing", gives: "Where the time of a request goes", ...toggle("tracing") },
];

/** Whether two costs differ in what has estimated prices. */
const differ = (one: Cost, other: Cost): boolean =>
    Math.abs((one.doubtful.estimated ?? 0) - (other.doubtful.estimated ?? 0)) > 1e-9;

/**
 * What each step of hardening costs on each cloud: planned and priced with and without it. Security that is no choice
 * (encryption, private databases, least privilege) is in every figure and in no row.
 * @param replan per cloud, plans the stack with a refinement
 */
export async function posture(
    apps: Record<Cloud, App>,
    usage: Usage,
    replan: Record<Cloud, Replan>,
    options?: EstimateOptions,
): Promise<PostureRow[]> {
    const rows: PostureRow[] = [];
    for (const step of steps) {
        const has = { aws: step.has(apps.aws, "aws"), gcp: step.has(apps.gcp, "gcp") };
        if (has.aws === undefined || has.gcp === undefined) continue;
        const price = async (cloud: Cloud): Promise<StepCost | string> => {
            if (step.not?.[cloud]) return step.not[cloud];
            try {
                const [before, after] = [step.without(apps[cloud], cloud), step.with(apps[cloud], cloud)];
                const less = estimate(await replan[cloud](before), usage, options);
                const more = estimate(await replan[cloud](after), usage, options);
                const [low, high] = [less.monthly.expected, more.monthly.expected];
                for (const cost of [less, more]) {
                    const { beyond } = sumOf(cloudNames[cloud], cost);
                    if (beyond !== undefined) return beyond;
                }
                // Only where all that is missing is missing from the stack with the step is the difference a lower bound.
                const holes = missingBeside(less.unpriced, more.unpriced);
                if (holes === "less" || holes === "both")
                    return `what it costs is open: ${missingOf([...less.unpriced, ...more.unpriced])}`;
                return {
                    without: low,
                    with: high,
                    difference: high - low,
                    atLeast: holes === "more",
                    ...(low !== high && differ(less, more) && { estimated: true }),
                };
            } catch (error) {
                if (error instanceof ProblemsError) return `${error.problems[0].found}: ${error.problems[0].allowed}`;
                throw error;
            }
        };
        const { id, title, gives } = step;
        rows.push({
            id,
            title,
            gives,
            has: { aws: has.aws, gcp: has.gcp },
            aws: await price("aws"),
            gcp: await price("gcp"),
        });
    }
    return rows;
}
