import assert from "node:assert/strict";

import { abort, drive, resume } from "../../ship/driver";
import { bench, found, forward, image, order, shop, start, track } from "./fakes";

describe("A ship", () => {
    it("takes a canary through its steps, and records what it released", async () => {
        const one = bench(["api"]);
        const ended = await start(one);
        assert.equal(ended.state, "released", ended.reason);
        assert.deepEqual(track(one.engine.ups, "api"), forward);
        assert.equal(one.engine.state!.ship, undefined);
        const { state, before, images } = one.engine.state!.history![0];
        assert.deepEqual(
            { state, before, images },
            { state: "released", before: { api: image("a") }, images: { api: image("b") } },
        );
        assert.equal(one.engine.state!.services.api.source, "api-2");
        assert.deepEqual(
            ended.phases.filter(({ name }) => name.startsWith("watch")).map(({ name, seconds }) => [name, seconds]),
            [
                ["watch 5 %", 300],
                ["watch 50 %", 300],
                ["watch 100 %", 300],
            ],
        );
    });

    it("tells a candidate's header and the instances that ran before from the candidate's first up to its last", async () => {
        const one = bench(["api"]);
        await start(one);
        const told = one.engine.ups.map(({ services }) => services.api).filter(({ candidate }) => candidate);
        assert.equal(new Set(told.map(({ header }) => header)).size, 1);
        assert.match(told[0].header!, /^[A-Za-z0-9_-]{32}$/);
        assert.deepEqual([...new Set(told.map(({ instances }) => instances))], [3]);
        assert.ok(!JSON.stringify(one.said).includes(told[0].header!));
    });

    it("brings several services to all requests together, and what rolls with the last of them", async () => {
        const one = bench(["api", "site", "admin"]);
        assert.equal((await start(one)).state, "released");
        assert.deepEqual(track(one.engine.ups, "api"), forward);
        assert.deepEqual(track(one.engine.ups, "site"), ["a", "a 0", "a 0", "a 0", "a 100", "b 100", "b 0", "b"]);
        assert.deepEqual(track(one.engine.ups, "admin"), ["a", "a", "a", "a", "a", "b", "b", "b"]);
    });

    it("rolls what has no candidate in one up, and asks it before the ship is over", async () => {
        const asked: string[] = [];
        const one = bench(["admin"], {
            ask: (request, header) => {
                asked.push(`${request.service} ${String(header)} ${one.engine.ups.length}`);
                return Promise.resolve(undefined);
            },
        });
        assert.equal((await start(one)).state, "released");
        assert.deepEqual(track(one.engine.ups, "admin"), ["b", "b"]);
        assert.deepEqual(asked, ["admin undefined 1"]);
    });

    it("goes back from what rolls and does not answer", async () => {
        const one = bench(["admin"], { ask: () => Promise.resolve("503 instead of 200") });
        const ended = await start(one);
        assert.deepEqual([ended.state, ended.reason], ["returned", "admin: /admin/ answers 503 instead of 200"]);
        assert.deepEqual(track(one.engine.ups, "admin"), ["b", "a"]);
        const { source, jobImage } = one.engine.state!.services.admin;
        // A job of the old version is not run again.
        assert.deepEqual([source, jobImage], ["admin-1", image("b")]);
        assert.equal(one.engine.state!.history![0].state, "returned");
    });

    it("gives no request to a candidate that does not answer by its header", async () => {
        const one = bench(["api"], { ask: (_, header) => Promise.resolve(header ? "500 instead of 200" : undefined) });
        const ended = await start(one);
        assert.equal(ended.state, "returned");
        assert.match(ended.reason!, /^api: \/api\/ok answers 500/);
        assert.deepEqual(track(one.engine.ups, "api"), ["a", "a 0", "a"]);
    });

    it("asks again while a load balancer does not lead there yet", async () => {
        let times = 0;
        const one = bench(["api"], { ask: () => Promise.resolve(++times < 20 ? "404 instead of 200" : undefined) });
        assert.equal((await start(one)).state, "released");
    });

    it("takes the requests back before it takes the candidate away, and then says why", async () => {
        const one = bench(["api"]);
        one.cloud.measured = () => ({ requests: 500, errors: 100, p99Seconds: 0.1 });
        const ended = await start(one);
        assert.equal(ended.state, "returned");
        assert.match(ended.reason!, /^api: 100 of 4\d\d requests failed \(20\.\d %, 1 % are allowed\)$/);
        assert.deepEqual(track(one.engine.ups, "api"), ["a", "a 0", "a 5", "a 0", "a"]);
        assert.deepEqual(ended.why, [
            {
                service: "api",
                events: ["api-candidate was started"],
                stopped: [],
                logs: [],
                unread: ["log: no access"],
            },
        ]);
        assert.equal(one.engine.state!.history![0].reason, ended.reason);
        assert.equal(one.engine.state!.services.api.jobImage, image("b"));
    });

    it("goes back when instances of the candidate die, which no load balancer counts as its errors", async () => {
        const one = bench(["api"]);
        one.cloud.ended = () => [
            { exitCode: 137, reason: "OutOfMemory" },
            { exitCode: 0, reason: "scaled in" },
        ];
        assert.match((await start(one)).reason!, /an instance of the candidate ended with exit code 137/);
    });

    it("goes back when the update to a step fails, and does not keep what the engine said in the stack", async () => {
        const one = bench(["api"]);
        one.engine.onUp = (_, nth) => {
            if (nth === 4) throw new Error("listener: AccessDenied for arn:secret");
        };
        const ended = await start(one);
        assert.equal(ended.state, "returned");
        assert.match(ended.reason!, /AccessDenied/);
        assert.deepEqual(track(one.engine.ups, "api"), ["a", "a 0", "a 5", "a 50", "a 0", "a"]);
        assert.equal(one.engine.state!.history![0].reason, "50 % failed");
    });

    it("restores a service that could not take the image over, before the requests go back to it", async () => {
        const one = bench(["api"]);
        one.engine.onUp = (_, nth) => {
            if (nth === 6) throw new Error("did not become healthy");
        };
        assert.equal((await start(one)).state, "returned");
        assert.deepEqual(track(one.engine.ups, "api"), [
            "a",
            "a 0",
            "a 5",
            "a 50",
            "a 100",
            "b 100",
            "a 100",
            "a 0",
            "a",
        ]);
        assert.equal(one.engine.state!.services.api.source, "api-1");
    });

    it("gives the requests back to the candidate where the service does not answer by itself", async () => {
        const one = bench(["api"]);
        one.deps.ask = (_, header) =>
            Promise.resolve(header || one.engine.ups.length < 7 ? undefined : "500 instead of 200");
        assert.match((await start(one)).reason!, /answers 500/);
        const back = ["b 0", "a 100", "a 0", "a"];
        assert.deepEqual(track(one.engine.ups, "api").slice(-4), back);
    });

    it("tries more than once to go back, and says where it stands if it cannot", async () => {
        const failing = (times: number) => {
            const one = bench(["api"]);
            one.cloud.measured = () => ({ requests: 500, errors: 500 });
            let left = times;
            one.engine.onUp = ({ ship }) => {
                if (ship?.state === "returning" && left-- > 0) throw new Error("throttled");
            };
            return one;
        };
        const twice = failing(2);
        assert.equal((await start(twice)).state, "returned");
        const always = failing(99);
        const ended = await start(always);
        assert.equal(ended.state, "stuck");
        assert.match(ended.reason!, /could not be taken back: throttled$/);
        // Whoever comes next finds it.
        always.engine.onUp = () => undefined;
        assert.equal((await abort(found(always), always.deps)).state, "returned");
        assert.equal(always.engine.state!.ship, undefined);
    });

    it("does not take a version back because its candidate cannot be taken away", async () => {
        const one = bench(["api"]);
        one.engine.onUp = (_, nth) => {
            if (nth === 8) throw new Error("target group is in use");
        };
        const ended = await start(one);
        assert.equal(ended.state, "stuck");
        assert.match(ended.reason!, /the new version runs, but its candidate could not be taken away/);
        assert.equal((await resume(found(one), one.deps)).state, "released");
        assert.deepEqual(track(one.engine.ups, "api").slice(-3), ["b", "b 0", "b"]);
    });

    it("leaves nothing behind where it cannot even begin", async () => {
        const one = bench(["api"]);
        one.engine.onUp = () => {
            throw new Error("no credentials");
        };
        const ended = await start(one);
        assert.deepEqual([ended.state, ended.reason], ["stuck", "it could not begin: no credentials"]);
        assert.equal(one.engine.ups.length, 1);
    });

    it("keeps what another up has changed while it watched", async () => {
        const one = bench(["api"]);
        one.cloud.measured = () => {
            one.engine.state!.services.site = { image: image("c"), source: "site-3", by: "up" };
            return { requests: 500, errors: 0 };
        };
        await start(one);
        assert.deepEqual(track(one.engine.ups, "site"), ["a", "a", "a", "c", "c", "c", "c", "c"]);
    });

    it("goes back when it is interrupted", async () => {
        const stop = new AbortController();
        const one = bench(["api"], { signal: stop.signal });
        one.cloud.measured = () => {
            stop.abort();
            return { requests: 500, errors: 0 };
        };
        assert.deepEqual(
            [(await start(one)).reason, track(one.engine.ups, "api").slice(-2)],
            ["interrupted", ["a 0", "a"]],
        );
    });

    it("has nothing to go back to in its first release", async () => {
        const one = bench(["api"], { ask: () => Promise.resolve("500") });
        delete one.ship.services.api.from;
        one.engine.state = undefined;
        const ended = await start(one);
        assert.equal(ended.state, "stuck");
        assert.match(ended.reason!, /it is the first version$/);
    });
});

