import type { App } from "./app";
import { cacheEngineOf, engineOf } from "./engines";

/** Where the parts of an app are found on the machine at hand: service → port's name → port, and the servers' one each. */
export interface Published {
    services: Record<string, Record<string, number>>;
    databases: Record<string, number>;
    caches: Record<string, number>;
    /** DynamoDB Local, which serves all tables. */
    tables: number;
}

type Parts = Pick<App, "services" | "databases" | "caches">;

const firstTables = 18000;

/**
 * A port of this machine for each that a container has: the container's own, unless an earlier part of the app has it, and
 * then the next that none has. It depends on the app alone, so that a plan is the same on every machine.
 */
export function publishedPorts({ services, databases, caches }: Parts): Published {
    const wanted = [
        ...Object.entries(services).flatMap(([name, { ports }]) =>
            Object.entries(ports).map(([portName, port]) => ({ key: `services.${name}.${portName}`, port })),
        ),
        ...counted("databases", databases, (engine) => engineOf(engine).port),
        ...counted("caches", caches, (engine) => cacheEngineOf(engine).port),
        { key: "tables", port: firstTables },
    ];
    const owners = new Map<number, string>();
    // Whoever comes first keeps its own; only then the others are given theirs.
    for (const { key, port } of wanted) if (!owners.has(port)) owners.set(port, key);
    const given = (key: string, port: number): number => {
        if (owners.get(port) === key) return port;
        const free = nextFree(port, (other) => owners.has(other));
        owners.set(free, key);
        return free;
    };
    const ports = Object.fromEntries(wanted.map(({ key, port }) => [key, given(key, port)]));
    const under = (kind: string, parts: object) =>
        Object.fromEntries(Object.keys(parts).map((name) => [name, ports[`${kind}.${name}`]]));
    return {
        services: Object.fromEntries(
            Object.entries(services).map(([name, service]) => [name, under(`services.${name}`, service.ports)]),
        ),
        databases: under("databases", databases),
        caches: under("caches", caches),
        tables: ports.tables,
    };
}

/** The port that each part's engine has, and those after it for others of the same. */
const counted = <E extends string>(kind: string, parts: Record<string, { engine: E }>, portOf: (engine: E) => number) =>
    Object.entries(parts).map(([name, { engine }], index, all) => {
        const before = all.slice(0, index).filter(([, other]) => other.engine === engine).length;
        return { key: `${kind}.${name}`, port: portOf(engine) + before };
    });

/** The next port after one that is not taken; below 1024 from 8000 on, where nobody needs to be root. */
export function nextFree(port: number, taken: (port: number) => boolean): number {
    for (let next = port < 1024 ? 8000 + port : port + 1; next < 65_536; next++) if (!taken(next)) return next;
    throw new Error(`no port after ${port} is free`);
}
