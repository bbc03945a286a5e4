import type { PlanResource } from "../plan/resource";
import type { Book, Cloud, Confidence } from "./book";
import type { Quantities, Usage } from "./usage";

/** What a stack costs a month, in USD, with every figure traced to a price and to a quantity. */
export interface Cost {
    app: string;
    cloud: Cloud;
    environment: string;
    stack: string;
    currency: "USD";
    region: string;
    /** The oldest day, YYYY-MM-DD, on which a price in here was last seen; null if there is none. */
    asOf: string | null;
    /**
     * `expected`: the usage as assumed, services at the average number of instances it implies within min and max.
     * `low`: no traffic, every service at its minimum. `high`: the expected traffic, every service at its maximum all month.
     */
    monthly: { low: number; expected: number; high: number };
    /**
     * `expected` without and with what the clouds give every account each month without end, USD a month; one of the two is counted.
     * The account may use it up elsewhere: so by default it is not.
     */
    freeTiers: { without: number; with: number; counted: boolean };
    /** What of the prices is one's own, in words; absent where all are list prices. */
    own?: string;
    /** Something is unpriced: the totals are at least so much. */
    atLeast: boolean;
    /** The services, all at their maximum, cannot serve so many requests: no stack of this form has this cost. */
    beyondCapacity: boolean;
    /** What makes up `expected`, in the order of the roles. */
    lineItems: LineItem[];
    /** What costs money and is not in the totals. */
    unpriced: Unpriced[];
    /** What costs nothing, by type. */
    free: { type: string; reason: string; count: number }[];
    /** USD of `expected` that rest on prices nobody has seen in a document, and on prices last seen long ago. */
    doubtful: {
        unverified: number;
        old: number;
        /** On prices estimated by other regions', on request. */
        estimated?: number;
    };
    usage: Usage;
}

/** `quantity` × `price` = `monthly`; a quantity that spans tiers has a line for each. */
export interface LineItem {
    /** Class of the component that the resource belongs to: `Service`, `Database`, `Network`, … */
    role: string;
    /** Name of the service or database it belongs to; `shared` for what serves them all. */
    service: string;
    /** Logical name of the resource. */
    resource: string;
    type: string;
    /** What is paid for: `vCPU`, `Storage`. */
    item: string;
    /** Units a month. */
    quantity: number;
    unit: string;
    /** USD per unit. */
    price: number;
    monthly: number;
    /** How the quantity comes about: `2 tasks × 0.5 vCPU × 730 h`. */
    formula: string;
    priceId: string;
    confidence: Confidence;
    /** The day the price was last seen, YYYY-MM-DD; null if nobody knows. */
    asOf: string | null;
    /** The price was last seen more than half a year ago. */
    old: boolean;
    /** The price was estimated by other regions', on request; `item` says so, too. */
    estimated?: true;
}

/** USD a month of some lines. */
export const total = (lines: Pick<LineItem, "monthly">[]): number =>
    lines.reduce((sum, { monthly }) => sum + monthly, 0);

export interface Unpriced {
    type: string;
    resource: string;
    /** Class of the component that the resource belongs to. */
    role: string;
    /** Name of the service or database it belongs to; `shared` for what serves them all. */
    service: string;
    reason: string;
    /** The price that is missing, and what it would be paid for; absent where no price of a book would be it. */
    hole?: { item: string; priceId: string; region: string; quantity: number; formula: string };
}

/** One thing that a resource is billed for: so many units of a price of the book. */
export interface Item {
    item: string;
    priceId: string;
    /** In the unit of the price. */
    quantity: number;
    formula: string;
    /** Where it is billed, if elsewhere than in the plan's region: a replica, what belongs to a CDN. */
    region?: string;
}

/** What one resource is billed for: a pure function of the resource, what surrounds it, and the usage. */
export type Pricing = (resource: PlanResource, context: Context) => (Item | Unpriceable)[];

/** A part of a resource that costs money and has no price in any region of the book. */
export interface Unpriceable {
    reason: string;
}

/** How one cloud is priced: every type that a plan may contain is in one of the two. */
export interface PricingTable {
    /** Resource type → what it is billed for. */
    priced: Record<string, Pricing>;
    /** Resource type → why it costs nothing. */
    free: Record<string, string>;
}

/** What a pricing function knows beside the resource. */
export interface Context {
    region: string;
    book: Book;
    /** Hours of a month. */
    hours: number;
    /** The usage of the app as a whole. */
    usage: Usage;
    /** The usage that holds for a resource: the app's, refined for it. */
    usageOf(resource: PlanResource): Usage;
    /** A service's part of a quantity of the app: what is said of it, or an equal share. */
    shareOf(service: PlanResource, key: keyof Quantities): number | undefined;
    /** What answers requests. */
    services: PlanResource[];
    /** What runs beside them and takes no requests. */
    workers: PlanResource[];
    /** Requests a month to the app, wherever they are answered. */
    requests: number;
    /** Share of the requests that go to a content delivery network. */
    delivered: number;
    /** Share of the requests that a content delivery network answers by itself. */
    cached: number;
    /** Requests a month that reach one service. */
    requestsOf(service: PlanResource): number;
    /**
     * Average number of instances for a demand within a service's min and max; the maximum where that is what is asked.
     * @param idle fewer than the minimum, where instances that only wait are counted by themselves
     */
    instances(demand: number, min: number, max: number, idle?: number): number;
    /** Every service is at its maximum all month. */
    atMost: boolean;
    /** All resources of a type. */
    all(type: string): PlanResource[];
    /** The resources of a type that an input comes from; all inputs if none is named. */
    behind(resource: PlanResource, type: string, input?: string): PlanResource[];
    /** The resources of a type that refer to a resource. */
    referring(resource: PlanResource, type: string): PlanResource[];
    /** What is the same for many resources, computed once for this context. */
    once<T>(key: string, compute: () => T): T;
    /** What a resource says under any usage, computed once for the plan: it must ask this context for no usage. */
    said<T>(resource: PlanResource, compute: () => T): T;
    /** Whether the book has a price in a region: the plan's, unless another is named. */
    has(priceId: string, region?: string): boolean;
}
