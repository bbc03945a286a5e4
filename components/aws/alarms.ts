import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { dashboardBody } from "./dashboard";
import { targetMetric, type Metric } from "./metrics";

/** One alarm: what is measured, and how far it may go for five minutes. */
export interface Rule {
    /** Unique within the stack; the alarm's name. */
    id: string;
    description: string;
    metric: Metric | { errors: Metric; of: Metric };
    comparison?: "GreaterThanThreshold" | "LessThanThreshold";
    threshold: number;
    /** What silence means: usually nothing happens, but no instance at all reports nothing either. */
    missing?: "notBreaching" | "breaching";
}

/** CloudWatch alarms to an SNS topic, and a dashboard. Its twin is ../gcp/alarms.ts. */
export class Alarms extends pulumi.ComponentResource implements roles.Alarms {
    readonly dashboard: pulumi.Output<string>;

    constructor(name: string, args: roles.AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Alarms", name, {}, opts);
        const { alarms, place } = args;

        if (alarms.enabled) {
            const topic = new sns.Topic(name, {}, { parent: this });
            for (const email of alarms.emails)
                new sns.TopicSubscription(
                    `${name}-${email}`,
                    { topic: topic.arn, protocol: "email", endpoint: email },
                    { parent: this },
                );
            for (const rule of alarmRules(args)) this.alarm(name, rule, topic);
        }
        const dashboard = new cloudwatch.Dashboard(
            `${name}-dashboard`,
            { dashboardName: name, dashboardBody: dashboardBody(args) },
            { parent: this },
        );

        this.dashboard = pulumi.interpolate`https://${place.region}.console.aws.amazon.com/cloudwatch/home?region=${place.region}#dashboards/dashboard/${dashboard.dashboardName}`;
        this.registerOutputs({ dashboard: this.dashboard });
    }

    private alarm(name: string, rule: Rule, topic: sns.Topic): void {
        const {
            id,
            description,
            metric,
            comparison = "GreaterThanThreshold",
            threshold,
            missing = "notBreaching",
        } = rule;
        const measured = "errors" in metric ? { metricQueries: percentOf(metric.errors, metric.of) } : single(metric);
        new cloudwatch.MetricAlarm(
            `${name}-${id}`,
            {
                alarmDescription: description,
                comparisonOperator: comparison,
                threshold,
                evaluationPeriods: 5,
                treatMissingData: missing,
                alarmActions: [topic.arn],
                okActions: [topic.arn],
                ...measured,
            },
            { parent: this },
        );
    }
}

/** Every alarm of a stack, as data. */
export function alarmRules({ alarms, services, databases, ingress, platform }: roles.AlarmsArgs): Rule[] {
    return [
        ...Object.entries(services).flatMap(([key, { service, scale }]): Rule[] => {
            const ecs = {
                namespace: "AWS/ECS",
                dimensions: { ClusterName: platform.cluster, ServiceName: service.serviceName },
            };
            const target = targetMetric(ingress, key);
            return [
                {
                    id: `${key}-cpu`,
                    description: `CPU of ${key}, percent`,
                    metric: { ...ecs, name: "CPUUtilization", statistic: "Average" },
                    threshold: alarms.cpuPercent,
                },
                {
                    id: `${key}-memory`,
                    description: `Memory of ${key}, percent`,
                    metric: { ...ecs, name: "MemoryUtilization", statistic: "Average" },
                    threshold: alarms.memoryPercent,
                },
                {
                    id: `${key}-5xx`,
                    description: `5xx responses of ${key}, percent of all`,
                    metric: { errors: target("HTTPCode_Target_5XX_Count", "Sum"), of: target("RequestCount", "Sum") },
                    threshold: alarms.errorPercent,
                },
                {
                    id: `${key}-latency`,
                    description: `95th percentile of the response time of ${key}, seconds`,
                    metric: target("TargetResponseTime", "p95"),
                    threshold: alarms.latencySeconds,
                },
                {
                    id: `${key}-instances`,
                    description: `Healthy tasks of ${key}, fewer than its minimum`,
                    metric: target("HealthyHostCount", "Minimum"),
                    comparison: "LessThanThreshold",
                    threshold: scale.min,
                    missing: "breaching",
                },
            ];
        }),
        ...Object.entries(databases).flatMap(([key, database]): Rule[] => {
            const rds = {
                namespace: "AWS/RDS",
                statistic: "Average",
                dimensions: { DBInstanceIdentifier: database.monitoringId },
            };
            return [
                {
                    id: `${key}-cpu`,
                    description: `CPU of ${key}, percent`,
                    metric: { ...rds, name: "CPUUtilization" },
                    threshold: alarms.cpuPercent,
                },
                {
                    id: `${key}-connections`,
                    description: `Connections to ${key}, of ${database.maxConnections}`,
                    metric: { ...rds, name: "DatabaseConnections" },
                    threshold: Math.floor((database.maxConnections * alarms.databaseConnectionsPercent) / 100),
                },
            ];
        }),
    ];
}

const single = ({ namespace, name, statistic, dimensions }: Metric) => ({
    namespace,
    metricName: name,
    dimensions,
    period: 60,
    ...(statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic }),
});

/** Metric math: without a request there is no error rate, rather than a division by zero. */
const percentOf = (errors: Metric, all: Metric) => {
    const query = (id: string, { namespace, name, statistic, dimensions }: Metric) => ({
        id,
        metric: { namespace, metricName: name, stat: statistic, dimensions, period: 60 },
    });
    return [
        {
            id: "percent",
            expression: "IF(all > 0, 100 * FILL(errors, 0) / all, 0)",
            label: "percent",
            returnData: true,
        },
        query("errors", errors),
        query("all", all),
    ];
};
