import * as pulumi from "@pulumi/pulumi";

import { redactedHeaders } from "../components/contract";
import type { Service, ServiceArgs, Target } from "../components/roles";
import type { App } from "../topology/app";
import { endpoints, type Endpoint } from "../topology/endpoints";
import type { Release, ServiceRelease } from "../topology/release";
import { candidateHeader, candidateName, splits } from "../topology/rollout";

/** What both clouds make of a release: a second service beside the running one, and its share of the requests. */

/** What is released of a service; undefined where the configuration says what runs. */
export const releaseOf = (release: Release | undefined, service: string): ServiceRelease | undefined =>
    release && Object.hasOwn(release.services, service) ? release.services[service] : undefined;

/** A candidate's endpoint, whose requests are those of the service's own. */
const candidateEndpoint = (endpoint: Endpoint): Endpoint => ({
    ...endpoint,
    key: candidateName(endpoint.key),
    routes: [],
});

/**
 * What the candidate of a service is made from; undefined where a release has none. It is a second service of the same shape, with
 * its own image, and never part of anything that outlives it: nobody calls it, no hours stop it, it may be deleted.
 */
export function candidateArgs<T extends ServiceArgs>(
    args: T,
    beside: Service & pulumi.Resource,
    release: ServiceRelease | undefined,
): T | undefined {
    if (!release?.candidate) return undefined;
    const { service } = args;
    const scale = keeping(service.scale, release);
    return {
        ...args,
        image: { ...args.image, reference: args.image.pulled(release.candidate.image) },
        service: {
            ...service,
            scale: { ...scale, desired: Math.max(scale.desired ?? 0, scale.min), hours: undefined },
        },
        endpoints: args.endpoints.map(candidateEndpoint),
        called: false,
        calledAhead: false,
        deletionProtection: false,
        beside,
    };
}

/** What scales a service during a release: whichever of the two gets all requests has as many instances as ran before. */
export function keeping(scale: App["services"][string]["scale"], release: ServiceRelease | undefined) {
    if (!release?.candidate || release.instances === undefined) return scale;
    const min = Math.min(Math.max(scale.min, release.instances), scale.max);
    return { ...scale, min, desired: scale.desired ?? scale.min };
}

/**
 * The load balancer's targets: one for each port that a route leads to, and one for the same port of a candidate.
 * @param running adds what only one cloud's targets have, by the target's key
 */
export function targetsOf(
    app: App,
    release: Release | undefined,
    running: (key: string) => Partial<Target> = () => ({}),
): Record<string, Target> {
    const target = ({ key, service, port, protocol, healthPath, routes }: Endpoint): Target => {
        const { health, drainSeconds, stickySessions: sticky, timeoutSeconds } = app.services[service];
        return { port, protocol, health, healthPath, drainSeconds, sticky, timeoutSeconds, routes, ...running(key) };
    };
    return Object.fromEntries(
        endpoints(app).flatMap((endpoint): [string, Target][] => {
            const { key, service } = endpoint;
            const { candidate, header } = releaseOf(release, service) ?? {};
            if (!splits(app.services[service])) return [[key, target(endpoint)]];
            if (!candidate) return [[key, { ...target(endpoint), splits: true }]];
            const beside = candidateEndpoint(endpoint);
            const share = {
                target: beside.key,
                weight: candidate.weight,
                ...(header !== undefined && { header: pulumi.secret(header) }),
            };
            return [
                [key, { ...target(endpoint), splits: true, candidate: share }],
                [beside.key, target(beside)],
            ];
        }),
    );
}

/** Headers whose values no log shows: credentials, and the way to a candidate. */
export const redactedIn = (release: Release | undefined): readonly string[] =>
    Object.values(release?.services ?? {}).some(({ header }) => header !== undefined)
        ? [...redactedHeaders, candidateHeader]
        : redactedHeaders;
