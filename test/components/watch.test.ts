import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as s3 from "@pulumi/aws/s3";
import * as scheduler from "@pulumi/aws/scheduler";
import * as sns from "@pulumi/aws/sns";
import * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import * as monitoring from "@pulumi/gcp/monitoring";

import type { AppInput } from "../../topology/app";
import { everything } from "../everything";
import type { TestPlan } from "../recorded";
import { on } from "./stack";

const { name: _, ...app } = everything;
const on2 = async (more: Partial<AppInput> = {}, config: Record<string, unknown> = {}) => {
    const said = { ...app, alarms: { emails: ["ops@example.com"] }, ...more } as Omit<AppInput, "name">;
    return { aws: await on("aws", said, "prod", config), gcp: await on("gcp", said, "prod", config) };
};

describe("What is watched", () => {
    let aws: TestPlan;
    let gcp: TestPlan;
    before(async () => {
        ({ aws, gcp } = await on2({
            databases: { ...everything.databases, db: { replicas: 1, storage: 100, maxStorage: 200 } },
            cdn: { host: "cdn.example.com", origins: { app: { service: "web" } } },
        }));
    });
    const alarm = (name: string) => aws.one(cloudwatch.MetricAlarm, `-alarms-${name}`).inputs;
    const measured = (name: string) => {
        const { namespace, metricName, dimensions } = alarm(name);
        return [namespace, metricName, dimensions];
    };
    const math = (name: string) => {
        const [{ expression }, ...metrics] = alarm(name).metricQueries ?? [];
        return [expression, metrics.map(({ metric }) => metric?.metricName), metrics[0].metric?.dimensions];
    };
    const policy = (name: string) => gcp.one(monitoring.AlertPolicy, `-alarms-${name}`).inputs.conditions![0];
    const filterOf = (name: string) => policy(name).conditionThreshold?.filter;
    const logOf = (name: string) => policy(name).conditionMatchedLog?.filter;

    it("is what the load balancer answers by itself, of all requests and not of those that found a target", () => {
        const [expression, metrics, dimensions] = math("errors");
        assert.deepEqual(metrics, ["HTTPCode_ELB_5XX_Count", "RequestCount"]);
        assert.deepEqual(dimensions, { LoadBalancer: "${demo-prod-lb.arnSuffix}" });
        assert.match(String(expression), /100 \* FILL\(errors, 0\) \/ \(FILL\(errors, 0\) \+ FILL\(all, 0\)\)/);
        assert.match(filterOf("errors")!, /url_map_name = "\$\{demo-prod-lb\.name\}".*response_code_class = 500/);
        assert.match(policy("errors").conditionThreshold!.denominatorFilter!, /url_map_name/);
    });

    it("is a task that fails its checks, and one that a private service lacks", () => {
        const { metricName, statistic, evaluationPeriods } = alarm("web-unhealthy");
        assert.deepEqual([metricName, statistic, evaluationPeriods], ["UnHealthyHostCount", "Minimum", 10]);
        const [expression, metrics, dimensions] = math("back-tasks");
        assert.equal(expression, "IF(desired > FILL(running, 0), 1, 0)");
        assert.deepEqual(metrics, ["DesiredTaskCount", "RunningTaskCount"]);
        assert.deepEqual(dimensions, {
            ClusterName: "${demo-prod-platform.name}",
            ServiceName: "${demo-prod-back.name}",
        });
        assert.equal(alarm("back-tasks").treatMissingData, "breaching");
        assert.match(filterOf("back-5xx")!, /run\.googleapis\.com\/request_count.*response_code_class = "5xx"/);
    });

    it("is nothing of a service that sleeps by its hours", async () => {
        const web = { ...app.services.web, scale: { hours: { from: "08:00", to: "20:00" } } };
        const asleep = await on2({ services: { ...app.services, web } });
        const [tasks] = asleep.aws.of(cloudwatch.MetricAlarm, "-alarms-web-tasks");
        assert.equal(tasks.inputs.treatMissingData, "notBreaching");
        assert.equal(asleep.aws.of(cloudwatch.MetricAlarm, "-alarms-web-instances").length, 0);

        const hours = asleep.gcp.one(monitoring.AlertPolicy, "-alarms-web-hours").inputs.conditions![0];
        const [, form] = /job_id=~"([^"]+)"/.exec(hours.conditionMatchedLog!.filter!)!;
        const jobs = asleep.gcp.of(cloudscheduler.Job).map(({ name }) => name);
        for (const name of jobs.filter((job) => /-(begin|end)$/.test(job)))
            assert.equal(new RegExp(form).test(`${name}-1a2b3c4`), /^demo-prod-web-(begin|end)$/.test(name), name);
    });

    it("is a certificate that is not renewed, where it is, with a topic beside CloudFront's", () => {
        assert.deepEqual(measured("demo.example.com-certificate").slice(0, 2), [
            "AWS/CertificateManager",
            "DaysToExpiry",
        ]);
        const { period, statistic, evaluationPeriods, treatMissingData, region } =
            alarm("demo.example.com-certificate");
        assert.deepEqual([period, statistic, evaluationPeriods], [86_400, "Minimum", 1]);
        assert.equal(treatMissingData, "ignore", "it is said once or twice a day");
        assert.equal(region, undefined);
        assert.equal(alarm("cdn.example.com-certificate").region, "us-east-1");
        assert.match(JSON.stringify(alarm("cdn.example.com-certificate").dimensions), /demo-prod-cdn-/);
        assert.match(
            logOf("certificate")!,
            /certificates_expiry" AND jsonPayload\.certificates=~"\/certificates\/demo-prod-/,
        );

        assert.deepEqual(measured("cdn").slice(0, 2), ["AWS/CloudFront", "5xxErrorRate"]);
        assert.equal(aws.one(sns.Topic, "-alarms-edge").inputs.region, "us-east-1");
        assert.deepEqual(
            aws.of(sns.TopicSubscription).map(({ name, inputs }) => [name, inputs.region]),
            [
                ["demo-prod-alarms-edge-ops@example.com", "us-east-1"],
                ["demo-prod-alarms-ops@example.com", undefined],
            ],
        );
    });

    it("needs no second topic in us-east-1 itself", async () => {
        const there = await on2(
            { cdn: { host: "cdn.example.com", origins: { app: { service: "web" } } } },
            { "aws:region": "us-east-1" },
        );
        assert.equal(there.aws.of(sns.Topic).length, 1);
    });

    it("is a database's storage, life, replicas and backups", () => {
        const { metricName, threshold, comparisonOperator, evaluationPeriods } = alarm("db-storage");
        assert.deepEqual(
            [metricName, comparisonOperator, evaluationPeriods],
            ["FreeStorageSpace", "LessThanThreshold", 15],
        );
        assert.equal(threshold, 10 * 1024 ** 3, "a tenth of 100 GiB");
        assert.equal(policy("db-storage").conditionThreshold?.thresholdValue, 0.9);

        assert.deepEqual([alarm("db-down").threshold, alarm("db-down").treatMissingData], [0, "breaching"]);
        assert.match(filterOf("db-down")!, /cloudsql\.googleapis\.com\/database\/up/);
        assert.equal(policy("db-down").conditionThreshold?.evaluationMissingData, "EVALUATION_MISSING_DATA_ACTIVE");

        const lag = alarm("db-replica-1-lag");
        assert.deepEqual(lag.dimensions, { DBInstanceIdentifier: "${demo-prod-db-replica-1.identifier}" });
        assert.deepEqual(
            [lag.threshold, lag.treatMissingData],
            [600, "breaching"],
            "RDS counts to 300 while nobody writes",
        );
        assert.match(filterOf("db-replica-1-lag")!, /example-project:\$\{demo-prod-db-replica-1\.name\}/);
        assert.match(
            logOf("db-backup")!,
            /automatedBackup" AND protoPayload\.metadata\.windowStatus=\("STATUS_FAILED"/,
        );
    });

    it("is a cache by all of its nodes, as another may be the primary", () => {
        const nodes = { CacheClusterId: "${demo-prod-redis.replicationGroupId}-001" };
        assert.deepEqual(math("redis-down"), ["FILL(node1, 0) + FILL(node2, 0)", ["IsMaster", "IsMaster"], nodes]);
        assert.deepEqual([alarm("redis-down").threshold, alarm("redis-down").treatMissingData], [1, "breaching"]);
        assert.deepEqual(math("redis-evictions").slice(0, 2), [
            "FILL(node1, 0) + FILL(node2, 0)",
            ["Evictions", "Evictions"],
        ]);
        assert.equal(math("redis-cpu")[0], "MAX([node1, node2])");
        assert.match(filterOf("redis-down")!, /redis\.googleapis\.com\/replication\/role/);
    });

    it("is one node where there is one", async () => {
        const single = await on2({
            caches: {
                redis: { highAvailability: false },
                sessions: { engine: "memcached", highAvailability: false },
            },
        });
        const { metricName, metricQueries } = single.aws.one(cloudwatch.MetricAlarm, "-alarms-redis-down").inputs;
        assert.deepEqual([metricName, metricQueries], ["IsMaster", undefined]);
        const memcached = single.aws.one(cloudwatch.MetricAlarm, "-alarms-sessions-down").inputs;
        assert.deepEqual([memcached.metricName, memcached.metricQueries], ["CurrConnections", undefined]);
    });

    it("is each node of memcached, none of which stands in for another", () => {
        const first = { CacheClusterId: "${demo-prod-sessions.clusterId}", CacheNodeId: "0001" };
        assert.deepEqual(math("sessions-down"), [
            "MIN([FILL(node1, 0), FILL(node2, 0)])",
            ["CurrConnections", "CurrConnections"],
            first,
        ]);
        assert.deepEqual([alarm("sessions-down").threshold, alarm("sessions-down").treatMissingData], [1, "breaching"]);
        assert.deepEqual(math("sessions-cpu")[1], ["CPUUtilization", "CPUUtilization"]);
        assert.equal(
            filterOf("sessions-down"),
            'resource.type = "memcache.googleapis.com/MemcacheNode" AND metric.type = "memcache.googleapis.com/node/active_connections" AND resource.labels.instance_id = "${demo-prod-sessions.name}"',
        );
        const { aggregations, thresholdValue, comparison, evaluationMissingData } =
            policy("sessions-down").conditionThreshold!;
        assert.deepEqual(
            [aggregations?.[0].crossSeriesReducer, thresholdValue, comparison, evaluationMissingData],
            ["REDUCE_COUNT", 2, "COMPARISON_LT", "EVALUATION_MISSING_DATA_ACTIVE"],
        );
        // It fills up by its nature.
        for (const { name } of [...aws.of(cloudwatch.MetricAlarm), ...gcp.of(monitoring.AlertPolicy)])
            assert.doesNotMatch(name, /sessions-memory/);
    });

    it("is a table's throttles and a bucket's copy, whose metrics are switched on", () => {
        assert.deepEqual(math("facts-throttles"), [
            "FILL(reads, 0) + FILL(writes, 0)",
            ["ReadThrottleEvents", "WriteThrottleEvents"],
            { TableName: "${demo-prod-facts.name}" },
        ]);
        assert.match(filterOf("facts-throttles")!, /database_id = "\$\{demo-prod-facts\.name\}".*RESOURCE_EXHAUSTED/);
        assert.deepEqual(measured("assets-replication"), [
            "AWS/S3",
            "OperationsFailedReplication",
            {
                SourceBucket: "${demo-prod-assets.bucket}",
                DestinationBucket: "${demo-prod-assets-replica.bucket}",
                RuleId: "everything",
            },
        ]);
        const [rule] = aws.one(s3.BucketReplicationConfig).inputs.rules;
        assert.deepEqual([rule.id, rule.destination.metrics], ["everything", { status: "Enabled" }]);
        assert.match(filterOf("assets-replication")!, /replication\/meeting_rpo/);
        assert.equal(
            policy("assets-replication").conditionThreshold?.aggregations?.[0].crossSeriesReducer,
            "REDUCE_COUNT_FALSE",
        );
    });

    it("is a file system's credits, and its backups by their events", () => {
        const credits = alarm("files-throughput");
        assert.deepEqual([credits.metricName, credits.threshold], ["BurstCreditBalance", 230897441833]);
        const rule = aws.one(cloudwatch.EventRule, "-alarms-files-backup").inputs;
        const { detail } = JSON.parse(String(rule.eventPattern));
        assert.deepEqual(detail.state, ["FAILED", "EXPIRED", "ABORTED"]);
        assert.deepEqual(detail.resourceArn, [{ suffix: ":file-system/${demo-prod-files.id}" }]);
    });

    it("is a job that fails at once, and one that cannot be started", () => {
        const group = aws.one(scheduler.ScheduleGroup).name;
        assert.equal(aws.one(scheduler.Schedule).inputs.groupName, `\${${group}.name}`);
        assert.deepEqual(measured("clean-start"), [
            "AWS/Scheduler",
            "TargetErrorCount",
            { ScheduleGroup: `\${${group}.name}` },
        ]);
        assert.deepEqual(math("clean-failed"), [
            "FILL(failed, 0) + FILL(late, 0)",
            ["ExecutionsFailed", "ExecutionsTimedOut"],
            { StateMachineArn: "${demo-prod-clean.arn}" },
        ]);
        assert.equal(alarm("clean-failed").evaluationPeriods, 1);
        const failed = policy("clean-failed").conditionThreshold;
        assert.deepEqual([failed?.duration, failed?.evaluationMissingData], ["0s", undefined]);
        assert.match(
            failed!.filter!,
            /completed_execution_count.*job_name = "\$\{demo-prod-clean\.name\}".*result = "failed"/,
        );
        assert.match(logOf("clean-start")!, /job_id="\$\{demo-prod-clean-schedule\.name\}" AND severity>=ERROR$/);
    });

    it("is a rotation that nobody hears of, or that fails", () => {
        assert.deepEqual(measured("keys-undelivered"), [
            "AWS/Events",
            "FailedInvocations",
            { RuleName: "${demo-prod-keys-rotation.name}" },
        ]);
        assert.deepEqual(math("keys-rotation")[2], { StateMachineArn: "${demo-prod-keys-rotation-machine.arn}" });
        assert.match(
            filterOf("keys-rotation")!,
            /finished_execution_count.*workflow_id = "\$\{demo-prod-keys-rotation\.name\}"/,
        );
        assert.match(filterOf("keys-undelivered")!, /oldest_unacked_message_age.*subscription_id/);
    });

    it("lets events tell by one policy, which keeps its place in existing stacks", async () => {
        assert.equal(aws.of(sns.TopicPolicy).length, 1);
        const quiet = await on2({
            alarms: { failedDeployments: false },
            filesystems: { files: { backup: false } },
        });
        assert.equal(quiet.aws.of(sns.TopicPolicy).length, 0, "without events the account's own policy is enough");
    });
});
