import type { Cloud } from "./book";
import type { Cost } from "./cost";
import { cloudNames, usd } from "./money";
import { sumOf, withinBudget, type Priced } from "./verdict";

/** A stack's estimate beside its monthly budget. */
export interface BudgetCheck {
    cloud: Cloud;
    /** USD a month. */
    budget: number;
    expected: number;
    /** USD beyond the budget; 0 within it. */
    over: number;
    /** Something is unpriced: the stack costs at least so much. */
    atLeast: boolean;
    /** Some of its prices are estimated. */
    estimated?: true;
    /** Why nobody can say whether it is within the budget: what has no price, and what would decide it. */
    open?: string;
}

/** What is expected counts, not what the services could grow to. */
export function checkBudget(cost: Priced & Pick<Cost, "cloud" | "atLeast">, budget: number): BudgetCheck {
    const { cloud, atLeast } = cost;
    const { expected } = cost.monthly;
    const sum = sumOf(cloudNames[cloud], cost);
    const within = withinBudget(sum, budget);
    const over = Math.max(0, expected - budget);
    return {
        cloud,
        budget,
        expected,
        over,
        atLeast,
        ...(sum.estimated && { estimated: true }),
        ...(typeof within === "string" && { open: within }),
    };
}

/** The check in a sentence. */
export function sayBudget({ cloud, budget, expected, over, atLeast, open, estimated }: BudgetCheck): string {
    const cost = `${estimated ? "estimated, " : ""}${atLeast ? "at least " : ""}${usd(expected)} a month on ${cloudNames[cloud]}`;
    if (open !== undefined) return `${cost}, and the budget is ${usd(budget)}: ${open}`;
    return over > 0
        ? `${cost}: ${usd(over)} beyond the budget of ${usd(budget)}`
        : `${cost}: within the budget of ${usd(budget)}`;
}
