import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { apps } from "../apps";
import { describe as describePlan } from "../cli/plan";
import { planOf, type Plan } from "../plan/plan";
import { clouds, environmentNames } from "../topology/app";
import { account, stackOf } from "./components/stack";

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

/** Writes a golden file when asked to, and compares. */
function compare(file: string, text: string): void {
    if (process.env.UPDATE_GOLDEN === "1") {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
    }
    assert.ok(existsSync(file), `${file} is missing: npm run golden`);
    assert.equal(text, readFileSync(file, "utf8"), "npm run golden writes it anew, for you to review");
}

/**
 * What every stack would build, as text, so that a change of the program shows in its own diff what infrastructure it
 * changes: all of it as `twinstack plan` prints it, and every input of production. Written by `npm run golden` alone.
 */
describe("The golden plan", () => {
    const folder = join(__dirname, "golden", "plans");

    const planned = { ...apps, account };

    for (const app of Object.values(planned))
        for (const cloud of clouds)
            for (const environment of environmentNames)
                it(`of ${app.name} on ${cloud} in ${environment} is what the program says today`, async () => {
                    const stack = stackOf(app, cloud, environment);
                    const plan = await planOf(stack);
                    const name = `${app.name}.${cloud}.${environment}`;

                    compare(join(folder, `${name}.txt`), stripVTControlCharacters(describePlan(plan, stack)));
                    if (environment === "prod") compare(join(folder, `${name}.json`), golden(plan));
                });

    it("is the same bytes twice", async () => {
        const stack = stackOf(apps.todo, "aws", "prod");
        assert.equal(JSON.stringify(await planOf(stack)), JSON.stringify(await planOf(stack)));
    });

    it("is there for nothing else", () => {
        const names = Object.keys(planned).flatMap((app) =>
            clouds.flatMap((cloud) => [
                ...environmentNames.map((environment) => `${app}.${cloud}.${environment}.txt`),
                `${app}.${cloud}.prod.json`,
            ]),
        );
        assert.deepEqual(readdirSync(folder).sort(), names.sort());
    });
});
