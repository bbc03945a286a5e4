import type { App, Service } from "./app";

/** How a new version of a service takes over, with every figure said. */
export interface ResolvedRollout {
    strategy: Service["rollout"]["strategy"];
    /** Shares of the requests, percent, one after the other and the last of them 100; empty where it rolls. */
    steps: number[];
    stepMinutes: number;
    bakeMinutes: number;
    minRequests: number;
    abortOn: { errorPercent: number; p99Seconds: number };
}

/** What a service says of its rollouts, and what follows from the app's alarms. */
export function rolloutOf({ services, alarms }: Pick<App, "services" | "alarms">, service: string): ResolvedRollout {
    const { strategy, steps, abortOn, ...rest } = services[service].rollout;
    return {
        ...rest,
        strategy,
        steps: { rolling: [], blueGreen: [100], canary: [...steps, 100] }[strategy],
        abortOn: {
            errorPercent: abortOn.errorPercent ?? alarms.errorPercent,
            p99Seconds: abortOn.p99Seconds ?? alarms.latencySeconds,
        },
    };
}

/** Whether a new version runs beside the old one and shares its requests. */
export const splits = ({ rollout }: Pick<Service, "rollout">): boolean => rollout.strategy !== "rolling";

/** What the candidate of a service, or of one of its endpoints, is called. */
export const candidateName = (name: string): string => `${name}-candidate`;

/** Whether something is called as the candidate of a service. */
export const isCandidateOf = (name: string, service: string): boolean => name === candidateName(service);

/** The header by which a deployer reaches a candidate that gets no other requests yet. Its value is known to nobody else. */
export const candidateHeader = "x-twinstack-candidate";
