import type { PlanResource } from "../plan/resource";
import type { Book } from "./book";
import { findPrice } from "./book";
import type { Context } from "./cost";
import type { Quantities, Usage } from "./usage";

/** The resources of a plan, and how they hang together; made once, for all of its estimates. */
export interface Surroundings {
    region: string;
    resources: PlanResource[];
    byUrn: Map<string, PlanResource>;
    byType: Map<string, PlanResource[]>;
    /** URN → resources with an input that comes from it. */
    referrers: Map<string, PlanResource[]>;
    /** URN → name of the service or database that it belongs to; absent for what serves all. */
    partOf: Map<string, string>;
}

export function surroundingsOf(region: string, resources: PlanResource[], partOf: Map<string, string>): Surroundings {
    const byType = new Map<string, PlanResource[]>();
    const referrers = new Map<string, PlanResource[]>();
    const add = (map: Map<string, PlanResource[]>, key: string, resource: PlanResource) => {
        const list = map.get(key);
        if (list) list.push(resource);
        else map.set(key, [resource]);
    };
    for (const resource of resources) {
        add(byType, resource.type, resource);
        for (const urn of new Set(Object.values(resource.propertyDependencies).flat())) add(referrers, urn, resource);
    }
    return { region, resources, byUrn: new Map(resources.map((r) => [r.urn, r])), byType, referrers, partOf };
}

/** What answers requests. */
const serviceTypes = ["aws:ecs/service:Service", "gcp:cloudrunv2/service:Service"];

/** What a pricing function asks, answered for one usage. With `atMost`, every service runs at its maximum. */
export function contextOf(plan: Surroundings, book: Book, usage: Usage, atMost = false): Context {
    const all = (type: string) => plan.byType.get(type) ?? [];
    const services = serviceTypes.flatMap(all);
    const none: (Partial<Quantities> | undefined)[] = [];
    const refinements = (resource: PlanResource) => {
        if (!usage.resources) return none;
        const part = plan.partOf.get(resource.urn);
        return [part === undefined ? undefined : usage.resources?.[part], usage.resources?.[resource.name]];
    };
    const usageOf = (resource: PlanResource): Usage =>
        usage.resources ? Object.assign({}, usage, ...refinements(resource)) : usage;
    // What is said of the app is shared equally; what is said of a service is its own.
    const shareOf = (service: PlanResource, key: keyof Quantities): number | undefined => {
        const own = refinements(service).reduce<number | undefined>((said, next) => next?.[key] ?? said, undefined);
        const app = usage[key];
        return own ?? (app === undefined ? undefined : app / Math.max(1, services.length));
    };
    const requestsAtEdge = (service: PlanResource) => shareOf(service, "monthlyRequests") ?? 0;
    const requests = services.length
        ? services.reduce((sum, service) => sum + requestsAtEdge(service), 0)
        : usage.monthlyRequests;
    const cached =
        all("aws:cloudfront/distribution:Distribution").length ||
        all("gcp:compute/backendService:BackendService").some(({ inputs }) => inputs.enableCDN === true)
            ? usage.cacheHitPercent / 100
            : 0;
    const computed = new Map<string, unknown>();
    return {
        region: plan.region,
        book,
        hours: book.hoursPerMonth,
        usage,
        usageOf,
        shareOf,
        services,
        requests,
        cached,
        requestsOf: (service) => requestsAtEdge(service) * (1 - cached),
        instances: (demand, min, max) => (atMost ? max : Math.min(max, Math.max(min, demand))),
        atMost,
        all,
        behind: (resource, type, input) => {
            const urns = input
                ? (resource.propertyDependencies[input] ?? [])
                : Object.values(resource.propertyDependencies).flat();
            return [...new Set(urns)].flatMap((urn) => plan.byUrn.get(urn) ?? []).filter((r) => r.type === type);
        },
        referring: (resource, type) => (plan.referrers.get(resource.urn) ?? []).filter((r) => r.type === type),
        once: <T>(key: string, compute: () => T): T => {
            if (!computed.has(key)) computed.set(key, compute());
            return computed.get(key) as T;
        },
        has: (id) => findPrice(book, id, plan.region) !== undefined,
        known: (id) => Object.hasOwn(book.prices, id),
    };
}
