import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
    costOf,
    findPrice,
    freeUnits,
    isOld,
    missingIn,
    price,
    rateAt,
    regionsOf,
    unverified,
    type Cloud,
    type Price,
} from "../../cost/book";
import { bookFrom, bookOf, wholeBookOf } from "../../cost/load";
import { readBook, writeBook } from "../../cost/refresh/file";
import { awsSelectors, spotUnits } from "../../cost/refresh/aws-selectors";
import { gcpSelectors, sums } from "../../cost/refresh/gcp-selectors";
import { unread } from "../../cost/refresh/unread";
import { awsRegions, gcpRegions } from "../../topology/regions";

const folder = join(__dirname, "../../cost/prices");
const aws = wholeBookOf("aws");
const gcp = wholeBookOf("gcp");

describe("The price books", () => {
    for (const cloud of ["aws", "gcp"] as const)
        it(`of ${cloud} are written as a refresh would write them, so that it changes only the lines of prices`, () => {
            const copy = mkdtempSync(join(tmpdir(), "prices-"));
            writeBook(copy, readBook(folder, cloud));
            const files = [`${cloud}.json`, ...readdirSync(join(folder, cloud)).map((name) => join(cloud, name))];
            for (const file of files)
                assert.equal(readFileSync(join(copy, file), "utf8"), readFileSync(join(folder, file), "utf8"), file);
            rmSync(copy, { recursive: true });
        });

    it("know every region that a stack may be in, and have a file for each", () => {
        assert.deepEqual(regionsOf(aws), Object.keys(awsRegions).sort());
        assert.deepEqual(regionsOf(gcp), [...gcpRegions].sort());
    });

    it("read the prices of a region when they are asked for, and no others", () => {
        const book = bookFrom(JSON.parse(readFileSync(join(folder, "aws.json"), "utf8")), "aws.json", "aws", true);
        assert.deepEqual(regionsOf(book), []);
        const read: string[] = [];
        const price = findPrice({ ...book, open: (region) => void read.push(region) }, "aws.alb.hour", "eu-west-2");
        assert.deepEqual([price, read], [undefined, ["eu-west-2"]]);
    });

    it("stay small: a region is some kilobytes", () => {
        for (const cloud of ["aws", "gcp"] as const)
            for (const name of readdirSync(join(folder, cloud)))
                assert.ok(readFileSync(join(folder, cloud, name)).length < 50_000, name);
    });

    it("have figures of other regions that several documents state", () => {
        const stated: [string, string, number][] = [
            ["aws.alb.hour", "ap-south-1", 0.0239],
            ["aws.alb.hour", "eu-central-1", 0.027],
            ["aws.nat.hour", "ap-south-1", 0.056],
            ["aws.fargate.x86.vcpu_hour", "sa-east-1", 0.0696],
            ["aws.rds.postgres.db.m5.large.single_az_hour", "eu-central-1", 0.212],
            ["aws.rds.postgres.db.t4g.medium.single_az_hour", "eu-west-2", 0.072],
            ["aws.rds.storage.gp3.single_az_gb_month", "eu-west-2", 0.133],
            ["gcp.sql.custom_2_7680.zonal_hour", "europe-west3", 0.1621],
            ["gcp.redis.standard.m2_gb_hour", "asia-northeast3", 0.075],
            ["gcp.gcs.standard_gb_month", "southamerica-east1", 0.035],
        ];
        for (const [id, region, value] of stated)
            assert.equal(price(id.startsWith("aws") ? aws : gcp, id, region).value, value, `${id} ${region}`);
    });

    it("have figures that their sources state", () => {
        const tokyo: [string, number][] = [
            ["aws.fargate.x86.vcpu_hour", 0.05056],
            ["aws.fargate.x86.gb_hour", 0.00553],
            ["aws.alb.hour", 0.0243],
            ["aws.nat.hour", 0.062],
            ["aws.ipv4.hour", 0.005],
            ["aws.rds.postgres.db.t4g.micro.single_az_hour", 0.025],
            ["aws.rds.storage.gp3.single_az_gb_month", 0.138],
            ["aws.secrets.secret_month", 0.4],
        ];
        for (const [id, value] of tokyo) assert.equal(price(aws, id, "ap-northeast-1").value, value, id);
        assert.equal(price(gcp, "gcp.sql.vcpu.zonal_hour", "asia-northeast1").value, 0.0537);
        assert.equal(price(gcp, "gcp.lb.rule_min_hour", "asia-northeast1").value, 0.025);
    });

    it("refresh only ids that exist, and every sum from ids that exist", () => {
        for (const id of [...Object.keys(awsSelectors), ...Object.keys(spotUnits)]) assert.ok(aws.prices[id], id);
        for (const id of Object.keys(gcpSelectors)) assert.ok(gcp.prices[id], id);
        for (const [sum, parts] of Object.entries(sums))
            for (const id of [sum, ...Object.keys(parts)]) assert.ok(gcp.prices[id], id);
    });

    it("are refreshed price by price, or say why one is not", () => {
        const read = { ...awsSelectors, ...spotUnits, ...gcpSelectors, ...sums };
        for (const id of Object.keys({ ...aws.prices, ...gcp.prices }))
            assert.equal(Object.hasOwn(read, id), !Object.hasOwn(unread, id), id);
        for (const [id, why] of Object.entries(unread)) {
            assert.ok(aws.prices[id] ?? gcp.prices[id], id);
            assert.ok(why.length > 20, id);
        }
    });

    it("mark what nobody has seen in a document", () => {
        const guessed = Object.values({ ...aws.prices, ...gcp.prices })
            .flatMap(({ regions }) => Object.values(regions))
            .filter(({ source }) => source.includes("unverified"));
        assert.ok(guessed.length > 20);
        for (const one of guessed) assert.ok(unverified(one), `${one.id} ${one.region}`);
        assert.ok(!unverified(price(aws, "aws.alb.hour", "ap-northeast-1")));
    });
});

