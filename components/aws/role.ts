import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import type { Place } from "../roles";

/** One permission of a policy. */
export interface Statement {
    Effect: "Allow";
    Action: string[];
    Resource: pulumi.Input<string | string[]>;
    Condition?: Record<string, Record<string, pulumi.Input<string>>>;
}

/** A role's name, and its ARN once it has its permissions: whoever acts earlier would find itself without. */
export interface RoleWith {
    name: pulumi.Output<string>;
    arn: pulumi.Output<string>;
}

interface RoleArgs {
    place: Pick<Place, "permissionsBoundary">;
    /** Who may assume it, as JSON. */
    trust: pulumi.Input<string>;
    /** Default: nothing but what it is granted later. */
    statements?: Statement[];
}

/** Lets a service of AWS, such as `states.amazonaws.com`, assume a role. */
export const assumedBy = (service: string): string =>
    JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    });

/** A role with no more than the given statements, within the bounds that the account sets. */
export function roleWith(name: string, { place, trust, statements }: RoleArgs, parent: pulumi.Resource): RoleWith {
    const { permissionsBoundary } = place;
    const role = new iam.Role(name, { assumeRolePolicy: trust, permissionsBoundary }, { parent });
    if (!statements) return role;
    const policy = new iam.RolePolicy(
        `${name}-policy`,
        { role: role.id, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }) },
        { parent },
    );
    return { name: role.name, arn: pulumi.all([role.arn, policy.id]).apply(([arn]) => arn) };
}

/** Lets ECS be handed the roles of a service's tasks. */
export const passTaskRoles = (taskRoles: pulumi.Input<string>[]): Statement => ({
    Effect: "Allow",
    Action: ["iam:PassRole"],
    Resource: pulumi.all(taskRoles).apply((arns) => [...new Set(arns)].sort()),
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
});
