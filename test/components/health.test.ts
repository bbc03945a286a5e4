import assert from "node:assert/strict";

import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";

import type { AppInput } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { taskContainers } from "./containers";
import { on, todoOn } from "./stack";

const logo = {
    services: {
        api: {
            image: { reference: "registry.example.com/logo:1" },
            ports: { http: 8000 },
            health: {
                path: "/api/v1/health",
                readyPath: "/api/v1/ready",
                intervalSeconds: 20,
                timeoutSeconds: 4,
                healthyThreshold: 3,
                unhealthyThreshold: 5,
                container: {
                    command: ["python", "-m", "app.check"],
                    intervalSeconds: 30,
                    timeoutSeconds: 10,
                    retries: 3,
                    startSeconds: 60,
                },
            },
            drainSeconds: 45,
        },
    },
} satisfies Omit<AppInput, "name">;

const probes = (plan: TestPlan) => plan.one(cloudrunv2.Service).inputs.template!.containers![0];

describe("A service's health", () => {
    let aws: TestPlan;
    before(async () => (aws = await on("aws", logo)));

    it("is checked inside the container by ECS, with the figures declared", () => {
        const [container] = taskContainers(aws);

        assert.deepEqual(container.healthCheck, {
            command: ["CMD", "python", "-m", "app.check"],
            interval: 30,
            timeout: 10,
            retries: 3,
            startPeriod: 60,
        });
    });

    it("is checked by a shell where the command says so itself", async () => {
        const { api } = logo.services;
        const container = { command: ["CMD-SHELL", "test -f /tmp/ready || exit 1"] };
        const plan = await on("aws", { services: { api: { ...api, health: { ...api.health, container } } } });

        const check = taskContainers(plan)[0].healthCheck as { command: string[] };
        assert.deepEqual(check.command, ["CMD-SHELL", "test -f /tmp/ready || exit 1"]);
    });

    it("tells readiness from life on Cloud Run: one is asked before and between requests, the other replaces", async () => {
        const { startupProbe, readinessProbe, livenessProbe } = probes(await on("gcp", logo));

        assert.equal(startupProbe?.httpGet?.path, "/api/v1/ready");
        assert.deepEqual(readinessProbe, {
            httpGet: { path: "/api/v1/ready" },
            periodSeconds: 20,
            timeoutSeconds: 4,
            failureThreshold: 5,
            successThreshold: 3,
        });
        assert.deepEqual(livenessProbe, {
            httpGet: { path: "/api/v1/health" },
            periodSeconds: 20,
            timeoutSeconds: 4,
            failureThreshold: 5,
        });
    });

    it("is one question where nothing else is declared", async () => {
        assert.equal(probes(await todoOn("gcp")).readinessProbe, undefined);
        assert.equal(taskContainers(await todoOn("aws"))[0].healthCheck, undefined);
    });

    it("gives a stopping task its time to drain", async () => {
        assert.equal(taskContainers(aws)[0].stopTimeout, 45);
        assert.equal(taskContainers(await todoOn("aws"))[0].stopTimeout, 30);
    });
});
