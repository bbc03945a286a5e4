import { lstatSync, readdirSync, readFileSync, statSync, type Stats } from "node:fs";
import { join, posix } from "node:path";

import { show } from "./problems";

/** Files of `image.files`: absolute path in the container → a file or folder of the project, or text. */
export type Files = Record<string, string | { content: string }>;

/** One file, as the container will have it. */
export interface AddedFile {
    /** Absolute path in the container. */
    path: string;
    /** Where it lies, relative to the project; absent for a text that the app says itself. */
    source?: string;
    content: Buffer;
    /** Permission bits. */
    mode: number;
}

/** What there may be of them: this is for configuration, and what is larger belongs into the image by its Dockerfile. */
export const maxFiles = 500;
export const maxFileBytes = 5 * 1024 * 1024;

/** All files, in the order of their paths. Links to files are followed. @throws what the file system says of one that is not there */
export function addedFiles(files: Files): AddedFile[] {
    const visit = (path: string, source: string): AddedFile[] => {
        const status = statSync(source);
        if (!status.isDirectory()) return [{ path, source, content: readFileSync(source), mode: status.mode & 0o7777 }];
        return readdirSync(source).flatMap((name) => visit(posix.join(path, name), join(source, name)));
    };
    return Object.entries(files)
        .flatMap(([path, from]): AddedFile[] =>
            typeof from === "string" ? visit(path, from) : [{ path, content: Buffer.from(from.content), mode: 0o644 }],
        )
        .sort((a, b) => (a.path < b.path ? -1 : 1));
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
