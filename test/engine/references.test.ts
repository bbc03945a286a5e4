import assert from "node:assert/strict";

import { clouds, type AppInput } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { nameOf, typeOf } from "./standin/cloud";
import { stackFile } from "./stacks";

const app: AppInput = {
    name: "shop",
    services: {
        api: {
            image: { reference: `ghcr.io/example/shop@sha256:${"a".repeat(64)}` },
            ports: { http: 8080 },
            health: { path: "/healthz" },
            env: { ORM_URL: "postgresql+asyncpg://${db.user}:${db.password}@${db.host}/${db.name}" },
        },
    },
    databases: { db: {} },
};

/** What takes a new password, where it is written for services to read, and who reads it. */
const types = {
    aws: ["aws:rds/instance:Instance", "aws:secretsmanager/secretVersion:SecretVersion", "aws:ecs/service:Service"],
    gcp: ["gcp:sql/user:User", "gcp:secretmanager/secretVersion:SecretVersion", "gcp:cloudrunv2/service:Service"],
};

for (const cloud of clouds)
    describeWithEngine(`a value with a password in it on ${cloud}, when the password changes`, () => {
        const [server, version, service] = types[cloud];
        let project: Project;
        before(async () => {
            project = await Project.start("dev", stackFile("shop", cloud, "dev"));
            project.write(app);
            await project.up();
        });
        after(() => project.stop());

        /** What happened in their order: `update shop-dev-db`. */
        const rotate = async (again = false) => {
            const mark = project.cloud.journal.length;
            const password = (await project.state()).resources.find(({ urn }) =>
                urn.endsWith("::shop-dev-db-password"),
            )!.urn;
            const { code, output } = await project.run(
                `pulumi up --yes --skip-preview${again ? "" : ` --replace '${password}'`}`,
            );
            const done = project.cloud
                .since(mark)
                .filter(({ type }) => [server, version, service].includes(type))
                .map(({ action, urn }) => `${action} ${nameOf(urn)}`);
            return { code, output, done };
        };
        /** A version is made where one is already: the stand-in calls that an update. */
        const composed = /^(create|update) shop-dev-api-orm-url-version$/;
        const database = `update shop-dev-db${cloud === "gcp" ? "-user" : ""}`;

        it("follows once the server has the new one, and starts the service anew", async () => {
            const { code, output, done } = await rotate();
            assert.equal(code, 0, output);
            const changed = done.indexOf(database);
            const written = done.findIndex((each) => composed.test(each));
            assert.ok(changed >= 0 && changed < written, done.join("\n"));
            // The stand-in gives every version of a secret at Google the same number.
            if (cloud === "aws") assert.ok(written < done.indexOf("update shop-dev-api"), done.join("\n"));
            assert.doesNotMatch(output, /asyncpg:/);
            await project.expectNoChanges();
        });

        it("stays as it is while the server refuses it, and follows at the next up", async () => {
            project.cloud.onUpdate = (urn) => (typeOf(urn) === server ? "fail" : undefined);
            const refused = await rotate();
            assert.notEqual(refused.code, 0);
            assert.ok(!refused.done.some((each) => composed.test(each)), refused.done.join("\n"));

            project.cloud.onUpdate = () => undefined;
            const { code, output, done } = await rotate(true);
            assert.equal(code, 0, output);
            assert.ok(done.includes(database) && done.some((each) => composed.test(each)), done.join("\n"));
            await project.expectNoChanges();
        });
    });
