import * as pulumi from "@pulumi/pulumi";

import { actions, asked, each } from "./actions";

/** The policies of the roles that preview and deploy: the table of actions, narrowed to the apps' names where a service knows names. */

export interface Grant {
    Sid?: string;
    Effect: "Allow" | "Deny";
    Action: string[];
    Resource: pulumi.Input<string> | pulumi.Input<string>[];
    Condition?: Record<string, Record<string, pulumi.Input<string> | string[]>>;
}

/** Characters of a managed policy, without white space; and policies of a role (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
export const longestPolicy = 6144;
export const mostPolicies = 10;

/** Actions that change nothing. */
const reads = /:(Describe|Get|List|Filter|Validate|BatchGet|BatchCheck)/;
/** Of these, what tells what is in something: it is narrowed like a write, and no part of a preview. */
const tells = ["logs:FilterLogEvents", "secretsmanager:GetSecretValue"];
const isRead = (action: string): boolean => reads.test(action) && !tells.includes(action);

/** Service → ARNs of what is named after an app. Services that are not here know what they made by an id alone. */
export const named: Record<string, (app: string) => string[]> = {
    cloudwatch: (app) => [
        `arn:aws:cloudwatch:*:*:alarm:${app}-*`,
        // What Application Auto Scaling makes for a policy of a service's.
        `arn:aws:cloudwatch:*:*:alarm:TargetTracking-service/${app}-*`,
        `arn:aws:cloudwatch::*:dashboard/${app}-*`,
    ],
    codebuild: (app) => [`arn:aws:codebuild:*:*:project/${app}-*`],
    codepipeline: (app) => [`arn:aws:codepipeline:*:*:${app}-*`],
    dynamodb: (app) => [`arn:aws:dynamodb:*:*:table/${app}-*`],
    ecr: (app) => [`arn:aws:ecr:*:*:repository/${app}-*`],
    ecs: (app) => [
        `arn:aws:ecs:*:*:cluster/${app}-*`,
        `arn:aws:ecs:*:*:service/${app}-*`,
        `arn:aws:ecs:*:*:service-deployment/${app}-*`,
        `arn:aws:ecs:*:*:task-definition/${app}-*:*`,
    ],
    elasticache: (app) => [
        `arn:aws:elasticache:*:*:cluster:${app}-*`,
        `arn:aws:elasticache:*:*:replicationgroup:${app}-*`,
        `arn:aws:elasticache:*:*:snapshot:${app}-*`,
        `arn:aws:elasticache:*:*:subnetgroup:${app}-*`,
    ],
    elasticloadbalancing: (app) => [
        `arn:aws:elasticloadbalancing:*:*:listener-rule/app/${app}-*`,
        `arn:aws:elasticloadbalancing:*:*:listener/app/${app}-*`,
        `arn:aws:elasticloadbalancing:*:*:loadbalancer/app/${app}-*`,
        `arn:aws:elasticloadbalancing:*:*:targetgroup/${app}-*`,
        // The name of one that would be too long begins with five letters of it.
        ...(app.length > 4
            ? [`arn:aws:elasticloadbalancing:*:*:targetgroup/${app.slice(0, 5).replace(/-$/, "")}-*`]
            : []),
    ],
    events: (app) => [`arn:aws:events:*:*:rule/${app}-*`],
    logs: (app) => [
        `arn:aws:logs:*:*:delivery-destination:${app}-*`,
        `arn:aws:logs:*:*:delivery-source:${app}-*`,
        `arn:aws:logs:*:*:log-group:/aws/rds/instance/${app}-*`,
        `arn:aws:logs:*:*:log-group:/aws/vendedlogs/states/${app}-*`,
        `arn:aws:logs:*:*:log-group:/codebuild/${app}-*`,
        `arn:aws:logs:*:*:log-group:/ecs/${app}/*`,
        `arn:aws:logs:*:*:log-group:/vpc/${app}-*`,
        `arn:aws:logs:*:*:log-group:aws-waf-logs-${app}-*`,
    ],
    rds: (app) => [
        `arn:aws:rds:*:*:db:${app}-*`,
        `arn:aws:rds:*:*:pg:${app}-*`,
        `arn:aws:rds:*:*:snapshot:${app}-*`,
        `arn:aws:rds:*:*:subgrp:${app}-*`,
    ],
    s3: (app) => [`arn:aws:s3:::${app}-*`],
    scheduler: (app) => [`arn:aws:scheduler:*:*:schedule-group/${app}-*`, `arn:aws:scheduler:*:*:schedule/${app}-*/*`],
    secretsmanager: (app) => [`arn:aws:secretsmanager:*:*:secret:${app}-*`],
    sns: (app) => [`arn:aws:sns:*:*:${app}-*`],
    sqs: (app) => [`arn:aws:sqs:*:*:${app}-*`],
    states: (app) => [`arn:aws:states:*:*:stateMachine:${app}-*`],
    wafv2: (app) => [
        `arn:aws:elasticloadbalancing:*:*:loadbalancer/app/${app}-*`,
        `arn:aws:wafv2:*:*:global/webacl/${app}-*`,
        `arn:aws:wafv2:*:*:regional/webacl/${app}-*`,
    ],
};

