import type { Environment } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { on } from "./stack";

/** What the tests of everything that holds data have in common. */

export interface Both {
    aws: TestPlan;
    gcp: TestPlan;
}

/** Both twins of an app of a test's own. */
export const onBoth = async (app: Parameters<typeof on>[1], environment?: Environment): Promise<Both> => ({
    aws: await on("aws", app, environment),
    gcp: await on("gcp", app, environment),
});

/** A service to build a test's app around. */
export const api = {
    image: { reference: "registry.example.com/api:1" },
    ports: { http: 8080 },
    health: { path: "/healthz" },
    routes: [{}],
};

interface Statement {
    Action: string | string[];
    Resource: string | string[];
}

/** Everything that a policy allows or denies, and on what. */
export function actionsOf(policy: unknown): { actions: string[]; resources: string[] } {
    const { Statement } = JSON.parse(String(policy)) as { Statement: Statement[] };
    return {
        actions: Statement.flatMap(({ Action }) => Action),
        resources: Statement.flatMap(({ Resource }) => Resource),
    };
}
