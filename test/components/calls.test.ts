import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as servicediscovery from "@pulumi/aws/servicediscovery";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as compute from "@pulumi/gcp/compute";
import * as dns from "@pulumi/gcp/dns";

import type { AppInput } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { taskContainers } from "./containers";
import { vpc } from "./rules";
import { on, todoOnBoth } from "./stack";

const service = { image: { reference: "registry.example.com/shop:1" }, health: { path: "/health" } };

/** The caller is declared first: what calls what is the order, not where it stands. */
const shop = {
    services: {
        frontend: { ...service, ports: { http: 3000 }, calls: ["backend", "search"] },
        backend: { ...service, ports: { api: 8080 }, routes: [] },
        search: { ...service, ports: { http: 9200 }, routes: [{ path: "/search/*" }] },
        worker: { ...service, ports: { http: 8081 }, routes: [] },
    },
} satisfies Omit<AppInput, "name">;

describe("Services that call each other", () => {
    let aws: TestPlan;
    let gcp: TestPlan;
    before(async () => {
        aws = await on("aws", shop);
        gcp = await on("gcp", shop);
    });

    const connection = (name: string) => aws.one(ecs.Service, name).inputs.serviceConnectConfiguration;

    it("find each other by name in the stack's namespace", () => {
        const namespace = aws.one(servicediscovery.HttpNamespace);
        assert.deepEqual(connection("backend")?.services, [
            {
                portName: "api",
                discoveryName: "backend",
                clientAlias: [{ dnsName: "backend", port: 8080 }],
                timeout: { perRequestTimeoutSeconds: 300 },
            },
        ]);
        assert.equal(connection("backend")?.namespace, `\${${namespace.name}.arn}`);
        // The port that a name leads to is known by the task definition's name for it.
        const [backend] = taskContainers(aws, "backend");
        assert.deepEqual(backend.portMappings, [
            { containerPort: 8080, protocol: "tcp", name: "api", appProtocol: "http" },
        ]);
    });

    it("are in the namespace as clients where they only call, and stay out of it where they do neither", () => {
        assert.equal(connection("frontend")?.enabled, true);
        assert.equal(connection("frontend")?.services, undefined);
        assert.equal(connection("worker"), undefined);
    });

    it("are told where the other is, under the same name on both clouds", () => {
        const [onAws] = taskContainers(aws, "frontend");
        const url = (variable: string) => onAws.environment.find(({ name }) => name === variable)?.value;
        assert.equal(url("BACKEND_URL"), "http://backend:8080");
        assert.equal(url("SEARCH_URL"), "http://search:9200");

        const onGcp = gcp.one(cloudrunv2.Service, "frontend").inputs.template?.containers?.[0].envs;
        assert.equal(onGcp?.find(({ name }) => name === "BACKEND_URL")?.value, "${demo-dev-backend.uri}");
    });

    it("start after those that they call, whose names tasks know from their start", () => {
        const backend = aws.one(ecs.Service, "backend");
        const task = aws.one(ecs.TaskDefinition, "frontend");
        assert.ok(task.propertyDependencies.containerDefinitions.includes(backend.urn));
    });

    it("are let through by a rule at each end, and nobody else is", () => {
        const { ingress, egress } = vpc(aws);
        const [frontend, backend, search, lb] = ["frontend", "backend", "search", "lb"].map(
            (name) => `\${demo-dev-${name}-access.id}`,
        );
        assert.deepEqual(
            ingress.filter(({ to }) => to === backend),
            [{ to: backend, port: 8080, from: frontend }],
        );
        assert.ok(egress.some(({ from, port, to }) => from === frontend && port === 8080 && to === backend));
        assert.deepEqual(
            ingress.filter(({ to }) => to === search).map(({ from }) => from),
            [frontend, lb],
        );
    });

    it("have no target group and no grace period where no route leads to them", () => {
        const { loadBalancers, healthCheckGracePeriodSeconds } = aws.one(ecs.Service, "backend").inputs;
        assert.deepEqual([loadBalancers, healthCheckGracePeriodSeconds], [[], undefined]);
    });

    it("admit on Cloud Run only those that were granted so, from within the network", () => {
        const { ingress, invokerIamDisabled } = gcp.one(cloudrunv2.Service, "backend").inputs;
        assert.deepEqual([ingress, invokerIamDisabled], ["INGRESS_TRAFFIC_INTERNAL_ONLY", false]);

        const grant = gcp.one(cloudrunv2.ServiceIamMember);
        assert.deepEqual(
            [grant.inputs.name, grant.inputs.role, grant.inputs.member],
            ["${demo-dev-backend.name}", "roles/run.invoker", "serviceAccount:${demo-dev-frontend-account.email}"],
        );
        assert.ok(gcp.one(cloudrunv2.Service, "frontend").dependencies.includes(grant.urn));
    });

    it("may admit on Cloud Run whatever is in the network, without a token and without a grant", async () => {
        const { backend } = shop.services;
        const open = { ...shop.services, backend: { ...backend, gcp: { callers: "network" as const } } };
        const plan = await on("gcp", { services: open });
        const { ingress, invokerIamDisabled } = plan.one(cloudrunv2.Service, "backend").inputs;
        assert.deepEqual([ingress, invokerIamDisabled], ["INGRESS_TRAFFIC_INTERNAL_ONLY", true]);
        assert.deepEqual(plan.of(cloudrunv2.ServiceIamMember), []);
    });

    it("ask for no token on Cloud Run where a load balancer leads to them as well, as that brings none", () => {
        const { ingress, invokerIamDisabled } = gcp.one(cloudrunv2.Service, "search").inputs;
        assert.deepEqual([ingress, invokerIamDisabled], ["INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", true]);
    });

    it("reach internal ones on Cloud Run by way of the network, without NAT too", () => {
        const zone = gcp.one(dns.ManagedZone);
        assert.deepEqual([zone.inputs.dnsName, zone.inputs.visibility], ["run.app.", "private"]);
        assert.match(String(zone.inputs.privateVisibilityConfig?.networks?.[0].networkUrl), /demo-dev-network/);
        const record = gcp.one(dns.RecordSet, "network-run");
        assert.deepEqual(
            [record.inputs.name, record.inputs.type, record.inputs.rrdatas],
            ["*.run.app.", "A", ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"]],
        );
        for (const { inputs } of gcp.of(compute.Subnetwork)) assert.equal(inputs.privateIpGoogleAccess, true);
        const frontend = gcp.one(cloudrunv2.Service, "frontend");
        assert.equal(frontend.inputs.template?.vpcAccess?.egress, "PRIVATE_RANGES_ONLY");
        assert.ok(frontend.dependencies.includes(record.urn));
    });

    it("cost nothing where none calls another: no namespace, no zone", async () => {
        const todo = await todoOnBoth();
        assert.equal(todo.aws.of(servicediscovery.HttpNamespace).length, 0);
        assert.equal(todo.aws.one(ecs.Service).inputs.serviceConnectConfiguration, undefined);
        assert.equal(todo.gcp.of(dns.ManagedZone).length, 0);
    });
});
