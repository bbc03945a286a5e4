import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as vpcModule from "@pulumi/aws/vpc";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as compute from "@pulumi/gcp/compute";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";

import type { AppInput } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { taskContainers } from "./containers";
import { on } from "./stack";

const weather = {
    services: {
        web: {
            image: { reference: "ghcr.io/example/weather:1" },
            ports: { ui: 8501, api: 8000, metrics: 9100 },
            routes: [{}, { path: "/api/*", port: "api" }],
            health: { path: "/_stcore/health", portPaths: { api: "/health" } },
        },
    },
} satisfies Omit<AppInput, "name">;

describe("A service with several ports", () => {
    let aws: TestPlan;
    let gcp: TestPlan;
    before(async () => {
        aws = await on("aws", weather);
        gcp = await on("gcp", weather);
    });

    it("is one container on Fargate with a target group for each port that has routes", () => {
        const [container, ...others] = taskContainers(aws);
        assert.equal(others.length, 0);
        assert.deepEqual(container.portMappings, [
            { containerPort: 8501, protocol: "tcp" },
            { containerPort: 8000, protocol: "tcp" },
            { containerPort: 9100, protocol: "tcp" },
        ]);
        assert.deepEqual(aws.one(ecs.Service).inputs.loadBalancers, [
            { targetGroupArn: "${demo-dev-lb-web.arn}", containerName: "web", containerPort: 8501 },
            { targetGroupArn: "${demo-dev-lb-web-api.arn}", containerName: "web", containerPort: 8000 },
        ]);
    });

    it("admits the load balancer to those ports and no other, each under a name that stays", () => {
        const rules = aws
            .of(vpcModule.SecurityGroupIngressRule)
            .filter(({ inputs }) => inputs.securityGroupId === "${demo-dev-web-access.id}");
        assert.deepEqual(
            rules.map(({ name, inputs }) => [name, inputs.fromPort, inputs.toPort]),
            [
                ["demo-dev-web-api-from-ingress-8000", 8000, 8000],
                ["demo-dev-web-from-ingress-8501", 8501, 8501],
            ],
        );
    });

    it("is a Cloud Run service for each, of the same image, as that gives a container one port", () => {
        const services = gcp.of(cloudrunv2.Service);
        assert.deepEqual(
            services.map(({ name, inputs }) => {
                const [container] = inputs.template!.containers!;
                return [name, container.image, container.ports?.containerPort, container.livenessProbe?.httpGet?.path];
            }),
            [
                ["demo-dev-web", "ghcr.io/example/weather:1", 8501, "/_stcore/health"],
                ["demo-dev-web-api", "ghcr.io/example/weather:1", 8000, "/health"],
            ],
        );
        assert.deepEqual(
            gcp.of(serviceaccount.Account).map(({ inputs }) => inputs.accountId),
            ["demo-dev-web", "demo-dev-web-api"],
        );
    });

    it("leads the load balancer to the one that has the port", () => {
        assert.deepEqual(
            gcp.of(compute.RegionNetworkEndpointGroup).map(({ name, inputs }) => [name, inputs.cloudRun?.service]),
            [
                ["demo-dev-lb-web", "${demo-dev-web.name}"],
                ["demo-dev-lb-web-api", "${demo-dev-web-api.name}"],
            ],
        );
    });

    it("has a private Cloud Run service for a first port that only other services call", async () => {
        const called = {
            services: {
                ...weather.services,
                web: { ...weather.services.web, routes: [{ port: "api" }] },
                caller: { ...weather.services.web, routes: [], calls: ["web"] },
            },
        } satisfies Omit<AppInput, "name">;
        const plan = await on("gcp", called);

        assert.deepEqual(
            plan
                .of(cloudrunv2.Service)
                .map(({ name, inputs }) => [
                    name,
                    inputs.template?.containers?.[0].ports?.containerPort,
                    inputs.ingress,
                ]),
            [
                ["demo-dev-caller", 8501, "INGRESS_TRAFFIC_INTERNAL_ONLY"],
                ["demo-dev-web", 8501, "INGRESS_TRAFFIC_INTERNAL_ONLY"],
                ["demo-dev-web-api", 8000, "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"],
            ],
        );
        const envs = plan.one(cloudrunv2.Service, "caller").inputs.template?.containers?.[0].envs;
        assert.equal(envs?.find(({ name }) => name === "WEB_URL")?.value, "${demo-dev-web.uri}");
    });

    it("has no Cloud Run service for a first port that nobody reaches", async () => {
        const web = { ...weather.services.web, routes: [{ port: "api" }] };
        const service = (await on("gcp", { services: { web } })).one(cloudrunv2.Service);

        assert.equal(service.name, "demo-dev-web-api");
        assert.equal(service.inputs.template?.containers?.[0].ports?.containerPort, 8000);
    });
});
