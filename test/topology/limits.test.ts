import assert from "node:assert/strict";

import { environmentNames, type Environment } from "../../topology/app";
import { instanceClassFault, nodeTypeFault } from "../../topology/classes";
import { fargateSizes } from "../../topology/limits";
import { awsRegions } from "../../topology/regions";
import { accepted, overridesPath as at, refused, settle, smallApp } from "./settings";

const size = (cpu: number, memory: number, more: object = {}) => ({ services: { api: { cpu, memory, ...more } } });
const gcpSize = (cpu: number, memory: number, more: object = {}) => ({
    services: { api: { gcp: { cpu, memory, ...more } } },
});
const db = (database: object) => ({ databases: { db: database } });

describe("Limits of AWS", () => {
    it("admits every size of Fargate and nothing between", () => {
        for (const { cpu, memory } of fargateSizes) {
            for (const each of memory) accepted({ overrides: size(cpu, each) });
            refused({ overrides: size(cpu, memory[0] - 1) }, at("services.api.memory"), /on Fargate/);
            refused(
                { overrides: size(cpu, memory[memory.length - 1] + 1024) },
                at("services.api.memory"),
                /on Fargate/,
            );
        }
    });

    it("lists the memory that Fargate has for a cpu, and the cpus", () => {
        refused(
            { overrides: size(0.25, 3072) },
            at("services.api.memory"),
            "512, 1024 or 2048 MiB for 0.25 vCPU on Fargate; 3072 MiB needs 0.5 or 1 vCPU",
            "3072 MiB with 0.25 vCPU",
        );
        refused(
            { overrides: size(8, 20000) },
            at("services.api.memory"),
            "16384 to 61440 in steps of 4 GiB (16384, 20480, …) MiB for 8 vCPU on Fargate",
        );
        refused(
            { overrides: size(3, 4096) },
            at("services.api.cpu"),
            "0.25, 0.5, 1, 2, 4, 8, 16 or 32 vCPU, the sizes of Fargate",
            "3",
        );
    });

    it("keeps at least one task", () => {
        refused(
            { overrides: { services: { api: { scale: { min: 0 } } } } },
            at("services.api.scale.min"),
            /^1 or more/,
            "0",
        );
        accepted({ cloud: "gcp", overrides: { services: { api: { gcp: { scale: { min: 0 } } } } } });
    });

    it("knows RDS's instance classes", () => {
        for (const instanceClass of [
            "db.t3.micro",
            "db.t4g.2xlarge",
            "db.r5.large",
            "db.m7g.16xlarge",
            "db.m8g.48xlarge",
        ])
            accepted({ overrides: db({ aws: { instanceClass } }) });
        const path = at("databases.db.aws.instanceClass");
        refused({ overrides: db({ aws: { instanceClass: "t4g.micro" } }) }, path, /^did you mean db\.t4g\.micro\?/);
        refused(
            { overrides: db({ aws: { instanceClass: "db.t2.micro" } }) },
            path,
            /families for PostgreSQL in ap-northeast-1 are m5, m5d, /,
        );
        refused({ overrides: db({ aws: { instanceClass: "db.m7g.micro" } }) }, path, /^db\.m7g in the sizes large, /);
        refused({ overrides: db({ aws: { instanceClass: "db-custom-2-7680" } }) }, path, /^db\.<family>\.<size>/);
        refused({ overrides: db({ aws: { instanceClass: "db.constructor.large" } }) }, path, /families/);
        // Of Multi-AZ clusters alone, and of nothing that there ever was.
        for (const nobodys of ["db.c6gd.medium", "db.m5.48xlarge", "db.x2g.48xlarge"])
            refused({ overrides: db({ aws: { instanceClass: nobodys } }) }, path, /./);
    });

    it("knows what each region sells", () => {
        const inCapeTown = (aws: object) => ({ overrides: db({ aws }), config: { "aws:region": "af-south-1" } });
        refused(
            inCapeTown({ instanceClass: "db.m7g.large" }),
            at("databases.db.aws.instanceClass"),
            /^db\.m5\.large: af-south-1 sells no m7g; families for PostgreSQL there are m5, m5d, /,
        );
        accepted(inCapeTown({ instanceClass: "db.m6g.large" }));
    });

    for (const region of Object.keys(awsRegions))
        for (const environment of environmentNames)
            it(`has a default class and node type that ${region} sells in ${environment}`, () => {
                const app = {
                    ...smallApp,
                    databases: { db: {} },
                    caches: { redis: {} },
                    domain: { name: "shop.example.com" },
                };
                const { databases, caches } = settle({ app, environment, config: { "aws:region": region } }).app;
                const [instanceClass, nodeType] = [databases.db.aws.instanceClass, caches.redis.aws.nodeType];
                assert.equal(instanceClassFault(instanceClass, region), undefined);
                assert.equal(instanceClassFault(instanceClass, region, "mysql"), undefined);
                assert.equal(nodeTypeFault(nodeType, region), undefined);
            });

    it("falls back by region to the family that is next to the default's", () => {
        const app = { ...smallApp, databases: { db: {} }, domain: { name: "shop.example.com" } };
        const inRegion = (region: string, environment: Environment) =>
            settle({ app, environment, config: { "aws:region": region } }).app.databases.db.aws.instanceClass;
        assert.equal(inRegion("ap-northeast-1", "prod"), "db.m7g.large");
        assert.equal(inRegion("af-south-1", "prod"), "db.m6g.large");
        assert.equal(inRegion("ca-west-1", "dev"), "db.t3.micro");
    });

    it("has versions and classes by engine", () => {
        const mysql = (more: object) => ({ overrides: db({ engine: "mysql", ...more }) });
        for (const version of ["8.0", "8.4"]) accepted(mysql({ version }));
        refused(mysql({ version: "15" }), at("databases.db.version"), "a version of MySQL: 8.0 or 8.4");
        refused({ overrides: db({ version: "8.4" }) }, at("databases.db.version"), /a version of PostgreSQL/);
        refused(
            mysql({ version: "8.4", aws: { instanceClass: "db.m8a.large" } }),
            at("databases.db.aws.instanceClass"),
            /families for MySQL/,
        );
        const app = { ...smallApp, databases: { a: { engine: "mysql" as const }, b: {} } };
        const { a, b } = settle({ app, environment: "dev", config: {} }).app.databases;
        assert.deepEqual([a.version, b.version], ["8.4", "15"]);
    });

    it("lets storage grow by a tenth or not at all", () => {
        refused({ overrides: db({ storage: 100, maxStorage: 105 }) }, at("databases.db.maxStorage"), /at least 110/);
        accepted({ overrides: db({ storage: 100, maxStorage: 100 }) });
        accepted({ overrides: db({ storage: 100, maxStorage: 110 }) });
    });
});

