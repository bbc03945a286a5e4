import type { ParsedApp } from "./app";
import { isWorker } from "./endpoints";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { choices } from "./suggest";

/** Kinds of parts that a service may `use`. */
const usable = ["databases", "caches", "tables", "buckets", "queues", "secrets"] as const;

/** What services reach: what they use, call and mount. */
export function* reachRules(app: ParsedApp): Generator<Finding> {
    for (const name of Object.keys(app.services)) {
        yield* uses(app, name);
        yield* calls(app, name);
        yield* mounts(app, name);
    }
}

/** Names that stand in a list twice, at the second. */
function* repeated(names: readonly string[], at: Path): Generator<Finding> {
    for (const [index, name] of names.entries())
        if (names.indexOf(name) !== index)
            yield { at: [...at, index], found: `${show(name)} again`, allowed: "each name once" };
}

function* uses(app: ParsedApp, service: string): Generator<Finding> {
    const { uses } = app.services[service];
    const at = ["services", service, "uses"];
    yield* repeated(uses, at);
    const known = usable.flatMap((kind) => Object.keys(app[kind]));
    for (const [index, used] of uses.entries()) {
        if (known.includes(used) || uses.indexOf(used) !== index) continue;
        const where = [...at, index];
        if (Object.hasOwn(app.filesystems, used))
            yield {
                at: where,
                found: `${show(used)}, which is a file system`,
                allowed: `mounts, with the path where the service sees it: { ${used}: /${used} }`,
            };
        else if (Object.hasOwn(app.services, used))
            yield {
                at: where,
                found: `${show(used)}, which is a service`,
                allowed: used === service ? "what the service needs beside itself" : `calls: [${used}]`,
            };
        else if (Object.hasOwn(app.jobs, used))
            yield {
                at: where,
                found: `${show(used)}, which is a job`,
                allowed: "no job: a job names the service that it runs as",
            };
        else
            yield {
                at: where,
                found: show(used),
                allowed: choices(
                    used,
                    known,
                    "nothing: the app has no databases, caches, tables, buckets, queues or secrets",
                ),
                reads: usable.map((kind) => [kind, used]),
            };
    }
}

function* calls(app: ParsedApp, service: string): Generator<Finding> {
    const { calls } = app.services[service];
    const at = ["services", service, "calls"];
    yield* repeated(calls, at);
    const others = Object.keys(app.services).filter((name) => name !== service);
    for (const [index, callee] of calls.entries()) {
        if (calls.indexOf(callee) !== index) continue;
        if (others.includes(callee)) {
            if (isWorker(app.services[callee]))
                yield {
                    at: [...at, index],
                    found: `${show(callee)}, a worker: it has no ports`,
                    allowed: `a service with ports; work reaches a worker by what both use, such as a database or a cache; or services.${callee}.ports`,
                    reads: [["services", callee, "ports"]],
                };
            continue;
        }
        yield {
            at: [...at, index],
            found: callee === service ? `${show(callee)}, the service itself` : show(callee),
            allowed: choices(callee, others, "nothing: the app has no other service"),
            ...(callee !== service && { reads: [["services", callee]] }),
        };
    }
}

/** Folders of the system itself, which both clouds keep to themselves. */
const systemFolders = ["/dev", "/proc", "/sys"];

/** Whether a path is another one or lies in it. */
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function* mounts(app: ParsedApp, service: string): Generator<Finding> {
    const { mounts } = app.services[service];
    const known = Object.keys(app.filesystems);
    const entries = Object.entries(mounts);
    for (const [index, [name, path]] of entries.entries()) {
        const at = ["services", service, "mounts", name];
        if (!known.includes(name))
            yield {
                at,
                found: `${show(name)}, which is no file system`,
                allowed: choices(name, known, "nothing: the app has no file systems"),
                reads: [["filesystems", name]],
            };
        const system = systemFolders.find((folder) => isWithin(path, folder));
        if (path.split("/").some((part) => part === "." || part === ".."))
            yield { at, found: show(path), allowed: "a path without . and .." };
        else if (system)
            yield {
                at,
                found: show(path),
                allowed: `a path outside ${systemFolders.join(", ")}, such as /mnt/${name}`,
            };
        // Of two that are the same, the second is one too many.
        const other = entries.find(
            ([, taken], place) => place !== index && isWithin(path, taken) && (taken !== path || place < index),
        );
        if (other)
            yield {
                at,
                found: `${show(path)}, ${other[1] === path ? "where" : `inside ${other[1]}, where`} ${other[0]} is`,
                allowed: "a path of its own",
                reads: [["services", service, "mounts"]],
            };
    }
}
