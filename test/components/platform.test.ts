import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ecs from "@pulumi/aws/ecs";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as compute from "@pulumi/gcp/compute";
import * as gcplogging from "@pulumi/gcp/logging";
import * as projects from "@pulumi/gcp/projects";
import * as sql from "@pulumi/gcp/sql";

import { ownEntries } from "../../components/gcp/platform";
import type { Place } from "../../components/roles";
import { on, todoOn } from "./stack";

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

    it("takes its own logs and no other stack's, whose name may begin as its own does", async () => {
        const parts = { services: ["api"], workers: ["mail"], jobs: ["clean"], databases: ["db"], subnets: ["main"] };
        const place = (stack: string) => ({ prefix: `todo-${stack}`, project: "p" }) as Place;
        const filters = { dev: ownEntries(place("dev"), parts), "dev-eu": ownEntries(place("dev-eu"), parts) };
        const matches = (filter: string, name: string) =>
            [...filter.matchAll(/=~"([^"]+)"/g)].some(([, expression]) => new RegExp(expression).test(name));
        for (const [stack, other] of [
            ["dev", "dev-eu"],
            ["dev-eu", "dev"],
        ] as const)
            for (const name of ["api", "mail", "clean", "lb", "lb-redirect", "network-main", "network-nat"]) {
                assert.ok(matches(filters[stack], `todo-${stack}-${name}-0a1b2c3`), `${stack}: ${name}`);
                assert.ok(
                    !matches(filters[other], `todo-${stack}-${name}-0a1b2c3`),
                    `${other} takes ${stack}'s ${name}`,
                );
            }
        for (const server of ["db", "db-replica-1", "db-r0a1b2c-replica-2"]) {
            assert.ok(matches(filters.dev, `p:todo-dev-${server}-0a1b2c3`), server);
            assert.ok(!matches(filters.dev, `p:todo-dev-eu-${server}-0a1b2c3`), server);
        }

        const gcp = await on("gcp", {
            services: {
                api: {
                    image: { reference: "registry.example.com/api:1" },
                    ports: { http: 80 },
                    health: { path: "/" },
                    uses: ["db"],
                },
            },
            databases: { db: {} },
            jobs: { clean: { service: "api", command: ["clean"], run: "demand" } },
        });
        const { filter } = gcp.one(gcplogging.ProjectSink).inputs;
        const names = [cloudrunv2.Service, cloudrunv2.Job, compute.Subnetwork, compute.RouterNat].flatMap((type) =>
            gcp.of(type).map(({ name }) => name),
        );
        assert.equal(names.length, 3);
        for (const name of [...names, ...gcp.of(compute.URLMap).map(({ name }) => name)])
            assert.ok(matches(filter!, `${name}-0a1b2c3`), name);
        const [server] = gcp.of(sql.DatabaseInstance);
        assert.ok(matches(filter!, `example-project:${server.name}-0a1b2c3`));
        assert.equal(gcp.one(gcplogging.ProjectExclusion).inputs.filter, filter);
    });

    it("leaves the project's audit logs, which all stacks share, to the account's own stack", async () => {
        assert.deepEqual((await todoOn("gcp")).of(projects.IAMAuditConfig), []);
    });
});
