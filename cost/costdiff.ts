import type { Cloud } from "./book";
import { total, type Cost, type LineItem, type Unpriced } from "./cost";
import { prefixOf } from "../topology/prefix";
import { show } from "./quantities";
import { roles } from "./roles";
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
    /** USD a month. */
    monthly: {
        before: number;
        after: number;
        difference: number;
        /** The difference as far as the prices tell: `+$4.00`, `≥ +$4.00`, `≤ +$4.00` or `open`. */
        said: string;
    };
    /** Something is unpriced on either side: the difference is of what has a price. */
    atLeast: boolean;
    /** Roles that cost something on either side, in the order of a bill. */
    roles: { role: string; before: number; after: number; difference: number }[];
    /** Lines that are not the same, the largest difference first. */
    lines: LineDiff[];
    /** What has no price and was priced, or was not there, before. */
    unpriced: Unpriced[];
    /** Quantities of the usage that are not the same on both sides, by their names in a usage file. */
    usage: UsageDiff[];
    /** What a reader has to know beside. */
    notes: string[];
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
    const change = (a: number, b: number) => ({ before: a, after: b, difference: b - a });
    const rank = (role: string) => (roles.includes(role) ? roles.indexOf(role) : roles.length);
    const present = [...new Set([...before.lineItems, ...after.lineItems].map(({ role }) => role))];
    const ofRole = (cost: Cost, role: string) => total(cost.lineItems.filter((line) => line.role === role));
    const key = ({ type, resource, reason }: Unpriced) => [type, resource, reason].join("\n");
    const known = new Set(before.unpriced.map(key));
    return {
        app: after.app,
        cloud: after.cloud,
        environment: after.environment,
        ...names,
        monthly: {
            ...change(before.monthly.expected, after.monthly.expected),
            said: sayChange(after.monthly.expected - before.monthly.expected, before.unpriced, after.unpriced),
        },
        atLeast: before.atLeast || after.atLeast,
        roles: present
            .sort((a, b) => rank(a) - rank(b))
            .map((role) => ({ role, ...change(ofRole(before, role), ofRole(after, role)) })),
        lines: lines(before, after),
        unpriced: after.unpriced.filter((one) => !known.has(key(one))),
        usage: quantityNames.flatMap((name) => {
            const [from, to] = [before.usage[name], after.usage[name]];
            return from === to ? [] : [{ quantity: fileName(name), before: from, after: to }];
        }),
        notes,
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
