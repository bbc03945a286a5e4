import assert from "node:assert/strict";

import * as appautoscaling from "@pulumi/aws/appautoscaling";
import * as ecs from "@pulumi/aws/ecs";
import * as lb from "@pulumi/aws/lb";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as compute from "@pulumi/gcp/compute";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";

import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import { released } from "../../stacks/release";
import type { AppInput, Cloud } from "../../topology/app";
import type { Release, ServiceRelease } from "../../topology/release";
import { plan } from "../recorded";
import { stackOf } from "./stack";

const image = (letter: string): string => `ghcr.io/example/shop@sha256:${letter.repeat(64)}`;

/** A site that another service calls, on two ports, with a job before its deployments; its API has paths of its own. */
const app = {
    name: "shop",
    services: {
        api: {
            image: { reference: image("1") },
            ports: { http: 8080 },
            routes: [{ path: "/api/*" }, { host: "api.example.com" }],
            health: { path: "/up" },
            calls: ["web"],
            rollout: { strategy: "canary" },
            scale: { min: 2, max: 6, requestsPerTarget: 100 },
        },
        web: {
            image: { reference: image("1") },
            ports: { http: 8080, admin: 8081 },
            routes: [{}, { path: "/admin/*", port: "admin" }],
            health: { path: "/up" },
            rollout: { strategy: "blueGreen" },
            scale: { min: 2, max: 6 },
        },
    },
    jobs: { migrate: { service: "web", command: ["migrate"], run: "deployment" } },
} satisfies AppInput;

const candidate = (weight: number) => ({ image: image("3"), weight });
const token = "tokentokentoken0";

const planned = (cloud: Cloud, services: Record<string, ServiceRelease>) => {
    const stack = stackOf(app, cloud, "staging", { domain: true });
    const release = { services } as Release;
    return plan(() => deploy(released(stack, undefined, { release, from: "told" }).stack, plannedGates()), {
        stack: "staging",
    });
};
const both = (services: Record<string, ServiceRelease>) =>
    Promise.all([planned("aws", services), planned("gcp", services)]);
const web = (more: Partial<ServiceRelease> = {}) => ({ web: { image: image("2"), candidate: candidate(5), ...more } });

