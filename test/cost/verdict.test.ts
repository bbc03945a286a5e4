import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { breakEven } from "../../cost/breakeven";
import { customFrom, customIn, customOf, together, withCustom } from "../../cost/custom";
import { findPrice } from "../../cost/book";
import { bookOf, wholeBookOf } from "../../cost/load";
import { missingBeside, sayChange, sayVerdict, verdictOf, type Missing } from "../../cost/verdict";
import { json, root, twinstack } from "../twinstack";

const hole = (quantity = 100, priceId = "aws.x.y"): Missing => ({
    reason: `${priceId} has no price in r`,
    hole: { priceId, region: "r", quantity },
});
const sum = (name: string, expected: number, missing: Missing[] = []) => ({ name, expected, missing });

describe("A verdict on two sums", () => {
    it("is the cheaper one where nothing is missing", () => {
        assert.equal(sayVerdict(verdictOf(sum("AWS", 60), sum("GCP", 100))), "AWS costs 40 % less");
        assert.equal(sayVerdict(verdictOf(sum("AWS", 100), sum("GCP", 60))), "GCP costs 40 % less");
        assert.equal(sayVerdict(verdictOf(sum("AWS", 60), sum("GCP", 60))), "");
    });

    it("stands where a price is missing from the dearer one, and then is a lower bound", () => {
        const verdict = verdictOf(sum("AWS", 60), sum("GCP", 100, [hole()]));
        assert.equal(sayVerdict(verdict), "AWS costs at least 40 % less");
    });

    it("is open where a price is missing from the cheaper one, and says what would decide it", () => {
        const { cheaper, open } = verdictOf(sum("AWS", 60, [hole(50), hole(30)]), sum("GCP", 100));
        assert.equal(cheaper, undefined);
        assert.equal(open, "aws.x.y has no price in r; below $0.50 per unit (80 a month) AWS costs less");
        // Two prices, or none that one could say: no bound.
        const two = verdictOf(sum("AWS", 60, [hole(), hole(1, "aws.z")]), sum("GCP", 100));
        assert.equal(two.open, "aws.x.y, aws.z have no price in r");
        assert.equal(verdictOf(sum("AWS", 60, [{ reason: "odd" }]), sum("GCP", 100)).open, "odd");
    });

    it("is open where one of the two could not serve what is asked", () => {
        const beyond = { ...sum("GCP", 100), beyond: "too much" };
        assert.deepEqual(verdictOf(sum("AWS", 60), beyond), { share: 0, atLeast: false, open: "too much" });
    });

    it("takes what is missing from both alike for no difference", () => {
        assert.equal(missingBeside([hole()], [hole()]), "same");
        assert.equal(missingBeside([hole()], [hole(101)]), "more");
        assert.equal(missingBeside([hole()], [hole(99)]), "less");
        assert.equal(missingBeside([hole(), hole()], [hole()]), "less");
        assert.equal(missingBeside([hole()], [hole(101, "aws.z")]), "both");
        assert.equal(missingBeside([hole(30), hole(70)], [hole(100)]), "same");
        assert.equal(sayChange(4, [hole()], [hole()]), "+$4.00");
        assert.equal(sayChange(4, [], [hole()]), "≥ +$4.00");
        assert.equal(sayChange(4, [hole()], []), "≤ +$4.00");
        assert.equal(sayChange(4, [hole()], [hole(1, "aws.z")]), "open");
    });

    it("finds no crossing on a curve that lacks a price, unless the other one is cheaper all along", () => {
        const line = (name: string, fixed: number, perMillion: number, missing: Missing[] = []) => ({
            name,
            at: (requests: number) => ({ expected: fixed + (perMillion * requests) / 1e6, missing, full: false }),
        });
        const crossing = breakEven(line("AWS", 10, 1, [hole()]), line("GCP", 1, 10));
        assert.deepEqual([crossing.crossings, crossing.always], [[], undefined]);
        assert.equal(crossing.open, "aws.x.y has no price in r");
        assert.deepEqual(crossing.holes, ["AWS"], "its points are lower bounds");
        assert.equal(breakEven(line("AWS", 10, 10, [hole()]), line("GCP", 1, 1)).always, "GCP");
        assert.equal(breakEven(line("AWS", 1, 1, [hole()]), line("GCP", 10, 10)).always, undefined);
    });
});

