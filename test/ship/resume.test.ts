import assert from "node:assert/strict";

import { Locked } from "../../ship/deps";
import { abort, drive, resume, type Ended } from "../../ship/driver";
import { newShip, rollbackOf } from "../../ship/states";
import type { Release } from "../../topology/release";
import { bench, found, forward, image, order, start, track, type Bench } from "./fakes";

/** What never ends. */
const never = new Promise<never>(() => undefined);

describe("A ship whose driver was killed", () => {
    for (const when of ["onUp", "afterUp"] as const)
        for (let nth = 1; nth <= forward.length; nth++) {
            /** Killed during its nth `up`, or right after it. */
            const killed = async (): Promise<Bench> => {
                const one = bench(["api"]);
                const reached = new Promise<void>((done) => {
                    one.engine[when] = (_, count) => {
                        if (count !== nth) return;
                        done();
                        return never;
                    };
                });
                void start(one);
                await reached;
                one.engine[when] = () => undefined;
                one.engine.ups = [];
                return one;
            };
            const title = `${when === "onUp" ? "during" : "after"} up ${nth}`;

            it(`is resumed by what the stack remembers: ${title}`, async () => {
                const one = await killed();
                if (!one.engine.state!.ship) {
                    assert.ok((when === "onUp" && nth === 1) || (when === "afterUp" && nth === forward.length));
                    return;
                }
                assert.equal((await resume(found(one), one.deps)).state, "released");
                const at = nth - (when === "onUp" ? 2 : 1);
                // The last up that succeeded is asked for again: the one after it may have done half of its work.
                assert.deepEqual(track(one.engine.ups, "api"), forward.slice(at));
                assert.deepEqual(one.engine.state!.services.api, {
                    image: image("b"),
                    source: "api-2",
                    by: "ship",
                    jobImage: image("b"),
                });
            });

            it(`is aborted by what the stack remembers: ${title}`, async () => {
                const one = await killed();
                if (!one.engine.state!.ship) return;
                assert.equal((await abort(found(one), one.deps)).state, "returned");
                assert.equal(one.engine.state!.services.api.image, image("a"));
                assert.equal(one.engine.state!.services.api.candidate, undefined);
                assert.equal(one.engine.state!.services.api.source, "api-1");
                assert.equal(one.engine.state!.ship, undefined);
            });
        }

    it("goes on going back", async () => {
        const one = bench(["api"]);
        one.cloud.measured = () => ({ requests: 500, errors: 500 });
        const reached = new Promise<void>((done) => {
            one.engine.afterUp = ({ ship }) => {
                if (ship?.state !== "returning") return;
                done();
                return never;
            };
        });
        void start(one);
        await reached;
        one.engine.afterUp = () => undefined;
        one.cloud.measured = () => ({ requests: 500, errors: 0 });
        const ended = await resume(found(one), one.deps);
        assert.equal(ended.state, "returned");
        assert.match(ended.reason!, /requests failed/);
    });
});

describe("A ship whose stack somebody else has", () => {
    const locked = (): never => {
        throw new Locked("the stack has been locked for 10 minutes");
    };

    it("is not resumed and not taken back, and says so at once", async () => {
        for (const way of [resume, abort]) {
            const one = bench(["api"]);
            one.engine.afterUp = (_, nth) => (nth === 3 ? never : undefined);
            void start(one);
            while (one.engine.ups.length < 3) await Promise.resolve();
            one.engine.onUp = locked;
            const ended = await way(found(one), one.deps);
            assert.equal(ended.state, "stuck");
            assert.match(ended.reason!, /has been locked for 10 minutes/);
            assert.equal(one.engine.ups.length, 4);
        }
    });

    it("goes back when it gets it, where it is halfway and nobody would watch", async () => {
        const one = bench(["api"]);
        one.engine.onUp = (_, nth) => (nth === 4 || nth === 5 ? locked() : undefined);
        assert.equal((await start(one)).state, "returned");
        assert.deepEqual(track(one.engine.ups, "api"), ["a", "a 0", "a 5", "a 50", "a 0", "a 0", "a"]);
    });
});

