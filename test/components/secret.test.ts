import assert from "node:assert/strict";

import * as iam from "@pulumi/aws/iam";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as secretmanager from "@pulumi/gcp/secretmanager";
import * as random from "@pulumi/random";

import { actionsOf, api } from "./data";
import { on, todoOnBoth } from "./stack";

describe("Secret", () => {
    it("holds the database's credentials and the API token, and gives none of them away", async () => {
        const { aws, gcp } = await todoOnBoth();

        assert.deepEqual(
            aws.of(secretsmanager.Secret).map(({ name }) => name),
            ["todo-dev-api-api-token", "todo-dev-db-credentials"],
        );
        for (const { inputs } of aws.of(secretsmanager.SecretVersion)) assert.equal(inputs.secretString, "[secret]");
        assert.ok(gcp.of(secretmanager.Secret).length >= 2);
        for (const { inputs } of gcp.of(secretmanager.SecretVersion)) assert.equal(inputs.secretData, "[secret]");
    });

    it("leaves a value to its owner once it is replaced, but not the database's password", async () => {
        const { aws, gcp } = await todoOnBoth();

        const ignored = (name: string) => aws.one(secretsmanager.SecretVersion, name).ignoreChanges;
        assert.deepEqual(ignored("api-token-version"), ["secretString"]);
        assert.deepEqual(ignored("credentials-version"), []);
        const token = gcp.of(secretmanager.SecretVersion).filter(({ name }) => name.includes("api-token"));
        assert.deepEqual(
            token.map(({ ignoreChanges }) => ignoreChanges),
            [["secretData"]],
        );
    });

    it("starts with a random value, so that the first deployment comes up", async () => {
        const { aws, gcp } = await todoOnBoth();

        for (const { of } of [aws, gcp]) {
            const initial = of(random.RandomPassword).filter(({ name }) => name.includes("api-token"));
            assert.deepEqual(
                initial.map(({ inputs }) => inputs.length),
                [40],
            );
        }
    });

    it("can be brought back for 30 days in prod", async () => {
        for (const [environment, days] of [
            ["dev", 0],
            ["prod", 30],
        ] as const) {
            const { aws } = await todoOnBoth({}, environment);
            for (const { inputs } of aws.of(secretsmanager.Secret)) assert.equal(inputs.recoveryWindowInDays, days);
        }
    });

    it("is read on GCP by its service's account and no other", async () => {
        const { gcp } = await todoOnBoth();

        const grants = gcp.of(secretmanager.SecretIamMember);
        assert.equal(grants.length, 3, "API_TOKEN, DB_PASSWORD and DATABASE_URL");
        for (const { inputs } of grants) {
            assert.equal(inputs.role, "roles/secretmanager.secretAccessor");
            assert.match(String(inputs.member), /^serviceAccount:/);
        }
    });

    it("of a set is one JSON object on AWS and a secret a key on GCP, random until its owner sets it", async () => {
        const app = {
            services: { api: { ...api, uses: ["keys"] } },
            secrets: { keys: { keys: ["OPENAI_API_KEY", "WXTECH_API_KEY"] } },
        };
        const [aws, gcp] = [await on("aws", app), await on("gcp", app)];

        assert.deepEqual(
            aws.of(secretsmanager.Secret).map(({ name }) => name),
            ["demo-dev-keys"],
        );
        const version = aws.one(secretsmanager.SecretVersion);
        assert.deepEqual([version.inputs.secretString, version.ignoreChanges], ["[secret]", ["secretString"]]);
        const names = ["demo-dev-keys-openai-api-key", "demo-dev-keys-wxtech-api-key"];
        assert.deepEqual(
            gcp.of(secretmanager.Secret).map(({ name }) => name),
            names,
        );
        for (const { ignoreChanges } of gcp.of(secretmanager.SecretVersion))
            assert.deepEqual(ignoreChanges, ["secretData"]);
        for (const { of } of [aws, gcp])
            assert.deepEqual(
                of(random.RandomPassword).map(({ name }) => name),
                names.map((name) => `${name}-initial`),
            );

        const task = JSON.stringify(aws.resources);
        assert.match(task, /OPENAI_API_KEY[^}]*\$\{demo-dev-keys-version\.arn\}:OPENAI_API_KEY::/);
        assert.match(JSON.stringify(gcp.resources), /"WXTECH_API_KEY","valueSource"/);
        const reads = aws.one(iam.RolePolicy, "api-execution-policy").inputs.policy;
        assert.ok(actionsOf(reads).resources.includes("${demo-dev-keys-version.arn}"));
    });
});
