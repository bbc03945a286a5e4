import type { Price } from "../cost/book";
import { colours } from "./output";

/** How `twinstack prices` writes a price. */

/** What to hold against a price, if anything. */
export const marks = (row: { unverified: boolean; old: boolean }): string =>
    [row.unverified && colours.red("unverified"), row.old && colours.yellow("old")].filter(Boolean).join(", ");

/** USD or units, with every digit that counts. */
export const number = (value: number): string =>
    value.toLocaleString("en-US", { maximumSignificantDigits: 10, maximumFractionDigits: 12 });

/** `0.025`, or `0.114 to 10,240, then 0.089 to 51,200, then 0.084`. */
export const shownPrice = ({ value, tiers }: Pick<Price, "value" | "tiers">): string =>
    tiers
        ? tiers
              .map((tier) => number(tier.value) + (tier.upTo === null ? "" : ` to ${number(tier.upTo)}`))
              .join(", then ")
        : number(value!);
