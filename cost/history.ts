import type { Cost } from "./cost";
import { missingBeside, missingOf, type Missing } from "./verdict";

/** What a stack has cost from revision to revision, all at one price book: what its source did, not what the vendors did. */

/** A revision as git has it. */
export interface Revision {
    /** A commit, shortened; `working tree` for what is not committed. */
    revision: string;
    /** YYYY-MM-DD. */
    date: string;
    subject: string;
}

/** A revision and its estimate, or why there is none. */
export type Estimated = Revision &
    ({ cost: Pick<Cost, "monthly" | "unpriced"> & Partial<Pick<Cost, "doubtful">> } | { problem: string });

/** A revision that changed the total, or of which nobody knows whether it did. */
export interface HistoryRow extends Revision {
    /** USD a month. */
    monthly?: number;
    /** Something has no price: `monthly` is a lower bound. */
    atLeast?: boolean;
    /** Some of its prices are estimated. */
    estimated?: true;
    /** To the row before that has a total; absent for the first, and where a missing price could overturn it. */
    difference?: number;
    /** Why there is no total, or no difference. */
    problem?: string;
}

/** USD that count as no change. */
const least = 0.005;

/** The revisions that changed the total, the oldest first. @param estimated the oldest first */
export function historyOf(estimated: Estimated[]): HistoryRow[] {
    const rows: HistoryRow[] = [];
    let before: { expected: number; missing: readonly Missing[] } | undefined;
    for (const one of estimated) {
        const { revision, date, subject } = one;
        if ("problem" in one) {
            // One after the other fails for the same reason: the first says it.
            if (rows.at(-1)?.problem !== one.problem || rows.at(-1)?.monthly !== undefined)
                rows.push({ revision, date, subject, problem: one.problem });
            continue;
        }
        const { monthly, unpriced, doubtful } = one.cost;
        const now = { expected: monthly.expected, missing: unpriced };
        const row = {
            revision,
            date,
            subject,
            monthly: now.expected,
            atLeast: unpriced.length > 0,
            ...(doubtful?.estimated && { estimated: true as const }),
        };
        if (before) {
            const known = missingBeside(before.missing, now.missing) === "same";
            const difference = now.expected - before.expected;
            // Measured from the last row, so that changes too small to show add up.
            if (known && Math.abs(difference) < least) continue;
            const open = `what it changed is open: ${missingOf([...before.missing, ...now.missing])}`;
            rows.push({ ...row, ...(known ? { difference } : { problem: open }) });
        } else rows.push(row);
        before = now;
    }
    return rows;
}
