import * as compute from "@pulumi/gcp/compute";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { byPlaces, exclusions, gcpRulesOf, gcpSets, largeBody, pathPattern } from "../../topology/managed-rules";
import type { GcpSet, Places } from "../../topology/managed-rules";
import type * as roles from "../roles";

/** A Cloud Armor policy for a load balancer's backends. Its twin is ../aws/firewall.ts. */
export class Firewall extends pulumi.ComponentResource implements roles.Firewall {
    readonly id: pulumi.Output<string>;
    readonly cdnId?: pulumi.Output<string>;

    constructor(name: string, args: roles.FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Firewall", name, {}, opts);

        const policy = new compute.SecurityPolicy(
            name,
            {
                type: "CLOUD_ARMOR",
                rules: policyRules(args.firewall),
                // NORMAL logs the verdict and no part of the request: verbose logs would hold tokens and bodies.
                advancedOptionsConfig: {
                    logLevel: "NORMAL",
                    jsonParsing: "STANDARD",
                    requestBodyInspectionSize: `${args.firewall.bodyKb}KB`,
                },
                // Alerts of attacks that it has learned to tell; acting on them by itself is for Cloud Armor Enterprise.
                adaptiveProtectionConfig: args.firewall.gcp.adaptiveProtection
                    ? { layer7DdosDefenseConfig: { enable: true, ruleVisibility: "STANDARD" } }
                    : undefined,
            },
            { parent: this },
        );

        this.id = policy.id;
        if (args.cdn && args.firewall.countries) this.cdnId = this.edge(`${name}-edge`, args.firewall);
        this.registerOutputs({ id: this.id });
    }

    /**
     * A policy before Cloud CDN's caches, which answer without asking a backend's policy, and before buckets, which have none. It
     * goes by where a request comes from; Google's rule sets and rate limits do not exist there.
     */
    private edge(name: string, firewall: topology.Firewall): pulumi.Output<string> {
        const rules = [...countryRules(firewall), everyoneElse];
        return new compute.SecurityPolicy(name, { type: "CLOUD_ARMOR_EDGE", rules }, { parent: this }).id;
    }
}

/**
 * The policy's rules: countries, large bodies, Google's rule sets, and the rate limit last, because Cloud Armor stops at the first rule
 * that matches and a request within the limit matches that one too.
 */
export function policyRules(firewall: topology.Firewall): input.compute.SecurityPolicyRule[] {
    const { rateLimit, exclude } = firewall;
    const excluded = exclusions(exclude, gcpRulesOf);
    const deny = denying(firewall);

    return [
        ...countryRules(firewall),
        ...largeBodies(firewall).map((expression) => deny(900, "large-bodies", expression)),
        ...gcpSets.flatMap((set, index) =>
            setRules(set, firewall.gcp.sensitivity, excluded).map((expression, part) =>
                // A set's own priority, and 1100 and on for what of it holds at some paths only.
                part === 0
                    ? deny(1000 + index, set, expression)
                    : deny(1100 + 20 * index + part, `${set}, elsewhere ${part}`, expression),
            ),
        ),
        {
            priority: 2000,
            description: "rate-limit",
            action: "throttle",
            preview: firewall.mode === "count",
            match: everyone,
            rateLimitOptions: {
                conformAction: "allow",
                exceedAction: "deny(429)",
                enforceOnKey: "IP",
                rateLimitThreshold: { count: rateLimit.requests, intervalSec: rateLimit.windowSeconds },
            },
        },
        everyoneElse,
    ];
}

const everyone = { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } };
/** Every policy has it; unsaid, Google adds it and a refresh would show it as a difference. */
const everyoneElse = { priority: 2147483647, description: "default", action: "allow", preview: false, match: everyone };

const denying =
    ({ mode }: topology.Firewall) =>
    (priority: number, description: string, expression: string) => ({
        priority,
        description,
        action: "deny(403)",
        preview: mode === "count",
        match: { expr: { expression } },
    });

function countryRules(firewall: topology.Firewall): input.compute.SecurityPolicyRule[] {
    const { allow, block } = firewall.countries ?? {};
    const deny = denying(firewall);
    // One call, however many countries: an expression may join no more than five.
    const from = (codes: string[]): string => `'[${codes.join(",")}]'.contains(origin.region_code)`;
    return [
        ...(allow ? [deny(100, "countries", `!${from(allow)}`)] : []),
        ...(block ? [deny(100, "countries", from(block))] : []),
    ];
}

/** Bodies larger than what is inspected, where they are refused: nowhere, everywhere, or everywhere but at some paths. */
function largeBodies({ largeBodies, bodyKb, exclude }: topology.Firewall): string[] {
    const spared = exclusions(exclude, (rule) => (rule === largeBody ? [rule] : [])).get(largeBody);
    if (largeBodies === "pass" || spared === "everywhere") return [];
    const tooLarge = `has(request.headers['content-length']) && int(request.headers['content-length']) > ${bodyKb * 1024}`;
    return [[tooLarge, ...elsewhere(spared)].join(" && ")];
}

/**
 * One of Google's sets: first without what is left out of it, and then for each group of signatures that are left out at
 * some paths once more with these, elsewhere. An expression joins four conditions at the most, of the five that are allowed.
 * @see https://cloud.google.com/armor/docs/rule-tuning
 */
function setRules(set: GcpSet, sensitivity: number, excluded: Map<string, Places>): string[] {
    const places = excluded.get(set);
    if (places === "everywhere") return [];
    const signatures = new Map([...excluded].filter(([rule]) => rule.endsWith(`-${set}`)));
    const expression = (without: string[], paths?: string[]) => {
        const optOut = without.length ? `, 'opt_out_rule_ids': [${without.map((rule) => `'${rule}'`).join(", ")}]` : "";
        const call = `evaluatePreconfiguredWaf('${set}-v33-stable', {'sensitivity': ${sensitivity}${optOut}})`;
        return [call, ...elsewhere(paths)].join(" && ");
    };
    const all = [...signatures.keys()];
    return [
        expression(all, places),
        ...byPlaces(signatures).map(({ rules, paths }) =>
            expression(
                all.filter((rule) => !rules.includes(rule)),
                [...new Set([...paths, ...(places ?? [])])].sort(),
            ),
        ),
    ];
}

/** Requests to other paths; one that leads back out of a path, as `/upload/../login` does, is elsewhere. */
const elsewhere = (paths: string[] | undefined): string[] =>
    paths ? [`!(request.path.matches('${pathPattern(paths)}') && !request.path.urlDecode().contains('..'))`] : [];
