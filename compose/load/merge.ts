import { entriesOf, isTree, itemsOf, listOf, treeOf, type Place } from "./places";
import { Override, reset } from "./yaml";

/**
 * What a later file, or a service that extends another, makes of what was said before it: maps are merged, lists go on, and some
 * values are replaced as a whole. Both sides are in their long form.
 */

/** Lists that are values: the later one replaces the earlier. */
const replaced = new Set(["command", "entrypoint", "healthcheck.test"]);

/** Lists whose items have an identity, of which the later one wins. */
const identities: Record<string, (item: unknown) => string> = {
    ports: (item) =>
        isTree(item) ? [item.hostIp, item.published, item.target, item.protocol].join("|") : String(item),
    volumes: (item) => (isTree(item) ? String(item.target) : String(item)),
    secrets: (item) => (isTree(item) ? String(item.target ?? item.source) : String(item)),
    configs: (item) => (isTree(item) ? String(item.target ?? item.source) : String(item)),
    expose: String,
    profiles: String,
    env_file: (item) => (isTree(item) ? String(item.path) : String(item)),
    dns: String,
    tmpfs: String,
};

/** `after` upon `before`; `path` is where both stand, in a service or in a file. */
export function mergeUpon(before: unknown, after: unknown, path: readonly string[] = []): unknown {
    if (after === reset) return undefined;
    if (after instanceof Override) return after.value;
    if (before === undefined || before === null || before === reset) return plain(after);
    if (before instanceof Override) return mergeUpon(before.value, after, path);
    if (after === null || after === undefined) return before;
    if (isTree(before) && isTree(after)) {
        const merged = new Map<string, readonly [string, unknown, Place | undefined]>(
            entriesOf(before).map((entry) => [entry[0], entry]),
        );
        for (const [key, value, place] of entriesOf(after)) {
            const made = mergeUpon(merged.get(key)?.[1], value, [...path, key]);
            if (made === undefined) merged.delete(key);
            else merged.set(key, [key, made, place]);
        }
        return treeOf(merged.values());
    }
    const within = path[0] === "services" ? path.slice(2) : path;
    if (Array.isArray(before) && Array.isArray(after) && !replaced.has(within.join("."))) {
        const identity =
            within.length === 1 && Object.hasOwn(identities, within[0]) ? identities[within[0]] : undefined;
        const items = [...itemsOf(before), ...itemsOf(after)];
        if (!identity) return listOf(items);
        return listOf(new Map(items.map((item) => [identity(item[0]), item])).values());
    }
    return plain(after);
}

/** A value without Compose's tags, which mean nothing where there is nothing before it. */
export function plain(value: unknown): unknown {
    if (value === reset) return undefined;
    if (value instanceof Override) return plain(value.value);
    if (isTree(value))
        return treeOf(
            entriesOf(value).flatMap(([key, item, place]) => {
                const made = plain(item);
                return made === undefined ? [] : [[key, made, place] as const];
            }),
        );
    if (Array.isArray(value)) return listOf(itemsOf(value).map(([item, place]) => [plain(item), place]));
    return value;
}
