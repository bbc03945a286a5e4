import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as monitoring from "@pulumi/gcp/monitoring";

import { todoOn, todoOnBoth } from "./stack";

const on = (overrides = {}) =>
    todoOnBoth({ alarms: { enabled: true, emails: ["ops@example.com"], ...overrides } }, "prod");

describe("Alarms", () => {
    it("ring at the document's thresholds on AWS, after five minutes", async () => {
        const { aws } = await on();

        const alarms = Object.fromEntries(
            aws.of(cloudwatch.MetricAlarm).map(({ name, inputs }) => [name.replace("todo-prod-alarms-", ""), inputs]),
        );
        assert.deepEqual(
            Object.entries(alarms).map(([name, { comparisonOperator, threshold }]) => [
                name,
                comparisonOperator,
                threshold,
            ]),
            [
                ["api-5xx", "GreaterThanThreshold", 5],
                ["api-cpu", "GreaterThanThreshold", 80],
                ["api-instances", "LessThanThreshold", 2],
                ["api-latency", "GreaterThanThreshold", 1],
                ["api-memory", "GreaterThanThreshold", 80],
                ["api-unhealthy", "GreaterThanThreshold", 0],
                ["db-connections", "GreaterThanThreshold", 1024],
                ["db-cpu", "GreaterThanThreshold", 80],
                ["db-down", "LessThanThreshold", 0],
                ["db-storage", "LessThanThreshold", 2147483648],
                ["errors", "GreaterThanThreshold", 5],
                ["todo.example.com-certificate", "LessThanThreshold", 21],
            ],
        );
        for (const name of [
            "api-5xx",
            "api-cpu",
            "api-instances",
            "api-latency",
            "api-memory",
            "db-connections",
            "db-cpu",
        ])
            assert.equal(alarms[name].evaluationPeriods, 5, name);
        for (const { alarmActions } of Object.values(alarms))
            assert.deepEqual(alarmActions, ["${todo-prod-alarms.arn}"]);
        assert.equal(alarms["api-instances"].treatMissingData, "breaching", "no task at all reports nothing");
    });

    it("ring at the document's thresholds on GCP", async () => {
        const policies = (await on()).gcp.of(monitoring.AlertPolicy);
        const all = JSON.stringify(policies.map(({ inputs }) => inputs));

        for (const name of ["api-5xx", "api-latency", "api-instances", "db-connections"])
            assert.ok(
                policies.some((policy) => policy.name.endsWith(name)),
                `${name} in ${policies.map((p) => p.name)}`,
            );
        assert.match(all, /response_code_class/);
        for (const { inputs } of policies) assert.equal(inputs.notificationChannels?.length, 1);
    });

    it("ring at other percentiles, averages and durations where the app says so", async () => {
        const { aws, gcp } = await on({
            errorPercent: 1,
            latencyPercentile: 99,
            latencySeconds: 0.5,
            averageLatencySeconds: 0.2,
            cpuMinutes: 10,
            deploymentMinutes: 15,
        });
        const alarm = (id: string) => aws.one(cloudwatch.MetricAlarm, `todo-prod-alarms-${id}`).inputs;
        const policy = (id: string) =>
            gcp.one(monitoring.AlertPolicy, `todo-prod-alarms-${id}`).inputs.conditions?.[0].conditionThreshold;

        assert.equal(alarm("api-5xx").threshold, 1);
        assert.deepEqual([alarm("api-latency").extendedStatistic, alarm("api-latency").threshold], ["p99", 0.5]);
        assert.deepEqual([alarm("api-response").statistic, alarm("api-response").threshold], ["Average", 0.2]);
        assert.deepEqual([alarm("api-cpu").evaluationPeriods, alarm("db-cpu").evaluationPeriods], [10, 10]);
        const { metricName, namespace, evaluationPeriods, threshold } = alarm("api-deployment");
        assert.deepEqual([namespace, metricName], ["ECS/ContainerInsights", "DeploymentCount"]);
        assert.deepEqual([threshold, evaluationPeriods], [1, 15], "two deployments for a quarter of an hour");

        assert.equal(policy("api-5xx")?.thresholdValue, 0.01);
        assert.equal(policy("api-latency")?.thresholdValue, 500);
        assert.equal(policy("api-latency")?.aggregations?.[0].crossSeriesReducer, "REDUCE_PERCENTILE_99");
        assert.equal(policy("api-response")?.thresholdValue, 200);
        assert.equal(policy("api-response")?.aggregations?.[0].crossSeriesReducer, "REDUCE_MEAN");
        assert.equal(policy("api-cpu")?.duration, "600s");
    });

    it("tell of a failed deployment", async () => {
        const { aws, gcp } = await on();

        const pattern = JSON.parse(String(aws.one(cloudwatch.EventRule).inputs.eventPattern));
        assert.deepEqual(pattern.detail, { eventName: ["SERVICE_DEPLOYMENT_FAILED"] });
        assert.deepEqual(pattern.resources, [{ suffix: ":service/${todo-prod-platform.name}/${todo-prod-api.name}" }]);
        assert.equal(aws.one(cloudwatch.EventTarget).inputs.arn, "${todo-prod-alarms.arn}");
        const policy = JSON.parse(String(aws.one(sns.TopicPolicy).inputs.policy));
        assert.deepEqual(
            policy.Statement.map(({ Principal }: { Principal: { Service: string } }) => Principal.Service),
            ["cloudwatch.amazonaws.com", "events.amazonaws.com"],
        );
        const { Condition } = policy.Statement[1];
        assert.equal(Condition, undefined, "EventBridge brings SNS nothing that a condition could hold of");

        const log = gcp.one(monitoring.AlertPolicy, "todo-prod-alarms-deployments").inputs;
        assert.match(
            String(log.conditions?.[0].conditionMatchedLog?.filter),
            /service_name=\("\$\{todo-prod-api\.name\}"\) AND .*severity>=ERROR$/,
        );
        assert.equal(log.alertStrategy?.notificationRateLimit?.period, "300s");

        const quiet = await on({ failedDeployments: false });
        assert.equal(quiet.aws.of(cloudwatch.EventRule).length, 0);
        assert.equal(quiet.gcp.of(monitoring.AlertPolicy).filter(({ name }) => name.endsWith("deployments")).length, 0);
    });

    it("tell every address", async () => {
        const { aws, gcp } = await on({ emails: ["a@example.com", "b@example.com"] });

        assert.deepEqual(
            aws.of(sns.TopicSubscription).map(({ inputs }) => inputs.endpoint),
            ["a@example.com", "b@example.com"],
        );
        assert.deepEqual(
            gcp.of(monitoring.NotificationChannel).map(({ inputs }) => inputs.labels?.email_address),
            ["a@example.com", "b@example.com"],
        );
    });

    it("are silent in dev, where only the dashboard is kept", async () => {
        const { aws, gcp } = await todoOnBoth();

        assert.equal(aws.of(cloudwatch.MetricAlarm).length + aws.of(sns.Topic).length, 0);
        assert.equal(gcp.of(monitoring.AlertPolicy).length, 0);
        assert.equal(aws.of(cloudwatch.Dashboard).length, 1);
        assert.equal(gcp.of(monitoring.Dashboard).length, 1);
        for (const { outputs } of [aws, gcp]) assert.match(String(outputs.dashboard), /^https:\/\/.*console/);
    });

    it("draw a dashboard that is valid JSON, with a graph for every service and database", async () => {
        const { aws, gcp } = await on();

        const body = JSON.parse(String(aws.one(cloudwatch.Dashboard).inputs.dashboardBody));
        assert.deepEqual(
            body.widgets.map(({ properties }: { properties: { title: string } }) => properties.title.split(":")[0]),
            ["api", "api", "api", "api", "db", "db", "db", "Load balancer"],
        );
        assert.ok(JSON.parse(String(gcp.one(monitoring.Dashboard).inputs.dashboardJson)));
    });

    it("ask the app from outside at its health path", async () => {
        const check = (await todoOn("gcp", {}, "prod")).one(monitoring.UptimeCheckConfig).inputs;

        assert.equal(check.httpCheck?.path, "/health-check");
        assert.equal(check.httpCheck?.useSsl, true);
        assert.equal(check.monitoredResource?.labels?.host, "todo.example.com");
    });
});
