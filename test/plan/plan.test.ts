import assert from "node:assert/strict";

import { parity, valuesAt } from "../../plan/parity";
import { created, countsOf, tree } from "../../plan/tree";
import { warningsOf } from "../../plan/warnings";
import { App, clouds, environmentNames } from "../../topology/app";
import { z } from "zod";
import { planFor, stackFor } from "./stacks";

/** Paths of everything in a value; `*` for items, since a list may be known only later. */
function paths(value: unknown, path = ""): string[] {
    if (typeof value !== "object" || value === null) return [path];
    return Object.entries(value).flatMap(([key, item]) =>
        paths(item, Array.isArray(value) ? `${path}.*` : `${path}.${key}`),
    );
}

describe("A plan", () => {
    for (const cloud of clouds)
        for (const environment of environmentNames) {
            it(`of todo on ${cloud} in ${environment} is plain JSON, and the same bytes twice`, async () => {
                const [first, second] = [await planFor(cloud, environment), await planFor(cloud, environment)];
                assert.equal(JSON.stringify(first), JSON.stringify(second));
                assert.deepEqual(JSON.parse(JSON.stringify(first)), first);
            });

            it(`of todo on ${cloud} in ${environment} loses no value that a preview has`, async () => {
                // An output that is a list to the program and a text to the recorder would vanish without an error.
                const [known, unknown] = [
                    await planFor(cloud, environment),
                    await planFor(cloud, environment, {}, { preview: true }),
                ];
                assert.deepEqual(
                    known.resources.map(({ urn }) => urn),
                    unknown.resources.map(({ urn }) => urn),
                );
                const there = new Map(known.resources.map((resource) => [resource.urn, resource.inputs]));
                for (const { urn, inputs } of unknown.resources) {
                    const has = paths(there.get(urn));
                    const lost = paths(inputs).filter(
                        (path) => !has.some((other) => other.startsWith(path) || path.startsWith(other)),
                    );
                    assert.deepEqual(lost, [], urn);
                }
            });

            it(`of todo on ${cloud} in ${environment} speaks of nothing undefined`, async () => {
                const text = JSON.stringify(await planFor(cloud, environment));
                for (const slip of ["undefined", "[object Object]", "NaN", "Calling [toString]", "04da6b54"])
                    assert.ok(!text.includes(slip), slip);
            });
        }

    it("says what it is a plan of", async () => {
        const { app, cloud, environment, stack, region } = await planFor("gcp", "staging");
        assert.deepEqual(
            [app, cloud, environment, stack, region],
            ["todo", "gcp", "staging", "staging", "asia-northeast1"],
        );
    });
});

describe("The tree", () => {
    it("has every resource once, under the component that made it", async () => {
        const plan = await planFor("aws", "prod");
        const branches = tree(plan);
        const sum = Object.values(countsOf(branches)).reduce((total, count) => total + count, 0);
        const leaves = branches.flatMap(({ leaves }) => leaves.flatMap(({ names }) => names));
        assert.equal(sum, created(plan).length);
        assert.equal(leaves.length, created(plan).length);
    });

    it("begins with the network and shows the database by what matters", async () => {
        const branches = tree(await planFor("aws", "prod"));
        assert.equal(branches[0].role, "Network");
        const server = branches.flatMap(({ leaves }) => leaves).find(({ kind }) => kind === "rds.Instance");
        for (const detail of [
            "db.r5.large",
            "two zones, failover in 60–120 s",
            "loses 5 minutes at most",
            "encrypted",
            "protected from deletion",
        ])
            assert.ok(server?.details.includes(detail), detail);
    });
});

describe("The warnings", () => {
    it("say of dev what it does without", () => {
        const text = warningsOf(stackFor("aws", "dev")).join("\n");
        for (const word of ["plain HTTP", "firewall is off", "Alarms are off", "Spot"])
            assert.ok(text.includes(word), word);
    });
    it("say of prod only that nobody is told of alarms", () => {
        assert.deepEqual(warningsOf(stackFor("aws", "prod")), ["Nobody is told of alarms: set alarms.emails."]);
    });
});

type JsonSchema = {
    properties?: Record<string, JsonSchema>;
    additionalProperties?: JsonSchema | boolean;
    items?: JsonSchema;
};

/** Every leaf of the topology's schema; `*` for names and items. */
function leaves(schema: JsonSchema, path: string[] = []): string[] {
    const { properties, additionalProperties, items } = schema;
    if (properties) return Object.entries(properties).flatMap(([key, field]) => leaves(field, [...path, key]));
    if (typeof additionalProperties === "object") return leaves(additionalProperties, [...path, "*"]);
    if (items?.properties) return leaves(items, [...path, "*"]);
    return [path.join(".")];
}

describe("Parity", () => {
    it("has a row for every field of the topology and for nothing else, in its order", () => {
        const fields = leaves(z.toJSONSchema(App, { io: "input" }) as JsonSchema);
        assert.deepEqual(
            parity.map(({ field }) => field),
            fields,
        );
    });

    it("says plainly what a cloud lacks", () => {
        const row = (field: string) => parity.find((row) => row.field === field);
        assert.match(row("services.*.aws.spot")?.note ?? "", /Cloud Run has no Spot/);
        assert.match(row("services.*.aws.architecture")?.note ?? "", /no ARM/);
        assert.match(row("network.nat")?.note ?? "", /regional/);
        // A key of one cloud is not expected to mean anything to the other; any other field is.
        for (const { aws, gcp, note, field } of parity) {
            const ofOneCloud = /\.(aws|gcp)\./.test(field);
            if (ofOneCloud ? aws === "–" && gcp === "–" : aws === "–" || gcp === "–") assert.ok(note, field);
            assert.ok(!(ofOneCloud && aws !== "–" && gcp !== "–"), field);
        }
    });

    it("shows the stack's own values", () => {
        assert.deepEqual(valuesAt(stackFor("aws", "dev").app, "services.*.cpu"), { "services.api.cpu": 0.5 });
    });
});
