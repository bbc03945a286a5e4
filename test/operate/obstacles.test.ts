import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { apps } from "../../apps";
import { obstacles, obstaclesOf } from "../../operate/obstacles";
import { planOf } from "../../plan/plan";
import { runbook } from "../../scripts/runbook-doc";
import type { AppInput, Cloud, Environment } from "../../topology/app";
import { clouds } from "../../topology/app";
import { stackOf } from "../components/stack";
import { everything, full } from "../everything";
import { deployed } from "./states";

const metBy = async (app: AppInput, cloud: Cloud, environment: Environment, overrides = {}) =>
    obstaclesOf(deployed(await planOf(stackOf(app, cloud, environment, { overrides, domain: true }))));

describe("What stands in the way of `destroy`", function () {
    this.timeout(60_000);

    for (const cloud of clouds) {
        it(`is first of all everything that refuses deletion in prod on ${cloud}, and nothing in dev`, async () => {
            const protection = (await metBy(everything, cloud, "prod")).find(({ id }) => id === "protected")!;
            const plan = await planOf(stackOf(everything, cloud, "prod", { domain: true }));
            const expected = plan.resources
                .filter(
                    ({ custom, protect, inputs, type }) =>
                        custom &&
                        (protect ||
                            /"(deletionProtection\w*|enableDeletionProtection)":true|"forceDestroy":false|ION_ENABLED/.test(
                                JSON.stringify(inputs),
                            ) ||
                            (/ecr/.test(type) && inputs.forceDelete === false)),
                )
                .map(({ urn }) => urn);
            assert.deepEqual(protection.resources.map(({ urn }) => urn).sort(), expected.sort());
            assert.deepEqual(protection.run, [
                "pulumi config set --path twinstack:overrides.deletionProtection false",
                "pulumi up --yes",
            ]);
            const dev = await metBy(everything, cloud, "dev");
            assert.deepEqual(
                dev.filter(({ when }) => when === "first"),
                [],
            );
        });

        it(`is nothing any more on ${cloud} once the protection is lifted`, async () => {
            const lifted = await metBy(everything, cloud, "prod", { deletionProtection: false });
            assert.deepEqual(
                lifted.filter(({ when }) => when === "first"),
                [],
            );
        });
    }

    it("comes in the order in which it goes", async () => {
        const order = ["goes", "first", "waits", "stays"];
        const whens = (await metBy(everything, "aws", "prod", full.everything!())).map(({ when }) =>
            order.indexOf(when),
        );
        assert.deepEqual(whens, [...whens].sort());
    });

    it("names what stays and is paid for, with the line that deletes it", async () => {
        const aws = await metBy(apps.todo, "aws", "prod");
        const snapshot = aws.find(({ id }) => id === "final-snapshot")!;
        assert.deepEqual(snapshot.run, [
            "aws rds delete-db-snapshot --db-snapshot-identifier todo-prod-db-todo-prod-db-suffix-hex-final --region ap-northeast-1",
        ]);
        assert.ok(aws.some(({ id }) => id === "automated-backups"));
        assert.ok((await metBy(apps.todo, "gcp", "prod")).some(({ id }) => id === "final-backup"));
        assert.ok(!(await metBy(apps.todo, "aws", "dev")).some(({ id }) => id === "final-snapshot"));
    });

    it("is met by some stack, each of it: nothing is listed that no stack has", async () => {
        const met = new Set<string>();
        for (const cloud of clouds)
            for (const overrides of [{}, full.everything!()])
                for (const { id } of await metBy(everything, cloud, "prod", overrides)) met.add(id);
        assert.deepEqual(
            obstacles.map(({ id }) => id).filter((id) => !met.has(id)),
            [],
        );
    });

    it("is what the runbook says: `npm run golden` writes it there", () => {
        assert.equal(readFileSync("docs/runbook.md", "utf8"), runbook());
    });
});
