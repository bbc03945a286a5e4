import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { planFor, systemsDocument } from "../scripts/systems-doc";
import { systems } from "../scripts/systems";
import { look } from "../scripts/systems/lookup";
import { isCarried } from "../scripts/systems/row";
import { clouds } from "../topology/app";

/** The design documents are requirements: every figure in them is looked for in the plans. */
describe("docs/systems.md", function () {
    this.timeout(120_000);

    for (const system of systems)
        for (const cloud of clouds)
            it(`has every figure of ${system.app} on ${cloud}`, async () => {
                const wrong: string[] = [];
                for (const row of system.rows) {
                    const carrier = row[cloud];
                    if (!isCarried(carrier)) continue;
                    const { shown, holds } = look(carrier, await planFor(system, cloud, row.environment ?? "prod"));
                    if (!holds) wrong.push(`${row.figure}: ${carrier.path} is ${shown}, not ${String(carrier.is)}`);
                }
                assert.deepEqual(wrong, []);
            });

    it("is what the plans say today: npm run golden", async () => {
        assert.equal(readFileSync("docs/systems.md", "utf8"), await systemsDocument());
    });
});
