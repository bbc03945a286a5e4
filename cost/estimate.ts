import type { Plan } from "../plan/plan";
import { awsTable } from "./aws";
import { costOf, freeUnits, isOld, price, unverified, type Book, type Cloud, type Price } from "./book";
import { contextOf, surroundingsOf } from "./context";
import type { Context, Cost, LineItem, PricingTable, Unpriced } from "./cost";
import { gcpTable } from "./gcp";
import { bookOf } from "./load";
import { show } from "./quantities";
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
    const { book, table, places, quote, contextFor } = prepared(plan, options);
    const context = contextFor(usage);
    const { lineItems, unpriced } = itemised(places, context(), table, quote);
    const monthly = {
        low: sumOf(places, contextFor(idle(usage))(), table, quote),
        expected: total(lineItems),
        high: sumOf(places, context(true), table, quote),
    };

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

/** Totals of a plan under one usage after the other: what a curve asks for. The high end is computed when it is read. */
export function totalsOf(
    plan: Plan,
    options: EstimateOptions = {},
): (usage: Usage) => Readonly<Pick<Cost["monthly"], "expected" | "high">> {
    const { table, places, quote, contextFor } = prepared(plan, options);
    return (usage) => {
        const context = contextFor(usage);
        return {
            expected: sumOf(places, context(), table, quote),
            get high() {
                return sumOf(places, context(true), table, quote);
            },
        };
    };
}

/** What all estimates of a plan have in common. */
function prepared(plan: Plan, { books, tables: given, freeTier = false, today }: EstimateOptions) {
    const { cloud, region } = plan;
    const book = books?.[cloud] ?? bookOf(cloud);
    const table = given?.[cloud] ?? tables[cloud];
    const places = placesOf(plan);
    const resources = places.map(({ resource }) => resource);
    const partOf = new Map(
        places.flatMap(({ resource, place }): [string, string][] =>
            place.service === "shared" ? [] : [[resource.urn, place.service]],
        ),
    );
    const surroundings = surroundingsOf(region, resources, partOf);
    const contextFor = (usage: Usage) => {
        if (usage.resources)
            checkNames(
                usage,
                [...new Set(partOf.values())],
                resources.map(({ name }) => name),
            );
        return (atMost = false) => contextOf(surroundings, book, usage, atMost);
    };
    const quote = quotesOf(book, region, freeTier, new Date(today ?? Date.now()));
    return { book, table, places, quote, contextFor };
}

export const total = (lines: Pick<LineItem, "monthly">[]): number =>
    lines.reduce((sum, { monthly }) => sum + monthly, 0);

type Placed = { resource: PlanResource; place: Place };

/** What every resource is billed for: its items, or why one has no price. */
function* billed(places: Placed[], context: Context, table: PricingTable) {
    for (const placed of places) {
        const { type } = placed.resource;
        if (Object.hasOwn(table.priced, type))
            for (const item of table.priced[type](placed.resource, context)) yield { placed, item };
        else if (!Object.hasOwn(table.free, type))
            yield { placed, item: { reason: "this type has no pricing function yet" } };
    }
}

function itemised(places: Placed[], context: Context, table: PricingTable, quote: Quote) {
    const lineItems: LineItem[] = [];
    const unpriced: Unpriced[] = [];
    /** Units so far by price: tiers and free tiers count what the whole stack uses. */
    const used = new Map<string, number>();
    for (const { placed, item } of billed(places, context, table)) {
        const { type, name } = placed.resource;
        if ("reason" in item) unpriced.push({ type, resource: name, reason: item.reason });
        else if (item.quantity > 0) {
            const from = used.get(item.priceId) ?? 0;
            used.set(item.priceId, from + item.quantity);
            const { price, free, old } = quote(item.priceId);
            for (const part of parts(price, from, item.quantity, free))
                // Written out: a large plan has thousands of lines, and spreading objects takes its time.
                lineItems.push({
                    role: placed.place.role,
                    service: placed.place.service,
                    resource: name,
                    type,
                    item: item.item + part.suffix,
                    quantity: part.quantity,
                    unit: price.unit,
                    price: part.price,
                    monthly: part.quantity * part.price,
                    formula: item.formula,
                    priceId: item.priceId,
                    confidence: price.confidence,
                    asOf: price.asOf,
                    old,
                });
        }
    }
    return { lineItems, unpriced };
}

/** The sum alone. */
function sumOf(places: Placed[], context: Context, table: PricingTable, quote: Quote): number {
    const used = new Map<string, number>();
    for (const { item } of billed(places, context, table))
        if ("quantity" in item && item.quantity > 0)
            used.set(item.priceId, (used.get(item.priceId) ?? 0) + item.quantity);
    return [...used].reduce((sum, [id, quantity]) => {
        const { price, free } = quote(id);
        return sum + costOf(price, quantity, free);
    }, 0);
}

type Quote = (priceId: string) => { price: Price; free: number; old: boolean };

/** Looks prices up, each once. */
function quotesOf(book: Book, region: string, freeTier: boolean, today: Date): Quote {
    const quotes = new Map<string, ReturnType<Quote>>();
    return (id) => {
        let quote = quotes.get(id);
        if (!quote) {
            const found = price(book, id, region);
            quote = { price: found, free: freeTier ? freeUnits(book, id) : 0, old: isOld(found, today) };
            quotes.set(id, quote);
        }
        return quote;
    };
}

/** A quantity in the tiers that it reaches, counted from what was used before it. */
function parts(
    { value, tiers = [{ upTo: null, value: value! }] }: Price,
    from: number,
    quantity: number,
    free: number,
) {
    const part = (quantity: number, price: number, suffix = "") => ({
        quantity,
        price,

        suffix,
    });
    const to = from + quantity;
    if (tiers.length === 1 && from >= free) return [part(quantity, tiers[0].value)];
    const reached = from < free ? [part(Math.min(to, free) - from, 0, " (free tier)")] : [];
    let start = Math.min(to, Math.max(from, free));
    for (const [index, { upTo, value }] of tiers.entries()) {
        const end = Math.min(to, upTo ?? Infinity);
        if (end <= start) continue;
        const first = upTo !== null && to > upTo ? ` (first ${show(upTo)})` : "";
        reached.push(part(end - start, value, index > 0 ? ` (above ${show(tiers[index - 1].upTo!)})` : first));
        start = end;
    }
    return reached;
}

function freeOf(places: Placed[], table: PricingTable): Cost["free"] {
    const counts = new Map<string, number>();
    for (const { resource } of places)
        if (Object.hasOwn(table.free, resource.type)) counts.set(resource.type, (counts.get(resource.type) ?? 0) + 1);
    return [...counts].sort().map(([type, count]) => ({ type, reason: table.free[type], count }));
}
