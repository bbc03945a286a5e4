import type { Environment, ParsedApp } from "./app";
import * as schema from "./app";
import { soldIn } from "./classes";
import { cacheEngines, engines, type Engine } from "./engines";
import { environmentDefaults } from "./environments";
import { findings } from "./issues";
import {
    defaultAt,
    hasPath,
    isMap,
    mapValues,
    merge,
    overlaps,
    updateAt,
    valueAt,
    without,
    type Mapping,
    type Path,
} from "./merge";
import type { Finding } from "./problems";

export interface ParsedOrNot {
    app?: ParsedApp;
    findings: Finding[];
    /** What was taken out so that the rest could be judged. */
    repaired: Path[];
}

/**
 * Parses; what the schema refuses is reported, taken out and replaced by its default, until the rest can be parsed: so
 * the rules between fields are checked, too, for everything that is not wrong already.
 */
export function parse(raw: unknown, environment: Environment, awsRegion?: string): ParsedOrNot {
    const found: Finding[] = [];
    const repaired: Path[] = [];
    let data = withDefaults(withProtocols(raw), environment, awsRegion);
    // Each round takes something out; a topology is not deep enough to need many.
    for (let round = 0; round < 12; round++) {
        const result = schema.App.safeParse(data, { jitless: true });
        if (result.success) return { app: result.data, findings: found, repaired };
        const fresh = result.error.issues.flatMap((issue) => findings(issue, data, schema.App));
        found.push(...fresh.filter(({ at }) => !repaired.some((path) => overlaps(at, path))).map(asWritten));
        for (const { at } of fresh) {
            // What is missing cannot be taken out; what misses it can.
            const path = hasPath(data, at) ? at : at.slice(0, -1);
            data = without(data, path);
            repaired.push(at, path);
        }
        data = withDefaults(withStandIns(data, repaired), environment, awsRegion);
    }
    return { findings: found, repaired };
}

function withDefaults(app: unknown, environment: Environment, awsRegion?: string): unknown {
    const filled = Object.entries(environmentDefaults).reduce<unknown>((data, [path, values]) => {
        const value = values[environment];
        return defaultAt(data, path.split("."), awsRegion === undefined ? value : soldIn(awsRegion, value));
    }, app);
    const versioned = (["databases", "caches"] as const).reduce(
        (data, kind) =>
            updateAt(data, [kind], (parts) =>
                isMap(parts) ? mapValues(parts, (part) => withVersion(kind, part)) : parts,
            ),
        filled,
    );
    return updateAt(versioned, ["services"], (services) =>
        isMap(services)
            ? mapValues(services, (service) =>
                  hasNoPort(service) ? unrouted(service) : defaultAt(service, ["gcp"], requestDefaults),
              )
            : services,
    );
}

/** `ports: { rpc: { port: 50051, protocol: "grpc" } }` as a number in `ports`, and what it speaks in `protocols`. */
function withProtocols(app: unknown): unknown {
    return updateAt(app, ["services"], (services) =>
        isMap(services) ? mapValues(services, (service) => (isMap(service) ? split(service) : service)) : services,
    );
}

function split(service: Mapping): Mapping {
    const { ports } = service;
    if (!isMap(ports)) return service;
    const whole = (value: unknown): value is Mapping =>
        isMap(value) &&
        Object.keys(value).every((key) => ["port", "protocol"].includes(key)) &&
        hasPath(value, ["port"]);
    const said = mapValues(ports, (value) => (whole(value) ? value : undefined));
    if (!Object.keys(said).length) return service;
    return {
        ...service,
        ports: mapValues(ports, (value) => (whole(value) ? value.port : value)),
        protocols: merge(
            service.protocols,
            mapValues(said, (value) => valueAt(value, ["protocol"])),
        ),
    };
}

/** A problem of what a port speaks, at the place where that is written. */
const asWritten = (finding: Finding): Finding =>
    finding.at[0] === "services" && finding.at[2] === "protocols" && finding.at.length > 3
        ? { ...finding, at: [...finding.at.slice(0, 2), "ports", finding.at[3], "protocol"] }
        : finding;

const enginesOf: Record<"databases" | "caches", Record<string, Engine>> = { databases: engines, caches: cacheEngines };
const usualEngine = { databases: engines.postgres, caches: cacheEngines.redis };

/** A database or a cache of no version has its engine's. */
function withVersion(kind: "databases" | "caches", part: unknown): unknown {
    if (!isMap(part) || part.version !== undefined) return part;
    const { engine } = part;
    const all = enginesOf[kind];
    const { version } = typeof engine === "string" && Object.hasOwn(all, engine) ? all[engine] : usualEngine[kind];
    return { ...part, version };
}

/** No port is said, or a map of none: a worker, which no request reaches unless routes say otherwise, which is then refused. */
function hasNoPort(service: unknown): boolean {
    const ports = valueAt(service, ["ports"]);
    return ports === undefined || (isMap(ports) && Object.keys(ports).length === 0);
}
/** What Cloud Run does with a service that takes requests, unless it says otherwise. */
const requestDefaults = { concurrency: 80, cpuBilling: "request" };
const unrouted = (service: unknown): unknown => (isMap(service) ? { routes: [], ...service } : service);

/** Harmless values for what an app must have and was taken out of it. */
function withStandIns(app: unknown, repaired: Path[]): unknown {
    const whole = merge({ name: "app", services: {} }, isMap(app) ? app : {});
    // What an account has once has no services.
    if (isMap(valueAt(whole, ["account"]))) return whole;
    return updateAt(whole, ["services"], (services) =>
        // Ports are a map of names: a stand-in must not add one to those that are there.
        mapValues(isMap(services) && Object.keys(services).length ? services : { app: {} }, (service, name) => {
            const standIn = { image: { reference: "image:0" } };
            // A worker has no ports by itself; of one whose ports were taken out nothing is known.
            const lost = repaired.some((path) => overlaps(path, ["services", name, "ports"]));
            const ports = { ports: { http: 80 }, health: { path: "/" } };
            return merge(lost && hasNoPort(service) ? { ...standIn, ...ports } : standIn, service);
        }),
    );
}
