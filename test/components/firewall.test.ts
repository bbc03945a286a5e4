import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as compute from "@pulumi/gcp/compute";

import type { Cloud, Refinement } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { todoOn, todoOnBoth } from "./stack";

const on = async (
    firewall: Refinement["firewall"] = {},
    environment: "dev" | "prod" = "dev",
    clouds: readonly Cloud[] = ["aws", "gcp"],
) => {
    const plans: Partial<Record<Cloud, TestPlan>> = {};
    for (const cloud of clouds)
        plans[cloud] = await todoOn(cloud, { firewall: { enabled: true, ...firewall } }, environment);
    return plans as Record<Cloud, TestPlan>;
};
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

    it("lets bodies of any size pass, and says how much of them it reads", async () => {
        const { aws, gcp } = await on();

        const common = awsRules(aws).find(({ name }) => name === "AWSManagedRulesCommonRuleSet");
        assert.deepEqual(common?.statement?.managedRuleGroupStatement?.ruleActionOverrides, [
            { name: "SizeRestrictions_BODY", actionToUse: { count: {} } },
        ]);
        assert.ok(!awsRules(aws).some(({ name }) => name === "large-bodies"));
        assert.ok(!gcpRules(gcp).some(({ description }) => description === "large-bodies"));
        const { advancedOptionsConfig } = gcp.one(compute.SecurityPolicy).inputs;
        assert.equal(advancedOptionsConfig?.requestBodyInspectionSize, "8KB");
        const more = (await on({ bodyKb: 64 }, "dev", ["gcp"])).gcp.one(compute.SecurityPolicy).inputs;
        assert.equal(more.advancedOptionsConfig?.requestBodyInspectionSize, "64KB");
    });

    it("refuses large bodies where asked to, but for the paths that take them", async () => {
        const { aws, gcp } = await on({ largeBodies: "block", exclude: [{ rule: "large-body", path: "/upload/*" }] });

        const [size, path] = awsRules(aws).find(({ name }) => name === "large-bodies")?.statement?.andStatement
            ?.statements ?? [undefined, undefined];
        const { fieldToMatch, comparisonOperator, size: bytes } = size!.sizeConstraintStatement!;
        assert.deepEqual(
            [fieldToMatch, comparisonOperator, bytes],
            [{ body: { oversizeHandling: "MATCH" } }, "GT", 8192],
        );
        assert.equal(path!.notStatement?.statement?.regexMatchStatement?.regexString, "^(?:/upload(?:/.*)?)$");
        const rule = gcpRules(gcp).find(({ description }) => description === "large-bodies");
        assert.equal(
            rule?.match?.expr?.expression,
            "has(request.headers['content-length']) && int(request.headers['content-length']) > 8192" +
                " && !(request.path.matches('^(?:/upload(?:/.*)?)$') && !request.path.urlDecode().contains('..'))",
        );
        const bare = await on({ largeBodies: "block" });
        const everywhere = awsRules(bare.aws).find(({ name }) => name === "large-bodies")?.statement;
        assert.equal(everywhere?.sizeConstraintStatement?.size, 8192);
    });

    it("leaves an attack out everywhere", async () => {
        const { aws, gcp } = await on({ exclude: [{ rule: "sqli" }] });

        const overridden = awsRules(aws)
            .find(({ name }) => name === "AWSManagedRulesSQLiRuleSet")
            ?.statement?.managedRuleGroupStatement?.ruleActionOverrides?.map(({ name }) => name);
        assert.ok(overridden?.includes("SQLi_BODY") && overridden.includes("SQLiExtendedPatterns_QUERYARGUMENTS"));
        assert.ok(!awsRules(aws).some(({ name }) => name.endsWith("-elsewhere")));
        assert.ok(!gcpRules(gcp).some(({ description }) => description?.startsWith("sqli")));
        assert.ok(gcpRules(gcp).some(({ priority, description }) => priority === 1001 && description === "xss"));
    });

    it("leaves an attack out at some paths, decoded and normalised, and blocks it elsewhere", async () => {
        const { aws, gcp } = await on({
            exclude: [
                { rule: "xss", path: "/api/articles/*" },
                { rule: "xss", path: "/a.b" },
            ],
        });

        const rule = awsRules(aws).find(({ name }) => name === "CrossSiteScripting_COOKIE-elsewhere");
        assert.deepEqual(rule?.action, { block: {} });
        const [labels, path] = rule!.statement!.andStatement!.statements!;
        assert.deepEqual(
            labels.orStatement?.statements?.map(({ labelMatchStatement }) => labelMatchStatement?.key),
            ["Cookie", "QueryArguments", "Body", "URIPath"].map(
                (part) => `awswaf:managed:aws:core-rule-set:CrossSiteScripting_${part}`,
            ),
        );
        const match = path.notStatement?.statement?.regexMatchStatement;
        assert.equal(match?.regexString, "^(?:/a[.]b|/api/articles(?:/.*)?)$");
        assert.deepEqual(
            match?.textTransformations?.map(({ type }) => type),
            ["URL_DECODE", "NORMALIZE_PATH"],
        );
        const group = awsRules(aws).findIndex(({ name }) => name === "AWSManagedRulesCommonRuleSet");
        assert.ok(awsRules(aws).indexOf(rule!) > group, "labels are read after they are put");

        assert.equal(
            gcpRules(gcp).find(({ description }) => description === "xss")?.match?.expr?.expression,
            "evaluatePreconfiguredWaf('xss-v33-stable', {'sensitivity': 1})" +
                " && !(request.path.matches('^(?:/a[.]b|/api/articles(?:/.*)?)$') && !request.path.urlDecode().contains('..'))",
        );
    });

    it("leaves one rule out by the name that the cloud's log gives it", async () => {
        const signature = "owasp-crs-v030301-id942200-sqli";
        const { aws, gcp } = await on({
            exclude: [
                { rule: "GenericRFI_BODY", path: "/hooks" },
                { rule: signature, path: "/query" },
                { rule: "owasp-crs-v030301-id941100-xss" },
            ],
            gcp: { sensitivity: 3 },
        });

        const elsewhere = awsRules(aws).filter(({ name }) => name.endsWith("-elsewhere"));
        assert.deepEqual(
            elsewhere.map(({ name, statement }) => [
                name,
                statement?.andStatement?.statements?.[0].labelMatchStatement?.key,
            ]),
            [["GenericRFI_BODY-elsewhere", "awswaf:managed:aws:core-rule-set:GenericRFI_Body"]],
        );
        const expressions = Object.fromEntries(
            gcpRules(gcp).map(({ priority, match }) => [priority, match?.expr?.expression]),
        );
        const without = `evaluatePreconfiguredWaf('sqli-v33-stable', {'sensitivity': 3, 'opt_out_rule_ids': ['${signature}']})`;
        assert.equal(expressions[1000], without);
        assert.match(
            expressions[1101]!,
            /^evaluatePreconfiguredWaf\('sqli-v33-stable', \{'sensitivity': 3\}\) && !\(request\.path\.matches\('\^\(\?:\/query\)\$'\)/,
        );
        assert.match(expressions[1001]!, /'opt_out_rule_ids': \['owasp-crs-v030301-id941100-xss'\]/);
    });

    it("stays within what an expression, a pattern and a web ACL may hold, whatever validation lets through", async () => {
        const long = (letter: string) => `/${letter.repeat(100)}/*`;
        const exclude = [
            ...["sqli", "xss", "lfi", "rce", "scanner"].map((rule) => ({ rule, path: long("a") })),
            ...["b", "c", "d"].map((letter) => ({ rule: "owasp-crs-v030301-id942200-sqli", path: long(letter) })),
            ...Array.from({ length: 11 }, (_, n) => ({
                rule: `owasp-crs-v030301-id9422${10 + n}-sqli`,
                path: `/${n}`,
            })),
        ];
        const { aws, gcp } = await on({ largeBodies: "block", countries: { allow: ["JP"] }, exclude });

        const rules = gcpRules(gcp);
        const priorities = rules.map(({ priority }) => priority);
        assert.equal(new Set(priorities).size, priorities.length);
        assert.ok(rules.length > 20);
        for (const { match, description, priority } of rules) {
            const expression = match?.expr?.expression ?? "";
            assert.ok(expression.length <= 2048, expression);
            const parts = expression.split(" && ");
            assert.ok(parts.length <= 5, expression);
            for (const part of parts) assert.ok(part.length <= 1024, part);
            assert.ok(description!.length <= 64);
            if (match?.expr) assert.ok(priority < 2000, "before the rate limit, at which Cloud Armor stops");
        }
        for (const { statement } of awsRules(aws)) {
            const patterns = JSON.stringify(statement).matchAll(/"regexString":"([^"]*)"/g);
            for (const [, pattern] of patterns) assert.ok(pattern.length <= 512);
        }
    });
});
