import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { apps } from "../apps";
import { planOf, type Plan } from "../plan/plan";
import { clouds } from "../topology/app";
import { resolve } from "../topology/validate";
import { settings } from "./components/stack";

/** A plan as a person reviews it: what is made and how. What waits for what is left to the tests. */
function golden({ resources, ...plan }: Plan): string {
    const made = resources.map(({ urn, parent, inputs, protect, ignoreChanges, synthesised }) => ({
        [short(urn)]: {
            ...(parent ? { parent: short(parent) } : {}),
            ...(Object.keys(inputs).length > 0 ? { inputs } : {}),
            ...(protect ? { protect } : {}),
            ...(ignoreChanges.length > 0 ? { ignoreChanges } : {}),
            ...(synthesised ? { synthesised } : {}),
        },
    }));
    const text = JSON.stringify({ ...plan, resources: Object.assign({}, ...made) }, null, 2);
    // What is built is the workload's business: its tag says nothing of the infrastructure.
    return `${text.replaceAll(/:[0-9a-f]{12}"/g, ':<build>"')}\n`;
}

/** `urn:pulumi:dev::twinstack::a$b$c::name` → `c name`. */
const short = (urn: string): string => {
    const [, , types, name] = urn.split("::");
    return `${types.split("$").at(-1)} ${name}`;
};

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
                const text = golden(plan);

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
