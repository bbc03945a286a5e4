import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Cloud, Environment, ParsedApp } from "./app";
import type { Finding } from "./problems";
import { show } from "./problems";
import { choices, oneOf } from "./suggest";
import { cloudRunVariables, databaseVariables, tracingPorts, tracingVariables } from "./variables";

/** What must hold between the fields of an app, on either cloud. Fields by themselves are the schema's business. */
export function commonRules(app: ParsedApp, cloud: Cloud | undefined, environment: Environment): Finding[] {
    return [...services(app, cloud), ...partNames(app), ...routes(app), ...databases(app), ...domain(app, environment)];
}

function* services(app: ParsedApp, cloud: Cloud | undefined): Generator<Finding> {
    // Secrets make resources, whose names have hyphens and no capitals.
    const secrets = new Map<string, string>();
    for (const [name, service] of Object.entries(app.services)) {
        const at = ["services", name];
        yield* ports(app, name);
        yield* variables(app, name, cloud, secrets);

        const { image, health, scale, uses } = service;
        const dockerfile = join(image.context ?? "", image.dockerfile);
        if (image.context !== undefined && !image.reference && !existsSync(dockerfile))
            yield {
                at: [...at, "image", "context"],
                found: `${show(image.context)}, without a ${show(dockerfile)}`,
                allowed: "a folder with a Dockerfile, relative to the project; or image.reference",
                reads: [[...at, "image"]],
            };
        if (health.timeoutSeconds >= health.intervalSeconds)
            yield {
                at: [...at, "health", "timeoutSeconds"],
                found: `${health.timeoutSeconds}`,
                allowed: `less than intervalSeconds, which is ${health.intervalSeconds}`,
                reads: [[...at, "health", "intervalSeconds"]],
            };
        if (scale.min > scale.max)
            yield {
                at: [...at, "scale", "max"],
                found: `${scale.max}`,
                allowed: `${scale.min} or more: scale.min is ${scale.min}`,
                reads: [[...at, "scale", "min"]],
            };

        for (const [index, used] of uses.entries()) {
            const where = [...at, "uses", index];
            if (!Object.hasOwn(app.databases, used))
                yield {
                    at: where,
                    found: show(used),
                    allowed: choices(used, Object.keys(app.databases), "nothing: the app has no databases"),
                    reads: [["databases", used]],
                };
            else if (uses.indexOf(used) !== index)
                yield { at: where, found: `${show(used)} again`, allowed: "each name once" };
        }
    }
}

/** Alarms and components are named after their part, whatever its kind. */
function* partNames(app: ParsedApp): Generator<Finding> {
    for (const name of Object.keys(app.databases))
        if (Object.hasOwn(app.services, name))
            yield {
                at: ["databases", name],
                found: `${show(name)}, which is also the name of a service`,
                allowed: "a name of its own",
                reads: [["services", name]],
            };
}

function* ports(app: ParsedApp, name: string): Generator<Finding> {
    const { ports } = app.services[name];
    const names = Object.keys(ports);
    const at = ["services", name, "ports"];
    if (names.length > 1)
        yield {
            at,
            found: `${names.length} ports: ${oneOf(names).replace(" or ", " and ")}`,
            allowed: "exactly one port; several ports of a service are not supported yet",
        };
    for (const [index, port] of names.entries()) {
        const first = names.find((other) => ports[other] === ports[port]);
        if (first !== undefined && names.indexOf(first) < index)
            yield {
                at: [...at, port],
                found: `${ports[port]}, which is also the port ${first}`,
                allowed: "a number of its own",
            };
        if (app.tracing.enabled && tracingPorts.includes(ports[port]))
            yield {
                at: [...at, port],
                found: `${ports[port]}`,
                allowed: `another port: with tracing the collector beside the service listens on ${oneOf(tracingPorts)}`,
                reads: [["tracing"]],
            };
    }
}

