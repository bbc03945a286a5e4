import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { refresh } from "../../cost/refresh";
import { readBook, writeBook } from "../../cost/refresh/file";
import { entry, folder, freshForEachTest, options, vendor, write } from "./harness";
import { offer, service, smallBook, type Row } from "./vendors";

/** A region of each continent, with what its usage types begin with in the vendor's list. */
const codes: Record<string, string> = {
    "af-south-1": "AFS1-",
    "ap-southeast-2": "APS2-",
    "eu-central-1": "EUC1-",
    "sa-east-1": "SAE1-",
    "us-west-2": "USW2-",
};
/** A region of each continent, with the city that descriptions name. */
const cities: Record<string, string> = {
    "africa-south1": "Johannesburg",
    "asia-south1": "Mumbai",
    "australia-southeast1": "Sydney",
    "europe-west3": "Frankfurt",
    "southamerica-east1": "Sao Paulo",
    "us-west1": "Oregon",
};
const each = (regions: Record<string, string>, price: number) =>
    Object.fromEntries(Object.keys(regions).map((region) => [region, price]));

describe("A refresh of all regions", () => {
    freshForEachTest();
    const file = (cloud: string, region: string) => readFileSync(join(folder, cloud, `${region}.json`), "utf8");
    const sql = "9662-B51E-5089";

    it("reads a region of each continent from AWS's list in one go, and leaves a line of difference for each price", async () => {
        write(
            smallBook("aws", {
                "aws.alb.hour": each(codes, 0.025),
                "aws.fargate.x86.vcpu_hour": each(codes, 0.05),
                "aws.rds.postgres.db.t4g.medium.multi_az_hour": each(codes, 0.15),
            }),
        );
        const before = Object.keys(codes).map((region) => file("aws", region));
        const rows = (of: (code: string) => Row[]) =>
            Object.fromEntries(Object.entries(codes).map(([region, code]) => [region, of(code)]));
        offer(
            vendor,
            "AWSELB",
            rows((code) => [
                { usage: `${code}LoadBalancerUsage`, operation: "LoadBalancing:Application", price: "0.0270000000" },
                { usage: `${code}LoadBalancerUsage`, operation: "LoadBalancing:Network", price: "0.0280000000" },
                { usage: `${code}LoadBalancerUsage`, operation: "LoadBalancing", price: "0.0300000000" },
            ]),
        );
        offer(
            vendor,
            "AmazonECS",
            rows((code) => [
                { usage: `${code}Fargate-vCPU-Hours:perCPU`, price: "0.0500000000" },
                { usage: `${code}Fargate-ARM-vCPU-Hours:perCPU`, price: "0.0372500000" },
            ]),
        );
        offer(
            vendor,
            "AmazonRDS",
            rows((code) => [
                {
                    usage: `${code}Multi-AZUsage:db.t4g.medium`,
                    operation: "CreateDBInstance:0014",
                    price: "0.1490000000",
                },
                {
                    usage: `${code}Multi-AZUsage:db.t4g.medium`,
                    operation: "CreateDBInstance:0002",
                    price: "0.1480000000",
                },
            ]),
        );
        const result = await refresh(options("aws"));
        assert.deepEqual([result.problems, result.renewed, result.changed.length], [[], 15, 10]);
        for (const [index, region] of Object.keys(codes).entries()) {
            assert.equal(entry("aws", "aws.alb.hour", region).value, 0.027);
            assert.equal(entry("aws", "aws.rds.postgres.db.t4g.medium.multi_az_hour", region).value, 0.149);
            const [old, now] = [before[index].split("\n"), file("aws", region).split("\n")];
            assert.equal(now.length, old.length);
            assert.equal(now.filter((line, at) => line !== old[at]).length, 3, "each is dated and sourced anew");
        }
    });

    it("reads a region of each continent from Google's catalog in one go", async () => {
        write(
            smallBook("gcp", {
                "gcp.sql.vcpu.zonal_hour": each(cities, 0.05),
                "gcp.sql.ssd.zonal_gb_month": each(cities, 0.2),
            }),
        );
        service(vendor, sql, [
            Object.entries(cities).flatMap(([region, city], index) => [
                {
                    id: `V${index}`,
                    description: `Cloud SQL for PostgreSQL: Zonal - vCPU in ${city}`,
                    regions: [region],
                    tiers: [[0, "0", 51_000_000 + index * 1e6]] as [number, string, number][],
                },
                {
                    id: `S${index}`,
                    description: `Cloud SQL for PostgreSQL: Zonal - Standard storage in ${city}`,
                    regions: [region],
                    tiers: [[0, "0", 210_000_000]] as [number, string, number][],
                },
            ]),
        ]);
        const result = await refresh(options("gcp"));
        assert.deepEqual([result.problems, result.renewed, result.changed.length], [[], 12, 12]);
        for (const [index, region] of Object.keys(cities).entries()) {
            assert.equal(
                entry("gcp", "gcp.sql.vcpu.zonal_hour", region).value,
                Number((0.051 + index / 1000).toFixed(6)),
            );
            assert.equal(entry("gcp", "gcp.sql.ssd.zonal_gb_month", region).value, 0.21);
        }
    });

    it("is not stopped by a price that nobody has verified and that a region's list has not got: it stays, unverified", async () => {
        write(
            smallBook("aws", { "aws.alb.hour": { "eu-central-1": 0.025 }, "aws.nlb.hour": { "eu-central-1": 0.025 } }),
        );
        const guessed = readBook(folder, "aws");
        guessed.prices["aws.nlb.hour"].regions["eu-central-1"].confidence = "low";
        writeBook(folder, guessed);
        const usage = "EUC1-LoadBalancerUsage";
        offer(vendor, "AWSELB", {
            "eu-central-1": [{ usage, operation: "LoadBalancing:Application", price: "0.027" }],
        });
        const result = await refresh(options("aws"));
        assert.deepEqual([result.problems, result.renewed], [[], 1]);
        const kept = entry("aws", "aws.nlb.hour", "eu-central-1");
        assert.deepEqual([kept.value, kept.confidence, kept.source], [0.025, "low", ["old"]]);
    });
});
