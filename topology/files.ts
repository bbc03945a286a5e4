import { lstatSync, readdirSync, readFileSync, statSync, type Stats } from "node:fs";
import { join, posix } from "node:path";

import { show } from "./problems";

/** Texts → what stands in their place, wherever they stand in files. */
type Replacements = Record<string, string>;
type Source =
    | string
    | { content: string }
    | { from: string; replace: Replacements }
    | { link: string }
    | { service: string };
/** Files of `image.files`: absolute path in the container → a file or folder of the project, the same with texts replaced, text, a link to a
 * file of `secretFiles`, or a folder of the image of the service that a sidecar stands beside. */
export type Files = Record<string, Source>;

/** One file, as the container will have it. */
export interface AddedFile {
    /** Absolute path in the container. */
    path: string;
    /** Where it lies, relative to the project; absent for a text that the app says itself, or in which something is replaced. */
    source?: string;
    content: Buffer;
    /** Permission bits. */
    mode: number;
}

/** What there may be of them: this is for configuration, and what is larger belongs into the image by its Dockerfile. */
export const maxFiles = 500;
export const maxFileBytes = 5 * 1024 * 1024;

/** All files of the project, and texts, in the order of their paths. Links to files are followed. @throws what the file system says of one that is not there */
export function addedFiles(files: Files): AddedFile[] {
    const visit = (path: string, source: string): AddedFile[] => {
        const status = statSync(source);
        if (!status.isDirectory()) return [{ path, source, content: readFileSync(source), mode: status.mode & 0o7777 }];
        return readdirSync(source).flatMap((name) => visit(posix.join(path, name), join(source, name)));
    };
    const linked = new Set(links(files).map(([path]) => path));
    return Object.entries(files)
        .flatMap(([path, from]): AddedFile[] => {
            if (typeof from === "string") return visit(path, from);
            if ("service" in from || "link" in from) return [];
            if ("content" in from) return [{ path, content: Buffer.from(from.content), mode: 0o644 }];
            return visit(path, from.from).map((file) => replaced(file, from.replace));
        })
        .filter(({ path }) => !linked.has(path))
        .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Links: path in the container, and the file of `secretFiles` that it leads to. In the order of their paths. */
export const links = (files: Files): [path: string, to: string][] =>
    Object.entries(files)
        .flatMap(([path, from]): [string, string][] =>
            typeof from !== "string" && "link" in from ? [[path, from.link]] : [],
        )
        .sort(([a], [b]) => (a < b ? -1 : 1));

/** What is taken from the service's image: path in the container, and there. In the order of their paths. */
export const serviceFolders = (files: Files): [path: string, folder: string][] =>
    Object.entries(files)
        .flatMap(([path, from]): [string, string][] =>
            typeof from !== "string" && "service" in from ? [[path, from.service]] : [],
        )
        .sort(([a], [b]) => (a < b ? -1 : 1));

/** A file with its replacements. One in which there is nothing to replace stays as it is, byte by byte. */
function replaced(file: AddedFile, replace: Replacements): AddedFile {
    // One character a byte, so that whatever else there is stays.
    const bytes = (text: string): string => Buffer.from(text).toString("latin1");
    const text = file.content.toString("latin1");
    const changed = Object.entries(replace).reduce(
        (all, [old, now]) => all.replaceAll(bytes(old), () => bytes(now)),
        text,
    );
    if (changed === text) return file;
    const { path, mode } = file;
    return { path, mode, content: Buffer.from(changed, "latin1") };
}

/** What is wrong with what a path in the container is given. */
export function filesFault(source: Source): { found: string; allowed: string } | undefined {
    if (typeof source === "string") return fileFault(source);
    if ("content" in source || "service" in source || "link" in source) return undefined;
    const fault = fileFault(source.from);
    if (fault) return fault;
    const texts = addedFiles({ "/": source.from }).map(({ content }) => content);
    const missing = Object.keys(source.replace).find((old) => !texts.some((content) => content.includes(old)));
    if (missing === undefined) return undefined;
    return {
        found: `${show(missing)} to replace, which does not stand in ${show(source.from)}`,
        allowed: "a text that stands there, letter by letter",
    };
}

/** What is wrong with a source of files: what was found, and what is allowed. */
export function fileFault(source: string): { found: string; allowed: string } | undefined {
    let [count, bytes] = [0, 0];
    const fault = (path: string): { found: string; allowed: string } | undefined => {
        const status = statOf(path);
        if (!status)
            return { found: `${show(path)}, which is not there`, allowed: "a file or folder, relative to the project" };
        if (status.isFile()) {
            count++;
            bytes += status.size;
            return undefined;
        }
        if (!status.isDirectory() || (path !== source && lstatSync(path).isSymbolicLink()))
            return {
                found: `${show(path)}, which is neither a file nor a folder`,
                allowed: "files and folders; links to files",
            };
        for (const name of readdirSync(path)) {
            const found = fault(join(path, name));
            if (found) return found;
            if (count > maxFiles || bytes > maxFileBytes) break;
        }
        return undefined;
    };
    const found = fault(source);
    if (found) return found;
    if (count === 0) return { found: `${show(source)}, a folder without files`, allowed: "a folder with files" };
    if (count <= maxFiles && bytes <= maxFileBytes) return undefined;
    return {
        found: `${show(source)}, with more than ${count > maxFiles ? `${maxFiles} files` : `${maxFileBytes / 1024 / 1024} MiB`}`,
        allowed: "configuration; COPY more into the image by its Dockerfile, or mount a file system",
    };
}

function statOf(path: string): Stats | undefined {
    try {
        return statSync(path);
    } catch {
        return undefined;
    }
}
