import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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
