import { createHash, type Hash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join, normalize } from "node:path";

import dockerignore from "@balena/dockerignore";

import type { Service } from "../topology/app";
import { addedFiles, links, serviceFolders, type Files } from "../topology/files";
import { sortedEntries } from "./map";

type Image = Service["image"];

/** What an image is built from. Whatever is said here counts for its tag. */
export interface Build {
    /** Folder that BuildKit is sent; absent where files are added to an image that is only referenced. */
    context?: string;
    /** The Dockerfile inside it. */
    dockerfile?: string;
    /** That image. */
    base?: string;
    /** `linux/amd64` or `linux/arm64`. */
    platform: string;
    /** Stage of the Dockerfile. Default: the last. */
    target?: string;
    /** Build arguments. */
    args?: Record<string, string>;
    /** Files that are added on top. */
    files?: Files;
    /** What the image of the service is, where some of them are from there: a reference, or the tag of what is built. */
    service?: string;
}

/** What an image is built from, part by part: name → hash. */
export interface Parts {
    /** By their paths in the context. */
    files: Record<string, string>;
    /** By their names in the topology: `image.args.VERSION`. */
    fields: Record<string, string>;
}

/**
 * What is built for a service or a sidecar; undefined where its image is only referenced.
 * @param service what the image of the service is, of a sidecar
 */
export function buildOf(image: Image, platform: string, service?: string): Build | undefined {
    const { context, dockerfile, reference, target, args, files } = image;
    const added = Object.keys(files).length
        ? { files, ...(service !== undefined && serviceFolders(files).length > 0 && { service }) }
        : {};
    if (reference || !context) return Object.keys(files).length ? { base: reference!, platform, ...added } : undefined;
    return {
        context,
        dockerfile,
        platform,
        ...(target !== undefined && { target }),
        ...(Object.keys(args).length > 0 && { args: Object.fromEntries(sortedEntries(args)) }),
        ...added,
    };
}

/** Begins the tag of what the program builds: every one is deployed by the `up` that pushes it. */
export const builtPrefix = "built-";

/** Begins the tag of what CI deploys: the registries keep such images apart from all others. */
export const releasePrefix = "release-";

const tags = new Map<string, string>();

/** Has contexts read again, for who waits for their changes. */
export const forgetBuilds = (): void => tags.clear();

/**
 * A tag that changes exactly when what is built changes: `built-` and twelve hexadecimal digits. It reads the build context
 * as BuildKit and Pulumi's docker-build do: contents and modes of what the ignore file leaves in, links by where they lead,
 * and the Dockerfile whether or not.
 */
export function buildTag(build: Build): string {
    const key = JSON.stringify(build);
    let tag = tags.get(key);
    if (!tag) tags.set(key, (tag = `${builtPrefix}${hashBuild(build)}`));
    return tag;
}

/**
 * What a tag is made of, to name what made another of it: path in the context, or the field of the topology that says it, with
 * its hash.
 */
export function buildParts({ context, files = {}, ...rest }: Build): Parts {
    const inContext: Record<string, string> = {};
    const fields: Record<string, string> = {};
    const { args = {}, ...settings } = rest;
    for (const [name, value] of Object.entries(settings))
        if (value !== undefined) fields[`image.${name}`] = hashed(value);
    for (const [name, value] of Object.entries(args)) fields[`image.args.${name}`] = hashed(value);
    eachFile(context, rest.dockerfile, (path, ...parts) => (inContext[path] = hashed(...parts)));
    for (const { path, mode, content } of addedFiles(files))
        fields[`image.files.${path}`] = hashed(mode.toString(8), content);
    for (const [path, to] of links(files)) fields[`image.files.${path}`] = hashed(to);
    return { files: inContext, fields };
}

/** A hash that tells one content from another: no more than that, as there may be many. */
const hashed = (...parts: (string | Buffer)[]): string => {
    const hash = createHash("sha256");
    addTo(hash, parts);
    return hash.digest("base64url").slice(0, 8);
};

function addTo(hash: Hash, parts: (string | Buffer)[]): void {
    // Lengths keep two parts from reading like two others.
    for (const part of parts) hash.update(`${Buffer.byteLength(part)}\0`).update(part);
}

function hashBuild({ context, files = {}, ...rest }: Build): string {
    const hash = createHash("sha256");
    const add = (...parts: (string | Buffer)[]) => addTo(hash, parts);
    const settings = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
    add(JSON.stringify(settings));
    eachFile(context, rest.dockerfile, add);
    for (const { path, mode, content } of addedFiles(files)) add("added", path, mode.toString(8), content);
    for (const [path, folder] of serviceFolders(files)) add("service", path, folder);
    for (const [path, to] of links(files)) add("link", path, to);
    return hash.digest("hex").slice(0, 12);
}

/** Calls with the path of each file and link of a context, and what counts of it. */
function eachFile(
    context: string | undefined,
    dockerfile: string | undefined,
    see: (path: string, ...parts: (string | Buffer)[]) => void,
): void {
    if (context === undefined) return;
    for (const path of included(context, normalize(dockerfile!))) {
        const file = join(context, path);
        const status = lstatSync(file);
        if (status.isSymbolicLink()) see(path, "link", readlinkSync(file));
        else if (status.isFile()) see(path, (status.mode & 0o7777).toString(8), readFileSync(file));
    }
}

/** Paths of a context but its folders, sorted. An ignore file of the Dockerfile's own stands in for the context's. */
function included(context: string, recipe: string): string[] {
    const ignoreFile = [`${recipe}.dockerignore`, ".dockerignore"].map((name) => join(context, name)).find(existsSync);
    const patterns = ignoreFile ? readFileSync(ignoreFile, "utf8") : "";
    const ignored = dockerignore().add(patterns);
    // A folder that is left out may hold something that a later pattern brings back, or the Dockerfile.
    const prunes = !/^\s*!/m.test(patterns);
    const found: string[] = [];
    const visit = (folder: string): void => {
        for (const entry of readdirSync(join(context, folder), { withFileTypes: true })) {
            const path = join(folder, entry.name);
            const out = path !== recipe && ignored.ignores(path);
            if (!entry.isDirectory()) {
                if (!out) found.push(path);
            } else if (!out || !prunes || recipe.startsWith(`${path}/`)) visit(path);
        }
    };
    visit("");
    return found.sort();
}