describe("A candidate", () => {
    it("is a second service with its own image, and the running one keeps what it has", async () => {
        const [aws, gcp] = await both(web());
        const containers = (suffix: string) =>
            JSON.parse(String(aws.one(ecs.TaskDefinition, suffix).inputs.containerDefinitions)) as {
                name: string;
                image: string;
                logConfiguration: { options: Record<string, string> };
            }[];
        assert.deepEqual(
            containers("-web").map((container) => container.image),
            [image("2"), image("2")],
        );
        assert.deepEqual(
            containers("-web-candidate").map((container) => [
                container.name,
                container.image,
                container.logConfiguration.options["awslogs-stream-prefix"],
            ]),
            [
                ["web", image("3"), "web-candidate"],
                ["migrate", image("3"), "web-candidate"],
            ],
        );
        const images = gcp
            .of(cloudrunv2.Service)
            .map(({ name, inputs }) => [name, inputs.template.containers?.[0].image]);
        assert.deepEqual(images, [
            ["shop-staging-api", image("1")],
            ["shop-staging-web", image("2")],
            ["shop-staging-web-admin", image("2")],
            ["shop-staging-web-admin-candidate", image("3")],
            ["shop-staging-web-candidate", image("3")],
        ]);
    });

    it("has the roles and ways of the service beside it, and nobody calls it", async () => {
        const [aws, gcp] = await both(web());
        const [running, tried] = ["-web", "-web-candidate"].map((suffix) => aws.one(ecs.Service, suffix).inputs);
        assert.deepEqual(tried.networkConfiguration, running.networkConfiguration);
        assert.equal(running.serviceConnectConfiguration?.services?.length, 1);
        assert.equal(tried.serviceConnectConfiguration, undefined);
        const [role, other] = ["-web", "-web-candidate"].map((suffix) => aws.one(ecs.TaskDefinition, suffix).inputs);
        assert.deepEqual([other.taskRoleArn, other.executionRoleArn], [role.taskRoleArn, role.executionRoleArn]);

        const accounts = gcp.of(cloudrunv2.Service, "candidate").map(({ inputs }) => inputs.template.serviceAccount);
        assert.deepEqual(accounts, ["${shop-staging-web-admin-account.email}", "${shop-staging-web-account.email}"]);
        assert.equal(gcp.of(serviceaccount.Account, "candidate-account").length, 0);
        // Calls between services go to the one that runs.
        const api = gcp.one(cloudrunv2.Service, "-api").inputs.template.containers?.[0].envs;
        assert.equal(api?.find(({ name }) => name === "WEB_URL")?.value, "${shop-staging-web.uri}");
    });

    it("may be deleted at once, also where the service beside it may not", async () => {
        const [aws, gcp] = await both(web());
        assert.equal(aws.one(ecs.Service, "-web-candidate").inputs.forceDelete, true);
        for (const { inputs, protect } of gcp.of(cloudrunv2.Service, "candidate")) {
            assert.equal(inputs.deletionProtection, false);
            assert.ok(!protect);
        }
    });

    it("has its share of every route of its service, and no other service's", async () => {
        const [aws, gcp] = await both(web());
        const share = (of: string) => [
            { arn: `\${shop-staging-lb-${of}.arn}`, weight: 95 },
            { arn: `\${shop-staging-lb-${of}-candidate.arn}`, weight: 5 },
        ];
        assert.deepEqual(aws.one(lb.Listener, "-https").inputs.defaultActions[0].forward?.targetGroups, share("web"));
        const rules = aws.of(lb.ListenerRule).filter(({ name }) => /-rule-/.test(name));
        const weights = Object.fromEntries(
            rules.map(({ inputs }) => [
                inputs.conditions.flatMap(
                    ({ hostHeader, pathPattern }) => (hostHeader ?? pathPattern)?.values ?? [],
                )[0],
                inputs.actions[0].forward?.targetGroups.map(({ weight }) => weight),
            ]),
        );
        assert.deepEqual(weights, { "api.example.com": [100], "/admin/*": [95, 5], "/api/*": [100] });

        const map = gcp.one(compute.URLMap, "-lb").inputs;
        const backends = (of: string) => [
            { backendService: `\${shop-staging-lb-${of}.id}`, weight: 95 },
            { backendService: `\${shop-staging-lb-${of}-candidate.id}`, weight: 5 },
        ];
        assert.deepEqual(map.defaultRouteAction?.weightedBackendServices, backends("web"));
        assert.equal(map.defaultService, undefined);
        const all = map.pathMatchers?.find(({ name }) => name === "all-hosts");
        assert.deepEqual(all?.pathRules, [
            { paths: ["/admin", "/admin/*"], routeAction: { weightedBackendServices: backends("web-admin") } },
            { paths: ["/api", "/api/*"], service: "${shop-staging-lb-api.id}" },
        ]);
    });

    it("takes everything, or nothing, by the same form", async () => {
        for (const weight of [0, 100]) {
            const [aws, gcp] = await both(web({ candidate: candidate(weight) }));
            const groups = aws.one(lb.Listener, "-https").inputs.defaultActions[0].forward?.targetGroups;
            assert.deepEqual(
                groups?.map((group) => group.weight),
                [100 - weight, weight],
            );
            const map = gcp.one(compute.URLMap, "-lb").inputs;
            assert.deepEqual(
                map.defaultRouteAction?.weightedBackendServices?.map((backend) => backend.weight),
                [100 - weight, weight],
            );
        }
    });

    it("is reached by a header whatever its share, before all else, and the header's value is in no plan", async () => {
        const services = {
            ...web({ candidate: candidate(0), header: token }),
            api: { image: image("2"), candidate: candidate(0), header: token },
        };
        const [aws, gcp] = await both(services);
        const rules = aws.of(lb.ListenerRule).filter(({ name }) => /-rule-/.test(name));
        const sent = rules.filter(({ inputs }) => inputs.conditions.some(({ httpHeader }) => httpHeader));
        assert.equal(sent.length, 4);
        assert.deepEqual(sent.map(({ inputs }) => inputs.priority).sort(), [1, 2, 3, 4]);
        const paths = sent
            .sort((a, b) => a.inputs.priority! - b.inputs.priority!)
            .map(({ inputs }) => [
                inputs.conditions.flatMap(({ hostHeader, pathPattern }) => [
                    ...(hostHeader?.values ?? []),
                    ...(pathPattern?.values ?? []),
                ]),
                inputs.actions[0].targetGroupArn,
            ]);
        assert.deepEqual(paths, [
            [["api.example.com"], "${shop-staging-lb-api-candidate.arn}"],
            [["/admin/*", "/admin"], "${shop-staging-lb-web-admin-candidate.arn}"],
            [["/api/*", "/api"], "${shop-staging-lb-api-candidate.arn}"],
            [[], "${shop-staging-lb-web-candidate.arn}"],
        ]);

        const matchers = gcp.one(compute.URLMap, "-lb").inputs.pathMatchers ?? [];
        const lines = (matcher: (typeof matchers)[number]) =>
            (matcher.routeRules ?? []).map(({ priority, matchRules, service, routeAction }) =>
                [
                    priority,
                    matchRules?.map(({ fullPathMatch, prefixMatch }) => fullPathMatch ?? `${prefixMatch}…`).join(" "),
                    matchRules?.every(({ headerMatches }) => headerMatches?.[0].headerName === "x-twinstack-candidate")
                        ? "sent"
                        : "-",
                    service ?? routeAction?.weightedBackendServices?.map(({ weight }) => weight).join("/"),
                ].join(" "),
            );
        assert.deepEqual(Object.fromEntries(matchers.map((matcher) => [matcher.name, lines(matcher)])), {
            "all-hosts": [
                "1 /admin /admin/… sent ${shop-staging-lb-web-admin-candidate.id}",
                "2 /admin /admin/… - 100/0",
                "3 /api /api/… sent ${shop-staging-lb-api-candidate.id}",
                "4 /api /api/… - 100/0",
                "5 /… sent ${shop-staging-lb-web-candidate.id}",
            ],
            "host-api-example-com": ["1 /… sent ${shop-staging-lb-api-candidate.id}"],
        });
        for (const { resources, outputs } of [aws, gcp])
            assert.ok(!JSON.stringify({ resources, outputs }).includes(token));
    });

    it("scales by its own requests, and neither has fewer instances than ran before", async () => {
        const services = { api: { image: image("2"), candidate: candidate(5), instances: 4 } };
        const [aws, gcp] = await both(services);
        const label = (suffix: string) =>
            aws.one(appautoscaling.Policy, suffix).inputs.targetTrackingScalingPolicyConfiguration
                ?.predefinedMetricSpecification?.resourceLabel;
        assert.match(String(label("-api-requests")), /lb-api\.arnSuffix/);
        assert.match(String(label("-api-candidate-requests")), /lb-api-candidate\.arnSuffix/);
        const minimums = aws.of(appautoscaling.Target).map(({ name, inputs }) => [name, inputs.minCapacity]);
        assert.deepEqual(minimums, [
            ["shop-staging-api-candidate-scale", 4],
            ["shop-staging-api-scale", 4],
            ["shop-staging-web-scale", 2],
        ]);
        assert.equal(aws.one(ecs.Service, "-api-candidate").inputs.desiredCount, 4);
        assert.equal(aws.one(ecs.Service, "-api").inputs.desiredCount, 2);
        assert.equal(gcp.one(cloudrunv2.Service, "-api-candidate").inputs.template.scaling?.minInstanceCount, 4);
    });

    it("has the jobs before a deployment to itself on GCP: they run once, with its image", async () => {
        const job = async (services: Record<string, ServiceRelease>) =>
            (await planned("gcp", services)).one(cloudrunv2.Job).inputs.template.template.containers?.[0].image;
        assert.equal(await job(web()), image("3"));
        assert.equal(await job({ web: { image: image("3") } }), image("3"));
        assert.equal(await job({ web: { image: image("2"), jobImage: image("3") } }), image("3"));
    });
});

describe("A service that shares its requests with a candidate", () => {
    it("says weights on AWS from the beginning, since the provider cannot take two groups back for one", async () => {
        const [aws, gcp] = await both({});
        assert.deepEqual(aws.one(lb.Listener, "-https").inputs.defaultActions, [
            { type: "forward", forward: { targetGroups: [{ arn: "${shop-staging-lb-web.arn}", weight: 100 }] } },
        ]);
        assert.equal(gcp.one(compute.URLMap, "-lb").inputs.defaultService, "${shop-staging-lb-web.id}");
    });

    it("remembers what it runs, and by whom", async () => {
        for (const cloud of ["aws", "gcp"] as const) {
            const { outputs } = await planned(cloud, web({ header: token }));
            assert.deepEqual(outputs.release, {
                services: {
                    api: { image: image("1"), source: image("1"), by: "up" },
                    web: {
                        image: image("2"),
                        candidate: candidate(5),
                        header: "[secret]",
                        by: "ship",
                        source: image("1"),
                        jobImage: image("3"),
                    },
                },
            });
        }
    });
});