/** What such actions name besides, and everybody shares: defaults of the service's own. */
const shared: Record<string, string[]> = {
    elasticache: ["arn:aws:elasticache:*:*:parametergroup:default*"],
    logs: ["arn:aws:logs:*:*:delivery:*"],
    rds: ["arn:aws:rds:*:*:auto-backup:*", "arn:aws:rds:*:*:og:default*", "arn:aws:rds:*:*:pg:default*"],
    wafv2: ["arn:aws:wafv2:*:*:*/managedruleset/*"],
};

/** Actions that know no resource although their service knows names. */
const nameless = new Set(
    each(
        "ecr:GetAuthorizationToken; ecs:DeregisterTaskDefinition; elasticloadbalancing:SetWebAcl; logs:CreateLogDelivery DeleteLogDelivery PutResourcePolicy; sns:SetSubscriptionAttributes Unsubscribe",
    ),
);

/** Deletions of what has no name: only of what bears the tag `app` of one of the apps, as everything does that a stack makes. */
const byTag = new Set(
    each(
        "acm:DeleteCertificate; cloudfront:DeleteDistribution; codeconnections:DeleteConnection; ec2:DeleteFlowLogs DeleteInternetGateway DeleteNatGateway DeleteRouteTable DeleteSecurityGroup DeleteSubnet DeleteVpc DeleteVpcEndpoints ReleaseAddress; elasticfilesystem:DeleteFileSystem; servicediscovery:DeleteNamespace DeleteService DeregisterInstance",
    ),
);

/** Services that are handed a role of an app's. */
const passedTo = ["codebuild", "codepipeline", "ecs-tasks", "events", "s3", "scheduler", "states", "vpc-flow-logs"];

/** Services that keep a role of their own in the account, which the first use of them makes. */
const linked = [
    "delivery.logs",
    "ecs",
    "ecs.application-autoscaling",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "rds",
    "wafv2",
].map((service) => `${service}.amazonaws.com`);

const byService = (wanted: string[]): [string, string[]][] => {
    const services = [...new Set(wanted.map((action) => action.split(":")[0]))].sort();
    return services.map((service) => [service, wanted.filter((action) => action.startsWith(`${service}:`))]);
};
const all = (): string[] =>
    [...new Set([...Object.values(actions), asked].flatMap(each))]
        .filter((action) => action !== "sts:GetCallerIdentity")
        .sort();

/** What whoever looks may: everything that changes nothing and tells no secret, of whatever name. */
export const reading = (): Grant[] =>
    byService(all().filter(isRead)).map(([, Action]) => ({ Effect: "Allow", Action, Resource: "*" }));

/**
 * What whoever deploys may beside reading: make, change and delete what begins with an app's name.
 * @param boundary ARN of what bounds every role that is made
 */
export function writing(apps: string[], boundary: pulumi.Input<string>): Grant[] {
    const writes = all().filter((action) => !isRead(action) && !action.startsWith("iam:"));
    const free = writes.filter((action) => {
        const [service] = action.split(":");
        return !byTag.has(action) && (!named[service] || nameless.has(action));
    });
    const narrow = byService(writes.filter((action) => !byTag.has(action) && !free.includes(action)));
    return [
        ...byService(free).map(([, Action]): Grant => ({ Effect: "Allow", Action, Resource: "*" })),
        {
            Effect: "Allow",
            Action: writes.filter((action) => byTag.has(action)),
            Resource: "*",
            Condition: { StringEquals: { "aws:ResourceTag/app": apps } },
        },
        ...narrow.flatMap(([service, Action]) => ofNames(service, Action, apps)),
        ...roles(apps, boundary),
    ];
}

