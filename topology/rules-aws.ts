import type { ParsedApp } from "./app";
import { fargateSizes, GiB, rdsFamilies } from "./limits";
import { show, type Finding } from "./problems";
import { nearest, oneOf } from "./suggest";

/** What AWS refuses of an app that is right by itself. */
export function awsRules(app: ParsedApp): Finding[] {
    return [
        ...Object.keys(app.services).flatMap((name) => [...serviceRules(app, name)]),
        ...Object.keys(app.databases).flatMap((name) => [...databaseRules(app, name)]),
    ];
}

function* serviceRules(app: ParsedApp, name: string): Generator<Finding> {
    const { cpu, memory, scale } = app.services[name];
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
}

/** Lists few sizes, and says the rule of many. */
function memoryList(sizes: number[]): string {
    if (sizes.length <= 8) return oneOf(sizes);
    return `${sizes[0]} to ${sizes[sizes.length - 1]} in steps of ${(sizes[1] - sizes[0]) / GiB} GiB (${sizes[0]}, ${sizes[1]}, …)`;
}

function* databaseRules(app: ParsedApp, name: string): Generator<Finding> {
    const { aws, storage, maxStorage } = app.databases[name];
    const at = ["databases", name];
    const fault = instanceClassFault(aws.instanceClass);
    if (fault) yield { at: [...at, "aws", "instanceClass"], found: show(aws.instanceClass), allowed: fault };
    if (maxStorage > storage && maxStorage < Math.ceil((storage * 11) / 10))
        yield {
            at: [...at, "maxStorage"],
            found: `${maxStorage}`,
            allowed: `${storage} (it never grows) or at least ${Math.ceil((storage * 11) / 10)}: RDS wants room for a tenth more`,
            reads: [[...at, "storage"]],
        };
}

/** What is wrong with an RDS instance class, in words of what is allowed; undefined if nothing is. */
export function instanceClassFault(instanceClass: string): string | undefined {
    const example = "db.<family>.<size>, such as db.t4g.micro or db.m7g.large";
    const match = /^(db\.)?([a-z0-9]+)\.([a-z0-9]+)$/.exec(instanceClass);
    if (!match) return example;
    const [, db, family, size] = match;
    const families = Object.keys(rdsFamilies);
    if (!Object.hasOwn(rdsFamilies, family)) {
        const meant = nearest(family, families);
        return `${meant ? `did you mean db.${meant}.${size}? ` : ""}families for PostgreSQL are ${families.join(", ")}`;
    }
    if (!rdsFamilies[family].includes(size)) return `db.${family} in the sizes ${oneOf(rdsFamilies[family])}`;
    return db ? undefined : `did you mean db.${instanceClass}? ${example}`;
}
