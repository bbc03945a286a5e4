import { merge } from "../topology/merge";
import { ProblemsError } from "../topology/problems";
import type { Plan } from "../plan/resource";
import type { Refinement } from "../topology/app";
import { commitments, type CommitmentSaving } from "./commitments";
import type { Replan, Subject } from "./changes";
import { estimate, type EstimateOptions } from "./estimate";
import type { Cost } from "./cost";
import { cloudNames } from "./money";
import { candidates } from "./saving-candidates";
import type { Usage } from "./usage";
import { missingBeside, missingOf, sumOf } from "./verdict";

/** A change of the topology that costs less. */
export interface Saving {
    id: string;
    title: string;
    /** USD a month. */
    before: number;
    after: number;
    saving: number;
    /** Share of `before`. */
    share: number;
    /** A price is missing from what the change does away with: it saves at least so much. */
    atLeast: boolean;
    /** What one has no more. */
    givesUp: string;
    /** What to write under `twinstack:overrides`. */
    overrides: Refinement;
}

/** A change that was thought of and is not offered. */
export interface NotOffered {
    title: string;
    reason: string;
}

export interface Savings {
    app: string;
    cloud: string;
    environment: string;
    stack: string;
    /** USD a month as it is. */
    monthly: number;
    /** What costs money and has no price: `monthly` is a lower bound, and every share an upper one. */
    missing: string[];
    /** Why no such stack can be, if so: then there is nothing to save. */
    beyond?: string;
    /** USD of `monthly` that rest on prices that are estimated; absent if none is. */
    estimated?: number;
    /** The largest first. */
    savings: Saving[];
    /** All of them at once; where two exclude each other, the larger. Absent if there are less than two. */
    together?: Saving;
    /** What a commitment for a year or three would save, each of the stack as it is; not in `together`, which changes what runs. */
    commitments: CommitmentSaving[];
    notOffered: NotOffered[];
}

/** A stack with a change, priced; and whether less of it lacks a price than before. */
interface Trial {
    expected: number;
    atLeast: boolean;
}

/** Prices a stack with a change, if it can be built, can serve, and lacks no price that it did not lack before. */
async function trial(
    refinement: Refinement,
    base: Cost,
    usage: Usage,
    replan: Replan,
    options?: EstimateOptions,
): Promise<Trial | string> {
    try {
        const cost = estimate(await replan(refinement), usage, options);
        const { beyond } = sumOf(cloudNames[cost.cloud], cost);
        if (beyond !== undefined) return beyond;
        const holes = missingBeside(base.unpriced, cost.unpriced);
        if (holes === "more" || holes === "both") return missingOf(cost.unpriced);
        return { expected: cost.monthly.expected, atLeast: holes === "less" };
    } catch (error) {
        if (error instanceof ProblemsError) return error.problems[0].found;
        throw error;
    }
}

/**
 * Tries changes of the topology, each by planning the stack anew, and keeps those that cost less. What validation refuses
 * is not offered.
 * @param replan plans the stack with a refinement
 */
export async function savings(
    subject: Subject,
    plan: Plan,
    usage: Usage,
    replan: Replan,
    options?: EstimateOptions,
): Promise<Savings> {
    const base = estimate(plan, usage, options);
    const before = base.monthly.expected;
    const notOffered: NotOffered[] = [];
    const found: (Saving & { group: string })[] = [];
    const saving = (
        id: string,
        title: string,
        { expected: after, atLeast }: Trial,
        givesUp: string,
        overrides: Refinement,
    ): Saving => ({
        id,
        title,
        before,
        after,
        saving: before - after,
        share: before > 0 ? (before - after) / before : 0,
        atLeast,
        givesUp,
        overrides,
    });
    const { beyond } = sumOf(cloudNames[base.cloud], base);

    // What no such stack can serve costs nothing that a change could save.
    for (const { id, title, clouds, group = id, givesUp, change } of beyond === undefined ? candidates : []) {
        if (!clouds.split(" ").includes(subject.cloud)) continue;
        const tries = change({ ...subject, region: plan.region, usage });
        if (typeof tries === "string") {
            notOffered.push({ title, reason: tries });
            continue;
        }
        let best: Saving | undefined;
        let reason: string | undefined;
        for (const refinement of tries) {
            if (!refinement) continue;
            const tried = await trial(refinement, base, usage, replan, options);
            if (typeof tried === "string") reason ??= tried;
            else if (tried.expected < (best?.after ?? before) - 0.005)
                best = saving(id, title, tried, givesUp(subject), refinement);
            else if (!best)
                reason = tried.atLeast
                    ? `whether it saves is open: ${missingOf(base.unpriced)}`
                    : "it saves nothing at this traffic";
        }
        if (best) found.push({ ...best, group });
        else if (reason !== undefined) notOffered.push({ title, reason });
    }

    found.sort((a, b) => b.saving - a.saving);
    const chosen = found.filter(({ group }, index) => found.findIndex((other) => other.group === group) === index);
    const overrides = chosen.reduce<Refinement>((all, next) => merge(all, next.overrides) as Refinement, {});
    const all = chosen.length > 1 ? await trial(overrides, base, usage, replan, options) : undefined;
    const committed =
        beyond === undefined ? commitments(subject, plan, usage, base, options) : { offered: [], notOffered: [] };
    const { app, cloud, environment, stack } = base;
    return {
        app,
        cloud,
        environment,
        stack,
        monthly: before,
        missing: [...new Set(base.unpriced.map(({ reason }) => reason))],
        ...(beyond !== undefined && { beyond }),
        ...(base.doubtful.estimated && { estimated: base.doubtful.estimated }),
        savings: found.map(({ group: _, ...rest }) => rest),
        ...(all !== undefined &&
            typeof all !== "string" && {
                together: saving("together", "All of these", all, "Everything that its parts give up", overrides),
            }),
        commitments: committed.offered,
        notOffered: [...notOffered, ...committed.notOffered],
    };
}
