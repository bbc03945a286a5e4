import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Environment, ParsedApp } from "./app";
import { isWorker, protocolOf, speaksGrpcAlone } from "./endpoints";
import { filesFault, serviceFolders } from "./files";
import { splits } from "./rollout";
import { floats } from "./images";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { choices, oneOf } from "./suggest";
import { timeZoneFault } from "./timezones";
import { tracingPorts } from "./variables";

type Service = ParsedApp["services"][string];

/** What must hold inside each service: its image, ports, checks and scaling. */
export function* serviceRules(app: ParsedApp, environment: Environment): Generator<Finding> {
    for (const [name, service] of Object.entries(app.services)) {
        const at = ["services", name];
        yield* image(service, at, environment);
        for (const [path, folder] of serviceFolders(service.image.files))
            yield {
                at: [...at, "image", "files", path],
                found: `${show(folder)} of the service's image, which is this one`,
                allowed: "{ service } in a sidecar's image.files: that takes it from the service beside it",
            };
        for (const [sidecar, beside] of Object.entries(service.sidecars)) {
            yield* image(beside, [...at, "sidecars", sidecar], environment);
            yield* taken(service, beside, [...at, "sidecars", sidecar]);
        }
        yield* ports(service, at, app.tracing.enabled);
        yield* isWorker(service) ? worker(service, at) : answers(service, at);
        yield* health(service, at);
        yield* scale(service, at);
        if (service.scale.hours) yield* hours(service.scale.hours, [...at, "scale", "hours"]);
    }
}

/** What a sidecar takes from the service's image is what that has when it is made, and what runs. */
function* taken(service: Service, { image, mounts }: Service["sidecars"][string], at: Path): Generator<Finding> {
    const name = String(at[1]);
    const above = (path: string, mounted: Record<string, string>) =>
        Object.entries(mounted).find(([, root]) => path === root || path.startsWith(`${root}/`));
    for (const [path, folder] of serviceFolders(image.files)) {
        const found = above(folder, service.mounts);
        if (found)
            yield {
                at: [...at, "image", "files", path],
                found: `${show(folder)} of the service's image, where the service mounts ${found[0]}`,
                allowed: `a folder of the image that no file system hides; or mounts: { ${found[0]}: ${show(found[1])} } of the sidecar`,
                reads: [["services", name, "mounts"]],
            };
        const hidden = above(path, mounts);
        if (hidden)
            yield {
                at: [...at, "image", "files", path],
                found: `${show(path)}, where the sidecar mounts ${hidden[0]}`,
                allowed: "a path that no file system hides",
                reads: [[...at, "mounts"]],
            };
        if (splits(service))
            yield {
                at: [...at, "image", "files", path],
                found: `${show(folder)} of the service's image, of which ${service.rollout.strategy} runs two at once`,
                allowed:
                    "rollout.strategy: rolling, as there is one image of a sidecar; or a Dockerfile that copies it",
                reads: [["services", name, "rollout", "strategy"]],
            };
    }
}

function* image({ image }: Pick<Service, "image">, at: Path, environment: Environment): Generator<Finding> {
    if (environment === "prod" && image.reference && floats(image.reference))
        yield {
            at: [...at, "image", "reference"],
            found: `${show(image.reference)}, which is another image from day to day`,
            allowed: "in prod a digest, or a tag that stays, such as registry/name:1.2.3",
        };
    for (const [path, source] of Object.entries(image.files)) {
        const fault = filesFault(source);
        if (fault) yield { at: [...at, "image", "files", path], ...fault };
    }
    const dockerfile = join(image.context ?? "", image.dockerfile);
    if (image.context !== undefined && !image.reference && !existsSync(dockerfile))
        yield {
            at: [...at, "image", "context"],
            found: `${show(image.context)}, without a ${show(dockerfile)}`,
            allowed: "a folder with a Dockerfile, relative to the project; or image.reference",
            reads: [[...at, "image"]],
        };
}

