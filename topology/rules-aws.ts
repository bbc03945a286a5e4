import type { Environment, ParsedApp } from "./app";
import { instanceClassFault, nodeTypeFault } from "./classes";
import { namesBothDays } from "./cron";
import { endpoints } from "./endpoints";
import { isRootReadOnly } from "./images";
import { fargateSizes, GiB } from "./limits";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { awsRegions } from "./regions";
import { originRoute } from "./origins";
import { isWithin } from "./rules-reach";
import { sidecarJobRules } from "./sidecars";
import { choices, oneOf } from "./suggest";

/** What AWS refuses of an app that is right by itself. */
export function awsRules(app: ParsedApp, region: string, environment: Environment): Finding[] {
    return [
        ...Object.keys(app.services).flatMap((name) => [
            ...serviceRules(app, name),
            ...deploymentRules(app, name, environment),
        ]),
        ...Object.keys(app.databases).flatMap((name) => [...databaseRules(app, name, region)]),
        ...Object.keys(app.caches).flatMap((name) => [...cacheRules(app, name, region)]),
        ...Object.keys(app.tables).flatMap((name) => [...tableRules(app, name)]),
        ...Object.keys(app.buckets).flatMap((name) => [...bucketRules(app, name, region)]),
        ...Object.keys(app.jobs).flatMap((name) => [...jobRules(app, name)]),
        ...sidecarJobRules(app),
        ...(app.cdn ? cdnRules(app, app.cdn) : []),
        ...(app.pipeline && !app.pipeline.aws.state
            ? [
                  {
                      at: ["pipeline", "aws", "state"],
                      found: "nothing",
                      allowed:
                          "where Pulumi keeps its state, such as s3://bucket?region=us-east-1: output state of the account's stack",
                  },
              ]
            : []),
    ];
}

/** Target groups that ECS registers a service with. Source: ECS, "Registering multiple target groups". */
const maxTargetGroups = 5;

function* serviceRules(app: ParsedApp, name: string): Generator<Finding> {
    const service = app.services[name];
    const { cpu, memory, scale, mounts, aws, ports } = service;
    const at = ["services", name];
    const size = fargateSizes.find((size) => size.cpu === cpu);
    if (!size)
        yield {
            at: [...at, "cpu"],
            found: `${cpu}`,
            allowed: `${oneOf(fargateSizes.map(({ cpu }) => cpu))} vCPU, the sizes of Fargate`,
        };
    else if (!size.memory.includes(memory)) {
        const others = fargateSizes.filter((size) => size.memory.includes(memory)).map(({ cpu }) => cpu);
        yield {
            at: [...at, "memory"],
            found: `${memory} MiB with ${cpu} vCPU`,
            allowed: `${memoryList(size.memory)} MiB for ${cpu} vCPU on Fargate${others.length ? `; ${memory} MiB needs ${oneOf(others)} vCPU` : ""}`,
            reads: [[...at, "cpu"]],
        };
    }
    if (scale.min < 1)
        yield { at: [...at, "scale", "min"], found: `${scale.min}`, allowed: "1 or more: only Cloud Run scales to 0" };
    for (const [filesystem, path] of Object.entries(mounts))
        if (isRootReadOnly(service) && isWithin(path, "/tmp"))
            yield {
                at: [...at, "mounts", filesystem],
                found: `${show(path)}, where each task has a volume of its own`,
                allowed: `another path, such as /mnt/${filesystem}; or aws.readonlyRootFilesystem: false`,
                reads: [[...at, "aws", "readonlyRootFilesystem"]],
            };
    if (aws.exec && isRootReadOnly(service))
        yield {
            at: [...at, "aws", "exec"],
            found: "true with a read-only root file system, where the agent that takes commands cannot run",
            allowed: "aws.readonlyRootFilesystem: false beside it; or exec: false",
            reads: [
                [...at, "aws", "readonlyRootFilesystem"],
                [...at, "image", "context"],
            ],
        };
    const routed = endpoints(app).filter((endpoint) => endpoint.service === name);
    if (routed.length > maxTargetGroups)
        yield {
            at: [...at, "routes"],
            found: `routes to ${routed.length} of ${Object.keys(ports).length} ports`,
            allowed: `routes to up to ${maxTargetGroups} ports of a service: ECS registers it with no more target groups`,
            reads: [[...at, "ports"]],
        };
    for (const { portName, protocol } of routed)
        if (protocol !== "http" && !app.domain)
            yield {
                at: [...at, "ports", portName],
                found: `${protocol} without a domain`,
                allowed:
                    "a domain, whose certificate the load balancer serves HTTPS with: it hands HTTP/2 and gRPC on from nothing else",
                reads: [["domain"], [...at, "routes"]],
            };
    if (!aws.spot)
        for (const [field, value] of Object.entries(aws.onDemand))
            if (value > 0)
                yield {
                    at: [...at, "aws", "onDemand", field],
                    found: `${value} without Spot, which changes nothing`,
                    allowed: "0, where all tasks are ordinary Fargate; or aws.spot: true",
                    reads: [[...at, "aws", "spot"]],
                };
}

