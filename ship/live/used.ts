import { stringify } from "yaml";

import { fileName, type Quantities } from "../../cost/usage";
import type { CloudArgs, Used } from "./client";

/** Days that are measured, and that a month has. */
const month = 30;
const day = 86_400_000;

/**
 * Measures the last 30 days of a stack.
 * @throws Error where less than a day was reported: no month can be made of it
 */
export async function measureUse(args: CloudArgs): Promise<Used> {
    const until = new Date(Math.floor(args.now() / 3_600_000) * 3_600_000);
    const since = new Date(until.getTime() - month * day);
    const used =
        args.stack.cloud === "aws"
            ? await (await import("./aws/used")).usedOnAws(args, since, until)
            : await (await import("./gcp/used")).usedOnGcp(args, since, until);
    if (used.days < 1)
        throw new Error(
            `of the last ${month} days the cloud reports ${Math.round(used.days * 24)} hours: too little to make a month of`,
        );
    return used;
}

/** The mark by which a file is known to be written by us. */
export const usageFileMark = "# Measured by twinstack";

/** A usage file of what was measured: a month of 30 days, by Infracost's names. */
export function usageFileOf({ since, until, days, services, outboundGb, logGb, notes }: Used, cloud: string): string {
    const scale = month / Math.min(days, month);
    const monthly = (value: number | undefined) => (value === undefined ? undefined : rounded(value * scale));
    const all = Object.values(services);
    const counted = all.filter(({ requests }) => requests !== undefined);
    const requests = counted.reduce((sum, one) => sum + one.requests!, 0);
    const busy = counted.filter(({ averageMs }) => averageMs !== undefined);
    const answered = busy.reduce((sum, one) => sum + one.requests!, 0);
    const averageMs = answered
        ? busy.reduce((sum, one) => sum + one.requests! * one.averageMs!, 0) / answered
        : undefined;
    const own: Partial<Quantities> = {
        ...(counted.length && { monthlyRequests: Math.round(requests * scale) }),
        averageRequestDurationMs: rounded(averageMs),
        monthlyOutboundInternetGb: monthly(outboundGb),
        monthlyLogGb: monthly(logGb),
    };
    const refined = Object.entries(services).map(([name, one]): [string, object] => [
        name,
        named({
            monthlyRequests: one.requests === undefined ? undefined : Math.round(one.requests * scale),
            averageRequestDurationMs: rounded(one.averageMs),
            peakCpuPercent: rounded(one.cpuPercent),
            peakMemoryPercent: rounded(one.memoryPercent),
        }),
    ]);
    const short = days < month - 0.5 ? `, of which it reports ${days.toFixed(1)}; made a month of 30 days` : "";
    const head = [
        `${usageFileMark} on ${cloud}: ${month} days until ${until.toISOString()}${short}`,
        `# from ${since.toISOString()}; it is written anew by cost --usage-from ${cloud}.`,
        ...notes.map((note) => `# ${note}`),
    ];
    return `${head.join("\n")}\n${stringify({ ...named(own), resource_usage: Object.fromEntries(refined) })}`;
}

const named = (quantities: Partial<Quantities>): object =>
    Object.fromEntries(
        Object.entries(quantities).flatMap(([key, value]) => (value === undefined ? [] : [[fileName(key), value]])),
    );

/** To four digits: nothing that is measured is known any better. */
function rounded(value: number): number;
function rounded(value: number | undefined): number | undefined;
function rounded(value: number | undefined): number | undefined {
    return value === undefined ? undefined : Number(value.toPrecision(4));
}
