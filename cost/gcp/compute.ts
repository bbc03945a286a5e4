import type { PlanResource } from "../../plan/resource";
import type { Context, Item, Pricing } from "../cost";
import { periodsOf, type Period } from "../hours";
import {
    counted,
    hourly,
    item,
    listOf,
    mapOf,
    numberOf,
    per,
    perSecond,
    sampled,
    secondsPerHour,
    show,
} from "../quantities";

/** CPU that Cloud Run aims at when it scales. */
const aim = 0.6;
const defaultConcurrency = 80;
const defaultMaximum = 100;

/** A vCPU as Cloud Run writes it: `1`, `0.5`, `1000m`. */
const vcpuOf = (text: unknown): number =>
    String(text).endsWith("m") ? Number(String(text).slice(0, -1)) / 1000 : numberOf(text, 1);
/** GiB as Cloud Run writes them: `512Mi`, `2Gi`. */
function gibOf(text: unknown): number {
    const [, number, unit] = /^([\d.]+)(Mi|Gi|M|G)?$/.exec(String(text)) ?? [];
    return number === undefined ? 0.5 : Number(number) / (unit?.startsWith("M") ? 1024 : unit ? 1 : 1024 ** 3);
}

/** What an instance is made of: all of its containers. */
interface Size {
    vcpu: number;
    gib: number;
}

export function sizeOf(containers: Record<string, unknown>[]): Size {
    const sum = (of: (limits: Record<string, unknown>) => number) =>
        containers.reduce((total, { resources }) => total + of(mapOf(mapOf(resources).limits)), 0);
    return { vcpu: sum(({ cpu = "1" }) => vcpuOf(cpu)), gib: sum(({ memory = "512Mi" }) => gibOf(memory)) };
}

/** What an instance is made of, and how many work and wait on average. */
interface Instances extends Size {
    /** CPU is paid only while requests are served. */
    byRequest: boolean;
    /** Instances at work: with at least one request. */
    busy: number;
    /** Instances that are kept although nothing asks for them. */
    idle: number;
}

/**
 * Requests come at random: one instance with `load` requests on average is busy for 1 − e^−load of the time, so that
 * few requests cost each their own duration, and many share it.
 */
export const instancesOf = (service: PlanResource, context: Context): Instances =>
    context.once(service.urn, () => averageInstances(service, context));

/** How a service scales, and what its instances are made of. */
function scalingOf(service: PlanResource, context: Context) {
    const template = mapOf(service.inputs.template);
    const containers = listOf(template.containers);
    const appVcpu = vcpuOf(mapOf(mapOf(containers[0]?.resources).limits).cpu ?? "1");
    // The scaling of the service counts for all of its revisions; that of the template for each.
    const scaling = { ...mapOf(template.scaling), ...mapOf(service.inputs.scaling) };
    const min = numberOf(scaling.minInstanceCount, 0);
    return {
        size: sizeOf(containers),
        byRequest: containers.some(({ resources }) => mapOf(resources).cpuIdle !== false),
        appVcpu,
        min,
        max: numberOf(scaling.maxInstanceCount, Math.max(min, defaultMaximum)),
        minimums: minimumsOf(service, min, context),
        concurrency: numberOf(template.maxInstanceRequestConcurrency, defaultConcurrency),
    };
}

function averageInstances(service: PlanResource, context: Context): Instances {
    const said = context.said(service, () => scalingOf(service, context));
    const { size, byRequest, appVcpu, min, max, minimums, concurrency } = said;
    const { averageRequestCpuMs, averageRequestDurationMs, concurrentRequestsPerInstance } = context.usageOf(service);
    const rate = perSecond(context, context.requestsOf(service));
    const load = (rate * averageRequestDurationMs) / 1000;
    const needed = concurrentRequestsPerInstance
        ? load / concurrentRequestsPerInstance
        : Math.max((rate * averageRequestCpuMs) / 1000 / (appVcpu * aim), load / concurrency);
    const spread = Math.max(1, needed);
    const busy = context.instances(spread * (1 - Math.exp(-load / spread)), min, max, 0);
    const idle = minimums.reduce((sum, { share, state }) => sum + share * Math.max(0, state.min - busy), 0);
    return { ...size, byRequest, busy, idle };
}

/** How many instances are kept, and for which share of the time: jobs of Cloud Scheduler may set it by the hours. */
function minimumsOf(service: PlanResource, min: number, context: Context): Period<{ min: number }>[] {
    const changes = context.referring(service, "gcp:cloudscheduler/job:Job").flatMap(({ inputs }) => {
        const set = minimumIn(mapOf(inputs.httpTarget).body);
        return set === undefined ? [] : [{ schedule: String(inputs.schedule), state: { min: set } }];
    });
    return periodsOf(changes, { min });
}

