import type { Cost, LineItem } from "../../cost/cost";
import { findPrice, type Cloud } from "../../cost/book";
import { bookOf } from "../../cost/load";
import { usageOf } from "../../cost/usage";
import { stackFor } from "../plan/stacks";

/** Costs and prices that tests make up or look up. */

const regions = { aws: "ap-northeast-1", gcp: "asia-northeast1" };

/** The price of one unit in Tokyo. */
export function tokyo(id: string): number {
    const cloud = id.split(".")[0] as Cloud;
    const found = findPrice(bookOf(cloud), id, regions[cloud]);
    if (found?.value === undefined) throw new Error(`${id} has no single price in Tokyo`);
    return found.value;
}

/** A line of so many units at a price. */
export const line = (
    role: string,
    priceId: string,
    quantity: number,
    price: number,
    more: Partial<LineItem> = {},
): LineItem => ({
    role,
    service: "shared",
    resource: "todo-dev-it",
    type: "x:y/z:Z",
    item: priceId.split(".")[1],
    quantity,
    unit: "hour",
    price,
    monthly: quantity * price,
    formula: `${quantity}`,
    priceId,
    confidence: "high",
    asOf: "2026-10-01",
    old: false,
    ...more,
});

/** A cost with these lines and nothing else. */
export function costOfLines(cloud: Cloud, lineItems: LineItem[], more: Partial<Cost> = {}): Cost {
    const expected = lineItems.reduce((sum, { monthly }) => sum + monthly, 0);
    return {
        app: "todo",
        cloud,
        environment: "dev",
        stack: "dev",
        currency: "USD",
        region: regions[cloud],
        asOf: null,
        monthly: { low: expected, expected, high: expected },
        freeTiers: { without: expected, with: expected, counted: false },
        atLeast: false,
        lineItems,
        beyondCapacity: false,
        unpriced: [],
        free: [],
        doubtful: { unverified: 0, old: 0 },
        usage: usageOf(stackFor("aws", "dev").app),
        ...more,
    };
}

export function close(actual: number, expected: number, what = "", share = 1e-9): void {
    if (Math.abs(actual - expected) > share * Math.max(1, Math.abs(expected)))
        throw new Error(`${what}: ${actual} is not ${expected}`);
}
