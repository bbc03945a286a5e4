import assert from "node:assert/strict";

import type { Ended } from "../../ship/driver";
import { clouds, type Cloud } from "../../topology/app";
import type { Clients } from "./rehearsal/balancer";
import { digestOf } from "./rehearsal/fleet";
import { hasGo, image, Stage, type Running } from "./rehearsal/stage";
import { describeWithEngine } from "./project";

/** `FIGURES=1` prints what docs/shipping.md says of these. */
const figure = (text: string): void => {
    if (process.env.FIGURES) console.log(`      ${text}`);
};

/** Runs something while clients ask. */
async function underLoad(stage: Stage, work: () => Promise<void>): Promise<Clients> {
    const clients = stage.clients();
    try {
        await work();
    } finally {
        await clients.stop();
    }
    return clients;
}

const endedWell = async (ship: Running, state: Ended["state"]): Promise<Ended> => {
    const ended = await ship.ended;
    assert.equal(ended?.state, state, ended?.reason ?? ship.error);
    return ended!;
};

/** The real driver and the real engine, each ship in a process of its own; what is shipped really runs, and is asked all the time. */
function suite(cloud: Cloud): void {
    let stage: Stage;
    /** What runs, and what is shipped next. */
    let [now, next] = ["a", "b"];
    before(async () => (stage = await Stage.start(cloud, "canary")));
    after(() => stage?.stop());

    const runs = (letter: string): void => {
        const { ship, services } = stage.release();
        assert.equal(ship, undefined);
        const digest = digestOf(image(letter));
        assert.deepEqual([digestOf(services.api.image), services.api.candidate], [digest, undefined]);
        assert.deepEqual(stage.candidates(), []);
        assert.deepEqual(stage.images(), [digest]);
    };
    const released = () => {
        [now, next] = [next, now];
        runs(now);
    };

    it("loses no request by a good canary", async () => {
        const begun = Date.now();
        const clients = await underLoad(stage, async () => void (await endedWell(stage.ship(next), "released")));
        assert.equal(clients.failed, 0);
        const own = stage.fleet.migrations.filter(({ at }) => at > begun);
        assert.deepEqual([...new Set(own.map((one) => one.image))], [digestOf(image(next))]);
        assert.ok(own.every(({ succeeded }) => succeeded) && own[0].at < stage.firstOf(image(next), clients)!);
        if (cloud === "gcp") assert.equal(own.length, 1);
        const shares = [5, 50, 100].map((percent) => ({
            percent,
            ...stage.shareOf(image(next), clients, `watch ${percent} %`),
        }));
        const had = shares.map(({ share }) => Math.round(share)).join(", ");
        figure(`canary: ${clients.answers.length} requests, 0 lost; the new version had ${had} %`);
        for (const { percent, share, requests } of shares) {
            // Five standard deviations of what chance does with as many requests.
            const spread = 500 * Math.sqrt(((percent / 100) * (1 - percent / 100)) / requests);
            assert.ok(
                requests > 100 && Math.abs(share - percent) <= spread,
                `${share} % of ${requests} at ${percent} %`,
            );
        }
        released();
    });

    it("loses no request by blue/green", async () => {
        await stage.use("blueGreen");
        const clients = await underLoad(stage, async () => void (await endedWell(stage.ship(next), "released")));
        await stage.use("canary");
        assert.equal(clients.failed, 0);
        figure(`blue/green: ${clients.answers.length} requests, 0 lost`);
        released();
    });

    it("takes back by itself a version that answers 20 % errors, before most clients meet it", async () => {
        let ended: Ended;
        const clients = await underLoad(stage, async () => void (ended = await endedWell(stage.ship("c"), "returned")));
        assert.match(ended!.reason!, /^api: \d+ of \d+ requests failed \(\d/);
        const { failed, answers } = clients;
        const seen = stage.answeredBy(clients, image("c"));
        figure(`20 % errors: ${answers.length} requests, ${seen} led to it, ${failed} failed. ${ended!.reason!}`);
        assert.ok(failed > 0 && failed <= seen * 0.4, `${failed} of ${seen}`);
        // Its share of the requests, and a fifth of those.
        assert.ok(failed <= answers.length * 0.05 * 0.2 * 2, `${failed} of ${answers.length}`);
        runs(now);
    });

    it("leads nobody to a version that never becomes healthy, and shows what it had to say", async () => {
        let ended: Ended;
        const clients = await underLoad(stage, async () => void (ended = await endedWell(stage.ship("d"), "returned")));
        assert.equal(clients.failed, 0);
        assert.equal(stage.answeredBy(clients, image("d")), 0);
        assert.match(ended!.reason!, /failed their health checks/);
        assert.match(ended!.why![0].logs.join(), /listening on/);
        assert.match(ended!.why![0].stopped.map(({ reason }) => reason).join(), /failed its health checks/);
        figure(`never healthy: ${clients.answers.length} requests, 0 led to it, 0 failed`);
        runs(now);
    });

    it("leads nobody to a version whose migration fails, and starts none of it", async () => {
        let ended: Ended;
        const begun = Date.now();
        const clients = await underLoad(stage, async () => void (ended = await endedWell(stage.ship("f"), "returned")));
        assert.equal(clients.failed, 0);
        assert.equal(stage.answeredBy(clients, image("f")), 0);
        assert.match(ended!.reason!, /migrate ended with exit code 1/);
        const own = stage.fleet.migrations.filter(({ at }) => at > begun).map((one) => one.image);
        // Cloud Run's job gets its old image back, and runs as it is changed.
        assert.deepEqual([...new Set(own)], [image("f"), ...(cloud === "gcp" ? [image(now)] : [])].map(digestOf));
        figure(`migration fails: ${clients.answers.length} requests, 0 led to it, 0 failed`);
        runs(now);
    });

    it("is taken back by a rollback while it is a canary, and loses nothing", async () => {
        const clients = await underLoad(stage, async () => {
            const ship = stage.ship(next);
            await ship.says("watch 50 %", /begins/);
            await stage.inTheMiddle("watch 50 %");
            const begun = Date.now();
            const back = stage.ship(next, "rollback");
            await back.says("take requests back", /s$/);
            figure(`rollback of a canary: requests back after ${((Date.now() - begun) / 1000).toFixed(1)} s`);
            await endedWell(back, "returned");
            // Whoever drove it hears of that at its next update, and touches nothing.
            assert.equal((await ship.ended)?.state, "takenOver");
        });
        assert.equal(clients.failed, 0);
        runs(now);
    });

    it("goes back to what ran before it when it is released, at once, and loses nothing", async () => {
        const clients = await underLoad(stage, async () => {
            await endedWell(stage.ship(next), "released");
            const begun = Date.now();
            await endedWell(stage.ship(now, "rollback"), "released");
            figure(
                `rollback of a release: ${((Date.now() - begun) / 1000).toFixed(1)} s, ${stage.lastPhases().join(", ")}`,
            );
        });
        assert.equal(clients.failed, 0);
        runs(now);
    });

    it("takes back by itself a version that dies under load, which no target group counts as its errors", async () => {
        let ended: Ended;
        const clients = await underLoad(stage, async () => void (ended = await endedWell(stage.ship("e"), "returned")));
        assert.match(ended!.reason!, /exit code 137|answers 50\d|requests failed/);
        assert.match(ended!.why![0].logs.join(), /cannot allocate memory/);
        assert.ok(ended!.why![0].stopped.some(({ exitCode }) => exitCode === 137));
        const { failed, answers } = clients;
        figure(`dies under load: ${answers.length} requests, ${failed} failed. ${ended!.reason!}`);
        assert.ok(failed <= answers.length * 0.02, `${failed} of ${answers.length}`);
        runs(now);
    });

    it("is resumed by another machine when it was killed at 50 %, and loses nothing", async () => {
        const clients = await underLoad(stage, async () => {
            const ship = stage.ship(next);
            await ship.says("50 %", /begins/);
            await stage.inTheMiddle("50 %");
            await ship.kill();
            assert.ok(stage.stack.isLocked());
            await endedWell(stage.ship(next, "resume", true), "released");
        });
        assert.equal(clients.failed, 0);
        released();
    });

    it("is resumed by another machine after each phase at which it was killed, and loses nothing", async () => {
        const clients = await underLoad(stage, async () => {
            let ship = stage.ship(next);
            for (const phase of [
                "begin",
                "candidate",
                "5 %",
                "watch 5 %",
                "50 %",
                "100 %",
                "watch 100 %",
                "take over",
                "hand over",
                "finish",
            ]) {
                await ship.says(phase, /begins/);
                await stage.inTheMiddle(phase);
                await ship.kill();
                await stage.recover();
                if (!stage.release().ship) {
                    // Of what has not begun nothing is known, and nothing is done.
                    assert.equal(phase, "begin");
                    const early = stage.ship(next, "resume", true);
                    assert.equal(await early.ended, undefined);
                    assert.match(early.error, /no ship is under way/);
                    ship = stage.ship(next);
                } else ship = stage.ship(next, "resume", true);
            }
            await endedWell(ship, "released");
        });
        assert.equal(clients.failed, 0);
        figure(`killed at ten phases: ${clients.answers.length} requests, 0 lost`);
        released();
    });

    for (const phase of ["candidate", "5 %", "watch 50 %", "100 %", "take over", "hand over", "finish"])
        it(`is aborted by another machine when it was killed at ${phase}, and loses nothing`, async () => {
            const clients = await underLoad(stage, async () => {
                const ship = stage.ship(next);
                await ship.says(phase, /begins/);
                await stage.inTheMiddle(phase);
                await ship.kill();
                await stage.recover();
                await endedWell(stage.ship(next, "abort", true), "returned");
            });
            assert.equal(clients.failed, 0);
            runs(now);
        });

    it("is dropped for another one that takes over when it was killed, and loses nothing", async () => {
        const clients = await underLoad(stage, async () => {
            const ship = stage.ship(next);
            await ship.says("5 %", /begins/);
            await stage.inTheMiddle("5 %");
            await ship.kill();
            const early = stage.ship(next);
            assert.equal(await early.ended, undefined);
            assert.match(early.error, /is under way since .*take it over/);
            await endedWell(stage.ship(next, "drive", true), "released");
        });
        assert.equal(clients.failed, 0);
        assert.equal(stage.release().history?.[1].reason, `dropped for ship ${stage.release().id}`);
        released();
    });

    it("is not resumed where nobody knows what a killed update has made, until somebody has looked", async () => {
        const clients = await underLoad(stage, async () => {
            const ship = stage.ship(next);
            await stage.interrupt("api-candidate", ship);
            await ship.kill();
            const early = stage.ship(next, "resume", true);
            assert.equal(await early.ended, undefined);
            assert.match(early.error, /npx --no twinstack recover tells what to do/);
            assert.ok((await stage.recover()).includes("shop-dev-api-candidate"));
            await endedWell(stage.ship(next, "resume"), "released");
        });
        assert.equal(clients.failed, 0);
        released();
    });

    it("is resumed where its process alone was killed, once nothing has the stack any more", async () => {
        const clients = await underLoad(stage, async () => {
            const ship = stage.ship(next);
            await ship.says("50 %", /begins/);
            await stage.inTheMiddle("50 %");
            await ship.killAlone();
            if (stage.stack.isLocked()) {
                figure("killed alone: its engine ended as well, and left the lock");
                const waiting = stage.ship(next, "resume");
                // It says at once who has it, since when, and what to type, and each minute that it waits.
                await waiting.says(
                    "lock",
                    /^\S+@\S+ \(pid \d+\) at \S+ has the stack; waiting up to 10 minutes.*--take-over/,
                );
                await waiting.says("lock", / has the stack; after \d of 10 minutes/);
                // Nothing is taken back because somebody else may have the stack.
                const early = await endedWell(waiting, "stuck");
                assert.match(early.reason!, /--take-over releases the lock/);
                assert.equal(early.phases.length, 1);
            }
            await endedWell(stage.ship(next, "resume", true), "released");
        });
        assert.equal(clients.failed, 0);
        released();
    });

    it("is one of two that begin at once", async () => {
        const clients = await underLoad(stage, async () => {
            const ships = [stage.ship(next), stage.ship(next)];
            const ends = await Promise.all(ships.map((ship) => ship.ended));
            const states = ends.map((ended, index) => ended?.state ?? ships[index].error);
            assert.equal(states.filter((state) => state === "released").length, 1, states.join());
            assert.ok(
                states.some((state) => state === "takenOver" || /is under way since/.test(state)),
                states.join(),
            );
        });
        assert.equal(clients.failed, 0);
        released();
    });

    it("goes on when somebody changes the infrastructure in its middle", async () => {
        const clients = await underLoad(stage, async () => {
            const ship = stage.ship(next);
            await ship.says("watch 5 %", /begins/);
            await stage.change({ services: { api: { scale: { max: 7 } } } });
            assert.equal(stage.release().services.api.candidate?.weight, 5);
            await endedWell(ship, "released");
        });
        assert.equal(clients.failed, 0);
        released();
    });
}

if (hasGo) for (const cloud of clouds) describeWithEngine(`a ship on ${cloud}, under load`, () => suite(cloud));
else {
    console.warn("\n  SKIPPED: ships under load. There is no Go here, which builds what they ship.\n");
    describe.skip("a ship under load", () => undefined);
}
