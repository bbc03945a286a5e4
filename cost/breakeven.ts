import type { Curve } from "./curve";
import { about, usd } from "./money";
import { missingOf } from "./verdict";

/** Where two curves of cost against traffic cross. Knows no prices: who only prints one loads none. */

export interface Point {
    monthlyRequests: number;
    /** USD a month. */
    left: number;
    right: number;
}

export interface Crossing {
    /** To two digits. */
    monthlyRequests: number;
    /** To as many as were computed. */
    exact: number;
    /** USD a month, of either, there. */
    cost: number;
    /** The cheaper one with less traffic, and with more. */
    below: string;
    above: string;
}

export interface BreakEven {
    left: string;
    right: string;
    /** Requests a month that were looked at. */
    from: number;
    to: number;
    /** Why there is nothing beyond `to`; absent if it is what was asked for. */
    limit?: string;
    points: Point[];
    crossings: Crossing[];
    /** From here on both cost the same within 1 %. */
    meetsAt?: number;
    /** The cheaper one all along; absent where the curves cross. `same` if nothing tells them apart. */
    always?: string;
    /** Why nobody can say which is cheaper: what has no price. Then there are no crossings. */
    open?: string;
    /** The curves that lack a price: their points are lower bounds. Absent if none does. */
    holes?: string[];
    /** The curves that rest on estimated prices. Absent if none does. */
    estimated?: string[];
}

export interface Range {
    /** @default 1,000 */
    from?: number;
    /** @default 1,000,000,000 */
    to?: number;
    /** Points in a decade. @default 2 */
    density?: number;
}

/** Requests a month at which curves are looked at, whatever they are; as precise as they are said: a row is of the requests that it names. */
export function rows({ from = 1e3, to = 1e9, density = 2 }: Range): number[] {
    const found = [from];
    for (let step = 1; found[found.length - 1] < to; step++)
        found.push(Math.min(to, Number((from * 10 ** (step / density)).toPrecision(2))));
    return found;
}

/** Curves differ less than this share where they count as meeting. */
const meeting = 0.01;

/**
 * Follows two curves along the traffic, on a logarithmic scale, and finds where they cross by bisection.
 *
 * Beyond the traffic at which every service runs at its maximum a stack cannot serve, so there the range ends.
 */
