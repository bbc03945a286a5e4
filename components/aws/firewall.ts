import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type { input } from "@pulumi/aws/types";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import type * as roles from "../roles";

/** AWS's rule groups, cheapest verdict first. Each counts its own capacity; together 1,125 of the 1,500 that are free. */
const managedGroups = [
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
];

/** A WAFv2 web ACL for a load balancer. Its twin is ../gcp/firewall.ts. */
export class Firewall extends pulumi.ComponentResource implements roles.Firewall {
    readonly id: pulumi.Output<string>;

    constructor(name: string, args: roles.FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Firewall", name, {}, opts);

        const acl = new wafv2.WebAcl(
            name,
            {
                scope: "REGIONAL",
                defaultAction: { allow: {} },
                visibilityConfig: visibility(name),
                rules: webAclRules(args.firewall),
            },
            { parent: this },
        );
        // WAF delivers only to groups whose name begins so.
        const group = new cloudwatch.LogGroup(
            `${name}-logs`,
            { name: `aws-waf-logs-${name}`, retentionInDays: args.logRetentionDays },
            { parent: this },
        );
        new wafv2.WebAclLoggingConfiguration(
            `${name}-logging`,
            {
                resourceArn: acl.arn,
                logDestinationConfigs: [group.arn],
                redactedFields: args.redactedHeaders.map((header) => ({ singleHeader: { name: header } })),
            },
            { parent: this },
        );

        this.id = acl.arn;
        this.registerOutputs({ id: this.id });
    }
}

type Rule = Omit<input.wafv2.WebAclRule, "priority" | "visibilityConfig"> & { name: string };

/** The web ACL's rules in order of priority: countries, rate, AWS's managed groups. */
export function webAclRules(firewall: topology.Firewall): input.wafv2.WebAclRule[] {
    const { mode, rateLimit, countries } = firewall;
    const action = mode === "block" ? { block: {} } : { count: {} };
    const overrideAction = mode === "block" ? { none: {} } : { count: {} };
    const geoMatch = (countryCodes: string[]): input.wafv2.WebAclRuleStatement => ({
        geoMatchStatement: { countryCodes },
    });

    const rules: Rule[] = [
        ...(countries?.allow
            ? [{ name: "countries", action, statement: { notStatement: { statement: geoMatch(countries.allow) } } }]
            : []),
        ...(countries?.block ? [{ name: "countries", action, statement: geoMatch(countries.block) }] : []),
        {
            name: "rate-limit",
            action,
            statement: {
                rateBasedStatement: {
                    limit: rateLimit.requests,
                    evaluationWindowSec: rateLimit.windowSeconds,
                    aggregateKeyType: "IP",
                },
            },
        },
        ...managedGroups.map((name) => ({
            name,
            overrideAction,
            statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
        })),
    ];
    return rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: visibility(rule.name) }));
}

const visibility = (metricName: string) => ({
    metricName,
    cloudwatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
});
