import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { clouds } from "../../topology/app";
import { parsed, runJobElsewhere as runJob, type Given } from "../pipeline/runner";
import { describeWithEngine, Project } from "./project";
import type { Thing } from "./standin/cloud";
import { todo } from "./stacks";

/** What the steps of our own workflows do, with the real engine and a stand-in cloud. */
for (const cloud of clouds)
    describeWithEngine(`The workflows' steps, on ${cloud}`, () => {
        let project: Project;
        before(async () => {
            project = await Project.start("dev", todo(cloud, "dev"));
            await project.up();
        });
        after(() => project.stop());

        const workflow = (name: string) =>
            parsed(readFileSync(join(project.workDir, `.github/workflows/twinstack-${name}.yaml`), "utf8"));
        const given = (): Given => ({
            workspace: project.workDir,
            env: project.environment,
            vars: { PULUMI_BACKEND_URL: project.environment.PULUMI_BACKEND_URL },
            secrets: { PULUMI_CONFIG_PASSPHRASE: project.environment.PULUMI_CONFIG_PASSPHRASE },
            skip: ["Packages"],
        });
        const pull = (action: string, more: object = {}): Given => ({
            ...given(),
            github: {
                event_name: "pull_request",
                event: {
                    action,
                    pull_request: {
                        number: 123,
                        head: { repo: { full_name: "acme/shop" } },
                        labels: [{ name: "preview" }],
                    },
                    ...more,
                },
            },
            needs: { ready: { result: "success", outputs: { aws: "true", gcp: "true" } } },
        });
        /** Makes the last update of the preview one of so many hours ago, as the backend remembers it. */
        const olderBy = (hours: number): void => {
            const folder = join(project.folder, "state/.pulumi/stacks");
            const file = readdirSync(folder, { recursive: true })
                .map(String)
                .find((name) => name.endsWith("pr-123.json"));
            assert.ok(file, folder);
            const state = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
                checkpoint: { latest: { manifest: { time: string } } };
            };
            state.checkpoint.latest.manifest.time = new Date(Date.now() - hours * 3_600_000).toISOString();
            writeFileSync(join(folder, file), JSON.stringify(state));
        };
        const things = (stack: string) =>
            [...project.cloud.things.values()].filter(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::`));
        const find = (type: string): Thing => {
            const found = things("dev").find((thing) => thing.type === type);
            assert.ok(found, type);
            return found;
        };

        it("bring a preview up, beside the stack that it is like, and to what the branch says by then", async () => {
            const before = things("dev").length;
            const { failed, steps, outputs } = await runJob(workflow("preview").jobs.up, pull("labeled"));
            assert.equal(failed, false, JSON.stringify(steps, null, 1));
            assert.match(outputs.url, /^http/);
            assert.match(outputs.cost, /\*\*\$[\d.]+ a month/);
            assert.match(readFileSync(join(project.workDir, "Pulumi.pr-123.yaml"), "utf8"), /environment: dev/);
            assert.ok(things("pr-123").length > 50);
            assert.equal(things("dev").length, before);
            const again = await runJob(workflow("preview").jobs.up, pull("synchronize"));
            assert.equal(again.failed, false, JSON.stringify(again.steps, null, 1));
        });

        it("take down in the night what nobody has closed, and nothing else, on a machine that never saw its stack file", async () => {
            rmSync(join(project.workDir, "Pulumi.pr-123.yaml"), { force: true });
            const pull = { state: "OPEN", labels: [{ name: "preview" }], updatedAt: new Date().toISOString() };
            const sweep = () =>
                runJob(workflow("preview").jobs.sweep, {
                    ...given(),
                    commands: {
                        gh: `case "$*" in "pr view 123 "*) echo '${JSON.stringify(pull)}' ;; *) exit 9 ;; esac`,
                    },
                    github: { event_name: "schedule", event: {} },
                    needs: { ready: { result: "success", outputs: { aws: "true", gcp: "true" } } },
                });
            const step = "Take down what nobody needs";
            const [dev, preview] = [things("dev").length, things("pr-123").length];
            const young = await sweep();
            assert.equal(young.failed, false, young.steps[step].output);
            assert.match(young.steps[step].output, /pr-123 stays: updated 0 hours ago/);
            assert.equal(things("pr-123").length, preview);

            olderBy(80);
            const { wanted, failed, steps } = await sweep();
            assert.equal(wanted, true);
            assert.equal(failed, false, steps[step].output);
            assert.match(steps[step].output, /pr-123 goes: nothing was pushed for 80 hours/);
            // Images are left to their registry, which takes them along.
            const kept = things("pr-123").map(({ type }) => type);
            assert.deepEqual([...new Set(kept)], ["docker-build:index:Image"]);
            assert.equal(things("dev").length, dev);
            const { output } = await project.run("pulumi stack ls --json");
            assert.deepEqual(
                (JSON.parse(output) as { name: string }[]).map(({ name }) => name),
                ["dev"],
            );
        });

        it("find what was changed by hand, and what is gone, and make an issue of it", async () => {
            const job = structuredClone(workflow("drift").jobs["drift-prod"]);
            const looks = "What is another than the code says";
            for (const step of job.steps!) if (step.name === looks) step.env!.STACK = "dev";
            const all = { ...given(), needs: { ready: { result: "success", outputs: { aws: "true", gcp: "true" } } } };
            const database = find(
                cloud === "aws" ? "aws:rds/instance:Instance" : "gcp:sql/databaseInstance:DatabaseInstance",
            );
            const lost = find(cloud === "aws" ? "aws:cloudwatch/logGroup:LogGroup" : "gcp:cloudrunv2/service:Service");
            const kept = [...project.cloud.things].find(([, thing]) => thing === lost)!;
            const before = structuredClone(database.written);
            if (cloud === "aws") database.written.backupRetentionPeriod = 0;
            else
                (database.written.settings as { backupConfiguration: object }).backupConfiguration = { enabled: false };
            project.cloud.things.delete(kept[0]);
            const mark = project.cloud.journal.length;

            const { failed, outputs, steps } = await runJob(job, all);
            assert.equal(failed, false, JSON.stringify(steps, null, 1));
            assert.equal(outputs.drifted, "true", steps[looks].output);
            const [gone, changed] = [lost, database].map(({ urn }) => urn.split("::").at(-1)!);
            assert.match(outputs.report, new RegExp(`${gone}[^]*gone`));
            assert.match(outputs.report, new RegExp(`${changed}[^]*backup`));
            // Looking changes nothing, the state neither: what is another is found again.
            assert.equal(project.cloud.journal.length, mark);
            // A preview makes a name up for what is to be made anew: only the values differ.
            const linesOf = (report: string) => report.split("\n").filter((line) => line.startsWith("- "));
            assert.deepEqual(linesOf((await runJob(job, all)).outputs.report), linesOf(outputs.report));
            const told = await runJob(workflow("drift").jobs["issue-prod"], {
                ...given(),
                needs: { "drift-prod": { result: "success", outputs } },
                commands: { gh: `case "$*" in "issue list "*) echo '[]' ;; *) echo "$*" >> asked ;; esac` },
            });
            assert.equal(told.failed, false, JSON.stringify(told.steps));
            const wrote = (file: string) => readFileSync(join(project.workDir, file), "utf8");
            assert.match(wrote("asked"), /issue create .*--title Drift of stack prod --body-file issue\.md/);
            assert.ok(wrote("issue.md").includes(outputs.report.trim()));

            Object.assign(database.written, before);
            project.cloud.things.set(...kept);
            assert.equal((await runJob(job, all)).outputs.drifted, "false");
        });

        it("find no drift in what was deployed, nor in what clouds change by themselves or nobody has deployed yet", async () => {
            const drift = () => project.run("node cli/bin.js pipeline drift --stack dev");
            const first = await drift();
            assert.equal(first.code, 0, first.output + first.errors);
            assert.match(first.output, /Stack dev is what was deployed\./);
            if (cloud === "aws") find("aws:ecs/service:Service").written.desiredCount = 7;
            project.configure(todo(cloud, "dev", { "twinstack:overrides": { logs: { retentionDays: 14 } } }));
            const { code, output, errors } = await drift();
            assert.equal(code, 0, output + errors);
            assert.match(output, /Not deployed yet, and no drift: \d+ changes of the code/);
            project.configure(todo(cloud, "dev"));
        });
    });
