import assert from "node:assert/strict";

import * as ec2 from "@pulumi/aws/ec2";
import * as ecs from "@pulumi/aws/ecs";
import * as elasticache from "@pulumi/aws/elasticache";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as memcache from "@pulumi/gcp/memcache";
import * as redis from "@pulumi/gcp/redis";
import * as secretmanager from "@pulumi/gcp/secretmanager";
import * as random from "@pulumi/random";

import { warningsOf } from "../../plan/warnings";
import { cacheFields } from "../../components/contract";
import type { AppInput } from "../../topology/app";
import { api, onBoth, type Both } from "./data";
import { vpc } from "./rules";
import { on, stackOf } from "./stack";

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

describe("What Python's clients of a cache have to hear of its certificate", () => {
    it("is checked on AWS, whose authority everybody knows, is not on GCP, and is nothing where there is no TLS", async () => {
        const app = {
            services: {
                api: { ...api, env: { RESULTS: "${redis.url}/1?${redis.sslQuery}", QUERY: "${redis.sslQuery}" } },
            },
            caches: { redis: {} },
        } satisfies Omit<AppInput, "name">;
        const { aws, gcp } = await onBoth(app);
        assert.match(JSON.stringify(aws.resources), /QUERY[^}]*ssl_cert_reqs=required/);
        assert.match(JSON.stringify(gcp.resources), /"QUERY","value":"ssl_cert_reqs=none"/);
        assert.doesNotMatch(JSON.stringify(aws.resources), /ssl_cert_reqs=none/);
        assert.equal(cacheFields().sslQuery, "");
    });
});

describe("A cache of memcached", () => {
    const shared = {
        services: {
            api: { ...api, uses: ["sessions"], env: { MEMCACHED: "${sessions.servers}", TLS: "${sessions.tls}" } },
        },
        caches: { sessions: { engine: "memcached" } },
    } satisfies Omit<AppInput, "name">;
    let dev: Both, prod: Both;
    before(async () => {
        dev = await onBoth(shared);
        prod = await onBoth(shared, "prod");
    });

    it("is nodes of ElastiCache or of Memorystore, of the same version", () => {
        const { engine, engineVersion, nodeType, numCacheNodes, azMode, port } = dev.aws.one(
            elasticache.Cluster,
        ).inputs;
        assert.deepEqual(
            [engine, engineVersion, nodeType, numCacheNodes, azMode, port],
            ["memcached", "1.6.22", "cache.t4g.micro", 1, "single-az", 11211],
        );
        const { memcacheVersion, nodeCount, nodeConfig } = dev.gcp.one(memcache.Instance).inputs;
        assert.deepEqual(
            [memcacheVersion, nodeCount, nodeConfig],
            ["MEMCACHE_1_6_15", 1, { cpuCount: 1, memorySizeMb: 1024 }],
        );
        for (const { aws, gcp } of [dev, prod])
            assert.deepEqual([...aws.of(elasticache.ReplicationGroup), ...gcp.of(redis.Instance)], []);
    });

    it("has a second node in another zone in prod, and is protected there", () => {
        const cluster = prod.aws.one(elasticache.Cluster);
        const instance = prod.gcp.one(memcache.Instance);
        assert.deepEqual([cluster.inputs.numCacheNodes, cluster.inputs.azMode], [2, "cross-az"]);
        assert.equal(instance.inputs.nodeCount, 2);
        assert.deepEqual([cluster.protect, instance.protect, instance.inputs.deletionProtection], [true, true, true]);
        assert.equal(dev.gcp.one(memcache.Instance).inputs.deletionProtection, false);
    });

    it("takes the fewest vCPU that the region has, unless it says how many", async () => {
        const cpus = async (region: string, gcp: object) => {
            const app = { ...shared, caches: { sessions: { engine: "memcached" as const, gcp } } };
            const plan = await on("gcp", app, "dev", { "gcp:region": region });
            return plan.one(memcache.Instance).inputs.nodeConfig;
        };
        assert.deepEqual(await cpus("europe-west8", { memory: 2 }), { cpuCount: 2, memorySizeMb: 2048 });
        assert.deepEqual(await cpus("asia-northeast1", { memory: 4, cpu: 4 }), { cpuCount: 4, memorySizeMb: 4096 });
    });

    it("asks for no password, and is reached by what uses it alone", () => {
        for (const { resources } of [dev.aws, dev.gcp])
            assert.doesNotMatch(JSON.stringify(resources), /SESSIONS_PASSWORD|sessions-credentials/);
        const group = "${demo-dev-sessions-access.id}";
        assert.deepEqual(
            vpc(dev.aws)
                .ingress.filter(({ to }) => to === group)
                .map(({ from, port }) => [from, port]),
            [["${demo-dev-api-access.id}", 11211]],
        );
        assert.deepEqual(dev.aws.one(elasticache.Cluster).inputs.securityGroupIds, [group]);
        assert.equal(dev.gcp.one(memcache.Instance).inputs.authorizedNetwork, "${demo-dev-network.id}");
    });

    it("tells services every node, and the first by itself", () => {
        const [container] = JSON.parse(String(prod.aws.one(ecs.TaskDefinition, "api").inputs.containerDefinitions)) as {
            environment: Variable[];
        }[];
        const { template } = prod.gcp.one(cloudrunv2.Service, "api").inputs;
        const { envs } = (template as unknown as { containers: { envs: Variable[] }[] }).containers[0];
        for (const [variables, field] of [
            [container.environment, "cacheNodes[N].address"],
            [envs, "memcacheNodes[N].host"],
        ] as const) {
            const [first, second] = ["0", "1"].map(
                (node) => `\${demo-prod-sessions.${field.replace("[N]", `[${node}]`)}}`,
            );
            const servers = `${first}:11211,${second}:11211`;
            const variable = (name: string) => variables.find((each) => each.name === name)?.value;
            assert.equal(variable("SESSIONS_HOST"), first);
            assert.equal(variable("SESSIONS_PORT"), "11211");
            assert.equal(variable("SESSIONS_SERVERS"), servers);
            assert.equal(variable("SESSIONS_URL"), `memcached://${servers}`);
            assert.equal(variable("MEMCACHED"), servers);
            assert.equal(variable("TLS"), "false");
        }
    });

    it("says in the plan's warnings what it lacks, and how long Google has it", () => {
        const said = (cloud: "aws" | "gcp") =>
            warningsOf(stackOf({ name: "demo", ...shared }, cloud, "dev", {})).join("\n");
        assert.match(said("aws"), /Cache sessions is memcached, which asks for no password.*security group alone/);
        assert.doesNotMatch(said("aws"), /2029/);
        assert.match(said("gcp"), /Google ends Memorystore for Memcached on 31 January 2029/);
    });
});

interface Variable {
    name: string;
    value?: string;
}
