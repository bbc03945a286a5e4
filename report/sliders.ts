import type { Quantities, Usage } from "../cost/usage";

/** The quantities that the page lets one change. */
export interface Slider {
    key: keyof Quantities;
    label: string;
    unit: string;
    /** What it is, in a sentence. */
    hint: string;
    /** Flag of the command line. */
    flag: string;
    min: number;
    max: number;
    /** Said where nobody says a quantity: what it follows from. */
    otherwise?: string;
}

const all: Slider[] = [
    {
        key: "monthlyRequests",
        label: "Requests",
        unit: "a month",
        hint: "Requests that reach the app.",
        flag: "requests",
        min: 1000,
        max: 1e9,
    },
    {
        key: "averageRequestDurationMs",
        label: "Duration",
        unit: "ms",
        hint: "From a request to its response. Cloud Run bills it.",
        flag: "duration-ms",
        min: 1,
        max: 10_000,
    },
    {
        key: "averageRequestCpuMs",
        label: "CPU time",
        unit: "ms",
        hint: "Of a vCPU for a request. It makes services scale.",
        flag: "cpu-ms",
        min: 1,
        max: 10_000,
    },
    {
        key: "averageResponseKb",
        label: "Response size",
        unit: "KB",
        hint: "It leaves the cloud as egress.",
        flag: "response-kb",
        min: 1,
        max: 10_000,
    },
    {
        key: "monthlyOutboundInternetGb",
        label: "Egress",
        unit: "GB a month",
        hint: "To the internet.",
        flag: "egress-gb",
        min: 1,
        max: 100_000,
        otherwise: "requests × response size",
    },
    {
        key: "monthlyLogGb",
        label: "Logs",
        unit: "GB a month",
        hint: "What the services write.",
        flag: "log-gb",
        min: 1,
        max: 10_000,
        otherwise: "half a KB a request",
    },
    {
        key: "monthlyNatGb",
        label: "Downloads",
        unit: "GB a month",
        hint: "What the services fetch from the internet, through NAT where there is one.",
        flag: "nat-gb",
        min: 1,
        max: 10_000,
    },
    {
        key: "storageGb",
        label: "Stored data",
        unit: "GB",
        hint: "In each database.",
        flag: "storage-gb",
        min: 10,
        max: 10_000,
        otherwise: "what the database begins with",
    },
];

/** The sliders for a usage: one for the size of a response, unless the egress is said outright. */
export const slidersOf = (usage: Usage): Slider[] =>
    all.filter(({ key }) =>
        usage.monthlyOutboundInternetGb === undefined
            ? key !== "monthlyOutboundInternetGb"
            : key !== "averageResponseKb",
    );

const mantissas = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** The values that a slider steps through; the first is nothing at all: zero, or what follows from the rest. */
export function stopsOf({ min, max, otherwise }: Slider): (number | undefined)[] {
    const stops: (number | undefined)[] = [otherwise === undefined ? 0 : undefined];
    for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power++)
        for (const mantissa of mantissas) {
            const value = Number((mantissa * 10 ** power).toPrecision(3));
            if (value >= min && value <= max) stops.push(value);
        }
    return stops;
}

/** Where a slider stands for a value: at the nearest stop on its logarithmic scale. */
export function positionOf(slider: Slider, value: number | undefined): number {
    if (value === undefined || value <= 0) return 0;
    const distance = (stop: number | undefined) => (stop ? Math.abs(Math.log(stop / value)) : Infinity);
    const stops = stopsOf(slider);
    return stops.reduce<number>((best, stop, index) => (distance(stop) < distance(stops[best]) ? index : best), 1);
}

/** Values that differ from where they began, as flags of the command line. */
export const flagsOf = (sliders: Slider[], usage: Usage, from: Usage): string =>
    sliders
        .filter(({ key }) => usage[key] !== from[key] && usage[key] !== undefined)
        .map(({ key, flag }) => ` --${flag} ${usage[key]}`)
        .join("");
