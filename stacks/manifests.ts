import { createHash } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";

import { buildOf, buildParts, buildTag } from "../components/context";
import { mapEntries } from "../components/map";
import type { Target } from "../topology/app";
import { isMap } from "../topology/merge";
import type { Release } from "../topology/release";
import type { Stack } from "../topology/validate";
import { buildsOf, platformOf, sourcesOf } from "./sources";

/** Name → a hash of eight letters, or `=` and a short value itself as JSON. */
export type Manifest = Record<string, string>;

/**
 * What was released was made from: so that the next ship can name what is another by now. The stack keeps it among its outputs, as
 * a secret: it is of no use to a reader, and names files.
 */
export interface Manifests {
    /**
     * What a folder's image is built from: the tag of it → path in the context, or field of the topology (`:image.target`). Of a
     * folder with very many files, paths of folders, which end with a slash.
     */
    files: Record<string, Manifest>;
    /** What else the configuration says of each service: service → field. Values of variables are hashes. */
    fields: Record<string, Manifest>;
}

/** Entries of one image, at most: what has more is told by its folders. */
const mostEntries = 500;

/** Of this stack as it is, and of former images that its release still speaks of. */
export function manifestsOf(stack: Stack<Target>, release: Release | undefined, former?: Manifests): Manifests {
    const sources = sourcesOf(stack);
    const now = Object.entries(buildsOf(stack)).map(([name, build]): [string, Manifest] => {
        const { files, fields } = buildParts(build);
        return [sources[name], { ...within(files), ...prefixed(fields) }];
    });
    const spoken = Object.values(release?.services ?? {}).map(({ source }) => source);
    const underWay = Object.values(release?.ship?.services ?? {}).flatMap(({ source, fromSource }) => [
        source,
        fromSource,
    ]);
    const kept = new Set([...spoken, ...underWay]);
    const older = Object.entries(former?.files ?? {}).filter(([source]) => kept.has(source));
    return {
        files: Object.fromEntries([...older, ...now]),
        fields: mapEntries(stack.app.services, (name) => fieldsOf(stack, name)),
    };
}

const prefixed = (fields: Manifest): Manifest =>
    Object.fromEntries(Object.entries(fields).map(([name, hash]) => [`:${name}`, hash]));

/** A text that a stack's output can be. */
export const packed = (manifests: Manifests): string =>
    brotliCompressSync(Buffer.from(JSON.stringify(manifests), "utf8")).toString("base64");

/** Undefined where a text is none, or of another version: then nothing can be named, and nothing else depends on it. */
export function unpacked(text: unknown): Manifests | undefined {
    if (typeof text !== "string") return undefined;
    try {
        const data: unknown = JSON.parse(brotliDecompressSync(Buffer.from(text, "base64")).toString("utf8"));
        if (isMap(data) && areManifests(data.files) && areManifests(data.fields)) return data as unknown as Manifests;
    } catch {
        // Then it is none.
    }
    return undefined;
}

const areManifests = (data: unknown): boolean =>
    isMap(data) &&
    Object.values(data).every((one) => isMap(one) && Object.values(one).every((hash) => typeof hash === "string"));

/** Of what an image is built from: the files, or the fields of the topology. */
export const part = (manifest: Manifest, of: "files" | "fields"): Manifest =>
    Object.fromEntries(Object.entries(manifest).filter(([name]) => isPath(name) === (of === "files")));

/** What is another between two manifests, by name. */
export interface Difference {
    name: string;
    kind: "added" | "changed" | "removed";
    /** Of a field whose value is known: as JSON. */
    before?: string;
    after?: string;
}

/** What is another, in the order of names. Folders are compared with folders. */
export function differences(before: Manifest, after: Manifest): Difference[] {
    const depth = Math.min(...[before, after].map(depthOf));
    const [one, other] = [before, after].map((manifest) => to(manifest, depth));
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return names.flatMap((name): Difference[] => {
        const [was, is] = [one[name], other[name]];
        if (was === is) return [];
        return [
            {
                name: name.replace(/^:/, ""),
                kind: was === undefined ? "added" : is === undefined ? "removed" : "changed",
                ...(valueOf(was) !== undefined && { before: valueOf(was) }),
                ...(valueOf(is) !== undefined && { after: valueOf(is) }),
            },
        ];
    });
}

/** Begins what is a value and no hash. */
const valuePrefix = "=";
const valueOf = (text: string | undefined): string | undefined =>
    text?.startsWith(valuePrefix) ? text.slice(valuePrefix.length) : undefined;

const depth = (path: string): number => path.replace(/\/$/, "").split("/").length;
const isPath = (name: string): boolean => !name.startsWith(":");

/** Folders of how many parts a manifest tells instead of files; Infinity where it tells files alone. */
const depthOf = (manifest: Manifest): number =>
    Math.min(
        ...Object.keys(manifest)
            .filter((name) => isPath(name) && name.endsWith("/"))
            .map(depth),
        Infinity,
    );

/** With as few parts of its paths as it takes. */
function within(files: Manifest): Manifest {
    let told = files;
    for (
        let most = Math.max(0, ...Object.keys(files).map(depth)) - 1;
        most > 0 && Object.keys(told).length > mostEntries;
        most--
    )
        told = to(told, most);
    return told;
}

/**
 * What lies deeper than so many parts is told by its folder. Folder by folder, from below: so that the same files have the same
 * hash, however many steps it took.
 */
function to(manifest: Manifest, most: number): Manifest {
    let told = manifest;
    for (;;) {
        const deepest = Math.max(0, ...Object.keys(told).filter(isPath).map(depth));
        if (deepest <= most) return told;
        const [flat, deep] = [new Map<string, string>(), new Map<string, string[]>()];
        for (const [name, hash] of Object.entries(told)) {
            if (!isPath(name) || depth(name) < deepest) flat.set(name, hash);
            else {
                const folder = `${name.replace(/\/$/, "").split("/").slice(0, -1).join("/")}/`;
                deep.set(folder, [...(deep.get(folder) ?? []), `${name}\0${hash}`]);
            }
        }
        for (const [folder, entries] of deep) flat.set(folder, short(entries.sort().join("\0")));
        told = Object.fromEntries(flat);
    }
}

const short = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 8);

/** What the configuration says of a service beside its image, field by field; of sets of secrets that it uses, their keys. */
function fieldsOf(stack: Stack<Target>, name: string): Manifest {
    const { app } = stack;
    const { image: _, ...service } = app.services[name];
    const sets = service.uses.filter((used) => Object.hasOwn(app.secrets, used));
    // What a sidecar's folder builds is another when its files are.
    const built = Object.entries(service.sidecars).flatMap(([sidecar, { image }]) => {
        const build = buildOf(image, platformOf(stack, app.services[name]));
        return build ? [{ [`sidecars.${sidecar}.image`]: `${valuePrefix}${JSON.stringify(buildTag(build))}` }] : [];
    });
    const all: Manifest = Object.assign(
        flat(service, ""),
        ...built,
        ...sets.map((set) => flat(app.secrets[set], `uses.${set}`)),
    );
    return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Maps by their keys, all else as it is. A variable's value is nobody's business. */
function flat(value: unknown, at: string): Manifest {
    if (value === undefined) return {};
    if (isMap(value))
        return Object.assign(
            {},
            ...Object.entries(value).map(([key, inner]) => flat(inner, at ? `${at}.${key}` : key)),
        ) as Manifest;
    const json = JSON.stringify(value);
    return { [at]: /(^|\.)env\./.test(at) || json.length > 60 ? short(json) : `${valuePrefix}${json}` };
}
