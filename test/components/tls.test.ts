import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as elasticache from "@pulumi/aws/elasticache";
import * as rds from "@pulumi/aws/rds";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as redis from "@pulumi/gcp/redis";
import * as sql from "@pulumi/gcp/sql";

import { cacheUrl } from "../../components/contract";
import { detailsOf } from "../../plan/details";
import { warningsOf } from "../../plan/warnings";
import type { AppInput } from "../../topology/app";
import { api, onBoth, type Both } from "./data";
import { stackOf } from "./stack";

const app = {
    services: {
        api: {
            ...api,
            env: {
                SSLMODE: "${db.sslmode}",
                REDIS: "${redis.host}:${redis.port}",
                REDIS_USES_TLS: "${redis.tls}",
                QUERY: "${redis.sslQuery}",
            },
            uses: ["legacy"],
        },
    },
    databases: {
        db: { tls: "optional", replicas: 1 },
        legacy: { engine: "mysql", tls: "optional" },
        strict: {},
    },
    caches: { redis: { tls: "optional" }, sessions: { tls: "required" } },
} satisfies Omit<AppInput, "name">;

interface Variable {
    name: string;
    value?: string;
}

describe("Where TLS is optional", () => {
    let dev: Both, prod: Both;
    before(async () => {
        dev = await onBoth(app);
        prod = await onBoth(app, "prod");
    });

    it("a database and its replicas take connections with and without it", () => {
        const parameters = (name: string) =>
            Object.fromEntries(
                (dev.aws.one(rds.ParameterGroup, name).inputs.parameters ?? []).map(({ name, value }) => [name, value]),
            );
        assert.equal(parameters("db-postgres15")["rds.force_ssl"], "0");
        assert.equal(parameters("legacy-mysql8-4").require_secure_transport, "0");
        assert.equal(parameters("strict-postgres15")["rds.force_ssl"], "1");
        assert.match(String(dev.aws.one(rds.Instance, "db-replica-1").inputs.parameterGroupName), /db-postgres15/);
        const mode = (name: string) =>
            dev.gcp.one(sql.DatabaseInstance, name).inputs.settings?.ipConfiguration?.sslMode;
        assert.deepEqual(["db", "db-replica-1", "legacy", "strict"].map(mode), [
            ...Array<string>(3).fill("ALLOW_UNENCRYPTED_AND_ENCRYPTED"),
            "ENCRYPTED_ONLY",
        ]);
    });

    it("a Redis is asked without it, by its password, on both clouds", () => {
        const mode = (name: string) => {
            const { transitEncryptionEnabled, transitEncryptionMode, authTokenWo } = dev.aws.one(
                elasticache.ReplicationGroup,
                name,
            ).inputs;
            return [transitEncryptionEnabled, transitEncryptionMode, authTokenWo];
        };
        assert.deepEqual(mode("redis"), [true, "preferred", "[secret]"]);
        assert.deepEqual(mode("sessions"), [true, "required", "[secret]"]);
        const instances = dev.gcp
            .of(redis.Instance)
            .map(({ inputs }) => [inputs.authEnabled, inputs.transitEncryptionMode]);
        assert.deepEqual(instances, [
            [true, "DISABLED"],
            [true, "SERVER_AUTHENTICATION"],
        ]);
        assert.equal(cacheUrl("10.0.0.5", "secret", 6379, { tls: "optional" }), "redis://:secret@10.0.0.5:6379");
        assert.equal(cacheUrl("10.0.0.5", "secret", 6378, {}), "rediss://:secret@10.0.0.5:6378");
    });

    it("services are told to use it for a database, and of none for a Redis", () => {
        const [container] = JSON.parse(String(dev.aws.one(ecs.TaskDefinition, "api").inputs.containerDefinitions)) as {
            environment: Variable[];
        }[];
        const { template } = dev.gcp.one(cloudrunv2.Service, "api").inputs;
        const { envs } = (template as unknown as { containers: { envs: Variable[] }[] }).containers[0];
        for (const variables of [container.environment, envs]) {
            const value = (name: string) => variables.find((each) => each.name === name)?.value;
            assert.equal(value("SSLMODE"), "require");
            assert.match(value("REDIS") ?? "", /:6379$/);
            assert.deepEqual([value("REDIS_PORT"), value("REDIS_USES_TLS")], ["6379", "false"]);
            assert.equal(value("QUERY") || undefined, undefined);
            assert.equal(value("REDIS_CA"), undefined);
        }
    });

    it("an ElastiCache changes at once, as services are told of no TLS in the same update", () => {
        const atOnce = (name: string) => prod.aws.one(elasticache.ReplicationGroup, name).inputs.applyImmediately;
        assert.deepEqual([atOnce("redis"), atOnce("sessions")], [true, false]);
    });

    it("the plan says so, in its details and among its warnings", () => {
        const details = [
            dev.aws.one(rds.ParameterGroup, "db-postgres15"),
            dev.aws.one(elasticache.ReplicationGroup, "redis"),
            dev.gcp.one(sql.DatabaseInstance, "legacy"),
            dev.gcp.one(redis.Instance, "redis"),
        ].map(({ type, inputs }) => detailsOf(type, inputs as Record<string, unknown>).join());
        for (const said of details) assert.match(said, /TLS OPTIONAL|NOT ENCRYPTED/);
        for (const cloud of ["aws", "gcp"] as const) {
            const said = warningsOf(stackOf({ name: "demo", ...app }, cloud, "prod", {})).join("\n");
            assert.match(said, /Database db takes connections without TLS/);
            assert.match(said, /Database legacy takes connections without TLS/);
            assert.match(said, /Cache redis is asked without TLS/);
            assert.doesNotMatch(said, /Database strict takes|Cache sessions is asked/);
        }
    });
});
