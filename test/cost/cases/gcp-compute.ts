import { GB, price, second, tiers, type Case, type Part } from "./case";

const tokyo = "asia-northeast1";
const p = (id: string, region = tokyo) => price(`gcp.${id}`, region);
const run = (id: string, tier = "tier1") => price(`gcp.run.${id}`, tier);
const million = price("gcp.run.requests_million", "global");
const egress = tiers("gcp.egress.premium_internet_gb", tokyo);
const hours = 730;

const service = "gcp:cloudrunv2/service:Service";
/** An instance of 1 vCPU and 2 GiB, each part changed as a case says. */
const cloudRun = (resources: object = {}, template: object = {}, name = "x"): Part => ({
    type: service,
    name,
    inputs: {
        template: {
            containers: [{ resources: { limits: { cpu: "1", memory: "2048Mi" }, cpuIdle: true, ...resources } }],
            maxInstanceRequestConcurrency: 100,
            scaling: { minInstanceCount: 1, maxInstanceCount: 10 },
            ...template,
        },
    },
});
const pool = "gcp:cloudrunv2/workerPool:WorkerPool";
const workers = (scaling: object): Part[] => [
    {
        type: pool,
        inputs: { scaling, template: { containers: [{ resources: { limits: { cpu: "2", memory: "4096Mi" } } }] } },
    },
];
const rule = "gcp:compute/globalForwardingRule:GlobalForwardingRule";
const backend = "gcp:compute/backendService:BackendService";
const one = (type: string, inputs: object = {}): Part[] => [{ type, inputs: { ...inputs } }];
/** Of a load that one instance bears, the share of time in which it has a request at all. */
const busyAt = (load: number) => 1 - Math.exp(-load);

