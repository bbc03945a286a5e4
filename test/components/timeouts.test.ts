import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as rds from "@pulumi/aws/rds";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as sql from "@pulumi/gcp/sql";

import type { AppInput, Cloud } from "../../topology/app";
import { api } from "./data";
import { on } from "./stack";

const app = (timeoutSeconds: number, more: object = {}): Omit<AppInput, "name"> => ({
    services: { api: { ...api, uses: ["db"], ...more } },
    databases: { db: { storage: 100, maxStorage: 1000, replicas: 1 } },
    jobs: { migrate: { service: "api", command: ["migrate"], run: "deployment", timeoutSeconds, retries: 0 } },
});
const seconds = (timeout?: string): number => Number(timeout?.replace(/s$/, ""));
const service = async (timeoutSeconds: number, more: object = {}) =>
    (await on("aws", app(timeoutSeconds, more))).one(ecs.Service).customTimeouts;

describe("Timeouts", () => {
    it("outlast a job before a deployment on either cloud, where the provider would give up after 20 minutes", async () => {
        assert.ok(seconds((await service(7200))?.update) > 7200);
        assert.ok(seconds((await service(7200))?.create) > 7200);
        const job = (await on("gcp", app(7200))).one(cloudrunv2.Job).customTimeouts;
        assert.deepEqual([job?.create, job?.update], ["7500s", "7500s"]);
    });

    it("are never shorter than the provider's own", async () => {
        assert.ok(seconds((await service(30))?.update) >= 1200);
        assert.equal(seconds((await service(30))?.delete), 1200);
        assert.equal((await on("gcp", app(30))).one(cloudrunv2.Job).customTimeouts?.update, "1200s");
    });

    it("follow from how many tasks are replaced at once, how they start and how they drain on AWS", async () => {
        const short = seconds((await service(600))?.update);
        const slow = { deployment: { minimumHealthyPercent: 100, maximumPercent: 110 } };
        assert.ok(seconds((await service(600, { aws: slow, scale: { min: 10, max: 20 } }))?.update) > short);
        assert.ok(seconds((await service(600, { drainSeconds: 120 }))?.update) > short);
        assert.ok(seconds((await service(600, { health: { ...api.health, startSeconds: 240 } }))?.update) > short);
    });

    it("follow from the storage of a database and its replicas", async () => {
        const plans: Record<Cloud, Awaited<ReturnType<typeof on>>> = {
            aws: await on("aws", app(600)),
            gcp: await on("gcp", app(600)),
        };
        for (const { customTimeouts, name } of plans.aws.of(rds.Instance))
            assert.deepEqual(customTimeouts, { create: "8400s", update: "10800s", delete: "9600s" }, name);
        for (const { customTimeouts, name } of plans.gcp.of(sql.DatabaseInstance))
            assert.deepEqual(customTimeouts, { create: "11400s", update: "11400s", delete: "11400s" }, name);
    });
});
