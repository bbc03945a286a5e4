import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { askedBefore } from "../../stacks/refused";

describe("An update that the cloud refused before", () => {
    const before = { instanceClass: "db.t4g.micro", tags: { app: "todo" }, __defaults: [] };
    const asked = { ...before, instanceClass: "db.t4g.medium" };

    it("is one whose every change the state has already", () => {
        const refused = { ...asked, id: "db", arn: "arn:db" };
        assert.deepEqual(askedBefore({ newInputs: asked, oldInputs: before, oldOutputs: refused }), ["instanceClass"]);
    });

    it("is none that the cloud was never asked for, in whole or in part", () => {
        const there = { ...before, id: "db" };
        assert.deepEqual(askedBefore({ newInputs: asked, oldInputs: before, oldOutputs: there }), []);
        const more = { ...asked, backupRetentionPeriod: 7 };
        const refused = { ...asked, id: "db" };
        assert.deepEqual(askedBefore({ newInputs: more, oldInputs: before, oldOutputs: refused }), []);
        // What a preview does not know is not in the state.
        assert.deepEqual(
            askedBefore({ newInputs: { a: pulumi.unknown }, oldInputs: { a: "1" }, oldOutputs: { a: "1" } }),
            [],
        );
    });

    it("is none that takes the change back, nor one with nothing to change", () => {
        const refused = { ...asked, id: "db" };
        assert.deepEqual(askedBefore({ newInputs: before, oldInputs: before, oldOutputs: refused }), []);
        assert.deepEqual(askedBefore({ newInputs: asked, oldInputs: asked, oldOutputs: refused }), []);
    });

    it("is known among defaults that the provider adds, and in its own order", () => {
        const rules = (...names: string[]) => names.map((name) => ({ name }));
        const state = {
            rule: [
                { name: "b", action: "" },
                { name: "a", action: "deny" },
            ],
        };
        assert.deepEqual(
            askedBefore({ newInputs: { rule: rules("a", "b") }, oldInputs: { rule: rules("a") }, oldOutputs: state }),
            ["rule"],
        );
        const other = { rule: [{ name: "a" }, { name: "c" }] };
        assert.deepEqual(
            askedBefore({ newInputs: { rule: rules("a", "b") }, oldInputs: { rule: rules("a") }, oldOutputs: other }),
            [],
        );
    });

    it("may be one that takes something out", () => {
        const [newInputs, oldInputs] = [{}, { geo: ["JP"], on: true }];
        assert.deepEqual(askedBefore({ newInputs, oldInputs, oldOutputs: { geo: [], on: false } }), ["geo", "on"]);
        assert.deepEqual(askedBefore({ newInputs, oldInputs, oldOutputs: { geo: ["JP"], on: true } }), []);
    });

    it("leaves secrets alone", () => {
        const secret = pulumi.secret("x");
        assert.deepEqual(askedBefore({ newInputs: { a: secret }, oldInputs: { a: "1" }, oldOutputs: { a: "2" } }), []);
    });
});
