"use strict";
// @ts-check

const waf = require("aws-cdk-lib/aws-wafv2");

const { logGroup } = require("./network");

const managedGroups = [
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
];

const visibility = (metricName) => ({
    metricName,
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
});

/** WAFv2 on the load balancer: a rate limit and AWS's managed groups, logged without credentials. CDK has no L2 for it. */
function firewall(scope, name, balancer) {
    const rateBasedStatement = { limit: 2000, evaluationWindowSec: 300, aggregateKeyType: "IP" };
    const rules = [
        { name: "rate-limit", action: { block: {} }, statement: { rateBasedStatement } },
        ...managedGroups.map((group) => ({
            name: group,
            overrideAction: { none: {} },
            statement: { managedRuleGroupStatement: { vendorName: "AWS", name: group } },
        })),
    ];
    const acl = new waf.CfnWebACL(scope, "Firewall", {
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        visibilityConfig: visibility(name),
        rules: rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: visibility(rule.name) })),
    });
    new waf.CfnWebACLAssociation(scope, "FirewallOnBalancer", {
        resourceArn: balancer.loadBalancerArn,
        webAclArn: acl.attrArn,
    });
    new waf.CfnLoggingConfiguration(scope, "FirewallLogging", {
        resourceArn: acl.attrArn,
        logDestinationConfigs: [logGroup(scope, "FirewallLogs", `aws-waf-logs-${name}`).logGroupArn],
        redactedFields: ["authorization", "x-api-token", "cookie"].map((header) => ({
            singleHeader: { Name: header },
        })),
    });
}

module.exports = { firewall };
