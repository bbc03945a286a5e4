import { apps } from "../apps";
import type { AppInput, Cloud, Environment, Refinement } from "../topology/app";
import { about, percent } from "../cost/money";
import { show } from "../cost/quantities";
import type { Usage } from "../cost/usage";

/** Figures of the design documents and of other tools, as they stand there: data for docs/costs.md. */

export interface DocumentRow {
    name: string;
    /** USD a month, or a range of it. */
    document: number | [number, number];
    /** The prices that the row is about. */
    ids: RegExp;
    /** Why ours is another figure; its own figures are looked up, so that they are those of today's book. */
    why: (usd: Lookup, usage: Usage) => string;
}

/** USD of so many units of a price, in Tokyo unless another region is named. */
export type Lookup = (id: string, quantity?: number, region?: string) => string;

/**
 * The weather app's design: one service, no database. Priced is the app as it is planned, without what the document has no
 * figure for and this program makes by default: NAT, the firewall, alarms.
 */
export const weatherDocument: {
    app: AppInput;
    overrides: Refinement;
    usage: Partial<Usage>;
    rows: DocumentRow[];
    total: number;
} = {
    app: apps.weather,
    overrides: { network: { nat: "none" }, firewall: { enabled: false }, alarms: { enabled: false } },
    usage: { monthlyRequests: 100_000, monthlyLogGb: 5 },
    rows: [
        {
            name: "ECS Fargate, 1 vCPU and 2 GB, 1 task",
            document: 36.72,
            ids: /^aws\.fargate\./,
            why: () => "us-east-1's price for 744 h; Tokyo costs a quarter more",
        },
        {
            name: "Application Load Balancer",
            document: 22.62,
            ids: /^aws\.alb\./,
            why: (usd) =>
                `Close to us-east-1's ${usd("aws.alb.hour", 744, "us-east-1")} for 744 h and ${usd("aws.alb.lcu_hour", 744, "us-east-1")} for an LCU all the while; an app with little traffic uses a hundredth of one`,
        },
        {
            name: "EFS, 10 GB",
            document: 3,
            ids: /^aws\.efs\./,
            why: (usd) =>
                `us-east-1's ${usd("aws.efs.standard_gb_month", 1, "us-east-1")} a GB; Tokyo's is ${usd("aws.efs.standard_gb_month")}`,
        },
        {
            name: "CloudWatch Logs, 5 GB",
            document: 2.5,
            ids: /^aws\.cloudwatch\.logs_/,
            why: (usd) =>
                `us-east-1's ${usd("aws.cloudwatch.logs_ingest_gb", 1, "us-east-1")} a GB; Tokyo's is ${usd("aws.cloudwatch.logs_ingest_gb")}, and keeping the logs costs a little; ours also has the events of Container Insights`,
        },
        {
            name: "Secrets Manager, 4 secrets",
            document: 1.6,
            ids: /^aws\.secrets\./,
            why: (usd) =>
                `The same ${usd("aws.secrets.secret_month")} a secret, and one secret: its four keys are values of one JSON, as the document has it too`,
        },
    ],
    total: 67,
};

/** What the weather app's design expects when scaling adds tasks: USD a month with two and with three. */
export const weatherScaled: [number, number] = [100, 140];

interface TodoDocument {
    title: string;
    cloud: Cloud;
    environment: Environment;
    rows: DocumentRow[];
    total: [number, number];
    note?: string;
}

