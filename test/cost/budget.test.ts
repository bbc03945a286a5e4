import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkBudget, sayBudget } from "../../cost/budget";
import { root, twinstack } from "../twinstack";
import { costOfLines, line } from "./figures";

describe("A budget", () => {
    const cost = costOfLines("aws", [line("Service", "aws.x.y", 1, 120)]);

    it("is kept up to its last cent, and not beyond", () => {
        assert.equal(checkBudget(cost, 120).over, 0);
        assert.equal(checkBudget(cost, 119).over, 1);
        assert.equal(checkBudget(cost, 500).over, 0);
    });

    it("is of what is expected, not of what services could grow to", () => {
        const { over } = checkBudget({ ...cost, monthly: { low: 1, expected: 90, high: 1000 } }, 100);
        assert.equal(over, 0);
    });

    it("is open where a price is missing that could overturn it, and broken where it is broken without", () => {
        const hole = { item: "x", priceId: "aws.x.z", region: "r", quantity: 100, formula: "" };
        const missing = [
            { type: "t", resource: "r", role: "Service", service: "s", reason: "aws.x.z has no price in r", hole },
        ];
        const open = checkBudget({ ...cost, atLeast: true, unpriced: missing }, 150);
        assert.equal(open.open, "aws.x.z has no price in r; up to $0.30 per unit (100 a month) it is within");
        assert.match(
            sayBudget(open),
            /^at least \$120\.00 a month on AWS, and the budget is \$150\.00: aws\.x\.z has no price/,
        );
        const broken = checkBudget({ ...cost, atLeast: true, unpriced: missing }, 100);
        assert.deepEqual([broken.open, broken.over], [undefined, 20]);
    });

    it("is said with the figures, and with what is unpriced", () => {
        assert.equal(
            sayBudget(checkBudget({ ...cost, atLeast: true }, 100)),
            "at least $120.00 a month on AWS: $20.00 beyond the budget of $100.00",
        );
        assert.equal(sayBudget(checkBudget(cost, 150)), "$120.00 a month on AWS: within the budget of $150.00");
    });
});

describe("The gate", function () {
    this.timeout(60_000);
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-"));
        for (const part of ["apps", "workloads"]) symlinkSync(join(root, part), join(folder, part));
        writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml")));
    });
    after(() => rmSync(folder, { recursive: true }));

    function run(args: string[], budget?: number) {
        const dev = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
        const line = budget === undefined ? "" : `  twinstack:monthlyBudget: ${budget}\n`;
        writeFileSync(join(folder, "Pulumi.dev.yaml"), dev + line);
        return twinstack(args, folder);
    }

    it("of an estimate answers 3 beyond the budget and 0 within it, and prints the estimate all the same", async () => {
        const { status, stdout, stderr } = await run(["cost", "--check", "--json"], 10);
        assert.equal(status, 3);
        const { expected } = (JSON.parse(stdout) as { monthly: { expected: number } }).monthly;
        assert.ok(stderr.includes(`$${(expected - 10).toFixed(2)} beyond the budget of $10.00`), stderr);
        assert.equal((await run(["cost", "--check"], Math.ceil(expected))).status, 0);
        assert.equal((await run(["cost", "--check"], Math.floor(expected))).status, 3);
        assert.equal((await run(["cost"], 10)).status, 0);
    });

    it("of a comparison holds both clouds to it", async () => {
        const { status, stdout } = await run(["compare", "--check", "--json"], 1);
        assert.equal(status, 3);
        const { aws, gcp } = JSON.parse(stdout) as Record<"aws" | "gcp", { monthly: { expected: number } }>;
        const [less, more] = [aws.monthly.expected, gcp.monthly.expected].sort((a, b) => a - b);
        const between = await run(["compare", "--check"], Math.round((less + more) / 2));
        assert.equal(between.status, 3);
        assert.match(between.stderr, /over budget/);
        assert.match(between.stderr, /in budget/);
        assert.equal((await run(["compare", "--check"], Math.ceil(more))).status, 0);
    });

    it("without a budget is bad input", async () => {
        const { status, stderr } = await run(["cost", "--check"]);
        assert.equal(status, 2);
        assert.match(stderr, /Pulumi\.dev\.yaml: twinstack:monthlyBudget\n {2}found {4}nothing/);
    });
});
