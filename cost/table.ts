import { labelOf } from "../plan/resource";
import { fixed, significant } from "./numbers";
import type { App } from "../topology/app";
import { total, type Cost, type LineItem, type Unpriced } from "./cost";
import { show } from "./quantities";
import { derived, fileName, quantityNames, trafficNames, usageOf, type Quantities } from "./usage";
import { command } from "../topology/command";

/** A cost as text: what the terminal, a pull-request comment and the golden files show. */

export const groupings = ["role", "resource", "service"] as const;
export type Grouping = (typeof groupings)[number];

/** The lines that belong together, in the order of the cost. */
export interface Group {
    name: string;
    monthly: number;
    lines: LineItem[];
}

export function groupsOf(cost: Cost, by: Grouping): Group[] {
    const groups = new Map<string, LineItem[]>();
    for (const line of cost.lineItems) {
        const lines = groups.get(line[by]);
        if (lines) lines.push(line);
        else groups.set(line[by], [line]);
    }
    for (const one of cost.unpriced) if (one.hole && !groups.has(one[by])) groups.set(one[by], []);
    return [...groups].map(([name, lines]) => ({ name, monthly: total(lines), lines }));
}

/** `$1,234.56`; what is not nothing never reads `$0.00`. */
export const dollars = (amount: number): string => (amount > 0 && amount < 0.005 ? "<$0.01" : `$${fixed(amount, 2)}`);
/** `$0.0000025` */
export const unitPrice = (price: number): string => `$${significant(price, 6)}`;

/** What stands in the place of a price that is missing. */
export const noPrice = "no price";

/** What has a quantity and no price, of one group. */
export const holesOf = ({ unpriced }: Pick<Cost, "unpriced">, by: Grouping, name: string): Unpriced[] =>
    unpriced.filter((one) => one.hole && one[by] === name);

/** `*` for a price that nobody has seen in a document, `†` for one last seen long ago. */
export const marks = ({ confidence, old }: Pick<LineItem, "confidence" | "old">): string =>
    `${confidence === "low" ? "*" : ""}${old ? "†" : ""}`;

/**
 * `at least $76.39 a month, $71.20 with the free tiers of an account ($76.14 without traffic, $189.12 with every service at its
 * maximum)`; with free tiers counted, what it is without them.
 */
export function totalOf({ monthly, atLeast, beyondCapacity, freeTiers, doubtful }: Cost): string {
    const { low, expected, high } = monthly;
    if (beyondCapacity)
        return `no figure: a service cannot serve so many requests at its maximum (scale.max); ${dollars(high)} a month with every service there`;
    const sums = freeTiers.counted
        ? `${dollars(expected)} a month with the free tiers of an account, ${dollars(freeTiers.without)} without them`
        : `${dollars(expected)} a month, ${dollars(freeTiers.with)} with the free tiers of an account`;
    return `${doubtful.estimated ? "estimated, " : ""}${atLeast ? "at least " : ""}${sums} (${dollars(low)} without traffic, ${dollars(high)} with every service at its maximum)`;
}

/** What stands before a figure in a table: `≥` where something has no price, `≈` where something has an estimated one. */
export const signsOf = ({ atLeast, estimated }: { atLeast?: boolean; estimated?: boolean }): string =>
    (atLeast ? "≥ " : "") + (estimated ? "≈ " : "");

/** A total in a cell of a table, with its signs: `$76.39`, `≥ $76.39`; beyond capacity there is no figure. */
export const totalCell = ({ monthly, atLeast, beyondCapacity, doubtful }: Totals): string =>
    beyondCapacity
        ? "beyond scale.max"
        : signsOf({ atLeast, estimated: Boolean(doubtful?.estimated) }) + dollars(monthly.expected);
/** What of a cost its total is said with. */
export type Totals = Pick<Cost, "monthly" | "atLeast" | "beyondCapacity"> & {
    doubtful?: Pick<Cost["doubtful"], "estimated">;
};

/** What a role costs, with its signs. */
export const roleCell = ({ lineItems, unpriced }: Pick<Cost, "lineItems" | "unpriced">, role: string): string => {
    const lines = lineItems.filter((line) => line.role === role);
    const signs = {
        atLeast: unpriced.some((one) => one.role === role),
        estimated: lines.some(({ estimated }) => estimated),
    };
    return signsOf(signs) + dollars(total(lines));
};

/** What was assumed, under Infracost's names: what the topology says, and whatever is not its default. */
export function assumptionsOf({ usage }: Pick<Cost, "usage">, everything = false): string[][] {
    const traffic = Object.fromEntries(trafficNames.map((key) => [key, usage[key]])) as App["traffic"];
    const usual = usageOf({ traffic });
    const shown = quantityNames.filter((key) => everything || trafficNames.includes(key) || usage[key] !== usual[key]);
    const rows = shown.map((key) => [fileName(key), said(usage[key], key)]);
    const refined = Object.entries(usage.resources ?? {}).flatMap(([name, quantities]) =>
        Object.entries(quantities).map(([key, value]) => [
            `${name}: ${fileName(key)}`,
            said(value, key as keyof Quantities),
        ]),
    );
    return [...rows, ...refined];
}

