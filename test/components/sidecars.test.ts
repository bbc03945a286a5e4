import assert from "node:assert/strict";

import * as ecr from "@pulumi/aws/ecr";
import * as ecs from "@pulumi/aws/ecs";
import * as iam from "@pulumi/aws/iam";
import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as secretmanager from "@pulumi/gcp/secretmanager";

import { composeOf } from "../../compose/file";
import { detailsOf } from "../../plan/details";
import { planOf } from "../../plan/plan";
import { warningsOf } from "../../plan/warnings";
import type { AppInput, Cloud, Refinement, Target } from "../../topology/app";
import { merge } from "../../topology/merge";
import { ProblemsError } from "../../topology/problems";
import { resolve } from "../../topology/validate";
import type { TestPlan } from "../recorded";
import { taskContainers } from "./containers";
import { api } from "./data";
import { on } from "./stack";

const nginx = {
    image: { reference: "nginx:1.29", files: { "/etc/nginx/conf.d/default.conf": { content: "server {}" } } },
    ingress: true,
    env: { APP: "api", CACHE: "${redis.url}/1" },
    gcp: { cpu: 0.25, memory: 128 },
};
const agent = { image: { reference: "example/agent:2" }, command: ["watch"], env: { TOKEN: "${keys.AGENT_TOKEN}" } };
const app = {
    services: {
        api: {
            ...api,
            mounts: { files: "/srv/files" },
            sidecars: { nginx: { ...nginx, mounts: { files: "/usr/share/nginx/files" } }, agent },
        },
        work: { image: api.image, command: ["work"], sidecars: { agent } },
    },
    caches: { redis: {} },
    filesystems: { files: {} },
    secrets: { keys: { keys: ["AGENT_TOKEN"] } },
    jobs: { migrate: { service: "api", command: ["migrate"], run: "deployment" } },
    deployer: { github: "example/api" },
} satisfies Omit<AppInput, "name">;

