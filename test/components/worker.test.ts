import assert from "node:assert/strict";

import * as appautoscaling from "@pulumi/aws/appautoscaling";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ecs from "@pulumi/aws/ecs";
import * as lb from "@pulumi/aws/lb";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import * as monitoring from "@pulumi/gcp/monitoring";
import * as projects from "@pulumi/gcp/projects";
import * as workflows from "@pulumi/gcp/workflows";

import { warningsOf } from "../../plan/warnings";
import type { AppInput, Cloud } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { taskContainers } from "./containers";
import { on, stackOf } from "./stack";

const image = { reference: "registry.example.com/shop:1" };
const shop = {
    services: {
        web: { image, ports: { http: 8000 }, health: { path: "/health" } },
        work: {
            image,
            command: ["celery", "worker"],
            entrypoint: ["tini", "--"],
            health: { container: { command: ["celery", "inspect", "ping"] } },
            scale: { min: 2, max: 5, cpuPercent: 60 },
            uses: ["db", "keys"],
            calls: ["web"],
            mounts: { files: "/files" },
        },
        beat: {
            image,
            ports: {},
            scale: { min: 1, max: 1, hours: { from: "08:00", to: "20:00", timeZone: "Asia/Tokyo" } },
        },
    },
    databases: { db: {} },
    filesystems: { files: {} },
    secrets: { keys: { keys: ["API_KEY"] } },
    jobs: { migrate: { service: "work", command: ["migrate"], run: "deployment" } },
    tracing: { enabled: true },
    deployer: { github: "example/shop" },
    alarms: { enabled: true, emails: ["ops@example.com"] },
} satisfies Omit<AppInput, "name">;

describe("A worker", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        plans = { aws: await on("aws", shop), gcp: await on("gcp", shop) };
    });
    const pool = (name: string) => plans.gcp.one(cloudrunv2.WorkerPool, name).inputs;

    it("is an ECS service behind no load balancer, whose container has no port", () => {
        const { inputs } = plans.aws.one(ecs.Service, "work");
        assert.deepEqual(inputs.loadBalancers, []);
        assert.equal(inputs.healthCheckGracePeriodSeconds, undefined);
        assert.equal(plans.aws.of(lb.TargetGroup).length, 1);

        const app = taskContainers(plans.aws, "work")[0];
        assert.deepEqual(app.portMappings, []);
        assert.ok(!app.environment.some(({ name }) => name === "PORT"));
        assert.deepEqual((app.healthCheck as { command: string[] }).command, ["CMD", "celery", "inspect", "ping"]);
    });

    it("is a worker pool of Cloud Run, with what a service there has but for ports and probes", () => {
        assert.deepEqual(
            plans.gcp.of(cloudrunv2.Service).map(({ name }) => name),
            ["demo-dev-web"],
        );
        const { template } = pool("work");
        const [app, collector] = template!.containers!;
        assert.deepEqual(app.args, ["celery", "worker"]);
        assert.deepEqual(app.commands, ["tini", "--"]);
        assert.deepEqual(app.dependsOns, ["collector"]);
        assert.deepEqual(app.resources, { limits: { cpu: "1", memory: "2048Mi" } });
        assert.deepEqual(app.volumeMounts, [{ name: "files", mountPath: "/files" }]);
        for (const key of ["ports", "startupProbe", "livenessProbe"]) assert.ok(!(key in app), key);
        assert.deepEqual(collector.resources, { limits: { cpu: "1", memory: "512Mi" } });
        const names = app.envs!.map(({ name }) => name);
        for (const name of ["DATABASE_URL", "API_KEY", "WEB_URL", "FILES_PATH"]) assert.ok(names.includes(name), name);
        assert.equal(template!.vpcAccess?.networkInterfaces?.[0].tags?.[0], "cloud-run");
        assert.equal(template!.serviceAccount, "${demo-dev-work-account.email}");
    });

    it("waits for the job before it on both clouds", () => {
        assert.deepEqual(taskContainers(plans.aws, "work")[0].dependsOn, [
            { containerName: "migrate", condition: "SUCCESS" },
        ]);
        const job = plans.gcp.one(cloudrunv2.Job, "migrate");
        assert.ok(plans.gcp.one(cloudrunv2.WorkerPool, "work").dependencies.includes(job.urn));
    });

    it("scales between its limits, or has one number", () => {
        const { inputs } = plans.aws.one(appautoscaling.Target, "work-scale");
        assert.deepEqual([inputs.minCapacity, inputs.maxCapacity], [2, 5]);
        assert.deepEqual(pool("work").scaling, { scalingMode: "AUTOMATIC", minInstanceCount: 2, maxInstanceCount: 5 });
        assert.deepEqual(pool("beat").scaling, { scalingMode: "MANUAL", manualInstanceCount: 1 });
    });

    it("rests outside its hours: both of its limits are set", () => {
        const bodies = plans.gcp
            .of(cloudscheduler.Job)
            .map(({ inputs: { httpTarget } }) => [
                httpTarget?.uri?.split("/").slice(-2).join("/"),
                JSON.parse(Buffer.from(String(httpTarget?.body), "base64").toString()) as unknown,
            ]);
        const uri = "workerPools/${demo-dev-beat.name}?updateMask=scaling";
        assert.deepEqual(bodies, [
            [uri, { scaling: { scalingMode: "MANUAL", manualInstanceCount: 1 } }],
            [uri, { scaling: { scalingMode: "MANUAL", manualInstanceCount: 0 } }],
        ]);
        assert.deepEqual(plans.gcp.one(projects.IAMCustomRole, "beat-hours-role").inputs.permissions, [
            "run.workerpools.get",
            "run.workerpools.update",
        ]);
        const actions = plans.aws.of(appautoscaling.ScheduledAction).map(({ inputs }) => inputs.scalableTargetAction);
        assert.deepEqual(actions, [
            { minCapacity: 1, maxCapacity: 1 },
            { minCapacity: 0, maxCapacity: 0 },
        ]);
    });

    it("may be deployed by CI, and is started anew when a secret that it reads changes", () => {
        const members = plans.gcp.of(cloudrunv2.WorkerPoolIamMember).map(({ inputs }) => [inputs.name, inputs.role]);
        assert.deepEqual(
            members.filter(([, role]) => role === "roles/run.developer").map(([name]) => name),
            ["${demo-dev-beat.name}", "${demo-dev-work.name}"],
        );
        const [workflow] = plans.gcp.of(workflows.Workflow);
        assert.match(String(workflow.inputs.sourceContents), /workerPools\/\$\{demo-dev-work\.name\}\?updateMask/);
        assert.deepEqual(plans.gcp.one(projects.IAMCustomRole, "keys-rotation-role").inputs.permissions, [
            "run.workerpools.get",
            "run.workerpools.update",
        ]);
    });

    it("rings when fewer run than should", () => {
        const tasks = plans.aws.one(cloudwatch.MetricAlarm, "work-tasks").inputs;
        assert.equal(tasks.treatMissingData, "breaching");
        assert.equal(
            plans.aws.of(cloudwatch.MetricAlarm).filter(({ name }) => /work-(5xx|latency)/.test(name)).length,
            0,
        );

        const condition = plans.gcp.one(monitoring.AlertPolicy, "work-instances").inputs.conditions?.[0];
        assert.equal(
            condition?.conditionThreshold?.filter,
            'resource.type = "cloud_run_worker_pool" AND metric.type = "run.googleapis.com/container/instance_count" AND resource.labels.worker_pool_name = "${demo-dev-work.name}"',
        );
        const policies = plans.gcp.of(monitoring.AlertPolicy).map(({ name }) => name.replace("demo-dev-alarms-", ""));
        assert.ok(!policies.includes("work-5xx"), policies.join(", "));
        const deployments = plans.gcp.one(monitoring.AlertPolicy, "deployments").inputs.conditions?.[0];
        assert.match(
            String(deployments?.conditionMatchedLog?.filter),
            /^\(\(resource\.type="cloud_run_revision" .*\) OR \(resource\.type="cloud_run_worker_pool" AND resource\.labels\.worker_pool_name=\("\$\{demo-dev-work\.name\}" OR "\$\{demo-dev-beat\.name\}"\)\)\) AND /,
        );
    });
});

