/** Each part of a map, made into something else under the same name. */
export const mapEntries = <T, U>(parts: Record<string, T>, make: (name: string, part: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, make(name, part)]));
