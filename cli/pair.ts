import { breakEven, curveOf, type BreakEven, type Range } from "../cost/breakeven";
import { compare, type Comparison } from "../cost/compare";
import { estimate, type EstimateOptions } from "../cost/estimate";
import type { Replan } from "../cost/changes";
import type { Usage } from "../cost/usage";
import { planOf, type Plan } from "../plan/plan";
import type { App, Cloud } from "../topology/app";
import type { Stack } from "../topology/validate";
import { usageFrom, type UsageOptions } from "./cost";
import { startThread, threadOf } from "./elsewhere";
import { progress } from "./output";
import { select, type Selected, type Selection } from "./selection";

/** A stack on both clouds. */
export interface Pair {
    selected: Record<Cloud, Selected>;
    apps: Record<Cloud, App>;
    plans: Record<Cloud, Plan>;
    usage: Usage;
    options: EstimateOptions;
}

/** Plans the selected stack on both clouds, whichever its file names. */
export async function planPair(selection: Selection, options: UsageOptions & { freeTier?: boolean }): Promise<Pair> {
    startThread("gcp");
    // First what goes to the thread, so that it works while this one reads on.
    const gcp = select({ ...selection, cloud: "gcp" });
    const onGcp = planned(gcp);
    onGcp.catch(() => undefined);
    const selected = { aws: select({ ...selection, cloud: "aws" }), gcp };
    const apps = { aws: selected.aws.stack.app, gcp: gcp.stack.app };
    // Traffic is of the app: it is the same on both.
    const usage = usageFrom(apps.aws, options);
    const [aws, planOnGcp] = await Promise.all([planned(selected.aws), onGcp]);
    return { selected, apps, plans: { aws, gcp: planOnGcp }, usage, options: { freeTier: options.freeTier } };
}

/** Plans a stack, in its cloud's thread where there is one. */
export const planned = ({ stack, project }: Pick<Selected, "stack" | "project">, of: Stack = stack): Promise<Plan> =>
    threadOf(of.cloud)?.plan(of, project) ?? planOf(of, { project, onResource: progress("planning, resources") });

/** The pair as a comparison; with a range, with the break-even along it. */
export function comparisonOf({ plans, apps, usage, options }: Pair, range?: Range): Comparison {
    const costs = { aws: estimate(plans.aws, usage, options), gcp: estimate(plans.gcp, usage, options) };
    return compare(costs.aws, costs.gcp, apps, range && cloudsBreakEven(plans, usage, options, range));
}

export const cloudsBreakEven = (
    plans: Record<Cloud, Plan>,
    usage: Usage,
    options: EstimateOptions,
    range: Range,
): BreakEven => breakEven(curveOf("AWS", plans.aws, usage, options), curveOf("GCP", plans.gcp, usage, options), range);

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
