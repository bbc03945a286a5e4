import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Interrupted } from "../../operate/pending";
import { clouds, type Cloud as CloudName } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { commandsOf, expectTyped } from "./runbook";
import { typeOf } from "./standin/cloud";
import { image, todo } from "./stacks";

interface Recovery {
    stack: string;
    done: string[];
    pending: Interrupted[];
    next: string[];
}

/** Kinds at which an `up` is killed, together and one after the other: names made up, fixed, composed, and none at all. */
const kinds: Record<CloudName, string[][]> = {
    aws: [
        ["aws:ec2/subnet:Subnet", "aws:iam/role:Role", "aws:cloudwatch/logGroup:LogGroup"],
        [
            "aws:rds/instance:Instance",
            "aws:lb/listener:Listener",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        ],
        ["aws:ecs/service:Service"],
    ],
    gcp: [
        [
            "gcp:serviceaccount/account:Account",
            "gcp:logging/projectBucketConfig:ProjectBucketConfig",
            "gcp:compute/network:Network",
        ],
        ["gcp:sql/databaseInstance:DatabaseInstance", "gcp:compute/subnetwork:Subnetwork"],
        ["gcp:sql/user:User", "gcp:sql/database:Database"],
        ["gcp:cloudrunv2/service:Service"],
        ["gcp:monitoring/dashboard:Dashboard"],
    ],
};

after(expectTyped);

for (const cloud of clouds)
    describeWithEngine(`todo dev on ${cloud}, when \`pulumi up\` is killed`, () => {
        let project: Project;
        before(async () => (project = await Project.start("dev", todo(cloud, "dev"))));
        after(() => project.stop());

        const times = (urn: string): number => project.cloud.urns().filter((u) => u === urn).length;

        /** Begins an `up`, and kills it while things of these types are made, or changed. */
        const killAt = async (types: string[], at: "onCreate" | "onUpdate" = "onCreate"): Promise<string[]> => {
            const interrupted: string[] = [];
            project.cloud[at] = (urn) => {
                if (!types.includes(typeOf(urn))) return undefined;
                interrupted.push(urn);
                return "hang";
            };
            const up = project.begin("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"]);
            const early = up.ended.then(({ output, errors }) => Promise.reject(new Error(`${output}${errors}`)));
            early.catch(() => undefined);
            while (!types.every((type) => interrupted.some((urn) => typeOf(urn) === type)))
                await Promise.race([sleep(50), early]);
            await sleep(500);
            up.kill("SIGKILL");
            await up.ended;
            project.cloud[at] = () => undefined;
            return interrupted.sort();
        };

        const typed = async (command: string | undefined, codes = [0]): Promise<string> => {
            const { code, output, errors } = await project.run(command!);
            assert.ok(codes.includes(code!), `${command} answered ${code}\n${output}${errors}`);
            return output;
        };

        /** What a person does who believes every line. */
        const follow = async ({ urn, show, remove, todo, known }: Interrupted): Promise<void> => {
            if (todo !== "look") return;
            const shown = await project.run(show!);
            assert.ok(shown.code === 0 || /NotFound/.test(shown.errors), `${show}\n${shown.errors}`);
            const there = shown.output.split(/\s+/).filter((id) => id && !known.includes(id));
            assert.ok(there.length >= times(urn), `${show} shows ${there.join(", ") || "nothing"}`);
            // What has no name of its own may be one of several: whatever the state does not know was interrupted.
            for (const id of there) for (const line of remove) await typed(line.replaceAll(/\bID\b/g, id));
            assert.equal(times(urn), 0, urn);
        };

        it("leaves a lock and pending creates, which a plain rerun makes again", async () => {
            const interrupted = await killAt(kinds[cloud][0]!);
            assert.deepEqual((await project.state()).pending.map((p) => p.urn).sort(), interrupted);
            const locked = await project.run("pulumi up --yes --skip-preview --non-interactive");
            assert.notEqual(locked.code, 0);
            assert.match(locked.errors, /locked by 1 lock/);

            const [state, things] = [join(project.folder, "state"), new Map(project.cloud.things)];
            const mark = project.cloud.journal.length;
            cpSync(state, `${state}-killed`, { recursive: true });
            await project.run("pulumi cancel --yes");
            // Where a name is fixed the cloud refuses the second one, which must not keep the rest from being tried.
            await project.run("pulumi up --yes --skip-preview --non-interactive --continue-on-error");
            const again = project.cloud.since(mark).filter(({ urn }) => interrupted.includes(urn));
            assert.deepEqual([...new Set(again.map(({ urn }) => urn))].sort(), interrupted);

            rmSync(state, { recursive: true });
            cpSync(`${state}-killed`, state, { recursive: true });
            project.cloud.things.clear();
            for (const [key, thing] of things) project.cloud.things.set(key, thing);
        });

        for (const [index, types] of kinds[cloud].entries())
            it(`recovers from a kill at ${types.join(", ")} by what \`recover\` says, line by line`, async () => {
                // The first is what the test before has left.
                const interrupted = index
                    ? await killAt(types)
                    : (await project.state()).pending.map(({ urn }) => urn).sort();
                const [look, unlock, clear] = commandsOf("## A killed `up`");
                const { pending } = JSON.parse(await typed(`${look} --json`, [3])) as Recovery;
                assert.deepEqual(pending.map(({ urn }) => urn).sort(), interrupted);
                for (const { urn, missing, remove, show, todo } of pending) {
                    assert.deepEqual(missing, [], urn);
                    assert.ok(todo === "nothing" || (show && remove.length), urn);
                }
                await typed(unlock, [3]);
                for (const one of pending) await follow(one);
                await typed(clear);
                assert.deepEqual((await project.state()).pending, []);
            });

        it("comes up then, with one of each", async () => {
            const up = commandsOf("## A killed `up`").at(-1);
            await typed(up);
            const { resources, pending } = await project.state();
            const known = resources.filter((r) => r.custom && r.id && !r.type.startsWith("pulumi:")).map((r) => r.urn);
            assert.deepEqual(known.sort(), project.cloud.urns());
            assert.deepEqual(pending, []);
            await project.expectNoChanges();
            assert.match(await typed("npx --no twinstack recover"), /Nothing is pending/);
        });

        it("recovers from a kill in the middle of an update by a look at that alone, and goes on", async () => {
            project.configure(todo(cloud, "dev", image("a")));
            const [service] = kinds[cloud].flat().filter((type) => /:Service$/.test(type));
            const interrupted = await killAt([service!], "onUpdate");
            const [look, unlock, clear, up] = commandsOf("## A killed `up`");
            const { pending } = JSON.parse(await typed(`${look} --json`, [3])) as Recovery;
            assert.deepEqual(
                pending.map(({ urn, todo }) => [urn, todo]),
                interrupted.map((urn) => [urn, "read"]),
            );
            await typed(unlock, [3]);
            const { done } = JSON.parse(await typed(`${clear} --json`)) as Recovery;
            assert.deepEqual(done[0]?.match(/urn:[^']*/g), interrupted);
            assert.deepEqual((await project.state()).pending, []);
            await typed(up);
            await project.expectNoChanges();
        });
    });
