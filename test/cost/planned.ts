import { apps } from "../../apps";
import { usageOf, type Usage } from "../../cost/usage";
import { planOf, type Plan } from "../../plan/plan";
import type { Cloud, Environment, Refinement } from "../../topology/app";
import { account, stackOf } from "../components/stack";

/** A stack's plan and usage, as the tests of costs share them. */
export interface Planned {
    name: string;
    cloud: Cloud;
    plan: Plan;
    usage: Usage;
}

const made = new Map<string, Promise<Planned>>();

/** Plans an app once for all tests. */
export function planned(
    app: string,
    cloud: Cloud,
    environment: Environment,
    overrides: Refinement = {},
): Promise<Planned> {
    const name = `${app} on ${cloud} in ${environment} ${JSON.stringify(overrides)}`;
    const known = made.get(name);
    if (known) return known;
    const resolved =
        app === "account"
            ? stackOf(account, cloud, environment, { overrides })
            : stackOf(apps[app], cloud, environment, { overrides, domain: true });
    const plan = planOf(resolved).then((plan) => ({ name, cloud, plan, usage: usageOf(resolved.app) }));
    made.set(name, plan);
    return plan;
}