/** ECS must be able to start a new task or to stop an old one, and be told what to do with a deployment that fails. */
function* deploymentRules(app: ParsedApp, name: string, environment: Environment): Generator<Finding> {
    const { aws, scale } = app.services[name];
    const { minimumHealthyPercent, maximumPercent, circuitBreaker, rollback } = aws.deployment;
    const at: Path = ["services", name, "aws", "deployment"];
    // ECS rounds what must stay up, and what may run at most down.
    const tasks = Math.max(1, scale.min);
    const stay = Math.ceil((tasks * minimumHealthyPercent) / 100);
    const most = Math.floor((tasks * maximumPercent) / 100);
    if (stay >= most)
        yield {
            at: [...at, "maximumPercent"],
            found: `${maximumPercent} with minimumHealthyPercent ${minimumHealthyPercent}, for ${tasks === 1 ? "1 task" : `${tasks} tasks`}`,
            allowed: `${Math.ceil(((stay + 1) * 100) / tasks)} or more, or less to keep healthy: ECS can neither start a new task nor stop an old one`,
            reads: [
                [...at, "minimumHealthyPercent"],
                ["services", name, "scale", "min"],
            ],
        };
    if (minimumHealthyPercent === 0 && environment === "prod")
        yield {
            at: [...at, "minimumHealthyPercent"],
            found: "0 in prod",
            allowed: "50 to 100: at 0 every deployment stops all tasks before a new one starts, an outage each time",
        };
    if (rollback && !circuitBreaker)
        yield {
            at: [...at, "rollback"],
            found: "true without a circuit breaker",
            allowed: "false; or circuitBreaker: true, which is what notices a failure",
            reads: [[...at, "circuitBreaker"]],
        };
}

/** Lists few sizes, and says the rule of many. */
function memoryList(sizes: number[]): string {
    if (sizes.length <= 8) return oneOf(sizes);
    return `${sizes[0]} to ${sizes[sizes.length - 1]} in steps of ${(sizes[1] - sizes[0]) / GiB} GiB (${sizes[0]}, ${sizes[1]}, …)`;
}

function* databaseRules(app: ParsedApp, name: string, region: string): Generator<Finding> {
    const { engine, aws, storage, maxStorage, restore } = app.databases[name];
    const at = ["databases", name];
    for (const [index, { backup, from }] of restore.entries())
        if (backup !== undefined && from !== undefined)
            yield {
                at: [...at, "restore", index, "from"],
                found: `${show(from)} with a backup`,
                allowed: "nothing: an RDS snapshot knows its server",
            };
    const fault = instanceClassFault(aws.instanceClass, region, engine);
    if (fault) yield { at: [...at, "aws", "instanceClass"], found: show(aws.instanceClass), allowed: fault };
    if (maxStorage > storage && maxStorage < Math.ceil((storage * 11) / 10))
        yield {
            at: [...at, "maxStorage"],
            found: `${maxStorage}`,
            allowed: `${storage} (it never grows) or at least ${Math.ceil((storage * 11) / 10)}: RDS wants room for a tenth more`,
            reads: [[...at, "storage"]],
        };
}

