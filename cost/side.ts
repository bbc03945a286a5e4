import type { Plan } from "../plan/resource";
import type { App, Cloud } from "../topology/app";
import { breakEven, type Range } from "./breakeven";
import { compare, type Comparison } from "./compare";
import type { Cost } from "./cost";
import { curveOf, type Curve } from "./curve";
import { estimate, type EstimateOptions } from "./estimate";
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
export const sideOf = (plan: Plan, usage: Usage, options?: EstimateOptions): Side => ({
    cost: estimate(plan, usage, options),
    curve: curveOf(cloudNames[plan.cloud], plan, usage, options),
});

/** The sides beside each other; with a range, with the break-even along it. */
export const beside = (aws: Side, gcp: Side, apps: Record<Cloud, App>, range?: Range): Comparison =>
    compare(aws.cost, gcp.cost, apps, range && breakEven(aws.curve, gcp.curve, range));
