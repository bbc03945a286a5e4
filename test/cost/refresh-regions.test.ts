import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { refresh } from "../../cost/refresh";
import { readBook, writeBook } from "../../cost/refresh/file";
import { entry, folder, freshForEachTest, options, vendor, write } from "./harness";
import { offer, rdsFile, service, smallBook, type Row, type SkuRow } from "./vendors";

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

    it("reads AWS's file in the form in which it is published, with every column of the offer, of each continent's regions", async () => {
        const id = "aws.rds.postgres.db.r6g.xlarge.multi_az_hour";
        write(smallBook("aws", { [id]: each(codes, 1), "aws.rds.storage.gp3.multi_az_gb_month": each(codes, 0.2) }));
        const prices = Object.fromEntries(Object.keys(codes).map((region, index) => [region, 0.9 + index / 100]));
        offer(vendor, "AmazonRDS", Object.fromEntries(Object.keys(codes).map((region) => [region, []])));
        for (const [region, code] of Object.entries(codes)) {
            const row = (sku: string, price: number, more: Record<string, string>) => ({
                SKU: sku,
                OfferTermCode: "JRTCKXETXF",
                RateCode: `${sku}.JRTCKXETXF.6YS6EN2CT7`,
                TermType: "OnDemand",
                PriceDescription: `$${price} per RDS, as it says, "or partial"`.replaceAll('"', '""'),
                EffectiveDate: "2026-10-01",
                StartingRange: "0",
                EndingRange: "Inf",
                PricePerUnit: price.toFixed(10),
                Currency: "USD",
                serviceCode: "AmazonRDS",
                "Location Type": "AWS Region",
                "Region Code": region,
                serviceName: "Amazon Relational Database Service",
                ...more,
            });
            const server = {
                Unit: "Hrs",
                "Product Family": "Database Instance",
                "Instance Type": "db.r6g.xlarge",
                "Deployment Option": "Multi-AZ",
                usageType: `${code}Multi-AZUsage:db.r6g.xl`,
            };
            vendor.pages[`/offers/v1.0/aws/AmazonRDS/20261120124425/${region}/index.csv`] = rdsFile([
                row("A", 0.5, { ...server, "Engine Code": "2", operation: "CreateDBInstance:0002" }),
                row("B", prices[region], { ...server, "Engine Code": "14", operation: "CreateDBInstance:0014" }),
                row("B", 0.6, {
                    ...server,
                    "Engine Code": "14",
                    operation: "CreateDBInstance:0014",
                    TermType: "Reserved",
                    LeaseContractLength: "1yr",
                    PurchaseOption: "No Upfront",
                }),
                row("C", 0.25, {
                    Unit: "GB-Mo",
                    "Product Family": "Database Storage",
                    "Deployment Option": "Multi-AZ",
                    "Volume Type": "General Purpose-GP3",
                    usageType: `${code}RDS:Multi-AZ-GP3-Storage`,
                }),
            ]);
        }
        const result = await refresh(options("aws"));
        assert.deepEqual([result.problems, result.renewed], [[], 10]);
        for (const region of Object.keys(codes)) {
            assert.equal(entry("aws", id, region).value, Number(prices[region].toFixed(10)));
            assert.equal(entry("aws", "aws.rds.storage.gp3.multi_az_gb_month", region).value, 0.25);
        }
    });

    it("tells Firestore's regions by the taxonomy of a SKU, as each says that it is sold everywhere", async () => {
        const reads = "gcp.firestore.reads_100k";
        write(smallBook("gcp", { [reads]: each(cities, 0.03), "gcp.firestore.storage_gib_month": each(cities, 0.15) }));
        const sku = (id: string, description: string, group: string, nanos: number, at: string, free = 0): SkuRow => ({
            id,
            description,
            group,
            regions: ["global"],
            taxonomy: { type: "REGIONAL", regions: [at] },
            tiers: free
                ? [
                      [0, "0", 0],
                      [free, "0", nanos],
                  ]
                : [[0, "0", nanos]],
        });
        const rows = Object.entries(cities).flatMap(([region, city], index) => [
            sku(`R${index}`, `Cloud Firestore Read Ops ${city}`, "FirestoreReadOps", 300 + index * 10, region),
            sku(
                `F${index}`,
                `Cloud Firestore Read Ops ${city} (with free tier)`,
                "FirestoreReadOps",
                300 + index * 10,
                region,
                1.5e6,
            ),
            sku(`E${index}`, `Cloud Firestore Enterprise Read Units ${city}`, "FirestoreReadOps", 999, region),
            sku(`S${index}`, `Cloud Firestore Storage ${city}`, "FirestoreStorage", 150_000_000, region),
        ]);
        const multi: SkuRow = {
            ...sku("M", "Cloud Firestore Read Ops nam5", "FirestoreReadOps", 600, ""),
            taxonomy: { type: "MULTI_REGIONAL", regions: ["us-west1", "us-central1"] },
        };
        const everywhere: SkuRow = {
            ...sku("G", "Cloud Firestore Read Ops, committed", "FirestoreReadOps", 240, ""),
            taxonomy: { type: "GLOBAL", regions: [] },
        };
        service(vendor, "EE2C-7FAC-5E08", [[...rows, multi, everywhere]]);
        const result = await refresh(options("gcp"));
        assert.deepEqual([result.problems, result.renewed], [[], 12]);
        for (const [index, region] of Object.keys(cities).entries())
            assert.equal(entry("gcp", reads, region).value, Number((0.03 + index / 1000).toFixed(6)));
    });

    it("tells Cloud Run's tiers by their descriptions, and what is stored by class and region", async () => {
        write(
            smallBook("gcp", {
                "gcp.run.request.vcpu_second": { tier1: 0.00002, tier2: 0.00003 },
                "gcp.run.idle.gib_second": { tier1: 0.000002, tier2: 0.000003 },
                "gcp.gcs.standard_gb_month": { "europe-west3": 0.02 },
                "gcp.gcs.nearline_gb_month": { "europe-west3": 0.01 },
            }),
        );
        const [one, two] = [["us-central1"], ["europe-west3", "asia-east2"]];
        const row = (id: string, description: string, nanos: number, regions: string[], group?: string): SkuRow => ({
            id,
            description,
            regions,
            tiers: [[0, "0", nanos]],
            ...(group && { group }),
        });
        service(vendor, "152E-C115-5142", [
            [
                row("4856-B847-F1EB", "Services CPU (Request-based billing)", 24_000, one),
                // With two spaces, as it is written.
                row("T1", "Services CPU Tier 2  (Request-based billing)", 33_600, two),
                row("740D-08F2-7A11", "Services Min Instance Memory (Request-based billing)", 2500, one),
                row("T2", "Services Min Instance Memory Tier 2 (Request-based billing)", 3500, two),
                row("T3", "Services Min Instance CPU Tier 2 (Request-based billing)", 9999, two),
            ],
        ]);
        service(vendor, "95FF-2EF5-5EA1", [
            [
                row("S1", "Standard Storage Frankfurt", 23_000_000, ["europe-west3"], "RegionalStorage"),
                row("S2", "Standard Storage Frankfurt Dual-region", 46_000_000, ["europe-west3"], "RegionalStorage"),
                row("S3", "Standard Storage Iowa", 20_000_000, ["us-central1"], "RegionalStorage"),
                row("N1", "Nearline Storage Frankfurt", 13_000_000, ["europe-west3"], "NearlineStorage"),
                row("N2", "Nearline Storage Frankfurt (Early Delete)", 99_000_000, ["europe-west3"], "NearlineStorage"),
            ],
        ]);
        const result = await refresh(options("gcp"));
        assert.deepEqual([result.problems, result.renewed], [[], 6]);
        const value = (id: string, region: string) => entry("gcp", id, region).value;
        assert.deepEqual(
            [value("gcp.run.request.vcpu_second", "tier1"), value("gcp.run.request.vcpu_second", "tier2")],
            [0.000024, 0.0000336],
        );
        assert.equal(value("gcp.run.idle.gib_second", "tier2"), 0.0000035);
        assert.equal(value("gcp.gcs.standard_gb_month", "europe-west3"), 0.023);
        assert.equal(value("gcp.gcs.nearline_gb_month", "europe-west3"), 0.013);
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
