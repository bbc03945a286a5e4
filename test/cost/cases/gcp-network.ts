import { price, type Case, type Part } from "./case";

const p = (id: string, region: string) => price(`gcp.${id}`, region);
const one = (type: string, inputs: object = {}): Part[] => [{ type, inputs: { ...inputs } }];

/** What guards and names an app, and what its network logs. */
export const network: Case[] = [
    {
        type: "gcp:compute/securityPolicy:SecurityPolicy",
        shows: "the policy, its rules, and requests",
        resources: one("gcp:compute/securityPolicy:SecurityPolicy", { rules: [{}, {}, {}] }),
        usage: { monthlyRequests: 4e6 },
        costs: {
            Policy: p("armor.policy_month", "global"),
            Rules: 3 * p("armor.rule_month", "global"),
            Requests: 4 * p("armor.requests_million", "global"),
        },
    },
    {
        type: "gcp:compute/securityPolicy:SecurityPolicy",
        shows: "behind a CDN only the requests that its caches do not answer",
        resources: [
            ...one("gcp:compute/securityPolicy:SecurityPolicy", { rules: [{}] }),
            { type: "gcp:compute/backendService:BackendService", name: "cdn", inputs: { enableCdn: true } },
        ],
        usage: { monthlyRequests: 5e6, cdnPercent: 50, cacheHitPercent: 80 },
        costs: {
            Policy: p("armor.policy_month", "global"),
            Rules: p("armor.rule_month", "global"),
            Requests: 3 * p("armor.requests_million", "global"),
        },
    },
    {
        type: "gcp:compute/securityPolicy:SecurityPolicy",
        shows: "before the caches all that goes to the CDN",
        resources: [
            ...one("gcp:compute/securityPolicy:SecurityPolicy", { type: "CLOUD_ARMOR_EDGE", rules: [{}] }),
            { type: "gcp:compute/backendService:BackendService", name: "cdn", inputs: { enableCdn: true } },
        ],
        usage: { monthlyRequests: 5e6, cdnPercent: 50, cacheHitPercent: 80 },
        costs: {
            Policy: p("armor.policy_month", "global"),
            Rules: p("armor.rule_month", "global"),
            Requests: 2.5 * p("armor.requests_million", "global"),
        },
    },
    {
        type: "gcp:compute/subnetwork:Subnetwork",
        shows: "its flow logs, made and kept, shared with the other that logs",
        resources: [
            ...one("gcp:compute/subnetwork:Subnetwork", { logConfig: { flowSampling: 0.1 } }),
            { type: "gcp:compute/subnetwork:Subnetwork", name: "b", inputs: { logConfig: { flowSampling: 0.1 } } },
            { type: "gcp:compute/subnetwork:Subnetwork", name: "c" },
        ],
        usage: { monthlyFlowLogGb: 3 },
        costs: {
            "Flow logs": 1.5 * p("logging.telemetry_gib", "global"),
            "Storage of flow logs": 1.5 * p("logging.network_gib", "global"),
        },
    },
    {
        type: "gcp:compute/subnetwork:Subnetwork",
        shows: "nothing without flow logs",
        resources: one("gcp:compute/subnetwork:Subnetwork"),
        usage: { monthlyFlowLogGb: 3 },
        costs: {},
    },
    {
        type: "gcp:dns/managedZone:ManagedZone",
        shows: "each",
        resources: one("gcp:dns/managedZone:ManagedZone"),
        costs: { Zone: p("dns.zone_month", "global") },
    },
    {
        type: "gcp:dns/recordSet:RecordSet",
        shows: "queries, one for ten requests",
        resources: [
            ...one("gcp:dns/recordSet:RecordSet", { type: "A" }),
            { type: "gcp:dns/recordSet:RecordSet", name: "proof", inputs: { type: "${proof.type}" } },
        ],
        usage: { monthlyRequests: 2e7 },
        costs: { Queries: 2 * p("dns.queries_million", "global") },
    },
    {
        type: "gcp:dns/recordSet:RecordSet",
        shows: "with the first record the zone that it is in",
        resources: one("gcp:dns/recordSet:RecordSet", { type: "A", managedZone: "example-com" }),
        usage: { monthlyRequests: 1e7 },
        costs: {
            "Hosted zone": p("dns.zone_month", "global"),
            Queries: p("dns.queries_million", "global"),
        },
    },
    {
        type: "gcp:dns/recordSet:RecordSet",
        shows: "no zone beside the stack's own",
        resources: [
            {
                type: "gcp:dns/recordSet:RecordSet",
                inputs: { type: "A" },
                from: { managedZone: "gcp:dns/managedZone:ManagedZone own" },
            },
            { type: "gcp:dns/managedZone:ManagedZone", name: "own" },
        ],
        usage: { monthlyRequests: 1e7 },
        costs: { Queries: p("dns.queries_million", "global") },
    },
];
