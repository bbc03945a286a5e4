import assert from "node:assert/strict";

import { environmentNames, type AppInput, type Environment } from "../../topology/app";
import { dualRegion, secondRegions } from "../../topology/dual-regions";
import { cacheFamilies } from "../../topology/classes";
import { gcpRegions } from "../../topology/regions";
import { accepted, problemsOf, refused, settle, smallApp } from "./settings";

const shop = (more: object): AppInput => ({ ...smallApp, ...more }) as AppInput;
const at = (path: string) => `apps/shop.ts: ${path}`;

describe("Tables", () => {
    const facts = (table: object) => shop({ tables: { facts: { partitionKey: { name: "id" }, ...table } } });
    const index = (partition: string, sort?: string, type?: string) => ({
        partitionKey: { name: partition, type },
        ...(sort && { sortKey: { name: sort } }),
    });

    it("have different attributes for partition and sort key, each of one type", () => {
        const byTime = { sortKey: { name: "at", type: "number" }, indexes: { "by-time": index("at", "id", "number") } };
        for (const cloud of ["aws", "gcp"] as const) accepted({ cloud, app: facts(byTime) });
        refused(
            { app: facts({ sortKey: { name: "id" } }) },
            at("tables.facts.sortKey.name"),
            "another attribute, or no sort key",
            '"id", which is the partition key',
        );
        refused(
            {
                app: facts({
                    indexes: { all: { partitionKey: { name: "id", type: "number" }, sortKey: { name: "at" } } },
                }),
            },
            at("tables.facts.indexes.all.partitionKey.type"),
            "string",
            'number for "id", which is a string elsewhere in the table',
        );
        refused(
            { app: facts({ partitionKey: { name: "1st" } }) },
            at("tables.facts.partitionKey.name"),
            /^letters, digits/,
        );
        refused({ app: shop({ tables: { facts: {} } }) }, at("tables.facts.partitionKey"), /^a map with name and type/);
    });

    it("have indexes that say something else than the table and each other", () => {
        refused(
            { app: facts({ indexes: { all: index("id") } }) },
            at("tables.facts.indexes.all"),
            /other/,
            "the keys of the table itself",
        );
        refused(
            { app: facts({ indexes: { one: index("a", "b"), two: index("a", "b") } }) },
            at("tables.facts.indexes.two"),
            "an index by other attributes",
            "the keys of the index one",
        );
        accepted({ app: facts({ indexes: { one: index("a", "b"), two: index("b", "a") } }) });
    });

    it("do not expire by a key", () => {
        accepted({ app: facts({ ttl: "expires" }) });
        refused(
            { app: facts({ ttl: "id" }) },
            at("tables.facts.ttl"),
            "an attribute that is no key",
            '"id", which is a key of the table itself',
        );
        refused(
            { app: facts({ ttl: "a", indexes: { one: index("a") } }) },
            at("tables.facts.ttl"),
            /no key/,
            '"a", which is a key of the index one',
        );
    });

    it("keep within DynamoDB's and Firestore's own limits", () => {
        const many = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`index${n}`, index(`a${n}`)]));
        refused({ app: facts({ indexes: many }) }, at("tables.facts.indexes"), /^up to 20/, "21 indexes");
        refused(
            { app: facts({ indexes: { ab: index("a") } }) },
            at("tables.facts.indexes.ab"),
            /^a name of at least 3/,
        );
        accepted({ cloud: "gcp", app: facts({ indexes: { ab: index("a") } }) });
        refused({ cloud: "gcp", app: facts({ ttl: "__at__" }) }, at("tables.facts.ttl"), /which Firestore keeps/);
        accepted({ app: facts({ ttl: "__at__" }) });
    });
});

