import { existsSync, readFileSync } from "node:fs";

import type { Books } from "../cost/estimate";
import type { Custom, customFile as CustomFile } from "../cost/custom";
import { BadInput } from "./errors";

/** `--price`, as often as it is said. */
export interface PriceOptions {
    price?: string[];
    /** `--estimate-missing` */
    estimateMissing?: boolean;
}

/**
 * Prices of one's own: the project's file, then the command line.
 * @throws PriceBookError with every problem, BadInput if the file cannot be read
 */
export async function customPrices({ price = [], estimateMissing }: PriceOptions): Promise<Custom | undefined> {
    const there = existsSync(customFile);
    if (!there && price.length === 0 && !estimateMissing) return undefined;
    const { customIn, customOf, together } = await import("../cost/custom");
    const kept = customIn(there ? read(customFile) : "{}");
    return together(kept, { ...customOf(price), ...(estimateMissing && { estimateMissing }) });
}

/** The name in cost/custom.ts, which is not loaded for those who have no such file. */
const customFile: typeof CustomFile = "prices.local.json";

function read(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new BadInput(`${file} cannot be read: ${(error as Error).message}`);
    }
}

/** The books to price with; none where the project's own are meant. */
export async function ownBooks(options: PriceOptions): Promise<Books> {
    const custom = await customPrices(options);
    return custom ? (await import("../cost/custom")).booksWith(custom) : {};
}
