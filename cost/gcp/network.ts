import type { PlanResource } from "../../plan/resource";
import type { Context, Pricing } from "../cost";
import {
    counted,
    existingZone,
    hourly,
    item,
    listOf,
    mapOf,
    numberOf,
    outbound,
    per,
    processed,
    show,
} from "../quantities";
import { instancesOf, poolInstances } from "./compute";

const runType = "gcp:cloudrunv2/service:Service";
const poolType = "gcp:cloudrunv2/workerPool:WorkerPool";
/** Rules that the minimum covers. */
const rulesInMinimum = 5;
/** Instances beyond which a NAT gateway costs no more by the hour: from there on it is $0.044. */
const natInstances = 0.044 / 0.0014;

/** What Cloud CDN stands before: services and buckets. */
const cachedBy = (context: Context): PlanResource[] =>
    context.once("cached backends", () =>
        ["gcp:compute/backendService:BackendService", "gcp:compute/backendBucket:BackendBucket"]
            .flatMap((type) => context.all(type))
            .filter(({ inputs }) => inputs.enableCdn === true),
    );

/** The first five rules of a project cost one minimum; data and egress are counted with the first. */
export const forwardingRule: Pricing = (rule, context) => {
    const rules = context.all(rule.type);
    const index = rules.indexOf(rule);
    if (index >= rulesInMinimum)
        return [hourly(context, "Additional forwarding rule", "gcp.lb.rule_additional_hour", 1, "rule")];
    if (index > 0) return [];
    const covered = Math.min(rules.length, rulesInMinimum);
    const data = processed(context);
    const { gb, formula } = outbound(context);
    return [
        item(
            "Forwarding rules (minimum)",
            "gcp.lb.rule_min_hour",
            context.hours,
            `${counted(covered, "rule")} of up to ${rulesInMinimum} × ${context.hours} h`,
        ),
        item("Data", "gcp.lb.data_gb", data.gb, data.formula),
        // Behind Cloud CDN it leaves from the cache, which has its own price.
        item(
            "Internet egress",
            "gcp.egress.premium_internet_gb",
            gb * (1 - context.delivered),
            `${formula}${context.delivered > 0 ? ` × ${show(1 - context.delivered)}` : ""}`,
        ),
    ];
};

/** A service or a bucket behind the load balancer is free; its cache is paid by lookups, fills and what it gives out. */
export const backend: Pricing = (backend, context) => {
    const cached = cachedBy(context);
    if (!cached.includes(backend)) return [];
    const { gb, formula } = outbound(context);
    const { delivered } = context;
    const missed = delivered - context.cached;
    const part = cached.length > 1 ? ` / ${cached.length} backends` : "";
    return [
        item(
            "Cache egress",
            "gcp.cdn.egress_gb",
            (gb * delivered) / cached.length,
            `${formula} × ${show(delivered)}${part}`,
        ),
        item(
            "Cache fill",
            "gcp.cdn.cache_fill_gb",
            (gb * missed) / cached.length,
            `${show(gb)} GB × ${show(missed)}${part}`,
        ),
        per(10_000, "Cache lookups", "gcp.cdn.lookups_10k", (context.requests * delivered) / cached.length, "requests"),
    ];
};

/** An address of a forwarding rule is free, as is a private one; one that nothing uses is not. */
export const address: Pricing = (reserved, context) => {
    if (reserved.inputs.addressType === "INTERNAL") return [];
    const used = (type: string) => context.referring(reserved, type).length > 0;
    const rules = [
        "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        "gcp:compute/forwardingRule:ForwardingRule",
    ];
    if (rules.some(used)) return [];
    return used("gcp:compute/routerNat:RouterNat")
        ? []
        : [hourly(context, "Unused address", "gcp.ip.unused_hour", 1, "address")];
};

/** By the hour for each instance that uses it, up to a limit, by address, and by GB in both directions. */
export const routerNat: Pricing = (nat, context) => {
    const gateways = context.all(nat.type).length;
    const instances = context.once("instances behind NAT", () => instancesBehindNat(context));
    const paid = Math.min(natInstances, instances / gateways);
    const ips = nat.inputs.natIps;
    const addresses = Array.isArray(ips) && ips.length > 0 ? ips.length : 1;
    const { monthlyNatGb } = context.usageOf(nat);
    return [
        hourly(context, "NAT by instance", "gcp.nat.vm_hour", paid, "instance"),
        hourly(context, "NAT address", "gcp.nat.ip_hour", addresses, "address"),
        item("Data", "gcp.nat.gb", monthlyNatGb / gateways, `${show(monthlyNatGb)} GB`),
    ];
};

