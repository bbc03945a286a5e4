import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type { input } from "@pulumi/aws/types";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type * as topology from "../../topology/app";
import type * as roles from "../roles";

/** AWS's rule groups, cheapest verdict first. Each counts its own capacity; together 1,125 of the 1,500 that are free. */
const managedGroups = [
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
];

/**
 * A WAFv2 web ACL for a load balancer. Behind a CDN it would count all visitors as one and take them for being where
 * CloudFront is: there a second one judges them at the edge, by the same rules, and the first lets its requests pass, which
 * a secret header proves. Its twin is ../gcp/firewall.ts.
 */
export class Firewall extends pulumi.ComponentResource implements roles.Firewall {
    readonly id: pulumi.Output<string>;
    readonly cdnId?: pulumi.Output<string>;
    readonly cdnHeader?: { name: string; value: pulumi.Output<string> };

    constructor(name: string, args: roles.FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Firewall", name, {}, opts);

        const rules = webAclRules(args.firewall);
        if (args.cdn) {
            const proof = new random.RandomPassword(`${name}-proof`, { length: 40, special: false }, { parent: this });
            this.cdnHeader = { name: "x-cdn-proof", value: proof.result };
            this.cdnId = this.acl(`${name}-cdn`, args, { scope: "CLOUDFRONT", region: "us-east-1", rules });
        }
        this.id = this.acl(name, args, {
            scope: "REGIONAL",
            rules: this.cdnHeader ? [passing(this.cdnHeader), ...rules] : rules,
        });
        this.registerOutputs({ id: this.id });
    }

    /** ARN of a web ACL that logs what it does. */
    private acl(
        name: string,
        { logRetentionDays, redactedHeaders }: roles.FirewallArgs,
        { scope, region, rules }: { scope: string; region?: string; rules: Rule[] },
    ): pulumi.Output<string> {
        const acl = new wafv2.WebAcl(
            name,
            {
                scope,
                region,
                defaultAction: { allow: {} },
                visibilityConfig: visibility(name),
                rules: rules.map((rule, priority) => ({
                    ...rule,
                    priority,
                    visibilityConfig: visibility(rule.name),
                })),
            },
            { parent: this },
        );
        // WAF delivers only to groups whose name begins so.
        const group = new cloudwatch.LogGroup(
            `${name}-logs`,
            { name: `aws-waf-logs-${name}`, retentionInDays: logRetentionDays, region },
            { parent: this },
        );
        const redacted = [...redactedHeaders, ...(this.cdnHeader ? [this.cdnHeader.name] : [])];
        new wafv2.WebAclLoggingConfiguration(
            `${name}-logging`,
            {
                resourceArn: acl.arn,
                logDestinationConfigs: [group.arn],
                redactedFields: redacted.map((header) => ({ singleHeader: { name: header } })),
                region,
            },
            { parent: this },
        );
        return acl.arn;
    }
}

type Rule = Omit<input.wafv2.WebAclRule, "priority" | "visibilityConfig"> & { name: string };

/** A web ACL's rules, the first of which is asked first: countries, rate, AWS's managed groups. */
function webAclRules(firewall: topology.Firewall): Rule[] {
    const { mode, rateLimit, countries } = firewall;
    const action = mode === "block" ? { block: {} } : { count: {} };
    const overrideAction = mode === "block" ? { none: {} } : { count: {} };
    const geoMatch = (countryCodes: string[]): input.wafv2.WebAclRuleStatement => ({
        geoMatchStatement: { countryCodes },
    });

    return [
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
}

/** Lets requests pass that carry a secret header. */
const passing = ({ name, value }: { name: string; value: pulumi.Input<string> }): Rule => ({
    name: "cdn",
    action: { allow: {} },
    statement: {
        byteMatchStatement: {
            fieldToMatch: { singleHeader: { name } },
            positionalConstraint: "EXACTLY",
            searchString: value,
            textTransformations: [{ priority: 0, type: "NONE" }],
        },
    },
});

const visibility = (metricName: string) => ({
    metricName,
    cloudwatchMetricsEnabled: true,
    // Samples show the headers that the logs redact, and say nothing that is not in the logs.
    sampledRequestsEnabled: false,
});
