import type { App } from "../topology/app";
import { protocolOf } from "../topology/endpoints";
import { cacheEngineOf, engineOf } from "../topology/engines";
import type { Compose } from "./file";
import { publications } from "./ports";

/** Where something is on this machine, and what it is. */
export interface Address {
    url: string;
    /** The part's name in the topology. */
    part: string;
    what: string;
}

/** The host's port of a service's container port. */
function hostPort(compose: Compose, service: string, container: number): number {
    const found = publications(compose).find((one) => one.service === service && one.container === container);
    if (!found) throw new Error(`${service} publishes no ${container}`);
    return found.host;
}

/** Which URL leads where: services with their routes, then servers for a person's own tools. */
export function addressesOf(app: App, compose: Compose): Address[] {
    const services = Object.entries(app.services).flatMap(([part, { ports, routes }]) =>
        Object.entries(ports).map(([name, port], index): Address => {
            const mine = routes.filter((route) => (route.port ?? Object.keys(ports)[0]) === name);
            const paths = mine.map(({ host = "", path }) => (host + path === "/*" ? "everything" : host + path));
            const what = paths.join(", ") || "private";
            return {
                url: `http://localhost:${hostPort(compose, part, port)}`,
                part,
                what: index || Object.keys(ports).length > 1 ? `${name}: ${what}` : what,
            };
        }),
    );
    const servers = publications(compose)
        .filter(({ service }) => !(service in app.services))
        .map(({ service, host }): Address => {
            if (service in app.databases)
                return {
                    url: `localhost:${host}`,
                    part: service,
                    what: `${engineOf(app.databases[service].engine).title}: user app, database app`,
                };
            if (service in app.caches)
                return {
                    url: `localhost:${host}`,
                    part: service,
                    what: cacheEngineOf(app.caches[service].engine).title,
                };
            return { url: `http://localhost:${host}`, part: service, what: "DynamoDB Local" };
        });
    // What a person opens comes first.
    const entrance = ({ what }: Address) => /\beverything\b/.test(what);
    return [...services.filter(entrance), ...services.filter((one) => !entrance(one)), ...servers];
}

/** What each service is asked to see whether it is ready: the readiness path at its first port, and other ports' own paths. */
export const checksOf = (app: App, compose: Compose): { service: string; url: string; seconds: number }[] =>
    Object.entries(app.services).flatMap(([service, { ports, health, protocols }]) =>
        Object.entries(ports).flatMap(([name, port], index) => {
            if (protocolOf({ protocols }, name) !== "http") return [];
            const own = Object.hasOwn(health.portPaths, name) ? health.portPaths[name] : undefined;
            const path = own ?? (index === 0 ? (health.readyPath ?? health.path) : undefined);
            if (path === undefined) return [];
            const url = `http://localhost:${hostPort(compose, service, port)}${path}`;
            return [{ service, url, seconds: health.startSeconds + 60 }];
        }),
    );
