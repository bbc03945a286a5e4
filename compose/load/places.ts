/** Where in its files a value was said. Maps and lists of a Compose file remember it for each of their entries. */
export interface Place {
    /** As messages call the file. */
    file: string;
    line: number;
    column: number;
    /** Variables without a value that the text names; Compose takes them for empty. */
    unset?: string[];
}

export type Tree = Record<string, unknown>;

const places = new WeakMap<object, Map<string, Place>>();

export const isTree = (value: unknown): value is Tree =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** Where an entry of a map or list was said. */
export const placeIn = (container: object, key: string | number): Place | undefined =>
    places.get(container)?.get(String(key));

/** Remembers where an entry of a map or list was said. */
export function put(container: object, key: string | number, place: Place | undefined): void {
    if (!place) return;
    let known = places.get(container);
    if (!known) places.set(container, (known = new Map<string, Place>()));
    known.set(String(key), place);
}

/** A map whose entries keep their places, and cannot be mistaken for what every object has. */
export function treeOf(entries: Iterable<readonly [key: string, value: unknown, place: Place | undefined]>): Tree {
    const tree = Object.create(null) as Tree;
    for (const [key, value, place] of entries) {
        tree[key] = value;
        put(tree, key, place);
    }
    return tree;
}

/** A list likewise. */
export function listOf(items: Iterable<readonly [value: unknown, place: Place | undefined]>): unknown[] {
    const list: unknown[] = [];
    for (const [value, place] of items) {
        put(list, list.length, place);
        list.push(value);
    }
    return list;
}

/** The entries of a map with their places. */
export const entriesOf = (tree: Tree): [key: string, value: unknown, place: Place | undefined][] =>
    Object.keys(tree).map((key) => [key, tree[key], placeIn(tree, key)]);

/** The items of a list with their places. */
export const itemsOf = (list: readonly unknown[]): [value: unknown, place: Place | undefined][] =>
    list.map((value, index) => [value, placeIn(list, index)]);

/** The place of the deepest part of a path that there is. */
export function placeAt(root: unknown, path: readonly (string | number)[]): Place | undefined {
    let found: Place | undefined;
    let at = root;
    for (const key of path) {
        if (typeof at !== "object" || at === null) break;
        found = placeIn(at, key) ?? found;
        at = (at as Tree)[key];
    }
    return found;
}
