import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { apps } from "../../apps";
import { estimate } from "../../cost/estimate";
import { markdownOf } from "../../cost/table";
import { clouds, environmentNames } from "../../topology/app";
import { planned } from "./planned";

/**
 * What every app costs, as text, so that a change shows in its own diff what price it changes. Written by
 * `npm run golden` alone; test/cost/{aws,gcp}.test.ts hold the arithmetic behind it.
 */
describe("The golden cost", () => {
    const folder = join(__dirname, "..", "golden", "costs");
    const update = process.env.UPDATE_GOLDEN === "1";
    const files = new Set<string>();

    for (const app of [...Object.keys(apps), "account"])
        for (const cloud of clouds)
            for (const environment of environmentNames) {
                const name = `${app}.${cloud}.${environment}.md`;
                files.add(name);
                it(`of ${app} on ${cloud} in ${environment} is what the estimate says today`, async () => {
                    const { plan, usage } = await planned(app, cloud, environment);
                    const cost = estimate(plan, usage, { today: "2026-11-22" });
                    const text = markdownOf(cost, "role", true);

                    const file = join(folder, name);
                    if (update) {
                        mkdirSync(folder, { recursive: true });
                        writeFileSync(file, text);
                    }
                    assert.ok(existsSync(file), `${file} is missing: npm run golden`);
                    assert.equal(text, readFileSync(file, "utf8"), "npm run golden writes it anew, for you to review");
                });
            }

    it("is there for nothing else", () => {
        assert.deepEqual(
            readdirSync(folder).filter((name) => !files.has(name)),
            [],
        );
    });
});
