import type { Plan } from "../plan/resource";
import type { App, Cloud } from "../topology/app";
import { breakEven, type Range } from "./breakeven";
import { compare, type Comparison } from "./compare";
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

/** The sides beside each other; with a range, with the break-even along it. */
export const beside = (aws: Side, gcp: Side, apps: Record<Cloud, App>, range?: Range): Comparison =>
    compare(aws.cost, gcp.cost, apps, range && breakEven(aws.curve, gcp.curve, range));
