import type { App, Route } from "./app";
import { endpoints, type Endpoint } from "./endpoints";

/** What is asked of a service to see that it works, and what a good answer is. */
export interface SmokeRequest {
    service: string;
    /** Name of the port that answers. */
    port: string;
    /** Path, and query if there is one. */
    path: string;
    status: number;
    /** What the answer holds. */
    contains?: string;
    /** The host name that leads to the service; absent: any of the stack's. */
    host?: string;
    /** Why it cannot be asked from outside; absent: it can. */
    unreached?: string;
}

const hostFits = ({ host }: Route, asked: string | undefined): boolean =>
    host === undefined || (asked !== undefined && (host === asked || hostWildcard(host, asked)));
const hostWildcard = (host: string, asked: string): boolean =>
    host.startsWith("*.") && asked.split(".").slice(1).join(".") === host.slice(2);
const pathFits = (route: string, path: string): boolean =>
    route.endsWith("*") ? path.startsWith(route.slice(0, -1)) || `${path}/` === route.slice(0, -1) : path === route;

/** Where the load balancer sends a request: by the route that says most. */
function leadsTo(all: Endpoint[], host: string | undefined, path: string): Endpoint | undefined {
    const fitting = all.flatMap((endpoint) =>
        endpoint.routes
            .filter((route) => hostFits(route, host) && pathFits(route.path, path))
            .map((route) => ({ endpoint, said: (route.host ? 10_000 : 0) + route.path.length })),
    );
    return fitting.sort((a, b) => b.said - a.said)[0]?.endpoint;
}

/**
 * The smoke requests of an app: each service's own (`smoke`), or else its health path.
 * @param outside whether they come through a load balancer, which leads by host and path, or to each service's own port
 */
export function smokeRequests(app: App, outside: boolean): SmokeRequest[] {
    const all = endpoints(app);
    return Object.entries(app.services).flatMap(([service, { smoke, health, ports, routes }]) => {
        const first = Object.keys(ports)[0];
        // A worker takes no requests.
        if (first === undefined || health.path === undefined) return [];
        const asked = smoke.length ? smoke : [{ path: health.path, status: 200, contains: undefined }];
        return asked.map(({ path, status, contains }): SmokeRequest => {
            const request = { service, port: first, path, status, ...(contains !== undefined && { contains }) };
            if (!outside) return request;
            const bare = path.split("?")[0];
            const hosts = routes.length
                ? routes.map(({ host }) => (host?.startsWith("*.") ? undefined : host))
                : [undefined];
            for (const host of hosts) {
                const endpoint = leadsTo(all, host, bare);
                if (endpoint?.service === service)
                    return { ...request, port: endpoint.portName, ...(host !== undefined && { host }) };
            }
            const other = leadsTo(all, hosts[0], bare)?.service;
            const unreached = routes.length
                ? `${bare} leads to ${other ?? "no service"}`
                : "private: only the services that call it reach it";
            return { ...request, unreached };
        });
    });
}
