import * as compute from "@pulumi/gcp/compute";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import type * as roles from "../roles";

/** Google's preconfigured rule sets (OWASP Core Rule Set 3.3); sensitivity 1 has the fewest false positives. */
const preconfigured = ["sqli", "xss", "lfi", "rce", "scannerdetection"];

/** A Cloud Armor policy for a load balancer's backends. Its twin is ../aws/firewall.ts. */
export class Firewall extends pulumi.ComponentResource implements roles.Firewall {
    readonly id: pulumi.Output<string>;

    constructor(name: string, args: roles.FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Firewall", name, {}, opts);

        const policy = new compute.SecurityPolicy(
            name,
            {
                type: "CLOUD_ARMOR",
                rules: policyRules(args.firewall),
                // NORMAL logs the verdict and no part of the request: verbose logs would hold tokens and bodies.
                advancedOptionsConfig: { logLevel: "NORMAL", jsonParsing: "STANDARD" },
                // Alerts of attacks that it has learned to tell; acting on them by itself is for Cloud Armor Enterprise.
                adaptiveProtectionConfig: args.firewall.gcp.adaptiveProtection
                    ? { layer7DdosDefenseConfig: { enable: true, ruleVisibility: "STANDARD" } }
                    : undefined,
            },
            { parent: this },
        );

        this.id = policy.id;
        this.registerOutputs({ id: this.id });
    }
}

/**
 * The policy's rules: countries, Google's rule sets, and the rate limit last, because Cloud Armor stops at the first rule
 * that matches and a request within the limit matches that one too.
 */
export function policyRules(firewall: topology.Firewall): input.compute.SecurityPolicyRule[] {
    const { mode, rateLimit, countries } = firewall;
    const preview = mode === "count";
    const everyone = { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } };
    // One call, however many countries: an expression may join no more than five.
    const from = (codes: string[]): string => `'[${codes.join(",")}]'.contains(origin.region_code)`;
    const deny = (priority: number, description: string, expression: string) => ({
        priority,
        description,
        action: "deny(403)",
        preview,
        match: { expr: { expression } },
    });

    return [
        ...(countries?.allow ? [deny(100, "countries", `!${from(countries.allow)}`)] : []),
        ...(countries?.block ? [deny(100, "countries", from(countries.block))] : []),
        ...preconfigured.map((set, index) =>
            deny(1000 + index, set, `evaluatePreconfiguredWaf('${set}-v33-stable', {'sensitivity': 1})`),
        ),
        {
            priority: 2000,
            description: "rate-limit",
            action: "throttle",
            preview,
            match: everyone,
            rateLimitOptions: {
                conformAction: "allow",
                exceedAction: "deny(429)",
                enforceOnKey: "IP",
                rateLimitThreshold: { count: rateLimit.requests, intervalSec: rateLimit.windowSeconds },
            },
        },
        // Every policy has it; unsaid, Google adds it and a refresh would show it as a difference.
        { priority: 2147483647, description: "default", action: "allow", preview: false, match: everyone },
    ];
}
