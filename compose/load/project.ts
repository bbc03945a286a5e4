import { ImportError } from "./errors";
import type { Files } from "./files";
import type { Variables } from "./interpolate";
import { isTree, type Place, type Tree } from "./places";

/** Something that was found otherwise than asked for. */
export interface Remark {
    place: Place | undefined;
    /** `services.api.env_file` */
    at: string;
    reason: string;
}

/** What reading a project needs to know. */
export interface Project {
    files: Files;
    variables: Variables;
    /** Folder that paths are relative to. */
    base: string;
    remarks: Remark[];
    /** Files that are being included or extended: a circle is a fault. */
    open: readonly string[];
    /** The documents of a file in their long form. */
    documents(path: string, project: Project): Tree[];
}

export const called = (value: unknown): string =>
    value === undefined || value === null
        ? "nothing"
        : Array.isArray(value)
          ? "a list"
          : isTree(value)
            ? "a map without entries"
            : `a ${typeof value}`;

/** A fault at its place: `compose.yaml:3: services.web`. */
export const fault = (
    place: Place | undefined,
    at: readonly (string | number)[],
    found: string,
    allowed: string,
): ImportError =>
    new ImportError([{ path: `${place ? `${place.file}:${place.line}: ` : ""}${at.join(".")}`, found, allowed }]);
