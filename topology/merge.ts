/** Plain data and paths into it. Only own keys count, so that no key of a stack file reaches a prototype. */

export type Path = readonly (string | number)[];
export type Mapping = Record<string, unknown>;

export const isMap = (value: unknown): value is Mapping =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Sets an own key, whatever it is called. */
const set = (map: Mapping, key: string, value: unknown): void => {
    Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
};

/** `over` laid upon `base`: maps merge, everything else replaces. Neither is changed. */
export function merge(base: unknown, over: unknown): unknown {
    if (over === undefined) return base;
    if (!isMap(base) || !isMap(over)) return over;
    const merged: Mapping = {};
    for (const key of Object.keys(base)) set(merged, key, base[key]);
    for (const key of Object.keys(over)) set(merged, key, merge(own(merged, key), over[key]));
    return merged;
}

/** The own value of a key, if there is one: `own({}, "constructor")` is undefined. */
export const own = <T>(map: Record<string, T>, key: string): T | undefined =>
    Object.hasOwn(map, key) ? map[key] : undefined;

/** The value at a path, or undefined. */
export function valueAt(data: unknown, path: Path): unknown {
    let value = data;
    for (const key of path) {
        if (typeof value !== "object" || value === null) return undefined;
        value = own(value as Mapping, String(key));
    }
    return value;
}

/** Whether something, be it null, is written at a path. */
export const hasPath = (data: unknown, path: Path): boolean =>
    path.length === 0
        ? data !== undefined
        : Object.hasOwn(Object(valueAt(data, path.slice(0, -1))) as object, String(path[path.length - 1]));

/** A copy without the value at a path; a list that loses an element is dropped as a whole. */
export function without(data: unknown, path: Path): unknown {
    const [key, ...rest] = path;
    if (key === undefined || Array.isArray(data)) return undefined;
    if (!isMap(data)) return data;
    const copy: Mapping = {};
    for (const name of Object.keys(data)) {
        const value = name === String(key) ? without(data[name], rest) : data[name];
        if (value !== undefined) set(copy, name, value);
    }
    return copy;
}

/** A copy in which the keys of every map are in order. */
export function sortedKeys(data: unknown): unknown {
    if (!isMap(data)) return data;
    const copy: Mapping = {};
    for (const key of Object.keys(data).sort()) set(copy, key, sortedKeys(data[key]));
    return copy;
}

/** A copy of a map with each value made into something else; undefined leaves a key out. */
export function mapValues(map: Mapping, make: (value: unknown, key: string) => unknown): Mapping {
    const copy: Mapping = {};
    for (const key of Object.keys(map)) {
        const value = make(map[key], key);
        if (value !== undefined) set(copy, key, value);
    }
    return copy;
}

/** A copy with the value at a path, which leads through maps, made into something else. */
export function updateAt(data: unknown, path: readonly string[], make: (value: unknown) => unknown): unknown {
    const [key, ...rest] = path;
    if (key === undefined) return make(data);
    if (!isMap(data) || !Object.hasOwn(data, key)) return data;
    return mapValues(data, (value, name) => (name === key ? updateAt(value, rest, make) : value));
}

/** Lays `value` under a path in which `*` stands for every key that is there; what is there already wins. */
export function defaultAt(data: unknown, path: readonly string[], value: unknown): unknown {
    const [key, ...rest] = path;
    if (key === undefined) return data === undefined ? value : merge(value, data);
    // `*` adds no part, so it leaves a missing map of parts missing, too.
    if (data === undefined) return key === "*" ? undefined : { [key]: defaultAt(undefined, rest, value) };
    if (!isMap(data)) return data;
    if (key === "*") return mapValues(data, (part) => defaultAt(part, rest, value));
    if (!Object.hasOwn(data, key)) {
        const part = defaultAt(undefined, rest, value);
        return part === undefined ? data : { ...data, [key]: part };
    }
    return mapValues(data, (part, name) => (name === key ? defaultAt(part, rest, value) : part));
}

/** Whether one path is the other or leads to it. */
export const overlaps = (a: Path, b: Path): boolean => {
    const length = Math.min(a.length, b.length);
    for (let index = 0; index < length; index++) if (String(a[index]) !== String(b[index])) return false;
    return true;
};

/** `services.api.ports[0]`; keys that would be misread are quoted. */
export const showPath = (path: Path): string =>
    path
        .map((key, index) => {
            if (typeof key === "number") return `[${key}]`;
            if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key)}]`;
            return index ? `.${key}` : key;
        })
        .join("");
