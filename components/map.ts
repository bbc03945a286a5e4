/** Each part of a map, made into something else under the same name. */
export const mapEntries = <T, U>(parts: Record<string, T>, make: (name: string, part: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, make(name, part)]));

/** A map's entries by key: where a cloud keeps a list, order is then no change. */
export const sortedEntries = <T>(parts: Record<string, T>): [string, T][] =>
    Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1));
