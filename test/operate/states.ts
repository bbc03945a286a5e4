import { apps } from "../../apps";
import type { State, StateResource } from "../../operate/state";
import { planOf, type Plan } from "../../plan/plan";
import type { AppInput, Cloud, Environment } from "../../topology/app";
import { account, stackOf } from "../components/stack";
import { bothWays, everything, full } from "../everything";

/** Apps with a resource of every type that a stack makes. */
const withAll: { app: AppInput; overrides?: object; domain?: boolean }[] = [
    ...Object.values(apps as Record<string, AppInput>).map((app) => ({ app })),
    { app: everything, overrides: full.everything!() },
    { app: account, domain: false },
    // A file system that is a server, and one that is a bucket.
    { app: everything },
    { app: bothWays },
];

export const plansOn = (cloud: Cloud, environment: Environment): Promise<Plan[]> =>
    Promise.all(
        withAll.map(({ app, overrides = {}, domain = true }) =>
            planOf(stackOf(app, cloud, environment, { overrides, domain })),
        ),
    );

/** A plan as the state after its `up`: what the provider fills in is there, and references have values. */
export function deployed(plan: Plan): State {
    const resources = plan.resources.map((resource): StateResource => ({
        ...resource,
        id: `${resource.name}-id`,
        inputs: { ...madeUp(resource.name), ...(valued(resource.inputs) as object) },
        retainOnDelete: resource.retainOnDelete ?? false,
        delete: false,
    }));
    return { project: "twinstack", stack: plan.stack, resources, pending: [], refused: [], tried: [] };
}

/** Names as providers make them up, under every name that they give them. */
const madeUp = (name: string) =>
    Object.fromEntries(
        [
            "name",
            "bucket",
            "replicationGroupId",
            "clusterId",
            "identifier",
            "secretId",
            "location",
            "rule",
            "router",
        ].map((key) => [key, `${name}-a1b2c3d`]),
    );

function valued(value: unknown): unknown {
    if (typeof value === "string")
        return value
            .replace(/\$\{([^}]*)\.arn\}/g, "arn:aws:iam::123456789012:role/$1")
            .replace(/\$\{([^}]*)\.repositoryUrl\}/g, "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/$1")
            .replace(/\$\{([^}.]*)\.(\w+)[^}]*\}/g, "$1-$2");
    if (Array.isArray(value)) return value.map(valued);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, valued(inner)]));
}