/** Objects of a bucket are named otherwise than the bucket. */
function ofNames(service: string, Action: string[], apps: string[]): Grant[] {
    const Resource = [...apps.flatMap(named[service]), ...(shared[service] ?? [])];
    if (service !== "s3") return [{ Effect: "Allow", Action, Resource }];
    const ofObjects = Action.filter((action) => /Object/.test(action));
    return [
        { Effect: "Allow", Action: Action.filter((action) => !ofObjects.includes(action)), Resource },
        { Effect: "Allow", Action: ofObjects, Resource: Resource.map((bucket) => `${bucket}/*`) },
    ];
}

/** Roles of the apps: none is made or given a policy without the boundary, and the account's own are left alone. */
function roles(apps: string[], boundary: pulumi.Input<string>): Grant[] {
    const Resource = apps.map((app) => `arn:aws:iam::*:role/${app}-*`);
    const bounded = each("iam:CreateRole PutRolePermissionsBoundary PutRolePolicy");
    const others = all().filter(
        (action) =>
            action.startsWith("iam:") && !isRead(action) && !bounded.includes(action) && action !== "iam:PassRole",
    );
    return [
        {
            Effect: "Allow",
            Action: bounded,
            Resource,
            Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
        },
        { Effect: "Allow", Action: others, Resource },
        {
            Effect: "Allow",
            Action: ["iam:PassRole"],
            Resource,
            Condition: {
                StringEquals: { "iam:PassedToService": passedTo.map((service) => `${service}.amazonaws.com`) },
            },
        },
        {
            Effect: "Allow",
            Action: ["iam:CreateServiceLinkedRole"],
            Resource: "arn:aws:iam::*:role/aws-service-role/*",
            Condition: { StringEquals: { "iam:AWSServiceName": linked } },
        },
        {
            Sid: "NotTheAccountsOwn",
            Effect: "Deny",
            Action: ["iam:*"],
            Resource: ["arn:aws:iam::*:policy/twinstack-*", "arn:aws:iam::*:role/twinstack-*"],
        },
    ];
}

/**
 * Grants as documents, none longer than a policy may be: each holds as many as there is room for.
 * @param longest ARNs that are not known yet are counted as this many characters
 */
export function documents(grants: Grant[], longest = 100): Grant[][] {
    // A value that is not known yet is no JSON, so it is counted apart.
    const lengthOf = (value: unknown): number => {
        if (pulumi.Output.isInstance(value)) return longest;
        if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + lengthOf(each) + 1, 2);
        if (typeof value !== "object" || value === null) return JSON.stringify(value).length;
        return Object.entries(value).reduce((sum, [key, each]) => sum + key.length + 4 + lengthOf(each), 2);
    };
    const size = (grant: Grant) => lengthOf(grant) + 1;
    const room = longestPolicy - JSON.stringify({ Version: "2012-10-17", Statement: [] }).length;
    const packed: { left: number; grants: Grant[] }[] = [];
    for (const grant of grants.flatMap((each) => halved(each, room, size))) {
        const fits = packed.find(({ left }) => left >= size(grant));
        if (fits) {
            fits.grants.push(grant);
            fits.left -= size(grant);
        } else packed.push({ left: room - size(grant), grants: [grant] });
    }
    return packed.map((document) => document.grants);
}

/** A grant that no policy has room for, as several that say the same. */
function halved(grant: Grant, room: number, size: (grant: Grant) => number): Grant[] {
    const { Resource, Action } = grant;
    if (size(grant) <= room) return [grant];
    const list = Array.isArray(Resource) && Resource.length > Action.length ? Resource : Action;
    const middle = Math.ceil(list.length / 2);
    return [list.slice(0, middle), list.slice(middle)].flatMap((half) =>
        halved({ ...grant, [list === Resource ? "Resource" : "Action"]: half } as Grant, room, size),
    );
}
