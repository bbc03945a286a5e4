import { GB, price, tiers, type Case, type Part } from "./case";

const tokyo = "ap-northeast-1";
const p = (id: string, region = tokyo) => price(`aws.${id}`, region);

const service = "aws:ecs/service:Service";
const acl = "aws:wafv2/webAcl:WebAcl";
const cdn: Part = { type: "aws:cloudfront/distribution:Distribution", name: "cdn" };

const one = (type: string, inputs: object = {}): Part[] => [{ type, inputs: { ...inputs } }];

/** What guards, builds and watches. */
export const rest: Case[] = [
    {
        type: "aws:wafv2/webAcl:WebAcl",
        shows: "the ACL, rules of its own, managed groups as rules, and requests",
        resources: one("aws:wafv2/webAcl:WebAcl", {
            scope: "REGIONAL",
            rules: [
                { statement: { rateBasedStatement: {} } },
                ...["A", "B"].map((name) => ({ statement: { managedRuleGroupStatement: { name } } })),
            ],
        }),
        usage: { monthlyRequests: 5e6 },
        costs: {
            "Web ACL": p("waf.web_acl_month"),
            Rules: p("waf.rule_month"),
            "Managed rule groups": 2 * p("waf.rule_month"),
            Requests: 5 * p("waf.requests_million"),
        },
    },
    {
        type: acl,
        shows: "a CDN's, which is billed in us-east-1, for what goes to the CDN",
        resources: [
            {
                type: acl,
                inputs: { scope: "CLOUDFRONT", rules: [{ statement: { managedRuleGroupStatement: { name: "A" } } }] },
            },
            cdn,
        ],
        usage: { monthlyRequests: 5e6, cdnPercent: 40 },
        costs: {
            "Web ACL": p("waf.web_acl_month", "us-east-1"),
            "Managed rule groups": p("waf.managed_rule_group_month", "us-east-1"),
            Requests: 2 * p("waf.requests_million", "us-east-1"),
        },
    },
    {
        type: acl,
        shows: "that reading more of a body than the price includes has no price here",
        resources: one(acl, {
            scope: "CLOUDFRONT",
            associationConfig: { requestBodies: [{ cloudfront: { defaultSizeInspectionLimit: "KB_64" } }] },
        }),
        costs: { "Web ACL": p("waf.web_acl_month", "us-east-1") },
        unpriced: /bodies beyond 16 KB/,
    },
    {
        type: acl,
        shows: "beside a CDN, all but what it answers",
        resources: [{ type: acl, inputs: { scope: "REGIONAL" } }, cdn],
        usage: { monthlyRequests: 10e6, cdnPercent: 50, cacheHitPercent: 80 },
        costs: { "Web ACL": p("waf.web_acl_month"), Requests: 6 * p("waf.requests_million") },
    },
    {
        type: "aws:secretsmanager/secret:Secret",
        shows: "the secret and who reads it",
        resources: one("aws:secretsmanager/secret:Secret"),
        usage: { monthlySecretAccesses: 30_000 },
        costs: { Secret: p("secrets.secret_month"), Accesses: 3 * p("secrets.api_10k") },
    },
    {
        type: "aws:kms/key:Key",
        shows: "the key and who uses it",
        resources: one("aws:kms/key:Key"),
        usage: { monthlyKeyRequests: 50_000 },
        costs: { Key: p("kms.key_month"), Requests: 5 * p("kms.requests_10k") },
    },
    {
        type: "aws:codebuild/project:Project",
        shows: "minutes of a machine",
        resources: one("aws:codebuild/project:Project", { environment: { computeType: "BUILD_GENERAL1_MEDIUM" } }),
        usage: { monthlyBuildMinutes: 90 },
        costs: { Build: 90 * p("codebuild.linux_medium_min") },
    },
    {
        type: "aws:codepipeline/pipeline:Pipeline",
        shows: "minutes of V2",
        resources: one("aws:codepipeline/pipeline:Pipeline", { pipelineType: "V2" }),
        usage: { monthlyBuildMinutes: 90 },
        costs: { Actions: 90 * p("codepipeline.v2_action_min", "global") },
    },
    {
        type: "aws:codepipeline/pipeline:Pipeline",
        shows: "V1 as a whole",
        resources: one("aws:codepipeline/pipeline:Pipeline"),
        costs: { Pipeline: p("codepipeline.v1_month", "global") },
    },
    {
        type: "aws:cloudwatch/logGroup:LogGroup",
        shows: "what services log, kept for three months",
        resources: [
            ...one("aws:cloudwatch/logGroup:LogGroup", { name: "/ecs/app/dev", retentionInDays: 90 }),
            { type: service, name: "api" },
        ],
        usage: { monthlyRequests: 8 * GB, averageLogKb: 0.5 },
        costs: {
            Ingestion: 4 * p("cloudwatch.logs_ingest_gb"),
            Storage: 4 * 3 * p("cloudwatch.logs_storage_gb_month"),
        },
    },
    {
        type: "aws:cloudwatch/logGroup:LogGroup",
        shows: "what builds of a pipeline log, kept for a month",
        resources: one("aws:cloudwatch/logGroup:LogGroup", { name: "/codebuild/x", retentionInDays: 30 }),
        usage: { monthlyBuildLogGb: 2 },
        costs: { Ingestion: 2 * p("cloudwatch.logs_ingest_gb"), Storage: 2 * p("cloudwatch.logs_storage_gb_month") },
    },
    {
        type: "aws:s3/bucket:Bucket",
        shows: "what a pipeline hands on, run by run, and not what an app's bucket holds",
        resources: [
            ...one("aws:s3/bucket:Bucket"),
            {
                type: "aws:codepipeline/pipeline:Pipeline",
                name: "pipeline",
                from: { artifactStores: "aws:s3/bucket:Bucket x" },
            },
        ],
        usage: { monthlyBuilds: 10 },
        costs: { Artifacts: 0.5 * tiers("aws.s3.standard_gb_month", tokyo)[0] },
    },
    {
        type: "aws:codepipeline/pipeline:Pipeline",
        shows: "an action for each build that it starts, and none for an approval",
        resources: one("aws:codepipeline/pipeline:Pipeline", {
            pipelineType: "V2",
            stages: ["CodeStarSourceConnection", "CodeBuild", "Manual", "CodeBuild"].map((provider) => ({
                actions: [{ provider }],
            })),
        }),
        usage: { monthlyBuildMinutes: 90 },
        costs: { Actions: 180 * p("codepipeline.v2_action_min", "global") },
    },
    {
        type: "aws:cloudwatch/logGroup:LogGroup",
        shows: "an entry of the firewall for each request",
        resources: [
            ...one("aws:cloudwatch/logGroup:LogGroup", { name: "aws-waf-logs-x", retentionInDays: 30 }),
            {
                type: "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
                name: "logging",
                from: { logDestinationConfigs: "aws:cloudwatch/logGroup:LogGroup x" },
            },
        ],
        usage: { monthlyRequests: 8 * GB, averageAccessLogKb: 2 },
        costs: { Ingestion: 16 * p("cloudwatch.logs_ingest_gb"), Storage: 16 * p("cloudwatch.logs_storage_gb_month") },
    },
    {
        type: "aws:cloudwatch/logGroup:LogGroup",
        shows: "the firewall of a CDN in us-east-1: an entry for each request that goes there",
        resources: [
            ...one("aws:cloudwatch/logGroup:LogGroup", {
                name: "aws-waf-logs-x",
                retentionInDays: 30,
                region: "us-east-1",
            }),
            {
                type: "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
                name: "logging",
                from: { logDestinationConfigs: "aws:cloudwatch/logGroup:LogGroup x", resourceArn: `${acl} acl` },
            },
            { type: acl, name: "acl", inputs: { scope: "CLOUDFRONT" } },
            cdn,
        ],
        usage: { monthlyRequests: 20 * GB, averageAccessLogKb: 1, cdnPercent: 40 },
        costs: {
            Ingestion: 8 * p("cloudwatch.logs_ingest_gb", "us-east-1"),
            Storage: 8 * p("cloudwatch.logs_storage_gb_month", "us-east-1"),
        },
    },
    {
        type: "aws:cloudwatch/logGroup:LogGroup",
        shows: "what MySQL logs of slow statements",
        resources: one("aws:cloudwatch/logGroup:LogGroup", {
            name: "/aws/rds/instance/db/slowquery",
            retentionInDays: 15,
        }),
        usage: { monthlyDatabaseLogGb: 6 },
        costs: { Ingestion: 6 * p("cloudwatch.logs_ingest_gb"), Storage: 3 * p("cloudwatch.logs_storage_gb_month") },
    },
    {
        type: "aws:cloudwatch/logGroup:LogGroup",
        shows: "what a database logs",
        resources: one("aws:cloudwatch/logGroup:LogGroup", {
            name: "/aws/rds/instance/db/postgresql",
            retentionInDays: 15,
        }),
        usage: { monthlyDatabaseLogGb: 6 },
        costs: { Ingestion: 6 * p("cloudwatch.logs_ingest_gb"), Storage: 3 * p("cloudwatch.logs_storage_gb_month") },
    },
    {
        type: "aws:cloudwatch/logGroup:LogGroup",
        shows: "whom the network let through or refused",
        resources: [
            ...one("aws:cloudwatch/logGroup:LogGroup", { name: "/vpc/x", retentionInDays: 15 }),
            {
                type: "aws:ec2/flowLog:FlowLog",
                name: "flows",
                from: { logDestination: "aws:cloudwatch/logGroup:LogGroup x" },
            },
        ],
        usage: { monthlyFlowLogGb: 4 },
        costs: { Ingestion: 4 * p("cloudwatch.logs_ingest_gb"), Storage: 2 * p("cloudwatch.logs_storage_gb_month") },
    },
    {
        type: "aws:cloudwatch/metricAlarm:MetricAlarm",
        shows: "every metric that an alarm watches",
        resources: one("aws:cloudwatch/metricAlarm:MetricAlarm", {
            metricQueries: [{ expression: "a / b" }, { metric: { period: 60 } }, { metric: { period: 60 } }],
        }),
        costs: { Alarm: 2 * p("cloudwatch.alarm_standard_month") },
    },
    {
        type: "aws:cloudwatch/metricAlarm:MetricAlarm",
        shows: "high resolution below a minute",
        resources: one("aws:cloudwatch/metricAlarm:MetricAlarm", { metricName: "CPU", period: 10 }),
        costs: { "High-resolution alarm": p("cloudwatch.alarm_highres_month") },
    },
    {
        type: "aws:cloudwatch/dashboard:Dashboard",
        shows: "each",
        resources: one("aws:cloudwatch/dashboard:Dashboard"),
        costs: { Dashboard: p("cloudwatch.dashboard_month", "global") },
    },
];
