import type { Plan, PlanResource } from "../plan/resource";

interface Released {
    services?: Record<string, { candidate?: { weight: number } } | undefined>;
}

const suffix = "-candidate";

/**
 * How much of its service's requests a service answers: all, or in a release with a candidate its own part of them, as the load
 * balancer shares them out. It lasts as long as the release; a month of it is what an estimate says.
 */
export function shareOfRequests({ app, stack, outputs }: Plan): (service: Pick<PlanResource, "name">) => number {
    const { services = {} } = (outputs.release ?? {}) as Released;
    // Nearly always; the search below is of every service for every service.
    if (!Object.values(services).some((service) => service?.candidate)) return () => 1;
    const prefix = `${app}-${stack}-`;
    const weightOf = (name: string): number | undefined => {
        const key = name.slice(prefix.length);
        const of = Object.keys(services).find((one) => key === one || key.startsWith(`${one}-`));
        return of === undefined ? undefined : services[of]?.candidate?.weight;
    };
    return ({ name }) => {
        const isCandidate = name.endsWith(suffix);
        const weight = weightOf(isCandidate ? name.slice(0, -suffix.length) : name);
        if (weight === undefined) return 1;
        return (isCandidate ? weight : 100 - weight) / 100;
    };
}