function* cacheRules(app: ParsedApp, name: string, region: string): Generator<Finding> {
    const { engine, aws } = app.caches[name];
    const fault = nodeTypeFault(aws.nodeType, region, engine);
    if (fault) yield { at: ["caches", name, "aws", "nodeType"], found: show(aws.nodeType), allowed: fault };
}

/** Indexes that DynamoDB admits for a table, and the letters of a name of one. */
const maxIndexes = 20;
const minIndexName = 3;

function* tableRules(app: ParsedApp, name: string): Generator<Finding> {
    const indexes = Object.keys(app.tables[name].indexes);
    const at = ["tables", name, "indexes"];
    if (indexes.length > maxIndexes)
        yield { at, found: `${indexes.length} indexes`, allowed: `up to ${maxIndexes} for a table of DynamoDB` };
    for (const index of indexes)
        if (index.length < minIndexName)
            yield {
                at: [...at, index],
                found: show(index),
                allowed: `a name of at least ${minIndexName} characters for an index of DynamoDB`,
            };
}

function* bucketRules(app: ParsedApp, name: string, region: string): Generator<Finding> {
    const { replicate, versioned, aws } = app.buckets[name];
    const at = ["buckets", name];
    if (replicate && !versioned)
        yield {
            at: [...at, "versioned"],
            found: "false for a bucket that is replicated",
            allowed: "true; or replicate: false. S3 copies versions",
            reads: [[...at, "replicate"]],
        };
    const { replicaRegion } = aws;
    if (replicaRegion === undefined) return;
    const where = [...at, "aws", "replicaRegion"];
    const others = Object.keys(awsRegions).filter((other) => other !== region);
    if (replicaRegion === region)
        yield { at: where, found: `${show(replicaRegion)}, the stack's own region`, allowed: "another region" };
    else if (!others.includes(replicaRegion))
        yield { at: where, found: show(replicaRegion), allowed: choices(replicaRegion, others) };
}

/** Seconds that CloudFront waits for an origin at most. Source: its API, OriginReadTimeout. */
const longestRead = 120;

/** CloudFront asks services by HTTP/1.1, and does not wait for ever. */
function* cdnRules(app: ParsedApp, cdn: NonNullable<ParsedApp["cdn"]>): Generator<Finding> {
    for (const [name, { service }] of Object.entries(cdn.origins)) {
        if (service === undefined || !Object.hasOwn(app.services, service)) continue;
        const protocol = originRoute(app, cdn, name)?.endpoint.protocol ?? "http";
        if (protocol !== "http")
            yield {
                at: ["cdn", "origins", name, "service"],
                found: `${show(service)}, at a port that speaks ${protocol}`,
                allowed:
                    "a port that speaks HTTP/1.1, in which CloudFront asks: the load balancer answers it with 464 for HTTP/2 and gRPC",
                reads: [["services", service]],
            };
        const { timeoutSeconds } = app.services[service];
        if (timeoutSeconds !== undefined && timeoutSeconds > longestRead)
            yield {
                at: ["services", service, "timeoutSeconds"],
                found: `${timeoutSeconds}, behind the CDN`,
                allowed: `up to ${longestRead}: CloudFront waits no longer for the first byte, or the next. Or no origin of the CDN`,
                reads: [["cdn"]],
            };
    }
}

function* jobRules(app: ParsedApp, name: string): Generator<Finding> {
    const { cron, service, run } = app.jobs[name];
    const calls = (key: string) => (Object.hasOwn(app.services, key) ? app.services[key].calls : []);
    // Its environment would name what it cannot find.
    if (run !== "deployment" && calls(service).length)
        yield {
            at: ["jobs", name, "service"],
            found: `${show(service)}, which calls ${calls(service).join(" and ")}`,
            allowed:
                "a service that calls none; or run: deployment. ECS lets no other task than a service's own find services",
            reads: [
                ["jobs", name, "run"],
                ["services", service, "calls"],
            ],
        };
    if (cron !== undefined && namesBothDays(cron))
        yield {
            at: ["jobs", name, "cron"],
            found: `${show(cron)}, with days of the month and of the week`,
            allowed: "* for one of the two: EventBridge takes one or the other",
        };
}
