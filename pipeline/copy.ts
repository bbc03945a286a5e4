import type { App, Refinement } from "../topology/app";

/** A stack beside another of the same app, in one account and one DNS zone. */

/** What such a stack may be called. */
export const copyName = /^[a-z](?:-?[a-z0-9]){1,11}$/;

/** A host name beside another: in the same zone, one label deep where the other is, so that it is of the same certificates. */
export const hostBeside = (host: string, zone: string, name: string): string =>
    host === zone ? `${name}.${host}` : `${name}-${host}`;

/**
 * What makes a copy of an app get along with it: host names of its own, and GitHub's provider that is there.
 * @param name the copy's stack
 */
export function refinementOf(app: App, name: string): Refinement {
    const { domain, cdn, services, deployer } = app;
    const zone = domain?.zone ?? domain?.name;
    const beside = (host: string) => (zone === undefined ? host : hostBeside(host, zone, name));
    const hosts = new Set<string>();
    const routed = Object.entries(services).flatMap(([service, { routes }]) => {
        if (!routes.some(({ host }) => host !== undefined)) return [];
        const moved = routes.map((route) => {
            if (route.host === undefined) return route;
            const host = beside(route.host);
            hosts.add(host);
            return { ...route, host };
        });
        return [[service, { routes: moved }] as const];
    });
    if (cdn?.host !== undefined) hosts.add(beside(cdn.host));
    const own = domain && beside(domain.name);
    return {
        ...(domain && {
            domain: {
                name: own,
                zone: domain.zone,
                alternativeNames: [...hosts].filter((host) => host !== own).sort(),
            },
        }),
        ...(cdn?.host !== undefined && { cdn: { host: beside(cdn.host) } }),
        ...(routed.length && { services: Object.fromEntries(routed) }),
        // The account has GitHub's provider from the stack that this is like.
        ...(deployer && { deployer: { aws: { provider: "existing" } } }),
    } as Refinement;
}
