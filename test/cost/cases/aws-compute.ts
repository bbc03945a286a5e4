import { tiers, GB, price, second, type Case, type Part } from "./case";

const tokyo = "ap-northeast-1";
const p = (id: string, region = tokyo) => price(`aws.${id}`, region);
const hours = 730;
const metric = tiers("aws.cloudwatch.metric_month", tokyo)[0];

const service = "aws:ecs/service:Service";

const definition = "aws:ecs/taskDefinition:TaskDefinition";

const target = "aws:appautoscaling/target:Target";

const policy = "aws:appautoscaling/policy:Policy";

/** A service of half a vCPU and 1 GB that scales from 2 to 10 at 50 % CPU, each part changed as a case says. */
const fargate = (inputs: object = {}, task: object = {}, scale: object = {}): Part[] => [
    { type: definition, name: "task", inputs: { cpu: "512", memory: "1024", ...task } },
    { type: service, inputs: { desiredCount: 2, ...inputs }, from: { taskDefinition: `${definition} task` } },
    {
        type: target,
        name: "range",
        inputs: { minCapacity: 2, maxCapacity: 10, ...scale },
        from: { resourceId: `${service} x` },
    },
    {
        type: policy,
        name: "cpu",
        inputs: { targetTrackingScalingPolicyConfiguration: { targetValue: 50 } },
        from: { resourceId: `${target} range` },
    },
];

const spotStrategy = (...weights: [string, number, number?][]) => ({
    capacityProviderStrategies: weights.map(([capacityProvider, weight, base]) => ({ capacityProvider, weight, base })),
});

const collected = (share: string) => ({
    containerDefinitions: JSON.stringify([{ environment: [{ name: "OTEL_TRACES_SAMPLER_ARG", value: share }] }]),
});

const one = (type: string, inputs: object = {}): Part[] => [{ type, inputs: { ...inputs } }];

