import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as servicediscovery from "@pulumi/aws/servicediscovery";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as compute from "@pulumi/gcp/compute";
import * as dns from "@pulumi/gcp/dns";

import { detailsOf } from "../../plan/details";
import { warningsOf } from "../../plan/warnings";
import type { AppInput } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { taskContainers } from "./containers";
import { vpc } from "./rules";
import { on, stackOf, todoOnBoth } from "./stack";

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

    describe("in both directions", () => {
        /** `api` is there before `chat` by its name, and knows beforehand where that will be. */
        const both = {
            services: {
                chat: { ...service, ports: { http: 3000 }, routes: [], calls: ["api"] },
                api: { ...service, ports: { http: 8080 }, calls: ["chat"] },
            },
            jobs: { sweep: { service: "api", command: ["sweep"], run: "deployment" as const } },
        } satisfies Omit<AppInput, "name">;
        before(async () => {
            aws = await on("aws", both);
            gcp = await on("gcp", both);
        });
        const variable = (name: string, called: string) =>
            taskContainers(aws, name)
                .find((container) => container.name === name)
                ?.environment.find((each) => each.name === called)?.value;

        it("find the later one by DNS on AWS, the earlier one by Service Connect", () => {
            const zone = aws.one(servicediscovery.PrivateDnsNamespace);
            assert.deepEqual([zone.inputs.name, zone.inputs.vpc], ["demo-dev.internal", "${demo-dev-network.id}"]);
            assert.equal(variable("api", "CHAT_URL"), "http://chat.demo-dev.internal:3000");
            assert.equal(variable("chat", "API_URL"), "http://api:8080");

            const record = aws.one(servicediscovery.Service);
            assert.equal(record.inputs.name, "chat");
            assert.equal(record.inputs.dnsConfig?.namespaceId, `\${${zone.name}.id}`);
            const { serviceRegistries } = aws.one(ecs.Service, "chat").inputs;
            assert.deepEqual(serviceRegistries, { registryArn: `\${${record.name}.arn}` });
            assert.equal(aws.one(ecs.Service, "api").inputs.serviceRegistries, undefined);
        });

        it("are let through at both ends on AWS", () => {
            const { ingress, egress } = vpc(aws);
            const [api, chat] = ["api", "chat"].map((name) => `\${demo-dev-${name}-access.id}`);
            for (const [from, to, port] of [
                [api, chat, 3000],
                [chat, api, 8080],
            ] as const) {
                assert.ok(ingress.some((rule) => rule.to === to && rule.from === from && rule.port === port));
                assert.ok(egress.some((rule) => rule.to === to && rule.from === from && rule.port === port));
            }
        });

        it("are called on Cloud Run at the address that is known beforehand, by a name without digits", () => {
            const envs = (name: string) => gcp.one(cloudrunv2.Service, name).inputs.template?.containers?.[0].envs;
            const url = (name: string, called: string) => envs(name)?.find((each) => each.name === called)?.value;
            const { name } = gcp.one(cloudrunv2.Service, "chat").inputs;
            assert.equal(name, "demo-dev-chat");
            assert.equal(url("api", "CHAT_URL"), `https://${name}-\${project.number}.asia-northeast1.run.app`);
            assert.equal(url("chat", "API_URL"), "${demo-dev-api.uri}");
            assert.equal(gcp.one(cloudrunv2.Service, "api").inputs.name, undefined);
        });

        it("are said to be called too early by a job that runs before the first deployment", () => {
            for (const cloud of ["aws", "gcp"] as const) {
                const said = (service: string) => {
                    const jobs = { sweep: { ...both.jobs.sweep, service } };
                    return warningsOf(stackOf({ name: "demo", ...both, jobs }, cloud, "dev")).join("\n");
                };
                assert.match(said("api"), /^Job sweep runs before api, which is made before chat /m);
                assert.doesNotMatch(said("chat"), /Job sweep/);
            }
        });

        it("say in the plan by which name they are found", () => {
            const said = (made: { type: string; inputs: object }) => detailsOf(made.type, { ...made.inputs });
            assert.deepEqual(said(aws.one(servicediscovery.PrivateDnsNamespace)), ["demo-dev.internal", "private"]);
            assert.deepEqual(said(aws.one(servicediscovery.Service)), ["found by DNS as chat"]);
        });

        it("have such a name on Cloud Run for the port alone that is called", async () => {
            const { chat } = both.services;
            const routes = [{ path: "/chat/*" }, { path: "/admin/*", port: "admin" }];
            const ports = { ...both.services, chat: { ...chat, ports: { http: 3000, admin: 4000 }, routes } };
            const plan = await on("gcp", { services: ports });
            assert.equal(plan.one(cloudrunv2.Service, "chat").inputs.name, "demo-dev-chat");
            assert.equal(plan.one(cloudrunv2.Service, "chat-admin").inputs.name, undefined);
        });

        it("may be called on Cloud Run by the earlier service, and by its job", () => {
            const granted = gcp
                .of(cloudrunv2.ServiceIamMember)
                .filter(({ inputs }) => inputs.name === "demo-dev-chat")
                .map(({ inputs: { member, role } }) => [member, role]);
            assert.deepEqual(granted.sort(), [
                ["serviceAccount:${demo-dev-api-account.email}", "roles/run.invoker"],
                ["serviceAccount:${demo-dev-sweep-account.email}", "roles/run.invoker"],
            ]);
        });

        it("are there on either cloud without a circle of resources", () => {
            for (const plan of [aws, gcp]) {
                const open = new Set<string>();
                const done = new Set<string>();
                const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
                const visit = (urn: string): void => {
                    if (done.has(urn)) return;
                    assert.ok(!open.has(urn), `${urn} waits for itself`);
                    open.add(urn);
                    for (const next of byUrn.get(urn)?.dependencies ?? []) visit(next);
                    done.add(urn);
                };
                for (const { urn } of plan.resources) visit(urn);
            }
        });
    });

    it("cost nothing where none calls another: no namespace, no zone", async () => {
        const todo = await todoOnBoth();
        assert.equal(todo.aws.of(servicediscovery.HttpNamespace).length, 0);
        assert.equal(todo.aws.one(ecs.Service).inputs.serviceConnectConfiguration, undefined);
        assert.equal(todo.gcp.of(dns.ManagedZone).length, 0);
    });
});