/** Every variable has one source. */
function* variables(
    app: ParsedApp,
    name: string,
    cloud: Cloud | undefined,
    secrets: Map<string, string>,
): Generator<Finding> {
    const service = app.services[name];
    const at = ["services", name];
    const taken = new Map<string, string>([["PORT", "the service's own port"]]);
    if (cloud === "gcp") for (const variable of cloudRunVariables) taken.set(variable, "Cloud Run");
    if (app.tracing.enabled) for (const variable of tracingVariables) taken.set(variable, "tracing");

    for (const [index, used] of service.uses.entries()) {
        const database = Object.hasOwn(app.databases, used) ? app.databases[used] : undefined;
        if (!database || service.uses.indexOf(used) !== index) continue;
        for (const variable of databaseVariables(used, database.replicas)) {
            const source = taken.get(variable);
            if (source)
                yield {
                    at: [...at, "uses", index],
                    found: `${show(used)}, which sets ${variable} as ${source} does`,
                    allowed: "databases whose names make different variables: rename one",
                    reads: [["databases"]],
                };
            taken.set(variable, `the database ${used}`);
        }
    }

    const own = [
        ...Object.keys(service.env).map((variable) => ({ variable, where: [...at, "env", variable], source: "env" })),
        ...service.secrets.map((variable, index) => ({
            variable,
            where: [...at, "secrets", index],
            source: "secrets",
        })),
    ];
    for (const { variable, where, source } of own) {
        const other = taken.get(variable);
        const resource = `${name}-${variable.toLowerCase().replaceAll("_", "-")}`;
        const twin = source === "secrets" && !other ? secrets.get(resource) : undefined;
        if (other || twin)
            yield {
                at: where,
                found: other
                    ? `${variable}, which ${other} sets`
                    : `${variable}, which makes the same secret as ${twin}`,
                allowed: "a name of its own",
                reads: [["tracing"]],
            };
        else if (cloud === "gcp" && variable.startsWith("X_GOOGLE_"))
            yield {
                at: where,
                found: variable,
                allowed: "a name that does not begin with X_GOOGLE_, which Cloud Run keeps for itself",
            };
        taken.set(variable, source);
        if (source === "secrets") secrets.set(resource, `${variable} of ${name}`);
    }
}

/** A request has one way: no two routes take the same host and path. */
function* routes(app: ParsedApp): Generator<Finding> {
    const seen = new Map<string, string>();
    const domain = app.domain;
    const zone = domain ? (domain.zone ?? defaultZone(domain.name)) : undefined;
    for (const [name, { routes }] of Object.entries(app.services))
        for (const [index, { host, path }] of routes.entries()) {
            const at = ["services", name, "routes", index];
            const shown = `${host ?? ""}${path}`;
            // The domain's own name and no host at all are different: the one is the other's special case.
            const other = seen.get(shown);
            if (other !== undefined)
                yield {
                    at,
                    found: `${shown}, which is also a route of ${other}`,
                    allowed:
                        other === name ? "each route once" : "a path or host of its own: give each service its routes",
                };
            seen.set(shown, name);
            if (host === undefined) continue;
            if (!domain || zone === undefined)
                yield {
                    at: [...at, "host"],
                    found: `${show(host)} without a domain`,
                    allowed: "no host, or a domain for the app",
                    reads: [["domain"]],
                };
            else if (host !== domain.name && !isBeneath(host, zone))
                yield {
                    at: [...at, "host"],
                    found: show(host),
                    allowed: `${domain.name} or a name in the zone ${zone}`,
                    reads: [["domain"]],
                };
        }
}

function* databases(app: ParsedApp): Generator<Finding> {
    for (const [name, { replicas }] of Object.entries(app.databases))
        for (let index = 1; index <= replicas; index++)
            if (Object.hasOwn(app.databases, `${name}-replica-${index}`))
                yield {
                    at: ["databases", `${name}-replica-${index}`],
                    found: `the name of a replica of ${name}`,
                    allowed: "another name",
                    reads: [["databases", name, "replicas"]],
                };
    for (const [name, { storage, maxStorage }] of Object.entries(app.databases))
        if (maxStorage < storage)
            yield {
                at: ["databases", name, "maxStorage"],
                found: `${maxStorage}`,
                allowed: `${storage} or more: storage is ${storage}`,
                reads: [["databases", name, "storage"]],
            };
}

function* domain(app: ParsedApp, environment: Environment): Generator<Finding> {
    if (!app.domain) {
        if (environment === "prod")
            yield {
                at: ["domain"],
                found: "nothing",
                allowed: "a host name in a zone of yours, such as todo.example.com: prod serves HTTPS only",
            };
        return;
    }
    const { name, zone } = app.domain;
    if (zone !== undefined && name !== zone && !isBeneath(name, zone))
        yield {
            at: ["domain", "zone"],
            found: show(zone),
            allowed: `a zone that holds ${name}, such as ${defaultZone(name)}`,
            reads: [["domain", "name"]],
        };
}

const isBeneath = (host: string, zone: string): boolean => host === zone || host.endsWith(`.${zone}`);

/** The name without its first label, or the name itself where that leaves a single one. */
export function defaultZone(name: string): string {
    const parent = name.slice(name.indexOf(".") + 1);
    return parent.includes(".") ? parent : name;
}
