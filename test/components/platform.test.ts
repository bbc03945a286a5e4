import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ecs from "@pulumi/aws/ecs";
import * as gcplogging from "@pulumi/gcp/logging";
import * as projects from "@pulumi/gcp/projects";

import { todoOn } from "./stack";

describe("Platform", () => {
    it("is an ECS cluster with Container Insights, for Fargate and Fargate Spot", async () => {
        const { one } = await todoOn("aws");

        assert.deepEqual(one(ecs.Cluster).inputs.settings, [{ name: "containerInsights", value: "enabled" }]);
        assert.deepEqual(one(ecs.ClusterCapacityProviders).inputs.capacityProviders, ["FARGATE", "FARGATE_SPOT"]);
    });

    it("keeps logs as long as the environment says, on both clouds", async () => {
        for (const [environment, days] of [
            ["dev", 7],
            ["prod", 90],
        ] as const) {
            const group = (await todoOn("aws", {}, environment)).one(cloudwatch.LogGroup, "platform-logs").inputs;
            assert.deepEqual([group.name, group.retentionInDays], [`/ecs/todo/${environment}`, days]);
            const bucket = (await todoOn("gcp", {}, environment)).one(gcplogging.ProjectBucketConfig).inputs;
            assert.equal(bucket.retentionDays, days);
        }
    });

    it("turns on every API that the stack needs, and leaves it on when it goes", async () => {
        const services = (await todoOn("gcp")).of(projects.Service);

        const names = services.map(({ inputs }) => inputs.service);
        for (const api of [
            "artifactregistry",
            "compute",
            "dns",
            "logging",
            "monitoring",
            "run",
            "secretmanager",
            "servicenetworking",
            "sqladmin",
        ])
            assert.ok(names.includes(`${api}.googleapis.com`), `${api} in ${names}`);
        for (const { inputs } of services) assert.equal(inputs.disableOnDestroy, false);
    });

    it("keeps an audit log of who reads data", async () => {
        const configs = (await todoOn("gcp")).of(projects.IAMAuditConfig);

        assert.ok(configs.length > 0);
        for (const { inputs } of configs)
            assert.ok(
                inputs.auditLogConfigs.some(({ logType }) => logType === "DATA_WRITE" || logType === "DATA_READ"),
            );
    });
});
