import type { Range } from "../cost/breakeven";
import type { Replan } from "../cost/changes";
import type { Comparison } from "../cost/compare";
import type { EstimateOptions } from "../cost/estimate";
import type { Usage } from "../cost/usage";
import { planOf, type Plan } from "../plan/plan";
import type { App, Cloud, Target } from "../topology/app";
import type { Stack } from "../topology/validate";
import { isLarge, optimise, plannerOf, startPlanner } from "./elsewhere";
import { progress } from "./output";
import { regionOn, selectOnCloud, type Selected, type Selection } from "./selection";
import { ownBooks, type PriceOptions } from "./own-prices";
import { usageFrom, type UsageOptions } from "./usage";

/** A stack on both clouds. */
export interface Pair {
    selected: Record<Cloud, Selected<Cloud>>;
    apps: Record<Cloud, App>;
    plans: Record<Cloud, Plan>;
    usage: Usage;
    options: EstimateOptions;
}

type Options = UsageOptions & PriceOptions & { freeTier?: boolean };

/** Plans the selected stack on both clouds, whichever its file names. */
export async function planPair(selection: Selection, options: Options): Promise<Pair> {
    const { plans, ...pair } = await planApart(selection, options);
    const [aws, gcp] = await Promise.all([plans.aws, plans.gcp]);
    return { ...pair, plans: { aws, gcp } };
}

/** A stack on both clouds, priced; with a range, along it. */
export interface PricedPair extends Pair {
    comparison: Comparison;
}

/** Plans the selected stack on both clouds, and prices the first while another process still plans the second. */
export async function comparePair(selection: Selection, options: Options, range?: Range): Promise<PricedPair> {
    const { plans, ...pair } = await planApart(selection, options);
    const gcp = await plans.gcp;
    const { ahead, beside, sideOf } = await import("../cost/side");
    const { bookOf } = await import("../cost/load");
    const onGcp = sideOf(gcp, pair.usage, pair.options);
    // Read while the other process still plans.
    if (!pair.options.books?.aws) bookOf("aws").open?.(pair.selected.aws.stack.place.region);
    const known = ahead(onGcp, pair.apps, range);
    const aws = await plans.aws;
    const onAws = sideOf(aws, pair.usage, pair.options);
    return { ...pair, plans: { aws, gcp }, comparison: beside(onAws, onGcp, pair.apps, range, known) };
}

/** A pair whose plans are still being made. */
async function planApart(
    selection: Selection,
    { freeTier, ...flags }: Options,
): Promise<Omit<Pair, "plans"> & { plans: Record<Cloud, Promise<Plan>> }> {
    // The larger SDK loads elsewhere, while this process still reads the configuration.
    const planner = startPlanner("aws");
    const aws = selectOnCloud({ ...regionOn("aws", selection), cloud: "aws" });
    if (isLarge(aws.stack)) optimise();
    const onAws = planner.plan({ stack: aws.stack, project: aws.project });
    // Who waits for it hears of it.
    onAws.catch(() => undefined);
    const gcp = selectOnCloud({ ...regionOn("gcp", selection), cloud: "gcp" });
    const books = await ownBooks(flags);
    const apps = { aws: aws.stack.app, gcp: gcp.stack.app };
    // Traffic is of the app: it is the same on both.
    const usage = usageFrom(apps.aws, flags);
    return {
        selected: { aws, gcp },
        apps,
        usage,
        options: { freeTier, books },
        plans: { aws: onAws, gcp: planned(gcp) },
    };
}

/** Plans a stack, in its cloud's process where there is one. */
export const planned = <T extends Target>(
    { stack, project }: Pick<Selected<T>, "stack" | "project">,
    of: Stack<T> = stack,
): Promise<Plan<T>> =>
    plannerOf(of.cloud)?.plan({ stack: of, project }) ??
    planOf(of, { project, onResource: progress("planning, resources") });

/** Plans the stack with refinements; the same stack is not planned twice. */
export function replanner(selected: Selected, first?: Plan): Replan {
    const key = (stack: Stack) => JSON.stringify(stack.app);
    const plans = new Map<string, Promise<Plan>>(first ? [[key(selected.stack), Promise.resolve(first)]] : []);
    return async (refinement) => {
        const stack = selected.refined(refinement);
        const known = plans.get(key(stack));
        if (known) return known;
        const plan = planned(selected, stack);
        plans.set(key(stack), plan);
        return plan;
    };
}
