import type { ParsedApp } from "./app";
import { dualRegion, secondRegions } from "./dual-regions";
import { isWorker, protocolOf } from "./endpoints";
import { cloudRunFractions, cloudRunSizes, GiB, sharedCoreStorage, sharedCoreTiers, tierFault } from "./limits";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { memcachedRules } from "./rules-caches";
import { cloudRunFileRules } from "./secret-files";
import { choices, oneOf } from "./suggest";

/** What GCP refuses of an app that is right by itself. */
export function gcpRules(app: ParsedApp, region: string): Finding[] {
    return [
        ...Object.keys(app.services).flatMap((name) => [
            ...serviceRules(app, name),
            ...bodyRules(app, name),
            ...roomRules(app, name),
        ]),
        ...cloudRunFileRules(app),
        ...Object.keys(app.databases).flatMap((name) => [...databaseRules(app, name)]),
        ...Object.keys(app.caches).flatMap((name) => [...memcachedRules(app, name, region)]),
        ...Object.keys(app.tables).flatMap((name) => [...tableRules(app, name)]),
        ...Object.keys(app.buckets).flatMap((name) => [...bucketRules(app, name, region)]),
        ...Object.keys(app.queues).flatMap((name) => [...queueRules(app, name)]),
        ...Object.keys(app.filesystems).flatMap((name) => [...filesystemRules(app, name)]),
        ...(app.cdn ? cdnRules(app.cdn) : []),
        ...firewallRules(app),
        ...(app.pipeline && !app.pipeline.gcp.state
            ? [
                  {
                      at: ["pipeline", "gcp", "state"],
                      found: "nothing",
                      allowed: "where Pulumi keeps its state, such as gs://bucket: output state of the account's stack",
                  },
              ]
            : []),
    ];
}

/** What a subscription of Pub/Sub admits. Source: its reference, `ackDeadlineSeconds` and `maxDeliveryAttempts`. */
const subscriptionLimits = { visibilitySeconds: [10, 600], maxReceives: [5, 100] } as const;

function* queueRules({ queues }: ParsedApp, name: string): Generator<Finding> {
    for (const field of ["visibilitySeconds", "maxReceives"] as const) {
        const [min, max] = subscriptionLimits[field];
        const value = queues[name][field];
        if (value < min || value > max)
            yield {
                at: ["queues", name, field],
                found: `${value}`,
                allowed: `${min} to ${max} on gcp${field === "visibilitySeconds" ? ": a client of Pub/Sub that needs longer asks for more as it goes" : ""}`,
            };
    }
}

/** Requests that a rule of Cloud Armor counts to. Source: its documentation, "Rate limiting overview". */
const maxCounted = 1_000_000;

function* firewallRules({ firewall }: ParsedApp): Generator<Finding> {
    const { requests } = firewall.rateLimit;
    if (requests > maxCounted)
        yield {
            at: ["firewall", "rateLimit", "requests"],
            found: `${requests}`,
            allowed: `up to ${maxCounted}: Cloud Armor counts no further; fewer requests in a shorter window limit the same`,
        };
}

/** MiB of a request's body that Cloud Run takes over HTTP/1. Source: https://cloud.google.com/run/quotas */
const largestBody = 32;

/** Over HTTP/2 Cloud Run has no limit. */
function* bodyRules(app: ParsedApp, name: string): Generator<Finding> {
    const service = app.services[name];
    const { maxBodyMb, ports } = service;
    const over = Object.keys(ports).filter((port) => protocolOf(service, port) === "http");
    if (maxBodyMb !== undefined && maxBodyMb > largestBody && over.length)
        yield {
            at: ["services", name, "maxBodyMb"],
            found: `${maxBodyMb}`,
            allowed: `up to ${largestBody}: Cloud Run takes no more over HTTP/1. Let clients upload to a bucket; or ports: { ${over[0]}: { port: ${ports[over[0]]}, protocol: http2 } }, if the app speaks HTTP/2 without TLS`,
            reads: [["services", name, "ports"]],
        };
}

/** vCPU, MiB and containers of the largest instance, and what the tracing collector has of it. */
const largest = { cpu: 8, memory: 32 * GiB };
const mostContainers = 10;
const collector = { cpu: 1, memory: 512 };

