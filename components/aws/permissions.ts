import * as pulumi from "@pulumi/pulumi";

import { readableSecrets } from "../contract";
import { sortedEntries } from "../map";
import type * as roles from "../roles";
import { assumedBy, roleWith, type RoleWith, type Statement } from "./role";

/** A role that tasks assume, with no more than the given statements. */
export const taskRole = (
    name: string,
    args: { place: roles.Place; statements?: Statement[] },
    parent: pulumi.Resource,
): RoleWith => roleWith(name, { ...args, trust: assumedBy("ecs-tasks.amazonaws.com") }, parent);

/** What ECS itself needs to start a service's tasks: pull the image, write to the log group, read the secrets named. */
export function executionPolicy(args: roles.ServiceArgs): Statement[] {
    const { image, platform, place } = args;
    const repositories = [image, ...sortedEntries(args.sidecars).map(([, { image }]) => image)].map(
        ({ repositoryId }) => repositoryId!,
    );
    const refs = readableSecrets(args).map(([, ref]) => ref);
    const secretIds = pulumi.all(refs.map((ref) => ref.id)).apply((ids) => [...new Set(ids)].sort());
    return [
        // The login itself knows no resource.
        { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
        {
            Effect: "Allow",
            Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            // An image that is only referenced may lie in any repository of the region, another account's included.
            Resource:
                repositories.every((id) => id !== undefined) && !Object.values(args.before).some((job) => job.image)
                    ? repositories.length > 1
                        ? pulumi.all(repositories)
                        : repositories[0]
                    : `arn:aws:ecr:${place.region}:*:repository/*`,
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

/** What a task's own role lets it do by itself, beside what it is granted; undefined where that is nothing. */
export function taskPolicy({ tracing, service }: roles.ServiceArgs): Statement[] | undefined {
    const statements = [...(tracing.enabled ? tracingPolicy() : []), ...(service.aws.exec ? execPolicy() : [])];
    return statements.length ? statements : undefined;
}

/** What the agent of ECS Exec needs to open its channel; the actions know no resources. */
const execPolicy = (): Statement[] => [
    {
        Effect: "Allow",
        Action: ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"].map(
            (action) => `ssmmessages:${action}`,
        ),
        Resource: "*",
    },
];

/** What the collector beside the app needs to hand on traces; X-Ray's actions know no resources. */
const tracingPolicy = (): Statement[] => [
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