describe("Watching a candidate", () => {
    it("does not judge by too few requests, and does not take them for a pass", async () => {
        const one = bench(["api"]);
        one.cloud.measured = () => ({ requests: 0, errors: 0 });
        const ended = await start(one);
        assert.equal(ended.state, "returned");
        assert.match(ended.reason!, /too few requests to judge: api had 0 of 10/);
        assert.equal(ended.phases.find(({ name }) => name === "watch 5 %")!.seconds, 900);
        assert.ok(one.said.some(({ text }) => /too few requests to judge yet/.test(text)));
    });

    it("waits for requests that come later", async () => {
        const one = bench(["api"]);
        const begun = one.deps.clock.now();
        one.cloud.measured = (_, __, until) => ({
            requests: until.getTime() - begun > 7 * 60_000 ? 900 : 3,
            errors: 0,
        });
        const ended = await start(one);
        assert.equal(ended.state, "released", ended.reason);
        assert.ok(ended.phases.find(({ name }) => name === "watch 5 %")!.seconds > 420);
    });

    it("does not count what it asked itself", async () => {
        const one = bench(["api"]);
        let asked = 0;
        one.deps.ask = () => Promise.resolve(void asked++);
        one.cloud.measured = () => ({ requests: asked, errors: 0 });
        assert.match((await start(one)).reason!, /too few requests/);
    });

    it("takes nothing for a pass where configured so", async () => {
        const one = bench(["api"]);
        one.cloud.measured = () => ({ requests: 0, errors: 0 });
        const app = structuredClone(shop);
        app.services.api.rollout.minRequests = 0;
        assert.equal((await drive(order(one, { app }), one.deps)).state, "released");
    });

    it("aborts by the latency", async () => {
        const one = bench(["api"]);
        one.cloud.measured = () => ({ requests: 500, errors: 0, p99Seconds: 0.8 });
        assert.match((await start(one)).reason!, /took up to 0\.80 s, 0\.5 s are allowed$/);
    });

    it("bears that the cloud is silent for a moment, and not that it is for good", async () => {
        const deaf = (times: number) => {
            const one = bench(["api"]);
            let left = times;
            one.cloud.measured = () => {
                if (left-- > 0) throw new Error("ThrottlingException");
                return { requests: 500, errors: 0 };
            };
            return one;
        };
        assert.equal((await start(deaf(3))).state, "released");
        assert.match((await start(deaf(99))).reason!, /cannot be watched: ThrottlingException$/);
    });

    it("goes on asking the smoke paths", async () => {
        const one = bench(["api"]);
        one.deps.ask = () => Promise.resolve(one.engine.ups.length < 4 ? undefined : "502 instead of 200");
        assert.match((await start(one)).reason!, /api: \/api\/ok answers 502/);
        assert.deepEqual(track(one.engine.ups, "api"), ["a", "a 0", "a 5", "a 50", "a 0", "a"]);
    });
});
