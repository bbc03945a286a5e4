import { readFileSync } from "node:fs";
import { relative } from "node:path";

/** The files of a project, each read once. */
export interface Files {
    /** Text of a file; undefined where it cannot be read. */
    read(path: string): string | undefined;
    /** Why it cannot. */
    fault(path: string): string;
    /** How messages call it. */
    shown(path: string): string;
}

/** Files of this machine, called as somebody in `folder` would. */
export function filesFrom(folder: string): Files {
    const texts = new Map<string, { text?: string; fault?: string }>();
    const open = (path: string) => {
        let known = texts.get(path);
        if (!known) texts.set(path, (known = attempt(path)));
        return known;
    };
    return {
        read: (path) => open(path).text,
        fault: (path) => open(path).fault ?? "",
        shown: (path) => relative(folder, path) || path,
    };
}

/** The same files, and the texts of those that were read, by the names that messages have for them. */
export function remembering(files: Files): { files: Files; texts: ReadonlyMap<string, string> } {
    const texts = new Map<string, string>();
    const read = (path: string) => {
        const text = files.read(path);
        if (text !== undefined) texts.set(files.shown(path), text);
        return text;
    };
    return { files: { ...files, read }, texts };
}

function attempt(path: string): { text?: string; fault?: string } {
    try {
        return { text: readFileSync(path, "utf8") };
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        return { fault: code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder" : message };
    }
}
