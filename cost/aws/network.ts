import type { PlanResource } from "../../plan/resource";
import type { Context, Item, Pricing } from "../cost";
import {
    counted,
    existingZone,
    hourly,
    item,
    kbPerGb,
    numberOf,
    outbound,
    per,
    perSecond,
    processed,
    show,
} from "../quantities";

/** What a capacity unit of a load balancer admits; the largest share counts. */
const applicationUnit = { connectionsPerSecond: 25, active: 3000, gbPerHour: 1, rulesPerSecond: 1000 };
const networkUnit = { connectionsPerSecond: 800, active: 100_000, gbPerHour: 1 };
/** Rules that every request is matched against for nothing. */
const freeRules = 10;

/** Hours, capacity units, a public address in each zone, and what leaves for the internet through it. */
export const loadBalancer: Pricing = (balancer, context) => {
    const { loadBalancerType = "application", internal, subnets } = balancer.inputs;
    if (loadBalancerType === "gateway") return [{ reason: "gateway load balancers have no price here" }];
    const application = loadBalancerType === "application";
    const { internet, ...own } = shareOf(balancer, context);
    const units = application ? applicationUnits(balancer, context, own) : networkUnits(context, own);
    const zones = Array.isArray(subnets) ? subnets.length : 2;
    const product = application ? "alb" : "nlb";
    return [
        hourly(context, "Load balancer", `aws.${product}.hour`, 1, "load balancer"),
        item(
            application ? "LCU" : "NLCU",
            application ? "aws.alb.lcu_hour" : "aws.nlb.nlcu_hour",
            units.count * context.hours,
            `${show(units.count)} by ${units.by} × ${context.hours} h`,
        ),
        ...(internal === true ? [] : [hourly(context, "Public IPv4", "aws.ipv4.hour", zones, "zone"), internet]),
    ];
};

/** One of several load balancers has its part of everything. Behind CloudFront, what leaves for it is free. */
function shareOf(balancer: PlanResource, context: Context) {
    const all = context.all(balancer.type).filter(({ inputs }) => inputs.internal !== true);
    const share = 1 / Math.max(1, all.length);
    const { gb, formula } = outbound(context);
    const direct = share * (1 - context.delivered);
    return {
        share,
        gb: processed(context).gb * share,
        rate: perSecond(context, context.requests * (1 - context.cached) * share),
        internet: item(
            "Internet egress",
            "aws.egress.internet_gb",
            gb * direct,
            direct < 1 ? `${formula} × ${show(direct)}` : formula,
        ),
    };
}
type Load = { gb: number; rate: number };

function applicationUnits(balancer: PlanResource, context: Context, { gb, rate }: Load) {
    const { connectionsPerRequest, averageConnectionSeconds } = context.usageOf(balancer);
    // A request is held against the rules of the listener that it comes to; the one that ties target groups gets none.
    const rules = context
        .referring(balancer, "aws:lb/listener:Listener")
        .filter(({ inputs }) => [80, 443].includes(numberOf(inputs.port, 80)))
        .flatMap((listener) => context.referring(listener, "aws:lb/listenerRule:ListenerRule"));
    const connections = rate * connectionsPerRequest;
    return largest({
        "new connections": connections / applicationUnit.connectionsPerSecond,
        "active connections": (connections * averageConnectionSeconds) / applicationUnit.active,
        "processed GB": gb / context.hours / applicationUnit.gbPerHour,
        "rule evaluations": (rate * Math.max(0, rules.length - freeRules)) / applicationUnit.rulesPerSecond,
    });
}

function networkUnits(context: Context, { gb, rate }: Load) {
    const { connectionsPerRequest, averageConnectionSeconds } = context.usage;
    const connections = rate * connectionsPerRequest;
    return largest({
        "new connections": connections / networkUnit.connectionsPerSecond,
        "active connections": (connections * averageConnectionSeconds) / networkUnit.active,
        "processed GB": gb / context.hours / networkUnit.gbPerHour,
    });
}

function largest(dimensions: Record<string, number>): { count: number; by: string } {
    const [by, count] = Object.entries(dimensions).sort(([, a], [, b]) => b - a)[0];
    return { count, by };
}

