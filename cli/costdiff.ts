import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { basisOf, costDiff, type Change, type CostDiff } from "../cost/costdiff";
import { estimate } from "../cost/estimate";
import { diffMarkdown } from "../cost/markdown";
import { cloudNames, signed, usd } from "../cost/money";
import type { Plan } from "../plan/plan";
import { labelOf } from "../plan/resource";
import { budgetOf, gate } from "./gate";
import { alignRight, colours, print, printJson, table, say } from "./output";
import { planned } from "./pair";
import { commitOf, RevisionFault, sideOfCommit, type Side } from "./revision";
import { BadInput, invokedFrom, selectOnCloud, type Selection } from "./selection";
import { ownBooks, type PriceOptions } from "./own-prices";
import { usageFrom, type UsageOptions } from "./usage";

export interface CostDiffOptions {
    json?: boolean;
    markdown?: boolean;
    check?: boolean;
    freeTier?: boolean;
}

/**
 * `twinstack cost diff BEFORE [AFTER]`: what a change does to the cost. Each is a file with a saved plan or a git revision;
 * without AFTER it is the working tree. A revision is priced for the traffic that it states itself: traffic that grows is a
 * change like any other; a saved plan states none, and takes the working tree's. The price book is today's for both, because
 * another day's prices would hide what the change does. With `--check`, 3 if AFTER is beyond the budget.
 */
export async function diff(
    before: string,
    after: string | undefined,
    selection: Selection,
    options: CostDiffOptions & UsageOptions & PriceOptions,
): Promise<number> {
    const selected = selectOnCloud(selection);
    const { stack, file } = selected;
    const here = stack.app;
    if (options.check) budgetOf(stack, file);
    usageFrom(here, options); // What is wrong with the flags is said before anything takes long.
    const [from, to] = [
        await sideAt(before, selection),
        after === undefined ? { plan: await planned(selected), traffic: here.traffic } : await sideAt(after, selection),
    ];
    if (from.plan.cloud !== to.plan.cloud)
        throw new BadInput(
            `${before} is on ${cloudNames[from.plan.cloud]}, ${after ?? "the working tree"} on ${cloudNames[to.plan.cloud]}: \`twinstack compare\` puts clouds beside each other`,
        );
    const books = await ownBooks(options);
    const [old, next] = [from, to].map(({ plan, traffic = here.traffic }) =>
        estimate(plan, usageFrom({ traffic }, options), { freeTier: options.freeTier, books }),
    );
    const found = costDiff(old, next, {
        before,
        after: after ?? "the working tree",
        notes: [from, to].flatMap(({ traffic }, index) =>
            traffic ? [] : [`${[before, after][index]} does not say its traffic: it is the working tree's.`],
        ),
    });
    if (options.json) await printJson(found);
    else if (options.markdown) await print(diffMarkdown(found));
    else await say(describe(found));
    return options.check ? gate([next], stack, file) : 0;
}

/** Lines that are shown. */
const most = 20;

function describe({
    app,
    cloud,
    environment,
    before,
    after,
    monthly,
    roles,
    lines,
    unpriced,
    unpricedBefore,
    atLeast,
    usage,
    notes,
}: CostDiff): string {
    const { bold, dim, green, red, yellow } = colours;
    const paint = (difference: number) => {
        const text = signed(difference);
        return Math.abs(difference) < 0.005 ? dim(text) : difference > 0 ? red(text) : green(text);
    };
    const changeOf = ({ said, difference }: Change) => (said === signed(difference) ? paint(difference) : yellow(said));
    const rows = [
        ["", "before", "after", "difference"].map(dim),
        ...roles.map((role) => [labelOf(role.role), role.saidBefore, role.saidAfter, changeOf(role)]),
        [bold("Total"), bold(monthly.saidBefore), bold(monthly.saidAfter), bold(changeOf(monthly))],
    ];
    const changed = lines
        .slice(0, most)
        .map((line) => [
            line.resource,
            line.item,
            usd(line.before),
            "→",
            usd(line.after),
            paint(line.difference),
            dim(line.formula),
        ]);
    return [
        `${bold(`${app} on ${cloudNames[cloud]} in ${environment}`)}  ${dim(`${before} → ${after}${atLeast ? ", totals at least: something has no price" : ""}`)}\n`,
        table(alignRight(rows, [1, 2, 3]), "  "),
        ...(changed.length ? [table(alignRight(changed, [2, 4, 5]), "  ")] : []),
        ...(lines.length > most ? [dim(`  and ${lines.length - most} lines with smaller differences (--json)\n`)] : []),
        ...[["unpriced", unpriced] as const, ["unpriced before", unpricedBefore] as const].flatMap(([word, ones]) =>
            ones.map(({ type, resource, reason }) => `  ${yellow(word)}  ${resource} (${type}): ${reason}\n`),
        ),
        [basisOf({ usage }), ...notes].map((note) => `  ${dim(note)}\n`).join(""),
    ].join("\n");
}

/** The plan that a file holds, or that a revision's own program makes. */
async function sideAt(side: string, selection: Selection): Promise<Side> {
    const file = resolve(invokedFrom, side);
    if (existsSync(file)) return { plan: savedPlan(file, side) };
    const commit = commitOf(side);
    if (commit === undefined)
        throw new BadInput(`${side} is neither a file with a plan (twinstack plan --json) nor a git revision.`);
    try {
        return await sideOfCommit(commit, selection);
    } catch (error) {
        if (!(error instanceof RevisionFault)) throw error;
        throw new BadInput(`${side} cannot be planned by its own program:\n${error.message}`);
    }
}

function savedPlan(file: string, shown: string): Plan {
    let json: unknown;
    try {
        json = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new BadInput(`${shown} cannot be read as JSON: ${(error as Error).message}`);
    }
    const plan = json as Partial<Plan> | null;
    const isPlan =
        (plan?.cloud === "aws" || plan?.cloud === "gcp") &&
        Array.isArray(plan.resources) &&
        typeof plan.region === "string";
    if (!isPlan) throw new BadInput(`${shown} is no plan (twinstack plan --json).`);
    return plan as Plan;
}