describe("Prices of one's own", () => {
    const aws = wholeBookOf("aws");
    const at = (book: typeof aws, id: string, region = "ap-northeast-1") => findPrice(book, id, region)?.value;

    it("fill holes and win over the book's, in a region or in all", () => {
        const id = "aws.rds.postgres.db.r8g.large.single_az_hour";
        assert.equal(at(aws, id), undefined);
        const filled = withCustom(aws, customOf([`${id}=0.55`, "aws.alb.hour=0.01"]));
        assert.deepEqual(
            [at(filled, id), at(filled, "aws.alb.hour"), at(filled, "aws.alb.hour", "us-east-1")],
            [0.55, 0.01, 0.01],
        );
        const one = withCustom(
            aws,
            customFrom({ prices: { "aws.alb.hour": { regions: { "us-east-1": { value: 0.5 } } } } }),
        );
        assert.equal(at(one, "aws.alb.hour", "us-east-1"), 0.5);
        assert.equal(at(one, "aws.alb.hour"), at(aws, "aws.alb.hour"));
    });

    it("reduce a service, or a cloud, by a percentage, but not what one says oneself", () => {
        const { service } = aws.prices["aws.alb.hour"];
        const custom = together(customFrom({ discounts: { [service]: 10, aws: 50 } }), customOf(["aws.nat.hour=1"]));
        const less = withCustom(aws, custom);
        assert.equal(at(less, "aws.alb.hour"), at(aws, "aws.alb.hour")! * 0.9);
        assert.equal(at(less, "aws.fargate.x86.vcpu_hour"), at(aws, "aws.fargate.x86.vcpu_hour")! * 0.5);
        assert.equal(at(less, "aws.nat.hour"), 1);
        assert.equal(less.own, `1 price and discounts (10 % on ${service}, 50 % on aws)`);
        assert.equal(withCustom(bookOf("gcp"), custom).own, undefined);
        assert.deepEqual(withCustom(bookOf("gcp"), custom).prices["gcp.nat.gb"], bookOf("gcp").prices["gcp.nat.gb"]);
    });

    it("are refused with their place", () => {
        assert.throws(() => customOf(["alb=1"]), /--price alb=1[^]*an id and USD per unit/);
        assert.throws(
            () => customFrom({ discounts: { Fargat: 5 } }),
            /prices\.local\.json: discounts\.Fargat[^]*no service of the price book/,
        );
        assert.throws(() => customFrom({ prices: { "aws.x": { regions: { r: {} } } } }), /one of value and tiers/);
        // What nothing would ever ask for would count nowhere.
        assert.throws(
            () => customOf(["aws.alb.hours=1"]),
            /no id of the price book\n +allowed +did you mean aws\.alb\.hour\?/,
        );
        assert.throws(() => customOf(["aws.alb.hour=-1"]), /USD per unit, 0 or more/);
        assert.equal(at(withCustom(aws, customOf(["aws.alb.hour=1e-3"])), "aws.alb.hour"), 0.001);
        assert.throws(
            () => customFrom({ prices: { "aws.alb.hour": { regions: { "eu-cental-1": { value: 1 } } } } }),
            /eu-cental-1\n.*\n +allowed +did you mean eu-central-1\?/,
        );
        // Each would count for something that was not meant.
        const hour = (price: object) => () => customFrom({ prices: { "aws.alb.hour": price } });
        const everywhere = { global: { value: 1 } };
        assert.throws(hour({ unit: "day", regions: everywhere }), /\.unit\n +found +"day"\n +allowed +hour,/);
        assert.doesNotThrow(hour({ unit: "hour", regions: everywhere }));
        assert.throws(hour({ regions: {} }), /\.regions\n +found +no region/);
        const tiers = [{ upTo: 5, value: 1 }];
        assert.throws(hour({ regions: { global: { tiers } } }), /tiers\n +found +bounds 5\n +allowed .* null/);
        assert.throws(() => customIn("{"), /^PriceBookError: Prices of your own cannot be used[^]*JSON/);
    });
});

describe("A stack with a price that is missing", function () {
    this.timeout(120_000);
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-"));
        for (const part of ["apps", "workloads"]) symlinkSync(join(root, part), join(folder, part));
        writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml")));
        writeFileSync(
            join(folder, "Pulumi.dev.yaml"),
            "config:\n  aws:region: ap-northeast-1\n  gcp:region: asia-northeast1\n  gcp:project: shop-project\n  twinstack:app: todo\n  twinstack:cloud: aws\n  twinstack:environment: dev\n  twinstack:monthlyBudget: 10000\n" +
                "  twinstack:overrides: { databases: { db: { aws: { instanceClass: db.r8g.large } } } }\n",
        );
    });
    after(() => rmSync(folder, { recursive: true }));
    const id = "aws.rds.postgres.db.r8g.large.single_az_hour";

    it("has an estimate that shows the quantity, and a gate that says what would decide it", async () => {
        const { status, stdout, stderr } = await twinstack(["cost", "--check"], folder);
        assert.equal(status, 3);
        assert.match(stdout, /db\.r8g\.large .*730 .*no price/);
        assert.match(stdout, /^at least \$/m);
        assert.match(
            stderr,
            new RegExp(
                `budget open .*${id} has no price in ap-northeast-1; up to \\$[\\d.]+ per unit \\(730 a month\\) it is within`,
            ),
        );
    });

    it("is compared only as far as its prices go, and wholly with the price", async () => {
        const { verdict } = await json<{ verdict: { cheaper?: string; open?: string } }>(["compare"], folder);
        assert.ok(verdict.cheaper === "GCP" || verdict.open?.startsWith(id), JSON.stringify(verdict));
        const whole = await json<{ aws: { atLeast: boolean }; verdict: { open?: string } }>(
            ["compare", "--price", `${id}=0.55`],
            folder,
        );
        assert.deepEqual([whole.aws.atLeast, whole.verdict.open], [false, undefined]);
    });

    it("takes the price from the project's file, and is held to its budget then", async () => {
        const file = join(folder, "prices.local.json");
        writeFileSync(
            file,
            JSON.stringify({ prices: { [id]: { unit: "hour", regions: { "ap-northeast-1": { value: 0.55 } } } } }),
        );
        assert.ok(existsSync(file));
        assert.equal((await twinstack(["cost", "--check"], folder)).status, 0);
        writeFileSync(file, "{");
        const { status, stderr } = await twinstack(["cost"], folder);
        assert.equal(status, 2);
        assert.match(stderr, /prices\.local\.json[^]*allowed {2}JSON/);
        rmSync(file);
        mkdirSync(file);
        const folded = await twinstack(["cost"], folder);
        assert.deepEqual([folded.status, folded.stdout], [2, ""]);
        assert.match(folded.stderr, /^error: prices\.local\.json cannot be read/);
        rmSync(file, { recursive: true });
    });

    it("is offered savings in dollars, whose shares are upper bounds", async () => {
        const { stdout } = await twinstack(["savings"], folder);
        assert.match(stdout, new RegExp(`${id} has no price in ap-northeast-1: what it costs is in no figure here`));
        assert.match(stdout, /saves \$[\d.]+ a month .*at most \d+ %, then at least \$/);
    });
});