describe("findPrice()", () => {
    it("never answers with another region's price", () => {
        assert.equal(findPrice(aws, "aws.rds.storage.gp3.single_az_gb_month", "il-central-1"), undefined);
        assert.ok(missingIn(aws, "il-central-1").includes("aws.rds.storage.gp3.single_az_gb_month"));
        // What is sold everywhere at one price is not missing.
        assert.ok(!missingIn(aws, "il-central-1").includes("aws.route53.zone_month"));
    });

    it("has nothing where an id does not exist, even one that every object has", () => {
        for (const id of ["aws.alb.minute", "constructor", "__proto__"]) {
            assert.throws(() => price(aws, id, "us-east-1"), /has no price in us-east-1/);
            assert.equal(findPrice(aws, id, "us-east-1"), undefined);
            assert.equal(freeUnits(aws, id), 0);
        }
        assert.equal(findPrice(aws, "aws.alb.hour", "constructor"), undefined);
    });

    it("takes a price that is the same everywhere for every region", () => {
        assert.equal(price(aws, "aws.route53.zone_month", "eu-north-1").region, "global");
        assert.equal(price(gcp, "gcp.armor.policy_month", "me-west1").region, "global");
    });

    const areas: [Cloud, string, string, string | undefined][] = [
        ["gcp", "gcp.run.request.vcpu_second", "asia-northeast1", "tier1"],
        ["gcp", "gcp.run.request.vcpu_second", "asia-northeast2", "tier1"],
        ["gcp", "gcp.run.request.vcpu_second", "us-west1", "tier1"],
        ["gcp", "gcp.run.request.vcpu_second", "us-west2", "tier2"],
        ["gcp", "gcp.run.request.vcpu_second", "asia-southeast1", "tier2"],
        ["gcp", "gcp.run.idle.gib_second", "europe-west3", "tier2"],
        // Newer than the list of tiers: not guessed.
        ["gcp", "gcp.run.request.vcpu_second", "europe-north2", undefined],
        ["gcp", "gcp.run.request.vcpu_second", "moon-west1", undefined],
        ["gcp", "gcp.cdn.egress_gb", "asia-northeast1", "asia_pacific"],
        ["gcp", "gcp.cdn.egress_gb", "us-central1", "north_america"],
        ["gcp", "gcp.cdn.egress_gb", "europe-west1", "europe"],
        ["gcp", "gcp.cdn.egress_gb", "southamerica-east1", "south_america"],
        ["gcp", "gcp.cdn.egress_gb", "australia-southeast1", "oceania"],
        ["gcp", "gcp.cdn.egress_gb", "asia-south1", "other"],
        ["gcp", "gcp.sql.vcpu.zonal_hour", "asia-northeast2", "asia-northeast2"],
        ["aws", "aws.cloudfront.gb", "ap-northeast-1", "japan"],
        ["aws", "aws.cloudfront.gb", "ap-northeast-3", "japan"],
        ["aws", "aws.cloudfront.gb", "ap-northeast-2", "asia_pacific"],
        ["aws", "aws.cloudfront.gb", "ca-central-1", "us_mexico_canada"],
        ["aws", "aws.cloudfront.gb", "il-central-1", "europe_israel"],
        ["aws", "aws.cloudfront.gb", "ap-south-1", "india"],
        ["aws", "aws.cloudfront.gb", "ap-southeast-2", "australia_new_zealand"],
        ["aws", "aws.cloudfront.gb", "sa-east-1", "south_america"],
        ["aws", "aws.cloudfront.to_origin_gb", "me-central-1", "africa_middle_east"],
        ["aws", "aws.cloudfront.gb", "eu-nowhere-1", undefined],
        ["aws", "aws.cloudfront.https_10k", "ap-northeast-2", "asia_pacific"],
        ["aws", "aws.cloudfront.invalidation_path", "ap-south-1", "global"],
    ];
    for (const [cloud, id, region, stands] of areas)
        it(`reads ${id} in ${region} ${stands ? `from ${stands}` : "nowhere"}`, () => {
            assert.equal(findPrice(bookOf(cloud), id, region)?.region, stands);
        });

    it("misses nothing silently: a price is found exactly where missingIn() does not list it", () => {
        for (const region of ["ap-northeast-1", "eu-central-1", "sa-east-1"]) {
            const missing = missingIn(aws, region);
            for (const id of Object.keys(aws.prices))
                assert.equal(missing.includes(id), findPrice(aws, id, region) === undefined, `${id} ${region}`);
        }
    });
});