function* ports({ ports, routes, health }: Service, at: Path, tracing: boolean): Generator<Finding> {
    const names = Object.keys(ports);
    for (const [index, name] of names.entries()) {
        const first = names.findIndex((other) => ports[other] === ports[name]);
        if (first < index)
            yield {
                at: [...at, "ports", name],
                found: `${ports[name]}, which is also the port ${names[first]}`,
                allowed: "a number of its own",
            };
        if (tracing && tracingPorts.includes(ports[name]))
            yield {
                at: [...at, "ports", name],
                found: `${ports[name]}`,
                allowed: `another port: with tracing the collector beside the service listens on ${oneOf(tracingPorts)}`,
                reads: [["tracing"]],
            };
    }
    const named: [Path, string | undefined][] = [
        ...routes.map(({ port }, index): [Path, string | undefined] => [[...at, "routes", index, "port"], port]),
        ...Object.keys(health.portPaths).map((port): [Path, string] => [[...at, "health", "portPaths", port], port]),
    ];
    for (const [where, port] of named)
        if (port !== undefined && !Object.hasOwn(ports, port))
            yield {
                at: where,
                found: `${show(port)}, which is no port of the service`,
                allowed: choices(port, names),
                reads: [[...at, "ports"]],
            };
}

/** A service with ports is asked whether it works. */
function* answers({ health, ports, protocols, routes, stickySessions, gcp }: Service, at: Path): Generator<Finding> {
    const service = { health, ports, protocols };
    if (health.path === undefined && !speaksGrpcAlone(service))
        yield {
            at: [...at, "health", "path"],
            found: "nothing",
            allowed: "a path that answers 200, such as /health; or no ports, for a worker",
            reads: [[...at, "ports"]],
        };
    const asked = speaksGrpcAlone(service) ? (["path", "readyPath"] as const) : [];
    for (const field of asked)
        if (health[field] !== undefined)
            yield {
                at: [...at, "health", field],
                found: `${show(health[field])}, for a service that speaks gRPC alone`,
                allowed: "none: it is asked by gRPC's own health checks (grpc.health.v1.Health)",
                reads: [[...at, "ports"]],
            };
    for (const [port, path] of Object.entries(health.portPaths))
        if (Object.hasOwn(ports, port) && protocolOf(service, port) === "grpc")
            yield {
                at: [...at, "health", "portPaths", port],
                found: `${show(path)}, for a port that speaks gRPC`,
                allowed: "none: it is asked by gRPC's own health checks (grpc.health.v1.Health)",
                reads: [[...at, "ports"]],
            };
    for (const port of Object.keys(protocols))
        if (!Object.hasOwn(ports, port))
            yield {
                at: [...at, "protocols", port],
                found: `${show(port)}, which is no port of the service`,
                allowed: `ports: { ${port}: { port: …, protocol: ${protocols[port]} } }`,
                reads: [[...at, "ports"]],
            };
    if (gcp.callers === "network" && routes.length)
        yield {
            at: [...at, "gcp", "callers"],
            found: "network, for a service with routes",
            allowed: "granted, the default: no service with routes asks for identity tokens; or no routes",
            reads: [[...at, "routes"]],
        };
    if (stickySessions && !routes.length)
        yield {
            at: [...at, "stickySessions"],
            found: "true, for a service without routes",
            allowed: "false, or a route: it is by way of the load balancer that a client keeps its instance",
            reads: [[...at, "routes"]],
        };
}

/** What only a service that takes requests has. */
function* worker({ health, routes, smoke, scale, ...service }: Service, at: Path): Generator<Finding> {
    const reads = [[...at, "ports"]];
    const port = "ports, such as { http: 8000 }, for a service that takes requests";
    const refuse = (where: Path, found: string, allowed: string): Finding => ({
        at: [...at, ...where],
        found: `${found}, for a worker: it has no ports`,
        allowed: `${allowed}; or ${port}`,
        reads,
    });
    if (service.gcp.callers !== "granted") yield refuse(["gcp", "callers"], service.gcp.callers, "none");
    if (routes.length) yield refuse(["routes"], `${routes.length === 1 ? "a route" : "routes"}`, "none");
    for (const field of ["path", "readyPath"] as const)
        if (health[field] !== undefined)
            yield refuse(["health", field], show(health[field]), "health.container, a check inside the container");
    if (smoke.length) yield refuse(["smoke"], "requests", "none");
    if (service.stickySessions) yield refuse(["stickySessions"], "true", "false");
    for (const field of ["timeoutSeconds", "maxBodyMb"] as const)
        if (service[field] !== undefined) yield refuse([field], `${service[field]}`, "none, as it takes no requests");
    for (const field of ["concurrency", "cpuBilling"] as const)
        if (service.gcp[field] !== undefined)
            yield refuse(
                ["gcp", field],
                `${service.gcp[field]}`,
                "none: a worker pool of Cloud Run has nothing like it",
            );
    if (scale.min < 1) yield refuse(["scale", "min"], `${scale.min}`, "1 or more, as no request starts one");
}

