import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as codebuild from "@pulumi/aws/codebuild";
import * as codeconnections from "@pulumi/aws/codeconnections";
import * as codepipeline from "@pulumi/aws/codepipeline";
import * as iam from "@pulumi/aws/iam";
import * as s3 from "@pulumi/aws/s3";
import * as cloudbuild from "@pulumi/gcp/cloudbuild";
import * as cloudbuildv2 from "@pulumi/gcp/cloudbuildv2";
import * as logging from "@pulumi/gcp/logging";
import * as monitoring from "@pulumi/gcp/monitoring";
import * as projects from "@pulumi/gcp/projects";
import { parse } from "yaml";

import { pipelineStages } from "../../topology/steps";
import { warningsOf } from "../../plan/warnings";
import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import type { AppInput, Cloud } from "../../topology/app";
import { plan, type TestPlan } from "../recorded";
import { account, on, stackOf } from "./stack";

const said = {
    repository: "acme/demo",
    branch: "release/1.0",
    folder: "infra",
    approval: true,
    timeoutMinutes: 90,
    aws: { state: "s3://acme-state?region=us-east-1" },
    gcp: { authorized: true, state: "gs://acme-state" },
};
const app = (pipeline: object = {}) =>
    ({
        services: {
            api: { image: { reference: "example/api:1" }, ports: { http: 80 }, health: { path: "/" } },
        },
        alarms: { enabled: true, emails: ["ops@example.com"] },
        pipeline: { ...said, ...pipeline },
    }) as Omit<AppInput, "name">;

interface Statement {
    Effect: string;
    Action: string | string[];
    Resource?: string | string[];
    Principal?: { AWS?: string; Service?: string };
    Condition?: Record<string, Record<string, string[]>>;
}
const statements = (document: unknown) => (JSON.parse(String(document)) as { Statement: Statement[] }).Statement;
const actionsOf = (document: unknown) => statements(document).flatMap(({ Action }) => Action);

interface Buildspec {
    version: number;
    env: { shell: string; variables?: Record<string, string> };
    phases: Record<string, { commands?: string[]; "runtime-versions"?: Record<string, number> }>;
}