describe("costOf()", () => {
    const egress = price(aws, "aws.egress.internet_gb", "ap-northeast-1");

    it("multiplies where there are no tiers", () => {
        assert.equal(costOf(price(aws, "aws.alb.hour", "ap-northeast-1"), 730), 0.0243 * 730);
        assert.equal(costOf(price(aws, "aws.alb.hour", "ap-northeast-1"), 0), 0);
    });

    it("charges each unit at its own tier, at both sides of every bound", () => {
        // Tokyo: 0.114 to 10 TB, 0.089 to 50 TB, 0.086 to 150 TB, then 0.084.
        const at10 = 10240 * 0.114;
        const at50 = at10 + 40960 * 0.089;
        const at150 = at50 + 102400 * 0.086;
        const expected: [number, number][] = [
            [1, 0.114],
            [10239, at10 - 0.114],
            [10240, at10],
            [10241, at10 + 0.089],
            [51200, at50],
            [51201, at50 + 0.086],
            [153600, at150],
            [153601, at150 + 0.084],
            [1e6, at150 + (1e6 - 153600) * 0.084],
        ];
        for (const [quantity, usd] of expected)
            assert.ok(
                Math.abs(costOf(egress, quantity) - usd) < 1e-6,
                `${quantity}: ${costOf(egress, quantity)} ≠ ${usd}`,
            );
    });

    it("takes a free tier off the first units, and keeps the bounds of the others", () => {
        assert.equal(costOf(egress, 100, 100), 0);
        assert.ok(Math.abs(costOf(egress, 101, 100) - 0.114) < 1e-9);
        assert.ok(Math.abs(costOf(egress, 10241, 100) - (10140 * 0.114 + 0.089)) < 1e-6);
        assert.equal(costOf(price(aws, "aws.cloudwatch.logs_ingest_gb", "ap-northeast-1"), 3, 5), 0);
        assert.equal(costOf(price(aws, "aws.cloudwatch.logs_ingest_gb", "ap-northeast-1"), 7, 5), 2 * 0.76);
    });

    it("never charges less for more, with any price of either book", () => {
        for (const one of Object.values({ ...aws.prices, ...gcp.prices }).flatMap(({ regions }) =>
            Object.values(regions),
        )) {
            const bounds = (one.tiers ?? []).flatMap(({ upTo }) => (upTo === null ? [] : [upTo - 1, upTo, upTo + 1]));
            const costs = [0, 0.5, 1, ...bounds, 1e9].map((quantity) => costOf(one, quantity));
            for (let i = 1; i < costs.length; i++) assert.ok(costs[i] >= costs[i - 1], `${one.id} ${one.region}`);
            assert.equal(costs[0], 0);
        }
    });

    it("refuses what is no quantity", () => {
        for (const quantity of [-1, NaN, Infinity]) assert.throws(() => costOf(egress, quantity), RangeError);
    });

    it("knows the rate that a unit is charged at", () => {
        assert.equal(rateAt(egress, 0), 0.114);
        assert.equal(rateAt(egress, 10239), 0.114);
        assert.equal(rateAt(egress, 10240), 0.089);
        assert.equal(rateAt(egress, 1e9), 0.084);
        assert.equal(rateAt(price(aws, "aws.alb.hour", "us-east-1"), 1e9), 0.0225);
    });
});

describe("isOld()", () => {
    const seen = (asOf: string | null): Pick<Price, "asOf"> => ({ asOf });
    const today = new Date("2026-11-22T00:00:00Z");

    it("is true after 180 days, and when nobody knows the day", () => {
        assert.equal(isOld(seen("2026-05-26"), today), false);
        assert.equal(isOld(seen("2026-05-25"), today), true);
        assert.equal(isOld(seen(null), today), true);
        assert.equal(isOld(seen("2026-11-01"), today, 30), false);
        assert.equal(isOld(seen("2026-10-01"), today, 30), true);
    });
});
