import assert from "node:assert/strict";

import { clouds, type AppInput } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { typeOf } from "./standin/cloud";
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
/** What has a database's password first. */
const passwords = { aws: "aws:rds/instance:Instance", gcp: "gcp:sql/user:User" };
/** Where services read it. */
const secrets = {
    aws: "aws:secretsmanager/secretVersion:SecretVersion",
    gcp: "gcp:secretmanager/secretVersion:SecretVersion",
};

for (const cloud of clouds)
    describeWithEngine(`what must succeed on ${cloud}, and is refused`, () => {
        let project: Project;
        before(async () => {
            project = await Project.start("dev", stackFile("shop", cloud, "dev"));
            project.write(app("a"));
            await project.up();
        });
        after(() => project.stop());

        /** From now on the cloud refuses updates of a type; or begins them, and they never become healthy. */
        const refuse = (type?: string, how: "fail" | "broken" = "fail") => {
            project.cloud.onUpdate = (urn) => (type && typeOf(urn) === type ? how : undefined);
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

        /** The letter of the image that the cloud has. */
        const running = (): string | undefined => {
            const type = cloud === "aws" ? "aws:ecs/taskDefinition:TaskDefinition" : deploys.gcp;
            const [service] = [...project.cloud.things.values()].filter((thing) => thing.type === deploys[cloud]);
            const [runs] = [...project.cloud.things.values()].filter(
                (thing) =>
                    thing.type === type && (cloud === "gcp" || thing.outputs.arn === service?.inputs.taskDefinition),
            );
            return /shop@sha256:(\w)/.exec(JSON.stringify(runs?.inputs))?.[1];
        };

        it("goes back to the version before by taking the change back, whether the cloud refused the new one or began it", async () => {
            const type = deploys[cloud];
            for (const how of ["fail", "broken"] as const) {
                project.write(app("c"));
                refuse(type, how);
                await project.upFails();
                assert.equal(running(), how === "broken" ? "c" : "b");
                refuse();
                project.write(app("b"));
                assert.deepEqual(await actions(type, project.up()), ["update"]);
                assert.equal(running(), "b");
                assert.deepEqual(await pending(), []);
                await project.expectNoChanges();
            }
        });

        // On AWS the job is the first container of each new task: a failed one is a deployment that failed.
        if (cloud === "gcp")
            it("deploys nothing over a failed migration, however often it is asked to", async () => {
                const job = "gcp:cloudrunv2/job:Job";
                project.write(app("d"));
                refuse(job);
                for (const continueOnError of [false, false, true]) {
                    const mark = project.cloud.journal.length;
                    await project.upFails({ continueOnError });
                    const did = project.cloud.since(mark).map((entry) => `${entry.action} ${entry.type}`);
                    assert.ok(did.includes(`refuse ${job}`), did.join("\n"));
                    assert.ok(!did.some((one) => one.endsWith(deploys.gcp)), did.join("\n"));
                }
                assert.equal(running(), "b");
                assert.deepEqual(await pending(), ["shop-dev-migrate"]);

                refuse();
                const types = (await project.up()).map((entry) => entry.type);
                assert.ok(types.indexOf(job) < types.indexOf(deploys.gcp), types.join("\n"));
                assert.equal(running(), "d");
                await project.expectNoChanges();
            });

        it("tries a refused password again, and tells it to nobody before the database has it", async () => {
            const before = [...project.cloud.things.values()].filter(({ type }) => type === secrets[cloud]);
            const given = (): unknown[] =>
                [...project.cloud.things.values()].flatMap(({ inputs }) => inputs.passwordWo ?? []);
            const [old] = given();
            refuse(passwords[cloud]);
            for (const command of ["pulumi up --yes --replace '**shop-dev-db-password'", "pulumi up --yes"]) {
                const mark = project.cloud.journal.length;
                assert.notEqual((await project.run(command)).code, 0);
                const did = project.cloud.since(mark).map((entry) => `${entry.action} ${entry.type}`);
                assert.ok(did.includes(`refuse ${passwords[cloud]}`), did.join("\n"));
                assert.ok(!did.some((one) => one.endsWith(secrets[cloud])), did.join("\n"));
            }
            assert.deepEqual(given(), [old]);
            assert.equal((await pending()).length, 1);

            refuse();
            const types = (await project.up()).map((entry) => entry.type);
            const [first, then] = [types.indexOf(passwords[cloud]), types.indexOf(secrets[cloud])];
            assert.ok(first >= 0 && first < then, types.join("\n"));
            const [password] = given() as [string];
            assert.notEqual(password, old);
            const told = [...project.cloud.things.values()].filter(
                (thing) => thing.type === secrets[cloud] && JSON.stringify(thing.inputs).includes(password),
            );
            assert.ok(told.length > 0 && before.length > 0);
            await project.expectNoChanges();
        });
    });