function instancesBehindNat(context: Context): number {
    const behind = (type: string) =>
        context.all(type).filter(({ inputs }) => mapOf(mapOf(inputs.template).vpcAccess).egress === "ALL_TRAFFIC");
    const ofServices = behind(runType).reduce((sum, service) => {
        const { busy, idle } = instancesOf(service, context);
        return sum + busy + idle;
    }, 0);
    return behind(poolType).reduce((sum, pool) => sum + poolInstances(pool, context), ofServices);
}

/**
 * The policy, every rule, and every request that it looks at. A policy before caches looks at what goes to the CDN, one behind them
 * at what the caches do not answer; both are taken to cost the same, as the price book has one price of a policy.
 */
export const securityPolicy: Pricing = (policy, context) => {
    const isEdge = ({ inputs }: PlanResource) => inputs.type === "CLOUD_ARMOR_EDGE";
    const rules = listOf(policy.inputs.rules).length + context.referring(policy, ruleType).length;
    const alike = context.all(policy.type).filter((other) => isEdge(other) === isEdge(policy)).length;
    const requests = (context.requests * (isEdge(policy) ? context.delivered : 1 - context.cached)) / alike;
    return [
        item("Policy", "gcp.armor.policy_month", 1, "1 policy"),
        item("Rules", "gcp.armor.rule_month", rules, counted(rules, "rule")),
        per(1e6, "Requests", "gcp.armor.requests_million", requests, "requests"),
    ];
};
const ruleType = "gcp:compute/securityPolicyRule:SecurityPolicyRule";

export const managedZone: Pricing = () => [item("Zone", "gcp.dns.zone_month", 1, "1 zone")];

/**
 * Queries for what the app answers at; the records that prove a domain are hardly asked for. With the first record in a zone that
 * is not the stack's own, the zone: it is on the bill, too.
 */
export const recordSet: Pricing = (record, context) => {
    const records = context.all(record.type);
    const zone = existingZone(
        record,
        records.filter((other) => !context.behind(other, "gcp:dns/managedZone:ManagedZone", "managedZone").length),
        ({ inputs }) => String(inputs.managedZone),
        "gcp.dns.zone_month",
    );
    const named = records.filter(({ inputs }) => ["A", "AAAA", "CNAME"].includes(String(inputs.type)));
    if (!named.includes(record)) return zone;
    const { monthlyDnsQueries } = context.usageOf(record);
    const queries = (monthlyDnsQueries ?? context.requests / 10) / named.length;
    return [...zone, per(1e6, "Queries", "gcp.dns.queries_million", queries, "queries")];
};

const subnetType = "gcp:compute/subnetwork:Subnetwork";

/** A subnet is free; its flow logs are paid twice by the GB, for making and for keeping them. Subnets share what the network logs. */
export const subnetwork: Pricing = (subnet, context) => {
    const logs = ({ inputs }: PlanResource) => inputs.logConfig !== undefined;
    if (!logs(subnet)) return [];
    const logging = context.once("subnets that log", () => context.all(subnetType).filter(logs).length);
    const { monthlyFlowLogGb } = context.usageOf(subnet);
    const formula = `${show(monthlyFlowLogGb)} GB${logging > 1 ? ` / ${logging} subnets` : ""}`;
    return [
        item("Flow logs", "gcp.logging.telemetry_gib", monthlyFlowLogGb / logging, formula),
        item("Storage of flow logs", "gcp.logging.network_gib", monthlyFlowLogGb / logging, formula),
    ];
};

/** A connector is made of small machines that always run. */
export const connector: Pricing = ({ inputs }, context) => {
    const machine = String(inputs.machineType ?? "e2-micro");
    if (machine !== "e2-micro") return [{ reason: `connectors of ${machine} have no price here` }];
    const instances = numberOf(inputs.minInstances, 2);
    return [hourly(context, "Connector", "gcp.vpc_connector.e2_micro_hour", instances, "instance")];
};
