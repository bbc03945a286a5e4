import { checkBudget, sayBudget } from "../cost/budget";
import type { Cost } from "../cost/cost";
import type { Stack } from "../topology/validate";
import { complain, errorColours } from "./output";
import { BadInput } from "./selection";

/**
 * What a gate holds estimates to; asked first, so that a command without one prints nothing.
 * @throws BadInput if the stack has no budget, which nothing could be held to
 */
export function budgetOf({ monthlyBudget }: Pick<Stack, "monthlyBudget">, file: string): number {
    if (monthlyBudget !== undefined) return monthlyBudget;
    throw new BadInput(
        `${file}: twinstack:monthlyBudget\n  found    nothing\n  allowed  with --check, whole USD a month: pulumi config set twinstack:monthlyBudget 150`,
    );
}

/**
 * Holds estimates to the stack's monthly budget: 3 if one is beyond it, or may be for want of a price; else 0. Says so on stderr.
 * @throws BadInput if the stack has no budget, which nothing could be held to
 */
export async function gate(costs: Cost[], stack: Pick<Stack, "monthlyBudget">, file: string): Promise<number> {
    const monthlyBudget = budgetOf(stack, file);
    const { green, red } = errorColours;
    const checks = costs.map((cost) => checkBudget(cost, monthlyBudget));
    for (const check of checks) {
        const { over, open } = check;
        const verdict = over > 0 ? red("over budget") : open !== undefined ? red("budget open") : green("in budget");
        await complain(`${verdict}  ${sayBudget(check)}\n`);
    }
    return checks.some(({ over, open }) => over > 0 || open !== undefined) ? 3 : 0;
}