describe("An app of workers alone", () => {
    const app = {
        services: { work: { image, uses: ["jobs"], calls: ["api"] }, api: { ...shop.services.web, routes: [] } },
        queues: { jobs: {} },
        firewall: { enabled: true },
        alarms: { enabled: true, emails: ["ops@example.com"] },
    } satisfies Omit<AppInput, "name">;
    const alone = (cloud: Cloud) => on(cloud, app, "prod", { "twinstack:domain": undefined });

    it("has no load balancer, no firewall and no certificate, and says no URL", async () => {
        for (const cloud of ["aws", "gcp"] as const) {
            const plan = await alone(cloud);
            const entrances =
                /^twinstack:.*:(Ingress|Firewall|Dns|Certificate)$|^aws:(lb|wafv2|acm|route53)\/|^gcp:certificatemanager\//;
            assert.deepEqual(
                plan.resources.map(({ type }) => type).filter((type) => entrances.test(type)),
                [],
            );
            const balancing =
                /forwardingRule|urlMap|uRLMap|backendService|securityPolicy|targetHttp|regionNetworkEndpointGroup/i;
            assert.deepEqual(
                plan.resources
                    .map(({ type }) => type)
                    .filter((type) => type.startsWith("gcp:compute/") && balancing.test(type)),
                [],
            );
        }
    });

    it("is watched all the same, and has its dashboard", async () => {
        const aws = await alone("aws");
        const names = aws.of(cloudwatch.MetricAlarm).map(({ name }) => name);
        assert.ok(names.some((name) => name.includes("work")));
        assert.ok(!names.some((name) => name.includes("lb")));
        const gcp = await alone("gcp");
        assert.ok(gcp.of(monitoring.AlertPolicy).some(({ name }) => name.includes("work")));
        assert.equal(aws.of(cloudwatch.Dashboard).length + gcp.of(monitoring.Dashboard).length, 2);
    });

    it("warns of nothing that only a load balancer would have", async () => {
        for (const cloud of ["aws", "gcp"] as const) {
            const warnings = warningsOf(stackOf({ name: "demo", ...app }, cloud, "prod", { domain: false }));
            assert.ok(warnings.some((warning) => warning.startsWith("No service has a route")));
            assert.ok(!warnings.some((warning) => warning.startsWith("No domain")));
        }
    });
});
