import type { Tier } from "../book";

/** A price as a vendor's list gives it. */
export interface Rate {
    value?: number;
    tiers?: Tier[];
}
/** What a refresh has read of one id in one region. */
export interface Reading {
    id: string;
    region: string;
    rate: Rate;
}
/** Steps with their beginnings, in a list's own units. */
export type Steps = { from: number; value: number }[];

/**
 * Steps of a list as a price of ours. Leading steps that cost nothing are a free tier, which the book keeps apart: what
 * follows them then holds from the first unit.
 * @param per how many of the list's units are one of ours
 */
export function rateOf(steps: Steps, per = 1): Rate {
    const sorted = [...steps].sort((a, b) => a.from - b.from);
    while (sorted.length > 1 && sorted[0].value === 0) sorted.shift();
    // A list may split a range where nothing changes.
    const distinct = sorted.filter(({ value }, i) => i === 0 || value !== sorted[i - 1].value);
    const value = (step: Steps[number]) => exact(step.value * per);
    if (distinct.length === 1) return { value: value(distinct[0]) };
    const tiers = distinct.map((step, i) => {
        const next = distinct[i + 1];
        return { upTo: next ? exact(next.from / per) : null, value: value(step) };
    });
    return { tiers };
}

/** Without the last digits of binary fractions: 0.0000004 × 1,000,000 is 0.4. */
const exact = (value: number): number => Number(value.toPrecision(12));

export const sameRate = (a: Rate, b: Rate): boolean =>
    JSON.stringify([a.value, a.tiers]) === JSON.stringify([b.value, b.tiers]);

const rate = ({ value, tiers }: Rate, at: number): number =>
    tiers ? tiers.find(({ upTo }) => upTo === null || at < upTo)!.value : value!;

/** The largest factor, up or down, between two prices of the same thing, over all their tiers. */
export function factor(a: Rate, b: Rate): number {
    const bounds = [0, ...[...(a.tiers ?? []), ...(b.tiers ?? [])].flatMap(({ upTo }) => upTo ?? [])];
    const factors = bounds.map((at) => {
        const [low, high] = [rate(a, at), rate(b, at)].sort((x, y) => x - y);
        return low === high ? 1 : high / low;
    });
    return Math.max(...factors);
}
