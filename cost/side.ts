import type { Plan } from "../plan/resource";
import type { App, Cloud } from "../topology/app";
import { breakEven, rows, type Range } from "./breakeven";
import { compare, gaps, type Comparison, type Gap } from "./compare";
import type { Cost } from "./cost";
import { curveOf, type Curve } from "./curve";
import { pricerOf, type EstimateOptions } from "./estimate";
import { cloudNames } from "./money";
import type { Usage } from "./usage";

/** One cloud's side of a comparison. */
export interface Side {
    cost: Cost;
    /** What it costs at any other traffic. */
    curve: Curve;
}

/**
 * Prices a plan for a comparison.
 * @throws as `estimate` does
 */
export function sideOf(plan: Plan, usage: Usage, options?: EstimateOptions): Side {
    const pricer = pricerOf(plan, options);
    return { cost: pricer.estimate(usage), curve: curveOf(cloudNames[plan.cloud], pricer, usage) };
}

/** What a comparison needs one side and the apps alone for: while another process still plans the other side. */
export function ahead({ curve }: Side, apps: Record<Cloud, App>, range?: Range): Gap[] {
    if (range) for (const monthlyRequests of rows(range)) if (curve.at(monthlyRequests).full) break;
    return gaps(apps);
}

/**
 * The sides beside each other; with a range, with the break-even along it.
 * @param known what `ahead` has found
 */
export const beside = (aws: Side, gcp: Side, apps: Record<Cloud, App>, range?: Range, known?: Gap[]): Comparison =>
    compare(aws.cost, gcp.cost, apps, range && breakEven(aws.curve, gcp.curve, range), known);