/** Sidecars and the tracing collector run beside the app, in the same instance. */
function* roomRules(app: ParsedApp, name: string): Generator<Finding> {
    const at = ["services", name];
    const { sidecars } = app.services[name];
    const named = [...(app.tracing.enabled ? ["the tracing collector"] : []), ...Object.keys(sidecars)];
    if (!named.length) return;
    const beside = [...(app.tracing.enabled ? [collector] : []), ...Object.values(sidecars).map(({ gcp }) => gcp)];
    const reads: Path[] = [["tracing"], [...at, "sidecars"]];
    if (beside.length >= mostContainers)
        yield {
            at: [...at, "sidecars"],
            found: `${beside.length + 1} containers`,
            allowed: `up to ${mostContainers} in an instance of Cloud Run, the service's own among them`,
            reads,
        };
    for (const field of ["cpu", "memory"] as const) {
        const value = app.services[name][field];
        const taken = beside.reduce((sum, one) => sum + one[field], 0);
        const room = largest[field] - taken;
        const whole = cloudRunSizes.map((size) => size.cpu).findLast((cpu) => cpu <= room);
        const size = whole === undefined || whole === room ? "" : `, so ${whole}`;
        if (value <= largest[field] && value > room)
            yield {
                at: [...at, field],
                found: `${value} with ${named.join(" and ")} beside it, which ${named.length > 1 ? "have" : "has"} ${taken}`,
                allowed: `up to ${room}${field === "cpu" ? ` vCPU${size}` : " MiB"}: an instance of Cloud Run has ${largest[field]} in all${app.tracing.enabled ? "; or tracing: { enabled: false }" : ""}`,
                reads,
            };
    }
}

function* serviceRules(app: ParsedApp, name: string): Generator<Finding> {
    const { cpu, memory, gcp, mounts } = app.services[name];
    const at = ["services", name];
    const worker = isWorker(app.services[name]);
    const fraction = cpu < 1;
    if (worker && fraction) {
        yield {
            at: [...at, "cpu"],
            found: `${cpu} for a worker`,
            allowed: "1 vCPU or more: a worker pool of Cloud Run has no less; or gcp: { cpu: 1 }",
            reads: [[...at, "ports"]],
        };
        return;
    }
    const size = fraction
        ? cloudRunFractions.find((size) => cpu >= size.cpu)
        : cloudRunSizes.find((size) => size.cpu === cpu);
    if (!size || (fraction && Math.abs(cpu * 1000 - Math.round(cpu * 1000)) > 1e-9)) {
        const whole = oneOf(cloudRunSizes.map((size) => size.cpu));
        yield {
            at: [...at, "cpu"],
            found: `${cpu}`,
            allowed: `${whole} vCPU on Cloud Run${worker ? "" : "; or 0.08 to 1 in steps of 0.001, with concurrency 1"}`,
        };
        return;
    }
    const reads = [[...at, "cpu"]];
    if (memory < size.min || memory > size.max) {
        const others = cloudRunSizes.filter(({ min, max }) => memory >= min && memory <= max).map(({ cpu }) => cpu);
        yield {
            at: [...at, "memory"],
            found: `${memory} MiB with ${cpu} vCPU`,
            allowed: `${size.min} to ${size.max} MiB for ${cpu} vCPU on Cloud Run${others.length ? `; ${memory} MiB needs ${oneOf(others)} vCPU` : ""}`,
            reads,
        };
    }
    if (fraction && gcp.concurrency !== 1)
        yield {
            at: [...at, "gcp", "concurrency"],
            found: `${gcp.concurrency} with ${cpu} vCPU`,
            allowed: "1 below 1 vCPU on Cloud Run; or gcp: { cpu: 1 }",
            reads,
        };
    if (fraction && gcp.cpuBilling !== "request")
        yield {
            at: [...at, "gcp", "cpuBilling"],
            found: `${gcp.cpuBilling}`,
            allowed: "request below 1 vCPU on Cloud Run",
            reads,
        };
    if (fraction && Object.keys(mounts).length > 0)
        yield {
            at: [...at, "cpu"],
            found: `${cpu} with mounts`,
            allowed: "1 or more vCPU: Cloud Run mounts files in its second generation only; or gcp: { cpu: 1 }",
            reads: [[...at, "mounts"]],
        };
}

function* databaseRules(app: ParsedApp, name: string): Generator<Finding> {
    const { gcp, storage, maxStorage, restore } = app.databases[name];
    const at = ["databases", name];
    for (const [index, { backup, from }] of restore.entries()) {
        if (backup !== undefined && !/^\d{1,19}$/.test(backup))
            yield {
                at: [...at, "restore", index, "backup"],
                found: show(backup),
                allowed: "a backup's number, as gcloud sql backups list shows it",
            };
        if (from !== undefined && !/^[a-z][a-z0-9-]*$/.test(from))
            yield {
                at: [...at, "restore", index, "from"],
                found: show(from),
                allowed: "the name of a Cloud SQL instance",
            };
    }
    const fault = tierFault(gcp.tier);
    if (fault) yield { at: [...at, "gcp", "tier"], found: show(gcp.tier), allowed: fault };
    if (sharedCoreTiers.includes(gcp.tier))
        for (const [field, size] of Object.entries({ storage, maxStorage }))
            if (size > sharedCoreStorage)
                yield {
                    at: [...at, field],
                    found: `${size}`,
                    allowed: `up to ${sharedCoreStorage} GiB with the tier ${gcp.tier}`,
                    reads: [[...at, "gcp", "tier"]],
                };
}

