import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

interface Statement {
    Effect: "Allow";
    Action: string[];
    Resource: pulumi.Input<string | string[]>;
}

const assumedByTasks = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/**
 * A role that tasks assume, with no more than the given statements.
 * @returns its name, and its ARN once it has them: a task started earlier would find itself without.
 */
export function taskRole(
    name: string,
    statements: Statement[] | undefined,
    parent: pulumi.Resource,
): { name: pulumi.Output<string>; arn: pulumi.Output<string> } {
    const role = new iam.Role(name, { assumeRolePolicy: assumedByTasks }, { parent });
    if (!statements) return role;
    const policy = new iam.RolePolicy(
        `${name}-policy`,
        { role: role.id, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }) },
        { parent },
    );
    return { name: role.name, arn: pulumi.all([role.arn, policy.id]).apply(([arn]) => arn) };
}

/** What ECS itself needs to start a service's tasks: pull the image, write to the log group, read the secrets named. */
export function executionPolicy({ image, platform, place, backings, secrets }: roles.ServiceArgs): Statement[] {
    const refs = [...backings.flatMap((backing) => Object.values(backing.secrets)), ...Object.values(secrets)];
    const secretIds = pulumi.all(refs.map((ref) => ref.id)).apply((ids) => [...new Set(ids)].sort());
    return [
        // The login itself knows no resource.
        { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
        {
            Effect: "Allow",
            Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            // An image that is only referenced may lie in any repository of the region, another account's included.
            Resource: image.repositoryId ?? `arn:aws:ecr:${place.region}:*:repository/*`,
        },
        {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`arn:aws:logs:${place.region}:*:log-group:${platform.logs}:*`,
        },
        ...(refs.length
            ? [{ Effect: "Allow" as const, Action: ["secretsmanager:GetSecretValue"], Resource: secretIds }]
            : []),
    ];
}

/** What the collector beside the app needs to hand on traces; X-Ray's actions know no resources. */
export const tracingPolicy = (): Statement[] => [
    {
        Effect: "Allow",
        Action: [
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:GetSamplingStatisticSummaries",
        ],
        Resource: "*",
    },
];
