import type { App, Health, Route, Service } from "./app";
import { calledServices } from "./calls";
import type { protocols } from "./schema/service";

/** What a port speaks: HTTP/1.1, or HTTP/2 without TLS, or gRPC upon that. */
export type Protocol = (typeof protocols)[number];

/** What a port of a service speaks. */
export const protocolOf = ({ protocols: said }: Pick<Service, "protocols">, portName: string): Protocol =>
    Object.hasOwn(said, portName) ? said[portName] : "http";

/** Whether all that a service listens for is gRPC, whose health has a protocol of its own. */
export const speaksGrpcAlone = (service: Pick<Service, "ports" | "protocols">): boolean =>
    Object.keys(service.ports).every((name) => protocolOf(service, name) === "grpc");

/** A port of a service that the load balancer sends requests to. */
export interface Endpoint {
    /** Unique within the app: the service's name for its first port, `<service>-<port>` for another. */
    key: string;
    /** Name of the service. */
    service: string;
    /** Name of the port. */
    portName: string;
    port: number;
    protocol: Protocol;
    /** What the load balancer asks: the port's own path, or whether the service is ready, or whether it lives. */
    healthPath: string;
    /** What the container platform asks. */
    livePath: string;
    routes: Route[];
}

/** Whether a service takes no requests: one without a port. */
export const isWorker = ({ ports }: Pick<Service, "ports">): boolean => Object.keys(ports).length === 0;

/** The first port of a service: the one that `PORT` says and that other services call. A worker has none. */
export const firstPort = ({ ports }: Pick<Service, "ports">): { name: string; port: number } | undefined => {
    const [first] = Object.entries(ports);
    return first && { name: first[0], port: first[1] };
};

/** What is asked of a port: its own path, or whether the service is ready, or whether it lives. */
export function healthPaths({ path = "/", readyPath, portPaths }: Health, portName: string) {
    const own = Object.hasOwn(portPaths, portName) ? portPaths[portName] : undefined;
    return { healthPath: own ?? readyPath ?? path, livePath: own ?? path };
}

/** What of an app the load balancer leads to, in the order of its services and ports; private ports are not in it. */
export function endpoints({ services }: Pick<App, "services">): Endpoint[] {
    return Object.entries(services).flatMap(([name, service]) => {
        const first = firstPort(service)?.name;
        return Object.entries(service.ports).flatMap(([portName, port]): Endpoint[] => {
            const routes = service.routes.filter((route) => (route.port ?? first) === portName);
            if (!routes.length) return [];
            return [
                {
                    key: portName === first ? name : `${name}-${portName}`,
                    service: name,
                    portName,
                    port,
                    protocol: protocolOf(service, portName),
                    ...healthPaths(service.health, portName),
                    routes,
                },
            ];
        });
    });
}

/** Whether requests reach an app from outside: an app of workers, and of what they call, has no load balancer. */
export const hasEntrance = ({ services }: Pick<App, "services">): boolean =>
    Object.values(services).some(({ routes }) => routes.length > 0);

/** A service at Cloud Run, which gives a container one port. */
export interface CloudRunService {
    /** Unique within the app: its endpoint's key, or the service's name. */
    key: string;
    /** Name of the service. */
    service: string;
    /** Its port that the load balancer leads to, or none for a private one on the first port, and for a worker pool. */
    endpoints: [] | [Endpoint];
}

/**
 * What an app is at Cloud Run: a service for each endpoint, and a private one on the first port that only others call, or nobody; a
 * worker pool for each worker.
 */
export function cloudRunServices(app: Pick<App, "services">): CloudRunService[] {
    const called = calledServices(app);
    return Object.entries(app.services).flatMap(([service, { ports }]): CloudRunService[] => {
        const own = endpoints({ services: { [service]: app.services[service] } });
        const first = own.some(({ portName }) => portName === firstPort({ ports })?.name);
        const needed = !own.length || (called.has(service) && !first);
        const alone: CloudRunService[] = needed ? [{ key: service, service, endpoints: [] }] : [];
        return [
            ...alone,
            ...own.map((endpoint): CloudRunService => ({ key: endpoint.key, service, endpoints: [endpoint] })),
        ];
    });
}
