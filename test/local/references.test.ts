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
            env: {
                BROKER: "a$b${redis.url}/0",
                ORM: "${db.user}:${db.password}@${db.host}?ssl=${db.sslmode}$${X}",
                PASS: "${db.password}",
                PLAIN: "$${db.host} ${db.host}",
            },
        },
    },
    databases: { db: {} },
    caches: { redis: {} },
};

describe("References on this machine", () => {
    it("are resolved, and labels say in words how a value with a secret in it is made", async () => {
        const config = { "twinstack:app": "demo", "twinstack:cloud": "local" };
        const plan = await planOf(resolve<Target>({ stack: "dev", config }, { demo: app }));
        const { envs, labels } = plan.resources.find(({ name, custom }) => custom && name === "demo-dev-api")!
            .inputs as {
            envs: string[];
            labels: { label: string; value: string }[];
        };

        assert.ok(envs.includes("PLAIN=${db.host} db"));
        const words = Object.fromEntries(
            labels.map(({ label, value }) => [label.replace("dev.twinstack.secret.", ""), value]),
        );
        assert.equal(words.BROKER, "a$$bredis://:${REDIS_PASSWORD}@redis:6379/0");
        assert.equal(words.ORM, "app:${DB_PASSWORD}@db?ssl=disable$${X}");
        assert.equal(words.PASS, "${DB_PASSWORD}");
        for (const variable of envs.filter((each) => !each.startsWith("PLAIN=")))
            assert.doesNotMatch(variable, /:\/\//);

        const { compose, variables } = composeOf(plan);
        const environment = compose.services.api.environment as Record<string, string>;
        assert.equal(environment.PLAIN, "$${db.host} db");
        assert.equal(environment.BROKER, "a$$bredis://:${REDIS_PASSWORD:?}@redis:6379/0");
        assert.equal(environment.ORM, "app:${DB_PASSWORD:?}@db?ssl=disable$${X}");
        assert.deepEqual(variables, ["DB_PASSWORD", "REDIS_PASSWORD"]);
    });
});
