import assert from "node:assert/strict";

import fc from "fast-check";

import { cheapestOf, sayCheapest } from "../../cost/regions";
import type { Missing, Sum } from "../../cost/verdict";

const hole: Missing = { reason: "aws.x has no price in r", hole: { priceId: "aws.x", region: "r", quantity: 1 } };
const sum = (name: string, expected: number, more: Partial<Sum> = {}): Sum => ({
    name,
    expected,
    missing: [],
    ...more,
});

describe("The cheapest region", () => {
    it("is the least of sums that are whole, and two where they cost the same", () => {
        assert.deepEqual(cheapestOf([sum("a", 3), sum("b", 2), sum("c", 4)]), { regions: ["b"], monthly: 2 });
        const two = cheapestOf([sum("a", 2), sum("b", 2.001), sum("c", 4)]);
        assert.deepEqual(two.regions, ["a", "b"]);
        assert.match(
            sayCheapest(two),
            /^a and b cost least, and the same: \$2\.00 a month\. How far it is from your users/,
        );
    });

    it("is open where a price is missing from a sum that might be less", () => {
        const found = cheapestOf([sum("a", 3), sum("b", 2, { missing: [hole] })]);
        assert.deepEqual([found.regions, found.monthly], [[], undefined]);
        assert.match(
            found.open!,
            /^b costs at least \$2\.00 \(aws\.x has no price in r\); of the regions whose prices are known a costs least, \$3\.00$/,
        );
    });

    it("stands where what lacks a price costs more all the same", () => {
        assert.deepEqual(cheapestOf([sum("a", 3), sum("b", 5, { missing: [hole] })]), { regions: ["a"], monthly: 3 });
    });

    it("takes what cannot serve the traffic for no sum", () => {
        assert.deepEqual(cheapestOf([sum("a", 3), sum("b", 1, { beyond: "too much" })]).regions, ["a"]);
        assert.equal(cheapestOf([sum("b", 1, { beyond: "too much" })]).open, "too much");
        assert.match(cheapestOf([]).open!, /planned in none/);
    });

    it("is overturned by no price that is missing", () => {
        const some = fc.record({
            expected: fc.integer({ min: 0, max: 9 }),
            missing: fc.boolean(),
            more: fc.integer({ min: 0, max: 9 }),
        });
        fc.assert(
            fc.property(fc.array(some, { minLength: 1, maxLength: 6 }), (parts) => {
                const sums = parts.map(({ expected, missing }, index) =>
                    sum(String(index), expected, missing ? { missing: [hole] } : {}),
                );
                const { regions, monthly, open } = cheapestOf(sums);
                if (open !== undefined) return;
                // Whatever the holes cost, none of the others is cheaper than what was named.
                const real = parts.map(({ expected, missing, more }) => expected + (missing ? more : 0));
                assert.ok(regions.length > 0 && real.every((cost) => cost >= monthly! - 0.005));
                for (const name of regions) assert.equal(real[Number(name)], parts[Number(name)].expected);
            }),
        );
    });
});