describe("Caches", () => {
    const redis = (cache: object) => shop({ caches: { redis: cache } });

    it("know ElastiCache's node types", () => {
        for (const [family, sizes] of Object.entries(cacheFamilies))
            accepted({
                app: redis({ aws: { nodeType: `cache.${family}.${sizes[0]}` } }),
                config: { "aws:region": "us-east-1" },
            });
        const is = (nodeType: string, allowed: RegExp) =>
            refused({ app: redis({ aws: { nodeType } }) }, at("caches.redis.aws.nodeType"), allowed);
        is("t4g.micro", /^did you mean cache\.t4g\.micro\?/);
        is("cache.t4gg.micro", /^did you mean cache\.t4g\.micro\? families for Redis in ap-northeast-1 are c8gn, /);
        is("cache.r6gd.xlarge", /^did you mean cache\.r6g\.xlarge\?/);
        is("cache.t4g.xlarge", /^cache\.t4g in the sizes micro, small or medium$/);
        is("db.t4g.micro", /^cache\.<family>\.<size>, such as/);
        is("cache.constructor.large", /families/);
        accepted({ cloud: "gcp", app: redis({ aws: { nodeType: "none" } }) });
    });

    it("have a size that Memorystore has", () => {
        refused(
            { cloud: "gcp", app: redis({ gcp: { memory: 0 } }) },
            at("caches.redis.gcp.memory"),
            "a whole number from 1 to 300",
            "0",
        );
        refused({ app: redis({ version: "8" }) }, at("caches.redis.version"), 'did you mean 7? "7" or "1.6"');
    });

    it("are memcached with what that has, and nothing of Redis's", () => {
        const memcached = (cache: object) => redis({ engine: "memcached", ...cache });
        accepted({ app: memcached({}) });
        accepted({ cloud: "gcp", app: memcached({ gcp: { cpu: 2, memory: 256 } }) });
        refused(
            { app: memcached({ version: "7" }) },
            at("caches.redis.version"),
            "a version of memcached: 1.6",
            '"7", with the engine memcached',
        );
        refused(
            { app: memcached({ aws: { engine: "valkey" } }) },
            at("caches.redis.aws.engine"),
            /Valkey speaks Redis/,
        );
        for (const tls of ["required", "optional"])
            refused({ app: memcached({ tls }) }, at("caches.redis.tls"), /memcached has no TLS here/);
        refused({ app: redis({ gcp: { cpu: 2 } }) }, at("caches.redis.gcp.cpu"), /sized by gcp\.memory alone/);
        const on = (region: string, gcp: object) => ({
            cloud: "gcp" as const,
            app: memcached({ gcp }),
            config: { "gcp:region": region },
        });
        refused(
            on("asia-northeast1", { cpu: 3, memory: 8 }),
            at("caches.redis.gcp.cpu"),
            "1, or an even number of vCPU from 2 to 32 in asia-northeast1",
        );
        refused(
            on("europe-west8", { cpu: 1, memory: 8 }),
            at("caches.redis.gcp.cpu"),
            "an even number of vCPU from 2 to 32 in europe-west8",
        );
        refused(
            on("europe-west8", { memory: 1 }),
            at("caches.redis.gcp.memory"),
            "2 to 256 GiB for a node of memcached with 2 vCPU",
        );
        accepted(on("europe-west8", { memory: 2 }));
        refused(on("asia-northeast1", { memory: 300 }), at("caches.redis.gcp.memory"), /^1 to 256 GiB/);
        refused(
            { app: memcached({ aws: { nodeType: "cache.t4gg.micro" } }) },
            at("caches.redis.aws.nodeType"),
            /families for memcached in/,
        );
    });
});

describe("Buckets", () => {
    const assets = (bucket: object) => shop({ buckets: { assets: bucket } });

    it("are copied to another region of AWS, with their versions", () => {
        accepted({ app: assets({ replicate: true, aws: { replicaRegion: "us-west-2" } }) });
        refused(
            { app: assets({ aws: { replicaRegion: "us-wset-2" } }) },
            at("buckets.assets.aws.replicaRegion"),
            /^did you mean us-west-2\?/,
        );
        refused(
            { app: assets({ replicate: true, aws: { replicaRegion: "ap-northeast-1" } }) },
            at("buckets.assets.aws.replicaRegion"),
            "another region",
            '"ap-northeast-1", the stack\'s own region',
        );
        refused(
            { app: assets({ replicate: true, versioned: false }) },
            at("buckets.assets.versioned"),
            /^true; or replicate: false/,
        );
        accepted({ cloud: "gcp", app: assets({ replicate: true, versioned: false }) });
    });

    it("are in two regions that are a pair on GCP", () => {
        const second = (secondRegion: string) => ({
            cloud: "gcp" as const,
            app: assets({ replicate: true, gcp: { secondRegion } }),
        });
        const path = at("buckets.assets.gcp.secondRegion");
        accepted({ cloud: "gcp", app: assets({ replicate: true }) });
        accepted(second("asia-northeast2"));
        refused(
            second("asia-northeast1"),
            path,
            /makes a pair with asia-northeast1: asia-northeast2$/,
            '"asia-northeast1", the stack\'s own region',
        );
        refused(
            second("us-east1"),
            path,
            "a region that makes a pair with asia-northeast1: asia-northeast2",
            '"us-east1"',
        );
        const seoul = { "gcp:region": "asia-northeast3" };
        refused(
            { ...second("asia-northeast1"), config: seoul },
            path,
            "nothing: Cloud Storage has no dual-region with asia-northeast3",
        );
        refused(
            { cloud: "gcp", config: seoul, app: assets({ replicate: true }) },
            at("buckets.assets.replicate"),
            "false: Cloud Storage has no dual-region with asia-northeast3",
        );
        accepted({ cloud: "gcp", config: seoul, app: assets({ replicate: false }) });
    });

    it("have one location for each pair, and pairs go both ways", () => {
        assert.deepEqual(dualRegion("asia-northeast2", "asia-northeast1"), { location: "ASIA1" });
        assert.deepEqual(dualRegion("europe-north1", "europe-west4"), { location: "EUR4" });
        assert.deepEqual(dualRegion("europe-west3", "europe-west10"), {
            location: "DE",
            dataLocations: ["EUROPE-WEST3", "EUROPE-WEST10"],
        });
        assert.equal(dualRegion("us-east4", "us-west1")?.location, "US");
        assert.equal(dualRegion("us-east4", "europe-west1"), undefined);
        assert.equal(dualRegion("us-east4", "us-east4"), undefined);
        for (const region of gcpRegions)
            for (const other of secondRegions(region)) {
                assert.ok(gcpRegions.includes(other), other);
                assert.ok(dualRegion(region, other), `${region} and ${other}`);
                assert.ok(secondRegions(other).includes(region), `${other} and ${region}`);
            }
    });
});

