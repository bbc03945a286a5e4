import * as iam from "@pulumi/aws/iam";

import type { TestPlan } from "../recorded";

/** A statement of a policy, as IAM reads it. */
export interface Statement {
    Effect: "Allow" | "Deny";
    Action: string | string[];
    Resource?: string | string[];
    Condition?: Record<string, Record<string, string | string[]>>;
}

const list = <T>(value: T | T[] | undefined): T[] =>
    value === undefined ? [] : Array.isArray(value) ? value : [value];

export const statementsOf = (document: unknown): Statement[] =>
    (JSON.parse(String(document)) as { Statement: Statement[] }).Statement;

/** The documents of every policy that a role of the account's has, inline ones too. */
export function policiesOf(plan: TestPlan, role: "preview" | "deploy"): string[] {
    const attached = plan
        .of(iam.RolePolicyAttachment)
        .filter(({ name }) => name.includes(`-${role}-`))
        .map(({ inputs }) => String(inputs.policyArn).replace(/^\$\{(.*)\.arn\}$/, "$1"));
    return [
        ...plan.of(iam.Policy).filter(({ name }) => attached.includes(name)),
        ...plan.of(iam.RolePolicy).filter(({ name }) => name.includes(`-${role}-`)),
    ].map(({ inputs }) => String(inputs.policy));
}

/** `*` is anything, `?` one character. */
const matches = (pattern: string, text: string): boolean =>
    new RegExp(
        `^${pattern
            .replace(/[.+^${}()|[\]\\]/g, "\\$&")
            .replaceAll("*", ".*")
            .replaceAll("?", ".")}$`,
        "s",
    ).test(text);

/** A request of a role: an action on a resource, and what IAM knows of both. */
export interface Request {
    action: string;
    resource: string;
    context?: Record<string, string>;
}

const applies = ({ Action, Resource, Condition = {} }: Statement, { action, resource, context = {} }: Request) =>
    list(Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    list(Resource).some((pattern) => matches(pattern, resource)) &&
    Object.entries(Condition).every(([operator, keys]) => {
        if (operator !== "StringEquals") throw new Error(`what does ${operator} mean?`);
        return Object.entries(keys).every(([key, values]) => list(values).includes(context[key] ?? ""));
    });

/** What IAM answers: a denial wins, and what nothing allows is denied; within a boundary, both must allow. */
export function may(documents: string[], request: Request, boundary?: string): boolean {
    const answer = (texts: string[]) => {
        const found = texts.flatMap(statementsOf).filter((statement) => applies(statement, request));
        return found.some(({ Effect }) => Effect === "Allow") && !found.some(({ Effect }) => Effect === "Deny");
    };
    return answer(documents) && (boundary === undefined || answer([boundary]));
}

export const accountId = "123456789012";
export const arn = (service: string, rest: string) => `arn:aws:${service}:ap-northeast-1:${accountId}:${rest}`;

/** Type → the service of its name's ARN, and how that is made of the name. */
export const arnOf: Record<string, [string, (name: string) => string]> = {
    "aws:cloudwatch/dashboard:Dashboard": ["cloudwatch", (n) => `arn:aws:cloudwatch::${accountId}:dashboard/${n}`],
    "aws:cloudwatch/logGroup:LogGroup": ["logs", (n) => arn("logs", `log-group:${n}`)],
    "aws:cloudwatch/metricAlarm:MetricAlarm": ["cloudwatch", (n) => arn("cloudwatch", `alarm:${n}`)],
    "aws:cloudwatch/eventRule:EventRule": ["events", (n) => arn("events", `rule/${n}`)],
    "aws:codebuild/project:Project": ["codebuild", (n) => arn("codebuild", `project/${n}`)],
    "aws:codepipeline/pipeline:Pipeline": ["codepipeline", (n) => arn("codepipeline", n)],
    "aws:dynamodb/table:Table": ["dynamodb", (n) => arn("dynamodb", `table/${n}`)],
    "aws:ecr/repository:Repository": ["ecr", (n) => arn("ecr", `repository/${n}`)],
    "aws:ecs/cluster:Cluster": ["ecs", (n) => arn("ecs", `cluster/${n}`)],
    "aws:ecs/taskDefinition:TaskDefinition": ["ecs", (n) => arn("ecs", `task-definition/${n}:1`)],
    "aws:elasticache/replicationGroup:ReplicationGroup": [
        "elasticache",
        (n) => arn("elasticache", `replicationgroup:${n}`),
    ],
    "aws:lb/loadBalancer:LoadBalancer": [
        "elasticloadbalancing",
        (n) => arn("elasticloadbalancing", `loadbalancer/app/${n}/1`),
    ],
    "aws:rds/instance:Instance": ["rds", (n) => arn("rds", `db:${n}`)],
    "aws:s3/bucket:Bucket": ["s3", (n) => `arn:aws:s3:::${n}`],
    "aws:secretsmanager/secret:Secret": ["secretsmanager", (n) => arn("secretsmanager", `secret:${n}-a1B2c3`)],
    "aws:sfn/stateMachine:StateMachine": ["states", (n) => arn("states", `stateMachine:${n}`)],
    "aws:sns/topic:Topic": ["sns", (n) => arn("sns", n)],
    "aws:sqs/queue:Queue": ["sqs", (n) => arn("sqs", n)],
    "aws:wafv2/webAcl:WebAcl": ["wafv2", (n) => arn("wafv2", `regional/webacl/${n}/1`)],
};
