import assert from "node:assert/strict";

import { clouds } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { commandsOf, expectTyped } from "./runbook";
import { nameOf, typeOf, type Entry } from "./standin/cloud";
import { todo } from "./stacks";

const server = /^(aws:rds\/instance:|gcp:sql\/databaseInstance:)/;
const replica = /-replica-1$/;

after(expectTyped);

for (const cloud of clouds)
    describeWithEngine(`todo's database in prod on ${cloud}, upgraded and restored by the runbook`, () => {
        const overrides = { databases: { db: { replicas: 1 } } };
        let project: Project;
        before(async () => {
            project = await Project.start("prod", todo(cloud, "prod", { "twinstack:overrides": overrides }));
            await project.preview();
            await project.up();
        });
        after(() => project.stop());

        const run = async (...commands: (string | undefined)[]): Promise<Entry[]> => {
            const mark = project.cloud.journal.length;
            for (const command of commands) {
                const { code, output, errors } = await project.run(command!);
                assert.equal(code, 0, `${command}\n${output}${errors}`);
            }
            return project.cloud.since(mark);
        };
        const servers = (): string[] => project.cloud.urns().filter((urn) => server.test(typeOf(urn)));
        const primaries = (): string[] => servers().filter((urn) => !replica.test(nameOf(urn)));
        const done = (entries: Entry[]): string[] =>
            entries.map(({ action, type, urn }) => `${action} ${type} ${nameOf(urn)}`).sort();

        const [setVersion, upgradeUp, ...afterwards] = commandsOf("## Major upgrade of a database");
        const upgrade = [setVersion, upgradeUp];

        it("takes another major version by one up, after which there is nothing to do and nothing that fails", async () => {
            const entries = await run(...upgrade);
            assert.deepEqual(
                done(entries),
                cloud === "aws"
                    ? [
                          "create aws:rds/parameterGroup:ParameterGroup todo-prod-db-postgres16",
                          "update aws:rds/instance:Instance todo-prod-db",
                      ]
                    : ["update gcp:sql/databaseInstance:DatabaseInstance todo-prod-db"],
            );
            // Until its window the server uses them.
            if (cloud === "aws")
                assert.ok(project.cloud.urns().some((urn) => nameOf(urn) === "todo-prod-db-postgres15"));
            await project.expectNoChanges();
            assert.deepEqual(await run("pulumi up --yes"), []);
        });

        if (cloud === "aws")
            it("leaves nothing of the old version, once the window has passed, by the runbook's commands", async () => {
                project.cloud.maintain();
                assert.deepEqual(done(await run(...afterwards)), [
                    "delete aws:rds/parameterGroup:ParameterGroup todo-prod-db-postgres15",
                ]);
                await project.expectNoChanges();
            });

        const [set, up, unprotect, upAgain, remove, upLast] = commandsOf("## Restoring a database");
        let restored: string;

        it("goes back to a moment: a new server that the services use, beside the one before", async () => {
            const old = primaries();
            const entries = await run(set, up);
            [restored] = primaries().filter((urn) => !old.includes(urn)) as [string];
            assert.match(nameOf(restored), /^todo-prod-db-r[0-9a-f]{6}$/);
            assert.equal(primaries().length, 2);
            // The replica is the new server's; nothing else that holds data went.
            const gone = entries.filter(({ action, type }) => action === "delete" && server.test(type));
            assert.deepEqual(
                done(gone).map((text) => text.split(" ").at(-1)),
                ["todo-prod-db-replica-1"],
            );
            assert.ok(
                entries.some(
                    ({ action, type }) => action === "update" && /^(aws:ecs|gcp:cloudrunv2)\/service:/.test(type),
                ),
            );
            await project.expectNoChanges();
        });

        it("is not given back by taking the restore out: that is refused before anything is touched", async () => {
            const mark = project.cloud.journal.length;
            const { code, output } = await project.run(
                "pulumi config rm --path 'twinstack:overrides.databases.db.restore' && pulumi up --yes",
            );
            assert.notEqual(code, 0);
            assert.match(output, /cannot be deleted\s+because it is protected/);
            assert.deepEqual(project.cloud.since(mark), []);
            assert.equal((await project.run(set!)).code, 0);
            await project.expectNoChanges();
        });

        it("lets the server before go in two steps, and keeps the restored one as it is", async () => {
            const [id] = [...project.cloud.things.values()]
                .filter(({ urn }) => urn === restored)
                .map((thing) => thing.id);
            const lifted = await run(unprotect, upAgain);
            assert.deepEqual(
                done(lifted).map((text) => text.split(" ").at(-1)),
                ["todo-prod-db"],
            );
            await run(remove, upLast);
            assert.deepEqual(primaries(), [restored]);
            assert.deepEqual(
                [...project.cloud.things.values()].filter(({ urn }) => urn === restored).map((thing) => thing.id),
                [id],
            );
            await project.expectNoChanges();
        });
    });
