import assert from "node:assert/strict";

import { clouds, type AppInput } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { typeOf, type Thing } from "./standin/cloud";
import { plainProperties } from "./standin/values";
import { stackFile } from "./stacks";

/** An app with everything that must succeed: a job before a deployment, a service, a password. */
const app = (letter: string): AppInput => ({
    name: "shop",
    services: {
        api: {
            image: { reference: `registry.example.com/shop@sha256:${letter.repeat(64)}` },
            ports: { http: 8080 },
            health: { path: "/healthz" },
            uses: ["db"],
        },
    },
    databases: { db: {} },
    jobs: { migrate: { service: "api", command: ["migrate"], run: "deployment" } },
});

/** What refuses a new version, and what must not have it before. */
const deploys = { aws: "aws:ecs/service:Service", gcp: "gcp:cloudrunv2/service:Service" };
const keepsPassword = { aws: "aws:rds/instance:Instance", gcp: "gcp:sql/user:User" };

for (const cloud of clouds)
    describeWithEngine(`what must succeed on ${cloud}, and is refused`, () => {
        let project: Project;
        before(async () => {
            project = await Project.start("dev", stackFile("shop", cloud, "dev"));
            project.write(app("a"));
            await project.up();
        });
        after(() => project.stop());

        const thing = (type: string): Thing => {
            const found = [...project.cloud.things.values()].filter((one) => one.type === type);
            assert.equal(found.length, 1, type);
            return found[0]!;
        };
        const refuse = (type?: string) => {
            project.cloud.onUpdate = (urn) => (type && typeOf(urn) === type ? "fail" : undefined);
        };
        /** What happened to a type in an `up`: `refuse`, `update`. */
        const actions = async (type: string, run: Promise<unknown>): Promise<string[]> => {
            const mark = project.cloud.journal.length;
            await run;
            return project.cloud
                .since(mark)
                .filter((entry) => entry.type === type)
                .map(({ action }) => action);
        };
        const pending = async (): Promise<string[]> => {
            const { output, code } = await project.run(
                "pulumi stack export > state.json; node cli/bin.js diff --against-state state.json --json; test $? -ne 1",
            );
            assert.equal(code, 0, output);
            return (JSON.parse(output) as { pending: { name: string }[] }).pending.map(({ name }) => name);
        };

        it("has nothing left to do after an up that succeeded", () => project.expectNoChanges());

        it("deploys a refused version at the next up, by itself, and then no more", async () => {
            const type = deploys[cloud];
            project.write(app("b"));
            refuse(type);
            for (const continueOnError of [false, true, false])
                assert.deepEqual(await actions(type, project.upFails({ continueOnError })), ["refuse"]);
            assert.deepEqual(await pending(), ["shop-dev-api"]);

            refuse();
            assert.deepEqual(await actions(type, project.up()), ["update"]);
            assert.deepEqual(await pending(), []);
            await project.expectNoChanges();
        });

        it("goes back to what ran before, after a refused version", async () => {
            const type = deploys[cloud];
            project.write(app("c"));
            refuse(type);
            await project.upFails();
            project.write(app("b"));
            refuse();
            assert.deepEqual(await actions(type, project.up()), ["update"]);
            await project.expectNoChanges();
        });

        const newPassword = () =>
            project.run("pulumi up --yes --skip-preview --non-interactive --replace '**-db-password'");
        const inSecrets = (): string =>
            JSON.stringify(
                [...project.cloud.things.values()]
                    .filter(({ type }) => /:SecretVersion$/.test(type))
                    .map(({ inputs }) => plainProperties(inputs)),
            );

        it("sends a refused password again, and until then tells nobody", async () => {
            const type = keepsPassword[cloud];
            const [inServer, told] = [plainProperties(thing(type).inputs).passwordWo, inSecrets()];
            assert.ok(told.includes(String(inServer)), "the server's password is in no secret");
            refuse(type);
            for (let attempt = 0; attempt < 2; attempt++) {
                const mark = project.cloud.journal.length;
                if (attempt === 0) assert.notEqual((await newPassword()).code, 0);
                else await project.upFails({ continueOnError: true });
                const entries = project.cloud.since(mark);
                assert.deepEqual(
                    entries.filter((entry) => entry.type === type).map(({ action }) => action),
                    ["refuse"],
                );
                assert.equal(inSecrets(), told);
                assert.deepEqual(
                    entries.filter((entry) => entry.type === deploys[cloud]),
                    [],
                    "the service was deployed",
                );
            }
            assert.equal((await pending()).length, 1);

            refuse();
            const mark = project.cloud.journal.length;
            await project.up();
            const changed = plainProperties(thing(type).inputs).passwordWo;
            assert.notEqual(changed, inServer);
            assert.ok(inSecrets().includes(String(changed)));
            // The database first, then the secrets, then the service.
            const order = project.cloud
                .since(mark)
                .filter(({ action }) => action !== "delete")
                .map(({ type: made }) => made);
            const at = (test: RegExp) => order.findIndex((made) => test.test(made));
            assert.ok(at(/:(User|Instance)$/) < at(/:SecretVersion$/), order.join());
            assert.ok(at(/:SecretVersion$/) < at(/:Service$/), order.join());
            await project.expectNoChanges();
        });

        if (cloud === "gcp")
            it("never deploys a version over a failed migration", async () => {
                const job = "gcp:cloudrunv2/job:Job";
                const running = JSON.stringify(thing(deploys.gcp).inputs);
                project.write(app("d"));
                refuse(job);
                for (const continueOnError of [false, false, true]) {
                    assert.deepEqual(await actions(job, project.upFails({ continueOnError })), ["refuse"]);
                    assert.equal(JSON.stringify(thing(deploys.gcp).inputs), running);
                }
                assert.deepEqual(await pending(), ["shop-dev-migrate"]);

                // Back to the version that succeeded before: the job runs, by an execution of another name.
                const tokens = [String(plainProperties(thing(job).inputs).runExecutionToken)];
                project.write(app("b"));
                refuse();
                await project.up();
                tokens.push(String(plainProperties(thing(job).inputs).runExecutionToken));
                assert.notEqual(tokens[0], tokens[1]);
                project.write(app("d"));
                assert.deepEqual(await actions(job, project.up()), ["update"]);
                await project.expectNoChanges();
            });
    });
