import assert from "node:assert/strict";

import type { App } from "../../topology/app";
import { calledAhead, inCallOrder } from "../../topology/calls";

/** Services by what they call. */
const calling = (calls: Record<string, string[]>) =>
    ({
        services: Object.fromEntries(Object.entries(calls).map(([name, called]) => [name, { calls: called }])),
    }) as unknown as Pick<App, "services">;

describe("The order of services", () => {
    it("has each after those that it calls, and otherwise that of the app", () => {
        assert.deepEqual(inCallOrder(calling({ web: ["api"], idle: [], api: ["store"], store: [] })), [
            "store",
            "api",
            "web",
            "idle",
        ]);
    });

    it("has no calls that are made before their callee where there is no circle", () => {
        assert.deepEqual(calledAhead(calling({ web: ["api", "store"], api: ["store"], store: [] })), {});
    });

    it("closes a circle by the call to what comes later by its name, wherever both stand and whoever calls them", () => {
        const both = { b: ["a"], a: ["b"] };
        for (const services of [
            both,
            { a: both.a, b: both.b },
            { web: ["b"], ...both },
            { ...both, web: ["a", "b"] },
        ]) {
            assert.deepEqual(calledAhead(calling(services)), { a: ["b"] });
            const order = inCallOrder(calling(services));
            assert.ok(order.indexOf("a") < order.indexOf("b"));
            assert.ok(!order.includes("web") || order.at(-1) === "web");
        }
    });

    it("knows circles of several, and two that touch", () => {
        assert.deepEqual(calledAhead(calling({ a: ["c"], c: ["b"], b: ["a"] })), { a: ["c"] });
        assert.deepEqual(calledAhead(calling({ a: ["b"], b: ["a", "c"], c: ["b"], d: ["a"] })), { a: ["b"], b: ["c"] });
        assert.deepEqual(calledAhead(calling({ a: ["b"], b: ["a", "c"], c: ["d"], d: ["c"] })), { a: ["b"], c: ["d"] });
    });

    it("has what is made before its callees nowhere else: every other call is to what is there", () => {
        const services: Record<string, string[]> = {};
        // Some thousand services in one chain, each of which calls back every third one.
        for (let i = 0; i < 3000; i++)
            services[`s${i}`] = [...(i < 2999 ? [`s${i + 1}`] : []), ...(i % 3 ? [`s${i - 1}`] : [])];
        const app = calling(services);
        const order = inCallOrder(app);
        const place = new Map(order.map((name, index) => [name, index]));
        const ahead = calledAhead(app);
        assert.equal(order.length, 3000);
        for (const [caller, callees] of Object.entries(services))
            for (const callee of callees)
                assert.equal(place.get(callee)! > place.get(caller)!, ahead[caller]?.includes(callee) ?? false);
    });
});
