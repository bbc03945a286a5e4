import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";

import type * as watched from "../watched";
import { dashboardBody } from "./dashboard";
import { eventNotices, letEventsTell, tellOf } from "./events";
import { alarm, type Rule } from "./rule";
import { dataRules } from "./watch-data";
import { operationRules } from "./watch-operations";
import { entranceRules, serviceRules } from "./watch-services";

/** CloudWatch alarms and events to an SNS topic, and a dashboard. Its twin is ../gcp/alarms.ts. */
export class Alarms extends pulumi.ComponentResource implements watched.Alarms {
    readonly dashboard: pulumi.Output<string>;

    constructor(name: string, args: watched.AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Alarms", name, {}, opts);
        const { alarms, place } = args;

        if (alarms.enabled) {
            const topic = this.topic(name, alarms.emails);
            const rules = alarmRules(args);
            // An alarm tells a topic of its own region alone.
            const elsewhere = place.region !== "us-east-1" && rules.some(({ region }) => region);
            const edge = elsewhere ? this.topic(`${name}-edge`, alarms.emails, "us-east-1") : topic;
            for (const rule of rules) alarm(name, rule, (rule.region ? edge : topic).arn, this);

            const notices = eventNotices(args);
            const policy = notices.length ? letEventsTell(name, topic, this) : undefined;
            for (const notice of notices) tellOf(name, notice, topic, policy!, this);
        }
        const dashboard = new cloudwatch.Dashboard(
            `${name}-dashboard`,
            { dashboardName: name, dashboardBody: dashboardBody(args) },
            { parent: this },
        );

        this.dashboard = pulumi.interpolate`https://${place.region}.console.aws.amazon.com/cloudwatch/home?region=${place.region}#dashboards/dashboard/${dashboard.dashboardName}`;
        this.registerOutputs({ dashboard: this.dashboard });
    }

    private topic(name: string, emails: string[], region?: string): sns.Topic {
        const topic = new sns.Topic(name, { region }, { parent: this });
        for (const email of emails)
            new sns.TopicSubscription(
                `${name}-${email}`,
                { topic: topic.arn, protocol: "email", endpoint: email, region },
                { parent: this },
            );
        return topic;
    }
}

/** Every alarm of a stack, as data. */
export const alarmRules = (args: watched.AlarmsArgs): Rule[] => [
    ...serviceRules(args),
    ...entranceRules(args),
    ...dataRules(args),
    ...operationRules(args),
];
