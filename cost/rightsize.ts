import type { App, Cloud, Refinement } from "../topology/app";
import { cloudRunSizes, fargateSizes } from "../topology/limits";
import type { Usage } from "./usage";

/** Share of CPU that the busiest hour may take, and of memory that the most may, before more instances or a larger size are due. */
const [cpuShare, memoryShare] = [0.7, 0.8];

/** Smallest step of memory that is offered at Cloud Run, MiB. */
const memoryStep = 256;

/**
 * Smaller sizes for services of which it was measured that they need no more (`peak_cpu_percent` and `peak_memory_percent` of a usage
 * file); undefined where none was measured, or none is too large.
 */
export function rightSize(app: App, cloud: Cloud, usage: Usage): Refinement | undefined {
    const services = Object.entries(app.services).flatMap(([name, { cpu, memory }]) => {
        const { peakCpuPercent, peakMemoryPercent } = usage.resources?.[name] ?? {};
        if (peakCpuPercent === undefined || peakMemoryPercent === undefined) return [];
        const needs = {
            cpu: (cpu * peakCpuPercent) / 100 / cpuShare,
            memory: (memory * peakMemoryPercent) / 100 / memoryShare,
        };
        const size = (cloud === "aws" ? fargateSize : cloudRunSize)(needs);
        if (!size || size.cpu > cpu || size.memory > memory || (size.cpu === cpu && size.memory === memory)) return [];
        return [[name, { [cloud]: size }]];
    });
    return services.length ? ({ services: Object.fromEntries(services) as object } as Refinement) : undefined;
}

interface Size {
    cpu: number;
    /** MiB. */
    memory: number;
}

function fargateSize(needs: Size): Size | undefined {
    for (const { cpu, memory } of fargateSizes) {
        const enough = memory.find((one) => one >= needs.memory);
        if (cpu >= needs.cpu && enough !== undefined) return { cpu, memory: enough };
    }
    return undefined;
}

/** A whole vCPU at least: less admits one request at a time. */
function cloudRunSize(needs: Size): Size | undefined {
    for (const { cpu, min, max } of cloudRunSizes) {
        const memory = Math.max(min, Math.ceil(needs.memory / memoryStep) * memoryStep);
        if (cpu >= needs.cpu && memory <= max) return { cpu, memory };
    }
    return undefined;
}
