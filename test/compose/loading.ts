import { relative } from "node:path";

import type { Files } from "../../compose/load/files";
import { loadCompose, type Compose, type LoadOptions } from "../../compose/load/load";
import type { ImportError } from "../../compose/load/errors";

/** Files that exist in a test alone, below /p. */
export const memory = (texts: Record<string, string>): Files => ({
    read: (path) => (Object.hasOwn(texts, relative("/p", path)) ? texts[relative("/p", path)] : undefined),
    fault: () => "no such file",
    shown: (path) => relative("/p", path),
});

/** A project of these files, of which `compose.yaml` is read unless others are named. */
export const load = (texts: Record<string, string>, options: LoadOptions = {}, paths = ["compose.yaml"]): Compose =>
    loadCompose(
        paths.map((path) => `/p/${path}`),
        memory(texts),
        options,
    );

/** A service of a file of its own, without what tells nothing. */
export const service = (text: string, name = "web"): Record<string, unknown> =>
    JSON.parse(JSON.stringify(load({ "compose.yaml": text }).services[name])) as Record<string, unknown>;

/** What is wrong with a project. */
export function faults(texts: Record<string, string>, options: LoadOptions = {}, paths?: string[]) {
    try {
        load(texts, options, paths);
    } catch (error) {
        if ((error as Error).name === "ImportError") return (error as ImportError).problems;
        throw error;
    }
    throw new Error("nothing is wrong with it");
}
