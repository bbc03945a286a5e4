import type { Pricing } from "../cost";
import { counted, item, listOf, mapOf, per, show } from "../quantities";

/** Managed groups that are paid beside their rule, by request. */
const dearGroups = ["AWSManagedRulesBotControlRuleSet", "AWSManagedRulesATPRuleSet", "AWSManagedRulesACFPRuleSet"];

/** The ACL, its rules, its managed groups, and every request that it looks at. */
export const webAcl: Pricing = (acl, context) => {
    const rules = listOf(acl.inputs.rules);
    const groupOf = (rule: Record<string, unknown>) => mapOf(mapOf(rule.statement).managedRuleGroupStatement).name;
    const groups = rules.map(groupOf).filter((name) => name !== undefined);
    const own = rules.length - groups.length;
    // To the bill, a managed group is a rule; in some regions the list has a line of its own for it.
    const listed = "aws.waf.managed_rule_group_month";
    const global = acl.inputs.scope === "CLOUDFRONT";
    // Its resources live there wherever the stack does.
    const region = global ? "us-east-1" : undefined;
    const requests = context.requests * (global ? context.delivered : 1 - context.cached);
    const items = [
        item("Web ACL", "aws.waf.web_acl_month", 1, "1 web ACL"),
        item("Rules", "aws.waf.rule_month", own, counted(own, "rule")),
        item(
            "Managed rule groups",
            context.has(listed, region) ? listed : "aws.waf.rule_month",
            groups.length,
            counted(groups.length, "group"),
        ),
        per(1e6, "Requests", "aws.waf.requests_million", requests, "requests"),
    ];
    const inspected = String(
        mapOf(mapOf(listOf(mapOf(acl.inputs.associationConfig).requestBodies)[0]).cloudfront)
            .defaultSizeInspectionLimit ?? "KB_16",
    );
    return [
        ...items.map((one) => ({ ...one, region })),
        ...(inspected === "KB_16"
            ? []
            : [{ reason: "inspecting bodies beyond 16 KB is also paid by request, which has no price here" }]),
        ...groups
            .filter((name) => dearGroups.includes(String(name)))
            .map((name) => ({
                reason: `the managed group ${String(name)} is also paid by request, which has no price here`,
            })),
    ];
};

export const secret: Pricing = (resource, context) => {
    const { monthlySecretAccesses } = context.usageOf(resource);
    return [
        item("Secret", "aws.secrets.secret_month", 1, "1 secret"),
        per(10_000, "Accesses", "aws.secrets.api_10k", monthlySecretAccesses, "calls"),
    ];
};

export const key: Pricing = (resource, context) => {
    const { monthlyKeyRequests } = context.usageOf(resource);
    return [
        item("Key", "aws.kms.key_month", 1, "1 key"),
        per(10_000, "Requests", "aws.kms.requests_10k", monthlyKeyRequests, "requests"),
    ];
};

const machines: Record<string, string> = {
    BUILD_GENERAL1_SMALL: "small",
    BUILD_GENERAL1_MEDIUM: "medium",
    BUILD_GENERAL1_LARGE: "large",
};

export const buildProject: Pricing = (project, context) => {
    const machine = String(mapOf(project.inputs.environment).computeType);
    const size = machines[machine];
    if (!size) return [{ reason: `machine ${machine} has no price here` }];
    const { monthlyBuildMinutes } = context.usageOf(project);
    return [item("Build", `aws.codebuild.linux_${size}_min`, monthlyBuildMinutes, `${show(monthlyBuildMinutes)} min`)];
};

/** An action takes as long as the build that it starts; sources take no time worth counting, and approvals cost nothing. */
export const pipeline: Pricing = ({ inputs }, context) => {
    if (inputs.pipelineType !== "V2") return [item("Pipeline", "aws.codepipeline.v1_month", 1, "1 pipeline")];
    const { monthlyBuildMinutes } = context.usage;
    const actions = listOf(inputs.stages).flatMap((stage) => listOf(mapOf(stage).actions));
    const builds = Math.max(1, actions.filter((action) => mapOf(action).provider === "CodeBuild").length);
    const formula = `${builds > 1 ? `${builds} builds × ` : ""}${show(monthlyBuildMinutes)} min`;
    return [item("Actions", "aws.codepipeline.v2_action_min", builds * monthlyBuildMinutes, formula)];
};
