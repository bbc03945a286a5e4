import type { Cloud } from "./book";
import type { Cost } from "./cost";
import { cloudNames, usd } from "./money";

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
}

/** What is expected counts, not what the services could grow to. */
export function checkBudget({ cloud, monthly: { expected }, atLeast }: Cost, budget: number): BudgetCheck {
    return { cloud, budget, expected, over: Math.max(0, expected - budget), atLeast };
}

/** The check in a sentence. */
export function sayBudget({ cloud, budget, expected, over, atLeast }: BudgetCheck): string {
    const cost = `${atLeast ? "at least " : ""}${usd(expected)} a month on ${cloudNames[cloud]}`;
    return over > 0
        ? `${cost}: ${usd(over)} beyond the budget of ${usd(budget)}`
        : `${cost}: within the budget of ${usd(budget)}`;
}
