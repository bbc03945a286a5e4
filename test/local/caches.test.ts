import assert from "node:assert/strict";

import { composeOf } from "../../compose/file";
import { planOf } from "../../plan/plan";
import type { AppInput, Target } from "../../topology/app";
import { resolve } from "../../topology/validate";

const app: AppInput = {
    name: "demo",
    services: {
        api: {
            image: { reference: "registry.example.com/api:1" },
            ports: { http: 8080 },
            health: { path: "/" },
            uses: ["sessions", "pages", "redis"],
        },
    },
    caches: { sessions: { engine: "memcached" }, redis: {}, pages: { engine: "memcached" } },
};

describe("Memcached on this machine", () => {
    it("is a container a cache, each with a port of its own, that services are told of without a secret", async () => {
        const config = { "twinstack:app": "demo", "twinstack:cloud": "local" };
        const plan = await planOf(resolve<Target>({ stack: "dev", config }, { demo: app }));
        const { compose, variables } = composeOf(plan);
        const { sessions, pages, redis, api } = compose.services;

        assert.deepEqual([sessions.image, redis.image], ["memcached:1.6-alpine", "redis:7-alpine"]);
        assert.deepEqual(
            [sessions, pages, redis].map(({ ports }) => ports),
            [["127.0.0.1:11211:11211"], ["127.0.0.1:11212:11211"], ["127.0.0.1:6379:6379"]],
        );
        assert.match(JSON.stringify(sessions.healthcheck), /nc -w 2 localhost 11211/);
        const told = api.environment as Record<string, string>;
        assert.deepEqual(
            ["HOST", "PORT", "SERVERS", "URL"].map((end) => told[`SESSIONS_${end}`]),
            ["sessions", "11211", "sessions:11211", "memcached://sessions:11211"],
        );
        assert.deepEqual(variables, ["REDIS_PASSWORD"]);
        assert.deepEqual((api.depends_on as Record<string, object>).sessions, { condition: "service_healthy" });
    });
});
