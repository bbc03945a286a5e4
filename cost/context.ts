import type { Plan, PlanResource } from "../plan/resource";
import type { Book } from "./book";
import { findPrice } from "./book";
import type { Context } from "./cost";
import type { Place } from "./roles";
import type { Quantities, Usage } from "./usage";

/** The resources of a plan, and how they hang together; made once, for all of its estimates. */
export interface Surroundings {
    region: string;
    byUrn: Map<string, PlanResource>;
    byType: Map<string, PlanResource[]>;
    /** The resources of a type with an input that comes from a resource, by that one's URN. */
    referrers(type: string): Map<string, PlanResource[]>;
    /** What was found out of a resource that holds under any usage. */
    said: Map<PlanResource, unknown>;
    /** Name of the service or database that a resource belongs to; undefined for what serves all. */
    partOf(resource: PlanResource): string | undefined;
    /** How much of its service's requests a service answers: all, but for a release with a candidate. */
    part(service: PlanResource): number;
}

/** The region of a plan, and those that its resources name: a copy is paid where it lies. */
export const regionsNamed = ({ region, resources }: Pick<Plan, "region" | "resources">): string[] => [
    ...new Set([
        region,
        ...resources.flatMap(({ inputs }) => (typeof inputs.region === "string" ? [inputs.region] : [])),
    ]),
];

/** @param byUrn may hold more than the resources that are billed */
export function surroundingsOf(
    region: string,
    places: { resource: PlanResource; place: Place }[],
    byUrn: Map<string, PlanResource>,
    part: Surroundings["part"] = () => 1,
): Surroundings {
    const byType = new Map<string, PlanResource[]>();
    for (const { resource } of places) add(byType, resource.type, resource);
    const referrers = new Map<string, Map<string, PlanResource[]>>();
    let parts: Map<PlanResource, string> | undefined;
    return {
        region,
        byUrn,
        byType,
        said: new Map(),
        referrers: (type) => {
            let known = referrers.get(type);
            if (!known) referrers.set(type, (known = referrersOf(byType.get(type) ?? [])));
            return known;
        },
        // Asked only where the usage says something of a part.
        partOf: (resource) => {
            parts ??= new Map(places.map(({ resource, place }) => [resource, place.service]));
            const part = parts.get(resource);
            return part === "shared" ? undefined : part;
        },
        part,
    };
}

function referrersOf(resources: PlanResource[]): Map<string, PlanResource[]> {
    const referrers = new Map<string, PlanResource[]>();
    for (const resource of resources)
        for (const urns of Object.values(resource.propertyDependencies))
            // Several inputs may come from the same resource.
            for (const urn of urns) if (referrers.get(urn)?.at(-1) !== resource) add(referrers, urn, resource);
    return referrers;
}

function add(map: Map<string, PlanResource[]>, key: string, resource: PlanResource): void {
    const list = map.get(key);
    if (list) list.push(resource);
    else map.set(key, [resource]);
}

/** What runs all the time and, but for workers, answers requests. */
const serviceTypes = [
    "aws:ecs/service:Service",
    "gcp:cloudrunv2/service:Service",
    "gcp:cloudrunv2/workerPool:WorkerPool",
];

/** Whether a service takes no requests: its containers have no ports. */
function isWorker({ type, propertyDependencies }: PlanResource, byUrn: Surroundings["byUrn"]): boolean {
    if (type !== "aws:ecs/service:Service") return type === "gcp:cloudrunv2/workerPool:WorkerPool";
    return (propertyDependencies.taskDefinition ?? []).some((urn) =>
        String(byUrn.get(urn)?.inputs.containerDefinitions).includes('"portMappings":[]'),
    );
}

/** What Cloud CDN may stand before. */
const gcpCached = ["gcp:compute/backendService:BackendService", "gcp:compute/backendBucket:BackendBucket"];

/** A context that knows whether it was asked for what depends on the usage. */
export interface Watched {
    context: Context;
    /** Whether it was, since this was called last. What was not asked for it is billed alike under any usage. */
    askedForUsage(): boolean;
    /** Whether no service that scales has run at less than its maximum so far. */
    full(): boolean;
    /** Whether a service has been asked for more than it can serve at its maximum. */
    beyond(): boolean;
}

