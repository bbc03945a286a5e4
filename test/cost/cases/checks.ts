import assert from "node:assert/strict";

import type { PricingTable } from "../../../cost/cost";
import { check, mutants, type Case } from "./case";

/** The tests of one cloud's cases: each holds, every priced type has one, and each catches its type's mutants. */
export function describeCases(cloud: "aws" | "gcp", table: PricingTable, cases: Case[], indifferent: string[]): void {
    for (const one of cases) it(`${one.type.split(":")[2]}: ${one.shows}`, () => check(one, cloud));

    it("for every type that has a price", () => {
        assert.deepEqual([...new Set(cases.map(({ type }) => type))].sort(), Object.keys(table.priced).sort());
    });

    for (const type of Object.keys(table.priced))
        for (const [fault, mutate] of Object.entries(mutants)) {
            if (fault === "ignores what the resource says" && indifferent.includes(type)) continue;
            it(`and it shows when ${type} ${fault}`, () => {
                const mutated = mutate(table, type);
                const own = cases.filter((one) => one.type === type);
                assert.ok(own.some((one) => fails(() => check(one, cloud, mutated))));
            });
        }
}

function fails(run: () => void): boolean {
    try {
        run();
        return false;
    } catch {
        return true;
    }
}
