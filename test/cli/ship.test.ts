import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ship } from "../../cli/ship";
import { goOn, rollback } from "../../cli/ship-go";
import { history, list, status } from "../../cli/ship-list";
import { sourcesOf } from "../../stacks/sources";
import { root, said } from "../twinstack";
import { image, inOrder, World } from "./ship-world";

describe("twinstack ship", function () {
    this.timeout(60_000);
    for (const cloud of ["aws", "gcp"])
        describe(`of todo in prod on ${cloud}`, () => {
            const world = () => new World({ stack: "prod", cloud }).deployed();

            it("builds what is another, takes it to everybody beside the old one, and tells how long each phase took", async () => {
                const one = (await world()).changed();
                const { status: code, stdout, stderr } = await one.ship();
                assert.equal(code, 0, stderr);
                const tag = sourcesOf(one.stack).api;
                assert.deepEqual(one.built, [
                    cloud === "aws"
                        ? `1.dkr.ecr.eu-west-1.amazonaws.com/api:${tag} 1.dkr.ecr.eu-west-1.amazonaws.com/todo-prod-api-cache-1:cache`
                        : `eu.pkg.dev/p/r/app-built:${tag} eu.pkg.dev/p/r/app-cache:cache`,
                ]);
                assert.deepEqual(one.ups, ["a", "a b 0", "a b 100", "b b 100", "b b 0", "b"]);
                assert.match(stdout, /^api {2}rebuild/m);
                assert.match(stdout, /The update changes nothing beside that/);
                assert.match(stdout, /released {2}ship \d{8}-\d{4}-[0-9a-f]{4}/);
                for (const name of ["decide", "check", "build", "candidate", "take over"])
                    assert.match(stdout, new RegExp(`^  ${name} `, "m"));
                assert.match(stdout, /in all .*10 min are the target, 15 min are slow/);
                assert.match(stderr, /\d\d:\d\d:\d\d candidate/);
                // The next one has nothing to do.
                const again = await one.ship();
                assert.equal(again.status, 0);
                assert.match(again.stdout, /There is nothing to ship/);
            });

            it("lists what an update changes beside images, and refuses what would lose data unless it is named", async () => {
                const type =
                    cloud === "aws" ? "aws:rds/instance:Instance" : "gcp:sql/databaseInstance:DatabaseInstance";
                const one = await new World({ stack: "prod", cloud }).deployed((resources) => {
                    const database = resources.find((resource) => resource.type === type)!;
                    Object.assign(database, { protect: false });
                    if (cloud === "aws") database.inputs.storageEncrypted = false;
                    else database.inputs.region = "europe-west1";
                });
                one.changed();
                const { status: code, stdout, stderr } = await one.ship();
                assert.equal(code, 3, stderr + stdout);
                assert.match(stdout, /! replace .*todo-prod-db /);
                assert.match(stderr, /DATA WOULD BE LOST.*\n.*--allow todo-prod-db does it anyway/);
                assert.deepEqual([one.built, one.ups], [[], []]);
                const all = cloud === "aws" ? ["todo-prod-db"] : ["todo-prod-db", "todo-prod-db-database"];
                const allowed = await one.ship({ allow: all });
                assert.equal(allowed.status, 0, allowed.stderr);
                await assert.rejects(one.changed().ship({ allow: ["todo-prod-dp"] }), /--allow\n.*todo-prod-dp/);
            });

            if (cloud === "aws")
                it("says that tasks which run are asked at another health path before the new ones are there", async () => {
                    const one = await new World({ stack: "prod", cloud }).deployed((resources) => {
                        const group = resources.find(({ type }) => type === "aws:lb/targetGroup:TargetGroup")!;
                        Object.assign(group.inputs.healthCheck as object, { path: "/before" });
                    });
                    one.changed();
                    const { status, stdout, stderr } = await one.ship();
                    assert.equal(status, 0, stderr);
                    assert.match(stdout, /todo-\S+-lb-api: the tasks that run are asked this at once/);
                });

            it("is refused beyond the budget of the stack", async () => {
                const folder = mkdtempSync(join(tmpdir(), "twinstack-budget-"));
                for (const name of ["Pulumi.yaml", "apps", "workloads", "topology"])
                    symlinkSync(join(root, name), join(folder, name));
                const text = readFileSync(join(root, "Pulumi.prod.yaml"), "utf8");
                writeFileSync(join(folder, "Pulumi.prod.yaml"), `${text}  twinstack:monthlyBudget: 10\n`);
                const one = (await world()).changed();
                const refused = await said(() => ship([], one.selection, { yes: true, json: true }, one.tools), folder);
                rmSync(folder, { recursive: true });
                assert.equal(refused.status, 3);
                assert.match(refused.stderr, /refused: .* beyond the budget of \$10/);
                const { state, checked } = JSON.parse(refused.stdout) as {
                    state: string;
                    checked: { budget: { over: number } };
                };
                assert.deepEqual([state, checked.budget.over > 0, one.ups], ["refused", true, []]);
            });

            it("takes an image that is named by the digest that its registry tells, and refuses one that is not there", async () => {
                const one = await world();
                const { status: code, stderr } = await one.ship({ image: ["api=registry.example.com/todo:2"] });
                assert.equal(code, 0, stderr);
                assert.equal(one.release.services.api.image, image("c"));
                assert.deepEqual(one.built, []);
                one.digest = undefined;
                await assert.rejects(
                    one.ship({ image: ["api=registry.example.com/todo:3"] }),
                    /There is no image registry\.example\.com\/todo:3/,
                );
            });

            it("takes the images that another stack runs, and builds nothing", async () => {
                const one = (await world()).changed();
                const source = sourcesOf(one.stack).api;
                one.others.staging = { services: { api: { image: image("b"), source, by: "ship" } } };
                const { status: code, stderr } = await one.ship({ from: "staging" });
                assert.equal(code, 0, stderr);
                assert.deepEqual(one.built, []);
                const registry = cloud === "aws" ? "1.dkr.ecr.eu-west-1.amazonaws.com/api" : "eu.pkg.dev/p/r/app-built";
                assert.deepEqual(one.promoted, [`${image("b")} ${registry}:${source}`]);
                assert.deepEqual(
                    [one.release.services.api.image, one.release.services.api.source],
                    [image("b"), source],
                );
            });

            it("is refused where the other stack has not run the same, and says what it runs", async () => {
                const one = (await world()).changed();
                one.others.staging = {
                    services: { api: { image: image("b"), source: "built-111111111111", by: "ship" } },
                };
                const { status: code, stderr } = await one.ship({ from: "staging" });
                assert.equal(code, 3);
                assert.match(stderr, /refused: api: stack staging runs built-1+, and this is built-[0-9a-f]{12}\./);
                one.others.staging = { services: {} };
                assert.match((await one.ship({ from: "staging" })).stderr, /stack staging has no such service/);
                assert.deepEqual([one.built, one.promoted, one.ups], [[], [], []]);
                await assert.rejects(one.ship({ from: "prod" }), /--from\n {2}found {4}prod/);
            });

            it("goes back by itself, says why, and answers 1", async () => {
                const one = (await world()).changed();
                one.answer = "500 instead of 200";
                const { status: code, stdout } = await one.ship();
                assert.equal(code, 1);
                assert.match(stdout, /taken back {2}ship .*: api: \/.* answers 500 instead of 200/);
                assert.match(stdout, /api: events\n/);
                assert.equal(inOrder(one.release), "a");
                const told = await said(() => status(undefined, one.selection, {}, one.tools));
                assert.equal(told.status, 1);
                assert.match(told.stdout, /returned/);
            });

            it("answers 1 where a build fails, and has changed nothing", async () => {
                const one = (await world()).changed();
                one.broken = new Error("`docker build` failed:\ngcc: no such file");
                const { status: code, stderr } = await one.ship();
                assert.deepEqual([code, one.ups], [1, []]);
                assert.match(stderr, /failed, and nothing was changed: `docker build` failed:\ngcc/);
                one.broken = new TypeError("a bug");
                await assert.rejects(one.ship(), /a bug/);
            });

            it("asks, and does nothing where nobody says yes", async () => {
                const one = (await world()).changed();
                assert.equal((await one.ship({ yes: false })).status, 1);
                assert.deepEqual([one.built, one.ups], [[], []]);
                one.confirmed = true;
                assert.equal((await one.ship({ yes: false })).status, 0);
            });

            it("is refused while another is under way, which is shown, resumed, aborted or dropped", async () => {
                const underWay = async () => {
                    const one = (await world()).changed();
                    const { engine } = one.tools;
                    one.tools.engine = async (...args) => {
                        const real = await engine(...args);
                        // As if the network were gone once there is a candidate.
                        return {
                            ...real,
                            up: (told) => (one.ups.length < 2 ? real.up(told) : Promise.reject(new Error("gone"))),
                        };
                    };
                    const stuck = await one.ship();
                    assert.deepEqual([stuck.status, /STUCK/.test(stuck.stdout), one.ups.length], [1, true, 2]);
                    one.tools.engine = engine;
                    return one;
                };
                const one = await underWay();
                const id = one.release.ship!.id;
                const refused = await one.ship();
                assert.equal(refused.status, 3);
                assert.match(refused.stderr, new RegExp(`ship ${id} is under way since`));
                const shown = await said(() => status(id, one.selection, {}, one.tools));
                assert.deepEqual([shown.status, /under way: candidate/.test(shown.stdout)], [0, true]);
                assert.equal((await said(() => goOn("resume", one.selection, {}, one.tools))).status, 0);
                assert.equal(inOrder(one.release), "b");
                const other = await underWay();
                assert.equal((await said(() => goOn("abort", other.selection, {}, other.tools))).status, 1);
                assert.equal(inOrder(other.release), "a");
                const dropped = await underWay();
                assert.equal((await dropped.ship({ takeOver: true })).status, 0);
                assert.deepEqual([inOrder(dropped.release), dropped.unlocked], ["b", 1]);
                await assert.rejects(
                    said(() => goOn("resume", dropped.selection, {}, dropped.tools)),
                    /No ship is under way/,
                );
            });

            it("is remembered, and taken back", async () => {
                const one = (await world()).changed();
                await one.ship();
                const all = await said(() => list(one.selection, {}, one.tools));
                assert.match(all.stdout, /^\d{8}-\d{4}-\w+ +released .* api/m);
                const before = await said(() => history(one.selection, {}, one.tools));
                assert.match(before.stdout, new RegExp(`--to 1 .*api +${image("a")}`));
                const id = () => "back";
                const { status: code, stderr } = await said(() =>
                    rollback(one.selection, { yes: true }, id, one.tools),
                );
                assert.equal(code, 0, stderr);
                assert.equal(inOrder(one.release), "a");
                await assert.rejects(
                    said(() => rollback(one.selection, { yes: true, to: "9" }, id, one.tools)),
                    /remembers 2 releases/,
                );
                await assert.rejects(
                    said(() => rollback(one.selection, { to: "x" }, id, one.tools)),
                    /--to\n.*"x"/,
                );
            });
        });
});