describe("Limits of GCP", () => {
    it("knows Cloud Run's sizes", () => {
        for (const [cpu, memory] of [
            [1, 512],
            [1, 4096],
            [2, 8192],
            [4, 2048],
            [4, 16384],
            [6, 24576],
            [8, 32768],
        ])
            accepted({ cloud: "gcp", overrides: gcpSize(cpu, memory) });
        const path = at("services.api.gcp.memory");
        refused(
            { cloud: "gcp", overrides: gcpSize(1, 4097) },
            path,
            "512 to 4096 MiB for 1 vCPU on Cloud Run; 4097 MiB needs 2, 4, 6 or 8 vCPU",
            "4097 MiB with 1 vCPU",
        );
        refused({ cloud: "gcp", overrides: gcpSize(4, 1024) }, path, /^2048 to 16384 MiB/);
        refused({ cloud: "gcp", overrides: gcpSize(8, 32769) }, path, "4096 to 32768 MiB for 8 vCPU on Cloud Run");
        refused({ cloud: "gcp", overrides: gcpSize(1, 256) }, path, /^512 to/);
        refused(
            { cloud: "gcp", overrides: gcpSize(3, 4096) },
            at("services.api.gcp.cpu"),
            /^1, 2, 4, 6 or 8 vCPU/,
            "3",
        );
        refused(
            { cloud: "gcp", overrides: gcpSize(0.05, 512, { concurrency: 1 }) },
            at("services.api.gcp.cpu"),
            /0\.08 to 1/,
        );
    });

    it("takes less than a vCPU for one request at a time, paid by request", () => {
        accepted({ cloud: "gcp", overrides: gcpSize(0.5, 1024, { concurrency: 1 }) });
        accepted({ cloud: "gcp", overrides: gcpSize(0.083, 128, { concurrency: 1 }) });
        refused(
            { cloud: "gcp", overrides: gcpSize(0.5, 512) },
            "apps/todo.ts: services.api.gcp.concurrency",
            /^1 below 1 vCPU/,
            "100 with 0.5 vCPU",
        );
        refused(
            { cloud: "gcp", overrides: gcpSize(0.5, 512, { concurrency: 1, cpuBilling: "instance" }) },
            at("services.api.gcp.cpuBilling"),
            /^request/,
        );
        refused(
            { cloud: "gcp", overrides: gcpSize(0.25, 1024, { concurrency: 1 }) },
            at("services.api.gcp.memory"),
            /^128 to 512 MiB/,
        );
    });

    it("serves up to 1,000 requests at a time", () => {
        refused(
            { cloud: "gcp", overrides: { services: { api: { gcp: { concurrency: 1001 } } } } },
            at("services.api.gcp.concurrency"),
            "a whole number from 1 to 1000",
        );
    });

    it("knows Cloud SQL's tiers, and what the old names became", () => {
        const tiers = ["db-f1-micro", "db-g1-small", "db-custom-1-3840", "db-custom-2-7680", "db-custom-96-638976"];
        for (const tier of tiers) accepted({ cloud: "gcp", overrides: db({ gcp: { tier } }) });
        const path = at("databases.db.gcp.tier");
        const is = (tier: string, allowed: RegExp) =>
            refused({ cloud: "gcp", overrides: db({ gcp: { tier } }) }, path, allowed);
        is("db-n1-standard-2", /^db-custom-2-7680, as Cloud SQL/);
        is("db-n1-highmem-4", /^db-custom-4-26624, /);
        is("db-perf-optimized-N-2", /ENTERPRISE_PLUS/);
        is("db-custom-3-7680", /even number up to 96/);
        is("db-custom-98-400000", /even number/);
        is("db-custom-2-7681", /^db-custom-2-<MiB> with 3840 to 13312 MiB in steps of 256/);
        is("db-custom-1-3584", /3840 to 6656/);
        is("db-custom-8-3840", /7424 to 53248/);
        is("db.t3.micro", /^db-f1-micro, db-g1-small or db-custom/);
    });

    it("keeps a shared core's disk small", () => {
        refused(
            { cloud: "gcp", overrides: db({ maxStorage: 4000 }) },
            at("databases.db.maxStorage"),
            "up to 3062 GiB with the tier db-f1-micro",
        );
        accepted({ cloud: "gcp", overrides: db({ maxStorage: 4000, gcp: { tier: "db-custom-2-7680" } }) });
    });
});
