import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as compute from "@pulumi/gcp/compute";

import type { Refinement } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { todoOnBoth } from "./stack";

const on = (firewall: Refinement["firewall"] = {}, environment: "dev" | "prod" = "dev") =>
    todoOnBoth({ firewall: { enabled: true, ...firewall } }, environment);
const awsRules = (plan: TestPlan) => plan.one(wafv2.WebAcl).inputs.rules!;
const gcpRules = (plan: TestPlan) => plan.one(compute.SecurityPolicy).inputs.rules!;

describe("Firewall", () => {
    it("stands in prod and not in dev", async () => {
        for (const [environment, count] of [
            ["dev", 0],
            ["prod", 1],
        ] as const) {
            const { aws, gcp } = await todoOnBoth({}, environment);
            assert.equal(aws.of(wafv2.WebAcl).length, count);
            assert.equal(aws.of(wafv2.WebAclAssociation).length, count);
            assert.equal(gcp.of(compute.SecurityPolicy).length, count);
            assert.equal(Boolean(gcp.one(compute.BackendService).inputs.securityPolicy), count === 1);
        }
    });

    it("stops SQL injection, known bad inputs and bad reputations on AWS", async () => {
        const { aws } = await on();

        assert.deepEqual(
            awsRules(aws).flatMap(({ statement }) => statement?.managedRuleGroupStatement?.name ?? []),
            [
                "AWSManagedRulesAmazonIpReputationList",
                "AWSManagedRulesCommonRuleSet",
                "AWSManagedRulesKnownBadInputsRuleSet",
                "AWSManagedRulesSQLiRuleSet",
            ],
        );
    });

    it("stops SQLi, XSS, LFI, RCE and scanners on GCP", async () => {
        const expressions = JSON.stringify(gcpRules((await on()).gcp));

        for (const rule of ["sqli", "xss", "lfi", "rce", "scannerdetection"])
            assert.match(expressions, new RegExp(`evaluatePreconfiguredWaf\\('${rule}-v33-stable'`), rule);
    });

    it("limits the rate of one address the same on both", async () => {
        const { aws, gcp } = await on({ rateLimit: { requests: 500, windowSeconds: 60 } });

        const limit = awsRules(aws).find(({ statement }) => statement?.rateBasedStatement)?.statement
            ?.rateBasedStatement;
        assert.deepEqual([limit?.limit, limit?.evaluationWindowSec, limit?.aggregateKeyType], [500, 60, "IP"]);
        const options = gcpRules(gcp).find(({ rateLimitOptions }) => rateLimitOptions)?.rateLimitOptions;
        assert.deepEqual(options?.rateLimitThreshold, { count: 500, intervalSec: 60 });
        assert.equal(options?.enforceOnKey, "IP");
    });

    it("admits or refuses countries", async () => {
        const allow = await on({ countries: { allow: ["JP"] } });
        assert.deepEqual(awsRules(allow.aws)[0].statement?.notStatement?.statement?.geoMatchStatement?.countryCodes, [
            "JP",
        ]);
        assert.match(JSON.stringify(gcpRules(allow.gcp)), /origin\.region_code/);
        const block = await on({ countries: { block: ["KP", "XX"] } });
        assert.deepEqual(awsRules(block.aws)[0].statement?.geoMatchStatement?.countryCodes, ["KP", "XX"]);
        assert.match(JSON.stringify(gcpRules(block.gcp)), /KP/);
        assert.doesNotMatch(JSON.stringify((await on()).gcp.resources), /region_code/);
    });

    it("only counts in mode count", async () => {
        const { aws, gcp } = await on({ mode: "count" });

        for (const { action, overrideAction } of awsRules(aws)) assert.ok(action?.count ?? overrideAction?.count);
        for (const rule of gcpRules(gcp)) if (rule.priority !== 2147483647) assert.equal(rule.preview, true);
    });

    it("never uses a priority twice", async () => {
        const { aws, gcp } = await on({ countries: { allow: ["JP"] } });

        for (const priorities of [awsRules(aws), gcpRules(gcp)].map((rules) => rules.map(({ priority }) => priority)))
            assert.equal(new Set(priorities).size, priorities.length);
    });

    it("logs without credentials", async () => {
        const { aws } = await on();

        const logging = aws.one(wafv2.WebAclLoggingConfiguration).inputs;
        const redacted = logging.redactedFields?.map(({ singleHeader }) => singleHeader?.name);
        assert.deepEqual(redacted?.slice(0, 2), ["authorization", "x-api-token"]);
        const { visibilityConfig, rules = [] } = aws.one(wafv2.WebAcl).inputs;
        for (const { sampledRequestsEnabled } of [visibilityConfig, ...rules.map((rule) => rule.visibilityConfig)])
            assert.equal(sampledRequestsEnabled, false, "samples are not redacted");
        const group = aws.one(cloudwatch.LogGroup, "firewall-logs").inputs;
        assert.match(String(group.name), /^aws-waf-logs-/, "WAF delivers to no other");
    });

    it("learns on GCP where the environment asks for it", async () => {
        const enabled = async (environment: "dev" | "prod") =>
            (await on({}, environment)).gcp.one(compute.SecurityPolicy).inputs.adaptiveProtectionConfig
                ?.layer7DdosDefenseConfig?.enable ?? false;

        assert.deepEqual([await enabled("dev"), await enabled("prod")], [false, true]);
    });
});
