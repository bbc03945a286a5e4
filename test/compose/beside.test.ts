import assert from "node:assert/strict";

import { oneService, reasons, resolved } from "./importing";

const runner = (broker: string, more: object = {}) => ({
    image: "registry.example.com/runner:1",
    environment: { BROKER_URI: broker, AUTH_TOKEN: "s3cret-and-long" },
    depends_on: ["api"],
    ...more,
});
const token = { environment: { AUTH_TOKEN: "s3cret-and-long", DATABASE_URL: "postgres://u:p@db/app" } };
const db = { image: "postgres:16" };

describe("A service that calls another at a port of its own", () => {
    const mends = ({ notes }: ReturnType<typeof oneService>) => notes.filter(({ mend }) => mend);

    it("is a sidecar of that one, and has the secret that both have", () => {
        const found = oneService(token, { db, runner: runner("http://api:5679") });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(Object.keys(found.app.services), ["api"]);
        const { sidecars, ports, uses } = found.app.services.api;
        assert.deepEqual(ports, { http: 8080 });
        assert.deepEqual(sidecars, {
            runner: {
                image: { reference: "registry.example.com/runner:1" },
                env: { BROKER_URI: "http://localhost:5679", AUTH_TOKEN: "${shared.AUTH_TOKEN}" },
            },
        });
        assert.deepEqual(uses, ["db", "shared"]);
        assert.match(reasons(found, "services.runner"), /is a sidecar of api/);
        for (const cloud of ["aws", "gcp"] as const) resolved(found.app, cloud);
    });

    it("is one of a worker, which has no port for it", () => {
        const found = oneService(token, {
            db,
            worker: { image: "registry.example.com/api:1", command: "worker", ...token },
            runner: runner("http://worker:5679"),
        });
        assert.deepEqual(mends(found), []);
        assert.equal(found.app.services.worker.ports, undefined);
        assert.deepEqual(Object.keys(found.app.services.worker.sidecars ?? {}), ["runner"]);
        for (const cloud of ["aws", "gcp"] as const) resolved(found.app, cloud);
    });

    it("stays a service where it takes requests, calls the port of all, uses a store, or is not alone", () => {
        for (const [broker, more, others] of [
            ["http://api:8080", {}, {}],
            ["http://api:5679", { ports: ["9000:9000"] }, {}],
            [
                "http://api:5679",
                { environment: { BROKER_URI: "http://api:5679", DB_URI: "postgres://u:p@db/app" } },
                {},
            ],
            [
                "http://api:5679",
                {},
                { other: { image: "other:1", ports: ["80"], environment: { API: "http://api:5679" } } },
            ],
            ["http://api:5679", { volumes: ["data:/data"] }, {}],
        ] as const) {
            const found = oneService(token, { db, runner: runner(broker, more), ...others });
            assert.ok(Object.hasOwn(found.app.services, "runner"), JSON.stringify([broker, more, others]));
            assert.equal(found.app.services.api.sidecars, undefined);
        }
    });

    it("stays one where its command leads there, or another platform is said", () => {
        for (const more of [{ command: "sh -c 'run --broker http://api:5679'" }, { platform: "linux/arm64" }]) {
            const found = oneService(token, { db, runner: runner("http://api:5679", more) });
            assert.ok(Object.hasOwn(found.app.services, "runner"), JSON.stringify(more));
            assert.notDeepEqual(mends(found), [], JSON.stringify(more));
        }
    });

    it("is led to localhost by the host alone, and told of what a sidecar has not", () => {
        const healthcheck = { test: ["CMD", "alive"] };
        const found = oneService(token, {
            db,
            runner: runner("http://api-runner@api:5679/api", { healthcheck, stop_grace_period: "20s" }),
        });
        assert.deepEqual(mends(found), []);
        const { env } = found.app.services.api.sidecars!.runner!;
        assert.equal(env!.BROKER_URI, "http://api-runner@localhost:5679/api");
        assert.match(reasons(found, "services.runner"), /health and drainSeconds left out/);
    });

    it("has to be mended where it has a secret of its own", () => {
        const found = oneService({}, { runner: runner("http://api:5679") });
        assert.match(mends(found)[0].reason, /has AUTH_TOKEN as a secret of its own/);
    });
});