/** Firestore keeps names between double underscores to itself. */
function* tableRules(app: ParsedApp, name: string): Generator<Finding> {
    const { partitionKey, sortKey, indexes, ttl } = app.tables[name];
    const at = ["tables", name];
    const named: [Path, string | undefined][] = [
        [[...at, "partitionKey", "name"], partitionKey.name],
        [[...at, "sortKey", "name"], sortKey?.name],
        ...Object.entries(indexes).flatMap(([index, keys]): [Path, string | undefined][] => [
            [[...at, "indexes", index, "partitionKey", "name"], keys.partitionKey.name],
            [[...at, "indexes", index, "sortKey", "name"], keys.sortKey?.name],
        ]),
        [[...at, "ttl"], ttl],
    ];
    for (const [where, attribute] of named)
        if (attribute !== undefined && /^__.*__$/.test(attribute))
            yield {
                at: where,
                found: show(attribute),
                allowed: "a name that does not begin and end with __, which Firestore keeps for itself",
            };
}

function* bucketRules(app: ParsedApp, name: string, region: string): Generator<Finding> {
    const { replicate, gcp } = app.buckets[name];
    const at = ["buckets", name];
    const seconds = secondRegions(region);
    const { secondRegion } = gcp;
    if (secondRegion !== undefined && !dualRegion(region, secondRegion))
        yield {
            at: [...at, "gcp", "secondRegion"],
            found: secondRegion === region ? `${show(secondRegion)}, the stack's own region` : show(secondRegion),
            allowed: seconds.length
                ? `a region that makes a pair with ${region}: ${choices(secondRegion, seconds)}`
                : `nothing: Cloud Storage has no dual-region with ${region}`,
        };
    else if (replicate && seconds.length === 0)
        yield {
            at: [...at, "replicate"],
            found: "true",
            allowed: `false: Cloud Storage has no dual-region with ${region}`,
        };
}

/** Days after which Cloud Storage moves what nobody reads, by itself. */
const autoclassDays = 30;

/** GiB of the smallest Filestore server on SSD. */
const smallestSsd = 2560;

function* filesystemRules(app: ParsedApp, name: string): Generator<Finding> {
    const { infrequentAccessDays, backup, gcp } = app.filesystems[name];
    const at = ["filesystems", name];
    const reads = [[...at, "gcp", "filestore"]];
    if (!gcp.filestore && infrequentAccessDays !== 0 && infrequentAccessDays !== autoclassDays)
        yield {
            at: [...at, "infrequentAccessDays"],
            found: `${infrequentAccessDays}`,
            allowed: `0 or ${autoclassDays}: Cloud Storage moves what nobody reads after ${autoclassDays} days`,
            reads,
        };
    if (gcp.filestore?.tier === "BASIC_SSD" && gcp.filestore.capacity < smallestSsd)
        yield {
            at: [...at, "gcp", "filestore", "capacity"],
            found: `${gcp.filestore.capacity}`,
            allowed: `${smallestSsd} or more with BASIC_SSD; from 1024 with BASIC_HDD`,
            reads: [[...at, "gcp", "filestore", "tier"]],
        };
    if (gcp.filestore && backup)
        yield {
            at: [...at, "backup"],
            found: "true with a Filestore server",
            allowed: "false: Filestore makes no backups by itself; or no gcp.filestore",
            reads,
        };
}

/**
 * Endings of files whose content type Cloud CDN takes for static. Source: its documentation, "Caching overview", the table of
 * content that CACHE_ALL_STATIC keeps.
 */
const staticEndings = [
    ...["css", "js", "mjs", "woff", "woff2", "ttf", "otf"],
    ...["avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "tiff", "webp"],
    ...["mov", "mp4", "mpeg", "ogv", "webm", "aac", "flac", "m4a", "mp3", "ogg", "wav", "pdf", "ps"],
];

/** A URL map tells prefixes apart and no endings, which only make the first origin's responses kept by their content type. */
function* cdnRules({ origins, behaviors }: NonNullable<ParsedApp["cdn"]>): Generator<Finding> {
    const [first] = Object.keys(origins);
    const lastPrefix = behaviors.findLastIndex(({ path }) => path.startsWith("/"));
    for (const [index, { path, origin = first }] of behaviors.entries()) {
        if (path.startsWith("/")) continue;
        const at = ["cdn", "behaviors", index];
        const reads = [["cdn"]];
        if (origin !== first && Object.hasOwn(origins, origin))
            yield {
                at: [...at, "origin"],
                found: `${show(origin)} for ${path}`,
                allowed: `${first}, the first origin, for an ending on Cloud CDN; or a prefix such as /assets/*`,
                reads,
            };
        if (index < lastPrefix)
            yield {
                at: [...at, "path"],
                found: `${path} before ${behaviors[lastPrefix].path}`,
                allowed: "prefixes first, then endings: Cloud CDN asks for prefixes first",
                reads,
            };
        if (origins[first].service !== undefined && !staticEndings.includes(path.slice(2)))
            yield {
                at: [...at, "path"],
                found: path,
                allowed: `an ending of what Cloud CDN takes for static: ${oneOf(staticEndings)}; or a prefix such as /assets/*`,
                reads,
            };
    }
}