/** What runs. */
export const compute: Case[] = [
    {
        type: service,
        shows: "the minimum where the traffic needs less",
        resources: fargate(),
        // 10 a second × 25 ms = 0.25 vCPU, of which a task gives 0.5 × 50 %.
        usage: { monthlyRequests: 10 * second },
        costs: { vCPU: 2 * 0.5 * hours * p("fargate.x86.vcpu_hour"), Memory: 2 * hours * p("fargate.x86.gb_hour") },
    },
    {
        type: service,
        shows: "the average that the traffic needs, between minimum and maximum",
        resources: fargate(),
        // 60 a second × 25 ms = 1.5 vCPU / 0.25 = 6 tasks.
        usage: { monthlyRequests: 60 * second },
        costs: { vCPU: 6 * 0.5 * hours * p("fargate.x86.vcpu_hour"), Memory: 6 * hours * p("fargate.x86.gb_hour") },
    },
    {
        type: service,
        shows: "the maximum where the traffic needs more",
        resources: fargate(),
        usage: { monthlyRequests: 1000 * second },
        costs: { vCPU: 10 * 0.5 * hours * p("fargate.x86.vcpu_hour"), Memory: 10 * hours * p("fargate.x86.gb_hour") },
    },
    {
        type: service,
        shows: "tasks by the requests that one serves at a time",
        resources: fargate(),
        // 40 a second × 100 ms = 4 at a time.
        usage: { monthlyRequests: 40 * second, concurrentRequestsPerInstance: 1 },
        costs: { vCPU: 4 * 0.5 * hours * p("fargate.x86.vcpu_hour"), Memory: 4 * hours * p("fargate.x86.gb_hour") },
    },
    {
        type: service,
        shows: "what tasks in three zones exchange with a database in one of them",
        resources: [
            {
                type: "aws:rds/instance:Instance",
                name: "db",
                inputs: { engine: "postgres", instanceClass: "db.t3.micro", allocatedStorage: 20, storageType: "gp3" },
            },
            ...fargate({ networkConfiguration: { subnets: ["a", "b", "c"] } }).map((part) =>
                part.type === definition
                    ? { ...part, from: { containerDefinitions: "aws:rds/instance:Instance db" } }
                    : part,
            ),
        ],
        usage: { monthlyRequests: 3 * GB, averageDatabaseKb: 5, averageRequestCpuMs: 0 },
        costs: {
            vCPU: 2 * 0.5 * hours * p("fargate.x86.vcpu_hour"),
            Memory: 2 * hours * p("fargate.x86.gb_hour"),
            // 15 GB, of which two of three tasks send or get theirs from another zone.
            "Data between zones": 10 * p("egress.cross_az_gb_each_way"),
        },
    },
    {
        type: service,
        shows: "ARM, with a disk beyond what is free, a public address and traces",
        resources: fargate(
            { networkConfiguration: { assignPublicIp: true } },
            { runtimePlatform: { cpuArchitecture: "ARM64" }, ephemeralStorage: { sizeInGib: 50 }, ...collected("0.1") },
        ),
        usage: { monthlyRequests: second },
        costs: {
            "vCPU ARM": 2 * 0.5 * hours * p("fargate.arm.vcpu_hour"),
            "Memory ARM": 2 * hours * p("fargate.arm.gb_hour"),
            "Ephemeral storage": 2 * 30 * hours * p("fargate.ephemeral_gb_hour"),
            "Public IPv4": 2 * hours * p("ipv4.hour"),
            Traces: ((second * 0.1) / 1e6) * p("xray.traces_recorded_million"),
        },
    },
    {
        type: service,
        shows: "Spot",
        resources: fargate(spotStrategy(["FARGATE_SPOT", 1])),
        costs: {
            "vCPU Spot": 2 * 0.5 * hours * p("fargate.spot.x86.vcpu_hour"),
            "Memory Spot": 2 * hours * p("fargate.spot.x86.gb_hour"),
        },
    },
    {
        type: service,
        shows: "one task on demand as a base and a third of the others: of 4, two on Spot",
        resources: fargate(spotStrategy(["FARGATE", 1, 1], ["FARGATE_SPOT", 2]), {}, { minCapacity: 4 }),
        costs: {
            vCPU: 2 * 0.5 * hours * p("fargate.x86.vcpu_hour"),
            Memory: 2 * hours * p("fargate.x86.gb_hour"),
            "vCPU Spot": 2 * 0.5 * hours * p("fargate.spot.x86.vcpu_hour"),
            "Memory Spot": 2 * hours * p("fargate.spot.x86.gb_hour"),
        },
    },
    {
        type: service,
        shows: "Spot on ARM where the region has a price",
        region: "us-east-1",
        resources: fargate(spotStrategy(["FARGATE_SPOT", 1]), { runtimePlatform: { cpuArchitecture: "ARM64" } }),
        costs: {
            "vCPU ARM Spot": 2 * 0.5 * hours * p("fargate.spot.arm.vcpu_hour", "us-east-1"),
            "Memory ARM Spot": 2 * hours * p("fargate.spot.arm.gb_hour", "us-east-1"),
        },
    },
    {
        type: service,
        shows: "nothing for tasks on machines of one's own",
        resources: fargate({ launchType: "EC2" }),
        costs: {},
        unpriced: /tasks on EC2/,
    },
    {
        type: "aws:ecs/cluster:Cluster",
        shows: "Container Insights: 12 metrics a cluster, 25 a service; an event a minute for each thing",
        resources: [
            { type: definition, name: "task", inputs: { cpu: "512", memory: "1024" } },
            {
                type: "aws:ecs/cluster:Cluster",
                inputs: { settings: [{ name: "containerInsights", value: "enabled" }] },
            },
            {
                type: service,
                name: "api",
                inputs: { desiredCount: 3 },
                from: { cluster: "aws:ecs/cluster:Cluster x", taskDefinition: `${definition} task` },
            },
        ],
        costs: {
            "Container Insights metrics": (12 + 25) * metric,
            "Container Insights events": (((1 + 1 + 2 * 3) * hours * 60) / GB) * p("cloudwatch.logs_ingest_gb"),
        },
    },
    {
        type: "aws:ecs/cluster:Cluster",
        shows: "nothing without it",
        resources: one("aws:ecs/cluster:Cluster"),
        costs: {},
    },
    {
        type: "aws:eks/cluster:Cluster",
        shows: "hours",
        resources: one("aws:eks/cluster:Cluster"),
        costs: { Cluster: hours * p("eks.cluster_hour") },
    },
];