/** What a pricing function asks, answered for one usage. With `atMost`, every service runs at its maximum. */
export function contextOf(plan: Surroundings, book: Book, usage: Usage, atMost = false): Watched {
    const all = (type: string) => plan.byType.get(type) ?? [];
    const running = serviceTypes.flatMap(all);
    const services = running.filter((service) => !isWorker(service, plan.byUrn));
    const answering = new Set(services);
    const workers = running.filter((service) => !answering.has(service));
    const refinements = (resource: PlanResource): (Partial<Quantities> | undefined)[] => {
        const part = plan.partOf(resource);
        return [part === undefined ? undefined : usage.resources?.[part], usage.resources?.[resource.name]];
    };
    const usageOf = (resource: PlanResource): Usage =>
        usage.resources ? Object.assign({}, usage, ...refinements(resource)) : usage;
    // What is said of the app is shared equally by what answers requests, a candidate having a part of its service's; what is said of
    // a service is its own.
    const shares = services.reduce((sum, service) => sum + plan.part(service), 0);
    const shareOf = (service: PlanResource, key: keyof Quantities): number | undefined => {
        const own = usage.resources
            ? refinements(service).reduce<number | undefined>((said, next) => next?.[key] ?? said, undefined)
            : undefined;
        const app = answering.has(service) ? usage[key] : undefined;
        return own ?? (app === undefined ? undefined : (app * plan.part(service)) / Math.max(1, shares));
    };
    const requestsAtEdge = (service: PlanResource) => shareOf(service, "monthlyRequests") ?? 0;
    const requests = services.length
        ? services.reduce((sum, service) => sum + requestsAtEdge(service), 0)
        : usage.monthlyRequests;
    const delivered =
        all("aws:cloudfront/distribution:Distribution").length ||
        gcpCached.some((type) => all(type).some(({ inputs }) => inputs.enableCdn === true))
            ? usage.cdnPercent / 100
            : 0;
    const cached = delivered * (usage.cacheHitPercent / 100);
    const computed = new Map<string, unknown>();
    let asked = false;
    let full = true;
    let beyond = false;
    const noted = <T>(answer: T): T => {
        asked = true;
        return answer;
    };
    const context: Context = {
        region: plan.region,
        book,
        hours: book.hoursPerMonth,
        get usage() {
            return noted(usage);
        },
        usageOf: (resource) => noted(usageOf(resource)),
        shareOf: (service, key) => noted(shareOf(service, key)),
        services,
        workers,
        get requests() {
            return noted(requests);
        },
        get delivered() {
            return noted(delivered);
        },
        get cached() {
            return noted(cached);
        },
        requestsOf: (service) => noted(answering.has(service) ? requestsAtEdge(service) * (1 - cached) : 0),
        instances: (demand, min, max, idle = min) => {
            if (min < max && demand < max) full = false;
            // A maximum of 0 are hours in which nothing is meant to answer.
            if (max > 0 && demand > max) beyond = true;
            return noted(atMost ? max : Math.min(max, Math.max(idle, demand)));
        },
        get atMost() {
            return noted(atMost);
        },
        all,
        behind: (resource, type, input) => {
            const { propertyDependencies } = resource;
            const found = new Set<PlanResource>();
            for (const key of input === undefined ? Object.keys(propertyDependencies) : [input])
                for (const urn of propertyDependencies[key] ?? []) {
                    const other = plan.byUrn.get(urn);
                    if (other?.type === type) found.add(other);
                }
            return [...found];
        },
        referring: (resource, type) => plan.referrers(type).get(resource.urn) ?? [],
        once: <T>(key: string, compute: () => T): T => {
            if (!computed.has(key)) computed.set(key, compute());
            // What was computed may depend on it.
            return noted(computed.get(key) as T);
        },
        said: <T>(resource: PlanResource, compute: () => T): T => {
            if (!plan.said.has(resource)) plan.said.set(resource, compute());
            return plan.said.get(resource) as T;
        },
        has: (id, region = plan.region) => findPrice(book, id, region) !== undefined,
    };
    return {
        context,
        askedForUsage: () => {
            const was = asked;
            asked = false;
            return was;
        },
        full: () => full,
        beyond: () => beyond,
    };
}
