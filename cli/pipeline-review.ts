import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { checkBudget } from "../cost/budget";
import { costDiff } from "../cost/costdiff";
import { estimate } from "../cost/estimate";
import { reviewMarkdown, verdictOf, gatesOf, type StackReview } from "../pipeline/review";
import { diff } from "../plan/diff";
import { planOf } from "../plan/plan";
import { snapshotOfPlan } from "../plan/snapshot";
import { ProblemsError } from "../topology/problems";
import { complain, print, printJson } from "./output";
import { ownBooks } from "./own-prices";
import { commitOf, RevisionFault, sideOfCommit, type Side } from "./revision";
import { BadInput, invokedFrom, projectRoot, select, selectOnCloud, type Selection } from "./selection";
import { usageFrom } from "./usage";

export interface ReviewOptions {
    base: string;
    out?: string;
    json?: boolean;
}

/**
 * `twinstack pipeline review --base REVISION`: each stack of the project as it is here beside what that revision's own program makes
 * of it: whether it is valid, what changes, what that costs, whether its budget allows it. Markdown on stdout, and in `--out FOLDER` as `comment.md`.
 * Answers 2 if a configuration is wrong, 3 if a budget is exceeded or data would be lost, else 0.
 * @throws BadInput where there is no such revision, or no stack
 */
export async function review(selection: Selection, { base, out, json }: ReviewOptions): Promise<number> {
    process.chdir(projectRoot(invokedFrom));
    const commit = commitOf(base);
    if (commit === undefined)
        throw new BadInput(`--base\n  found    ${JSON.stringify(base)}\n  allowed  a git revision of this repository`);
    const stacks = selection.stack === undefined ? cloudStacks(selection) : [selection.stack];
    if (stacks.length === 0)
        throw new BadInput("There is no stack on a cloud to look at: a stack file such as Pulumi.dev.yaml is one.");
    // The revision's programs run elsewhere, so they begin first.
    const before = stacks.map((stack) => sideOf(commit, { ...selection, stack }));
    for (const side of before) side.catch(() => undefined); // Whoever waits for it hears of it.
    const reviews: StackReview[] = [];
    for (const [index, stack] of stacks.entries())
        reviews.push(await reviewOf({ ...selection, stack }, before[index], commit.slice(0, 10)));
    const markdown = reviewMarkdown(commit.slice(0, 10), reviews);
    if (out !== undefined) {
        const folder = resolve(invokedFrom, out);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "comment.md"), markdown);
    }
    const gates = reviews.flatMap(gatesOf);
    if (json) await printJson({ base: commit, gates, reviews });
    else await print(markdown);
    for (const gate of gates) await complain(`${gate}\n`);
    return verdictOf(reviews);
}

/** Stacks that have a file and are on a cloud; those that cannot be read are among them, so that it is said what is wrong. */
function cloudStacks(selection: Selection): string[] {
    return readdirSync(".")
        .flatMap((entry) => /^Pulumi\.(.+)\.yaml$/.exec(entry)?.[1] ?? [])
        .sort()
        .filter((stack) => {
            try {
                return select({ ...selection, stack }).stack.cloud !== "local";
            } catch {
                return true;
            }
        });
}

const sideOf = (commit: string, selection: Selection): Promise<Side | RevisionFault> =>
    sideOfCommit(commit, selection).catch((error: unknown) => {
        if (error instanceof RevisionFault) return error;
        throw error;
    });

async function reviewOf(
    selection: Selection & { stack: string },
    before: Promise<Side | RevisionFault>,
    base: string,
): Promise<StackReview> {
    const { stack: name } = selection;
    try {
        const { stack, project } = selectOnCloud(selection);
        const plan = await planOf(stack, { project });
        const books = await ownBooks({});
        const { traffic } = stack.app;
        const cost = estimate(plan, usageFrom({ traffic }, {}), { books });
        const was = await before;
        const { cloud, environment, monthlyBudget } = stack;
        const common = {
            stack: name,
            app: stack.app.name,
            cloud,
            environment,
            cost,
            ...(monthlyBudget !== undefined && { budget: checkBudget(cost, monthlyBudget) }),
        };
        if (was instanceof RevisionFault) return { ...common, base: { missing: was.message } };
        if (was.plan.cloud !== cloud)
            return { ...common, base: { missing: `It was on ${was.plan.cloud} before, and is made anew.` } };
        const old = estimate(was.plan, usageFrom({ traffic: was.traffic ?? traffic }, {}), { books });
        return {
            ...common,
            base: {
                diff: diff(snapshotOfPlan(was.plan), snapshotOfPlan(plan)),
                cost: costDiff(old, cost, { before: base, after: "this" }),
            },
        };
    } catch (error) {
        if (!(error instanceof ProblemsError || error instanceof BadInput)) throw error;
        await before;
        return { stack: name, invalid: error.message };
    }
}
