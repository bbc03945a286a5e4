import assert from "node:assert/strict";

import * as fc from "fast-check";
import { stringify } from "yaml";

import { ImportError } from "../../compose/load/errors";
import { fileOf } from "../../compose/import/write";
import { estimate } from "../../cost/estimate";
import { usageOf } from "../../cost/usage";
import { planOf } from "../../plan/plan";
import { morrowCompose, shopCompose } from "./files";
import { imported, mends, oneService, reasons, resolved } from "./importing";

describe("twinstack import compose", function () {
    this.timeout(60000);

    describe("maps", () => {
        const shop = imported(shopCompose);
        const { services, ...parts } = shop.app;

        it("images of PostgreSQL and Redis to parts whose variables services read already", () => {
            assert.deepEqual(parts.databases, { db: { version: "16" } });
            assert.deepEqual(parts.caches, { redis: {} });
            assert.deepEqual(services.api.uses, ["db", "redis"]);
            assert.deepEqual(services.api.env, {
                CELERY_BROKER_URL: "${redis.url}/1?${redis.sslQuery}",
                REDIS_URL: "${redis.url}?${redis.sslQuery}",
                LOG_LEVEL: "info",
            });
        });

        it("variables whose names say so to secrets, and drops their values", () => {
            assert.deepEqual(services.api.secrets, ["JWT_SECRET", "STRIPE_API_KEY"]);
            assert.doesNotMatch(JSON.stringify(shop.app), /dev-only|shop:secret/);
        });

        it("a URL of another service to a call", () => {
            assert.deepEqual(services.web.calls, ["api"]);
            assert.deepEqual(services.web.env, { NODE_ENV: "production" });
        });

        it("a health check over HTTP to its path, and to the check inside the container", () => {
            assert.equal(services.api.health?.path, "/health");
            assert.deepEqual(services.api.health?.container, {
                command: ["curl", "-f", "http://localhost:8000/health"],
                intervalSeconds: 10,
                timeoutSeconds: 9,
                retries: 5,
            });
        });

        it("sizes to the next that both clouds have, replicas to the minimum, the grace period to the drain", () => {
            const { cpu, memory, gcp, scale, drainSeconds } = services.api;
            assert.deepEqual([cpu, memory, gcp], [0.5, 1024, { cpu: 1, memory: 1024 }]);
            assert.deepEqual(scale, { min: 2, max: 10 });
            assert.equal(drainSeconds, 60);
        });

        it("named volumes to file systems, and what ends before a service to a job", () => {
            assert.deepEqual(parts.filesystems, { uploads: {} });
            assert.deepEqual(services.api.mounts, { uploads: "/app/uploads" });
            assert.deepEqual(parts.jobs, {
                migrate: { service: "api", command: ["alembic", "upgrade", "head"], run: "deployment" },
            });
        });

        it("everything else to a line that says where it stands and why it has no place", () => {
            const lines = shop.notes.map(({ line, at }) => `${line} ${at}`);
            for (const expected of [
                "24 services.api.env_file",
                "38 services.api.volumes.1",
                "51 services.cache.command",
                "53 services.mailhog.image",
                "57 networks",
            ])
                assert.ok(lines.includes(expected), `${expected} is not among\n${lines.join("\n")}`);
        });

        it("a command to the service's own", () => {
            assert.deepEqual(services.api.command, ["uvicorn", "main:app", "--host", "0.0.0.0"]);
        });

        it("what the app would miss to what has to be mended", () => {
            assert.deepEqual(mends(shop), [
                "48 services.db.volumes.1: init.sql, which sets the database up, is not there",
            ]);
        });

        it("Morrow's development file to two services, a database and a cache", () => {
            const { app } = imported(morrowCompose, "morrow-dev");
            // It is told a host, and nothing says in what it is written.
            assert.deepEqual(app.databases, { db: { version: "15", tls: "optional" } });
            assert.deepEqual(app.caches, { redis: { tls: "optional" } });
            assert.deepEqual(app.services.backend.ports, { http: 8080 });
            assert.deepEqual(app.services.backend.uses, ["db", "redis"]);
            assert.deepEqual(app.services.backend.image, { context: "workloads/todo", dockerfile: "Dockerfile.dev" });
            assert.deepEqual(app.services.frontend.ports, { http: 3000 });
        });

        it("MinIO to a bucket and DynamoDB Local to a table", () => {
            const { app } = oneService(
                {
                    environment: {
                        S3_ENDPOINT: "http://minio:9000",
                        FACTS_URL: "http://dynamo:8000",
                        AWS_ACCESS_KEY_ID: "x",
                    },
                },
                {
                    minio: { image: "minio/minio:RELEASE.2025-04-22" },
                    dynamo: { image: "amazon/dynamodb-local:2.6.1" },
                },
            );
            assert.deepEqual(Object.keys(app.buckets!), ["s3"]);
            assert.deepEqual(Object.keys(app.tables!), ["facts"]);
            assert.deepEqual(app.services.api.uses, ["s3", "facts"]);
            assert.equal(app.services.api.env, undefined);
        });

        it("services without ports to private ones, at the port that they are called at", () => {
            const { app } = oneService(
                { environment: ["WORKER_URL=http://worker:7000"] },
                { worker: { image: "registry.example.com/worker:1" } },
            );
            assert.deepEqual(app.services.worker.ports, { http: 7000 });
            assert.deepEqual(app.services.worker.routes, []);
            assert.deepEqual(app.services.api.calls, ["worker"]);
        });

        it("private services that are called to such as ask for no identity token, which no stranger's program sends", () => {
            const there = oneService(
                { environment: ["WORKER_URL=http://worker:7000"] },
                {
                    worker: { image: "registry.example.com/worker:1" },
                    idle: { image: "registry.example.com/idle:1", expose: [9000] },
                },
            );
            const { api, worker, idle } = there.app.services;
            assert.deepEqual([api.gcp, worker.gcp, idle.gcp], [undefined, { callers: "network" }, undefined]);
            assert.match(reasons(there, "services.worker"), /private: .* they send no identity token/);
            assert.equal(resolved(there.app, "gcp").app.services.worker.gcp.callers, "network");
        });

        it("calls in both directions", () => {
            const there = oneService(
                { environment: ["WORKER_URL=http://worker:7000"] },
                { worker: { image: "registry.example.com/worker:1", environment: ["API_URL=http://api:8080"] } },
            );
            assert.deepEqual(there.app.services.api.calls, ["worker"]);
            assert.deepEqual(there.app.services.worker.calls, ["api"]);
            assert.deepEqual(
                there.notes.filter(({ mend }) => mend),
                [],
            );
            for (const cloud of ["aws", "gcp"] as const) resolved(there.app, cloud);
        });
    });

    for (const [name, text] of [
        ["a newcomer's file", shopCompose],
        ["Morrow's", morrowCompose.replaceAll("Dockerfile.dev", "Dockerfile")],
    ] as const)
        it(`makes an app of ${name} that is planned and priced on both clouds`, async () => {
            const { app } = imported(text);
            for (const cloud of ["aws", "gcp"] as const) {
                const stack = resolved(app, cloud);
                const cost = estimate(await planOf(stack), usageOf(stack.app));
                assert.ok(cost.monthly.expected > 10, `${cloud}: ${cost.monthly.expected}`);
            }
        });

    it("takes time in step with what there is: 3,000 services, each of which calls the next", function () {
        this.timeout(60000);
        const seconds = (count: number): number => {
            const one = (i: number) =>
                `  s${i}: { image: "acme/s${i}:1", ports: ["80"], depends_on: [db], environment: { DB: "postgres://u:p@db/app", NEXT: "http://s${i + 1}:80" } }\n`;
            const text = `services:\n${Array.from({ length: count }, (_, i) => one(i)).join("")}  db: { image: "postgres:16" }\n`;
            const begun = process.cpuUsage();
            assert.equal(Object.keys(imported(text).app.services).length, count);
            const { user, system } = process.cpuUsage(begun);
            return (user + system) / 1e6;
        };
        seconds(100);
        // Four times as much; sixteen times, were each looked for among all.
        const [few, many] = [seconds(750), seconds(3000)];
        assert.ok(many < 8 * few, `${few} s, then ${many} s`);
    });

    it("takes a map for a map, whatever is called toString in it", () => {
        const { app } = imported(
            'services: { web: { image: "nginx:1", cpus: { toString: "" }, command: { toString: "" } } }',
        );
        assert.deepEqual(Object.keys(app.services), ["web"]);
    });

    it("bears any file: it answers with an app whose names are good, or with located problems", () => {
        const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
        const any = fc.oneof(
            scalar,
            fc.array(scalar, { maxLength: 3 }),
            fc.dictionary(fc.string(), scalar, { maxKeys: 3 }),
        );
        const keys = ["image", "build", "ports", "expose", "environment", "depends_on", "volumes", "healthcheck"];
        const more = ["deploy", "command", "cpus", "mem_limit", "stop_grace_period", "env_file", "anything"];
        const service = fc.record(Object.fromEntries([...keys, ...more].map((key) => [key, any])), {
            requiredKeys: [],
        });
        fc.assert(
            fc.property(fc.dictionary(fc.string(), service, { maxKeys: 4 }), (services) => {
                try {
                    const { app } = imported(stringify({ services }));
                    for (const name of Object.keys(app.services)) assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
                    fileOf("shop", app, "../topology/app", "compose.yaml");
                } catch (error) {
                    if (!(error instanceof ImportError)) throw error;
                    for (const { path } of error.problems) assert.match(path, /^compose\.yaml/);
                }
            }),
            { numRuns: 150 },
        );
    });
});
