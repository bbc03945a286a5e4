import assert from "node:assert/strict";

import type { PricingTable } from "../../../cost/cost";
import { booksWith, customOf } from "../../../cost/custom";
import { estimate } from "../../../cost/estimate";
import { shippedBooks } from "../../../cost/refresh";
import { readBook } from "../../../cost/refresh/file";
import { usageOf, type Usage } from "../../../cost/usage";
import type { Plan } from "../../../plan/plan";
import type { PlanResource } from "../../../plan/resource";

/** Arithmetic by hand: what one resource costs, from figures of the price book's file, item by item. */
export interface Case {
    /** The type that is priced. */
    type: string;
    /** What the case shows. */
    shows: string;
    /** The plan: the priced resource is called `x`; `from` says which inputs come from which other resources. */
    resources: Part[];
    usage?: Partial<Usage>;
    region?: string;
    /** Prices of one's own, as `--price` takes them. */
    own?: string[];
    /** Item → USD a month; nothing else may be billed. */
    costs: Record<string, number>;
    /** Item → units, where the price is nothing. */
    quantities?: Record<string, number>;
    /** Reasons of what is unpriced. */
    unpriced?: RegExp;
}
export interface Part {
    type: string;
    name?: string;
    inputs?: Record<string, unknown>;
    from?: Record<string, string>;
}

/** Seconds of a month, so that ten requests a second are a round number of requests. */
export const second = 730 * 3600;
export const GB = 1024 * 1024;

type Entries = Record<
    string,
    { regions: Record<string, { value?: number; tiers?: { upTo: number | null; value: number }[] }> }
>;
const entries: Entries = { ...readBook(shippedBooks, "aws").prices, ...readBook(shippedBooks, "gcp").prices };

/** USD for a unit, read from the book's file. */
export function price(id: string, region: string): number {
    // What has one price in the world stands under `global`.
    const found = (entries[id]?.regions[region] ?? entries[id]?.regions.global)?.value;
    assert.ok(found !== undefined, `${id} in ${region} is not a flat price of the book`);
    return found;
}
/** USD for a unit in each tier. */
export const tiers = (id: string, region: string): number[] =>
    entries[id].regions[region].tiers!.map(({ value }) => value);

/** No traffic but what a case says; everything else at its default. */
export const quiet: Usage = {
    ...usageOf({
        traffic: {
            monthlyRequests: 0,
            averageRequestDurationMs: 100,
            averageRequestCpuMs: 25,
            averageResponseKb: 10,
            monthlyNatGb: 0,
        },
    }),
    monthlySecretAccesses: 0,
    monthlyKeyRequests: 0,
    monthlyDatabaseLogGb: 0,
    monthlyBuilds: 0,
};

export function planWith(cloud: "aws" | "gcp", region: string, parts: Part[]): Plan {
    const urnOf = ({ type, name = "x" }: Part) => `urn:pulumi:dev::twinstack::${type}::${name}`;
    const byName = (key: string) => {
        const found = parts.find((part) => `${part.type} ${part.name ?? "x"}` === key);
        assert.ok(found, `no ${key} among the case's resources`);
        return urnOf(found);
    };
    const resources = parts.map((part): PlanResource => {
        const propertyDependencies = Object.fromEntries(
            Object.entries(part.from ?? {}).map(([input, key]) => [input, [byName(key)]]),
        );
        return {
            urn: urnOf(part),
            type: part.type,
            name: part.name ?? "x",
            custom: true,
            inputs: part.inputs ?? {},
            dependencies: Object.values(propertyDependencies).flat(),
            propertyDependencies,
            protect: false,
            ignoreChanges: [],
            aliases: [],
        };
    });
    return { app: "app", cloud, environment: "dev", stack: "dev", region, resources, outputs: {} };
}

/** Fails unless the case's resource costs exactly what was computed by hand. */
export function check(one: Case, cloud: "aws" | "gcp", table?: PricingTable): void {
    const region = one.region ?? { aws: "ap-northeast-1", gcp: "asia-northeast1" }[cloud];
    const plan = planWith(cloud, region, one.resources);
    const cost = estimate(
        plan,
        { ...quiet, ...one.usage },
        {
            tables: table && { [cloud]: table },
            ...(one.own && { books: booksWith(customOf(one.own)) }),
        },
    );
    const billed: Record<string, number> = {};
    for (const { type, resource, item, monthly } of cost.lineItems)
        if (type === one.type && resource === "x") billed[item] = (billed[item] ?? 0) + monthly;
    assert.deepEqual(Object.keys(billed).sort(), Object.keys(one.costs).sort(), one.shows);
    for (const [item, usd] of Object.entries(one.costs))
        assert.ok(
            Math.abs(billed[item] - usd) <= 1e-9 * Math.max(1, usd),
            `${one.shows}: ${item} costs ${billed[item]}, by hand ${usd}`,
        );
    for (const [item, quantity] of Object.entries(one.quantities ?? {})) {
        const line = cost.lineItems.find((line) => line.type === one.type && line.item === item);
        assert.equal(line?.quantity, quantity, one.shows);
    }
    const reasons = cost.unpriced.map(({ reason }) => reason).join("\n");
    if (one.unpriced) assert.match(reasons, one.unpriced);
    else assert.equal(reasons, "");
}

/** Ways in which a pricing function may go wrong: each must be seen by a case of its type. */
export const mutants: Record<string, (table: PricingTable, type: string) => PricingTable> = {
    "counts a tenth too much": (table, type) =>
        withPricing(table, type, (items) =>
            items.map((item) => ("quantity" in item ? { ...item, quantity: item.quantity * 1.1 } : item)),
        ),
    "forgets its last item": (table, type) => {
        return withPricing(table, type, (items) => {
            const last = items.findLastIndex((item) => "reason" in item || item.quantity > 0);
            return items.filter((_, index) => index !== last);
        });
    },
    "forgets its first item": (table, type) => {
        return withPricing(table, type, (items) => {
            const first = items.findIndex((item) => "reason" in item || item.quantity > 0);
            return items.filter((_, index) => index !== first);
        });
    },
    "ignores what the resource says": (table, type) => ({
        ...table,
        priced: {
            ...table.priced,
            [type]: (resource, context) => table.priced[type]({ ...resource, inputs: {} }, context),
        },
    }),
};
type Items = ReturnType<PricingTable["priced"][string]>;

const withPricing = (table: PricingTable, type: string, change: (items: Items) => Items): PricingTable => ({
    ...table,
    priced: { ...table.priced, [type]: (resource, context) => change(table.priced[type](resource, context)) },
});
