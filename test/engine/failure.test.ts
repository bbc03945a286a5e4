import assert from "node:assert/strict";

import { clouds } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { commandsOf, expectTyped } from "./runbook";
import { typeOf } from "./standin/cloud";
import { canary } from "./standin/resources";
import { holdsData, retained, todo } from "./stacks";

after(expectTyped);

for (const cloud of clouds)
    describeWithEngine(`todo prod on ${cloud}, when things go wrong`, () => {
        let project: Project;
        before(async () => (project = await Project.start("prod", todo(cloud, "prod"))));
        after(() => project.stop());

        /** Urns of the state's resources that exist outside it, and how often each exists. */
        const known = async (): Promise<string[]> => {
            const { resources, pending } = await project.state();
            assert.deepEqual(pending, [], "an operation is pending after a provider's failure");
            return resources
                .filter((r) => r.custom && r.id && !r.type.startsWith("pulumi:"))
                .map((r) => r.urn)
                .sort();
        };

        it("converges by rerunning, whichever resource the cloud refuses", async () => {
            // Every resource is refused once, at its first attempt; each rerun gets as far as the next refusals.
            const refused = new Set<string>();
            project.cloud.onCreate = (urn) => {
                if (refused.has(urn)) return undefined;
                refused.add(urn);
                return "fail";
            };
            const began = Date.now();
            let runs = 0;
            for (let before = -1; before !== refused.size; runs++) {
                before = refused.size;
                await project.up({ continueOnError: true }).catch(() => undefined);
                assert.deepEqual(await known(), project.cloud.urns(), "the state and the cloud disagree");
            }
            await project.expectNoChanges();
            assert.ok(!(await project.state()).text.includes(canary), "a secret is in the state in plaintext");

            assert.deepEqual(project.cloud.urns(), [...refused].sort(), "each was refused once and is there once");
            const anew = project.cloud.journal.filter(({ action }) => action === "delete").map(({ type }) => type);
            // An attempt to deploy is a task definition of its own, and the service was refused once.
            assert.deepEqual(anew, cloud === "aws" ? ["aws:ecs/taskDefinition:TaskDefinition"] : []);
            assert.ok(refused.size > 40, `only ${refused.size} resources were refused`);
            console.log(
                `        ${refused.size} resources refused, ${runs} runs, ${Math.round((Date.now() - began) / 1000)} s`,
            );
        });

        const data = (): string[] => project.cloud.urns().filter((urn) => holdsData.test(typeOf(urn)));

        it("refuses to destroy what holds data, and as people run it touches nothing", async () => {
            const [before, mark] = [data(), project.cloud.journal.length];
            const { code, output } = await project.run("pulumi destroy --yes");
            assert.notEqual(code, 0);
            assert.match(output, /cannot be deleted\s+because it is protected/);
            assert.deepEqual(project.cloud.since(mark), []);
            assert.ok(before.length > 0);

            // Without its preview, as the Automation API runs it, `destroy` takes what it can; never the data.
            await assert.rejects(project.destroy(), /protect/);
            assert.deepEqual(data(), before);
        });

        it("is deleted for good by the steps of the runbook", async () => {
            for (const command of commandsOf("## Deleting production")) {
                const { code, output, errors } = await project.run(command);
                // The first only looks, and finds that it is protected.
                assert.equal(code, command.includes("destroy-check") ? 3 : 0, `${command}\n${output}${errors}`);
            }
            assert.deepEqual(
                project.cloud.urns().filter((urn) => !retained.has(typeOf(urn))),
                [],
            );
        });
    });
