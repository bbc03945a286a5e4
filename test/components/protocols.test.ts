import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as lb from "@pulumi/aws/lb";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as compute from "@pulumi/gcp/compute";
import * as monitoring from "@pulumi/gcp/monitoring";

import type { AppInput, Cloud } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { taskContainers } from "./containers";
import { on, todoOnBoth } from "./stack";

const image = { reference: "registry.example.com/shop:1" };
const shop = {
    services: {
        web: {
            image,
            ports: { http: 8000, live: { port: 8001, protocol: "http2" } },
            health: { path: "/health" },
            routes: [{ path: "/web/*" }, { path: "/live/*", port: "live" }],
            calls: ["ledger"],
            stickySessions: true,
            timeoutSeconds: 900,
            maxBodyMb: 32,
        },
        rpc: { image, ports: { grpc: { port: 50051, protocol: "grpc" } } },
        ledger: { image, ports: { grpc: { port: 50052, protocol: "grpc" } }, routes: [], timeoutSeconds: 30 },
    },
    alarms: { enabled: true, emails: ["ops@example.com"] },
} satisfies Omit<AppInput, "name">;

describe("What a port speaks", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        plans = { aws: await on("aws", shop), gcp: await on("gcp", shop) };
    });
    const group = (name: string) => plans.aws.one(lb.TargetGroup, `lb-${name}`).inputs;
    const container = (name: string) =>
        plans.gcp.one(cloudrunv2.Service, `dev-${name}`).inputs.template!.containers![0];

    it("is the protocol version of its target group, and gRPC has a health check of its own", () => {
        assert.deepEqual(
            ["web", "web-live-http2", "rpc-grpc"].map((name) => [group(name).protocol, group(name).protocolVersion]),
            [
                ["HTTP", undefined],
                ["HTTP", "HTTP2"],
                ["HTTP", "GRPC"],
            ],
        );
        assert.deepEqual(
            ["web", "rpc-grpc"].map((name) => [group(name).healthCheck?.path, group(name).healthCheck?.matcher]),
            [
                ["/health", "200"],
                ["/grpc.health.v1.Health/Check", "0"],
            ],
        );
    });

    it("is led to from HTTPS alone on AWS, by the listener that ties it too", () => {
        const tying = plans.aws.one(lb.Listener, "tying").inputs;
        const serving = plans.aws.one(lb.Listener, "https").inputs;
        assert.deepEqual([tying.protocol, tying.port], ["HTTPS", 8009]);
        assert.equal(tying.certificateArn, serving.certificateArn);
        assert.ok(serving.certificateArn);
    });

    it("is known to Service Connect, by which others call it", () => {
        assert.deepEqual(taskContainers(plans.aws, "ledger")[0].portMappings, [
            { containerPort: 50052, protocol: "tcp", name: "grpc", appProtocol: "grpc" },
        ]);
        const [service] = plans.aws.one(ecs.Service, "ledger").inputs.serviceConnectConfiguration!.services!;
        assert.equal(service.timeout?.perRequestTimeoutSeconds, 30);
    });

    it("is h2c at Cloud Run, with probes that it understands, and HTTP/2 from the load balancer", () => {
        assert.deepEqual(
            ["web", "web-live", "rpc"].map((name) => container(name).ports),
            [{ containerPort: 8000 }, { name: "h2c", containerPort: 8001 }, { name: "h2c", containerPort: 50051 }],
        );
        const asked = (name: string) =>
            (["startupProbe", "livenessProbe"] as const).map((probe) =>
                Object.keys(container(name)[probe] ?? {}).find((key) => ["httpGet", "tcpSocket", "grpc"].includes(key)),
            );
        assert.deepEqual(asked("web"), ["httpGet", "httpGet"]);
        assert.deepEqual(asked("web-live"), ["tcpSocket", undefined]);
        assert.deepEqual(asked("rpc"), ["grpc", "grpc"]);
        assert.deepEqual(
            ["web", "web-live", "rpc"].map(
                (name) => plans.gcp.one(compute.BackendService, `lb-${name}`).inputs.protocol,
            ),
            ["HTTPS", "HTTP2", "HTTP2"],
        );
    });

    it("is nothing that an uptime check could ask, unless it is HTTP", () => {
        assert.equal(plans.gcp.of(monitoring.UptimeCheckConfig).length, 0);
    });

    it("changes nothing where it is not said", async () => {
        const { aws, gcp } = await todoOnBoth();
        assert.equal(aws.one(lb.TargetGroup).inputs.protocolVersion, undefined);
        assert.equal(aws.one(lb.Listener, "tying").inputs.protocol, "HTTP");
        assert.equal(gcp.one(cloudrunv2.Service).inputs.template?.containers?.[0].ports?.name, undefined);
    });
});

describe("A client that comes back, and a request that takes long", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        plans = { aws: await on("aws", shop), gcp: await on("gcp", shop) };
    });

    it("has the same instance by a cookie where that is asked for, and not where it is not", () => {
        const sticky = (name: string) => plans.aws.one(lb.TargetGroup, `lb-${name}`).inputs.stickiness;
        assert.deepEqual(sticky("web"), { type: "lb_cookie", enabled: true });
        assert.deepEqual(sticky("rpc-grpc"), { type: "lb_cookie", enabled: false });
        const affinity = (name: string) =>
            plans.gcp.one(cloudrunv2.Service, `dev-${name}`).inputs.template?.sessionAffinity;
        assert.deepEqual([affinity("web"), affinity("rpc")], [true, undefined]);
    });

    it("may take the longest time of the services behind the load balancer, and its own at Cloud Run", async () => {
        assert.equal(plans.aws.one(lb.LoadBalancer).inputs.idleTimeout, 900);
        const timeout = (name: string) => plans.gcp.one(cloudrunv2.Service, `dev-${name}`).inputs.template?.timeout;
        assert.deepEqual(["web", "rpc", "ledger"].map(timeout), ["900s", "300s", "30s"]);
        const { aws } = await todoOnBoth();
        assert.equal(aws.one(lb.LoadBalancer).inputs.idleTimeout, undefined);
    });
});
