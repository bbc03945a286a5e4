import assert from "node:assert/strict";

import * as appautoscaling from "@pulumi/aws/appautoscaling";
import * as ec2 from "@pulumi/aws/ec2";
import * as ecs from "@pulumi/aws/ecs";
import * as iam from "@pulumi/aws/iam";
import * as awsVpc from "@pulumi/aws/vpc";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";

import type { TestPlan } from "../recorded";
import { taskContainers as containers } from "./containers";
import { vpc } from "./rules";
import { on, todoOn, todoOnBoth } from "./stack";

const template = (plan: TestPlan) => plan.one(cloudrunv2.Service).inputs.template!;

describe("Service", () => {
    it("says of every way in and out on AWS what it is for", async () => {
        const plan = await todoOn("aws");
        for (const { name, inputs } of [
            ...plan.of(awsVpc.SecurityGroupIngressRule),
            ...plan.of(awsVpc.SecurityGroupEgressRule),
        ])
            // What EC2 takes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
            assert.match(String(inputs.description), /^[a-zA-Z0-9. _:/()#,@[\]+=&;{}!$*-]{5,255}$/, name);
    });

    it("has the document's size: 512 CPU units and 1,024 MiB on Fargate, 1 CPU and 2 GiB on Cloud Run", async () => {
        const { aws, gcp } = await todoOnBoth();

        const task = aws.one(ecs.TaskDefinition).inputs;
        assert.deepEqual([task.cpu, task.memory, task.requiresCompatibilities], ["512", "1024", ["FARGATE"]]);
        assert.deepEqual(template(gcp).containers?.[0].resources?.limits, { cpu: "1", memory: "2048Mi" });
        assert.equal(template(gcp).maxInstanceRequestConcurrency, 100);
    });

    it("runs 2–10 tasks at 70 % CPU in prod, and leaves their number to scaling", async () => {
        const { one } = await todoOn("aws", {}, "prod");

        const target = one(appautoscaling.Target).inputs;
        assert.deepEqual([target.minCapacity, target.maxCapacity], [2, 10]);
        const policy = one(appautoscaling.Policy).inputs.targetTrackingScalingPolicyConfiguration;
        assert.equal(policy?.targetValue, 70);
        assert.equal(policy?.predefinedMetricSpecification?.predefinedMetricType, "ECSServiceAverageCPUUtilization");
        const service = one(ecs.Service);
        assert.equal(service.inputs.desiredCount, 2);
        assert.deepEqual(service.ignoreChanges, ["desiredCount"]);
    });

    it("runs 1–10 instances on Cloud Run", async () => {
        for (const environment of ["dev", "prod"] as const) {
            const scaling = template(await todoOn("gcp", {}, environment)).scaling;
            assert.deepEqual([scaling?.minInstanceCount, scaling?.maxInstanceCount], [1, 10]);
        }
    });

    it("is reached by a chain of security groups: load balancer → 8000 → 5432, and reaches 443 outside", async () => {
        const rules = vpc(await todoOn("aws"));
        const [lb, api, db] = ["lb", "api", "db"].map((name) => `\${todo-dev-${name}-access.id}`);

        assert.deepEqual(
            rules.ingress.filter(({ to }) => to !== lb),
            [
                { to: api, port: 8000, from: lb },
                { to: db, port: 5432, from: api },
            ],
        );
        assert.deepEqual(rules.egress, [
            { from: lb, port: 8000, to: api },
            { from: api, port: 5432, to: db },
            { from: api, port: 443, to: "0.0.0.0/0" },
        ]);
    });

    it("gets public addresses only where there is no NAT", async () => {
        for (const [nat, open] of [
            ["none", true],
            ["single", false],
        ] as const) {
            const configuration = (await todoOn("aws", { network: { nat } })).one(ecs.Service).inputs
                .networkConfiguration;
            assert.equal(configuration?.assignPublicIp, open);
            assert.match(String(configuration?.subnets?.[0]), open ? /public-1/ : /private-1/);
            const egress = template(await todoOn("gcp", { network: { nat } })).vpcAccess?.egress;
            assert.equal(egress, open ? "PRIVATE_RANGES_ONLY" : "ALL_TRAFFIC");
        }
    });

    it("is reached on Cloud Run by the load balancer alone, under an account of its own", async () => {
        const { one } = await todoOn("gcp");
        const service = one(cloudrunv2.Service).inputs;

        assert.equal(service.ingress, "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER");
        assert.equal(one(serviceaccount.Account).inputs.accountId, "todo-dev-api");
        assert.match(String(service.template?.serviceAccount), /todo-dev-api/);
        assert.equal(service.template?.vpcAccess?.networkInterfaces?.length, 1);
    });

    it("is asked for its health at /health-check", async () => {
        const probes = template(await todoOn("gcp")).containers![0];

        assert.equal(probes.startupProbe?.httpGet?.path, "/health-check");
        assert.equal(probes.livenessProbe?.httpGet?.path, "/health-check");
        assert.equal(probes.ports?.containerPort, 8000);
    });

    it("meets the same environment on both clouds", async () => {
        const { aws, gcp } = await todoOnBoth({ services: { api: { env: { LOG_LEVEL: "debug" } } } });
        const onAws = containers(aws)[0];
        const onGcp = template(gcp).containers![0].envs!;

        // Cloud Run sets PORT by itself, and refuses to be told.
        const plain = ["DB_HOST", "DB_NAME", "DB_PORT", "DB_USER", "LOG_LEVEL"];
        const secret = ["API_TOKEN", "DATABASE_URL", "DB_PASSWORD"];
        assert.deepEqual(
            onAws.environment.map(({ name }) => name),
            [...plain, "PORT"],
        );
        assert.deepEqual(
            onAws.secrets.map(({ name }) => name),
            secret,
        );
        assert.deepEqual(
            onGcp
                .filter(({ value }) => value !== undefined)
                .map(({ name }) => name)
                .sort(),
            plain,
        );
        assert.deepEqual(
            onGcp
                .filter(({ valueSource }) => valueSource)
                .map(({ name }) => name)
                .sort(),
            secret,
        );
        for (const { name, value } of onAws.environment) if (name === "LOG_LEVEL") assert.equal(value, "debug");
    });

    it("may do nothing but start on AWS: pull its image, write its log, read its secrets", async () => {
        const { one, of } = await todoOn("aws");
        const policy = JSON.parse(String(one(iam.RolePolicy).inputs.policy)) as {
            Statement: { Action: string[]; Resource: string | string[] }[];
        };

        assert.deepEqual(
            policy.Statement.map(({ Action }) => Action[0].split(":")[0]),
            ["ecr", "ecr", "logs", "secretsmanager"],
        );
        for (const { Action, Resource } of policy.Statement)
            assert.equal(
                Resource === "*",
                Action[0] === "ecr:GetAuthorizationToken",
                "only the login knows no resource",
            );
        assert.deepEqual(policy.Statement[3].Resource, [
            "${todo-dev-api-api-token-version.arn}",
            "${todo-dev-db-credentials-version.arn}",
        ]);
        assert.equal(of(iam.RolePolicyAttachment).length, 0, "no managed policy, which would allow more");
    });

    it("runs the image's own program, or what the topology says instead", async () => {
        const said = { entrypoint: ["/init", "--"], command: ["serve", "--port", "8000"] };
        const { aws, gcp } = await todoOnBoth({ services: { api: said } });
        const [task] = containers(aws);
        assert.deepEqual([task.entryPoint, task.command], [said.entrypoint, said.command]);
        const run = template(gcp).containers?.[0];
        assert.deepEqual([run?.commands, run?.args], [said.entrypoint, said.command]);

        const usual = await todoOnBoth();
        assert.ok(!("entryPoint" in containers(usual.aws)[0] || "command" in containers(usual.aws)[0]));
        const own = template(usual.gcp).containers?.[0];
        assert.deepEqual([own?.commands, own?.args], [undefined, undefined]);
    });

    it("gives its jobs its entry point, and each a command of its own", async () => {
        const jobs = { migrate: { service: "api", command: ["migrate"], run: "deployment" as const } };
        const app = {
            services: {
                api: {
                    image: { reference: "registry.example.com/api:1" },
                    entrypoint: ["/init"],
                    command: ["serve"],
                    ports: { http: 8000 },
                    health: { path: "/" },
                },
            },
            jobs,
        };
        const job = containers(await on("aws", app)).find(({ name }) => name === "migrate");
        assert.deepEqual([job?.entryPoint, job?.command], [["/init"], ["migrate"]]);
        const run = (await on("gcp", app)).one(cloudrunv2.Job).inputs.template?.template?.containers?.[0];
        assert.deepEqual([run?.commands, run?.args], [["/init"], ["migrate"]]);
    });

    it("mounts its image read-only with a writable /tmp, unless the app cannot", async () => {
        const task = await todoOn("aws");
        assert.equal(containers(task)[0].readonlyRootFilesystem, true);
        assert.deepEqual(containers(task)[0].mountPoints, [
            { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
        ]);

        const loose = await todoOn("aws", { services: { api: { aws: { readonlyRootFilesystem: false } } } });
        assert.equal(containers(loose)[0].readonlyRootFilesystem, false);
        assert.deepEqual(loose.one(ecs.TaskDefinition).inputs.volumes, []);
    });

    it("takes commands where it is told to, by a channel that its role may open, and nowhere else", async () => {
        const suffix = "api-task-policy";
        const off = await todoOn("aws");
        assert.equal(off.one(ecs.Service).inputs.enableExecuteCommand, undefined);
        assert.deepEqual(off.of(iam.RolePolicy, suffix), []);

        const open = await todoOn("aws", { services: { api: { aws: { exec: true, readonlyRootFilesystem: false } } } });
        assert.equal(open.one(ecs.Service).inputs.enableExecuteCommand, true);
        const policy = open.one(iam.RolePolicy, suffix).inputs.policy as string;
        assert.deepEqual(JSON.parse(policy), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: ["Create", "Open"].flatMap((verb) =>
                        ["ControlChannel", "DataChannel"].map((channel) => `ssmmessages:${verb}${channel}`),
                    ),
                    Resource: "*",
                },
            ],
        });
    });

    it("logs to /ecs/<app> below the stack's name", async () => {
        const { options } = containers(await todoOn("aws"))[0].logConfiguration as { options: Record<string, string> };

        assert.equal(options["awslogs-group"], "/ecs/todo/dev");
        assert.equal(options["awslogs-region"], "ap-northeast-1");
        assert.equal(options["awslogs-stream-prefix"], "api");
    });

    it("rolls a failed deployment back, and never below its number of tasks", async () => {
        const service = (await todoOn("aws")).one(ecs.Service).inputs;

        assert.deepEqual(service.deploymentCircuitBreaker, { enable: true, rollback: true });
        assert.deepEqual([service.deploymentMinimumHealthyPercent, service.deploymentMaximumPercent], [100, 200]);
        assert.equal(service.healthCheckGracePeriodSeconds, 60);
    });

    it("runs on Spot in dev and never in prod, on x86 or ARM", async () => {
        const provider = async (environment: "dev" | "prod") =>
            (await todoOn("aws", {}, environment)).one(ecs.Service).inputs.capacityProviderStrategies?.[0]
                .capacityProvider;
        assert.deepEqual([await provider("dev"), await provider("prod")], ["FARGATE_SPOT", "FARGATE"]);

        const arm = await todoOn("aws", { services: { api: { aws: { architecture: "arm64" } } } });
        assert.equal(arm.one(ecs.TaskDefinition).inputs.runtimePlatform?.cpuArchitecture, "ARM64");
    });

    it("is billed on Cloud Run per request or per instance", async () => {
        for (const [cpuBilling, cpuIdle] of [
            ["request", true],
            ["instance", false],
        ] as const) {
            const plan = await todoOn("gcp", { services: { api: { gcp: { cpuBilling } } } });
            assert.equal(template(plan).containers?.[0].resources?.cpuIdle, cpuIdle);
        }
    });

    it("sends traces to a collector beside it when asked, and may then hand them on", async () => {
        const { aws, gcp } = await todoOnBoth({ tracing: { enabled: true, samplePercent: 25 } });

        const [app, collector] = containers(aws);
        assert.match(collector.image, /aws-otel-collector:v\d/);
        assert.equal(collector.essential, false);
        const value = (name: string) => app.environment.find((variable) => variable.name === name)?.value;
        assert.equal(value("OTEL_EXPORTER_OTLP_ENDPOINT"), "http://localhost:4318");
        assert.equal(value("OTEL_TRACES_SAMPLER_ARG"), "0.25");
        assert.match(String(aws.one(iam.RolePolicy, "task-policy").inputs.policy), /xray:PutTraceSegments/);

        assert.equal(template(gcp).containers?.length, 2);
        const roles = gcp.of(projects.IAMMember).map(({ inputs }) => inputs.role);
        assert.ok(roles.includes("roles/cloudtrace.agent"));
        const without = await todoOnBoth();
        assert.equal(containers(without.aws).length, 1);
        assert.equal(template(without.gcp).containers?.length, 1);
    });

    it("waits for the listener and its permissions before it starts", async () => {
        const { one, resources } = await todoOn("aws");
        const dependencies = one(ecs.Service).dependencies;

        const names = dependencies.map((urn) => urn.split("::").at(-1));
        assert.ok(names.includes("todo-dev-lb-api-tying"), "ECS refuses a target group that no listener leads to");
        assert.ok(names.includes("todo-dev-api-from-ingress-8000"), "its health is asked as soon as it runs");
        assert.ok(names.includes("todo-dev-api-to-internet-443"), "it fetches its image");
        assert.ok(!names.includes("todo-dev-lb-https"), "nobody is led to it before it runs");
        const task = one(ecs.TaskDefinition);
        assert.ok(task.propertyDependencies.executionRoleArn.some((urn) => urn.includes("RolePolicy")));
        assert.ok(resources.some(({ urn }) => urn === one(ec2.SecurityGroup, "api-access").urn));
    });
});