describe("Sidecars", () => {
    let aws: TestPlan, gcp: TestPlan;
    before(async () => {
        [aws, gcp] = [await on("aws", app), await on("gcp", app)];
    });
    type Containers = { name: string; [key: string]: unknown }[];
    const instance = (): Containers =>
        (gcp.one(cloudrunv2.Service, "-api").inputs.template as unknown as { containers: Containers }).containers;

    it("run in the task of their service on AWS, which is replaced when one of them ends", () => {
        const containers = taskContainers(aws, "-api");
        assert.deepEqual(
            containers.map(({ name, essential }) => [name, essential]),
            [
                ["api", true],
                ["migrate", false],
                ["agent", true],
                ["nginx", true],
            ],
        );
        const { command, readonlyRootFilesystem, dependsOn } = containers[2]!;
        assert.deepEqual(
            [command, readonlyRootFilesystem, dependsOn],
            [["watch"], false, [{ containerName: "migrate", condition: "SUCCESS" }]],
        );
    });

    it("take the requests where one says so: the load balancer's target group leads to it, and it has PORT", () => {
        const [service, , , front] = taskContainers(aws, "-api");
        assert.deepEqual(
            [service!.portMappings, front!.portMappings],
            [undefined, [{ containerPort: 8080, protocol: "tcp" }]],
        );
        const port = (container: { environment: { name: string }[] }) =>
            container.environment.filter(({ name }) => name === "PORT").length;
        assert.deepEqual([port(service!), port(front!)], [0, 1]);
        const { loadBalancers } = aws.one(ecs.Service, "-api").inputs as {
            loadBalancers: { containerName: string }[];
        };
        assert.deepEqual(
            loadBalancers.map(({ containerName }) => containerName),
            ["nginx"],
        );
    });

    it("run in the instance on Cloud Run, on top of the service's own size", () => {
        const [own, second, front] = instance();
        assert.deepEqual([own!.name, second!.name, front!.name], ["api", "agent", "nginx"]);
        assert.deepEqual([own!.ports, own!.startupProbe, own!.livenessProbe], [undefined, undefined, undefined]);
        assert.deepEqual(front!.ports, { containerPort: 8080 });
        assert.deepEqual((front!.livenessProbe as { httpGet: object }).httpGet, { path: "/healthz" });
        assert.deepEqual(front!.resources, {
            limits: { cpu: "0.25", memory: "128Mi" },
            cpuIdle: true,
            startupCpuBoost: true,
        });
        assert.deepEqual((second!.resources as { limits: object }).limits, { cpu: "0.5", memory: "256Mi" });
        const { containers } = gcp.one(cloudrunv2.WorkerPool).inputs.template as unknown as { containers: Containers };
        assert.deepEqual(
            containers.map(({ name, args }) => [name, args]),
            [
                ["work", ["work"]],
                ["agent", ["watch"]],
            ],
        );
    });

    it("have the variables that they are given and no others, secrets among them from the cloud's store", () => {
        const front = taskContainers(aws, "-api")[3]!;
        assert.deepEqual(
            front.environment.map(({ name }) => name),
            ["APP", "PORT"],
        );
        assert.deepEqual(
            front.secrets.map(({ name }) => name),
            ["CACHE"],
        );
        const { policy } = aws.of(iam.RolePolicy).find(({ name }) => name.includes("-api-execution"))!.inputs;
        for (const secret of ["api-nginx-cache", "keys"])
            assert.ok(String(policy).includes(secret), `the task may not read ${secret}: ${String(policy)}`);
        const envs = instance()[2]!.envs as { name: string; value?: string; valueSource?: object }[];
        assert.deepEqual(
            envs.map(({ name, valueSource }) => [name, valueSource !== undefined]),
            [
                ["APP", false],
                ["CACHE", true],
            ],
        );
        const readers = gcp.of(secretmanager.SecretIamMember).map(({ name }) => name);
        for (const end of ["api-nginx-cache", "api-agent-token"])
            assert.ok(
                readers.some((name) => name.endsWith(end)),
                `${end}: ${readers.join(", ")}`,
            );
    });

    it("have images of their own: built where files are added, each in a repository that the service may pull from", () => {
        const repositories = aws.of(ecr.Repository).map(({ name }) => name);
        assert.deepEqual(
            repositories.filter((name) => name.endsWith("-api-nginx")),
            ["demo-dev-api-nginx"],
        );
        const readers = gcp.of(artifactregistry.RepositoryIamMember);
        assert.deepEqual(
            readers.map(({ name, inputs }) => [name.replace("demo-dev-", ""), inputs.role]),
            [
                ["deployer-api-nginx-images", "roles/artifactregistry.reader"],
                ["keys-rotation-api-nginx-images", "roles/artifactregistry.reader"],
            ],
        );
    });

    it("mount file systems that their service mounts", () => {
        const points = taskContainers(aws, "-api").map(({ name, mountPoints }) => [
            name,
            (mountPoints as { containerPath: string }[] | undefined)?.map(({ containerPath }) => containerPath),
        ]);
        assert.deepEqual(Object.fromEntries(points), {
            api: ["/srv/files"],
            migrate: ["/srv/files"],
            nginx: ["/usr/share/nginx/files"],
            agent: undefined,
        });
        assert.deepEqual(instance()[2]!.volumeMounts, [{ name: "files", mountPath: "/usr/share/nginx/files" }]);
    });

    it("are told in the plan's details", () => {
        const words = ({ type, inputs }: { type: string; inputs: object }) =>
            detailsOf(type, inputs as never).join(", ");
        const task = aws.one(ecs.TaskDefinition, "-api");
        assert.match(words(task), /with agent and nginx beside it/);
        const run = gcp.one(cloudrunv2.Service, "-api");
        assert.match(words(run), /with agent and nginx beside it/);
        const pool = gcp.one(cloudrunv2.WorkerPool);
        assert.match(words(pool), /with agent beside it/);
    });

    it("are told by any name, and not taken for what is added for traces or files of secrets", async () => {
        const { migrate } = app.jobs;
        const named = { collector: agent, "otel-collector": agent };
        const words = async (cloud: Cloud) => {
            const { resources } = await on(cloud, {
                ...app,
                services: { ...app.services, api: { ...app.services.api, sidecars: named } },
                jobs: { "secret-files": migrate },
            });
            const type = cloud === "aws" ? "aws:ecs/taskDefinition:TaskDefinition" : "gcp:cloudrunv2/service:Service";
            const { inputs } = resources.find((one) => one.type === type && one.name.endsWith("-api"))!;
            return detailsOf(type, inputs as never).join(", ");
        };
        for (const cloud of ["aws", "gcp"] as const) {
            assert.match(await words(cloud), /with collector and otel-collector beside it/);
            assert.doesNotMatch(await words(cloud), /secret file/);
        }
    });

    const stack = (cloud: Target, change: Refinement = {}) =>
        resolve(
            {
                stack: "dev",
                config: {
                    "twinstack:app": "app",
                    "twinstack:cloud": cloud,
                    "twinstack:environment": "dev",
                    ...(cloud === "aws" ? { "aws:region": "ap-northeast-1" } : {}),
                    ...(cloud === "gcp" ? { "gcp:project": "example-project", "gcp:region": "asia-northeast1" } : {}),
                },
            },
            { app: merge({ name: "app", ...app }, change) as AppInput },
        );

    it("are warned of where somebody may move the tag of their image", () => {
        const warnings = warningsOf(stack("aws"));
        assert.ok(warnings.some((one) => one.startsWith("Sidecar agent of work runs example/agent:2, whose tag")));
    });

    it("share the network of their service on this machine", async () => {
        const { compose } = composeOf(await planOf(stack("local")));
        const front = compose.services["api-nginx"]!;
        assert.deepEqual(
            [front.network_mode, front.ports, front.environment],
            [
                "service:api",
                undefined,
                { APP: "api", CACHE: "redis://:${REDIS_PASSWORD:?}@redis:6379/1", PORT: "8080" },
            ],
        );
        assert.deepEqual((compose.services.api!.ports as string[]).length, 1);
        assert.equal((compose.services.api!.environment as Record<string, string>).PORT, undefined);
        assert.equal((front.volumes as string[])[0], "files:/usr/share/nginx/files");
        assert.match((front.volumes as string[])[1]!, /:\/etc\/nginx\/conf\.d\/default\.conf:ro$/);
        assert.equal(compose.services["work-agent"]!.network_mode, "service:work");
    });

    const problems = (cloud: Cloud, change: Refinement): string[] => {
        try {
            stack(cloud, change);
            return [];
        } catch (error) {
            if (!(error instanceof ProblemsError)) throw error;
            return error.problems.map(({ path, found }) => `${path}: ${found}`);
        }
    };
    const sidecars = (more: object): Refinement => ({ services: { api: { sidecars: more } } }) as Refinement;

    for (const [what, cloud, change, expected] of [
        [
            "two that take requests",
            "aws",
            sidecars({ agent: { ingress: true } }),
            /sidecars\.agent\.ingress: true, as of nginx/,
        ],
        [
            "one that takes requests of a worker",
            "gcp",
            { services: { work: { sidecars: { agent: { ingress: true } } } } },
            /work\.sidecars\.agent\.ingress: true, of a service that has no ports/,
        ],
        [
            "one that mounts what its service does not",
            "gcp",
            sidecars({ agent: { mounts: { other: "/x" } } }),
            /sidecars\.agent\.mounts\.other: "other", which the service does not mount/,
        ],
        ["one of its service's name", "aws", sidecars({ api: nginx }), /sidecars\.api: .*name of its service/],
        [
            "a job that runs later",
            "aws",
            { jobs: { clean: { service: "api", command: ["x"], run: "demand" } } },
            /jobs\.clean\.service: "api", beside which agent and nginx run|jobs\.clean\.service: "api", beside which nginx and agent run/,
        ],
        [
            "more than an instance has",
            "gcp",
            { services: { api: { cpu: 8, memory: 8192, routes: [{}] } } },
            /api\.cpu: 8 with nginx and agent beside it, which have 0\.75/,
        ],
        [
            "a part that is not there",
            "gcp",
            sidecars({ agent: { env: { X: "${nothing.host}" } } }),
            /sidecars\.agent\.env\.X: .*no nothing to refer to/,
        ],
    ] as const)
        it(`refuse ${what}`, () => {
            const found = problems(cloud as Cloud, change as Refinement);
            assert.ok(
                found.some((one) => (expected as RegExp).test(one)),
                found.join("\n") || "nothing is refused",
            );
        });

    it("let a job run later on GCP, where it is a container of its own", () => {
        assert.deepEqual(
            problems("gcp", { jobs: { clean: { service: "api", command: ["x"], run: "demand" } } } as Refinement),
            [],
        );
    });
});
