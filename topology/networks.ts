import type { Cloud, Network, ParsedApp } from "./app";
import { contains, overlap, parseCidr, privateRanges, slash24, type Range } from "./cidr";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { gcpRegions } from "./regions";
import { choices, oneOf } from "./suggest";

/** A network as parsed, its ranges filled in for one cloud, and what is wrong with them. */
export interface ResolvedNetwork {
    network: Network;
    findings: Finding[];
}

/** Places of the default subnets, as /24s of the network counted from 0: those of the design document. */
const defaultIndices = { publicSubnets: [1, 2], privateSubnets: [10, 20], main: [1] };

interface Subnet {
    at: Path;
    range: Range;
    text: string;
}

/** A network with the ranges that were declared, and no others. */
export const declaredNetwork = (parsed: ParsedApp["network"]): Network => ({
    ...parsed,
    aws: {
        ...parsed.aws,
        publicSubnets: parsed.aws.publicSubnets ?? [],
        privateSubnets: parsed.aws.privateSubnets ?? [],
    },
    gcp: { ...parsed.gcp, subnets: parsed.gcp.subnets ?? {} },
});

/** What is wrong with a network of somebody else's, whose ranges are not ours to say. */
function* borrowed({ aws, gcp }: ParsedApp["network"], cloud: Cloud, region: string): Generator<Finding> {
    if (cloud === "aws")
        for (const key of ["publicSubnets", "privateSubnets"] as const) {
            const ids = aws.existing![key];
            const twice = ids.find((id, index) => ids.indexOf(id) !== index);
            const other = key === "privateSubnets" && ids.find((id) => aws.existing!.publicSubnets.includes(id));
            if (twice || other)
                yield {
                    at: ["network", "aws", "existing", key],
                    found: twice ? `${twice}, twice` : `${other || ""}, which is among the public ones`,
                    allowed: "each subnet once, in at least two zones",
                };
        }
    else {
        const [, , , at, , name] = gcp.existing!.subnetwork.split("/");
        // An unknown region of the stack is a problem of its own.
        if (region && at !== region)
            yield {
                at: ["network", "gcp", "existing", "subnetwork"],
                found: `${name}, which is in ${at}`,
                allowed: `a subnet in the stack's region, ${region}`,
            };
    }
}

/**
 * Fills in the ranges that were not declared and checks all that the stack's cloud will use.
 * @param ofStack the stack itself says subnets on GCP: then they are meant for its region
 */
export function resolveNetwork(
    parsed: ParsedApp["network"],
    cloud: Cloud,
    region: string,
    ofStack = false,
): ResolvedNetwork {
    const findings: Finding[] = [];
    const network = declaredNetwork(parsed);
    if (parsed[cloud].existing) return { network, findings: [...borrowed(parsed, cloud, region)] };
    const whole = parseCidr(parsed.cidr);
    const defaults = (key: keyof typeof defaultIndices, at: Path): string[] => {
        const ranges = defaultIndices[key].map((index) => slash24(whole, index));
        if (ranges.every((range) => range !== undefined)) return ranges;
        const places = defaultIndices[key].map((index) => `number ${index}`).join(" and ");
        findings.push({
            at,
            found: "nothing",
            allowed: `explicit subnets: ${parsed.cidr} is too small for the default, its /24s ${places} counted from 0`,
            reads: [["network", "cidr"]],
        });
        return [];
    };

    if (!privateRanges.some((range) => contains(parseCidr(range), whole)))
        findings.push({
            at: ["network", "cidr"],
            found: parsed.cidr,
            allowed: `a range within ${oneOf(privateRanges)}`,
        });

    const subnets: Subnet[] = [];
    const add = (at: Path, text: string) => subnets.push({ at, text, range: parseCidr(text) });
    if (cloud === "aws") {
        if (whole.prefix < 16 || whole.prefix > 28)
            findings.push({
                at: ["network", "cidr"],
                found: parsed.cidr,
                allowed: "a prefix length from 16 to 28, as a VPC has",
            });
        for (const key of ["publicSubnets", "privateSubnets"] as const) {
            const at = ["network", "aws", key];
            network.aws[key] = parsed.aws[key] ?? defaults(key, at);
            network.aws[key].forEach((text, index) => add(parsed.aws[key] ? [...at, index] : at, text));
        }
    } else {
        const at = ["network", "gcp", "subnets"];
        const away = ofStack ? [] : awayFrom(parsed.gcp.subnets, region);
        const declared = away.length ? undefined : parsed.gcp.subnets;
        if (away.length) network.gcp.away = away;
        network.gcp.subnets =
            declared ?? Object.fromEntries(defaults("main", at).map((cidr) => ["main", { region, cidr }]));
        for (const [name, { cidr }] of Object.entries(network.gcp.subnets))
            add(declared ? [...at, name, "cidr"] : at, cidr);
        findings.push(...regions(declared, region));
    }

    findings.push(...ranges(subnets, whole, parsed.cidr, cloud));
    return { network, findings };
}

/** The regions of subnets that are all elsewhere: an app's own subnets are those of where it was meant for. */
function awayFrom(subnets: ParsedApp["network"]["gcp"]["subnets"], region: string): string[] {
    const regions = [...new Set(Object.values(subnets ?? {}).map((subnet) => subnet.region))];
    const known = gcpRegions.includes(region) && regions.every((one) => gcpRegions.includes(one));
    return known && !regions.includes(region) ? regions : [];
}

/** GCP's subnets belong to regions, and the stack's own must have one that its services fit into. */
function* regions(subnets: ParsedApp["network"]["gcp"]["subnets"], region: string): Generator<Finding> {
    if (!subnets) return;
    const at = ["network", "gcp", "subnets"];
    for (const [name, subnet] of Object.entries(subnets)) {
        if (!gcpRegions.includes(subnet.region))
            yield {
                at: [...at, name, "region"],
                found: show(subnet.region),
                allowed: choices(subnet.region, gcpRegions),
            };
        const { prefix } = parseCidr(subnet.cidr);
        if (subnet.region === region && prefix > 26 && prefix <= 29)
            yield {
                at: [...at, name, "cidr"],
                found: subnet.cidr,
                allowed: "a prefix length of 26 or less: Cloud Run takes addresses of this subnet in blocks of 16",
            };
    }
    // An unknown region of the stack is a problem of its own.
    if (region && !Object.values(subnets).some((subnet) => subnet.region === region))
        yield {
            at,
            found: `subnets in ${oneOf(Object.values(subnets).map((subnet) => show(subnet.region))) || "no region"}`,
            allowed: `at least one in the stack's region, ${region}`,
        };
}

/** Sizes, places and overlaps. */
function* ranges(subnets: Subnet[], whole: Range, cidr: string, cloud: Cloud): Generator<Finding> {
    const [min, max] = cloud === "aws" ? [16, 28] : [8, 29];
    const reads = [["network", "cidr"]];
    for (const [index, subnet] of subnets.entries()) {
        const { at, range, text } = subnet;
        if (range.prefix < min || range.prefix > max)
            yield { at, found: text, allowed: `a prefix length from ${min} to ${max}, as subnets have on ${cloud}` };
        if (!contains(whole, range)) yield { at, found: text, allowed: `a range within the network's ${cidr}`, reads };
        const other = subnets.slice(0, index).find((before) => overlap(before.range, range));
        if (other)
            yield {
                at,
                found: `${text}, which overlaps ${other.text} of ${other.at.slice(1).join(".")}`,
                allowed: "ranges that share no address",
                reads: [other.at, ...reads],
            };
    }
}
