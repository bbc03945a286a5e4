import type { Plan } from "../plan/resource";
import { awsTable } from "./aws";
import { costOf, findPrice, freeUnits, isOld, unverified, type Book, type Cloud, type Price } from "./book";
import { shareOfRequests } from "./candidates";
import { contextOf, surroundingsOf, type Surroundings, type Watched } from "./context";
import type { Cost, Item, LineItem, Pricing, PricingTable, Unpriced } from "./cost";
import { isEstimated } from "./estimated";
import { gcpTable } from "./gcp";
import { bookOf } from "./load";
import { show } from "./quantities";
import { byUrnOf, placesOf, type Place } from "./roles";
import { checkNames, idle, type Usage } from "./usage";
import type { Missing } from "./verdict";
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
    /** What costs money and is not in it. */
    missing: Missing[];
    /** Every service that scales runs at its maximum. */
    full: boolean;
    /** Some of its prices are estimated. */
    estimated?: boolean;
}

/** Prices one plan under one usage after the other. */
export interface Pricer {
    /** @throws UsageError if the usage refines what the stack does not have */
    estimate(usage: Usage): Cost;
    /** The total alone: what a curve asks for. Throws as `estimate` does. */
    total(usage: Usage): Total;
}

/**
 * What a plan costs a month under a usage. What has no price is in `unpriced`, and the totals are lower bounds.
 * @throws UsageError if the usage refines what the
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
            const watched = contextFor();
            const bills = billed(places, watched, table);
            sum ??= sumsOf(bills, table, quote);
            const { lineItems, unpriced, expected, doubtful, asOf, used } = itemised(bills, quote);
            const low = sum(contextsFor(idle(usage))()).expected;
            const monthly = { low, expected, high: sum(contextFor(true)).expected };
            return {
                app,
                cloud,
                environment,
                stack,
                currency: book.currency,
                region,
                asOf,
                monthly,
                freeTiers: freeTiersOf(used, quote, options.freeTier ?? false, expected),
                ...(book.own !== undefined && { own: book.own }),
                atLeast: unpriced.length > 0,
                beyondCapacity: watched.beyond(),
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
            return { ...sum(watched), full: watched.full() };
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
    const doubtful: Cost["doubtful"] = { unverified: 0, old: 0 };
    /** The first of the days on which the prices were last seen. */
    let asOf: string | null = null;
    /** Units so far by price: tiers and free tiers count what the whole stack uses in a region. */
    const used = new Map<string, number>();
    for (const { placed, items } of bills) {
        const { type, name } = placed.resource;
        const { role, service } = placed.place;
        for (const item of items)
            if ("reason" in item) unpriced.push({ type, resource: name, role, service, reason: item.reason });
            else if (item.quantity > 0) {
                const quoted = quote(item.priceId, item.region);
                if (typeof quoted === "string") {
                    const { item: what, priceId, quantity, formula } = item;
                    const hole = { item: what, priceId, region: quoted, quantity, formula };
                    const reason = `${priceId} has no price in ${quoted}`;
                    unpriced.push({ type, resource: name, role, service, reason, hole });
                    continue;
                }
                const sold = soldAs(item);
                const from = used.get(sold) ?? 0;
                used.set(sold, from + item.quantity);
                const { price, free, old } = quoted;
                if (asOf === null || (price.asOf !== null && price.asOf < asOf)) asOf = price.asOf;
                for (const part of parts(price, from, item.quantity, free)) {
                    const monthly = part.quantity * part.price;
                    expected += monthly;
                    const estimated = isEstimated(price);
                    if (estimated) doubtful.estimated = (doubtful.estimated ?? 0) + monthly;
                    if (unverified(price)) doubtful.unverified += monthly;
                    if (old) doubtful.old += monthly;
                    // Written out: spreading objects takes its time.
                    lineItems.push({
                        role,
                        service,
                        resource: name,
                        type,
                        item: item.item + part.suffix + (estimated ? " (estimated)" : ""),
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
                    if (estimated) lineItems[lineItems.length - 1].estimated = true;
                }
            }
    }
    return { lineItems, unpriced, expected, doubtful, asOf, used };
}

/** The total without and with free tiers, of which it has one already. */
function freeTiersOf(used: Map<string, number>, quote: Quote, counted: boolean, expected: number): Cost["freeTiers"] {
    let saved = 0;
    for (const [sold, quantity] of used) {
        const [id, region] = sold.split(" ");
        const quoted = quote(id, region);
        if (typeof quoted === "string" || quoted.offered === 0) continue;
        saved += costOf(quoted.price, quantity) - costOf(quoted.price, quantity, quoted.offered);
    }
    return counted
        ? { without: expected + saved, with: expected, counted }
        : { without: expected, with: expected - saved, counted };
}

/** The total alone, under any usage of the plan that was billed under one. */
type Sum = (watched: Watched) => { expected: number; missing: Missing[]; estimated?: boolean };

/** What is the same under any usage is counted once. */
function sumsOf(bills: Bill[], table: PricingTable, quote: Quote): Sum {
    const count = (used: Map<string, number>, without: string[], items: Bill["items"]) => {
        for (const item of items)
            if ("reason" in item) without.push(item.reason);
            else if (item.quantity > 0) {
                const sold = soldAs(item);
                used.set(sold, (used.get(sold) ?? 0) + item.quantity);
            }
    };
    const always = new Map<string, number>();
    const never: string[] = [];
    const varying: PlanResource[] = [];
    for (const { placed, items, varies } of bills)
        if (varies) varying.push(placed.resource);
        else count(always, never, items);
    return ({ context }) => {
        const [used, without] = [new Map(always), [...never]];
        for (const resource of varying) count(used, without, table.priced[resource.type](resource, context));
        let expected = 0;
        let estimated = false;
        const missing: Missing[] = without.map((reason) => ({ reason }));
        for (const [sold, quantity] of used) {
            const [id, region] = sold.split(" ");
            const quoted = quote(id, region);
            if (typeof quoted === "string")
                missing.push({
                    reason: `${id} has no price in ${quoted}`,
                    hole: { priceId: id, region: quoted, quantity },
                });
            else {
                expected += costOf(quoted.price, quantity, quoted.free);
                estimated ||= isEstimated(quoted.price);
            }
        }
        return { expected, missing, ...(estimated && { estimated }) };
    };
}

/** A price and what is known of it: the units of its free tier, and those that are counted; a region that has none. */
type Quote = (
    priceId: string,
    region?: string,
) => { price: Price; free: number; offered: number; old: boolean } | string;

/** A price, and the region where that is not the plan's. */
const soldAs = ({ priceId, region }: Item): string => (region === undefined ? priceId : `${priceId} ${region}`);

/** Looks prices up, each once. */
function quotesOf(book: Book, region: string, freeTier: boolean, today: Date): Quote {
    const quotes = new Map<string, ReturnType<Quote>>();
    return (id, elsewhere) => {
        const key = elsewhere === undefined ? id : `${id} ${elsewhere}`;
        let quote = quotes.get(key);
        if (quote === undefined) {
            const found = findPrice(book, id, elsewhere ?? region);
            const offered = freeUnits(book, id);
            quote = found
                ? { price: found, free: freeTier ? offered : 0, offered, old: isOld(found, today) }
                : (elsewhere ?? region);
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