function* health({ health }: Service, at: Path): Generator<Finding> {
    const checks = { health, ...(health.container && { "health.container": health.container }) };
    for (const [path, { intervalSeconds, timeoutSeconds }] of Object.entries(checks)) {
        const where = [...at, ...path.split(".")];
        if (timeoutSeconds >= intervalSeconds)
            yield {
                at: [...where, "timeoutSeconds"],
                found: `${timeoutSeconds}`,
                allowed: `less than intervalSeconds, which is ${intervalSeconds}`,
                reads: [[...where, "intervalSeconds"]],
            };
    }
}

function* scale({ scale, routes }: Service, path: Path): Generator<Finding> {
    const at = [...path, "scale"];
    const { min, max, desired, requestsPerTarget } = scale;
    if (min > max)
        yield {
            at: [...at, "max"],
            found: `${max}`,
            allowed: `${min} or more: scale.min is ${min}`,
            reads: [[...at, "min"]],
        };
    else if (desired !== undefined && (desired < min || desired > max))
        yield {
            at: [...at, "desired"],
            found: `${desired}`,
            allowed:
                min === max ? `${min}, which is scale.min and scale.max` : `${min} to ${max}, scale.min to scale.max`,
            reads: [
                [...at, "min"],
                [...at, "max"],
            ],
        };
    if (requestsPerTarget !== undefined && routes.length === 0)
        yield {
            at: [...at, "requestsPerTarget"],
            found: `${requestsPerTarget}, for a service without routes`,
            allowed: "nothing, or a route: the load balancer counts the requests",
            reads: [[...path, "routes"]],
        };
}

/** A service scales by a queue that it works at. */
export function* backlogRules(app: ParsedApp): Generator<Finding> {
    for (const [name, { scale, uses }] of Object.entries(app.services)) {
        const queue = scale.backlog?.queue;
        if (queue === undefined || (uses.includes(queue) && Object.hasOwn(app.queues, queue))) continue;
        yield {
            at: ["services", name, "scale", "backlog", "queue"],
            found: Object.hasOwn(app.queues, queue) ? `${show(queue)}, which the service does not use` : show(queue),
            allowed: Object.hasOwn(app.queues, queue)
                ? `uses: [${queue}]`
                : choices(queue, Object.keys(app.queues), "nothing: the app has no queues"),
            reads: [["services", name, "uses"]],
        };
    }
}

function* hours(
    { from, to, days, timeZone, outside }: NonNullable<Service["scale"]["hours"]>,
    at: Path,
): Generator<Finding> {
    if (from >= to)
        yield {
            at: [...at, "to"],
            found: show(to),
            allowed: `a time of the same day that is later than from, which is ${from}`,
            reads: [[...at, "from"]],
        };
    for (const [index, day] of days.entries())
        if (days.indexOf(day) !== index)
            yield { at: [...at, "days", index], found: `${show(day)} again`, allowed: "each day once" };
    if (outside.min > outside.max)
        yield {
            at: [...at, "outside", "max"],
            found: `${outside.max}`,
            allowed: `${outside.min} or more: outside.min is ${outside.min}`,
            reads: [[...at, "outside", "min"]],
        };
    const fault = timeZoneFault(timeZone);
    if (fault) yield { at: [...at, "timeZone"], found: show(timeZone), allowed: fault };
}
