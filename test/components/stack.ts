import { apps } from "../../apps";
import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import type { AppInput, Cloud, Environment, Refinement } from "../../topology/app";
import { accountApp } from "../../topology/account";
import { resolve, type Stack } from "../../topology/validate";
import { plan, type TestPlan } from "../recorded";

/** What an account has once, for the apps of this repository. */
export const account = {
    ...accountApp,
    account: { repositories: ["example/shop"], apps: Object.values(apps).map(({ name }) => name) },
} satisfies AppInput;

/** Stack settings of the todo app, as a stack file would give them. */
export const settings = (cloud: Cloud, environment: Environment, overrides: Refinement = {}) => ({
    stack: environment,
    config: {
        "twinstack:app": "todo",
        "twinstack:cloud": cloud,
        "twinstack:environment": environment,
        "twinstack:domain": "todo.example.com",
        "twinstack:overrides": overrides,
        "aws:region": "ap-northeast-1",
        "gcp:project": "example-project",
        "gcp:region": "asia-northeast1",
    },
});

/** The todo app, planned on one cloud; in dev unless said otherwise. */
export function todoOn(cloud: Cloud, overrides: Refinement = {}, environment: Environment = "dev"): Promise<TestPlan> {
    return plan(() => deploy(resolve(settings(cloud, environment, overrides), apps), plannedGates()), {
        stack: environment,
    });
}

/** Both twins at once. */
export const todoOnBoth = async (overrides: Refinement = {}, environment: Environment = "dev") => ({
    aws: await todoOn("aws", overrides, environment),
    gcp: await todoOn("gcp", overrides, environment),
});

/** Any app's stack; where it has no names of its own, prod (or `domain`) lends it one. */
export function stackOf(
    app: AppInput,
    cloud: Cloud,
    environment: Environment,
    {
        overrides = {},
        domain = environment === "prod" && !app.account,
    }: { overrides?: Refinement; domain?: boolean } = {},
): Stack {
    const { stack, config } = settings(cloud, environment, overrides);
    const named = (app.environments?.[environment]?.domain ?? app.domain) !== undefined;
    const lent =
        !named && domain ? { "twinstack:domain": `${app.name}.example.com` } : { "twinstack:domain": undefined };
    return resolve({ stack, config: { ...config, "twinstack:app": app.name, ...lent } }, { [app.name]: app });
}

/** An app of a test's own, planned on one cloud; in dev unless said otherwise. It is called `demo`. */
export function on(
    cloud: Cloud,
    app: Omit<AppInput, "name">,
    environment: Environment = "dev",
    config: Record<string, unknown> = {},
): Promise<TestPlan> {
    const { stack, config: common } = settings(cloud, environment);
    const own = { ...common, "twinstack:app": "demo", "twinstack:domain": "demo.example.com", ...config };
    return plan(() => deploy(resolve({ stack, config: own }, { demo: { name: "demo", ...app } }), plannedGates()), {
        stack,
    });
}
