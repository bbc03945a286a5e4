import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { clouds } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { commandsOf } from "./runbook";
import { todo } from "./stacks";

for (const cloud of clouds)
    describeWithEngine(`todo dev on ${cloud}, when \`pulumi up\` is killed`, () => {
        let project: Project;
        let interrupted: string[] = [];
        before(async () => (project = await Project.start("dev", todo(cloud, "dev"))));
        after(() => project.stop());

        const times = (urn: string): number => project.cloud.urns().filter((u) => u === urn).length;

        it("leaves a lock, and creates that nobody saw the end of", async () => {
            project.cloud.onCreate = (urn) => {
                if (project.cloud.journal.length < 12) return undefined;
                interrupted.push(urn);
                return "hang";
            };
            const up = project.begin("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"]);
            while (!interrupted.length) await sleep(50);
            // What runs beside the first that hangs shall hang too.
            await sleep(1500);
            up.kill("SIGKILL");
            await up.ended;
            project.cloud.onCreate = () => undefined;
            interrupted = interrupted.sort();

            assert.deepEqual((await project.state()).pending.map((p) => p.urn).sort(), interrupted);
            const locked = await project.run("pulumi up --yes --skip-preview --non-interactive");
            assert.notEqual(locked.code, 0);
            assert.match(locked.errors, /locked by 1 lock/);
        });

        it("creates them again on a plain rerun", async () => {
            const [state, things] = [join(project.folder, "state"), new Map(project.cloud.things)];
            const mark = project.cloud.journal.length;
            cpSync(state, `${state}-killed`, { recursive: true });

            await project.run("pulumi cancel --yes");
            // Where a name is fixed the cloud refuses the second one, which must not keep the rest from being tried.
            await project.run("pulumi up --yes --skip-preview --non-interactive --continue-on-error");
            const again = project.cloud.since(mark).filter(({ urn }) => interrupted.includes(urn));
            assert.deepEqual([...new Set(again.map(({ urn }) => urn))].sort(), interrupted);
            // Names that Pulumi makes up differ at each attempt, so nothing stops the second one.
            assert.ok(interrupted.some((urn) => times(urn) === 2));

            rmSync(state, { recursive: true });
            cpSync(`${state}-killed`, state, { recursive: true });
            project.cloud.things.clear();
            for (const [key, thing] of things) project.cloud.things.set(key, thing);
        });

        it("recovers by the steps of the runbook, with one of each", async () => {
            const [cancel, list, clear, up] = commandsOf("## A killed `up`");
            const typed = async (command: string | undefined): Promise<string> => {
                const { code, output, errors } = await project.run(command!);
                assert.equal(code, 0, `${command}\n${output}${errors}`);
                return output;
            };
            await typed(cancel);
            const listed = await typed(list);
            for (const urn of interrupted) assert.ok(listed.includes(urn), listed);
            // What the runbook asks a person to do: delete in the cloud what the list names.
            for (const [key, thing] of project.cloud.things)
                if (interrupted.includes(thing.urn)) project.cloud.things.delete(key);
            await typed(clear);
            await typed(up);

            for (const urn of interrupted) assert.equal(times(urn), 1, urn);
            const { resources, pending } = await project.state();
            const known = resources.filter((r) => r.custom && r.id && !r.type.startsWith("pulumi:")).map((r) => r.urn);
            assert.deepEqual(known.sort(), project.cloud.urns());
            assert.deepEqual(pending, []);
            await project.expectNoChanges();
        });
    });
