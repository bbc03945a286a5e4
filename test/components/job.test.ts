import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ecs from "@pulumi/aws/ecs";
import * as iam from "@pulumi/aws/iam";
import * as scheduler from "@pulumi/aws/scheduler";
import * as sfn from "@pulumi/aws/sfn";
import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import * as logging from "@pulumi/gcp/logging";
import * as projects from "@pulumi/gcp/projects";
import * as secretmanager from "@pulumi/gcp/secretmanager";

import { warningsOf } from "../../plan/warnings";
import type { AppInput, Cloud } from "../../topology/app";
import { ProblemsError } from "../../topology/validate";
import type { TestPlan } from "../recorded";
import { on, stackOf, todoOnBoth } from "./stack";

const app = (migration = ["python", "migrate.py"], image = "example/api:1.0") =>
    ({
        services: {
            api: {
                image: { reference: image },
                ports: { http: 8000, ui: 8501 },
                health: { path: "/health" },
                routes: [{ path: "/api/*" }, { port: "ui" }],
                uses: ["db"],
                secrets: ["API_TOKEN"],
            },
        },
        databases: { db: {} },
        jobs: {
            migrate: { service: "api", command: migration, run: "deployment", timeoutSeconds: 120 },
            nightly: {
                service: "api",
                command: ["python", "clean.py"],
                run: "schedule",
                cron: "30 3 * * 1-5",
                timeZone: "Asia/Tokyo",
                timeoutSeconds: 900,
                retries: 2,
            },
            report: { service: "api", command: ["python", "report.py"], run: "demand" },
        },
    }) satisfies Omit<AppInput, "name">;

interface Definition {
    StartAt: string;
    States: Record<
        string,
        { Resource: string; TimeoutSeconds: number; Retry?: object[]; Parameters: Record<string, unknown> }
    >;
}
interface Container {
    image: string;
    command?: string[];
    entryPoint?: string[];
    readonlyRootFilesystem: boolean;
    secrets: object[];
    dependsOn?: object[];
}
interface Policy {
    Statement: { Action: string[]; Resource: string | string[]; Condition?: unknown }[];
}