describe("Pipeline", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        plans = { aws: await on("aws", app()), gcp: await on("gcp", app()) };
    });
    const project = (stage: string) => plans.aws.one(codebuild.Project, `-${stage}`).inputs;
    const spec = (stage: string) => parse((project(stage).source as { buildspec: string }).buildspec) as Buildspec;
    const steps = () =>
        (plans.gcp.one(cloudbuild.Trigger).inputs.build as unknown as { steps: Record<string, string>[] }).steps;

    it("goes from source by tests and an approval to the deployment, at pushes to the branch alone", () => {
        const { inputs } = plans.aws.one(codepipeline.Pipeline);
        assert.equal(inputs.pipelineType, "V2");
        const stages = inputs.stages as { name: string; actions: Record<string, unknown>[] }[];
        assert.deepEqual(
            stages.map(({ name }) => name),
            ["Source", "Test", "Approval", "Deploy"],
        );
        const [[source], , [approval]] = stages.map(({ actions }) => actions);
        assert.deepEqual(source.configuration, {
            ConnectionArn: "${demo-dev-pipeline-github.arn}",
            FullRepositoryId: "acme/demo",
            BranchName: "release/1.0",
            DetectChanges: "false",
        });
        assert.deepEqual([approval.category, approval.provider], ["Approval", "Manual"]);
        assert.deepEqual((inputs.triggers as { gitConfiguration: unknown }[])[0].gitConfiguration, {
            sourceActionName: "Source",
            pushes: [{ branches: { includes: ["release/1.0"] } }],
        });

        const trigger = plans.gcp.one(cloudbuild.Trigger).inputs;
        assert.deepEqual(trigger.approvalConfig, { approvalRequired: true });
        const { push } = trigger.repositoryEventConfig as { push: { branch: string } };
        assert.ok(new RegExp(push.branch).test("release/1.0"));
        for (const other of ["release/1x0", "release/1.0-rc", "x/release/1.0"])
            assert.ok(!new RegExp(push.branch).test(other), other);
        assert.equal(plans.gcp.one(cloudbuildv2.Repository).inputs.remoteUri, "https://github.com/acme/demo.git");
    });

    it("asks nobody without an approval", async () => {
        const { inputs } = (await on("aws", app({ approval: false }))).one(codepipeline.Pipeline);
        assert.deepEqual(
            (inputs.stages as { name: string }[]).map(({ name }) => name),
            ["Source", "Test", "Deploy"],
        );
        const trigger = (await on("gcp", app({ approval: false }))).one(cloudbuild.Trigger).inputs;
        assert.deepEqual(trigger.approvalConfig, { approvalRequired: false });
    });

    it("runs the commands of one description on both clouds, each in the project's folder, and all of them are Bash", () => {
        for (const stage of ["test", "deploy"] as const) {
            const { version, env, phases } = spec(stage);
            assert.equal(version, 0.2);
            assert.equal(env.shell, "bash");
            assert.deepEqual(Object.keys(phases), ["install", "build"]);
            const scripts = phases.build.commands!;
            const step = steps().find(({ id }) => id === stage)!;
            for (const { run } of pipelineStages[stage]) {
                assert.equal(scripts.filter((script) => script.includes(`cd infra\n${run}`)).length, 1, run);
                assert.ok(step.script.includes(`cd infra\n${run}`), run);
            }
            for (const script of [...scripts, step.script]) {
                const { status, stderr } = spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });
                assert.equal(status, 0, stderr);
            }
        }
        // An image of Google's command line need not have Docker: it is handed on.
        const [, docker, deploy, ...others] = steps();
        assert.match(docker.script, /^#!\/bin\/sh\nset -e\ncp \S+\/docker \S+\/docker-buildx \/tools\/\n$/);
        assert.match(
            deploy.script,
            /-t \/usr\/local\/bin \/tools\/docker\n[^]*cli-plugins \/tools\/docker-buildx\n[^]* ship /,
        );
        assert.deepEqual([docker.volumes, others], [deploy.volumes, []]);
    });

    it("stops at a command that fails, in the middle of one as well", () => {
        const failing = "false | cat\necho on";
        const [, deploying] = [spec("test"), spec("deploy")].map(({ phases }) => phases.build.commands!);
        const ship = deploying.find((script) => script.includes("twinstack ship"))!;
        const run = (script: string) => spawnSync("bash", ["-c", script], { encoding: "utf8" });
        const broken = run(ship.replace(/cd infra\n[^]*\n\)/, `${failing}\n)`));
        assert.notEqual(broken.status, 0);
        assert.equal(broken.stdout, "");
        const build = steps()[0].script.replace(/\(\ncd infra\n[^]*/, `(\n${failing}\n)\n`);
        const stopped = spawnSync("bash", ["-c", build], { encoding: "utf8" });
        assert.notEqual(stopped.status, 0);
        assert.equal(stopped.stdout, "");
    });

    it("updates the rest where a ship had nothing to do, and fails as the ship does", () => {
        const ship = pipelineStages.deploy.find(({ name }) => name === "Ship")!;
        const run = (state: string, status: number) => {
            const folder = mkdtempSync(join(tmpdir(), "pipeline-"));
            const log = join(folder, "log");
            const fake = (name: string, body: string) =>
                writeFileSync(join(folder, name), `#!/bin/bash\necho "${name} $*" >> ${log}\n${body}\n`, {
                    mode: 0o755,
                });
            fake("npx", `case "$*" in *" ship "*) echo '{"state":"${state}"}'; exit ${status} ;; esac`);
            fake("pulumi", "exit 0");
            const done = spawnSync("bash", ["-eo", "pipefail", "-c", ship.run], {
                cwd: folder,
                env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, STACK: "prod" },
            });
            const calls = readFileSync(log, "utf8").trim().split("\n");
            rmSync(folder, { recursive: true });
            return {
                status: done.status,
                calls: calls.map((call) => call.replace("npx --no ", "").split(" ").slice(0, 2).join(" ")),
            };
        };
        assert.deepEqual(run("released", 0), { status: 0, calls: ["twinstack ship"] });
        assert.deepEqual(run("undone", 1), { status: 1, calls: ["twinstack ship"] });
        assert.deepEqual(run("nothing", 0), {
            status: 0,
            calls: ["twinstack ship", "pulumi stack", "twinstack diff", "pulumi up"],
        });
    });

    it("signs a deployment in as the account's deploying role, and tests as nobody", () => {
        const { env, phases } = spec("deploy");
        const signIn = phases.build.commands!.find((script) => script.includes("role_arn"))!;
        const folder = mkdtempSync(join(tmpdir(), "pipeline-"));
        mkdirSync(join(folder, "infra"));
        const file = join(folder, "config");
        const { status, stderr } = spawnSync("bash", ["-c", signIn], {
            cwd: folder,
            encoding: "utf8",
            env: {
                ...process.env,
                AWS_CONFIG_FILE: file,
                AWS_PROFILE: env.variables!.AWS_PROFILE,
                AWS_REGION: "eu-west-1",
                CODEBUILD_BUILD_ARN: "arn:aws:codebuild:eu-west-1:123456789012:build/x:1",
            },
        });
        assert.equal(status, 0, stderr);
        assert.equal(
            readFileSync(file, "utf8"),
            "[profile deploy]\nrole_arn = arn:aws:iam::123456789012:role/twinstack-deploy\n" +
                "credential_source = EcsContainer\nrole_session_name = pipeline\nregion = eu-west-1\n",
        );
        rmSync(folder, { recursive: true });
        assert.equal(env.variables!.PULUMI_BACKEND_URL, said.aws.state);
        assert.equal(env.variables!.STACK, "dev");
        assert.equal(spec("test").env.variables, undefined);

        const policy = (of: string) => plans.aws.one(iam.RolePolicy, `${of}-policy`).inputs.policy;
        assert.deepEqual(actionsOf(policy("-pipeline-test")), [
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:GetObjectVersion",
        ]);
        assert.ok(actionsOf(policy("-pipeline-deploy")).includes("sts:AssumeRole"));
        for (const of of ["-pipeline-test", "-pipeline-deploy", "-pipeline-role"])
            for (const { Resource } of statements(policy(of))) assert.notEqual(Resource, "*", of);

        const trigger = plans.gcp.one(cloudbuild.Trigger).inputs;
        assert.match(String(trigger.serviceAccount), /\/serviceAccounts\/twinstack-deploy@[^@]+$/);
        const deploying = steps()[2] as unknown as { envs: string[] };
        assert.deepEqual(deploying.envs.slice(0, 2), ["PULUMI_BACKEND_URL=gs://acme-state", "STACK=dev"]);
        assert.equal(steps()[0].envs, undefined);
    });

    it("keeps its log as long as the stack says, and what stages hand on for thirty days in a locked bucket", () => {
        const group = plans.aws.one(cloudwatch.LogGroup, "-pipeline-logs").inputs;
        assert.equal(
            group.retentionInDays,
            plans.aws.one(cloudwatch.LogGroup, "-platform-logs").inputs.retentionInDays,
        );
        const logs = project("deploy").logsConfig as { cloudwatchLogs: { status: string } };
        assert.equal(logs.cloudwatchLogs.status, "ENABLED");
        const rules = plans.aws.one(s3.BucketLifecycleConfiguration, "-artifacts-lifecycle").inputs.rules as {
            expiration: { days: number };
        }[];
        assert.equal(rules[0].expiration.days, 30);
        const locked = plans.aws.one(s3.BucketPublicAccessBlock, "-artifacts-private").inputs;
        assert.ok(locked.blockPublicPolicy && locked.restrictPublicBuckets);
        assert.equal(statements(plans.aws.one(s3.BucketPolicy, "-artifacts-policy").inputs.policy)[0].Effect, "Deny");

        const sink = plans.gcp.one(logging.ProjectSink, "-pipeline-sink").inputs;
        assert.match(String(sink.filter), /resource\.labels\.build_trigger_id="/);
        assert.equal(plans.gcp.one(logging.ProjectExclusion, "-pipeline-exclusion").inputs.filter, sink.filter);
    });

    it("tells the alarms' topic and channels of a run that fails", () => {
        const rule = plans.aws.one(cloudwatch.EventRule, "-pipeline-failed").inputs;
        const pattern = JSON.parse(String(rule.eventPattern)) as { source: string[]; detail: { state: string[] } };
        assert.deepEqual([pattern.source, pattern.detail.state], [["aws.codepipeline"], ["FAILED"]]);
        const policy = plans.gcp.one(monitoring.AlertPolicy, "-pipeline-failed").inputs;
        const [{ conditionMatchedLog }] = policy.conditions as { conditionMatchedLog: { filter: string } }[];
        assert.match(conditionMatchedLog.filter, /"\^\(ERROR\|TIMEOUT\)" OR \(operation\.last=true .*"EXPIRED"\)/);
        assert.equal((policy.notificationChannels as unknown[]).length, 1);
    });

    it("takes the connection that is there, and waits on GCP with what a new one cannot have yet", async () => {
        const arn = "arn:aws:codeconnections:us-east-1:123456789012:connection/abc";
        const existing = await on("aws", app({ aws: { ...said.aws, connection: arn } }));
        assert.equal(existing.of(codeconnections.Connection).length, 0);
        assert.ok(plans.aws.one(codeconnections.Connection).inputs.providerType === "GitHub");

        const waiting = await on("gcp", app({ gcp: { state: said.gcp.state } }));
        assert.equal(waiting.of(cloudbuildv2.Connection).length, 1);
        assert.equal(waiting.of(cloudbuild.Trigger).length + waiting.of(cloudbuildv2.Repository).length, 0);
        const named = await on("gcp", app({ gcp: { state: said.gcp.state, connection: "github" } }));
        assert.equal(named.of(cloudbuildv2.Connection).length, 0);
        assert.equal(named.one(cloudbuildv2.Repository).inputs.parentConnection, "github");
    });

    it("says in the plan what a person has to do, and who is not asked", () => {
        const of = (cloud: Cloud, pipeline: object) =>
            warningsOf(stackOf({ name: "demo", ...app(pipeline) }, cloud, "dev")).join("\n");
        assert.match(of("aws", {}), /pending until a person finishes it/);
        assert.doesNotMatch(of("gcp", {}), /has to finish in the console/);
        assert.match(of("gcp", { gcp: { state: "gs://acme-state" } }), /then set pipeline\.gcp\.authorized/);
        assert.doesNotMatch(of("aws", {}), /without an approval/);
        assert.match(
            of("aws", { approval: false }),
            /push to release\/1\.0 of acme\/demo deploys to dev without an approval/,
        );
    });

    it("is refused without the state, and with a branch that is a pattern", () => {
        const of = (cloud: Cloud, pipeline: object) => () => stackOf({ name: "demo", ...app(pipeline) }, cloud, "dev");
        assert.throws(of("aws", { aws: {} }), /pipeline\.aws\.state/);
        assert.throws(of("gcp", { gcp: {} }), /pipeline\.gcp\.state/);
        assert.throws(of("aws", { branch: "release/*" }), /pipeline\.branch/);
        assert.throws(of("aws", { folder: "infra; rm -rf /" }), /pipeline\.folder/);
    });

    it("is trusted by the account's deploying role where that stack says so, and not otherwise", async () => {
        for (const pipelines of [true, false]) {
            const input = { ...account, account: { ...account.account, pipelines } };
            const made = (cloud: Cloud) =>
                plan(() => deploy(stackOf(input, cloud, "prod"), plannedGates()), { stack: "prod" });
            const aws = await made("aws");
            const [trust] = statements(aws.one(iam.Role, "-deploy").inputs.assumeRolePolicy).filter(
                ({ Action }) => Action === "sts:AssumeRole",
            );
            const gcp = await made("gcp");
            const writer = gcp.of(projects.IAMMember).filter(({ inputs }) => inputs.role === "roles/logging.logWriter");
            assert.equal(writer.length, pipelines ? 1 : 0);
            if (!pipelines) assert.equal(trust, undefined);
            else {
                assert.match(String(trust.Principal?.AWS), /^arn:aws:iam::[^:]+:root$/);
                const [like] = trust.Condition!.ArnLike["aws:PrincipalArn"];
                const name = plans.aws.one(iam.Role, "-pipeline-deploy").name;
                const pattern = new RegExp(
                    `^${like
                        .replace(/[a-z]+-\*-pipeline/, "[a-z]+-.*-pipeline")
                        .replace(/^[^/]*\//, "")
                        .replace(/-\*$/, "-.*")}$`,
                );
                assert.match(`${name}-abc1234`, pattern);
            }
            const preview = statements(aws.one(iam.Role, "-preview").inputs.assumeRolePolicy);
            assert.ok(preview.every(({ Action }) => Action !== "sts:AssumeRole"));
        }
    });
});
