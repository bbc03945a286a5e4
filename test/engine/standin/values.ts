import { isDeepStrictEqual } from "node:util";

/** How the engine and a provider write property values to each other: JSON, with a few values marked. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Properties = Record<string, Value>;

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";

/** What a preview does not know yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const secret = (value: Value): Value => ({ [signature]: secretSignature, value });

/** A reference to a resource, as a remote component hands out its children. */
export const reference = (urn: string, id: string, packageVersion: string): Value => ({
    [signature]: resourceSignature,
    urn,
    id,
    packageVersion,
});

const isObject = (value: Value | undefined): value is Properties =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** The value without secret wrappers, at any depth. */
export function plain(value: Value): Value {
    if (Array.isArray(value)) return value.map(plain);
    if (!isObject(value)) return value;
    if (value[signature] === secretSignature) return plain(value.value ?? null);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

export const plainProperties = (properties: Properties): Properties => plain(properties) as Properties;

export const isUnknown = (value: Value | undefined): boolean => value !== undefined && plain(value) === unknown;

/** Paths of everything that a predicate holds for: `containers[0].image`. */
export function paths(value: Value, holds: (leaf: Value) => boolean, path = ""): string[] {
    if (Array.isArray(value)) return value.flatMap((inner, i) => paths(inner, holds, `${path}[${i}]`));
    if (isObject(value))
        return Object.entries(value).flatMap(([key, inner]) => paths(inner, holds, path ? `${path}.${key}` : key));
    return holds(value) ? [path] : [];
}

/** What stands at a path that `paths` gave. */
export function at(value: Value, path: string): Value | undefined {
    let found: Value | undefined = value;
    for (const key of path.split(/[.[\]]+/).filter(Boolean))
        found = Array.isArray(found) ? found[Number(key)] : isObject(found) ? found[key] : undefined;
    return found;
}

/**
 * What a provider takes for the inputs that there are: the state's outputs, as the real ones do. After a refused update the engine
 * keeps the old inputs, with outputs that say the new ones, and the next `up` has nothing to ask for.
 */
export function inState(state: { inputs: Properties; outputs: Properties }, news: Properties): Properties {
    const keys = new Set([...Object.keys(state.inputs), ...Object.keys(news)]);
    return Object.fromEntries(Object.entries(state.outputs).filter(([key]) => keys.has(key)));
}

/** Top-level keys whose values differ; a value not known yet differs from everything. */
export function changedKeys(before: Properties, after: Properties): string[] {
    const [old, now] = [plainProperties(before), plainProperties(after)];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])]
        .filter((key) => !key.startsWith("__"))
        .filter((key) => !isDeepStrictEqual(old[key] ?? null, now[key] ?? null));
}
