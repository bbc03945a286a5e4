import type { Cloud } from "./book";
import { total, type Cost, type LineItem, type Unpriced } from "./cost";
import { prefixOf } from "../topology/prefix";
import { show } from "./quantities";
import { roles } from "./roles";
import { roleCell, totalCell } from "./table";
import { fileName, quantityNames } from "./usage";
import { sayChange } from "./verdict";

/** What a change does to what a stack costs a month. */
export interface CostDiff {
    app: string;
    cloud: Cloud;
    environment: string;
    /** What was compared: a revision, a file, the working tree. */
    before: string;
    after: string;
    monthly: Change;
    /** Something is unpriced on either side: the difference is of what has a price. */
    atLeast: boolean;
    /** Roles that cost something on either side, in the order of a bill. */
    roles: ({ role: string } & Change)[];
    /** Lines that are not the same, the largest difference first. */
    lines: LineDiff[];
    /** What has no price and was priced, or was not there, before. */
    unpriced: Unpriced[];
    /** What had no price before, and has one now or is gone. */
    unpricedBefore: Unpriced[];
    /** Quantities of the usage that are not the same on both sides, by their names in a usage file. */
    usage: UsageDiff[];
    /** What a reader has to know beside. */
    notes: string[];
}

/** Two sums, USD a month, and what of them can be said as far as the prices tell. */
export interface Change {
    before: number;
    after: number;
    difference: number;
    /** `+$4.00`, `≥ +$4.00`, `≤ +$4.00` or `open`. */
    said: string;
    /** `$4.00`, `≥ $4.00`. */
    saidBefore: string;
    saidAfter: string;
}

export interface UsageDiff {
    quantity: string;
    /** Absent where it follows from other quantities. */
    before?: number;
    after?: number;
}

export interface LineDiff {
    role: string;
    resource: string;
    item: string;
    before: number;
    after: number;
    difference: number;
    /** How the quantity comes about, after the change; before it where the line is gone. */
    formula: string;
}

/** Differences below this are rounding. */
const least = 0.005;

/**
 * What changes from one estimate to another. Both should use one price book: what the change does is asked, and what the
 * vendors did meanwhile would only blur it. The usage may differ: it is part of what a change says.
 */
export function costDiff(
    before: Cost,
    after: Cost,
    { notes = [], ...names }: { before: string; after: string; notes?: string[] },
): CostDiff {
    const rank = (role: string) => (roles.includes(role) ? roles.indexOf(role) : roles.length);
    const present = [
        ...new Set(
            [before, after].flatMap(({ lineItems, unpriced }) => [...lineItems, ...unpriced].map(({ role }) => role)),
        ),
    ];
    const key = ({ type, resource, reason }: Unpriced) => [type, resource, reason].join("\n");
    const apart = (one: Cost, other: Cost) => {
        const known = new Set(other.unpriced.map(key));
        return one.unpriced.filter((each) => !known.has(key(each)));
    };
    return {
        app: after.app,
        cloud: after.cloud,
        environment: after.environment,
        ...names,
        monthly: totalChange(before, after),
        atLeast: before.atLeast || after.atLeast,
        roles: present.sort((a, b) => rank(a) - rank(b)).map((role) => ({ role, ...roleChange(role, before, after) })),
        lines: lines(before, after),
        unpriced: apart(after, before),
        unpricedBefore: apart(before, after),
        usage: quantityNames.flatMap((name) => {
            const [from, to] = [before.usage[name], after.usage[name]];
            return from === to ? [] : [{ quantity: fileName(name), before: from, after: to }];
        }),
        notes,
    };
}

function totalChange(before: Cost, after: Cost): Change {
    const [from, to] = [before.monthly.expected, after.monthly.expected];
    const figures = !before.beyondCapacity && !after.beyondCapacity;
    return {
        before: from,
        after: to,
        difference: to - from,
        said: figures ? sayChange(to - from, before.unpriced, after.unpriced) : "open",
        saidBefore: totalCell(before),
        saidAfter: totalCell(after),
    };
}

function roleChange(role: string, before: Cost, after: Cost): Change {
    const sum = (cost: Cost) => total(cost.lineItems.filter((line) => line.role === role));
    const missing = (cost: Cost) => cost.unpriced.filter((one) => one.role === role);
    const difference = sum(after) - sum(before);
    return {
        before: sum(before),
        after: sum(after),
        difference,
        said: sayChange(difference, missing(before), missing(after)),
        saidBefore: roleCell(before, role),
        saidAfter: roleCell(after, role),
    };
}

/** What the two sides have in common, and what not, in a sentence. */
export function basisOf({ usage }: Pick<CostDiff, "usage">): string {
    const quantity = (value: number | undefined) => (value === undefined ? "–" : show(value));
    const changed = usage.map(
        ({ quantity: name, before, after }) => `${name} ${quantity(before)} → ${quantity(after)}`,
    );
    return `Both at today's list prices, ${changed.length ? `each with its own traffic: ${changed.join(", ")}` : "with the same traffic"}.`;
}

function lines(before: Cost, after: Cost): LineDiff[] {
    const found = new Map<string, LineDiff>();
    const add = ({ app, stack }: Cost, line: LineItem, side: "before" | "after") => {
        const { role, resource, item, formula, monthly } = line;
        // Stacks of other names have other resources of the same meaning.
        const own = resource.replace(`${prefixOf(app, stack)}-`, "");
        const key = [role, line.type, own, item].join("\n");
        const entry = found.get(key) ?? { role, resource, item, before: 0, after: 0, difference: 0, formula };
        found.set(key, entry);
        entry[side] += monthly;
        entry.difference = entry.after - entry.before;
        entry.formula = formula;
        entry.resource = resource;
    };
    for (const line of before.lineItems) add(before, line, "before");
    for (const line of after.lineItems) add(after, line, "after");
    return [...found.values()]
        .filter(({ difference }) => Math.abs(difference) >= least)
        .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
}
