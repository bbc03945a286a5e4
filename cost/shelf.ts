import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Cloud } from "./book";

/**
 * Where the books of prices lie: a file for each cloud, and one for each of its regions, so that an estimate reads those of its own
 * regions and no others. The report's page has what it needs in place of this module.
 */

/** The books that come with twinstack. */
const shipped = { folder: join(__dirname, "prices"), name: "cost/prices" };
type Shelf = typeof shipped;
const shelves: Record<Cloud, Shelf> = { aws: shipped, gcp: shipped };

/** The folder below a project's root in which it keeps books of its own: `prices refresh` writes them there. */
export const projectShelf = "prices";

/** From now on, prices of a cloud come from the project's own book where it keeps one; elsewhere from the one that comes with twinstack. */
export function shelve(root: string | undefined): void {
    for (const cloud of ["aws", "gcp"] as const) {
        const kept = root !== undefined && existsSync(join(root, projectShelf, `${cloud}.json`));
        shelves[cloud] = kept ? { folder: join(root, projectShelf), name: projectShelf } : shipped;
    }
}

/** Which book it is: the same one, while it is the same. */
export const shelfOf = (cloud: Cloud): Shelf => shelves[cloud];

/** The text of a cloud's own file. */
export const bookText = (cloud: Cloud): string => readFileSync(join(shelves[cloud].folder, `${cloud}.json`), "utf8");

/** The text of a region's file; undefined where the book knows nothing of a region. */
export function regionText(cloud: Cloud, region: string): string | undefined {
    const file = join(shelves[cloud].folder, cloud, `${region}.json`);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** The regions that have a file. */
export const regionsOnShelf = (cloud: Cloud): string[] =>
    readdirSync(join(shelves[cloud].folder, cloud))
        .filter((name) => name.endsWith(".json"))
        .map((name) => name.slice(0, -".json".length))
        .sort();
