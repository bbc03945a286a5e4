import assert from "node:assert/strict";

import { historyOf, type Estimated } from "../../cost/history";
import type { Unpriced } from "../../cost/cost";

const hole = (quantity: number): Unpriced => ({
    type: "aws:x/y:Z",
    resource: "x",
    role: "Service",
    service: "api",
    reason: "aws.x has no price in r",
    hole: { item: "X", priceId: "aws.x", region: "r", quantity, formula: "" },
});
const at = (revision: string, expected: number, unpriced: Unpriced[] = []): Estimated => ({
    revision,
    date: "2026-01-01",
    subject: revision,
    cost: { monthly: { low: 0, expected, high: expected }, unpriced },
});
const broken = (revision: string, problem: string): Estimated => ({
    revision,
    date: "2026-01-01",
    subject: "",
    problem,
});
const said = (estimated: Estimated[]) =>
    historyOf(estimated).map(({ revision, monthly, difference, problem }) => [revision, monthly, difference, problem]);

describe("A history of costs", () => {
    it("has the first revision and those that changed the total", () => {
        assert.deepEqual(said([at("a", 10), at("b", 10.001), at("c", 14), at("d", 14), at("e", 9)]), [
            ["a", 10, undefined, undefined],
            ["c", 14, 4, undefined],
            ["e", 9, -5, undefined],
        ]);
    });

    it("says once why revisions after each other have no total, and goes on from the last that had", () => {
        assert.deepEqual(said([at("a", 10), broken("b", "no"), broken("c", "no"), broken("d", "other"), at("e", 12)]), [
            ["a", 10, undefined, undefined],
            ["b", undefined, undefined, "no"],
            ["d", undefined, undefined, "other"],
            ["e", 12, 2, undefined],
        ]);
    });

    it("leaves open what a missing price could overturn, and takes what both lack for no difference", () => {
        assert.deepEqual(said([at("a", 10, [hole(1)]), at("b", 12, [hole(1)]), at("c", 11, [hole(2)]), at("d", 11)]), [
            ["a", 10, undefined, undefined],
            ["b", 12, 2, undefined],
            ["c", 11, undefined, "what it changed is open: aws.x has no price in r"],
            ["d", 11, undefined, "what it changed is open: aws.x has no price in r"],
        ]);
    });
});
