import type { App, Cloud, ParsedApp } from "./app";
import { parseCidr } from "./cidr";
import type { Finding } from "./problems";

/**
 * Every instance takes addresses of a subnet: a network that is too small for what `scale.max` promises stops it from scaling.
 * Sources: VPC, "Subnet CIDR blocks" (five addresses are AWS's own); ECS, "awsvpc network mode" (one a task); Cloud Run,
 * "Direct VPC with a VPC network" (twice the instances, in blocks of 16); VPC of Google Cloud, "Subnets" (four are Google's).
 */
const reserved = { aws: 5, gcp: 4 };
/** Addresses for an instance. */
const each = { aws: 1, gcp: 2 };
/** Load balancing, endpoints, servers and the like, which live in the same subnets on AWS. */
const others = { aws: 16, gcp: 0 };

/** Services that may need more addresses than their subnets have. */
export function* addressRules(
    app: ParsedApp,
    network: App["network"],
    cloud: Cloud,
    region: string,
): Generator<Finding> {
    const [ranges, where] = subnetsOf(network, cloud, region);
    if (!ranges.length) return;
    const room = roomIn(ranges, cloud);
    const maxima = Object.entries(app.services).map(([name, { scale }]) => ({ name, max: scale.max }));
    const total = maxima.reduce((sum, { max }) => sum + max, 0);
    if (total <= room) return;
    const [{ name, max }] = maxima.sort((a, b) => b.max - a.max);
    const rest = total - max;
    yield {
        at: ["services", name, "scale", "max"],
        found: `${max}${rest ? `, and ${rest} of other services,` : ""} in ${ranges.join(" and ")}, which ${ranges.length > 1 ? "have" : "has"} addresses for ${room}`,
        allowed: `up to ${Math.max(1, room - rest)}, or larger ranges in ${where}`,
        reads: [["network"], ...maxima.map((other) => ["services", other.name, "scale"])],
    };
}

/** Instances that have addresses in some ranges. */
function roomIn(ranges: string[], cloud: Cloud): number {
    const size = ranges.reduce((sum, cidr) => sum + 2 ** (32 - parseCidr(cidr).prefix) - reserved[cloud], 0);
    return Math.floor((size - others[cloud]) / each[cloud]);
}

/** Instances that an app's network has addresses for, with or without NAT and in any of its regions; at most 1,000 a service. */
export function mostInstances({ network, services }: Pick<App, "network" | "services">, cloud: Cloud): number {
    const { publicSubnets, privateSubnets } = network.aws;
    const ranges =
        cloud === "aws"
            ? [publicSubnets, privateSubnets]
            : Object.values(network.gcp.subnets).map(({ cidr }) => [cidr]);
    const rooms = ranges.filter((each) => each.length > 0).map((each) => roomIn(each, cloud));
    const count = Object.keys(services).length;
    return Math.min(1000, ...rooms.map((room) => Math.max(1, Math.floor(room / count))));
}

/** The ranges that services live in, and where they are said. */
function subnetsOf(network: App["network"], cloud: Cloud, region: string): [string[], string] {
    if (cloud === "gcp") {
        const own = Object.entries(network.gcp.subnets).filter(([, subnet]) => subnet.region === region);
        // Services of Cloud Run take the first of their region.
        return [own.slice(0, 1).map(([, { cidr }]) => cidr), "network.gcp.subnets"];
    }
    const key = network.nat === "none" ? "publicSubnets" : "privateSubnets";
    return [network.aws[key], `network.aws.${key}`];
}
