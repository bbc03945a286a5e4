import type { Plan } from "../plan/resource";
import { awsTable } from "./aws";
import { costOf, freeUnits, isOld, price, unverified, type Book, type Cloud, type Price } from "./book";
import { shareOfRequests } from "./candidates";
import { contextOf, surroundingsOf, type Surroundings, type Watched } from "./context";
import type { Cost, Item, LineItem, Pricing, PricingTable, Unpriced } from "./cost";
import { gcpTable } from "./gcp";
import { bookOf } from "./load";
import { show } from "./quantities";
import { byUrnOf, placesOf, type Place } from "./roles";
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

/** A plan's total under a usage. */
export interface Total {
    /** USD a month. */
    expected: number;
    /** Every service that scales runs at its maximum. */
    full: boolean;
}

/** Prices one plan under one usage after the other. */
export interface Pricer {
    /** @throws UsageError if the usage refines what the stack does not have */
    estimate(usage: Usage): Cost;
    /** The total alone: what a curve asks for. Throws as `estimate` does. */
    total(usage: Usage): Total;
}

/**
 * What a plan costs a month under a usage.
 * @throws MissingPriceError if the region lacks a price that other regions have; UsageError if the usage refines what the
 * stack does not have
 */
export const estimate = (plan: Plan, usage: Usage, options?: EstimateOptions): Cost =>
    pricerOf(plan, options).estimate(usage);

/** What all estimates of a plan have in common is found out once. Throws, and what it makes, as `estimate` does. */
export function pricerOf(plan: Plan, options: EstimateOptions = {}): Pricer {
    const { app, cloud, environment, stack, region } = plan;
    const book = options.books?.[cloud] ?? bookOf(cloud);
    const table = options.tables?.[cloud] ?? tables[cloud];
    const byUrn = byUrnOf(plan);
    const places = placesOf(plan, byUrn);
    const surroundings = surroundingsOf(region, places, byUrn, shareOfRequests(plan));
    const quote = quotesOf(book, region, options.freeTier ?? false, new Date(options.today ?? Date.now()));
    const contextsFor = (usage: Usage) => {
        if (usage.resources) {
            const parts = new Set(places.map(({ place }) => place.service).filter((name) => name !== "shared"));
            checkNames(
                usage,
                [...parts],
                places.map(({ resource }) => resource.name),
            );
        }
        return (atMost = false) => contextOf(surroundings, book, usage, atMost);
    };
    // What varies with the usage is the same under any.
    let sum: Sum | undefined;
    return {
        estimate(usage) {
            const contextFor = contextsFor(usage);
            const bills = billed(places, contextFor(), table);
            sum ??= sumsOf(bills, table, quote);
            const { lineItems, unpriced, expected, doubtful, asOf } = itemised(bills, quote);
            const monthly = { low: sum(contextsFor(idle(usage))()), expected, high: sum(contextFor(true)) };
            return {
                app,
                cloud,
                environment,
                stack,
                currency: book.currency,
                region,
                asOf,
                monthly,
                atLeast: unpriced.length > 0,
                lineItems,
                unpriced,
                free: freeOf(surroundings.byType, table),
                doubtful,
                usage,
            };
        },
        total(usage) {
            const contextFor = contextsFor(usage);
            sum ??= sumsOf(billed(places, contextFor(), table), table, quote);
            const watched = contextFor();
            return { expected: sum(watched), full: watched.full() };
        },
    };
}

type Placed = { resource: PlanResource; place: Place };

/** What a resource is billed for: its items, or why one has no price. */
interface Bill {
    placed: Placed;
    items: ReturnType<Pricing>;
    /** Under another usage it may be billed for something else. */
    varies: boolean;
}

const noPrice = [{ reason: "this type has no pricing function yet" }];

/** What is billed for every resource that is not free. */
function billed(places: Placed[], { context, askedForUsage }: Watched, table: PricingTable): Bill[] {
    const bills: Bill[] = [];
    askedForUsage();
    for (const placed of places) {
        const { type } = placed.resource;
        if (Object.hasOwn(table.priced, type)) {
            const items = table.priced[type](placed.resource, context);
            bills.push({ placed, items, varies: askedForUsage() });
        } else if (!Object.hasOwn(table.free, type)) bills.push({ placed, items: noPrice, varies: false });
    }
    return bills;
}

