import { checkBudget, type BudgetCheck } from "../cost/budget";
import type { Cost } from "../cost/cost";
import type { Change } from "../plan/change";
import { diff } from "../plan/diff";
import { planOf, type Plan } from "../plan/plan";
import { snapshotOf, snapshotOfPlan } from "../plan/snapshot";
import { released } from "../stacks/release";
import type { Release } from "../topology/release";
import type { Stack } from "../topology/validate";
import { held } from "./states";

/** What an update would do beside shipping, and whether it may. */
export interface Checked {
    /** What changes although no image does. */
    changes: Change[];
    /** Those of them that would replace or delete what holds data. */
    dangers: Change[];
    /** Dangers that nobody has allowed. */
    refused: Change[];
    /** What was allowed and is no danger: a slip, or something that is over. */
    needless: string[];
    /** Absent for a stack without a budget. */
    budget?: BudgetCheck;
}

/** What a stack is checked against. */
export interface Against {
    project: string;
    /** `pulumi stack export`. */
    state: unknown;
    remembered: Release;
    /** Names, or URNs, of resources that may be replaced or deleted with their data. */
    allowed: string[];
    /** What a plan costs. */
    priced: (plan: Plan) => Promise<Cost>;
}

/** What a state says of images that are built: they leave it with the first ship, and stay in their registry. */
const built = "docker-build:index:Image";

/**
 * What an `up` changes beside images: the plan with what runs, against what is deployed.
 */
export async function check(stack: Stack, { project, state, remembered, allowed, priced }: Against): Promise<Checked> {
    const before = snapshotOf(state);
    if (!before) throw new Error("`pulumi stack export` printed something that is no state.");
    const { release: _, ...bare } = stack;
    const services = held(remembered.services, Object.keys(stack.app.services));
    const told = { ...remembered, services, expects: remembered.ship?.holder };
    const same = released(bare, remembered, { release: told, from: "what runs" }).stack;
    const plan = await planOf(same, { project });
    const { changes: all, dangers } = diff(before, snapshotOfPlan(plan));
    const changes = all.filter(({ type }) => type !== built);
    const isAllowed = ({ name }: Change): boolean => allowed.some((one) => one === name || one.endsWith(`::${name}`));
    const needless = allowed.filter((one) => !dangers.some(({ name }) => one === name || one.endsWith(`::${name}`)));
    return {
        changes,
        dangers,
        // What is protected is refused by the engine itself, whoever allows it.
        refused: dangers.filter((danger) => danger.refused || !isAllowed(danger)),
        needless,
        ...(stack.monthlyBudget !== undefined && { budget: checkBudget(await priced(plan), stack.monthlyBudget) }),
    };
}