describe("Two ships", () => {
    it("are never under way at once", async () => {
        const one = bench(["api"]);
        const other = bench(["api"]);
        // Both have read a stack in which none is.
        const [mine, theirs] = [order(one), { ...order(other), ship: { ...other.ship, id: "8" } }];
        other.deps.engine = one.engine;
        const ends = await Promise.all([drive(mine, one.deps), drive(theirs, other.deps)]);
        assert.deepEqual(ends.map(({ state }) => state).sort(), ["released", "takenOver"]);
        assert.deepEqual(
            track(one.engine.ups, "api").filter((told) => told !== "a"),
            forward.slice(1),
        );
    });

    it("are refused where the first is known, and taken over where that is wanted", async () => {
        const one = bench(["api"]);
        one.engine.afterUp = (_, nth) => (nth === 3 ? never : undefined);
        void start(one);
        while (one.engine.ups.length < 3) await Promise.resolve();
        await Promise.resolve();
        one.engine.afterUp = () => undefined;
        const next = { ...order(one), ship: { ...one.ship, id: "8" } };
        await assert.rejects(drive(next, one.deps), /ship 7 is under way since/);
        one.engine.ups = [];
        assert.equal((await drive({ ...next, takeOver: true }, one.deps)).state, "released");
        // The requests of the first go back before anything of it goes.
        assert.deepEqual(track(one.engine.ups, "api"), ["a 0", "a", ...forward]);
        assert.equal(one.engine.state!.history![1].reason, "dropped for ship 8");
    });

    it("do not drive one ship together: who is taken over stops, and takes nothing back", async () => {
        const one = bench(["api"]);
        let taken: Promise<Ended> | undefined;
        one.cloud.measured = () => {
            taken ??= abort(found(one), one.deps);
            return taken.then(() => ({ requests: 500, errors: 0 }));
        };
        const ended = await start(one);
        assert.equal((await taken!).state, "returned");
        assert.equal(ended.state, "takenOver");
        assert.equal(one.engine.state!.services.api.candidate, undefined);
        assert.equal(one.engine.state!.services.api.image, image("a"));
    });
});

describe("A rollback", () => {
    const ran = (history: object[], services: object): Release => ({ services, history }) as Release;
    const past = (before: object, images: object, state = "released") => ({ state, before, images });

    it("goes to what ran before the last release, or before the last few", () => {
        const runs = {
            api: { image: image("c"), source: "s", jobImage: image("c") },
            site: { image: image("b"), source: "t" },
        };
        const history = [
            past({ api: image("b") }, { api: image("c") }),
            past({ api: image("b") }, { api: image("x") }, "returned"),
            past({ site: image("a") }, { site: image("b") }),
            past({ api: image("a") }, { api: image("b") }),
        ];
        const to = (count: number) =>
            Object.fromEntries(
                Object.entries(rollbackOf(ran(history, runs), count)).map(([name, one]) => [name, one.to]),
            );
        assert.deepEqual(to(1), { api: image("b") });
        assert.deepEqual(to(2), { api: image("b"), site: image("a") });
        assert.deepEqual(to(3), { api: image("a"), site: image("a") });
        assert.equal(rollbackOf(ran(history, runs), 3).api.jobImage, image("c"));
        assert.throws(() => rollbackOf(ran(history, runs), 4), /remembers 3 releases/);
    });

    it("is refused where something else runs by now, or nothing ran before", () => {
        const history = [past({ api: image("a") }, { api: image("b") })];
        assert.throws(() => rollbackOf(ran(history, { api: { image: image("x") } }), 1), /not what was shipped last/);
        const first = [past({}, { api: image("b") })];
        assert.throws(() => rollbackOf(ran(first, { api: { image: image("b") } }), 1), /nothing ran before it/);
    });
});

describe("A ship that is to begin", () => {
    it("is refused where nobody can say what it would go back to", () => {
        const runs = { services: { web: { image: "nginx:latest", by: "up" } } } as Release;
        const wanted = { web: { to: image("b"), source: "web-2" } };
        assert.throws(() => newShip("7", wanted, runs, () => [], new Date()), /another image from day to day/);
    });
});