export function breakEven(left: Curve, right: Curve, { from = 1e3, to = 1e9, density = 2 }: Range = {}): BreakEven {
    const difference = ({ left, right }: Point) => left - right;
    const at = (monthlyRequests: number): Point => ({
        monthlyRequests,
        left: left.at(monthlyRequests).expected,
        right: right.at(monthlyRequests).expected,
    });
    /** The curves whose services are all at their maximum. */
    const fullAt = (monthlyRequests: number): string[] =>
        [left, right].filter((curve) => curve.at(monthlyRequests).full).map(({ name }) => name);
    const first = at(from);
    // What is full with no traffic to speak of does not scale at all.
    const always = fullAt(from);
    const filled = (monthlyRequests: number) => fullAt(monthlyRequests).find((name) => !always.includes(name));
    const points = [first];
    let limit: string | undefined;
    for (const requests of rows({ from, to, density }).slice(1)) {
        if (limit !== undefined) break;
        const last = points[points.length - 1].monthlyRequests;
        const next = at(requests);
        const full = filled(next.monthlyRequests);
        if (full === undefined) points.push(next);
        else {
            limit = `on ${full} the services are at their maximum`;
            const end = bisect(last, next.monthlyRequests, (requests) => filled(requests) === undefined, 1.1);
            const before = roundedDown(end / 1.1);
            if (before > last) points.push(at(before));
        }
    }

    const missing = [left, right].map((curve) => points.flatMap((point) => curve.at(point.monthlyRequests).missing));
    const estimated = [left, right]
        .filter((curve) => points.some((point) => curve.at(point.monthlyRequests).estimated))
        .map(({ name }) => name);
    const range = {
        left: left.name,
        right: right.name,
        from,
        to: points[points.length - 1].monthlyRequests,
        ...(estimated.length && { estimated }),
    };
    if (missing.some(({ length }) => length > 0)) {
        // What lacks a price costs more than its curve says: only the other one can be known to be the cheaper.
        const sure = points.every((point) => missing[difference(point) < 0 ? 0 : 1].length === 0);
        const cheaper = points.map((point) => (difference(point) < 0 ? left.name : right.name));
        return {
            ...range,
            ...(limit !== undefined && { limit }),
            points,
            crossings: [],
            holes: [left, right].flatMap(({ name }, index) => (missing[index].length ? name : [])),
            ...(sure && new Set(cheaper).size === 1 ? { always: cheaper[0] } : { open: missingOf(missing.flat()) }),
        };
    }

    const crossings: Crossing[] = [];
    const apart = points.filter((point) => difference(point) !== 0);
    for (const [index, next] of apart.entries()) {
        const before = apart[index - 1];
        if (!before || difference(before) * difference(next) > 0) continue;
        const found = bisect(before.monthlyRequests, next.monthlyRequests, (requests) => {
            return difference(at(requests)) * difference(before) > 0;
        });
        const { left: cost } = at(found);
        const [below, above] = difference(before) < 0 ? [left.name, right.name] : [right.name, left.name];
        crossings.push({ monthlyRequests: Number(found.toPrecision(2)), exact: found, cost, below, above });
    }
    const near = (point: Point) => Math.abs(difference(point)) <= meeting * Math.max(point.left, point.right);
    const meetsAt = firstOfTail(points, near, (low, high) => bisect(low, high, (requests) => !near(at(requests))));
    const cheaper = points.find((point) => Math.abs(difference(point)) > 1e-6);
    return {
        ...range,
        ...(limit !== undefined && { limit }),
        points,
        crossings,
        ...(meetsAt !== undefined && { meetsAt }),
        ...(crossings.length === 0 && {
            always: !cheaper ? "same" : difference(cheaper) < 0 ? left.name : right.name,
        }),
    };
}

/** A count to two digits, and not above it. */
function roundedDown(count: number): number {
    const unit = 10 ** (Math.floor(Math.log10(count)) - 1);
    return Math.floor(count / unit) * unit;
}

/** Where, between two amounts of traffic, `stays` stops to hold: closer than two digits, or to another factor. */
function bisect(low: number, high: number, stays: (monthlyRequests: number) => boolean, factor = 1.004): number {
    while (high / low > factor) {
        const middle = Math.sqrt(low * high);
        if (stays(middle)) low = middle;
        else high = middle;
    }
    return Math.sqrt(low * high);
}

/** Where the points from which on all are near begin; undefined if the last is not, or all are. */
function firstOfTail(
    points: Point[],
    near: (point: Point) => boolean,
    refine: (low: number, high: number) => number,
): number | undefined {
    let index = points.length;
    while (index > 0 && near(points[index - 1])) index--;
    if (index === 0 || index === points.length) return undefined;
    return Number(refine(points[index - 1].monthlyRequests, points[index].monthlyRequests).toPrecision(2));
}

/** The result in a sentence. */
export function saying(found: BreakEven): string {
    return turning(found) + (found.estimated ? " Some of the prices are estimated." : "");
}

function turning({ left, right, from, to, limit, crossings, meetsAt, always, open }: BreakEven): string {
    if (open !== undefined) return `Which costs less is open: ${open}.`;
    const range = `${about(from)} to ${about(to)} requests a month${limit === undefined ? "" : ` (beyond, ${limit})`}`;
    if (always === "same") return `${left} and ${right} cost the same, from ${range}.`;
    const meets = meetsAt === undefined ? "" : ` From ${about(meetsAt)} on the two differ by less than 1 %.`;
    if (always !== undefined) return `${always} costs less all along, from ${range}.${meets}`;
    const first = crossings[0].below;
    const turns = crossings.map(({ monthlyRequests, cost, above }) => {
        return `${above} from ${about(monthlyRequests)} requests a month on (${usd(cost)})`;
    });
    return `${first} costs less at first, ${turns.join(", ")}; looked at from ${range}.${meets}`;
}
