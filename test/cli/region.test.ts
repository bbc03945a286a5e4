import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Plan } from "../../plan/plan";
import { json, root, twinstack } from "../twinstack";

describe("A region by a flag", function () {
    this.timeout(60000);

    it("is the plan's, on either cloud", async () => {
        for (const [cloud, region] of [
            ["aws", "eu-central-1"],
            ["gcp", "europe-west3"],
        ]) {
            const plan = await json<Plan>(["plan", "--app", "logo", "--cloud", cloud, "--region", region]);
            assert.equal(plan.region, region);
        }
    });

    it("is refused where nothing would be in it, or it is none", async () => {
        for (const [args, said] of [
            [
                ["--cloud", "aws", "--region", "europe-west3"],
                /"europe-west3", a region of gcp\n {2}allowed {2}a region of aws, or --cloud gcp/,
            ],
            [["--cloud", "local", "--environment", "dev", "--region", "eu-central-1"], /a laptop is in no region/],
            [["--region", "eu-centrel-1"], /did you mean eu-central-1/],
        ] as const) {
            const { status, stdout, stderr } = await twinstack(["plan", ...args]);
            assert.deepEqual([status, stdout], [2, ""]);
            assert.match(stderr, said);
        }
    });

    it("is of the cloud that has it where both are planned", async () => {
        const both = await json<{ aws: { region: string }; gcp: { region: string } }>([
            "compare",
            "--app",
            "logo",
            "--region",
            "us-east-1,us-central1",
        ]);
        assert.deepEqual([both.aws.region, both.gcp.region], ["us-east-1", "us-central1"]);
        const one = await json<{ aws: { region: string }; gcp: { region: string } }>([
            "compare",
            "--app",
            "logo",
            "--region",
            "us-central1",
        ]);
        assert.deepEqual([one.aws.region, one.gcp.region], ["ap-northeast-1", "us-central1"]);
    });
});

describe("A project without a stack file", function () {
    this.timeout(60000);
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-bare-"));
        for (const part of ["apps", "workloads"]) symlinkSync(join(root, part), join(folder, part));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: twinstack\nruntime: nodejs\n");
    });
    after(() => rmSync(folder, { recursive: true }));

    it("plans what the flags say", async () => {
        for (const [cloud, region] of [
            ["aws", "eu-central-1"],
            ["gcp", "europe-west3"],
        ]) {
            const flags = ["--app", "logo", "--cloud", cloud, "--region", region, "--environment", "dev"];
            const plan = await json<Plan>(["plan", ...flags], folder);
            assert.deepEqual([plan.app, plan.cloud, plan.region, plan.environment], ["logo", cloud, region, "dev"]);
        }
    });

    it("names the flag that is missing", async () => {
        const { status, stderr } = await twinstack(["plan", "--app", "logo", "--cloud", "aws"], folder);
        assert.equal(status, 2);
        assert.match(stderr, /--environment\n {4}found/);
        assert.match(stderr, /--region\n {4}found/);
    });

    it("has no stack of a name that was asked for", async () => {
        assert.match((await twinstack(["plan", "--stack", "dev"], folder)).stderr, /There is no stack "dev"/);
    });
});
