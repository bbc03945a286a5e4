import { existsSync, readFileSync } from "node:fs";

import type { Books } from "../cost/estimate";
import type { Custom } from "../cost/custom";
import { json } from "../cost/load";

/** `--price`, as often as it is said. */
export interface PriceOptions {
    price?: string[];
    /** `--estimate-missing` */
    estimateMissing?: boolean;
}

/**
 * Prices of one's own: the project's file, then the command line.
 * @throws PriceBookError with every problem
 */
export async function customPrices({ price = [], estimateMissing }: PriceOptions): Promise<Custom | undefined> {
    const file = "prices.local.json";
    const there = existsSync(file);
    if (!there && price.length === 0 && !estimateMissing) return undefined;
    const { customFrom, customOf, together } = await import("../cost/custom");
    const kept = customFrom(there ? json(() => JSON.parse(readFileSync(file, "utf8")) as unknown, file) : {});
    return together(kept, { ...customOf(price), ...(estimateMissing && { estimateMissing }) });
}

/** The books to price with; none where the project's own are meant. */
export async function ownBooks(options: PriceOptions): Promise<Books> {
    const custom = await customPrices(options);
    return custom ? (await import("../cost/custom")).booksWith(custom) : {};
}
