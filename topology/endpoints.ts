import type { App, Route, Service } from "./app";

/** A port of a service that the load balancer sends requests to. */
export interface Endpoint {
    /** Unique within the app: the service's name for its first port, `<service>-<port>` for another. */
    key: string;
    /** Name of the service. */
    service: string;
    /** Name of the port. */
    portName: string;
    port: number;
    /** What the load balancer asks: the port's own path, or whether the service is ready, or whether it lives. */
    healthPath: string;
    /** What the container platform asks. */
    livePath: string;
    routes: Route[];
}

/** The first port of a service: the one that `PORT` says and that other services call. */
export const firstPort = ({ ports }: Pick<Service, "ports">): { name: string; port: number } => {
    const [name, port] = Object.entries(ports)[0];
    return { name, port };
};

/** What of an app the load balancer leads to, in the order of its services and ports; private ports are not in it. */
export function endpoints({ services }: Pick<App, "services">): Endpoint[] {
    return Object.entries(services).flatMap(([name, service]) => {
        const first = firstPort(service).name;
        return Object.entries(service.ports).flatMap(([portName, port]): Endpoint[] => {
            const routes = service.routes.filter((route) => (route.port ?? first) === portName);
            if (!routes.length) return [];
            const { path, readyPath, portPaths } = service.health;
            const own = Object.hasOwn(portPaths, portName) ? portPaths[portName] : undefined;
            return [
                {
                    key: portName === first ? name : `${name}-${portName}`,
                    service: name,
                    portName,
                    port,
                    healthPath: own ?? readyPath ?? path,
                    livePath: own ?? path,
                    routes,
                },
            ];
        });
    });
}

/** Names of services that another service calls privately. */
export const calledServices = ({ services }: Pick<App, "services">): Set<string> =>
    new Set(Object.values(services).flatMap(({ calls }) => calls));

/** Names of services, each after those that it calls. Calls in a circle are refused before this is asked. */
export function inCallOrder({ services }: Pick<App, "services">): string[] {
    const ordered = new Set<string>();
    const add = (name: string): void => {
        if (ordered.has(name)) return;
        for (const callee of services[name].calls) add(callee);
        ordered.add(name);
    };
    for (const name of Object.keys(services)) add(name);
    return [...ordered];
}
