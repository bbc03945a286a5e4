import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { apps } from "../apps";
import { planOf } from "../plan/plan";
import { clouds } from "../topology/app";
import { resolve } from "../topology/validate";
import { settings } from "./components/stack";

/**
 * What every stack would build, as text, so that a change of the program shows in its own diff what infrastructure it
 * changes. Written by `npm run golden` alone.
 */
describe("The golden plan", () => {
    const folder = join(__dirname, "golden", "plans");
    const update = process.env.UPDATE_GOLDEN === "1";

    for (const cloud of clouds)
        for (const environment of ["dev", "prod"] as const) {
            const file = join(folder, `todo.${cloud}.${environment}.json`);
            it(`of todo on ${cloud} in ${environment} is what the program says today`, async () => {
                const { config, stack } = settings(cloud, environment);
                // As in the stack files: dev does without a domain.
                if (environment === "dev") config["twinstack:domain"] = undefined as unknown as string;
                const plan = await planOf(resolve({ config, stack }, apps));
                // What is built is the workload's business: its tag says nothing of the infrastructure.
                const text = `${JSON.stringify(plan, null, 2).replaceAll(/:[0-9a-f]{12}"/g, ':<build>"')}\n`;

                if (update) {
                    mkdirSync(folder, { recursive: true });
                    writeFileSync(file, text);
                }
                assert.ok(existsSync(file), `${file} is missing: npm run golden`);
                assert.equal(text, readFileSync(file, "utf8"), "npm run golden writes it anew, for you to review");
            });
        }

    it("is the same bytes twice", async () => {
        const stack = resolve(settings("aws", "prod"), apps);
        assert.equal(JSON.stringify(await planOf(stack)), JSON.stringify(await planOf(stack)));
    });
});
