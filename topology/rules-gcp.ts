import type { ParsedApp } from "./app";
import { dualRegion, secondRegions } from "./dual-regions";
import { cloudRunFractions, cloudRunSizes, sharedCoreStorage, sharedCoreTiers, tierFault } from "./limits";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { choices, oneOf } from "./suggest";

/** What GCP refuses of an app that is right by itself. */
export function gcpRules(app: ParsedApp, region: string): Finding[] {
    return [
        ...Object.keys(app.services).flatMap((name) => [...serviceRules(app, name)]),
        ...Object.keys(app.databases).flatMap((name) => [...databaseRules(app, name)]),
        ...Object.keys(app.tables).flatMap((name) => [...tableRules(app, name)]),
        ...Object.keys(app.buckets).flatMap((name) => [...bucketRules(app, name, region)]),
    ];
}

function* serviceRules(app: ParsedApp, name: string): Generator<Finding> {
    const { cpu, memory, gcp, mounts, calls } = app.services[name];
    const at = ["services", name];
    const fraction = cpu < 1;
    const size = fraction
        ? cloudRunFractions.find((size) => cpu >= size.cpu)
        : cloudRunSizes.find((size) => size.cpu === cpu);
    if (!size || (fraction && Math.abs(cpu * 1000 - Math.round(cpu * 1000)) > 1e-9)) {
        const whole = oneOf(cloudRunSizes.map((size) => size.cpu));
        yield {
            at: [...at, "cpu"],
            found: `${cpu}`,
            allowed: `${whole} vCPU on Cloud Run; or 0.08 to 1 in steps of 0.001, with concurrency 1`,
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
            found: gcp.cpuBilling,
            allowed: "request below 1 vCPU on Cloud Run",
            reads,
        };
    // Below 1 vCPU runs the first generation alone, which mounts nothing and has no route to a private service.
    const needs = { mounts: Object.keys(mounts).length, calls: calls.length };
    for (const [field, count] of Object.entries(needs))
        if (fraction && count > 0)
            yield {
                at: [...at, "cpu"],
                found: `${cpu} vCPU with ${field}`,
                allowed: `1 or more: ${field} take the second generation of Cloud Run; or gcp: { cpu: 1 }`,
                reads: [[...at, field]],
            };
}

function* databaseRules(app: ParsedApp, name: string): Generator<Finding> {
    const { gcp, storage, maxStorage } = app.databases[name];
    const at = ["databases", name];
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
