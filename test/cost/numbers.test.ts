import assert from "node:assert/strict";
import fc from "fast-check";

import { fixed, significant } from "../../cost/numbers";

describe("Numbers as text", () => {
    it("are as Intl writes them, without its start-up", () => {
        const amounts = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => Number(value.toPrecision(9)));
        const cents = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
        const six = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6 });
        fc.assert(
            fc.property(amounts, (value) => {
                assert.equal(
                    fixed(value, 2).replace(/^-(?=0\.00$)/, ""),
                    cents.format(value).replace(/^-(?=0\.00$)/, ""),
                );
                if (Math.abs(value) >= 1e-9) assert.equal(significant(value, 6), six.format(value));
            }),
            { numRuns: 2000 },
        );
    });

    for (const [text, expected] of [
        [fixed(1.005, 2), "1.01"],
        [fixed(1234567.891, 2), "1,234,567.89"],
        [fixed(999.5), "1,000"],
        [fixed(0), "0"],
        [fixed(-0.001, 2), "0.00"],
        [significant(0.0000045678, 3), "0.00000457"],
        [significant(26_000_000, 3), "26,000,000"],
        [significant(0.5, 4), "0.5"],
        [significant(5.196775e-8, 6), "0.0000000519678"],
        [significant(999.96, 4), "1,000"],
        [significant(0, 4), "0"],
    ])
        it(`read ${expected}`, () => assert.equal(text, expected));
});
