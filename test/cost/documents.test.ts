import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { costsDocument } from "../../scripts/costs-doc";

describe("docs/costs.md", function () {
    this.timeout(120_000);

    it("is what the plans and the price book come to today: npx ts-node scripts/costs-doc.ts", async () => {
        assert.equal(readFileSync("docs/costs.md", "utf8"), await costsDocument());
    });
});
