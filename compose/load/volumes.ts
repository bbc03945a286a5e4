import { isTree, type Tree } from "./places";
import { FormError, scalar } from "./scalar";

/** What a container finds at a path. */
export interface Volume {
    type: "volume" | "bind" | "tmpfs" | (string & {});
    /** Name of a volume, or path on the machine; absent for one without a name. */
    source?: string;
    target: string;
    readOnly: boolean;
}

/**
 * An entry of `volumes`, in either form. A source that begins like a path is a folder or file of the machine, made absolute by
 * `resolve`.
 * @throws FormError if it names no target
 */
export function volumeOf(entry: unknown, resolve: (path: string) => string): Volume {
    if (isTree(entry)) {
        const { type = "volume", source, target, read_only } = entry;
        if (typeof target !== "string")
            throw new FormError([], "a volume without a target", "target: a path in the container");
        const said = source === undefined || source === null ? undefined : scalar(source);
        const from = said !== undefined && type === "bind" ? resolve(said) : said;
        return {
            type: scalar(type),
            ...(from === undefined ? {} : { source: from }),
            target,
            readOnly: read_only === true,
        };
    }
    const text = scalar(entry);
    // `C:\data:/data`: a drive's colon parts nothing.
    const parts = text.split(/:(?!\\)/);
    if (parts.length > 3 || parts.some((part) => part === ""))
        throw new FormError([], `"${text}"`, "source:target, or source:target:ro");
    const [first, second, mode = ""] = parts;
    if (second === undefined) return { type: "volume", target: first, readOnly: false };
    const readOnly = mode.split(",").includes("ro");
    return /^[.~/]|^[A-Za-z]:\\/.test(first)
        ? { type: "bind", source: resolve(first), target: second, readOnly }
        : { type: "volume", source: first, target: second, readOnly };
}

/** The volumes of a service. */
export const volumesOf = ({ volumes }: Tree): Volume[] => (Array.isArray(volumes) ? (volumes as Volume[]) : []);
