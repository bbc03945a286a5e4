import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join, normalize } from "node:path";

import dockerignore from "@balena/dockerignore";

import type { Service } from "../topology/app";
import { addedFiles, type Files } from "../topology/files";
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
}

/** What is built for a service; undefined where its image is only referenced. */
export function buildOf(image: Image, platform: string): Build | undefined {
    const { context, dockerfile, reference, target, args, files } = image;
    const added = Object.keys(files).length ? { files } : {};
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

function hashBuild({ context, files = {}, ...rest }: Build): string {
    const hash = createHash("sha256");
    const add = (...parts: (string | Buffer)[]) => {
        // Lengths keep two parts from reading like two others.
        for (const part of parts) hash.update(`${Buffer.byteLength(part)}\0`).update(part);
    };
    const settings = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
    add(JSON.stringify(settings));
    if (context !== undefined)
        for (const path of included(context, normalize(rest.dockerfile!))) {
            const file = join(context, path);
            const status = lstatSync(file);
            if (status.isSymbolicLink()) add(path, "link", readlinkSync(file));
            else if (status.isFile()) add(path, (status.mode & 0o7777).toString(8), readFileSync(file));
        }
    for (const { path, mode, content } of addedFiles(files)) add("added", path, mode.toString(8), content);
    return hash.digest("hex").slice(0, 12);
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
