import assert from "node:assert/strict";

import * as ec2 from "@pulumi/aws/ec2";
import * as elasticache from "@pulumi/aws/elasticache";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as redis from "@pulumi/gcp/redis";
import * as secretmanager from "@pulumi/gcp/secretmanager";
import * as random from "@pulumi/random";

import type { AppInput } from "../../topology/app";
import { api, onBoth, type Both } from "./data";
import { vpc } from "./rules";

const app = {
    services: { api: { ...api, uses: ["redis"] }, worker: { ...api, routes: [] } },
    caches: { redis: {}, sessions: { aws: { engine: "valkey" } } },
} satisfies Omit<AppInput, "name">;

describe("Cache", () => {
    let dev: Both, prod: Both;
    before(async () => {
        dev = await onBoth(app);
        prod = await onBoth(app, "prod");
    });

    const server = "demo-dev-redis";

    it("is Redis 7, or Valkey on ElastiCache if asked for", () => {
        assert.deepEqual(
            dev.aws
                .of(elasticache.ReplicationGroup)
                .map(({ inputs }) => [inputs.engine, inputs.engineVersion, inputs.nodeType]),
            [
                ["redis", "7.1", "cache.t4g.micro"],
                ["valkey", "8.0", "cache.t4g.micro"],
            ],
        );
        assert.deepEqual(
            dev.gcp.of(redis.Instance).map(({ inputs }) => [inputs.redisVersion, inputs.memorySizeGb]),
            [
                ["REDIS_7_2", 1],
                ["REDIS_7_2", 1],
            ],
        );
    });

    it("keeps a second node in another zone, and copies of what it holds, in prod", () => {
        for (const [{ aws, gcp }, twice] of [
            [dev, false],
            [prod, true],
        ] as const) {
            const group = aws.one(elasticache.ReplicationGroup, "redis");
            const { numCacheClusters, automaticFailoverEnabled, multiAzEnabled, snapshotRetentionLimit } = group.inputs;
            assert.deepEqual(
                [numCacheClusters, automaticFailoverEnabled, multiAzEnabled, snapshotRetentionLimit],
                [twice ? 2 : 1, twice, twice, twice ? 7 : 0],
            );
            const instance = gcp.one(redis.Instance, "redis");
            assert.equal(instance.inputs.tier, twice ? "STANDARD_HA" : "BASIC");
            assert.equal(instance.inputs.persistenceConfig?.persistenceMode, twice ? "RDB" : "DISABLED");
            assert.deepEqual([group.protect, instance.protect], [twice, twice]);
            // Left out, Memorystore's protection would be on.
            assert.equal(instance.inputs.deletionProtection, twice);
        }
    });

    it("is encrypted at rest and in transit, and takes no client without the password", () => {
        for (const { inputs } of dev.aws.of(elasticache.ReplicationGroup))
            assert.deepEqual(
                [
                    inputs.atRestEncryptionEnabled,
                    inputs.transitEncryptionEnabled,
                    inputs.transitEncryptionMode,
                    inputs.authTokenWo,
                ],
                [true, true, "required", "[secret]"],
            );
        const password = dev.aws.one(random.RandomPassword, "redis-password").inputs;
        assert.deepEqual([password.length, password.special], [64, false], "what ElastiCache accepts");
        for (const { inputs } of dev.gcp.of(redis.Instance))
            assert.deepEqual([inputs.authEnabled, inputs.transitEncryptionMode], [true, "SERVER_AUTHENTICATION"]);
    });

    it("is in the private network alone", () => {
        const plan = dev.aws;
        const group = plan.one(elasticache.ReplicationGroup, "redis").inputs;
        assert.deepEqual(group.securityGroupIds, [`\${${server}-access.id}`]);
        assert.equal(plan.one(ec2.SecurityGroup, `${server}-access`).inputs.egress, undefined);
        assert.deepEqual(plan.one(elasticache.SubnetGroup, "redis-subnets").inputs.subnetIds, [
            "${demo-dev-network-private-1.id}",
            "${demo-dev-network-private-2.id}",
        ]);
        const { inputs } = dev.gcp.one(redis.Instance, "redis");
        assert.deepEqual(
            [inputs.connectMode, inputs.authorizedNetwork],
            ["PRIVATE_SERVICE_ACCESS", "${demo-dev-network.id}"],
        );
    });

    it("is reached on AWS by the services that use it, on its port, and nothing leaves it", () => {
        const rules = vpc(dev.aws);
        const group = `\${${server}-access.id}`;
        assert.deepEqual(
            rules.ingress.filter(({ to }) => to === group).map(({ from, port }) => [from, port]),
            [["${demo-dev-api-access.id}", 6379]],
        );
        assert.deepEqual(
            rules.egress.filter(({ from }) => from === group),
            [],
        );
    });

    it("gives services host, port and authority in plain sight, password and URL as secrets", () => {
        const [aws, gcp] = [dev.aws, dev.gcp].map(({ resources }) => JSON.stringify(resources));
        assert.match(aws, /REDIS_HOST[^}]*\$\{demo-dev-redis\.primaryEndpointAddress\}/);
        assert.match(aws, /REDIS_URL[^}]*\$\{demo-dev-redis-credentials-version\.arn\}:url::/);
        assert.match(gcp, /"REDIS_CA","value":"\$\{demo-dev-redis\.serverCaCerts\[0\]\.cert\}"/);
        assert.match(gcp, /"REDIS_PORT","value":"6378"/);
        assert.match(gcp, /"REDIS_PASSWORD","valueSource"/);
        for (const { inputs } of dev.aws.of(secretsmanager.SecretVersion))
            assert.equal(inputs.secretString, "[secret]");
        for (const { inputs } of dev.gcp.of(secretmanager.SecretVersion)) assert.equal(inputs.secretData, "[secret]");
        assert.doesNotMatch(gcp, /\$\{[^}]*authString/);
    });
});
