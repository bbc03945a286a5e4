import type { Cloud, ParsedApp } from "./app";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { referredParts } from "./references";
import {
    bucketVariables,
    cacheVariables,
    callVariables,
    cloudRunVariables,
    databaseVariables,
    filesystemVariables,
    queueVariables,
    tableVariables,
    tracingVariables,
} from "./variables";

/** Something that sets variables of a service. */
interface Source {
    at: Path;
    /** What the topology calls it. */
    name: string;
    /** What a message calls it. */
    owner: string;
    variables: string[];
    /** What of the part its variables follow from, beside its name. */
    reads: Path[];
}

/** Every environment variable of a service has one source. */
export function* variableRules(app: ParsedApp, cloud: Cloud | undefined): Generator<Finding> {
    for (const name of Object.keys(app.services)) yield* variables(app, name, cloud);
}

function* variables(app: ParsedApp, name: string, cloud: Cloud | undefined): Generator<Finding> {
    const service = app.services[name];
    const at = ["services", name];
    // Whose variable it is → the part itself, which a value that refers to it may say otherwise.
    const given = new Map<string, string>();
    const taken = new Map<string, string>([["PORT", "the service's own port"]]);
    if (cloud === "gcp") for (const variable of cloudRunVariables) taken.set(variable, "Cloud Run");
    if (app.tracing.enabled) for (const variable of tracingVariables) taken.set(variable, "tracing");

    for (const source of sources(app, name))
        for (const variable of source.variables) {
            const other = taken.get(variable);
            if (other)
                yield {
                    at: source.at,
                    found: `${show(source.name)}, which sets ${variable} as ${other} does`,
                    allowed: "names that make different variables: rename one",
                    reads: [...source.reads, ["tracing"]],
                };
            else if (cloud === "gcp" && isKept(variable))
                yield {
                    at: source.at,
                    found: `${show(source.name)}, which sets ${variable}`,
                    allowed: keptAllowed,
                    reads: source.reads,
                };
            taken.set(variable, source.owner);
            if (!other) given.set(variable, source.name);
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
        const part = source === "env" ? given.get(variable) : undefined;
        const other =
            part !== undefined && referredParts(service.env[variable]).includes(part) ? undefined : taken.get(variable);
        if (other)
            yield {
                at: where,
                found: `${variable}, which ${other} ${other.startsWith("the secrets") ? "set" : "sets"}`,
                allowed: "a name of its own",
                reads: [["tracing"]],
            };
        else if (cloud === "gcp" && isKept(variable)) yield { at: where, found: variable, allowed: keptAllowed };
        taken.set(variable, source);
    }
}

const isKept = (variable: string): boolean => variable.startsWith("X_GOOGLE_");
const keptAllowed = "a name that does not begin with X_GOOGLE_, which Cloud Run keeps for itself";

/** What a service uses, calls and mounts, each with the variables that it adds; what does not exist adds none. */
function sources(app: ParsedApp, name: string): Source[] {
    const { uses, calls, mounts } = app.services[name];
    const at = ["services", name];
    const once = (names: string[]) => [...names.entries()].filter(([index, each]) => names.indexOf(each) === index);
    return [
        ...once(uses).flatMap(([index, used]) => {
            const part = partOf(app, used);
            return part ? [{ at: [...at, "uses", index], name: used, ...part }] : [];
        }),
        ...once(calls)
            .filter(([, callee]) => Object.hasOwn(app.services, callee))
            .map(([index, callee]) => ({
                at: [...at, "calls", index],
                name: callee,
                owner: `the service ${callee}`,
                variables: callVariables(callee),
                reads: [],
            })),
        ...Object.keys(mounts)
            .filter((mounted) => Object.hasOwn(app.filesystems, mounted))
            .map((mounted) => ({
                at: [...at, "mounts", mounted],
                name: mounted,
                owner: `the file system ${mounted}`,
                variables: filesystemVariables(mounted),
                reads: [],
            })),
    ];
}

function partOf(app: ParsedApp, name: string): Pick<Source, "owner" | "variables" | "reads"> | undefined {
    const part = (noun: string, variables: string[], ...reads: Path[]) => ({
        owner: `the ${noun} ${name}`,
        variables,
        reads,
    });
    if (Object.hasOwn(app.databases, name))
        return part("database", databaseVariables(name, app.databases[name].replicas), ["databases", name, "replicas"]);
    if (Object.hasOwn(app.caches, name))
        return part("cache", cacheVariables(name, app.caches[name].engine), ["caches", name, "engine"]);
    if (Object.hasOwn(app.tables, name)) return part("table", tableVariables(name));
    if (Object.hasOwn(app.buckets, name)) return part("bucket", bucketVariables(name));
    if (Object.hasOwn(app.queues, name)) return part("queue", queueVariables(name));
    if (Object.hasOwn(app.secrets, name)) return part("secrets", app.secrets[name].keys, ["secrets", name, "keys"]);
    return undefined;
}
