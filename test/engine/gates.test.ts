import assert from "node:assert/strict";

import { pendingOf } from "../../plan/pending";
import { releaseIn } from "../../plan/released";
import { clouds, type AppInput } from "../../topology/app";
import { Inline } from "./inline";
import { describeWithEngine } from "./project";
import { typeOf, type Entry } from "./standin/cloud";
import { stackFile } from "./stacks";

/** An app with everything that must succeed: a job before a deployment, a service, a password. */
const app = (letter: string): AppInput => ({
    name: "shop",
    services: {
        api: {
            image: { reference: `ghcr.io/example/shop@sha256:${letter.repeat(64)}` },
            ports: { http: 8080 },
            health: { path: "/healthz" },
            uses: ["db"],
        },
    },
    databases: { db: {} },
    jobs: { migrate: { service: "api", command: ["migrate"], run: "deployment" } },
});

/** The same, with an image that the program builds. */
const building = (): AppInput => {
    const shop = app("a");
    return { ...shop, services: { api: { ...shop.services.api, image: { context: "workloads/todo" } } } };
};

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
        let inline: Inline;
        before(async () => {
            inline = await Inline.start("dev");
            write("a");
            await inline.preview();
            await inline.up();
        });
        after(() => inline.stop());

        const write = (letter: string) => inline.configure(app(letter), stackFile("shop", cloud, "dev"));
        /** From now on the cloud refuses updates of a type; or begins them, and they never become healthy. */
        const refuse = (type?: string, how: "fail" | "broken" = "fail") => {
            inline.cloud.onUpdate = (urn) => (type && typeOf(urn) === type ? how : undefined);
        };
        /** What an `up` that has to fail did: `refuse aws:rds/instance:Instance`. */
        const upFails = async (how: Parameters<Inline["up"]>[0] = {}): Promise<string[]> => {
            const mark = inline.cloud.journal.length;
            await assert.rejects(inline.up(how), /ordered to/);
            return told(inline.cloud.since(mark));
        };
        const told = (entries: Entry[]): string[] => entries.map(({ action, type }) => `${action} ${type}`);
        const pending = (): string[] => pendingOf(JSON.parse(inline.state().text)).map(({ name }) => name);
        const things = (type: string) => [...inline.cloud.things.values()].filter((thing) => thing.type === type);

        it("has nothing left to do after an up that succeeded", () => inline.expectNoChanges());

        it("deploys a refused version at the next up, by itself, and then no more", async () => {
            const type = deploys[cloud];
            write("b");
            refuse(type);
            for (const continueOnError of [false, true, false]) {
                assert.ok((await upFails({ continueOnError })).includes(`refuse ${type}`));
                assert.ok(pending().includes("shop-dev-api"), pending().join());
            }

            refuse();
            assert.ok(told(await inline.up()).includes(`update ${type}`));
            assert.equal(running(), "b");
            assert.deepEqual(pending(), []);
            await inline.expectNoChanges();
        });

        /** The letter of the image that the cloud has. */
        const running = (): string | undefined => {
            const type = cloud === "aws" ? "aws:ecs/taskDefinition:TaskDefinition" : deploys.gcp;
            const [service] = things(deploys[cloud]);
            const [runs] = things(type).filter(
                ({ outputs }) => cloud === "gcp" || outputs.arn === service?.inputs.taskDefinition,
            );
            return /shop@sha256:(\w)/.exec(JSON.stringify(runs?.inputs))?.[1];
        };

        it("goes back to the version before by taking the change back, whether the cloud refused the new one or began it", async () => {
            const type = deploys[cloud];
            for (const how of ["fail", "broken"] as const) {
                write("c");
                refuse(type, how);
                await upFails();
                assert.equal(running(), how === "broken" ? "c" : "b");
                refuse();
                write("b");
                assert.ok(told(await inline.up()).includes(`update ${type}`));
                assert.equal(running(), "b");
                assert.deepEqual(pending(), []);
                await inline.expectNoChanges();
            }
        });

        // On AWS the job is the first container of each new task: a failed one is a deployment that failed.
        if (cloud === "gcp")
            it("deploys nothing over a failed migration, however often it is asked to", async () => {
                const job = "gcp:cloudrunv2/job:Job";
                write("d");
                refuse(job);
                for (const continueOnError of [false, true, false]) {
                    const did = await upFails({ continueOnError });
                    assert.ok(did.includes(`refuse ${job}`), did.join("\n"));
                    assert.ok(!did.some((one) => one.endsWith(deploys.gcp)), did.join("\n"));
                    assert.ok(pending().includes("shop-dev-migrate"), pending().join());
                }
                assert.equal(running(), "b");

                refuse();
                const types = (await inline.up()).map((entry) => entry.type);
                assert.ok(types.indexOf(job) < types.indexOf(deploys.gcp), types.join("\n"));
                assert.equal(running(), "d");
                await inline.expectNoChanges();
            });

        it("tries a refused password again, and tells it to nobody before the database has it", async () => {
            const given = (): unknown[] => things(passwords[cloud]).map(({ inputs }) => inputs.passwordWo);
            const readers = () => things(secrets[cloud]).map(({ inputs }) => JSON.stringify(inputs));
            const [old] = given() as [string];
            assert.ok(readers().some((text) => text.includes(old)));
            refuse(passwords[cloud]);
            for (const replace of ["**shop-dev-db-password", undefined]) {
                const did = await upFails({ replace });
                assert.ok(did.includes(`refuse ${passwords[cloud]}`), did.join("\n"));
                assert.ok(!did.some((one) => one.endsWith(secrets[cloud])), did.join("\n"));
                assert.equal(pending().length, 1);
            }
            assert.deepEqual(given(), [old]);

            refuse();
            const types = (await inline.up()).map((entry) => entry.type);
            const [first, then] = [types.indexOf(passwords[cloud]), types.indexOf(secrets[cloud])];
            assert.ok(first >= 0 && first < then, types.join("\n"));
            const [password] = given() as [string];
            assert.notEqual(password, old);
            assert.ok(readers().some((text) => text.includes(password)));
            assert.deepEqual(pending(), []);
            await inline.expectNoChanges();
        });
    });

for (const cloud of clouds)
    describeWithEngine(`an up --continue-on-error on ${cloud} that fails`, () => {
        let inline: Inline;
        before(async () => (inline = await Inline.start("dev")));
        after(() => inline.stop());

        const remembered = (): unknown => releaseIn(JSON.parse(inline.state().text), "dev")?.services.api?.image;
        const isBuild = (urn: string): boolean => typeOf(urn).startsWith("docker-build:");

        it("leaves a stack that the next one goes on with, though the image was never built", async () => {
            inline.configure(building(), stackFile("shop", cloud, "dev"));
            await inline.preview();
            inline.cloud.onCreate = (urn) => (isBuild(urn) ? "fail" : undefined);
            await assert.rejects(inline.up({ continueOnError: true }), /ordered to fail/);
            assert.equal(remembered(), undefined);

            inline.cloud.onCreate = () => undefined;
            await inline.up({ continueOnError: true });
            assert.match(String(remembered()), /@sha256:/);
            await inline.expectNoChanges();
        });

        it("still remembers the image that runs, where the next one was never built", async () => {
            const runs = remembered();
            const next = building();
            next.services.api!.image = { context: "workloads/factify" };
            inline.configure(next, stackFile("shop", cloud, "dev"));
            inline.cloud.onUpdate = (urn) => (isBuild(urn) ? "fail" : undefined);
            await assert.rejects(inline.up({ continueOnError: true }), /ordered to fail/);
            assert.equal(remembered(), runs);
        });
    });
