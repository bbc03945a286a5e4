import type { ParsedApp } from "./app";
import { cloudRunFractions, cloudRunSizes, sharedCoreStorage, sharedCoreTiers, tierFault } from "./limits";
import { show, type Finding } from "./problems";
import { oneOf } from "./suggest";

/** What GCP refuses of an app that is right by itself. */
export function gcpRules(app: ParsedApp): Finding[] {
    return [
        ...Object.keys(app.services).flatMap((name) => [...serviceRules(app, name)]),
        ...Object.keys(app.databases).flatMap((name) => [...databaseRules(app, name)]),
    ];
}

function* serviceRules(app: ParsedApp, name: string): Generator<Finding> {
    const { cpu, memory, gcp } = app.services[name];
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