/** The lines of a bill and what they sum up to; in one pass, since a large plan has thousands. */
function itemised(bills: Bill[], quote: Quote) {
    const lineItems: LineItem[] = [];
    const unpriced: Unpriced[] = [];
    let expected = 0;
    const doubtful = { unverified: 0, old: 0 };
    /** The first of the days on which the prices were last seen. */
    let asOf: string | null = null;
    /** Units so far by price: tiers and free tiers count what the whole stack uses in a region. */
    const used = new Map<string, number>();
    for (const { placed, items } of bills) {
        const { type, name } = placed.resource;
        for (const item of items)
            if ("reason" in item) unpriced.push({ type, resource: name, reason: item.reason });
            else if (item.quantity > 0) {
                const sold = soldAs(item);
                const from = used.get(sold) ?? 0;
                used.set(sold, from + item.quantity);
                const { price, free, old } = quote(item.priceId, item.region);
                if (asOf === null || (price.asOf !== null && price.asOf < asOf)) asOf = price.asOf;
                for (const part of parts(price, from, item.quantity, free)) {
                    const monthly = part.quantity * part.price;
                    expected += monthly;
                    if (unverified(price)) doubtful.unverified += monthly;
                    if (old) doubtful.old += monthly;
                    // Written out: spreading objects takes its time.
                    lineItems.push({
                        role: placed.place.role,
                        service: placed.place.service,
                        resource: name,
                        type,
                        item: item.item + part.suffix,
                        quantity: part.quantity,
                        unit: price.unit,
                        price: part.price,
                        monthly,
                        formula: item.formula,
                        priceId: item.priceId,
                        confidence: price.confidence,
                        asOf: price.asOf,
                        old,
                    });
                }
            }
    }
    return { lineItems, unpriced, expected, doubtful, asOf };
}

/** The total alone, under any usage of the plan that was billed under one. */
type Sum = (watched: Watched) => number;

/** What is the same under any usage is counted once. */
function sumsOf(bills: Bill[], table: PricingTable, quote: Quote): Sum {
    const count = (used: Map<string, number>, items: Bill["items"]) => {
        for (const item of items)
            if ("quantity" in item && item.quantity > 0) {
                const sold = soldAs(item);
                used.set(sold, (used.get(sold) ?? 0) + item.quantity);
            }
    };
    const always = new Map<string, number>();
    const varying: PlanResource[] = [];
    for (const { placed, items, varies } of bills)
        if (varies) varying.push(placed.resource);
        else count(always, items);
    return ({ context }) => {
        const used = new Map(always);
        for (const resource of varying) count(used, table.priced[resource.type](resource, context));
        let sum = 0;
        for (const [sold, quantity] of used) {
            const [id, region] = sold.split(" ");
            const { price, free } = quote(id, region);
            sum += costOf(price, quantity, free);
        }
        return sum;
    };
}

type Quote = (priceId: string, region?: string) => { price: Price; free: number; old: boolean };

/** A price, and the region where that is not the plan's. */
const soldAs = ({ priceId, region }: Item): string => (region === undefined ? priceId : `${priceId} ${region}`);

/** Looks prices up, each once. */
function quotesOf(book: Book, region: string, freeTier: boolean, today: Date): Quote {
    const quotes = new Map<string, ReturnType<Quote>>();
    return (id, elsewhere) => {
        const key = elsewhere === undefined ? id : `${id} ${elsewhere}`;
        let quote = quotes.get(key);
        if (!quote) {
            const found = price(book, id, elsewhere ?? region);
            quote = { price: found, free: freeTier ? freeUnits(book, id) : 0, old: isOld(found, today) };
            quotes.set(key, quote);
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

const freeOf = (byType: Surroundings["byType"], table: PricingTable): Cost["free"] =>
    [...byType.keys()]
        .filter((type) => Object.hasOwn(table.free, type))
        .sort()
        .map((type) => ({ type, reason: table.free[type], count: byType.get(type)!.length }));
