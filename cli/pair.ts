import type { Range } from "../cost/breakeven";
import type { Replan } from "../cost/changes";
import type { Comparison } from "../cost/compare";
import type { EstimateOptions } from "../cost/estimate";
import type { Usage } from "../cost/usage";
import { planOf, type Plan } from "../plan/plan";
import type { App, Cloud, Target } from "../topology/app";
import type { Stack } from "../topology/validate";
import { startThread, threadOf } from "./elsewhere";
import { progress } from "./output";
import { selectOnCloud, type Selected, type Selection } from "./selection";
import { usageFrom, type UsageOptions } from "./usage";

/** A stack on both clouds. */
export interface Pair {
    selected: Record<Cloud, Selected<Cloud>>;
    apps: Record<Cloud, App>;
    plans: Record<Cloud, Plan>;
    usage: Usage;
    options: EstimateOptions;
}

type Options = UsageOptions & { freeTier?: boolean };

/** Plans the selected stack on both clouds, whichever its file names. */
export async function planPair(selection: Selection, { freeTier, ...flags }: Options): Promise<Pair> {
    const thread = startThread("gcp");
    // First what goes to the thread, so that it works while this one reads on.
    const gcp = selectOnCloud({ ...selection, cloud: "gcp" });
    const onGcp = thread.plan({ stack: gcp.stack, project: gcp.project });
    onGcp.catch(() => undefined);
    const aws = selectOnCloud({ ...selection, cloud: "aws" });
    const apps = { aws: aws.stack.app, gcp: gcp.stack.app };
    // Traffic is of the app: it is the same on both.
    const usage = usageFrom(apps.aws, flags);
    const [onAws, planOnGcp] = await Promise.all([planned(aws), onGcp]);
    return { selected: { aws, gcp }, apps, plans: { aws: onAws, gcp: planOnGcp }, usage, options: { freeTier } };
}

/** A stack that is planned here on AWS, and elsewhere planned on GCP and priced on both. */
export interface Beside {
    selected: Record<Cloud, Selected<Cloud>>;
    /** On AWS. */
    plan: Plan;
    /** The comparison; rejects as `estimate` does. */
    compared(): Promise<Comparison>;
}

/** Compares the selected stack on both clouds: as `planPair`, but this thread prices nothing. */
export async function comparePair(selection: Selection, options: Options, range?: Range): Promise<Beside> {
    const thread = startThread("gcp");
    const gcp = selectOnCloud({ ...selection, cloud: "gcp" });
    const { freeTier, ...flags } = options;
    const usage = usageFrom(gcp.stack.app, flags);
    const { stack, project } = gcp;
    const begun = thread.begin({ stack, project, usage, options: { freeTier }, range });
    begun.catch(() => undefined);
    const aws = selectOnCloud({ ...selection, cloud: "aws" });
    const [plan] = await Promise.all([planned(aws), begun]);
    const apps = { aws: aws.stack.app, gcp: gcp.stack.app };
    const compared = async (): Promise<Comparison> => {
        try {
            return await thread.finish({ plan, apps });
        } catch {
            // It fails here again, now as the error that it is.
            const { beside, sideOf } = await import("../cost/side");
            const [onAws, onGcp] = [plan, await planned(gcp)].map((plan) => sideOf(plan, usage, { freeTier }));
            return beside(onAws, onGcp, apps, range);
        }
    };
    return { selected: { aws, gcp }, plan, compared };
}

/** Plans a stack, in its cloud's thread where there is one. */
export const planned = <T extends Target>(
    { stack, project }: Pick<Selected<T>, "stack" | "project">,
    of: Stack<T> = stack,
): Promise<Plan<T>> =>
    threadOf(of.cloud)?.plan({ stack: of, project }) ??
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
