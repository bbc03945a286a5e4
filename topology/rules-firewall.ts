import type { Cloud, ParsedApp } from "./app";
import {
    awsBodyRule,
    awsRuleGroups,
    awsRulesOf,
    byPlaces,
    capacityOf,
    exclusions,
    gcpRulesOf,
    includedCapacity,
    largeBody,
    longestPattern,
    neutralRules,
    ownerOf,
    pathPattern,
} from "./managed-rules";
import { show, type Finding } from "./problems";
import { nearest, oneOf } from "./suggest";

/** What must hold of the firewall's exclusions and of what it reads of a body. */
export function* firewallRules({ firewall, cdn }: ParsedApp, cloud: Cloud | undefined): Generator<Finding> {
    const { exclude, largeBodies, bodyKb } = firewall;
    for (const [index, { rule, path }] of exclude.entries()) {
        const at = ["firewall", "exclude", index];
        if (ownerOf(rule) === undefined) yield { at: [...at, "rule"], found: show(rule), allowed: known(rule) };
        else if (exclude.findIndex((other) => other.rule === rule && other.path === path) !== index)
            yield { at, found: `${rule}${path ? ` at ${path}` : ""} again`, allowed: "each rule once at a path" };
        else if (rule === largeBody && largeBodies === "pass")
            yield {
                at,
                found: `${largeBody}, which is refused nowhere`,
                allowed: "largeBodies: block, to refuse it elsewhere; or no such entry",
                reads: [["firewall", "largeBodies"]],
            };
    }

    const paths = exclude.flatMap(({ rule, path }) => (rule === largeBody && path ? [path] : []));
    const patterns = [awsRulesOf, gcpRulesOf].flatMap((of) =>
        byPlaces(exclusions(exclude, of)).map(({ paths }) => paths),
    );
    const longest = Math.max(0, ...[...patterns, paths].map((some) => pathPattern(some).length));
    if (longest > longestPattern)
        yield {
            at: ["firewall", "exclude"],
            found: `paths of ${longest} characters together`,
            allowed: `up to ${longestPattern} for one rule: fewer paths, or a prefix such as /api/* for several`,
        };
    if (cloud === "aws" && capacityOf(firewall) > includedCapacity)
        yield {
            at: ["firewall", "exclude"],
            found: `rules that take ${capacityOf(firewall)} of WAF's capacity units`,
            allowed: `up to ${includedCapacity}: the same paths for several rules, or no path`,
        };
    // https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html
    if (cloud === "aws" && bodyKb > 8 && !cdn)
        yield {
            at: ["firewall", "bodyKb"],
            found: `${bodyKb} without a CDN`,
            allowed: "8 on AWS: of a request to a load balancer WAF reads no more; a CDN's own reads up to 64",
            reads: [["cdn"]],
        };
}

function known(rule: string): string {
    const meant = rule === awsBodyRule ? largeBody : nearest(rule, [...neutralRules, ...Object.keys(awsRuleGroups)]);
    return `${meant === undefined ? "" : `did you mean ${meant}? `}one of ${oneOf(neutralRules)}; or a rule by the name that the firewall's log gives it, such as CrossSiteScripting_BODY (AWS) or owasp-crs-v030301-id941100-xss (GCP)`;
}