/** What runs, and by what way it is reached. */
export const compute: Case[] = [
    {
        type: pool,
        shows: "for the whole month, whatever the traffic",
        usage: { monthlyRequests: 1e9 },
        resources: workers({ scalingMode: "MANUAL", manualInstanceCount: 3 }),
        costs: { vCPU: 3 * 2 * second * run("worker.vcpu_second"), Memory: 3 * 4 * second * run("worker.gib_second") },
    },
    {
        type: pool,
        shows: "at its minimum, as no request tells how much it has to do",
        resources: workers({ scalingMode: "AUTOMATIC", minInstanceCount: 2, maxInstanceCount: 9 }),
        costs: { vCPU: 2 * 2 * second * run("worker.vcpu_second"), Memory: 2 * 4 * second * run("worker.gib_second") },
    },
    {
        type: service,
        shows: "without traffic, the minimum that waits",
        resources: [cloudRun()],
        costs: {
            "vCPU while idle": second * run("idle.vcpu_second"),
            "Memory while idle": second * 2 * run("idle.gib_second"),
        },
    },
    {
        type: service,
        shows: "nothing without traffic and minimum",
        resources: [cloudRun({}, { scaling: { maxInstanceCount: 10 } })],
        costs: {},
    },
    {
        type: service,
        shows: "one instance that serves some of the time and waits the rest",
        resources: [cloudRun()],
        // 5 a second × 100 ms: half a request at a time.
        usage: { monthlyRequests: 5 * second },
        costs: {
            "vCPU while serving": busyAt(0.5) * second * run("request.vcpu_second"),
            "Memory while serving": busyAt(0.5) * second * 2 * run("request.gib_second"),
            "vCPU while idle": (1 - busyAt(0.5)) * second * run("idle.vcpu_second"),
            "Memory while idle": (1 - busyAt(0.5)) * second * 2 * run("idle.gib_second"),
            Requests: ((5 * second) / 1e6) * million,
        },
    },
    {
        type: service,
        shows: "instances by CPU: 72 a second × 25 ms = 1.8 vCPU, three at 60 %, with 2.4 requests each",
        resources: [cloudRun()],
        usage: { monthlyRequests: 72 * second },
        costs: {
            "vCPU while serving": 3 * busyAt(2.4) * second * run("request.vcpu_second"),
            "Memory while serving": 3 * busyAt(2.4) * second * 2 * run("request.gib_second"),
            Requests: ((72 * second) / 1e6) * million,
        },
    },
    {
        type: service,
        shows: "instances by concurrency where requests wait for others; in a region of tier 2, with a sidecar",
        region: "europe-west3",
        resources: [
            cloudRun(
                {},
                {
                    containers: [
                        { resources: { limits: { cpu: "1000m", memory: "1Gi" } } },
                        { resources: { limits: { cpu: "1", memory: "512Mi" } } },
                    ],
                    maxInstanceRequestConcurrency: 2,
                },
            ),
        ],
        // 10 a second × 1 s = 10 at a time, 2 in each instance.
        usage: { monthlyRequests: 10 * second, averageRequestDurationMs: 1000 },
        costs: {
            "vCPU while serving": 5 * busyAt(2) * 2 * second * run("request.vcpu_second", "tier2"),
            "Memory while serving": 5 * busyAt(2) * 1.5 * second * run("request.gib_second", "tier2"),
            Requests: ((10 * second) / 1e6) * million,
        },
    },
    {
        type: service,
        shows: "by instance, busy or not, and no requests; with spans",
        resources: [
            cloudRun(
                { cpuIdle: false },
                {
                    containers: [
                        {
                            resources: { limits: { cpu: "2", memory: "1Gi" }, cpuIdle: false },
                            envs: [{ name: "OTEL_TRACES_SAMPLER_ARG", value: "0.5" }],
                        },
                    ],
                },
            ),
        ],
        usage: { monthlyRequests: second, spansPerTrace: 4 },
        costs: {
            vCPU: 2 * second * run("instance.vcpu_second"),
            Memory: second * run("instance.gib_second"),
            "Trace spans": ((second * 0.5 * 4) / 1e6) * p("trace.spans_million", "global"),
        },
    },
    {
        type: "gcp:container/cluster:Cluster",
        shows: "hours",
        resources: one("gcp:container/cluster:Cluster"),
        costs: { Cluster: hours * p("gke.cluster_hour", "global") },
    },
    {
        type: "gcp:cloudbuild/trigger:Trigger",
        shows: "each step of a build on the default machine",
        resources: one("gcp:cloudbuild/trigger:Trigger", { build: { steps: [{ id: "test" }, { id: "deploy" }] } }),
        usage: { monthlyBuildMinutes: 90 },
        costs: { Build: 180 * p("build.e2_standard_2_min", "global") },
    },
    {
        type: "gcp:cloudbuild/trigger:Trigger",
        shows: "minutes of a machine",
        resources: one("gcp:cloudbuild/trigger:Trigger", { build: { options: { machineType: "E2_HIGHCPU_8" } } }),
        usage: { monthlyBuildMinutes: 90 },
        costs: { Build: 90 * p("build.e2_highcpu_8_min", "global") },
    },
    {
        type: rule,
        shows: "one minimum for five rules, the data of both ways, and egress over its tiers",
        resources: [...one(rule, { portRange: "80" }), { type: rule, name: "y" }, cloudRun({}, {}, "api")],
        usage: { monthlyRequests: GB, averageRequestKb: 100, averageResponseKb: 12_240 },
        costs: {
            "Forwarding rules (minimum)": hours * p("lb.rule_min_hour", "global"),
            Data: 12_340 * p("lb.data_gb"),
            "Internet egress (first 1,024)": 1024 * egress[0],
            "Internet egress (above 1,024)": 9216 * egress[1],
            "Internet egress (above 10,240)": 2000 * egress[2],
        },
    },
    {
        type: rule,
        shows: "the sixth by itself",
        resources: [...one(rule), ...[1, 2, 3, 4, 5].map((index) => ({ type: rule, name: `a${index}` }))],
        costs: { "Additional forwarding rule": hours * p("lb.rule_additional_hour", "global") },
    },
    {
        type: backend,
        shows: "nothing without a cache",
        resources: one(backend),
        usage: { monthlyRequests: 1e9 },
        costs: {},
    },
    {
        type: backend,
        shows: "what a cache gives out, fetches and looks up",
        resources: [...one(backend, { enableCdn: true }), cloudRun({}, {}, "api")],
        // Half of the requests go there.
        usage: { monthlyRequests: 2 * GB, averageResponseKb: 100, cdnPercent: 50, cacheHitPercent: 90 },
        costs: {
            "Cache egress": 100 * p("cdn.egress_gb", "asia_pacific"),
            "Cache fill": 10 * p("cdn.cache_fill_gb", "asia_pacific"),
            "Cache lookups": (GB / 10_000) * p("cdn.lookups_10k", "global"),
        },
    },
    {
        type: rule,
        shows: "no egress of its own behind a cache, and the data of what passes it",
        resources: [...one(rule), { type: backend, name: "b", inputs: { enableCdn: true } }, cloudRun({}, {}, "api")],
        usage: {
            monthlyRequests: GB,
            averageRequestKb: 50,
            averageResponseKb: 100,
            cdnPercent: 100,
            cacheHitPercent: 90,
        },
        costs: { "Forwarding rules (minimum)": hours * p("lb.rule_min_hour", "global"), Data: 15 * p("lb.data_gb") },
    },
    ...["gcp:compute/globalAddress:GlobalAddress", "gcp:compute/address:Address"].flatMap((type): Case[] => [
        {
            type,
            shows: "one that nothing uses",
            region: "us-central1",
            resources: one(type, { addressType: "EXTERNAL" }),
            costs: { "Unused address": hours * p("ip.unused_hour", "us-central1") },
        },
        {
            type,
            shows: "nothing for that of a load balancer",
            resources: [
                ...one(type, { addressType: "EXTERNAL" }),
                { type: rule, name: "rule", from: { ipAddress: `${type} x` } },
            ],
            costs: {},
        },
        { type, shows: "nothing for a private one", resources: one(type, { addressType: "INTERNAL" }), costs: {} },
    ]),
    {
        type: "gcp:compute/routerNat:RouterNat",
        shows: "each instance behind it, its addresses, its data",
        resources: [
            ...one("gcp:compute/routerNat:RouterNat", { natIps: ["a", "b"] }),
            cloudRun({}, { vpcAccess: { egress: "ALL_TRAFFIC" }, scaling: { minInstanceCount: 3 } }, "api"),
            cloudRun({}, { vpcAccess: { egress: "PRIVATE_RANGES_ONLY" } }, "other"),
        ],
        usage: { monthlyNatGb: 40 },
        costs: {
            "NAT by instance": 3 * hours * p("nat.vm_hour"),
            "NAT address": 2 * hours * p("nat.ip_hour", "global"),
            Data: 40 * p("nat.gb"),
        },
    },
    {
        type: "gcp:compute/routerNat:RouterNat",
        shows: "no more than $0.044 an hour for however many instances",
        resources: [
            ...one("gcp:compute/routerNat:RouterNat"),
            cloudRun({}, { vpcAccess: { egress: "ALL_TRAFFIC" }, scaling: { minInstanceCount: 100 } }, "api"),
        ],
        costs: { "NAT by instance": 0.044 * hours, "NAT address": hours * p("nat.ip_hour", "global") },
    },
    {
        type: "gcp:vpcaccess/connector:Connector",
        shows: "small machines",
        resources: one("gcp:vpcaccess/connector:Connector", { machineType: "e2-micro", minInstances: 3 }),
        costs: { Connector: 3 * hours * p("vpc_connector.e2_micro_hour") },
    },
];
