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

/** The folder below a project's root in which it keeps books of its own: `prices refresh` writes them there. */
export const projectShelf = "prices";

let projectRoot = (): string | undefined => undefined;
let shelves: Partial<Record<Cloud, Shelf>> = {};

/**
 * From now on, prices of a cloud come from the project's own book where it keeps one; elsewhere from the one that comes with twinstack.
 * @param root the project's, asked for with the first price: most commands have none
 */
export function shelve(root: () => string | undefined): void {
    projectRoot = root;
    shelves = {};
}

/** Which book it is: the same one, while it is the same. */
export const shelfOf = (cloud: Cloud): Shelf => (shelves[cloud] ??= shelfIn(projectRoot(), cloud));

function shelfIn(root: string | undefined, cloud: Cloud): Shelf {
    const kept = root !== undefined && existsSync(join(root, projectShelf, `${cloud}.json`));
    return kept ? { folder: join(root, projectShelf), name: projectShelf } : shipped;
}

/** The text of a cloud's own file. */
export const bookText = (cloud: Cloud): string => readFileSync(join(shelfOf(cloud).folder, `${cloud}.json`), "utf8");

/** The text of a region's file; undefined where the book knows nothing of a region. */
export function regionText(cloud: Cloud, region: string): string | undefined {
    const file = join(shelfOf(cloud).folder, cloud, `${region}.json`);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** The regions that have a file. */
export const regionsOnShelf = (cloud: Cloud): string[] =>
    readdirSync(join(shelfOf(cloud).folder, cloud))
        .filter((name) => name.endsWith(".json"))
        .map((name) => name.slice(0, -".json".length))
        .sort();
