import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { dashboardBody } from "./dashboard";
import { failedDeployments } from "./deployments";
import { cacheMetric, ecsMetric, rdsMetric, targetMetric, type Metric } from "./metrics";

/** One alarm: what is measured, how far it may go, and for how long. */
export interface Rule {
    /** Unique within the stack; the alarm's name. */
    id: string;
    description: string;
    metric: Metric | { errors: Metric; of: Metric };
    comparison?: "GreaterThanThreshold" | "LessThanThreshold";
    threshold: number;
    /** @default 5 */
    minutes?: number;
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
            if (alarms.failedDeployments) failedDeployments(`${name}-deployments`, args, topic, this);
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
            minutes = 5,
            missing = "notBreaching",
        } = rule;
        const measured = "errors" in metric ? { metricQueries: percentOf(metric.errors, metric.of) } : single(metric);
        new cloudwatch.MetricAlarm(
            `${name}-${id}`,
            {
                alarmDescription: description,
                comparisonOperator: comparison,
                threshold,
                evaluationPeriods: minutes,
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
export function alarmRules(args: roles.AlarmsArgs): Rule[] {
    const { alarms, services, databases, caches } = args;
    return [
        ...Object.keys(services).flatMap((key) => serviceRules(key, args)),
        ...Object.entries(databases).flatMap(([key, database]): Rule[] => {
            const metric = rdsMetric(database);
            return [
                {
                    id: `${key}-cpu`,
                    description: `CPU of ${key}, percent`,
                    metric: metric("CPUUtilization"),
                    threshold: alarms.cpuPercent,
                    minutes: alarms.cpuMinutes,
                },
                {
                    id: `${key}-connections`,
                    description: `Connections to ${key}, of ${database.maxConnections}`,
                    metric: metric("DatabaseConnections"),
                    threshold: Math.floor((database.maxConnections * alarms.databaseConnectionsPercent) / 100),
                },
            ];
        }),
        ...Object.entries(caches).map(([key, cache]): Rule => ({
            id: `${key}-memory`,
            description: `Memory of ${key}, percent`,
            metric: cacheMetric(cache)("DatabaseMemoryUsagePercentage"),
            threshold: alarms.memoryPercent,
        })),
    ];
}

/** What the platform says of a service, and what the load balancer says of each of its targets. */
function serviceRules(key: string, { alarms, services, ingress, platform }: roles.AlarmsArgs): Rule[] {
    const { service, scale, targets } = services[key];
    const metric = ecsMetric(platform, service);
    return [
        {
            id: `${key}-cpu`,
            description: `CPU of ${key}, percent`,
            metric: metric("CPUUtilization"),
            threshold: alarms.cpuPercent,
            minutes: alarms.cpuMinutes,
        },
        {
            id: `${key}-memory`,
            description: `Memory of ${key}, percent`,
            metric: metric("MemoryUtilization"),
            threshold: alarms.memoryPercent,
        },
        ...(alarms.deploymentMinutes
            ? [
                  {
                      id: `${key}-deployment`,
                      description: `Deployments of ${key} at once: one has not ended`,
                      metric: {
                          ...metric("DeploymentCount"),
                          namespace: "ECS/ContainerInsights",
                          statistic: "Maximum",
                      },
                      threshold: 1,
                      minutes: alarms.deploymentMinutes,
                  },
              ]
            : []),
        ...targets.flatMap((id): Rule[] => {
            const target = targetMetric(ingress, id);
            return [
                {
                    id: `${id}-5xx`,
                    description: `5xx responses of ${id}, percent of all`,
                    metric: { errors: target("HTTPCode_Target_5XX_Count", "Sum"), of: target("RequestCount", "Sum") },
                    threshold: alarms.errorPercent,
                },
                {
                    id: `${id}-latency`,
                    description: `${alarms.latencyPercentile}th percentile of the response time of ${id}, seconds`,
                    metric: target("TargetResponseTime", `p${alarms.latencyPercentile}`),
                    threshold: alarms.latencySeconds,
                },
                ...(alarms.averageLatencySeconds
                    ? [
                          {
                              id: `${id}-response`,
                              description: `Average response time of ${id}, seconds`,
                              metric: target("TargetResponseTime", "Average"),
                              threshold: alarms.averageLatencySeconds,
                          },
                      ]
                    : []),
                // Hours off mean no tasks on purpose.
                ...(scale.hours
                    ? []
                    : [
                          {
                              id: `${id}-instances`,
                              description: `Healthy tasks of ${id}, fewer than its minimum`,
                              metric: target("HealthyHostCount", "Minimum"),
                              comparison: "LessThanThreshold" as const,
                              threshold: scale.min,
                              missing: "breaching" as const,
                          },
                      ]),
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
