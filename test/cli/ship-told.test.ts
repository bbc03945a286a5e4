import assert from "node:assert/strict";

import { begin, failed, phasesOf, type Go } from "../../cli/ship-go";
import { selectShipped } from "../../cli/ship-input";
import { rolloutOf } from "../../topology/rollout";
import { said } from "../twinstack";
import { image, World } from "./ship-world";

for (const cloud of ["aws", "gcp"])
    describe(`Who is told of a ship of todo in prod on ${cloud}`, () => {
        let world: World;
        beforeEach(() => (world = new World({ stack: "prod", cloud })));

        /** What a ship is made with; the app says a webhook. */
        const go = async ({ webhook }: { webhook?: string } = { webhook: "ops.SLACK_URL" }): Promise<Go> => {
            const selected = selectShipped(world.selection);
            const { app } = selected.stack;
            const stack = { ...selected.stack, app: { ...app, deploy: { ...app.deploy, webhook } } };
            const known = await world.tools.outputs("prod");
            const base = { selected: { ...selected, stack }, tools: world.tools, id: "7" };
            return { ...base, known, options: {}, phases: phasesOf(base) };
        };
        const ship = async (made: Go) =>
            said(() =>
                begin(
                    made,
                    { api: { to: image("b"), source: "api-2" } },
                    () => rolloutOf(made.selected.stack.app, "api").steps,
                ),
            );
        /** Each `up` takes so many minutes, and may fail. */
        const takes = (minutes: number, fails: (nth: number) => boolean = () => false) => {
            const { engine } = world.tools;
            let nth = 0;
            world.tools.engine = async (...how) => {
                const real = await engine(...how);
                const up = async (...told: Parameters<typeof real.up>) => {
                    await world.clock.sleep(minutes * 60_000);
                    if (fails(++nth)) throw new Error("the cloud is gone");
                    await real.up(...told);
                };
                return { ...real, up };
            };
        };

        const timed = ({ phases }: Go, phase: string, minutes: number) =>
            said(async () => {
                await phases.timed(phase, () => world.clock.sleep(minutes * 60_000));
                return 0;
            });

        it("is nobody where it is on time, however long it is watched", async () => {
            const { status, stdout } = await ship(await go());
            assert.equal(status, 0, stdout);
            assert.deepEqual(world.told, []);
        });

        it("is its webhook where it was slow", async () => {
            takes(4);
            const { status, stdout } = await ship(await go());
            assert.equal(status, 0);
            assert.match(stdout, /in all +2\d/);
            assert.match(world.told[0], /^\*todo prod\*: ship 7 is slow: 15 min of work, and it is in phase /);
            assert.match(world.told[1], /^\*todo prod\*: ship 7 was released after 2\d min of work$/);
            assert.equal(world.told.length, 2);
        });

        it("is its webhook in the minute in which it becomes slow, while an up that hangs goes on", async () => {
            takes(40, (nth) => nth === 1);
            assert.equal((await ship(await go())).status, 1);
            assert.deepEqual(world.toldAt, [15, 40]);
            assert.match(world.told[0], /ship 7 is slow: 15 min of work, and it is in phase begin$/);
            assert.match(world.told[1], /IS STUCK: it could not begin/);
        });

        it("is its webhook in that minute while it builds, and what was done before counts", async () => {
            const made = await go();
            await timed(made, "decide", 6);
            await timed(made, "watch 5 %", 60);
            await timed(made, "build", 30);
            assert.equal(await made.phases.slow(), true);
            assert.deepEqual(world.toldAt, [6 + 60 + 9]);
            assert.match(world.told.join(), /in phase build$/);
        });

        it("is not told that it is slow where its work ends in time", async () => {
            const made = await go();
            await timed(made, "build", 14);
            await world.clock.sleep(10 * 60_000);
            assert.equal(await made.phases.slow(), false);
            assert.deepEqual(world.told, []);
        });

        it("is its webhook where it was taken back, with the reason", async () => {
            world.answer = "500";
            assert.equal((await ship(await go())).status, 1);
            assert.match(world.told.join(), /^\*todo prod\*: ship 7 was taken back: .*answers 500$/);
        });

        it("is its webhook where it is stuck", async () => {
            takes(0, (nth) => nth > 1);
            assert.equal((await ship(await go())).status, 1);
            assert.match(world.told.join(), /^\*todo prod\*: ship 7 IS STUCK: /);
        });

        it("is its webhook where a build fails", async () => {
            const made = await go();
            const { status } = await said(() => failed(made, new Error("no space left\non the device")));
            assert.equal(status, 1);
            assert.deepEqual(world.told, ["*todo prod*: ship 7 failed before it began: no space left"]);
        });

        it("is nobody without a webhook, and where that takes nothing it is said and changes nothing", async () => {
            world.answer = "500";
            await ship(await go({}));
            world.tools.notify = () => Promise.reject(new Error("it answers 404"));
            const { status, stderr } = await ship(await go());
            assert.equal(status, 1);
            assert.match(stderr, /nobody was told: deploy\.webhook: it answers 404/);
            assert.deepEqual(world.told, []);
        });
    });
