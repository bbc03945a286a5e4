import type { Firewall } from "./app";

/**
 * What the firewalls' managed rules are called, so that one can be left out where it takes honest requests for attacks. An
 * attack has one name on both clouds; a rule by itself has its cloud's own, as the firewall's log says it.
 */

/**
 * AWS's rule groups, cheapest verdict first: what their labels begin with, the capacity that each takes, and their rules with
 * the label that a rule puts on a request which it only counts.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
export const awsGroups = {
    AWSManagedRulesAmazonIpReputationList: {
        label: "amazon-ip-list",
        capacity: 25,
        rules: {
            AWSManagedIPReputationList: "AWSManagedIPReputationList",
            AWSManagedReconnaissanceList: "AWSManagedReconnaissanceList",
        },
    },
    AWSManagedRulesCommonRuleSet: {
        label: "core-rule-set",
        capacity: 700,
        rules: {
            NoUserAgent_HEADER: "NoUserAgent_Header",
            UserAgent_BadBots_HEADER: "BadBots_Header",
            SizeRestrictions_QUERYSTRING: "SizeRestrictions_QueryString",
            SizeRestrictions_Cookie_HEADER: "SizeRestrictions_Cookie_Header",
            SizeRestrictions_URIPATH: "SizeRestrictions_URIPath",
            EC2MetaDataSSRF_BODY: "EC2MetaDataSSRF_Body",
            EC2MetaDataSSRF_COOKIE: "EC2MetaDataSSRF_Cookie",
            EC2MetaDataSSRF_URIPATH: "EC2MetaDataSSRF_URIPath",
            EC2MetaDataSSRF_QUERYARGUMENTS: "EC2MetaDataSSRF_QueryArguments",
            GenericLFI_QUERYARGUMENTS: "GenericLFI_QueryArguments",
            GenericLFI_URIPATH: "GenericLFI_URIPath",
            GenericLFI_BODY: "GenericLFI_Body",
            RestrictedExtensions_URIPATH: "RestrictedExtensions_URIPath",
            RestrictedExtensions_QUERYARGUMENTS: "RestrictedExtensions_QueryArguments",
            GenericRFI_QUERYARGUMENTS: "GenericRFI_QueryArguments",
            GenericRFI_BODY: "GenericRFI_Body",
            GenericRFI_URIPATH: "GenericRFI_URIPath",
            CrossSiteScripting_COOKIE: "CrossSiteScripting_Cookie",
            CrossSiteScripting_QUERYARGUMENTS: "CrossSiteScripting_QueryArguments",
            CrossSiteScripting_BODY: "CrossSiteScripting_Body",
            CrossSiteScripting_URIPATH: "CrossSiteScripting_URIPath",
        },
    },
    AWSManagedRulesKnownBadInputsRuleSet: {
        label: "known-bad-inputs",
        capacity: 200,
        rules: {
            JavaDeserializationRCE_HEADER: "JavaDeserializationRCE_Header",
            JavaDeserializationRCE_BODY: "JavaDeserializationRCE_Body",
            JavaDeserializationRCE_URIPATH: "JavaDeserializationRCE_URIPath",
            JavaDeserializationRCE_QUERYSTRING: "JavaDeserializationRCE_QueryString",
            Host_localhost_HEADER: "Host_Localhost_Header",
            PROPFIND_METHOD: "Propfind_Method",
            ExploitablePaths_URIPATH: "ExploitablePaths_URIPath",
            Log4JRCE_HEADER: "Log4JRCE_Header",
            Log4JRCE_QUERYSTRING: "Log4JRCE_QueryString",
            Log4JRCE_BODY: "Log4JRCE_Body",
            Log4JRCE_URIPATH: "Log4JRCE_URIPath",
            ReactJSRCE_BODY: "ReactJSRCE_Body",
        },
    },
    AWSManagedRulesSQLiRuleSet: {
        label: "sql-database",
        capacity: 200,
        rules: {
            SQLi_QUERYARGUMENTS: "SQLi_QueryArguments",
            SQLiExtendedPatterns_QUERYARGUMENTS: "SQLiExtendedPatterns_QueryArguments",
            SQLi_BODY: "SQLi_Body",
            SQLiExtendedPatterns_BODY: "SQLiExtendedPatterns_Body",
            SQLiExtendedPatterns_HEADER: "SQLiExtendedPatterns_Header",
            SQLi_COOKIE: "SQLi_Cookie",
            SQLi_URIPATH: "SQLi_URIPath",
        },
    },
} as const satisfies Record<string, { label: string; capacity: number; rules: Record<string, string> }>;

/** AWS's rule that blocks every body beyond 8 KiB. It only counts: `largeBodies` says what happens to such bodies. */
export const awsBodyRule = "SizeRestrictions_BODY";

/** Google's preconfigured rule sets (OWASP Core Rule Set 3.3), in the order of their priorities. */
export const gcpSets = ["sqli", "xss", "lfi", "rce", "scannerdetection"] as const;
export type GcpSet = (typeof gcpSets)[number];

