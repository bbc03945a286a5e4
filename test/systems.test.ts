import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { systems } from "../scripts/systems";
import { look, valueAt } from "../scripts/systems/lookup";
import { at, byDefault, isCarried, rowsOf } from "../scripts/systems/row";
import { planFor, systemsDocument } from "../scripts/systems-doc";
import { apps } from "../apps";
import { clouds } from "../topology/app";

/** The design documents are requirements: every figure in them is looked for in the plans. */
describe("docs/systems.md", function () {
    this.timeout(120_000);

    for (const system of systems)
        for (const cloud of clouds)
            it(`has every figure of ${system.app} on ${cloud}`, async () => {
                const wrong: string[] = [];
                for (const row of rowsOf(system)) {
                    const carrier = row[cloud];
                    if (!isCarried(carrier)) continue;
                    try {
                        const { shown, holds } = look(carrier, await planFor(system, cloud, row));
                        if (!holds) wrong.push(`${row.figure}: ${carrier.path} is ${shown}, not ${String(carrier.is)}`);
                    } catch (error) {
                        wrong.push(`${row.figure}: ${(error as Error).message}`);
                    }
                }
                assert.deepEqual(wrong, []);
            });

    it("has a document for every app", () => {
        assert.deepEqual(systems.map(({ app }) => app).sort(), Object.keys(apps).sort());
    });

    it("says of each figure where it is on one cloud at least", () => {
        for (const system of systems)
            for (const { figure, aws, gcp } of rowsOf(system))
                assert.ok(isCarried(aws) || isCarried(gcp) || /not built/i.test(aws.why), figure);
    });

    it("is what the plans say today: npm run golden", async () => {
        assert.equal(readFileSync("docs/systems.md", "utf8"), await systemsDocument());
    });
});

describe("A figure that is looked up in a plan", () => {
    const factify = systems.find(({ app }) => app === "factify");
    assert.ok(factify);
    const plan = () => planFor(factify, "aws", rowsOf(factify)[0]);
    const task = at("aws:ecs/taskDefinition:TaskDefinition");

    it("holds only while the property has its value", async () => {
        assert.deepEqual(look(task("memory", "1024"), await plan()), { shown: "1024", holds: true });
        assert.deepEqual(look(task("memory", "2048"), await plan()), { shown: "1024", holds: false });
        assert.deepEqual(look(task("memory", 1024), await plan()), { shown: "1024", holds: false });
        assert.equal(look(task("family", /-api$/), await plan()).holds, true);
        assert.equal(look(task("family", /-web$/), await plan()).holds, false);
    });

    it("does not hold where the property is missing, unless it is said to be left out", async () => {
        assert.deepEqual(look(task("cpus", "512"), await plan()), { shown: "nothing", holds: false });
        assert.equal(look(byDefault(task("cpus", "512")), await plan()).holds, true);
        assert.equal(look(byDefault(task("cpu", "512")), await plan()).holds, false);
        const other = task("containerDefinitions[name=web].image", /./);
        assert.deepEqual(look(other, await plan()), { shown: "nothing", holds: false });
    });

    it("is an error where the resource is not exactly one", async () => {
        const full = await plan();
        assert.throws(() => look(at("aws:ecs/cluster:Cluster", "web")("name", "x"), full), /0 in the plan/);
        assert.throws(
            () => look(at("aws:iam/role:Role")("name", "x"), full),
            /3 in the plan; there are network-flows-role, api-execution/,
        );
    });

    it("is found by index, by a field of a list's element, and inside JSON", () => {
        const inputs = { json: '{"list":[{"name":"a","of":1},{"name":"b","of":{"x.y":2}}]}' };
        assert.equal(valueAt(inputs, "json.list[0].of"), 1);
        assert.equal(valueAt(inputs, "json.list[name=b].of[x.y]"), 2);
        assert.equal(valueAt(inputs, "json.list[name=c].of"), undefined);
    });
});
