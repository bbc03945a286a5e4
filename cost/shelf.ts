import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Cloud } from "./book";

/**
 * Where the prices of the regions lie: a file for each, so that an estimate reads those of its own regions and no others. The
 * report's page has the regions that it needs in place of this module.
 */

const folder = join(__dirname, "prices");

/** The text of a region's file; undefined where the book knows nothing of a region. */
export function regionText(cloud: Cloud, region: string): string | undefined {
    const file = join(folder, cloud, `${region}.json`);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** The regions that have a file. */
export const regionsOnShelf = (cloud: Cloud): string[] =>
    readdirSync(join(folder, cloud))
        .filter((name) => name.endsWith(".json"))
        .map((name) => name.slice(0, -".json".length))
        .sort();