/** An hour of a NAT gateway costs the same with and without traffic. */
export const natGateway: Pricing = (gateway, context) => {
    const gateways = context.all(gateway.type).length;
    const gb = context.usageOf(gateway).monthlyNatGb / gateways;
    const parts = gateways > 1 ? ` / ${counted(gateways, "gateway")}` : "";
    return [
        hourly(context, "NAT gateway", "aws.nat.hour", 1, "gateway"),
        item("Data", "aws.nat.gb", gb, `${show(context.usageOf(gateway).monthlyNatGb)} GB${parts}`),
    ];
};

/** Every public address costs, in use or not. */
export const elasticIp: Pricing = (_, context) => [hourly(context, "Public IPv4", "aws.ipv4.hour", 1, "address")];

/** Gateway endpoints (S3, DynamoDB) are free; interface endpoints cost in every zone. */
export const vpcEndpoint: Pricing = (endpoint, context) => {
    const { vpcEndpointType = "Gateway", subnetIds } = endpoint.inputs;
    if (vpcEndpointType === "Gateway") return [];
    const zones = Array.isArray(subnetIds) ? subnetIds.length : 2;
    const interfaces = context.all(endpoint.type).filter(({ inputs }) => inputs.vpcEndpointType !== "Gateway").length;
    const gb = context.usageOf(endpoint).monthlyNatGb / interfaces;
    return [
        hourly(context, "Interface endpoint", "aws.vpce.hour", zones, "zone"),
        item("Data", "aws.vpce.gb", gb, `${show(gb)} GB`),
    ];
};

/** GB, requests and what is fetched from outside AWS; what comes from a load balancer or bucket is free. */
export const distribution: Pricing = (cdn, context) => {
    const { gb, formula } = outbound(context);
    const { delivered, requests } = context;
    const { averageRequestKb } = context.usageOf(cdn);
    const missed = requests * (delivered - context.cached);
    return [
        item("CloudFront egress", "aws.cloudfront.gb", gb * delivered, `${formula} × ${show(delivered)}`),
        per(10_000, "HTTPS requests", "aws.cloudfront.https_10k", requests * delivered, "requests"),
        item(
            "Sent to the origin",
            "aws.cloudfront.to_origin_gb",
            (missed * averageRequestKb) / kbPerGb,
            `${show(missed)} requests × ${show(averageRequestKb)} KB`,
        ),
    ];
};

export const zone: Pricing = () => [item("Hosted zone", "aws.route53.zone_month", 1, "1 zone")];

/**
 * Aliases to AWS's own resources are answered for nothing, and so are the records that prove a domain. With the first record in a
 * zone that is not the stack's own, the zone: it is on the bill, too.
 */
export const record: Pricing = (dns, context) => {
    const { aliases, type } = dns.inputs;
    const existing = existingZone(
        dns,
        context.all(dns.type).filter((other) => !context.behind(other, "aws:route53/zone:Zone", "zoneId").length),
        ({ inputs }) => String(inputs.zoneId),
        "aws.route53.zone_month",
    );
    if (Array.isArray(aliases) && aliases.length > 0) return existing;
    if (!["A", "AAAA", "CNAME"].includes(String(type))) return existing;
    return [...existing, queries(context, dns)];
};

function queries(context: Context, dns: PlanResource): Item {
    const { monthlyDnsQueries } = context.usageOf(dns);
    const count = monthlyDnsQueries ?? context.requests / 10;
    const kind = dns.inputs.latencyRoutingPolicies
        ? "latency_queries_million"
        : dns.inputs.geolocationRoutingPolicies
          ? "geo_queries_million"
          : "queries_million";
    return per(1e6, "Queries", `aws.route53.${kind}`, count, "queries");
}

/** Checks of what stands on AWS cost less; that is what has an address known only after deployment. */
export const healthCheck: Pricing = ({ inputs }) => {
    const inside = String(inputs.fqdn ?? inputs.ipAddress).startsWith("${");
    return [item("Health check", `aws.route53.health_check_${inside ? "aws" : "other"}_month`, 1, "1 check")];
};
