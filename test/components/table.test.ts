import assert from "node:assert/strict";

import * as dynamodb from "@pulumi/aws/dynamodb";
import * as iam from "@pulumi/aws/iam";
import * as firestore from "@pulumi/gcp/firestore";
import * as projects from "@pulumi/gcp/projects";

import type { AppInput } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { actionsOf, api, onBoth, type Both } from "./data";
import { todoOn } from "./stack";

const app = {
    services: { api: { ...api, uses: ["facts"] } },
    tables: {
        facts: {
            partitionKey: { name: "topic" },
            sortKey: { name: "at", type: "number" },
            indexes: {
                author: { partitionKey: { name: "author" }, sortKey: { name: "at", type: "number" } },
                tag: { partitionKey: { name: "tag" } },
            },
            ttl: "expires",
        },
        plain: { partitionKey: { name: "id" } },
    },
} satisfies Omit<AppInput, "name">;

describe("Table", () => {
    let dev: Both, prod: Both;
    before(async () => {
        dev = await onBoth(app);
        prod = await onBoth(app, "prod");
    });

    it("has its keys and indexes: DynamoDB's own, or Firestore's over two fields", () => {
        const table = dev.aws.one(dynamodb.Table, "facts").inputs;
        assert.deepEqual([table.billingMode, table.hashKey, table.rangeKey], ["PAY_PER_REQUEST", "topic", "at"]);
        assert.deepEqual(
            table.attributes?.map(({ name, type }) => `${name} ${type}`),
            ["at N", "author S", "tag S", "topic S"],
        );
        assert.deepEqual(
            table.globalSecondaryIndexes?.map(({ name, projectionType, keySchemas }) => [
                name,
                projectionType,
                ...(keySchemas ?? []).map(({ attributeName, keyType }) => `${attributeName} ${keyType}`),
            ]),
            [
                ["author", "ALL", "author HASH", "at RANGE"],
                ["tag", "ALL", "tag HASH"],
            ],
        );
        assert.deepEqual(
            dev.gcp
                .of(firestore.Index)
                .map(({ name, inputs }) => [
                    name.replace("demo-dev-facts-", ""),
                    inputs.collection,
                    inputs.database,
                    ...(inputs.fields ?? []).map(({ fieldPath, order }) => `${fieldPath} ${order}`),
                ]),
            [
                ["index-author", "facts", "${demo-dev-facts.name}", "author ASCENDING", "at ASCENDING"],
                ["keys", "facts", "${demo-dev-facts.name}", "topic ASCENDING", "at ASCENDING"],
            ],
            "none for `tag` and `plain`: single fields are indexed as they are",
        );
    });

    it("forgets items in time, where it is told which attribute says when", () => {
        const [plain, facts] = [dev.aws.one(dynamodb.Table, "plain"), dev.aws.one(dynamodb.Table, "facts")];
        assert.deepEqual(facts.inputs.ttl, { attributeName: "expires", enabled: true });
        assert.equal(plain.inputs.ttl, undefined);
        const field = dev.gcp.one(firestore.Field).inputs;
        assert.deepEqual([field.collection, field.field, field.ttlConfig], ["facts", "expires", {}]);
    });

    it("is encrypted by a key whose use is logged; can be brought back and refuses deletion in prod", () => {
        for (const [{ aws, gcp }, kept] of [
            [dev, false],
            [prod, true],
        ] as const) {
            const table = aws.one(dynamodb.Table, "facts");
            assert.deepEqual(table.inputs.serverSideEncryption, { enabled: true });
            assert.deepEqual(table.inputs.pointInTimeRecovery, { enabled: kept });
            assert.deepEqual([table.inputs.deletionProtectionEnabled, table.protect], [kept, kept]);
            const database = gcp.one(firestore.Database, "facts");
            const state = kept ? "ENABLED" : "DISABLED";
            assert.deepEqual(
                [database.inputs.pointInTimeRecoveryEnablement, database.inputs.deleteProtectionState],
                [`POINT_IN_TIME_RECOVERY_${state}`, `DELETE_PROTECTION_${state}`],
            );
            assert.deepEqual([database.inputs.type, database.protect], ["FIRESTORE_NATIVE", kept]);
            // The provider's default leaves the database behind.
            assert.equal(database.inputs.deletionPolicy, "DELETE");
        }
    });

    it("is open to the services that use it, with the actions on items, and to no other table", () => {
        const granted = dev.aws.of(iam.RolePolicy).filter(({ inputs }) => /dynamodb/.test(String(inputs.policy)));
        assert.deepEqual(
            granted.map(({ name, inputs }) => [name, inputs.role]),
            [["demo-dev-api-facts", "${demo-dev-api-task.name}"]],
        );
        const { actions, resources } = actionsOf(granted[0].inputs.policy);
        assert.deepEqual(resources, ["${demo-dev-facts.arn}", "${demo-dev-facts.arn}/index/*"]);
        assert.ok(actions.includes("dynamodb:DescribeTable") && actions.includes("dynamodb:Query"));
        assert.ok(!actions.some((action) => /\*|CreateTable|DeleteTable|UpdateTable/.test(action)), String(actions));

        const grant = dev.gcp.of(projects.IAMMember).filter(({ inputs }) => /datastore/.test(String(inputs.role)));
        assert.deepEqual(
            grant.map(({ inputs }) => [inputs.role, inputs.member, inputs.condition?.expression]),
            [
                [
                    "roles/datastore.user",
                    "serviceAccount:${demo-dev-api-account.email}",
                    'resource.name == "projects/example-project/databases/${demo-dev-facts.name}"',
                ],
            ],
        );
    });

    it("tells services its name, and a URL that Go CDK's docstore takes", () => {
        const [aws, gcp] = [dev.aws, dev.gcp].map(({ resources }) => JSON.stringify(resources));
        assert.match(aws, /dynamodb:\/\/\$\{demo-dev-facts\.name\}\?partition_key=topic&sort_key=at/);
        assert.match(gcp, /"FACTS_TABLE","value":"facts"/);
        assert.match(
            gcp,
            /firestore:\/\/projects\/example-project\/databases\/\$\{demo-dev-facts\.name\}\/documents\/facts"/,
        );
    });

    it("turns on Firestore's API for an app that has one, and for no other", async () => {
        const apis = (plan: TestPlan) =>
            plan.of(projects.Service).map(({ inputs }) => String(inputs.service).split(".")[0]);
        assert.ok(apis(dev.gcp).includes("firestore"));
        const todo = apis(await todoOn("gcp"));
        for (const api of ["file", "firestore", "redis", "storage"]) assert.ok(!todo.includes(api), api);
    });
});
