import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iam from "@pulumi/aws/iam";
import * as sfn from "@pulumi/aws/sfn";
import * as eventarc from "@pulumi/gcp/eventarc";
import * as projects from "@pulumi/gcp/projects";
import * as pubsub from "@pulumi/gcp/pubsub";
import * as secretmanager from "@pulumi/gcp/secretmanager";
import * as workflows from "@pulumi/gcp/workflows";

import type { AppInput, Cloud } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { on } from "./stack";

const service = (uses: string[], path: string) => ({
    image: { reference: "example/api:1.0" },
    ports: { http: 8000 },
    health: { path: "/health" },
    routes: [{ path }],
    uses,
});
const app = (redeploy: boolean) =>
    ({
        services: {
            api: service(["keys"], "/api/*"),
            worker: service(["keys"], "/work/*"),
            site: service([], "/*"),
        },
        secrets: { keys: { keys: ["FIRST_KEY", "SECOND_KEY"], redeploy }, unread: { keys: ["OTHER"] } },
    }) satisfies Omit<AppInput, "name">;

describe("Rotation", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        plans = { aws: await on("aws", app(true)), gcp: await on("gcp", app(true)) };
    });

    it("hears of a new value by Secrets Manager's own event, which takes no CloudTrail trail", () => {
        const rule = plans.aws.one(cloudwatch.EventRule, "keys-rotation").inputs;

        assert.deepEqual(JSON.parse(String(rule.eventPattern)), {
            source: ["aws.secretsmanager"],
            "detail-type": ["Secret Label Updated"],
            resources: ["${demo-dev-keys-version.arn}"],
            detail: { labelUpdated: ["AWSCURRENT"] },
        });
        assert.equal(
            plans.aws.one(cloudwatch.EventTarget, "keys-rotation-target").inputs.arn,
            "${demo-dev-keys-rotation-machine.arn}",
        );
    });

    it("deploys the services that read it again on AWS, one after the other, and no others", () => {
        const { definition } = plans.aws.one(sfn.StateMachine).inputs;
        const { StartAt, States } = JSON.parse(definition) as {
            StartAt: string;
            States: Record<string, { Resource: string; Parameters: object; Next?: string; End?: boolean }>;
        };

        assert.deepEqual([StartAt, States.api.Next, States.worker.End], ["api", "worker", true]);
        assert.deepEqual(Object.keys(States), ["api", "worker"]);
        assert.equal(States.api.Resource, "arn:aws:states:::aws-sdk:ecs:updateService");
        assert.deepEqual(States.api.Parameters, {
            Cluster: "${demo-dev-platform.name}",
            Service: "${demo-dev-api.name}",
            ForceNewDeployment: true,
        });
        const { policy } = plans.aws.one(iam.RolePolicy, "keys-rotation-role-policy").inputs;
        const { Statement } = JSON.parse(String(policy)) as { Statement: { Action: string[] }[] };
        const own = Statement.filter(({ Action }) => !Action.every((action) => action.startsWith("logs:")));
        assert.deepEqual(own, [
            {
                Effect: "Allow",
                Action: ["ecs:UpdateService"],
                Resource: ["api", "worker"].map(
                    (name) =>
                        `arn:aws:ecs:ap-northeast-1:*:service/\${demo-dev-platform.name}/\${demo-dev-${name}.name}`,
                ),
            },
        ]);
    });

    it("writes down why it failed", () => {
        const { loggingConfiguration } = plans.aws.one(sfn.StateMachine).inputs;
        assert.deepEqual(
            [loggingConfiguration?.level, loggingConfiguration?.logDestination],
            ["ERROR", "${demo-dev-keys-rotation-logs.arn}:*"],
        );
        assert.equal(plans.gcp.one(workflows.Workflow).inputs.callLogLevel, "LOG_ERRORS_ONLY");
    });

    it("hears of a new version by the set's topic on GCP, which Secret Manager alone publishes on", () => {
        const { gcp } = plans;

        const announced = gcp.of(secretmanager.Secret).filter(({ inputs }) => inputs.topics);
        assert.deepEqual(
            announced.map(({ name, inputs }) => [name, inputs.topics]),
            ["first", "second"].map((key) => [`demo-dev-keys-${key}-key`, [{ name: "${demo-dev-keys-topic.id}" }]]),
        );
        const publisher = gcp.one(pubsub.TopicIAMMember);
        assert.deepEqual(
            [publisher.inputs.role, publisher.inputs.member],
            ["roles/pubsub.publisher", "${demo-dev-keys-publisher.member}"],
        );
        for (const secret of announced)
            assert.ok(secret.dependencies.includes(publisher.urn), "it may publish by then");
        const trigger = gcp.one(eventarc.Trigger).inputs;
        assert.equal(trigger.transport?.pubsub?.topic, "${demo-dev-keys-topic.id}");
        assert.equal(trigger.destination.workflow, "${demo-dev-keys-rotation.id}");
    });

    it("makes a revision of the services that read it on GCP, at a new version only, and of no others", () => {
        const source = String(plans.gcp.one(workflows.Workflow).inputs.sourceContents);
        const { steps } = (
            JSON.parse(source) as { main: { steps: Record<string, { switch?: object[]; try?: object }>[] } }
        ).main;

        assert.deepEqual(steps.flatMap(Object.keys), ["check", "api", "worker"]);
        assert.match(JSON.stringify(steps[0].check.switch), /eventType != \\+"SECRET_VERSION_ADD/);
        assert.deepEqual(steps[1].api.try, {
            call: "http.patch",
            args: {
                url: "https://run.googleapis.com/v2/projects/example-project/locations/asia-northeast1/services/${demo-dev-api.name}?updateMask=template.annotations",
                auth: { type: "OAuth2" },
                body: { template: { annotations: { "secret-version": "${event.id}" } } },
            },
        });
        const role = plans.gcp.one(projects.IAMCustomRole).inputs;
        assert.deepEqual(role.permissions, ["run.services.get", "run.services.update"]);
        // Another at every `up` after a `destroy`: Google gives the id of a deleted role away after 37 days.
        assert.equal(role.roleId, "demo_dev_keys_rotation_${demo-dev-keys-rotation-role-suffix.hex}");
    });

    it("is not made where values may change without a restart, or nobody reads them", async () => {
        const aws = await on("aws", app(false));
        const gcp = await on("gcp", app(false));

        assert.deepEqual(aws.of(sfn.StateMachine), []);
        assert.deepEqual([gcp.of(workflows.Workflow), gcp.of(pubsub.Topic)], [[], []]);
        const turnedOn = (plan: TestPlan) =>
            plan.of(projects.Service).map(({ inputs }) => inputs.service.split(".")[0]);
        for (const api of ["eventarc", "pubsub", "workflowexecutions", "workflows"]) {
            assert.ok(turnedOn(plans.gcp).includes(api), api);
            assert.ok(!turnedOn(gcp).includes(api), api);
        }
    });

    for (const [services, steps] of [
        [["check"], ["check_version", "check"]],
        [
            ["check", "check-version"],
            ["check_version_version", "check", "check_version"],
        ],
    ])
        it(`starts services that are called as its own first step is: ${services.join(" and ")}`, async () => {
            const one = (name: string, routes: object[]) => ({
                image: { reference: `registry.example.com/${name}:1` },
                ports: { http: 80 },
                routes,
                health: { path: "/" },
                uses: ["keys"],
            });
            const { resources } = await on("gcp", {
                services: Object.fromEntries(
                    services.map((name, index) => [name, one(name, [{ path: index ? `/${name}/*` : "/*" }])]),
                ),
                secrets: { keys: { keys: ["API_KEY"] } },
            });
            const workflow = resources.find(({ type }) => type === "gcp:workflows/workflow:Workflow");
            const { main } = JSON.parse(workflow!.inputs.sourceContents as string) as { main: { steps: object[] } };
            assert.deepEqual(
                main.steps.map((step) => Object.keys(step)[0]),
                steps,
            );
        });
});