const said = (value: number | undefined, key: keyof Quantities): string =>
    value === undefined ? (derived[key] ?? "–") : show(value);

/** Small costs that no price of the book covers. They make no total "at least": each is cents beside what it belongs to. */
const notIncluded: { what: string; of: (cost: Cost) => boolean }[] = [
    {
        what: "data between zones among the services themselves",
        of: ({ lineItems }) =>
            new Set(lineItems.flatMap(({ type, service }) => (type === "aws:ecs/service:Service" ? service : [])))
                .size > 1,
    },
];

/** How far the figures may be trusted, in sentences. */
export function footnotesOf(cost: Cost): string[] {
    const { lineItems, doubtful, monthly, unpriced, free, currency, own } = cost;
    const days = lineItems.flatMap(({ asOf }) => asOf ?? []).sort();
    const share = (amount: number) =>
        `${dollars(amount)} (${monthly.expected > 0 ? Math.round((100 * amount) / monthly.expected) : 0} %)`;
    const seen = days.length ? `, seen between ${days[0]} and ${days[days.length - 1]}` : "";
    const left = notIncluded.filter(({ of }) => of(cost)).map(({ what }) => what);
    const resources = free.reduce((sum, { count }) => sum + count, 0);
    return [
        `List prices in ${currency} on demand, without tax${seen}.`,
        ...(own ? [`In place of list prices, of your own: ${own}.`] : []),
        ...(doubtful.estimated
            ? [`${share(doubtful.estimated)} rest on prices that are estimated by other regions' (--estimate-missing).`]
            : []),
        ...(doubtful.unverified > 0
            ? [`* ${share(doubtful.unverified)} rest on prices that nobody has verified.`]
            : []),
        ...(doubtful.old > 0 ? [`† ${share(doubtful.old)} rest on prices last seen more than half a year ago.`] : []),
        ...(free.length ? [`${resources} resources of ${free.length} types are free.`] : []),
        ...(left.length ? [`Not included: ${left.join("; ")}.`] : []),
        ...unpriced
            .filter(({ hole }) => !hole)
            .map(({ type, resource, reason }) => `Unpriced: ${resource} (${type}): ${reason}.`),
        ...holes(cost),
    ];
}

/** Which prices are missing where, and how to say them. */
function holes({ cloud, unpriced }: Cost): string[] {
    const regions = [...new Set(unpriced.flatMap(({ hole }) => hole?.region ?? []))];
    return regions.map((region) => {
        const ids = [...new Set(unpriced.flatMap(({ hole }) => (hole?.region === region ? hole.priceId : [])))];
        const flag = ids.length === 1 ? `--price ${ids[0]}=USD` : "--price id=USD";
        return `Unpriced in ${region}: ${ids.join(", ")}. ${flag} or prices.local.json says a price; ${command(`prices refresh --cloud ${cloud} --region ${region}`)} fetches them.`;
    });
}

const clouds = { aws: "AWS", gcp: "Google Cloud" };
export const headlineOf = ({ app, cloud, environment, region, stack }: Cost): string[] => [
    `${app} on ${clouds[cloud]} in ${environment}`,
    `${region}, stack ${stack}`,
];

/** The whole estimate as Markdown. */
export function markdownOf(cost: Cost, by: Grouping = "role", formulas = false): string {
    const [headline, where] = headlineOf(cost);
    const cells = (row: string[]) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
    const head = [by, "Item", "Resource", "Quantity", "Unit", "Price", "Monthly", ...(formulas ? ["Formula"] : [])];
    const rows = groupsOf(cost, by).flatMap(({ name, monthly, lines }) => [
        cells([`**${labelOf(name)}**`, "", "", "", "", "", `**${dollars(monthly)}**`, ...(formulas ? [""] : [])]),
        ...lines.map((line) =>
            cells([
                "",
                line.item,
                line.resource,
                show(line.quantity),
                line.unit,
                unitPrice(line.price) + marks(line).replace("*", "\\*"),
                dollars(line.monthly),
                ...(formulas ? [line.formula] : []),
            ]),
        ),
        ...holesOf(cost, by, name).map(({ resource, hole }) =>
            cells([
                "",
                hole!.item,
                resource,
                show(hole!.quantity),
                "",
                noPrice,
                "",
                ...(formulas ? [hole!.formula] : []),
            ]),
        ),
    ]);
    return [
        `### ${headline}\n\n`,
        `**${totalOf(cost)}** in ${where}\n\n`,
        cells([head[0][0].toUpperCase() + head[0].slice(1), ...head.slice(1)]),
        `|${head.map((name) => (["Quantity", "Price", "Monthly"].includes(name) ? "---:" : "---")).join("|")}|\n`,
        ...rows,
        "\nAssumed: ",
        `${assumptionsOf(cost)
            .map(([name, value]) => `\`${name}\` ${value}`)
            .join(" · ")}\n`,
        ...footnotesOf(cost).map((note) => `\n${note.replace(/^\*/, "\\*")}\n`),
    ].join("");
}