/** The todo app's design: two clouds, two environments. */
export const todoDocument: TodoDocument[] = [
    {
        title: "AWS, dev",
        cloud: "aws",
        environment: "dev",
        total: [55, 70],
        rows: [
            {
                name: "ECS Fargate",
                document: [20, 30],
                ids: /^aws\.fargate\./,
                why: () => "The document's is a task on demand; ours runs on Spot in dev",
            },
            {
                name: "RDS db.t3.micro",
                document: [15, 20],
                ids: /^aws\.rds\./,
                why: (usd) =>
                    `The instance alone is ${usd("aws.rds.postgres.db.t3.micro.single_az_hour", 730)}; 20 GB of gp3 and backups come on top`,
            },
            {
                name: "ALB",
                document: 20,
                ids: /^aws\.alb\./,
                why: (usd) => `${usd("aws.alb.hour")} an hour, and next to no LCUs at this traffic`,
            },
        ],
    },
    {
        title: "AWS, prod",
        cloud: "aws",
        environment: "prod",
        total: [400, 570],
        rows: [
            {
                name: "ECS Fargate, 2–4 tasks",
                document: [60, 120],
                ids: /^aws\.fargate\./,
                why: () =>
                    "The document takes $30 for each task, which costs less; 5 million requests a month need no more than the two that always run",
            },
            {
                name: "RDS db.r5.large, Multi-AZ",
                document: [300, 400],
                ids: /^aws\.rds\./,
                why: (usd) =>
                    `In two zones it is ${usd("aws.rds.postgres.db.r5.large.multi_az_hour")} an hour in Tokyo (${usd("aws.rds.postgres.db.r5.large.multi_az_hour", 730)}), storage and backups on top; db.r6g.large would be ${usd("aws.rds.postgres.db.r6g.large.multi_az_hour", 730)}`,
            },
            {
                name: "ALB and WAF",
                document: [40, 50],
                ids: /^aws\.(alb|waf)\./,
                why: (usd) =>
                    `ACL ${usd("aws.waf.web_acl_month")}, five rules and groups at ${usd("aws.waf.rule_month")}, 5 million requests ${usd("aws.waf.requests_million", 5)}; the ALB ${usd("aws.alb.hour", 730)}`,
            },
        ],
        note: "Two NAT gateways, their addresses and data are the largest figure that the document leaves out, though it draws them.",
    },
    {
        title: "GCP, dev",
        cloud: "gcp",
        environment: "dev",
        total: [40, 55],
        rows: [
            {
                name: "Cloud Run",
                document: [10, 20],
                ids: /^gcp\.run\./,
                why: () => "One instance of 1 vCPU and 2 GiB always waits, at the idle price: nearly all of it",
            },
            {
                name: "Cloud SQL db-f1-micro",
                document: [10, 15],
                ids: /^gcp\.sql\./,
                why: (usd) =>
                    `The machine is ${usd("gcp.sql.f1_micro.zonal_hour", 730)}; 20 GB of SSD and backups come on top`,
            },
            {
                name: "Load balancer",
                document: 20,
                ids: /^gcp\.lb\./,
                why: (usd) => `${usd("gcp.lb.rule_min_hour")} an hour for up to five forwarding rules`,
            },
        ],
    },
    {
        title: "GCP, prod",
        cloud: "gcp",
        environment: "prod",
        total: [280, 440],
        rows: [
            {
                name: "Cloud Run, scaled",
                document: [50, 100],
                ids: /^gcp\.run\./,
                why: (_, { monthlyRequests: requests, averageRequestDurationMs: ms }) =>
                    `${about(requests)} requests of ${show(ms)} ms are ${show(Math.round((requests * ms) / 3.6e6))} hours of work: ${percent((requests * ms) / 3.6e6 / 730)} of a month of one instance`,
            },
            {
                name: "Cloud SQL db-n1-standard-2, HA",
                document: [200, 300],
                ids: /^gcp\.sql\./,
                why: () =>
                    "db-custom-2-7680, the same machine under its present name, in two zones, with storage and backups",
            },
            {
                name: "Load balancer and Cloud Armor",
                document: [30, 40],
                ids: /^gcp\.(lb|armor)\./,
                why: (usd) =>
                    `Forwarding rules ${usd("gcp.lb.rule_min_hour", 730)}, a policy ${usd("gcp.armor.policy_month")}, seven rules, and 5 million requests ${usd("gcp.armor.requests_million", 5)}`,
            },
        ],
    },
];

/** What other tools deploy by default for a small web app with PostgreSQL, and what that costs idle, in USD a month. */
export const peers: { name: string; deploys: string; idle: string }[] = [
    {
        name: "SST v3",
        deploys:
            "tasks in public subnets, one security group open to the whole VPC; db.t4g.micro in one zone, 7 days of backups, deletion protection unset; logs 30 d",
        idle: "~$51",
    },
    {
        name: "Defang on AWS",
        deploys:
            "1 task on Fargate Spot, minimum healthy 0 (downtime while deploying); db.t4g.micro without backups; logs 1 d",
        idle: "~$44",
    },
    {
        name: "Defang on GCP",
        deploys:
            "Cloud Run with 0 to 1 instances, ingress from anywhere; db-f1-micro without backups, public address, unencrypted connections allowed",
        idle: "~$28",
    },
    {
        name: "awsx",
        deploys: "three NAT gateways, HTTP only, default groups open on all ports; no database",
        idle: "~$146",
    },
    { name: "Nitric on AWS", deploys: "Lambda, 1 NAT gateway, Aurora with 0.5 to 1 ACU", idle: "~$80" },
    {
        name: "Copilot",
        deploys: "Aurora Serverless v2, public tasks (2 NAT gateways more when private)",
        idle: "~$80 (+$73)",
    },
    { name: "Encore on AWS", deploys: "NAT, private compute, db.m5.large", idle: "~$200+" },
];
