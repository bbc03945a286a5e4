import * as monitoring from "@pulumi/gcp/monitoring";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { dashboardJson } from "./dashboard";
import { failedDeployments } from "./deployments";
import { cloudRun, cloudSql, filter, loadBalancer, memorystore, type Metric } from "./metrics";

/** One alarm: what is measured, how far it may go, and for how long. */
export interface Rule {
    /** Unique within the stack; the alarm's name. */
    id: string;
    description: string;
    metric: Metric;
    /** What `metric` is measured against; the threshold is then a share. */
    of?: Metric;
    comparison?: "COMPARISON_GT" | "COMPARISON_LT";
    threshold: number;
    /** @default 5 */
    minutes?: number;
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
            if (alarms.failedDeployments) failedDeployments(`${name}-deployments`, args, channels, this);
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
        const { id, description, metric, of, threshold } = rule;
        const { comparison = "COMPARISON_GT", minutes = 5, missing = "INACTIVE" } = rule;
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
                            duration: `${minutes * 60}s`,
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
export function alarmRules(args: roles.AlarmsArgs): Rule[] {
    const { alarms, services, databases, caches } = args;
    return [
        ...Object.keys(services).flatMap((key) => serviceRules(key, args)),
        ...Object.entries(databases).flatMap(([key, database]): Rule[] => {
            const server = cloudSql(database);
            return [
                {
                    id: `${key}-cpu`,
                    description: `CPU of ${key}`,
                    metric: server.cpu,
                    threshold: alarms.cpuPercent / 100,
                    minutes: alarms.cpuMinutes,
                },
                {
                    id: `${key}-connections`,
                    description: `Connections to ${key}, of ${database.maxConnections}`,
                    metric: server.connections,
                    threshold: Math.floor((database.maxConnections * alarms.databaseConnectionsPercent) / 100),
                },
            ];
        }),
        ...Object.entries(caches).map(([key, cache]): Rule => ({
            id: `${key}-memory`,
            description: `Memory of ${key}`,
            metric: memorystore(cache).memory,
            threshold: alarms.memoryPercent / 100,
        })),
    ];
}

/** What Cloud Run says of a service, and what the load balancer says of each of its targets. */
function serviceRules(key: string, { alarms, services, ingress }: roles.AlarmsArgs): Rule[] {
    const { service, scale, targets } = services[key];
    const run = cloudRun(service);
    return [
        {
            id: `${key}-cpu`,
            description: `CPU of ${key}`,
            metric: run.cpu,
            threshold: alarms.cpuPercent / 100,
            minutes: alarms.cpuMinutes,
        },
        {
            id: `${key}-memory`,
            description: `Memory of ${key}`,
            metric: run.memory,
            threshold: alarms.memoryPercent / 100,
        },
        ...targets.flatMap((id): Rule[] => {
            const balancer = loadBalancer(ingress, id);
            return [
                {
                    id: `${id}-5xx`,
                    description: `5xx responses of ${id}, share of all`,
                    metric: balancer.errors,
                    of: balancer.requests,
                    threshold: alarms.errorPercent / 100,
                },
                {
                    id: `${id}-latency`,
                    description: `${alarms.latencyPercentile}th percentile of the response time of ${id}, milliseconds`,
                    metric: balancer.latency(`PERCENTILE_${alarms.latencyPercentile}`),
                    threshold: alarms.latencySeconds * 1000,
                },
                ...(alarms.averageLatencySeconds
                    ? [
                          {
                              id: `${id}-response`,
                              description: `Average response time of ${id}, milliseconds`,
                              metric: balancer.latency("MEAN"),
                              threshold: alarms.averageLatencySeconds * 1000,
                          },
                      ]
                    : []),
            ];
        }),
        // A service that may go down to none, or does at night, has no number of instances that is too low.
        ...(scale.min > 0 && !scale.hours
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
}