describe("File systems", () => {
    const files = (filesystem: object) => shop({ filesystems: { files: filesystem } });

    it("say of GCP what it can keep", () => {
        accepted({ cloud: "gcp", app: files({ infrequentAccessDays: 0, backup: true }) });
        accepted({ app: files({ infrequentAccessDays: 60 }) });
        const path = at("filesystems.files.infrequentAccessDays");
        refused({ cloud: "gcp", app: files({ infrequentAccessDays: 60 }) }, path, /^0 or 30: Cloud Storage/, "60");
        const filestore = { filestore: {} };
        accepted({ cloud: "gcp", app: files({ infrequentAccessDays: 60, gcp: filestore }) });
        refused(
            { cloud: "gcp", app: files({ backup: true, gcp: filestore }) },
            at("filesystems.files.backup"),
            /^false: Filestore makes no backups/,
        );
        refused(
            { cloud: "gcp", app: files({ gcp: { filestore: { capacity: 100 } } }) },
            at("filesystems.files.gcp.filestore.capacity"),
            "a whole number from 1024 to 65536",
            "100",
        );
        refused(
            { cloud: "gcp", app: files({ gcp: { filestore: { tier: "BASIC_SSD" } } }) },
            at("filesystems.files.gcp.filestore.capacity"),
            /^2560 or more with BASIC_SSD/,
            "1024",
        );
        accepted({ cloud: "gcp", app: files({ gcp: { filestore: { tier: "BASIC_SSD", capacity: 2560 } } }) });
    });
});

describe("Parts that environments make different", () => {
    it("are small and single in dev, and protected in prod", () => {
        const app = shop({
            caches: { redis: {} },
            tables: { facts: { partitionKey: { name: "id" } } },
            buckets: { assets: {} },
            filesystems: { files: {} },
        });
        const of = (environment: Environment) => {
            const { caches, tables, buckets, filesystems } = settle({
                environment,
                app,
                config: { "twinstack:domain": "shop.example.com" },
            }).app;
            const { aws, gcp, highAvailability } = caches.redis;
            return [
                ...[aws.nodeType, gcp.memory, highAvailability],
                ...[tables.facts.pointInTimeRecovery, buckets.assets.replicate, filesystems.files.backup],
            ];
        };
        assert.deepEqual(environmentNames.map(of), [
            ["cache.t4g.micro", 1, false, false, false, false],
            ["cache.t4g.small", 1, false, true, false, false],
            ["cache.r7g.large", 5, true, true, true, true],
        ]);
    });

    it("say what they want themselves, in general or for an environment", () => {
        const app = shop({
            caches: { redis: { highAvailability: true, aws: { nodeType: "cache.r7g.large" } } },
            environments: { dev: { caches: { redis: { highAvailability: false } } } },
        });
        const { highAvailability, aws } = settle({ app }).app.caches.redis;
        assert.deepEqual([highAvailability, aws], [false, { engine: "redis", nodeType: "cache.r7g.large" }]);
        const unknown = problemsOf({ app, overrides: { caches: { rediss: {} }, tables: { facts: {} } } });
        assert.deepEqual(
            unknown.map(({ allowed }) => allowed),
            ["redis", "nothing: there are none"],
        );
    });
});