/** AWS's rules, by whose group they are in. */
export const awsRuleGroups: Record<string, string> = Object.fromEntries(
    Object.entries(awsGroups).flatMap(([group, { rules }]) => Object.keys(rules).map((rule) => [rule, group])),
);
const awsRules = (form: RegExp): string[] => Object.keys(awsRuleGroups).filter((rule) => form.test(rule));

/** What a firewall tells apart on both clouds: the rules of AWS that look for it, and Google's set. */
export const attacks: Record<string, { aws: string[]; gcp: GcpSet }> = {
    sqli: { aws: awsRules(/^SQLi/), gcp: "sqli" },
    xss: { aws: awsRules(/^CrossSiteScripting_/), gcp: "xss" },
    lfi: { aws: awsRules(/^GenericLFI_/), gcp: "lfi" },
    rce: { aws: awsRules(/RCE_/), gcp: "rce" },
    scanner: { aws: awsRules(/UserAgent/), gcp: "scannerdetection" },
};

/** A body larger than what is inspected: not an attack, and yet something that a firewall may refuse. */
export const largeBody = "large-body";

/** Google's name of a signature, and the set that it is in. */
export const gcpSignature = /^owasp-crs-v\d{6}-id\d{6}-(sqli|xss|lfi|rce|scannerdetection)$/;

/** Words for rules that hold on both clouds. */
export const neutralRules = [...Object.keys(attacks), largeBody];

/** Whose rule a name is; undefined if it is nobody's. */
export function ownerOf(rule: string): "both" | "aws" | "gcp" | undefined {
    if (neutralRules.includes(rule)) return "both";
    if (Object.hasOwn(awsRuleGroups, rule)) return "aws";
    return gcpSignature.test(rule) ? "gcp" : undefined;
}

/** Where a rule does not hold: everywhere, or at these paths, sorted. */
export type Places = "everywhere" | string[];

/** Rules of one cloud that are left out somewhere: rule → where. What an entry names is resolved by `rulesOf`. */
export function exclusions(
    exclude: Firewall["exclude"],
    rulesOf: (rule: string) => readonly string[],
): Map<string, Places> {
    const found = new Map<string, Places>();
    for (const { rule, path } of exclude)
        for (const one of rulesOf(rule)) {
            const known = found.get(one);
            if (known === "everywhere" || path === "/*" || path === undefined) found.set(one, "everywhere");
            else found.set(one, [...new Set([...(known ?? []), path])].sort());
        }
    return found;
}

/** Rules that are left out at the same paths, together; those that are left out everywhere in none. */
export function byPlaces(excluded: Map<string, Places>): { rules: string[]; paths: string[] }[] {
    const groups = new Map<string, { rules: string[]; paths: string[] }>();
    for (const [rule, paths] of excluded) {
        if (paths === "everywhere") continue;
        const key = paths.join("\n");
        groups.set(key, { paths, rules: [...(groups.get(key)?.rules ?? []), rule] });
    }
    return [...groups.values()];
}

/** Rules of AWS that a name stands for. */
export const awsRulesOf = (rule: string): readonly string[] =>
    attacks[rule]?.aws ?? (Object.hasOwn(awsRuleGroups, rule) ? [rule] : []);

/** Signatures of Google, or whole sets by their names, that a name stands for. */
export const gcpRulesOf = (rule: string): readonly string[] => {
    if (Object.hasOwn(attacks, rule)) return [attacks[rule].gcp];
    return gcpSignature.test(rule) ? [rule] : [];
};

/** Characters that a pattern of paths may have: AWS takes no longer one, Google 1,024. */
export const longestPattern = 512;

/** A regular expression for paths such as `/upload` and `/api/*`, which both clouds read alike: no backslashes in it. */
export const pathPattern = (paths: string[]): string =>
    `^(?:${paths
        .map((path) => path.replace(/[.]/g, "[.]"))
        .map((path) => (path.endsWith("/*") ? `${path.slice(0, -2)}(?:/.*)?` : path))
        .join("|")})$`;

/** Capacity units of a web ACL that its price by request includes. */
export const includedCapacity = 1500;

/**
 * Capacity units that an app's web ACL takes: its groups, the rate limit, countries, the CDN's header, bodies, and for each
 * set of paths a look at the labels and at the path, which is decoded and normalised first.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html
 */
export function capacityOf(firewall: Pick<Firewall, "exclude" | "countries" | "largeBodies">): number {
    const { exclude, countries, largeBodies } = firewall;
    const pathUnits = 3 + 2 * 10;
    const groups = Object.values(awsGroups).reduce((sum, { capacity }) => sum + capacity, 0);
    const excepted = byPlaces(exclusions(exclude, awsRulesOf)).reduce(
        (sum, { rules }) => sum + rules.length + pathUnits,
        0,
    );
    const bodies = largeBodies === "block" ? 1 + pathUnits : 0;
    return groups + excepted + bodies + 2 + (countries ? 1 : 0) + 2;
}
