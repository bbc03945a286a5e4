import type { PlanResource } from "../../plan/resource";
import type { Context, Item, Pricing } from "../cost";
import { periodsOf } from "../hours";
import { counted, hourly, item, kbPerGb, listOf, mapOf, numberOf, per, perSecond, sampled, show } from "../quantities";

const scheduledAction = "aws:appautoscaling/scheduledAction:ScheduledAction";
const target = "aws:appautoscaling/target:Target";
const policy = "aws:appautoscaling/policy:Policy";
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";

/** What a service keeps its data in, and reaches within its network: each is in one zone at a time. */
const inOneZone = [
    "aws:rds/instance:Instance",
    "aws:elasticache/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
];

/** GB of disk that every task has for nothing. */
const freeDisk = 20;

/** What a task is made of. */
interface Size {
    vcpu: number;
    gb: number;
    /** GB. */
    disk: number;
    chip: "x86" | "arm";
}

export function sizeOf(definition: PlanResource | undefined): Size {
    const size = definition?.inputs ?? {};
    return {
        vcpu: numberOf(size.cpu, 256) / 1024,
        gb: numberOf(size.memory, 512) / 1024,
        disk: numberOf(mapOf(size.ephemeralStorage).sizeInGib, freeDisk),
        chip: mapOf(size.runtimePlatform).cpuArchitecture === "ARM64" ? "arm" : "x86",
    };
}

/** What a service's tasks are made of, and how many run on average. */
interface Tasks extends Size {
    count: number;
    formula: string;
    /** Share of the tasks that run on Spot. */
    spot: number;
}

/** The average number of tasks that the traffic needs at the CPU that scaling aims at, within the scaling range. */
export const tasksOf = (service: PlanResource, context: Context): Tasks =>
    context.once(service.urn, () => averageTasks(service, context));

/** How a service scales, and what its tasks are made of. */
function scalingOf(service: PlanResource, context: Context) {
    const [definition] = context.behind(service, taskDefinition, "taskDefinition");
    const desired = numberOf(service.inputs.desiredCount, 1);
    const [range] = context.referring(service, target);
    const always = {
        min: numberOf(range?.inputs.minCapacity, desired),
        max: numberOf(range?.inputs.maxCapacity, desired),
    };
    const actions = range ? context.referring(range, scheduledAction) : [];
    const periods = periodsOf(
        actions.map((action) => ({ schedule: String(action.inputs.schedule), state: capacityOf(action) })),
        always,
    );
    // Requests come while there is something to answer them.
    const open = periods.reduce((sum, { share, state }) => sum + (state.max > 0 ? share : 0), 0);

    const [policies] = range ? context.referring(range, policy) : [];
    const scaling = mapOf(policies?.inputs.targetTrackingScalingPolicyConfiguration);
    const aim = numberOf(scaling.targetValue, 70) / 100;
    return { size: sizeOf(definition), periods, open, aim };
}

function averageTasks(service: PlanResource, context: Context): Tasks {
    const { size, periods, open, aim } = context.said(service, () => scalingOf(service, context));
    const { averageRequestCpuMs, averageRequestDurationMs, concurrentRequestsPerInstance } = context.usageOf(service);
    const rate = perSecond(context, context.requestsOf(service)) / (open || 1);
    const demand = concurrentRequestsPerInstance
        ? (rate * averageRequestDurationMs) / 1000 / concurrentRequestsPerInstance
        : (rate * averageRequestCpuMs) / 1000 / (size.vcpu * aim);
    let count = 0;
    let onSpot = 0;
    for (const { share, state } of periods) {
        const running = context.instances(demand, state.min, state.max);
        count += share * running;
        onSpot += share * running * spotShare(service, running);
    }
    return {
        ...size,
        count,
        formula: `${counted(count, "task")}${periods.length > 1 ? " on average of its hours" : ""}`,
        spot: count > 0 ? onSpot / count : 0,
    };
}

/** What a scheduled action sets. */
function capacityOf({ inputs }: PlanResource): { min: number; max: number } {
    const { minCapacity, maxCapacity } = mapOf(inputs.scalableTargetAction);
    const min = numberOf(minCapacity, 0);
    return { min, max: numberOf(maxCapacity, min) };
}

/** The share of the tasks that the capacity strategy gives to Spot: first every base, then by weight. */
function spotShare({ inputs }: PlanResource, count: number): number {
    const strategies = listOf(inputs.capacityProviderStrategies);
    if (strategies.length === 0 || count === 0) return 0;
    const isSpot = ({ capacityProvider }: Record<string, unknown>) => capacityProvider === "FARGATE_SPOT";
    const sum = (key: string, of: Record<string, unknown>[]) =>
        of.reduce((total, strategy) => total + numberOf(strategy[key], 0), 0);
    const spot = strategies.filter(isSpot);
    const base = Math.min(count, sum("base", strategies));
    const spotBase = Math.min(base, sum("base", spot));
    const weight = sum("weight", strategies);
    return (spotBase + (weight > 0 ? (count - base) * (sum("weight", spot) / weight) : 0)) / count;
}

