import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";

import type { AppInput, Cloud } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { taskContainers } from "./containers";
import { on } from "./stack";

const api = {
    image: { reference: "ghcr.io/example/api:1" },
    ports: { http: 8000 },
    health: { path: "/health" },
} satisfies AppInput["services"][string];

const service = async (aws: object, scale: object = {}) =>
    (await on("aws", { services: { api: { ...api, aws, scale } } })).one(ecs.Service).inputs;

describe("A deployment", () => {
    it("keeps as many tasks, rolls back or carries on as declared", async () => {
        const dev = await service({
            deployment: { minimumHealthyPercent: 0, maximumPercent: 150, circuitBreaker: true, rollback: false },
        });
        assert.deepEqual([dev.deploymentMinimumHealthyPercent, dev.deploymentMaximumPercent], [0, 150]);
        assert.deepEqual(dev.deploymentCircuitBreaker, { enable: true, rollback: false });

        const without = await service({ deployment: { circuitBreaker: false, rollback: false } });
        assert.deepEqual(without.deploymentCircuitBreaker, { enable: false, rollback: false });
    });

    it("leaves tasks in their zones where there may be no more of them, as ECS insists", async () => {
        const rebalancing = async (deployment: object) => (await service({ deployment })).availabilityZoneRebalancing;

        assert.equal(await rebalancing({ minimumHealthyPercent: 0, maximumPercent: 100 }), "DISABLED");
        assert.equal(await rebalancing({}), undefined);
    });

    it("begins with the tasks desired, or else with the fewest", async () => {
        assert.equal((await service({}, { min: 2, desired: 3 })).desiredCount, 3);
        assert.equal((await service({}, { min: 2 })).desiredCount, 2);
    });

    it("runs the first tasks on Fargate and shares the others out between Fargate and Spot", async () => {
        const strategies = async (onDemand: object) =>
            (await service({ spot: true, onDemand })).capacityProviderStrategies;

        assert.deepEqual(await strategies({ base: 1, weight: 3 }), [
            { capacityProvider: "FARGATE", base: 1, weight: 3 },
            { capacityProvider: "FARGATE_SPOT", weight: 1 },
        ]);
        assert.deepEqual(await strategies({ base: 2 }), [
            { capacityProvider: "FARGATE", base: 2, weight: 0 },
            { capacityProvider: "FARGATE_SPOT", weight: 1 },
        ]);
        assert.deepEqual(await strategies({}), [{ capacityProvider: "FARGATE_SPOT", weight: 1 }]);
    });

    it("runs its jobs one after the other at the start of each task on ECS, before the app", async () => {
        const job = { service: "api", run: "deployment" as const };
        const plan = await on("aws", {
            services: { api: { ...api, env: { MODE: "fast" } } },
            jobs: {
                migrate: { ...job, command: ["python", "-m", "app.migrate"], timeoutSeconds: 90 },
                warm: { ...job, command: ["python", "-m", "app.warm"] },
                report: { service: "api", run: "demand", command: ["python", "-m", "app.report"] },
            },
        });

        const [app, migrate, warm, ...others] = taskContainers(plan, "api");
        assert.equal(others.length, 0, "a job on demand is not part of a task");
        assert.deepEqual(app.dependsOn, [{ containerName: "warm", condition: "SUCCESS" }]);
        assert.deepEqual(warm.dependsOn, [{ containerName: "migrate", condition: "SUCCESS" }]);
        assert.equal(migrate.dependsOn, undefined);
        assert.deepEqual(
            [migrate.name, migrate.command, migrate.essential, migrate.startTimeout],
            ["migrate", ["python", "-m", "app.migrate"], false, 90],
        );
        // Fargate takes no limit beyond two minutes; without one a job takes as long as it needs.
        assert.equal(warm.startTimeout, undefined);
        for (const key of ["image", "environment", "secrets", "mountPoints", "readonlyRootFilesystem"])
            assert.deepEqual(migrate[key], app[key], key);
    });

    it("of another variable changes nothing but the task definition, or the revision: the image stays", async () => {
        const changed = async (cloud: Cloud) => {
            const [before, after] = await Promise.all(
                ["4", "8"].map(async (MAX_CONCURRENT_DETECTIONS) =>
                    inputs(await on(cloud, { services: { api: { ...api, env: { MAX_CONCURRENT_DETECTIONS } } } })),
                ),
            );
            return [...after].filter(([key, text]) => before.get(key) !== text).map(([key]) => key);
        };
        const image = (plan: TestPlan) => taskContainers(plan)[0].image;

        assert.deepEqual(await changed("aws"), ["aws:ecs/taskDefinition:TaskDefinition demo-dev-api"]);
        assert.deepEqual(await changed("gcp"), ["gcp:cloudrunv2/service:Service demo-dev-api"]);
        const onAws = await on("aws", { services: { api: { ...api, env: { LOG_LEVEL: "debug" } } } });
        assert.equal(image(onAws), "ghcr.io/example/api:1");
        assert.equal(
            onAws.resources.filter(({ type }) => type.startsWith("docker-build:")).length,
            0,
            "nothing is built",
        );
        const onGcp = await on("gcp", { services: { api: { ...api, env: { LOG_LEVEL: "debug" } } } });
        const container = onGcp.one(cloudrunv2.Service).inputs.template?.containers?.[0];
        assert.equal(container?.image, "ghcr.io/example/api:1");
        assert.deepEqual(container?.envs, [{ name: "LOG_LEVEL", value: "debug" }]);
    });
});

const inputs = (plan: TestPlan) =>
    new Map(plan.resources.map(({ type, name, inputs }) => [`${type} ${name}`, JSON.stringify(inputs)]));
