import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type { input } from "@pulumi/aws/types";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type * as topology from "../../topology/app";
import { awsBodyRule, awsGroups, awsRulesOf, exclusions, largeBody } from "../../topology/managed-rules";
import { byPlaces, pathPattern, type Places } from "../../topology/managed-rules";
import type * as roles from "../roles";

/** KB of a body that WAF is handed by a load balancer: always; and by CloudFront: at least. */
const bodyKbOf = { balancer: 8, cdn: 16 };

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

        const rules = webAclRules(args.firewall, bodyKbOf.balancer);
        if (args.cdn) {
            const bodyKb = Math.max(args.firewall.bodyKb, bodyKbOf.cdn);
            const proof = new random.RandomPassword(`${name}-proof`, { length: 40, special: false }, { parent: this });
            this.cdnHeader = { name: "x-cdn-proof", value: proof.result };
            this.cdnId = this.acl(`${name}-cdn`, args, {
                scope: "CLOUDFRONT",
                region: "us-east-1",
                rules: webAclRules(args.firewall, bodyKb),
                bodyKb,
            });
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
        { scope, region, rules, bodyKb }: { scope: string; region?: string; rules: Rule[]; bodyKb?: number },
    ): pulumi.Output<string> {
        const acl = new wafv2.WebAcl(
            name,
            {
                scope,
                region,
                defaultAction: { allow: {} },
                visibilityConfig: visibility(name),
                associationConfig: bodyKb
                    ? { requestBodies: [{ cloudfront: { defaultSizeInspectionLimit: `KB_${bodyKb}` } }] }
                    : undefined,
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
type Statement = input.wafv2.WebAclRuleStatement;

/** A web ACL's rules, the first of which is asked first: countries, rate, large bodies, AWS's managed groups, exceptions. */
function webAclRules(firewall: topology.Firewall, bodyKb: number): Rule[] {
    const { mode, rateLimit, countries, exclude } = firewall;
    const action = mode === "block" ? { block: {} } : { count: {} };
    const overrideAction = mode === "block" ? { none: {} } : { count: {} };
    const geoMatch = (countryCodes: string[]): Statement => ({ geoMatchStatement: { countryCodes } });
    const excluded = exclusions(exclude, awsRulesOf);

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
        ...largeBodies(firewall, bodyKb).map((statement) => ({ name: "large-bodies", action, statement })),
        ...Object.entries(awsGroups).map(([name, { rules }]) => ({
            name,
            overrideAction,
            statement: {
                managedRuleGroupStatement: {
                    vendorName: "AWS",
                    name,
                    ruleActionOverrides: counted(name, rules, excluded),
                },
            },
        })),
        // A rule that only counts leaves its label on the request, by which it blocks elsewhere after all.
        ...byPlaces(excluded).map(({ rules, paths }) => ({
            name: `${rules[0]}-elsewhere`,
            action,
            statement: both(anyOf(rules.map(labelled)), not(within(paths))),
        })),
    ];
}

/** Bodies larger than what is inspected, where they are refused: nowhere, everywhere, or everywhere but at some paths. */
function largeBodies({ largeBodies, exclude }: topology.Firewall, bodyKb: number): Statement[] {
    const spared = exclusions(exclude, (rule) => (rule === largeBody ? [rule] : [])).get(largeBody);
    if (largeBodies === "pass" || spared === "everywhere") return [];
    const tooLarge: Statement = {
        sizeConstraintStatement: {
            fieldToMatch: { body: { oversizeHandling: "MATCH" } },
            comparisonOperator: "GT",
            size: bodyKb * 1024,
            textTransformations: [{ priority: 0, type: "NONE" }],
        },
    };
    return [spared ? both(tooLarge, not(within(spared))) : tooLarge];
}

/** Rules of a group that only count: what is left out somewhere, and the limit of bodies in any case. */
function counted(group: string, rules: object, excluded: Map<string, Places>) {
    const names = Object.keys(rules).filter((rule) => excluded.has(rule));
    if (group === "AWSManagedRulesCommonRuleSet") names.unshift(awsBodyRule);
    return names.length ? names.map((name) => ({ name, actionToUse: { count: {} } })) : undefined;
}

/** Requests on which a managed rule left its label. */
const labelled = (rule: string): Statement => {
    const [group] = Object.values(awsGroups).filter(({ rules }) => Object.hasOwn(rules, rule));
    const label = (group.rules as Record<string, string>)[rule];
    return { labelMatchStatement: { scope: "LABEL", key: `awswaf:managed:aws:${group.label}:${label}` } };
};

/** Requests to some paths, as the app will read them: `/upload/../login` is none of `/upload/*`. */
const within = (paths: string[]): Statement => ({
    regexMatchStatement: {
        regexString: pathPattern(paths),
        fieldToMatch: { uriPath: {} },
        textTransformations: [
            { priority: 0, type: "URL_DECODE" },
            { priority: 1, type: "NORMALIZE_PATH" },
        ],
    },
});

const both = (...statements: Statement[]): Statement => ({ andStatement: { statements } });
const not = (statement: Statement): Statement => ({ notStatement: { statement } });
/** AWS takes no choice of one. */
const anyOf = (statements: Statement[]): Statement =>
    statements.length > 1 ? { orStatement: { statements } } : statements[0];

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
