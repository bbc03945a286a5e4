import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import type { AppInput } from "../topology/app";
import { isMap } from "../topology/merge";
import { show } from "../topology/problems";
import { BadInput } from "./errors";

const root = dirname(__dirname);

/**
 * The apps of apps/index.ts. They are the user's own source, so whatever is wrong with it is a message, not a bug.
 * @throws BadInput with the place where a file does not parse, is missing, throws, or exports no apps
 */
export function loadApps(): Record<string, AppInput> {
    let loaded: unknown;
    try {
        // Here and not at the top, where nobody could catch what it throws.
        // eslint-disable-next-line @typescript-eslint/no-require-imports
        loaded = require("../apps");
    } catch (error) {
        throw new BadInput(sayFault(error as Error & { code?: string; requireStack?: string[] }));
    }
    const apps = isMap(loaded) ? loaded.apps : undefined;
    if (isMap(apps)) return apps as Record<string, AppInput>;
    throw new BadInput(
        `apps/index.ts: apps\n  found    ${show(apps)}\n  allowed  the apps by their names: export const apps = { shop };`,
    );
}

/** What kept apps/ from loading, with its place. */
function sayFault(error: Error & { code?: string; requireStack?: string[] }): string {
    // Said by cli/source.js, or by ts-node where that translates: both begin with the place.
    if (error.name === "SourceError" || error.name === "TSError") return error.message;
    const [importer] = error.requireStack ?? [];
    const wanted = /Cannot find module '([^']+)'/.exec(error.message)?.[1];
    if (error.code === "MODULE_NOT_FOUND" && importer && wanted) {
        const missing = wanted.startsWith(".") ? `${relative(root, join(dirname(importer), wanted))}.ts` : wanted;
        return `${relative(root, importer)}: import "${wanted}"\n  found    no ${missing}\n  allowed  a file that exists, or no import of it`;
    }
    const place = (error.stack ?? "").split("\n").find((line) => /[\\/]apps[\\/]/.test(line));
    const file = place && /([^\s()]+\.ts)/.exec(place)?.[1];
    const shown = file && existsSync(file) ? relative(root, file) : "apps/index.ts";
    return `${shown} cannot be loaded: ${error.name}: ${error.message}`;
}
