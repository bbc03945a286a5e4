import * as monitoring from "@pulumi/gcp/monitoring";
import * as pulumi from "@pulumi/pulumi";

import type * as watched from "../watched";
import { dashboardJson } from "./dashboard";
import { policy, type Rule } from "./rule";
import { dataRules } from "./watch-data";
import { operationRules } from "./watch-operations";
import { entranceRules, serviceRules } from "./watch-services";

/** Cloud Monitoring's alert policies, an uptime check and a dashboard. Its twin is ../aws/alarms.ts. */
export class Alarms extends pulumi.ComponentResource implements watched.Alarms {
    readonly dashboard: pulumi.Output<string>;

    constructor(name: string, args: watched.AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
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
            for (const rule of rules) policy(name, rule, channels, this);
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
            failure: "ingressUptime",
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
export const alarmRules = (args: watched.AlarmsArgs): Rule[] => [
    ...serviceRules(args),
    ...entranceRules(args),
    ...dataRules(args),
    ...operationRules(args),
];
