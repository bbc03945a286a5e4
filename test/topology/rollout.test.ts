import assert from "node:assert/strict";

import { apps } from "../../apps";
import { warningsOf } from "../../plan/warnings";
import type { AppInput } from "../../topology/app";
import { decide, parseRelease, readRelease, recalled, type Known, type Release } from "../../topology/release";
import { rolloutOf } from "../../topology/rollout";
import { ProblemsError } from "../../topology/validate";
import { accepted, refused, settle, smallApp, smallService } from "./settings";

const web = (service: object, more: object = {}): AppInput =>
    ({ ...smallApp, ...more, services: { web: { ...smallService, ...service } } }) as AppInput;
const at = (path: string) => `apps/shop.ts: services.web.rollout.${path}`;

describe("A rollout", () => {
    it("has every figure: its own, or those of the alarms", () => {
        const of = (service: object) =>
            rolloutOf(settle({ app: web(service, { alarms: { errorPercent: 2, latencySeconds: 0.5 } }) }).app, "web");
        assert.deepEqual(of({}), {
            strategy: "rolling",
            steps: [],
            stepMinutes: 5,
            bakeMinutes: 5,
            minRequests: 10,
            abortOn: { errorPercent: 2, p99Seconds: 0.5 },
        });
        assert.deepEqual(of({ rollout: { strategy: "canary" } }).steps, [5, 50, 100]);
        const own = { strategy: "blueGreen", abortOn: { errorPercent: 0, p99Seconds: 3 } };
        assert.deepEqual(of({ rollout: own }).steps, [100]);
        assert.deepEqual(of({ rollout: own }).abortOn, { errorPercent: 0, p99Seconds: 3 });
    });

    it("of morrow is its document's, and todo has one in prod", () => {
        const morrow = { "twinstack:app": "morrow", "twinstack:environment": "prod", "twinstack:domain": undefined };
        for (const service of ["backend", "frontend"])
            assert.deepEqual(rolloutOf(settle({ config: morrow }).app, service), {
                strategy: "canary",
                steps: [5, 50, 100],
                stepMinutes: 5,
                bakeMinutes: 5,
                minRequests: 10,
                abortOn: { errorPercent: 1, p99Seconds: 0.5 },
            });
        const todo = (environment: string, domain?: string) =>
            rolloutOf(settle({ environment, config: { "twinstack:domain": domain } }).app, "api").strategy;
        assert.equal(todo("dev"), "rolling");
        assert.equal(todo("prod", "todo.example.com"), "blueGreen");
        assert.equal(apps.todo.services.api.image.context, "workloads/todo");
    });

    it("rises step by step", () => {
        accepted({ app: web({ rollout: { strategy: "canary", steps: [1, 10, 99] } }) });
        for (const steps of [
            [50, 5],
            [5, 5],
        ])
            refused({ app: web({ rollout: { strategy: "canary", steps } }) }, at("steps"), /^shares that rise/);
        refused({ app: web({ rollout: { steps: [100] } }) }, at("steps[0]"), "a whole number from 1 to 99", "100");
        refused({ app: web({ rollout: { strategy: "blue" } }) }, at("strategy"), /rolling, blueGreen or canary$/);
    });

    it("needs requests that a load balancer can share out", () => {
        const rollout = { strategy: "canary" };
        const beside = (service: object): AppInput => {
            const app = web(service);
            return { ...app, services: { ...app.services, site: smallService } };
        };
        for (const cloud of ["aws", "gcp"] as const)
            refused({ cloud, app: beside({ rollout, routes: [] }) }, at("strategy"), /^rolling: it is the load/);
        accepted({
            app: web({ rollout, ports: { http: 80, admin: 81 }, routes: [{}, { path: "/a", port: "admin" }] }),
        });
    });

    it("is no worker's, and no queue's: a share of the requests says nothing of messages", () => {
        const rollout = { strategy: "canary" };
        const worker = { image: smallService.image, ports: {}, rollout };
        const app = { ...smallApp, services: { web: worker, site: smallService } } as AppInput;
        refused({ app }, at("strategy"), /^rolling: it is the load/, '"canary", for a worker');
        const queued = (more: object) => web({ uses: ["mail"], rollout, ...more }, { queues: { mail: {} } });
        accepted({ app: queued({}) });
        assert.match(warningsOf(settle({ app: queued({}) })).join(), /A candidate of web takes messages of mail/);
        refused(
            { app: queued({ scale: { backlog: { queue: "mail", perInstance: 10 } } }) },
            at("strategy"),
            /^rolling: a candidate takes messages/,
        );
    });

    it("needs the candidate's name", () => {
        const rollout = { strategy: "blueGreen" };
        const other = { ...smallService, routes: [{ path: "/other" }] };
        const app = web({ rollout });
        refused(
            { app: { ...app, services: { ...app.services, "web-candidate": other } } as AppInput },
            at("strategy"),
            /^rolling, or another name than web-candidate/,
        );
        const ports = { http: 80, candidate: 81 };
        refused(
            { app: web({ rollout, ports, routes: [{}, { path: "/a", port: "candidate" }] }) },
            at("strategy"),
            /^rolling, or another name than web-candidate/,
        );
    });

    it("takes longer to be slow than to be on time", () => {
        accepted({ app: web({}, { deploy: { targetMinutes: 3, slowMinutes: 3 } }) });
        refused(
            { app: web({}, { deploy: { targetMinutes: 20 } }) },
            "apps/shop.ts: deploy.slowMinutes",
            "20 or more: deploy.targetMinutes is 20",
            "15",
        );
    });
});

