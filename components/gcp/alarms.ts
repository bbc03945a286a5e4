import * as monitoring from "@pulumi/gcp/monitoring";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { dashboardJson } from "./dashboard";
import { cloudSql, type Metric, cloudRun, filter, loadBalancer } from "./metrics";

/** One alarm: what is measured, and how far it may go for five minutes. */
export interface Rule {
    /** Unique within the stack; the alarm's name. */
    id: string;
    description: string;
    metric: Metric;
    /** What `metric` is measured against; the threshold is then a share. */
    of?: Metric;
    comparison?: "COMPARISON_GT" | "COMPARISON_LT";
    threshold: number;
    /** What silence means: usually nothing happens, but no instance at all reports nothing either. */
    missing?: "INACTIVE" | "ACTIVE";
}

/** Cloud Monitoring's alert policies, an uptime check and a dashboard. Its twin is ../aws/alarms.ts. */
export class Alarms extends pulumi.ComponentResource implements roles.Alarms {
    readonly dashboard: pulumi.Output<string>;

    constructor(name: string, args: roles.AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Alarms", name, {}, opts);
        const { alarms, place, uptime } = args;

        if (alarms.enabled) {
            const channels = alarms.emails.map(
                (email) =>
                    new monitoring.NotificationChannel(
                        `${name}-${email}`,
                        { displayName: email, type: "email", labels: { email_address: email } },
                        { parent: this },
                    ),
            );
            const rules = alarmRules(args);
            if (uptime) rules.push(this.uptime(name, place.project, uptime));
            for (const rule of rules) this.policy(name, rule, channels);
        }
        const dashboard = new monitoring.Dashboard(
            `${name}-dashboard`,
            { dashboardJson: dashboardJson(name, args) },
            { parent: this },
        );

        const id = dashboard.id.apply((path) => path.split("/").at(-1));
        this.dashboard = pulumi.interpolate`https://console.cloud.google.com/monitoring/dashboards/builder/${id}?project=${place.project}`;
        this.registerOutputs({ dashboard: this.dashboard });
    }

    private policy(name: string, rule: Rule, channels: monitoring.NotificationChannel[]): void {
        const { id, description, metric, of, comparison = "COMPARISON_GT", threshold, missing = "INACTIVE" } = rule;
        const aggregation = ({ aligner, reducer }: Metric) => ({
            alignmentPeriod: "60s",
            perSeriesAligner: aligner,
            crossSeriesReducer: reducer,
        });
        new monitoring.AlertPolicy(
            `${name}-${id}`,
            {
                displayName: `${name}: ${description}`,
                combiner: "OR",
                conditions: [
                    {
                        displayName: description,
                        conditionThreshold: {
                            filter: filter(metric),
                            aggregations: [aggregation(metric)],
                            ...(of
                                ? { denominatorFilter: filter(of), denominatorAggregations: [aggregation(of)] }
                                : {}),
                            comparison,
                            thresholdValue: threshold,
                            duration: "300s",
                            evaluationMissingData: `EVALUATION_MISSING_DATA_${missing}`,
                        },
                    },
                ],
                notificationChannels: channels.map((channel) => channel.id),
                alertStrategy: { autoClose: "1800s" },
            },
            { parent: this },
        );
    }

    /** Asks the service every minute from three continents; the rule says how many of them may fail. */
    private uptime(name: string, project: string, { host, path }: { host: string; path: string }): Rule {
        const check = new monitoring.UptimeCheckConfig(
            `${name}-uptime`,
            {
                displayName: `${name}: https://${host}${path}`,
                monitoredResource: { type: "uptime_url", labels: { project_id: project, host } },
                httpCheck: { path, port: 443, useSsl: true, validateSsl: true },
                period: "60s",
                timeout: "10s",
            },
            { parent: this },
        );
        return {
            id: "uptime",
            description: `${host} does not answer`,
            metric: {
                resource: "uptime_url",
                type: "monitoring.googleapis.com/uptime_check/check_passed",
                labels: { "metric.labels.check_id": check.uptimeCheckId },
                aligner: "ALIGN_NEXT_OLDER",
                reducer: "REDUCE_COUNT_FALSE",
            },
            threshold: 1,
        };
    }
}

/** Every alarm of a stack but that of the uptime check, as data. */
export function alarmRules({ alarms, services, databases, ingress }: roles.AlarmsArgs): Rule[] {
    return [
        ...Object.entries(services).flatMap(([key, { service, scale }]): Rule[] => {
            const run = cloudRun(service);
            const balancer = loadBalancer(ingress, key);
            return [
                { id: `${key}-cpu`, description: `CPU of ${key}`, metric: run.cpu, threshold: alarms.cpuPercent / 100 },
                {
                    id: `${key}-memory`,
                    description: `Memory of ${key}`,
                    metric: run.memory,
                    threshold: alarms.memoryPercent / 100,
                },
                {
                    id: `${key}-5xx`,
                    description: `5xx responses of ${key}, share of all`,
                    metric: balancer.errors,
                    of: balancer.requests,
                    threshold: alarms.errorPercent / 100,
                },
                {
                    id: `${key}-latency`,
                    description: `95th percentile of the response time of ${key}, milliseconds`,
                    metric: balancer.latency,
                    threshold: alarms.latencySeconds * 1000,
                },
                // A service that may go down to none has no number of instances that is too low.
                ...(scale.min > 0
                    ? [
                          {
                              id: `${key}-instances`,
                              description: `Instances of ${key}, fewer than its minimum`,
                              metric: run.instances,
                              comparison: "COMPARISON_LT" as const,
                              threshold: scale.min,
                              missing: "ACTIVE" as const,
                          },
                      ]
                    : []),
            ];
        }),
        ...Object.entries(databases).flatMap(([key, database]): Rule[] => {
            const server = cloudSql(database);
            return [
                {
                    id: `${key}-cpu`,
                    description: `CPU of ${key}`,
                    metric: server.cpu,
                    threshold: alarms.cpuPercent / 100,
                },
                {
                    id: `${key}-connections`,
                    description: `Connections to ${key}, of ${database.maxConnections}`,
                    metric: server.connections,
                    threshold: Math.floor((database.maxConnections * alarms.databaseConnectionsPercent) / 100),
                },
            ];
        }),
    ];
}
