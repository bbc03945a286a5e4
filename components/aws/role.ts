import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

/** One permission of a policy. */
export interface Statement {
    Effect: "Allow";
    Action: string[];
    Resource: pulumi.Input<string | pulumi.Input<string>[]>;
    Condition?: Record<string, Record<string, pulumi.Input<string>>>;
}

/** Lets a service of AWS, such as `states.amazonaws.com`, assume a role. */
export const assumedBy = (service: string): string =>
    JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    });

/**
 * A role with no more than the given statements.
 * @returns its ARN, once it has them: whoever acts earlier would find itself without.
 */
export function roleWith(
    name: string,
    assumeRolePolicy: pulumi.Input<string>,
    statements: Statement[],
    parent: pulumi.Resource,
): pulumi.Output<string> {
    const role = new iam.Role(name, { assumeRolePolicy }, { parent });
    const policy = new iam.RolePolicy(
        `${name}-policy`,
        { role: role.id, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }) },
        { parent },
    );
    return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
}
