import { existsSync } from "node:fs";
import { join } from "node:path";

import type { AppInput } from "../topology/app";
import { isMap } from "../topology/merge";
import { show } from "../topology/problems";
import { BadInput } from "./errors";
import { sourceFault } from "./source-fault";

/**
 * The apps of a project's apps/index.ts. They are the user's own source, so whatever is wrong with it is a message, not a bug.
 * @throws BadInput with the place where a file does not parse, is missing, throws, or exports no apps
 */
export function loadApps(root: string): Record<string, AppInput> {
    const file = join(root, "apps/index.ts");
    if (!existsSync(file))
        throw new BadInput(
            `apps/index.ts\n  found    no such file in ${root}\n  allowed  the apps by their names: export const apps = { shop };`,
        );
    let loaded: unknown;
    try {
        // Here and not at the top, where nobody could catch what it throws.
        // eslint-disable-next-line @typescript-eslint/no-require-imports
        loaded = require(file);
    } catch (error) {
        const { name, message } = error as Error;
        throw new BadInput(sourceFault(error, root) ?? `apps/index.ts cannot be loaded: ${name}: ${message}`);
    }
    const apps = isMap(loaded) ? loaded.apps : undefined;
    if (isMap(apps)) return apps as Record<string, AppInput>;
    throw new BadInput(
        `apps/index.ts: apps\n  found    ${show(apps)}\n  allowed  the apps by their names: export const apps = { shop };`,
    );
}
