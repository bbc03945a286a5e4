import { isAbsolute, join } from "node:path";

import { entriesOf, isTree, itemsOf, listOf, placeIn, put, treeOf, type Place, type Tree } from "./places";
import { portsOf } from "./ports";
import { FormError, scalar } from "./scalar";
import { volumeOf } from "./volumes";
import { wordsOf } from "./words";
import { Override, reset } from "./yaml";

/**
 * One way to say each thing: the short forms of a service (`ports: ["80:80"]`, `environment: [A=1]`, `build: .`) become the
 * long ones, and paths absolute. What has no short form stays as it is.
 */

type Form = (value: unknown, at: Place | undefined, base: string) => unknown;

/** `[A=1, B]` and `{A: 1, B: }` → `{A: "1", B: null}`. */
const pairs: Form = (value, at) => {
    if (isTree(value)) return treeOf(entriesOf(value).map(([key, item, place]) => [key, textOrNull(item), place]));
    if (!Array.isArray(value)) return value;
    return treeOf(
        itemsOf(value).map(([item, place]) => {
            const text = scalar(item);
            const cut = text.indexOf("=");
            return cut < 0 ? [text, null, place ?? at] : [text.slice(0, cut), text.slice(cut + 1), place ?? at];
        }),
    );
};

const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : scalar(value));

const words: Form = (value) => (typeof value === "string" ? wordsOf(value) : value);
const list: Form = (value, at) => (Array.isArray(value) || value === null ? value : listOf([[value, at]]));

/** Names with what is said of each: a list of names is a map of nothing. */
const named =
    (absent: () => unknown): Form =>
    (value, at) =>
        Array.isArray(value)
            ? treeOf(itemsOf(value).map(([item, place]) => [scalar(item), absent(), place ?? at]))
            : value;

const dependsOn: Form = (value, at, base) => {
    const tree = named(() => ({}))(value, at, base);
    if (!isTree(tree)) return tree;
    return treeOf(
        entriesOf(tree).map(([key, how, place]) => [
            key,
            { condition: "service_started", required: true, ...(isTree(how) ? how : {}) },
            place,
        ]),
    );
};

const pathFrom = (base: string, path: string): string =>
    isAbsolute(path) || /^[a-z][a-z0-9+.-]*:\/\/|^git@|^~/i.test(path)
        ? path
        : join(base, path).replace(/(.)\/$/, "$1");

const build: Form = (value, at, base) => {
    const tree = typeof value === "string" ? treeOf([["context", value, at]]) : value;
    if (!isTree(tree)) return tree;
    const context = pathFrom(base, scalar(tree.context ?? "."));
    return keyed(tree, { args: pairs, labels: pairs, cache_from: list, additional_contexts: pairs }, base, {
        context,
    });
};

const envFiles: Form = (value, at, base) => {
    const all = list(value, at, base);
    if (!Array.isArray(all)) return all;
    return listOf(
        itemsOf(all).map(([item, place]) => {
            const said = isTree(item) ? item : { path: item };
            return [{ required: true, ...said, path: pathFrom(base, scalar(said.path)) }, place ?? at];
        }),
    );
};

/** `secrets: [token]` and `configs: [file]`. */
const mounts: Form = (value) =>
    Array.isArray(value)
        ? listOf(itemsOf(value).map(([item, place]) => [isTree(item) ? item : { source: scalar(item) }, place]))
        : value;

const healthcheck: Form = (value) => {
    if (!isTree(value) || typeof value.test !== "string") return value;
    const test = listOf([
        ["CMD-SHELL", placeIn(value, "test")],
        [value.test, placeIn(value, "test")],
    ]);
    return treeOf(entriesOf(value).map(([key, item, place]) => [key, key === "test" ? test : item, place]));
};

/** The items of a list, each by itself, so that a fault has its index. */
const each =
    (form: (item: unknown, base: string) => unknown[]): Form =>
    (value, _at, base) =>
        Array.isArray(value)
            ? listOf(
                  itemsOf(value).flatMap(([item, place], index) => {
                      try {
                          return form(item, base).map((made) => [made, place] as const);
                      } catch (error) {
                          if (error instanceof FormError) error.key.unshift(index);
                          throw error;
                      }
                  }),
              )
            : value;

const volumes = each((item, base) => [volumeOf(item, (path) => pathFrom(base, path))]);
const ports = each(portsOf);

const extended: Form = (value, at, base) => {
    const tree = typeof value === "string" ? treeOf([["service", value, at]]) : value;
    return isTree(tree) && tree.file !== undefined
        ? keyed(tree, {}, base, { file: pathFrom(base, scalar(tree.file)) })
        : tree;
};

const deploy: Form = (value, _at, base) => (isTree(value) ? keyed(value, { labels: pairs }, base) : value);

const forms: Record<string, Form> = {
    annotations: pairs,
    build,
    command: words,
    configs: mounts,
    depends_on: dependsOn,
    deploy,
    dns: list,
    dns_search: list,
    entrypoint: words,
    env_file: envFiles,
    environment: pairs,
    expose: (value, at, base) => {
        const all = list(value, at, base);
        return Array.isArray(all) ? listOf(itemsOf(all).map(([item, place]) => [scalar(item), place])) : all;
    },
    extends: extended,
    healthcheck,
    labels: pairs,
    networks: named(() => null),
    ports,
    profiles: list,
    secrets: mounts,
    sysctls: pairs,
    tmpfs: list,
    volumes,
};

/** A map with some of its entries in their long form. */
function keyed(tree: Tree, by: Record<string, Form>, base: string, more: Tree = {}): Tree {
    const made = treeOf(
        entriesOf(tree).map(([key, value, place]) => {
            const form = Object.hasOwn(by, key) ? by[key] : undefined;
            return [key, form ? formed(form, value, place, base, key) : value, place];
        }),
    );
    for (const [key, value] of Object.entries(more)) made[key] = value;
    return made;
}

function formed(form: Form, value: unknown, place: Place | undefined, base: string, key: string): unknown {
    if (value === reset || value === null || value === undefined) return value;
    if (value instanceof Override) return new Override(formed(form, value.value, place, base, key));
    try {
        return form(value, place, base);
    } catch (error) {
        if (error instanceof FormError) error.key.unshift(key);
        throw error;
    }
}

/** A service in its long form; `base` is the folder that its paths are relative to. @throws FormError */
export const canonical = (service: Tree, base: string): Tree => keyed(service, forms, base);

/** The same map with an entry more, or another one. */
export function withEntry(tree: Tree, key: string, value: unknown, place: Place | undefined): Tree {
    const made = treeOf(entriesOf(tree));
    made[key] = value;
    put(made, key, place);
    return made;
}

export { pathFrom };
