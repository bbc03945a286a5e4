import type { Plan } from "../plan/plan";
import { awsTable } from "./aws";
import { freeUnits, isOld, price, unverified, type Book, type Cloud } from "./book";
import { contextOf, surroundingsOf, type Surroundings } from "./context";
import type { Context, Cost, Item, LineItem, PricingTable, Unpriced } from "./cost";
import { gcpTable } from "./gcp";
import { bookOf } from "./load";
import { placesOf, type Place } from "./roles";
import { checkNames, idle, type Usage } from "./usage";
import type { PlanResource } from "../plan/resource";

export type Books = Partial<Record<Cloud, Book>>;

export interface EstimateOptions {
    /** Count what the clouds give every account for nothing. @default false */
    freeTier?: boolean;
    /** Prices to use instead of the project's own. */
    books?: Books;
    /** The day by which a price is old, YYYY-MM-DD. @default today */
    today?: string;
    /** How types are priced, instead of the project's own tables. */
    tables?: Partial<Record<Cloud, PricingTable>>;
}

/** How each cloud is priced. */
export const tables: Record<Cloud, PricingTable> = { aws: awsTable, gcp: gcpTable };

/**
 * What a plan costs a month under a usage.
 * @throws MissingPriceError if the region lacks a price that other regions have; UsageError if the usage refines what the
 * stack does not have
 */
export function estimate(plan: Plan, usage: Usage, options: EstimateOptions = {}): Cost {
    const { cloud } = plan;
    const book = options.books?.[cloud] ?? bookOf(cloud);
    const table = options.tables?.[cloud] ?? tables[cloud];
    const places = placesOf(plan);
    const partOf = new Map(
        places.flatMap(({ resource, place }): [string, string][] =>
            place.service === "shared" ? [] : [[resource.urn, place.service]],
        ),
    );
    if (usage.resources)
        checkNames(
            usage,
            [...new Set(partOf.values())],
            places.map(({ resource }) => resource.name),
        );
    const surroundings = surroundingsOf(
        plan.region,
        places.map(({ resource }) => resource),
        partOf,
    );

    const today = new Date(options.today ?? Date.now());
    const run = (said: Usage, atMost = false) =>
        priced(places, surroundings, contextOf(surroundings, book, said, atMost), table, { ...options, today });
    const expected = run(usage);
    const monthly = {
        low: total(run(idle(usage)).lineItems),
        expected: total(expected.lineItems),
        high: total(run(usage, true).lineItems),
    };

    const { lineItems, unpriced } = expected;
    const days = lineItems.flatMap(({ asOf }) => asOf ?? []).sort();
    return {
        app: plan.app,
        cloud,
        environment: plan.environment,
        stack: plan.stack,
        currency: book.currency,
        region: plan.region,
        asOf: days[0] ?? null,
        monthly,
        atLeast: unpriced.length > 0,
        lineItems,
        unpriced,
        free: freeOf(places, table),
        doubtful: {
            unverified: total(lineItems.filter((line) => unverified(line))),
            old: total(lineItems.filter(({ old }) => old)),
        },
        usage,
    };
}

export const total = (lines: Pick<LineItem, "monthly">[]): number =>
    lines.reduce((sum, { monthly }) => sum + monthly, 0);

type Placed = { resource: PlanResource; place: Place };

function priced(
    places: Placed[],
    { region }: Surroundings,
    context: Context,
    table: PricingTable,
    { freeTier, today }: { freeTier?: boolean; today: Date },
): { lineItems: LineItem[]; unpriced: Unpriced[] } {
    const lineItems: LineItem[] = [];
    const unpriced: Unpriced[] = [];
    /** Units so far by price: tiers and free tiers count what the whole stack uses. */
    const used = new Map<string, number>();
    for (const { resource, place } of places) {
        const { type, name } = resource;
        if (!Object.hasOwn(table.priced, type)) {
            if (!Object.hasOwn(table.free, type))
                unpriced.push({ type, resource: name, reason: "this type has no pricing function yet" });
            continue;
        }
        for (const item of table.priced[type](resource, context)) {
            if ("reason" in item) unpriced.push({ type, resource: name, reason: item.reason });
            else if (item.quantity > 0) {
                const from = used.get(item.priceId) ?? 0;
                used.set(item.priceId, from + item.quantity);
                for (const part of parts(item, from, context.book, region, freeTier))
                    lineItems.push({ ...place, resource: name, type, ...part, old: isOld(part, today) });
            }
        }
    }
    return { lineItems, unpriced };
}

/** A line for every tier that an item reaches, counted from what was used before it. */
function parts(item: Item, from: number, book: Book, region: string, freeTier = false) {
    const found = price(book, item.priceId, region);
    const { id, unit, confidence, asOf } = found;
    const to = from + item.quantity;
    const free = freeTier ? freeUnits(book, id) : 0;
    const line = (start: number, end: number, rate: number, suffix = "") => ({
        item: item.item + suffix,
        quantity: end - start,
        unit,
        price: rate,
        monthly: (end - start) * rate,
        formula: item.formula,
        priceId: id,
        confidence,
        asOf,
    });
    const lines = [];
    let start = from;
    if (start < free) {
        lines.push(line(start, Math.min(to, free), 0, " (free tier)"));
        start = Math.min(to, free);
    }
    const steps = found.tiers ?? [{ upTo: null, value: found.value! }];
    for (const [index, { upTo, value }] of steps.entries()) {
        const end = Math.min(to, upTo ?? Infinity);
        if (end <= start) continue;
        const above = index > 0 ? steps[index - 1].upTo!.toLocaleString("en-US") : "";
        const suffix =
            index > 0
                ? ` (above ${above})`
                : upTo !== null && to > upTo
                  ? ` (first ${upTo.toLocaleString("en-US")})`
                  : "";
        lines.push(line(start, end, value, suffix));
        start = end;
    }
    // Of two parts that meet at a rounding error, one may be empty.
    return lines.filter(({ quantity }) => quantity > 0);
}

function freeOf(places: Placed[], table: PricingTable): Cost["free"] {
    const counts = new Map<string, number>();
    for (const { resource } of places)
        if (Object.hasOwn(table.free, resource.type)) counts.set(resource.type, (counts.get(resource.type) ?? 0) + 1);
    return [...counts].sort().map(([type, count]) => ({ type, reason: table.free[type], count }));
}
