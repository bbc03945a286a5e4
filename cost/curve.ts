import type { Pricer, Total } from "./estimate";
import type { Quantities, Usage } from "./usage";

/** Cost against traffic. */

/** What a stack costs at a traffic. */
export interface Curve {
    name: string;
    at(monthlyRequests: number): Total;
}

/** What a month's traffic brings with it: what was said of it grows with the requests. */
const follows: (keyof Quantities)[] = [
    "monthlyOutboundInternetGb",
    "monthlyLogGb",
    "monthlyDnsQueries",
    "monthlyTableReads",
    "monthlyTableWrites",
];

/** The usage at another traffic: the same app, used more or less in the same way. */
export function atTraffic(usage: Usage, monthlyRequests: number): Usage {
    const factor = usage.monthlyRequests > 0 ? monthlyRequests / usage.monthlyRequests : 1;
    const scale = <T extends Partial<Quantities>>(said: T, keys: (keyof Quantities)[]): T => {
        const scaled = { ...said };
        for (const key of keys) if (said[key] !== undefined) scaled[key] = (said[key] * factor) as T[typeof key];
        return scaled;
    };
    const { resources } = usage;
    return {
        ...scale(usage, follows),
        monthlyRequests,
        ...(resources && {
            resources: Object.fromEntries(
                Object.entries(resources).map(([name, said]) => [name, scale(said, ["monthlyRequests", ...follows])]),
            ),
        }),
    };
}

/** The curve of a plan: it is planned once, and priced once at each traffic. */
export function curveOf(name: string, pricer: Pricer, usage: Usage): Curve {
    const known = new Map<number, Total>();
    const at = (monthlyRequests: number) => {
        const found = known.get(monthlyRequests) ?? pricer.total(atTraffic(usage, monthlyRequests));
        known.set(monthlyRequests, found);
        return found;
    };
    return { name, at };
}
