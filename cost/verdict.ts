import type { Cost } from "./cost";
import { about, rate, signed, usd } from "./money";
import { show } from "./quantities";

/** What may be concluded from sums that lack a price. Prices are never below 0, so a sum with a hole is a lower bound. */

/** A sum and what is missing from it. */
export interface Sum {
    name: string;
    /** USD a month, without what is missing. */
    expected: number;
    missing: readonly Missing[];
    /** Why no such stack can be, if so: then nothing follows from what it would cost. */
    beyond?: string;
    /** Some of its prices are estimated. */
    estimated?: boolean;
}
/** What keeps a sum from being whole. */
export interface Missing {
    reason: string;
    hole?: { priceId: string; region: string; quantity: number };
}

/** Which of two costs less, as far as their prices tell. */
export interface Verdict {
    /** The one that costs less, whatever the missing prices are; absent where both cost the same, or nobody knows. */
    cheaper?: string;
    /** Share by which it costs less; of the other's lower bound, where that has a hole: then it is this much at least. */
    share: number;
    atLeast: boolean;
    /** Why nobody knows: which price is missing, and what would decide it. */
    open?: string;
    /** It rests on prices that are estimated. */
    estimated?: true;
}

export const sumOf = (name: string, { monthly, unpriced, beyondCapacity, usage, doubtful }: Priced): Sum => ({
    name,
    expected: monthly.expected,
    missing: unpriced,
    ...(doubtful?.estimated && { estimated: true }),
    ...(beyondCapacity && { beyond: beyondOf(name, usage.monthlyRequests) }),
});

/** What of a cost something is concluded from. */
export type Priced = Pick<Cost, "monthly" | "unpriced" | "beyondCapacity" | "usage"> & Partial<Pick<Cost, "doubtful">>;

/** That a stack cannot serve what it is asked for. */
export const beyondOf = (name: string, requests: number): string =>
    `on ${name} a service is at its maximum (scale.max) and cannot serve its part of ${about(requests)} requests a month`;

/** Compares two sums: the cheaper one is known only if nothing is missing from it. */
export function verdictOf(one: Sum, other: Sum): Verdict {
    const [low, high] = one.expected <= other.expected ? [one, other] : [other, one];
    const beyond = [one, other].flatMap(({ beyond }) => beyond ?? []);
    if (beyond.length) return { share: 0, atLeast: false, open: beyond.join("; ") };
    const share = high.expected > 0 ? (high.expected - low.expected) / high.expected : 0;
    if (low.missing.length === 0)
        return low.expected === high.expected && high.missing.length === 0
            ? { share: 0, atLeast: false }
            : {
                  cheaper: low.name,
                  share,
                  atLeast: high.missing.length > 0,
                  ...((one.estimated || other.estimated) && { estimated: true }),
              };
    const [gap, at] = [high.expected - low.expected, boundOf(low.missing, high.expected - low.expected)];
    const would = gap > 0 && at !== undefined ? `; below ${at} ${low.name} costs less` : "";
    return { share: 0, atLeast: true, open: `${missingOf([...low.missing, ...high.missing])}${would}` };
}

/** What has no price, each once: `aws.alb.hour, aws.alb.lcu_hour and 4 more have no price in sa-east-1`. */
export function missingOf(missing: readonly Missing[]): string {
    const regions = [...new Set(missing.flatMap(({ hole }) => hole?.region ?? []))];
    const others = [...new Set(missing.flatMap(({ hole, reason }) => (hole ? [] : reason)))];
    const holes = regions.map((region) => {
        const ids = [...new Set(missing.flatMap(({ hole }) => (hole?.region === region ? hole.priceId : [])))];
        const [shown, rest] = ids.length > 3 ? [ids.slice(0, 2), ids.length - 2] : [ids, 0];
        const all = rest ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
        return `${all} ${ids.length > 1 ? "have" : "has"} no price in ${region}`;
    });
    return [...holes, ...others].join("; ");
}

/** The price of a unit at which what is missing costs so much; undefined where that takes more than one price. */
export function boundOf(missing: readonly Missing[], amount: number): string | undefined {
    const ids = new Set(missing.map(({ hole }) => hole && `${hole.priceId} ${hole.region}`));
    if (ids.size !== 1 || missing.some(({ hole }) => !hole)) return undefined;
    const quantity = missing.reduce((sum, { hole }) => sum + hole!.quantity, 0);
    return quantity > 0 ? `${rate(amount / quantity)} per unit (${show(quantity)} a month)` : undefined;
}

/** `AWS costs 38 % less`; why nobody knows; nothing where both cost the same. */
export function sayVerdict({ cheaper, share, atLeast, open, estimated }: Verdict): string {
    if (open !== undefined) return `open: ${open}`;
    if (cheaper === undefined) return "";
    return `${cheaper} costs ${atLeast ? "at least " : ""}${Math.round(100 * share)} % less${estimated ? ", as estimated" : ""}`;
}

/** A difference beside its verdict: `+$4.00`, `at least +$4.00`, `open`. */
export function sayDifference(difference: number, { open, atLeast }: Verdict): string {
    if (open !== undefined) return "open";
    return (atLeast ? "at least " : "") + signed(difference);
}

/**
 * What is missing from two sums alike costs both the same.
 * @returns whether more is missing from `after`, less, as much, or more of one thing and less of another
 */
export function missingBeside(
    before: readonly Missing[],
    after: readonly Missing[],
): "more" | "less" | "same" | "both" {
    const change = new Map<string, number>();
    const count = (missing: readonly Missing[], sign: number) => {
        for (const { reason, hole } of missing)
            change.set(reason, (change.get(reason) ?? 0) + sign * (hole ? hole.quantity : 1));
    };
    count(before, -1);
    count(after, 1);
    const changes = [...change.values()];
    const [more, less] = [changes.some((by) => by > 1e-9), changes.some((by) => by < -1e-9)];
    return more && less ? "both" : more ? "more" : less ? "less" : "same";
}

/** A difference of two sums, of which something may be missing: `+$4.00`, `≥ +$4.00`, `≤ +$4.00`, `open`. */
export function sayChange(difference: number, before: readonly Missing[], after: readonly Missing[]): string {
    const words = { same: "", more: "≥ ", less: "≤ ", both: undefined }[missingBeside(before, after)];
    if (words === undefined) return "open";
    return words && Math.abs(difference) < 0.005 ? `${words}${usd(0)}` : words + signed(difference);
}

/** Whether a sum is within a budget, as far as its prices tell. */
export function withinBudget(sum: Sum, budget: number): boolean | string {
    if (sum.expected > budget) return false;
    if (sum.beyond !== undefined) return sum.beyond;
    if (sum.missing.length === 0) return true;
    const bound = boundOf(sum.missing, budget - sum.expected);
    return `${missingOf(sum.missing)}${bound ? `; up to ${bound} it is within` : `, and ${usd(budget - sum.expected)} are left for it`}`;
}