describe("Job", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        plans = { aws: await on("aws", app()), gcp: await on("gcp", app()) };
    });
    const state = (job: string) => {
        const { definition } = plans.aws.one(sfn.StateMachine, job).inputs;
        return (JSON.parse(definition) as Definition).States.run;
    };

    it("runs the service's newest task definition on AWS, with a command of its own", async () => {
        const { Resource, Parameters } = state("nightly");

        assert.equal(Resource, "arn:aws:states:::ecs:runTask.sync");
        assert.deepEqual(Parameters, {
            LaunchType: "FARGATE",
            Cluster: "${demo-dev-platform.name}",
            TaskDefinition: "${demo-dev-api.arn}",
            NetworkConfiguration: {
                AwsvpcConfiguration: {
                    Subnets: ["${demo-dev-network-public-1.id}", "${demo-dev-network-public-2.id}"],
                    AssignPublicIp: "ENABLED",
                    SecurityGroups: ["${demo-dev-api-access.id}"],
                },
            },
            Overrides: { ContainerOverrides: [{ Name: "api", Command: ["python", "clean.py"] }] },
        });
    });

    it("is stopped after its time and tried again as often as it may, on both clouds", async () => {
        const { TimeoutSeconds, Retry } = state("nightly");
        assert.equal(TimeoutSeconds, 900);
        assert.deepEqual(Retry, [{ ErrorEquals: ["States.ALL"], MaxAttempts: 2, IntervalSeconds: 10 }]);
        assert.equal(state("report").Retry, undefined, "once is enough unless told otherwise");

        const twin = plans.gcp.one(cloudrunv2.Job, "nightly").inputs.template.template;
        assert.deepEqual([twin.timeout, twin.maxRetries], ["900s", 2]);
    });

    it("starts at its times, in its time zone, on both clouds", async () => {
        const schedule = plans.aws.one(scheduler.Schedule).inputs;
        assert.deepEqual(
            [schedule.scheduleExpression, schedule.scheduleExpressionTimezone, schedule.flexibleTimeWindow.mode],
            ["cron(30 3 ? * MON-FRI *)", "Asia/Tokyo", "OFF"],
        );
        assert.equal(schedule.target.arn, "${demo-dev-nightly.arn}");

        const twin = plans.gcp.one(cloudscheduler.Job).inputs;
        assert.deepEqual([twin.schedule, twin.timeZone], ["30 3 * * 1-5", "Asia/Tokyo"]);
        assert.equal(
            twin.httpTarget?.uri,
            "https://run.googleapis.com/v2/projects/example-project/locations/asia-northeast1/jobs/${demo-dev-nightly.name}:run",
        );
    });

    it("may start that task in that cluster on AWS, and hand it the service's roles, and nothing else", async () => {
        const { policy } = plans.aws.one(iam.RolePolicy, "nightly-role-policy").inputs;
        const statements = (JSON.parse(String(policy)) as Policy).Statement;

        const of = (action: string) => statements.find(({ Action }) => Action.includes(action));
        assert.deepEqual(of("ecs:RunTask")?.Resource, ["${demo-dev-api.arn}", "${demo-dev-api.arn}:*"]);
        assert.deepEqual(of("ecs:RunTask")?.Condition, {
            ArnLike: { "ecs:cluster": "arn:aws:ecs:ap-northeast-1:*:cluster/${demo-dev-platform.name}" },
        });
        assert.deepEqual(of("iam:PassRole")?.Resource, ["${demo-dev-api-execution.arn}", "${demo-dev-api-task.arn}"]);
        // What delivers logs knows no resources.
        for (const { Action, Resource } of statements)
            assert.ok(Resource !== "*" || Action.every((action) => action.startsWith("logs:")), Action.join());
    });

    it("writes down on AWS what failed in it, and no input", () => {
        const { loggingConfiguration } = plans.aws.one(sfn.StateMachine, "nightly").inputs;
        assert.deepEqual(loggingConfiguration, {
            level: "ERROR",
            includeExecutionData: false,
            logDestination: "${demo-dev-nightly-logs.arn}:*",
        });
        const { name, retentionInDays } = plans.aws.one(cloudwatch.LogGroup, "nightly-logs").inputs;
        assert.deepEqual([name, retentionInDays], ["/aws/vendedlogs/states/demo-dev-nightly", 7]);
    });

    it("may be started on GCP by its schedule alone", async () => {
        const permission = plans.gcp.one(cloudrunv2.JobIamMember).inputs;

        assert.deepEqual(
            [permission.name, permission.role, permission.member],
            ["${demo-dev-nightly.name}", "roles/run.invoker", "${demo-dev-nightly-schedule-account.member}"],
        );
    });

    it("has the service's environment, secrets and network on GCP, and an account of its own that may read them", async () => {
        const gcp = plans.gcp;

        const service = gcp.one(cloudrunv2.Service, "-api").inputs.template;
        for (const { inputs, name } of gcp.of(cloudrunv2.Job)) {
            const task = inputs.template.template;
            assert.deepEqual(task.containers?.[0].envs, service?.containers?.[0].envs, name);
            assert.deepEqual(task.vpcAccess, service?.vpcAccess, name);
            assert.equal(task.serviceAccount, `\${${name}-account.email}`);
            const readers = gcp
                .of(secretmanager.SecretIamMember)
                .filter((member) => member.name.startsWith(`${name}-`));
            assert.deepEqual(
                readers.map((reader) => reader.name.slice(name.length + 1)),
                ["api-token", "database-url", "db-password"],
            );
            for (const reader of readers) assert.ok(gcp.one(cloudrunv2.Job, name).dependencies.includes(reader.urn));
        }
    });

    it("runs before a new version gets traffic on GCP: again at each change, and every service waits for it", async () => {
        const gcp = plans.gcp;

        const job = gcp.one(cloudrunv2.Job, "migrate");
        assert.equal(job.inputs.runExecutionToken, "v${demo-dev-migrate-execution.hex}");
        assert.equal(gcp.one(cloudrunv2.Job, "report").inputs.runExecutionToken, undefined);
        for (const service of gcp.of(cloudrunv2.Service))
            assert.ok(service.dependencies.includes(job.urn), service.name);

        // Its token is another at every attempt: a rollback is a change as well, and Cloud Run refuses a token that it has seen.
        const what = ({ outputs }: TestPlan) =>
            (outputs.passed as Record<string, { what: string }>)["demo-dev-migrate"].what;
        assert.equal(what(await on("gcp", app())), what(gcp));
        const { services } = app();
        const larger = { ...app(), services: { api: { ...services.api, memory: 4096 } } };
        for (const other of [app(undefined, "example/api:1.1"), app(["python", "other.py"]), larger])
            assert.notEqual(what(await on("gcp", other)), what(gcp));
    });

    it("goes when the app has it no more, in prod too: it keeps no data", async () => {
        const domain = { name: "api.example.com" };
        const gcp = await on("gcp", { ...app(), domain }, "prod");

        for (const { inputs, name } of gcp.of(cloudrunv2.Job)) assert.equal(inputs.deletionProtection, false, name);
        assert.equal(gcp.one(cloudrunv2.Service, "-api").inputs.deletionProtection, true);
    });

    it("begins each new task on AWS instead, and makes nothing of its own", async () => {
        const aws = plans.aws;

        assert.deepEqual(
            aws.of(sfn.StateMachine).map(({ name }) => name),
            ["demo-dev-nightly", "demo-dev-report"],
        );
        assert.match(JSON.stringify(aws.resources), /migrate\.py/);
    });

    it("is warned of where it may run longer than an hour on GCP, whose connections may break then", () => {
        const warned = (cloud: "aws" | "gcp", timeoutSeconds: number) => {
            const jobs = { long: { service: "api", command: ["run"], run: "demand" as const, timeoutSeconds } };
            const stack = stackOf({ ...app(), name: "demo", jobs }, cloud, "dev");
            return warningsOf(stack).filter((warning) => /longer than an hour/.test(warning)).length;
        };
        assert.equal(warned("gcp", 3601), 1);
        assert.equal(warned("gcp", 3600), 0);
        assert.equal(warned("aws", 7200), 0);
    });

    it("says by which command a person starts it", async () => {
        const aws = plans.aws.outputs.job as Record<string, string>;
        const gcp = plans.gcp.outputs.job as Record<string, string>;

        assert.equal(
            aws.report,
            "aws stepfunctions start-execution --region ap-northeast-1 --state-machine-arn ${demo-dev-report.arn}",
        );
        assert.match(
            aws.migrate,
            /^aws ecs update-service .* --service \$\{demo-dev-api\.name\} --force-new-deployment$/,
        );
        for (const job of ["migrate", "nightly", "report"])
            assert.equal(
                gcp[job],
                `gcloud run jobs execute \${demo-dev-${job}.name} --project example-project --region asia-northeast1 --wait`,
            );
    });

    it("logs into the stack's log bucket on GCP, where there are jobs", async () => {
        const filter = (plan: TestPlan) => String(plan.one(logging.ProjectSink).inputs.filter);

        assert.match(filter(plans.gcp), /cloud_run_job/);
        assert.doesNotMatch(filter((await todoOnBoth()).gcp), /cloud_run_job/);
    });

    it("turns on Cloud Scheduler where something is scheduled, and only there", async () => {
        const turnedOn = (plan: TestPlan) =>
            plan.of(projects.Service).some(({ inputs }) => inputs.service === "cloudscheduler.googleapis.com");

        assert.equal(turnedOn(plans.gcp), true);
        assert.equal(turnedOn((await todoOnBoth()).gcp), false);
    });

    describe("with an image of its own", () => {
        const own = (job: object): Omit<AppInput, "name"> => ({
            services: {
                api: {
                    image: { reference: "example/api:1.0" },
                    ports: { http: 8000 },
                    entrypoint: ["/start.sh"],
                    health: { path: "/health" },
                    uses: ["db"],
                },
            },
            databases: { db: {} },
            jobs: {
                tables: {
                    service: "api",
                    image: { reference: "quay.io/example/psql:17" },
                    run: "deployment" as const,
                    ...job,
                },
            },
        });
        it("is the container before the app's on AWS, by its own entry point, with the service's variables", async () => {
            const plan = await on("aws", own({ command: ["psql", "-f", "/tables.sql"] }));
            const [app, job] = JSON.parse(plan.one(ecs.TaskDefinition).inputs.containerDefinitions) as Container[];

            assert.deepEqual(app.entryPoint, ["/start.sh"]);
            assert.equal(job.image, "quay.io/example/psql:17");
            assert.deepEqual(job.command, ["psql", "-f", "/tables.sql"]);
            assert.equal(job.entryPoint, undefined);
            assert.equal(job.readonlyRootFilesystem, false);
            assert.deepEqual(job.secrets, app.secrets);
            assert.deepEqual(app.dependsOn, [{ containerName: "tables", condition: "SUCCESS" }]);
        });

        it("is a Cloud Run job of that image, by a remote repository where Cloud Run does not know its registry", async () => {
            const plan = await on("gcp", own({}));
            const [job] = plan.one(cloudrunv2.Job).inputs.template.template.containers!;

            assert.match(job.image, /\/example\/psql:17$/);
            assert.doesNotMatch(job.image, /^quay\.io/);
            assert.equal(job.commands, undefined);
            assert.equal(job.args, undefined);
            assert.match(
                plan.one(artifactregistry.Repository).inputs.remoteRepositoryConfig!.commonRepository!.uri,
                /quay\.io/,
            );
        });

        it("has an entry point that replaces its image's, on both clouds", async () => {
            const said = own({ entrypoint: ["sh", "-c"], command: ["a && b"] });
            const aws = await on("aws", said);
            const [, job] = JSON.parse(aws.one(ecs.TaskDefinition).inputs.containerDefinitions) as Container[];
            assert.deepEqual([job.entryPoint, job.command], [["sh", "-c"], ["a && b"]]);
            const [run] = (await on("gcp", said)).one(cloudrunv2.Job).inputs.template.template.containers!;
            assert.deepEqual([run.commands, run.args], [["sh", "-c"], ["a && b"]]);
        });

        it("is refused of a job that runs later, without a command and without an image, and by a moving tag in prod", async () => {
            const problems = async (job: object, environment: "dev" | "prod" = "dev"): Promise<string> => {
                try {
                    await on("aws", own(job), environment);
                } catch (error) {
                    if (error instanceof ProblemsError) return error.message;
                    throw error;
                }
                return "";
            };

            assert.match(await problems({ run: "demand" }), /jobs\.tables\.image\s+found\s+an image of its own/);
            assert.match(await problems({ image: undefined }), /jobs\.tables\.command\s+found\s+nothing/);
            assert.match(
                await problems({ image: { reference: "example/psql" } }, "prod"),
                /jobs\.tables\.image\.reference\s+found\s+"example\/psql", which is another image/,
            );
        });
    });
});
