import type { PlanResource } from "../plan/resource";
import type { Context, Item } from "./cost";
import { fixed, significant } from "./numbers";

/** Arithmetic that both clouds share, and the words for it. */

/** KB that make a GB, as both clouds count them. */
export const kbPerGb = 1024 * 1024;
export const secondsPerHour = 3600;
/** Days of a month, for retentions. */
export const daysPerMonth = 30;

/** Formatting is slow, and the same numbers return. */
const shown = new Map<number, string>();

/** A number as a formula shows it: `5,000,000`, `0.5`, `47.68`. */
export function show(value: number): string {
    let text = shown.get(value);
    if (shown.size > 10_000) shown.clear();
    if (text === undefined) shown.set(value, (text = Math.abs(value) >= 1000 ? fixed(value) : significant(value, 4)));
    return text;
}

/** `2 tasks`, `1 task`, `1.5 tasks`. */
export const counted = (value: number, noun: string): string => `${show(value)} ${noun}${value === 1 ? "" : "s"}`;

export const item = (name: string, priceId: string, quantity: number, formula: string): Item => ({
    item: name,
    priceId,
    quantity,
    formula,
});

/** Something that is paid for every hour. */
export const hourly = ({ hours }: Context, name: string, priceId: string, count: number, noun: string): Item =>
    item(name, priceId, count * hours, `${counted(count, noun)} × ${hours} h`);

/** Something that is paid for every hour, in other words. */
export const hoursOf = ({ hours }: Context, name: string, priceId: string, count: number, words: string): Item =>
    item(name, priceId, count * hours, `${words} × ${hours} h`);

/** Something that is counted in thousands or millions. */
export const per = (units: number, name: string, priceId: string, quantity: number, noun: string): Item =>
    item(name, priceId, quantity / units, `${show(quantity)} ${noun} / ${show(units)}`);

/** Requests a second, on average over the month. */
export const perSecond = ({ hours }: Context, monthly: number): number => monthly / (hours * secondsPerHour);

/** GB a month that go to the internet from behind the load balancer. */
export const outbound = (context: Context): Amount => context.once("outbound", () => leaving(context));
type Amount = { gb: number; formula: string };

function leaving(context: Context): Amount {
    const said = context.services.map((service) => context.shareOf(service, "monthlyOutboundInternetGb"));
    const ofWorkers = context.workers.reduce(
        (sum, worker) => sum + (context.shareOf(worker, "monthlyOutboundInternetGb") ?? 0),
        0,
    );
    if (context.services.length && said.every((gb) => gb !== undefined)) {
        const gb = said.reduce((sum: number, part) => sum + part!, ofWorkers);
        return { gb, formula: "as given" };
    }
    const gb = context.services.reduce((sum, service, index) => {
        const requests = context.shareOf(service, "monthlyRequests") ?? 0;
        return sum + (said[index] ?? (requests * context.usageOf(service).averageResponseKb) / kbPerGb);
    }, ofWorkers);
    const { averageResponseKb } = context.usage;
    return { gb, formula: `${show(context.requests)} requests × ${show(averageResponseKb)} KB` };
}

/** GB a month that the services write to their log. */
export const serviceLogs = (context: Context): Amount => context.once("serviceLogs", () => logged(context));

function logged(context: Context): Amount {
    let given = context.services.length > 0;
    // Of workers counts only what is said of them: no request tells more.
    const ofWorkers = context.workers.reduce((sum, worker) => sum + (context.shareOf(worker, "monthlyLogGb") ?? 0), 0);
    const gb = context.services.reduce((sum, service) => {
        const said = context.shareOf(service, "monthlyLogGb");
        if (said === undefined) given = false;
        return sum + (said ?? (context.requestsOf(service) * context.usageOf(service).averageLogKb) / kbPerGb);
    }, ofWorkers);
    const requests = context.services.reduce((sum, service) => sum + context.requestsOf(service), 0);
    return {
        gb,
        formula: given ? "as given" : `${show(requests)} requests × ${show(context.usage.averageLogKb)} KB`,
    };
}

/** GB that the load balancer takes in and gives out, of the requests that reach it. */
export function processed(context: Context): Amount {
    const reach = 1 - context.cached;
    const requests = context.requests * reach;
    const { averageRequestKb } = context.usage;
    const { gb } = outbound(context);
    return {
        gb: (requests * averageRequestKb) / kbPerGb + gb * reach,
        formula: `${show(requests)} requests × ${show(averageRequestKb)} KB in, ${show(gb * reach)} GB out`,
    };
}

/** Spans or traces that a service records: the share of its requests that its environment samples. */
export function sampled(service: PlanResource, environment: string, context: Context): number {
    const share = /"?OTEL_TRACES_SAMPLER_ARG\\?",\s*\\?"value\\?":\s*\\?"([\d.]+)/.exec(environment)?.[1];
    return share === undefined ? 0 : context.requestsOf(service) * Number(share);
}

/** GB of a database's backups beyond its data: the daily change for every day that they are kept. */
export function backups(resource: PlanResource, context: Context, data: number, days: number) {
    const { backupStorageGb, dailyChangePercent } = context.usageOf(resource);
    return backupStorageGb !== undefined
        ? { gb: backupStorageGb, formula: "as given" }
        : {
              gb: data * (1 + (days * dailyChangePercent) / 100),
              formula: `${show(data)} GB + ${days} d × ${show(dailyChangePercent)} %`,
          };
}

/**
 * The zone of a record that the stack finds and does not make: on the bill all the same, with the first record in it. Other
 * stacks may have records there, too; it is paid once.
 * @param records those in zones that the stack does not make
 * @param zoneOf what tells zones apart
 */
export function existingZone(
    record: PlanResource,
    records: PlanResource[],
    zoneOf: (record: PlanResource) => string,
    priceId: string,
): Item[] {
    const first = records.find((other) => zoneOf(other) === zoneOf(record));
    return first === record ? [item("Hosted zone", priceId, 1, "1 zone, once for all stacks with names in it")] : [];
}

/** An input that is a map, or an empty one. */
export const mapOf = (value: unknown): Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
/** An input that is a list of maps, or an empty one. */
export const listOf = (value: unknown): Record<string, unknown>[] =>
    Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
/** An input that is a number, also if it is written as text; `otherwise` if it is known only after deployment. */
export function numberOf(value: unknown, otherwise: number): number {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : otherwise;
}

/** Data that a server's storage may not grow to: a cost with it is of no server that there could be. */
export const beyondLimit = (gb: number, limit: number): { reason: string }[] =>
    limit > 0 && gb > limit ? [{ reason: `${show(gb)} GB are beyond its maxStorage of ${show(limit)} GB` }] : [];