/** Running tasks, x86 or ARM, on demand or Spot, their public addresses, and their traces. */
export const ecsService: Pricing = (service, context) => {
    const launch = service.inputs.launchType;
    if (launch !== undefined && launch !== "FARGATE")
        return [{ reason: `tasks on ${String(launch)} are paid by their machines, which are not in the plan` }];
    const tasks = tasksOf(service, context);
    const { count, formula, vcpu, gb, disk, chip, spot } = tasks;
    const { hours } = context;
    const running = (share: number, spotted: boolean): Item[] => {
        if (share === 0) return [];
        const id = `aws.fargate.${spotted ? "spot." : ""}${chip}`;
        const kind = `${chip === "arm" ? " ARM" : ""}${spotted ? " Spot" : ""}`;
        const some = share === 1 ? formula : `${formula} × ${show(share * 100)} %`;
        return [
            item(
                `vCPU${kind}`,
                `${id}.vcpu_hour`,
                count * share * vcpu * hours,
                `${some} × ${show(vcpu)} vCPU × ${hours} h`,
            ),
            item(`Memory${kind}`, `${id}.gb_hour`, count * share * gb * hours, `${some} × ${show(gb)} GB × ${hours} h`),
        ];
    };
    const extra = Math.max(0, disk - freeDisk);
    const isPublic = mapOf(service.inputs.networkConfiguration).assignPublicIp === true;
    const [definition] = context.behind(service, taskDefinition, "taskDefinition");
    const traces = sampled(service, String(definition?.inputs.containerDefinitions ?? ""), context);
    return [
        ...running(1 - spot, false),
        ...running(spot, true),
        item(
            "Ephemeral storage",
            "aws.fargate.ephemeral_gb_hour",
            count * extra * hours,
            `${formula} × ${show(extra)} GB above ${freeDisk} × ${hours} h`,
        ),
        ...(isPublic ? [hourly(context, "Public IPv4", "aws.ipv4.hour", count, "task")] : []),
        ...betweenZones(service, definition, context),
        per(1e6, "Traces", "aws.xray.traces_recorded_million", traces, "sampled requests"),
    ];
};

/**
 * Tasks are spread over the zones, and their database is in one: what the others exchange with it is paid on their side,
 * in either direction, and not on the database's (AWS Architecture Blog, "Exploring Data Transfer Costs for AWS Managed
 * Databases").
 */
function betweenZones(service: PlanResource, definition: PlanResource | undefined, context: Context): Item[] {
    const { subnets } = mapOf(service.inputs.networkConfiguration);
    const zones = Array.isArray(subnets) ? subnets.length : 2;
    if (!definition || zones < 2) return [];
    if (!inOneZone.some((type) => context.behind(definition, type, "containerDefinitions").length > 0)) return [];
    const { averageDatabaseKb } = context.usageOf(service);
    const requests = context.requestsOf(service);
    return [
        item(
            "Data between zones",
            "aws.egress.cross_az_gb_each_way",
            (requests * averageDatabaseKb * (zones - 1)) / zones / kbPerGb,
            `${show(requests)} requests × ${show(averageDatabaseKb)} KB × ${zones - 1} of ${zones} zones`,
        ),
    ];
}

/** Metrics that Container Insights reports of a cluster, of each service, and of each family of tasks. */
const insights = { cluster: 12, service: 15, family: 10 };
/** KB of the event that it logs each minute for the cluster, each service, each task and each container. */
const eventKb = 1;

/** Container Insights: its metrics are paid like custom ones, and the events that they are made from like logs. */
export const ecsCluster: Pricing = (cluster, context) => {
    const setting = listOf(cluster.inputs.settings).find(({ name }) => name === "containerInsights")?.value;
    if (setting === "enhanced") return [{ reason: "Container Insights with enhanced observability has no price here" }];
    if (setting !== "enabled") return [];
    const services = context
        .all("aws:ecs/service:Service")
        .filter((service) => context.behind(service, cluster.type, "cluster").includes(cluster));
    const metrics = insights.cluster + services.length * (insights.service + insights.family);
    const tasks = services.reduce((sum, service) => sum + tasksOf(service, context).count, 0);
    const events = (1 + services.length + 2 * tasks) * context.hours * 60;
    return [
        item(
            "Container Insights metrics",
            "aws.cloudwatch.metric_month",
            metrics,
            `${insights.cluster} + ${counted(services.length, "service")} × ${insights.service + insights.family}`,
        ),
        item(
            "Container Insights events",
            "aws.cloudwatch.logs_ingest_gb",
            (events * eventKb) / (1024 * 1024),
            `(1 + ${counted(services.length, "service")} + 2 × ${counted(tasks, "task")}) × ${context.hours * 60} min × ${eventKb} KB`,
        ),
    ];
};

export const eksCluster: Pricing = (_, context) => [hourly(context, "Cluster", "aws.eks.cluster_hour", 1, "cluster")];
