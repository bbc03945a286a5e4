import { holding } from "./holding";
import { placeholder, replacedBy } from "./replacing";
import type { Snapshot, SnapshotResource } from "./snapshot";

/** What stands between two snapshots, resource by resource and property by property. */
export interface Diff {
    before: string;
    after: string;
    /** Whether `after` would be deployed over `before`, or is another stack that leaves it alone. */
    sameStack: boolean;
    /** Sorted by type and name. */
    changes: Change[];
    unchanged: number;
    /** The changes that replace or delete something that holds data. */
    dangers: Change[];
}
export interface Change {
    /** `replace`: an input changed that the provider cannot change in place. */
    kind: "create" | "update" | "replace" | "delete";
    type: string;
    name: string;
    /** What it holds that no later deployment brings back. */
    holds?: string;
    /** Of updates and replacements only. */
    properties: PropertyChange[];
}
export interface PropertyChange {
    /** `settings.ipConfiguration.privateNetwork`, `ingress[0].fromPort`. */
    path: string;
    /** Undefined: was not there. */
    before?: unknown;
    /** Undefined: is gone. */
    after?: unknown;
    /** The provider deletes the resource for it. */
    replaces: boolean;
}

/** Compares by type and logical name; the stack's part of a name (`todo-dev`) does not count. */
export function diff(before: Snapshot, after: Snapshot): Diff {
    const app = after.app ?? before.app;
    const prefixes = [`${before.app ?? app}-${before.stack}`, `${app}-${after.stack}`];
    const [old, now] = [before, after].map((snapshot, side) => {
        const strip = (name: string) =>
            name.startsWith(prefixes[side]) ? `*${name.slice(prefixes[side].length)}` : name;
        return new Map(snapshot.resources.map((resource) => [`${resource.type}::${strip(resource.name)}`, resource]));
    });
    const former = new Map(before.resources.map((resource) => [resource.urn, resource]));

    const changes: Change[] = [];
    const matched = new Set<SnapshotResource>();
    let unchanged = 0;
    for (const [key, resource] of now) {
        const { type, name } = resource;
        const renamed = resource.aliases?.map((urn) => former.get(urn)).find((found) => found !== undefined);
        const was = old.get(key) ?? renamed;
        const holds = holding[type];
        if (!was) {
            changes.push({ kind: "create", type, name, holds, properties: [] });
            continue;
        }
        matched.add(was);
        const inputs = prefixes[0] === prefixes[1] ? was.inputs : renamePrefix(was.inputs, prefixes[0], prefixes[1]);
        const because = replacedBy(type, known(inputs, resource), resource.inputs, same);
        const properties = compare(inputs, resource).map((change) => ({
            ...change,
            replaces: because.some((path) => touches(change.path, path)),
        }));
        const kind = properties.some((change) => change.replaces) ? "replace" : "update";
        if (properties.length > 0) changes.push({ kind, type, name, holds, properties });
        else unchanged++;
    }
    for (const resource of old.values()) {
        const { type, name } = resource;
        if (!matched.has(resource)) changes.push({ kind: "delete", type, name, holds: holding[type], properties: [] });
    }
    changes.sort((a, b) => (`${a.type}::${a.name}` < `${b.type}::${b.name}` ? -1 : 1));
    const dangers = changes.filter(({ kind, holds }) => holds && (kind === "replace" || kind === "delete"));
    const sameStack = before.stack === after.stack && (before.app ?? app) === app;
    return { before: before.title, after: after.title, sameStack, changes, unchanged, dangers };
}

const renamePrefix = (inputs: Record<string, unknown>, from: string, to: string): Record<string, unknown> =>
    JSON.parse(JSON.stringify(inputs).replaceAll(from, to));

type Found = Omit<PropertyChange, "replaces">;

function compare(before: Record<string, unknown>, resource: SnapshotResource): Found[] {
    const found: Found[] = [];
    visit("", known(before, resource), resource.inputs, found);
    const ignored = resource.ignoreChanges ?? [];
    return found.filter(({ path }) => !ignored.some((ignore) => path === ignore || path.startsWith(`${ignore}.`)));
}

/** What a plugin will register is known in part only, so only that part is compared. */
const known = (before: Record<string, unknown>, { synthesised, inputs }: SnapshotResource): Record<string, unknown> =>
    synthesised ? Object.fromEntries(Object.entries(before).filter(([key]) => key in inputs)) : before;

/** Whether one path is within the other, wherever in a list: `rules[0].action` and `rules`. */
function touches(one: string, other: string): boolean {
    const [a, b] = [one, other].map((path) => `${path.replace(/\[\d+\]/g, "")}.`);
    return a.startsWith(b) || b.startsWith(a);
}

const same = (before: unknown, after: unknown): boolean => {
    const found: Found[] = [];
    visit("", before, after, found);
    return found.length === 0;
};

const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

function visit(path: string, before: unknown, after: unknown, found: Found[]): void {
    if (before === after || matches(after, before) || matches(before, after)) return;
    const documents = [before, after].map(parsed);
    if (documents[0] && documents[1]) visit(path, documents[0], documents[1], found);
    else if (isMap(before) && isMap(after)) {
        for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort())
            visit(path ? `${path}.${key}` : key, before[key], after[key], found);
    } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
        before.forEach((item, index) => visit(`${path}[${index}]`, item, after[index], found));
    } else if (JSON.stringify(before) !== JSON.stringify(after)) found.push({ path, before, after });
}

/** The map or list that a text is the JSON of, as policies and container definitions are. */
function parsed(value: unknown): object | undefined {
    if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
    try {
        return JSON.parse(value);
    } catch {
        return undefined;
    }
}

/** Whether `value` is one of those that a plan's text stands for: `https://${db.address}/` for any address. */
function matches(text: unknown, value: unknown): boolean {
    if (typeof text !== "string" || !placeholder.test(text) || value === undefined) return false;
    if (text.replace(placeholder, "") === "") return typeof value !== "string" || !placeholder.test(value);
    if (typeof value !== "string" || placeholder.test(value)) return false;
    const fixed = text.split(new RegExp(placeholder, "g")).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${fixed.join(".*")}$`, "s").test(value);
}
