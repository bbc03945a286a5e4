import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { BreakEven } from "../../cost/breakeven";
import type { Comparison } from "../../cost/compare";
import type { Cost } from "../../cost/cost";
import { json, root, twinstack } from "../twinstack";

describe("twinstack compare", function () {
    this.timeout(120_000);

    it("answers as JSON what cost answers for either cloud, with roles, break-even and gaps", async () => {
        const found = await json<Comparison>(["compare", "--requests", "2000000"]);
        assert.deepEqual(Object.keys(found).sort(), [
            "app",
            "aws",
            "breakEven",
            "environment",
            "gcp",
            "notComparable",
            "roles",
            "verdict",
        ]);
        for (const cloud of ["aws", "gcp"] as const)
            assert.deepEqual(
                found[cloud],
                await json<Cost>(["cost", "--cloud", cloud, "--requests", "2000000"]),
                cloud,
            );
        for (const role of found.roles)
            assert.deepEqual(Object.keys(role).sort(), ["aws", "difference", "gcp", "role", "verdict", "why"]);
        assert.ok(found.breakEven!.crossings.length > 0 && found.notComparable.length > 0);
    });

    it("shows people the roles, the totals, and where the curves cross", async () => {
        const { status, stdout } = await twinstack(["compare"]);
        assert.equal(status, 0);
        assert.match(stdout, /^ {2}Database +\$[\d.]+ +\$[\d.]+ +[+-]\$[\d.]+ {2}db\.t3\.micro/m);
        assert.match(stdout, /^ {2}Total +\$[\d.]+ +\$[\d.]+ +[+-]\$[\d.]+ {2}GCP costs \d+ % less$/m);
        assert.match(stdout, /AWS from [\d.]+ million requests a month on/);
        assert.match(stdout, /Not comparable/);
    });

    it("puts regions of either cloud beside each other, each as cost has it, and says where it costs least", async () => {
        interface Row {
            region: string;
            cloud: string;
            monthly: { expected: number };
            roles: { role: string; monthly: number }[];
        }
        const asked = ["us-east-1", "asia-northeast1", "ap-northeast-1"];
        const found = await json<{ regions: Row[]; cheapest: { regions: string[]; monthly: number } }>([
            "compare",
            "--regions",
            asked.join(","),
        ]);
        assert.deepEqual(
            found.regions.map(({ region }) => region),
            asked,
        );
        const { aws, gcp } = await json<Comparison>(["compare"]);
        const totals = found.regions.map(({ monthly }) => monthly.expected);
        assert.deepEqual(totals.slice(1), [gcp.monthly.expected, aws.monthly.expected]);
        for (const { roles, monthly } of found.regions)
            assert.ok(Math.abs(roles.reduce((sum, role) => sum + role.monthly, 0) - monthly.expected) < 1e-6);
        assert.deepEqual(found.cheapest, { regions: ["asia-northeast1"], monthly: gcp.monthly.expected });
        const { stdout } = await twinstack(["compare", "--regions", asked.join(",")]);
        assert.match(stdout, /^ +us-east-1 +asia-northeast1 +ap-northeast-1$/m);
        assert.match(stdout, /asia-northeast1 costs least: \$[\d.]+ a month\. How far it is from your users/);
    });

    it("refuses a region that no cloud has, and what is of one region alone", async () => {
        const slip = await twinstack(["compare", "--regions", "eu-centrl-1"]);
        assert.equal(slip.status, 2);
        assert.match(slip.stderr, /did you mean eu-central-1\?/);
        const two = await twinstack(["compare", "--regions", "eu-west-1,us-east-1", "--break-even"]);
        assert.equal(two.status, 2);
        assert.match(two.stderr, /--regions and --break-even: one of them/);
    });

    it("puts every app and environment into a table", async () => {
        const names = ["todo", "morrow"];
        const cells = await json<{ app: string; environment: string; aws: { expected: number }; difference: number }[]>(
            ["compare", "--environments", "dev,prod", "--apps", names.join(",")],
        );
        assert.deepEqual(
            cells.map(({ app, environment }) => `${app} ${environment}`),
            names.flatMap((app) => [`${app} dev`, `${app} prod`]),
        );
        const { aws } = await json<Comparison>(["compare", "--environment", "prod"]);
        assert.equal(
            cells.find(({ app, environment }) => app === "todo" && environment === "prod")!.aws.expected,
            aws.monthly.expected,
        );
    });

    it("follows Spot, ARM, NAT and instances along the traffic", async () => {
        const found = await json<{ breakEven: BreakEven; variants: { id: string }[] }>(["compare", "--break-even"]);
        assert.deepEqual(
            found.variants.map(({ id }) => id),
            ["spot", "arm", "second-task", "warm-instance", "cpu-billing", "nat-aws", "nat-gcp"],
        );
        assert.ok(found.breakEven.points.length > 10);
    });

    for (const [args, message] of [
        [["--cloud", "aws"], /compare plans both clouds/],
        [["--json", "--html"], /--json and --html: one of them/],
        [["--environments", "dev,prd"], /--environments prd: did you mean prod/],
        [["--apps", "tood"], /"tood"\n +allowed +.*todo/],
        [["--requests", "-1"], /--requests/],
    ] as const)
        it(`refuses ${args.join(" ")} with exit code 2`, async () => {
            const { status, stderr } = await twinstack(["compare", ...args]);
            assert.equal(status, 2);
            assert.match(stderr, message);
        });

    it("is what npm start ends in, and does not keep it from a stack without prices", async () => {
        const { status, stdout } = await twinstack(["start"]);
        assert.equal(status, 0);
        const [next, total] = [stdout.indexOf("\nNext\n"), stdout.indexOf("\n  Total ")];
        assert.ok(next > 0 && total > next);

        const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
        try {
            for (const part of ["apps", "workloads"]) symlinkSync(join(root, part), join(folder, part));
            writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml")));
            const dev = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
            writeFileSync(join(folder, "Pulumi.dev.yaml"), dev.replace("ap-northeast-1", "mx-central-1"));
            const without = await twinstack(["start"], folder);
            assert.equal(without.status, 0, without.stderr);
            assert.match(
                without.stdout,
                /pulumi up.*Total .*≥ \$.*open {2}aws\.\S+, aws\.\S+ and \d+ more have no price in mx-central-1/s,
            );
            writeFileSync(join(folder, "Pulumi.dev.yaml"), dev.replace(/ {2}gcp:.*\n/g, ""));
            assert.match(
                (await twinstack(["start"], folder)).stdout,
                /todo on AWS in dev.*No comparison of costs: .*gcp:/s,
            );
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});

describe("twinstack savings", function () {
    this.timeout(120_000);

    it("gives lines that, written into the stack file, save exactly what it says", async () => {
        const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
        try {
            for (const part of ["apps", "workloads"]) symlinkSync(join(root, part), join(folder, part));
            writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml")));
            const prod = readFileSync(join(root, "Pulumi.prod.yaml"), "utf8");
            const write = (yaml: string) =>
                writeFileSync(join(folder, "Pulumi.prod.yaml"), prod + yaml.replace(/^(?=.)/gm, "  "));
            // What the file overrides already has to stay.
            write("twinstack:overrides:\n  logs:\n    retentionDays: 30\n");
            const cost = async () => (await json<Cost>(["cost", "--stack", "prod"], folder)).monthly.expected;
            const before = await cost();
            const found = await json<{
                savings: { yaml: string; saving: number }[];
                together: { yaml: string; saving: number };
            }>(["savings", "--stack", "prod"], folder);
            assert.ok(found.savings.length >= 4);
            for (const { yaml, saving } of [found.savings[0], found.together]) {
                write(yaml);
                assert.ok(Math.abs(before - (await cost()) - saving) < 1e-6, yaml);
                assert.match(yaml, /retentionDays: 30/);
            }
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("shows people what is saved, given up and to be written, and posture what hardening costs", async () => {
        const { stdout } = await twinstack(["savings", "--environment", "prod"]);
        assert.match(
            stdout,
            /^Databases on Graviton {2}saves \$[\d.]+ a month .*\n {2}gives up .*\n {2}config\n {4}twinstack:overrides:\n/m,
        );
        assert.match(
            stdout,
            /^Fargate: Compute Savings Plan.* {2}saves \$[\d.]+ a month {2}20 % of \$[\d.]+ that always run\n {2}gives up .*\n {2}worth it .*\n {2}buy +aws savingsplans/m,
        );
        assert.match(stdout, /Not offered\n/);
        const posture = await twinstack(["posture"]);
        assert.equal(posture.status, 0, posture.stderr);
        assert.match(posture.stdout, /^ {2}Web application firewall +\+\$[\d.]+ +\+\$[\d.]+/m);
        assert.equal((await twinstack(["posture", "--cloud", "aws"])).status, 2);
    });
});