const image = (letter: string): string => `registry.example.com/shop@sha256:${letter.repeat(64)}`;
const canary = web({ rollout: { strategy: "canary" } });
const header = "0123456789abcdef";

describe("What an up runs", () => {
    const { app } = settle({ app: canary });
    const decided = (known: Partial<Known>) => decide(app, { sources: { web: "built-1" }, ...known }, "told", "dev");
    const runs = (known: Partial<Known>) => decided(known).release.services.web;
    const remembered = (web: object, more: object = {}): Release =>
        ({ ...more, services: { web: { by: "ship", source: "built-1", image: image("a"), ...web } } }) as Release;

    it("is what it is told", () => {
        const told: Release = { services: { web: { image: image("b") } }, id: "7" };
        assert.deepEqual(decided({ told, remembered: remembered({}) }).release, {
            id: "7",
            services: { web: { image: image("b"), by: "ship", source: "built-1", jobImage: image("b") } },
        });
    });

    it("is what was shipped, as long as the configuration says what it said then", () => {
        assert.equal(runs({ remembered: remembered({}) })?.image, image("a"));
        assert.equal(runs({ remembered: remembered({ source: "built-0" }) }), undefined);
        assert.match(
            decided({ remembered: remembered({ source: "built-0" }) }).notes[0],
            /was shipped, which it replaces$/,
        );
    });

    it("is what the configuration says where nobody shipped anything", () => {
        assert.equal(runs({}), undefined);
        assert.equal(runs({ remembered: remembered({ by: "up" }) }), undefined);
    });

    it("keeps a candidate with its share, whatever the configuration says by now", () => {
        const candidate = { image: image("b"), weight: 5 };
        const known = { remembered: remembered({ candidate, header }, { id: "7", started: "today" }) };
        assert.deepEqual(decided(known).release, known.remembered);
        const other = { ...known, sources: { web: "built-2" } };
        assert.deepEqual(decided(other).release, known.remembered);
        assert.match(decided(other).notes[1], /waits until the release is over$/);
    });

    it("remembers of an image what the configuration said when it was shipped, not when something is told of it again", () => {
        const sources = { web: "built-2" };
        const last = remembered({ source: "built-1" });
        const told: Release = { services: { web: { image: image("a"), candidate: { image: image("b"), weight: 0 } } } };
        assert.equal(runs({ sources, remembered: last, told })?.source, "built-1");
        assert.equal(
            runs({ sources, remembered: last, told: { services: { web: { image: image("b") } } } })?.source,
            "built-2",
        );
    });

    it("does not run a job of the old image anew when a candidate is taken back", () => {
        const candidate = { image: image("b"), weight: 5 };
        const during = runs({ told: { services: { web: { image: image("a"), candidate } } } });
        assert.equal(during?.jobImage, image("b"));
        const back: Release = { services: { web: { image: image("a") } } };
        assert.equal(runs({ told: back, remembered: remembered(during!) })?.jobImage, image("b"));
        assert.equal(
            runs({ told: { services: { web: { image: image("c") } } }, remembered: remembered(during!) })?.jobImage,
            image("c"),
        );
    });

    it("may be another image tomorrow where the configuration says so, and never where it was shipped", () => {
        const floating = (by?: string) =>
            parseRelease({ services: { web: { image: "nginx:latest", ...(by && { by }) } } }, "state", "dev");
        assert.equal(floating("up").services.web.image, "nginx:latest");
        for (const by of ["ship", undefined])
            assert.throws(() => floating(by), /web.image\n +found +"nginx:latest"\n +allowed +an image such as/);
    });

    it("forgets what an up was to build and never did, and refuses any other form", () => {
        const runs = { image: "registry.example.com/api@sha256:" + "a".repeat(64), by: "up" };
        const left = { services: { api: { by: "up", source: "built-0" }, web: runs } };
        assert.deepEqual(recalled(left, "dev")?.services, { web: runs });
        assert.throws(() => recalled({ services: { api: { by: "ship" } } }, "dev"), /services\.api\.image/);
        assert.throws(() => recalled({ services: "?" }, "dev"), ProblemsError);
        assert.equal(recalled(undefined, "dev"), undefined);
    });

    it("is refused where it does not go on with the ship that is under way", () => {
        const times = { startedAt: "2026-01-01T00:00:00.000Z", at: "2026-01-01T00:00:00.000Z" };
        const ship = { id: "7", holder: "me", state: "begun", services: { web: { to: image("b") } }, ...times };
        const last = parseRelease({ ...remembered({}), ship }, "state", "dev");
        const telling = (expects?: string): Release => ({
            services: { web: { image: image("b") } },
            ...(expects && { expects }),
        });
        assert.deepEqual(decided({ remembered: last }).release, last);
        assert.equal(decided({ remembered: last, told: telling("me") }).release.expects, undefined);
        assert.throws(() => decided({ remembered: last, told: telling() }), /ship 7 under way since 2026/);
        assert.throws(() => decided({ remembered: last, told: telling("you") }), /ship 7 under way since 2026/);
        assert.throws(() => decided({ remembered: remembered({}), told: telling("me") }), /no ship under way any more/);
    });

    it("is refused where it does not fit the app", () => {
        const refusedAs = (service: object, name = "web", on = app): string => {
            const told = { services: { [name]: { image: image("a"), ...service } } } as Release;
            try {
                decide(on, { told, sources: { web: "built-1" } }, "told", "dev");
            } catch (error) {
                assert.ok(error instanceof ProblemsError);
                return error.message;
            }
            return "";
        };
        const candidate = { image: image("b"), weight: 5 };
        const without = { ...canary, services: { ...web({ routes: [] }).services, site: smallService } } as AppInput;
        assert.equal(refusedAs({ candidate, header }), "");
        assert.match(refusedAs({}, "wbe"), /"wbe", which the app does not have/);
        assert.match(refusedAs({ header }), /a header without a candidate/);
        assert.match(refusedAs({ instances: 3 }), /3 without a candidate/);
        assert.match(refusedAs({ candidate }, "web", settle({ app: web({}) }).app), /whose rollout is rolling/);
        assert.match(
            refusedAs({ candidate }, "web", settle({ app: without }).app),
            /without routes are not shared out/,
        );
    });

    it("is read from JSON, and what is wrong with it is said without the header", () => {
        const read = (data: unknown) => () => readRelease(JSON.stringify(data), "TWINSTACK_RELEASE", "dev");
        assert.deepEqual(read({ id: "1", more: 2 })(), { id: "1", more: 2, services: {} });
        assert.throws(() => readRelease("{", "TWINSTACK_RELEASE", "dev"), /text that is no JSON/);
        const service = { image: image("a"), candidate: { image: image("b"), weight: 101 }, header: "s3cret!" };
        assert.throws(read({ services: { web: service } }), (error: Error) => {
            assert.match(error.message, /TWINSTACK_RELEASE: services\.web\.candidate\.weight\n +found +101/);
            assert.match(error.message, /16 to 128 letters/);
            assert.doesNotMatch(error.message, /s3cret/);
            return true;
        });
        assert.throws(read({ services: { web: { image: "latest" } } }), /an image/);
    });
});
