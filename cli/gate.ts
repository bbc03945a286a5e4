import { checkBudget, sayBudget } from "../cost/budget";
import type { Cost } from "../cost/cost";
import type { Stack } from "../topology/validate";
import { complain, errorColours } from "./output";
import { BadInput } from "./selection";

/**
 * Holds estimates to the stack's monthly budget: 3 if one is beyond it, else 0. Says so on stderr.
 * @throws BadInput if the stack has no budget, which nothing could be held to
 */
export async function gate(
    costs: Cost[],
    { monthlyBudget }: Pick<Stack, "monthlyBudget">,
    file: string,
): Promise<number> {
    if (monthlyBudget === undefined)
        throw new BadInput(
            `${file}: twinstack:monthlyBudget\n  found    nothing\n  allowed  with --check, whole USD a month: pulumi config set twinstack:monthlyBudget 150`,
        );
    const { green, red } = errorColours;
    const checks = costs.map((cost) => checkBudget(cost, monthlyBudget));
    for (const check of checks)
        await complain(`${check.over > 0 ? red("over budget") : green("in budget")}  ${sayBudget(check)}\n`);
    return checks.some(({ over }) => over > 0) ? 3 : 0;
}