/** The minimum that a request to change a service says, if it says one. */
function minimumIn(body: unknown): number | undefined {
    const { minInstanceCount } = scalingIn(body);
    return typeof minInstanceCount === "number" ? minInstanceCount : undefined;
}

/** What a request to change a service or a worker pool says of its scaling; nothing for a request of another kind. */
function scalingIn(body: unknown): Record<string, unknown> {
    try {
        return mapOf(mapOf(JSON.parse(atob(String(body)))).scaling);
    } catch {
        return {};
    }
}

/**
 * By request: CPU and memory while an instance serves, a lower price while one of the minimum waits, and the requests.
 * By instance: CPU and memory for as long as an instance is there.
 */
export const runService: Pricing = (service, context) => {
    const { vcpu, gib, byRequest, busy, idle } = instancesOf(service, context);
    const seconds = context.hours * secondsPerHour;
    const pair = (name: string, mode: string, count: number): Item[] => {
        const time = `${counted(count, "instance")} × ${context.hours} h × 3,600 s`;
        return [
            item(`vCPU${name}`, `gcp.run.${mode}.vcpu_second`, count * seconds * vcpu, `${time} × ${show(vcpu)} vCPU`),
            item(`Memory${name}`, `gcp.run.${mode}.gib_second`, count * seconds * gib, `${time} × ${show(gib)} GiB`),
        ];
    };
    const requests = context.requestsOf(service);
    const environment = JSON.stringify(mapOf(service.inputs.template).containers ?? []);
    const spans = sampled(service, environment, context) * context.usageOf(service).spansPerTrace;
    return [
        ...(byRequest
            ? [
                  ...pair(" while serving", "request", busy),
                  ...pair(" while idle", "idle", idle),
                  per(1e6, "Requests", "gcp.run.requests_million", requests, "requests"),
              ]
            : pair("", "instance", busy + idle)),
        per(1e6, "Trace spans", "gcp.trace.spans_million", spans, "spans"),
    ];
};

/** How many instances a worker pool has: its number, or from one limit to the other. */
function poolLimits(scaling: Record<string, unknown>): { min: number; max: number } {
    if (scaling.scalingMode !== "AUTOMATIC") {
        const count = numberOf(scaling.manualInstanceCount, 1);
        return { min: count, max: count };
    }
    const min = numberOf(scaling.minInstanceCount, 1);
    return { min, max: numberOf(scaling.maxInstanceCount, Math.max(min, defaultMaximum)) };
}

/** Instances of a worker pool on average of its hours. No request tells how much it has to do: it is taken to run at its minimum. */
export const poolInstances = (pool: PlanResource, context: Context): number =>
    context.once(pool.urn, () => {
        const always = poolLimits(mapOf(pool.inputs.scaling));
        const changes = context.referring(pool, "gcp:cloudscheduler/job:Job").flatMap(({ inputs }) => {
            const set = scalingIn(mapOf(inputs.httpTarget).body);
            return set.scalingMode === undefined ? [] : [{ schedule: String(inputs.schedule), state: poolLimits(set) }];
        });
        return periodsOf(changes, always).reduce(
            (sum, { share, state }) => sum + share * context.instances(0, state.min, state.max),
            0,
        );
    });

/** CPU and memory of a worker pool for as long as its instances are there. */
export const workerPool: Pricing = (pool, context) => {
    const { vcpu, gib } = sizeOf(listOf(mapOf(pool.inputs.template).containers));
    const count = poolInstances(pool, context);
    const seconds = count * context.hours * secondsPerHour;
    const time = `${counted(count, "instance")} × ${context.hours} h × 3,600 s`;
    return [
        item("vCPU", "gcp.run.worker.vcpu_second", seconds * vcpu, `${time} × ${show(vcpu)} vCPU`),
        item("Memory", "gcp.run.worker.gib_second", seconds * gib, `${time} × ${show(gib)} GiB`),
    ];
};

export const cluster: Pricing = (_, context) => [hourly(context, "Cluster", "gcp.gke.cluster_hour", 1, "cluster")];

const machines: Record<string, string> = {
    "e2-medium": "e2_medium",
    "e2-standard-2": "e2_standard_2",
    E2_MEDIUM: "e2_medium",
    E2_HIGHCPU_8: "e2_highcpu_8",
};

export const buildTrigger: Pricing = (trigger, context) => {
    const machine = String(mapOf(mapOf(trigger.inputs.build).options).machineType ?? "e2-standard-2");
    if (!machines[machine]) return [{ reason: `machine ${machine} has no price here` }];
    const { monthlyBuildMinutes } = context.usageOf(trigger);
    const stages = Math.max(1, listOf(mapOf(trigger.inputs.build).steps).length);
    const formula = `${stages > 1 ? `${stages} steps × ` : ""}${show(monthlyBuildMinutes)} min`;
    return [item("Build", `gcp.build.${machines[machine]}_min`, stages * monthlyBuildMinutes, formula)];
};
