import assert from "node:assert/strict";
import {
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { twinstack } from "../twinstack";

describe("twinstack report", function () {
    this.timeout(60_000);
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-report-"))));
    after(() => rmSync(folder, { recursive: true }));
    const run = (...flags: string[]) => twinstack(["report", ...flags]);

    it("writes the file that it is told, and says what is in it", async () => {
        const file = join(folder, "costs.html");
        const { status, stdout } = await run("--out", file, "--requests", "2000000", "--json");
        assert.equal(status, 0);
        const said = JSON.parse(stdout) as { file: string; bytes: number; environments: string[]; missing: unknown[] };
        assert.deepEqual(said, {
            file,
            bytes: statSync(file).size,
            environments: ["dev", "staging", "prod"],
            missing: [],
        });
    });

    it("is of the environments that have a stack file, in a region of each cloud, with what is estimated", async () => {
        const project = join(folder, "project");
        mkdirSync(project);
        const root = join(__dirname, "../..");
        for (const part of ["apps", "workloads", "Pulumi.yaml"]) symlinkSync(join(root, part), join(project, part));
        writeFileSync(
            join(project, "Pulumi.prod.yaml"),
            "config:\n  aws:region: ap-northeast-1\n  gcp:region: asia-northeast1\n  gcp:project: shop-project\n" +
                "  twinstack:app: todo\n  twinstack:cloud: aws\n  twinstack:environment: prod\n  twinstack:domain: todo.example.com\n",
        );
        const file = join(folder, "prod.html");
        const { status, stdout, stderr } = await twinstack(
            [
                ...["report", "--stack", "prod", "--out", file, "--json", "--estimate-missing"],
                ...["--region", "il-central-1,asia-northeast1"],
            ],
            project,
        );
        assert.equal(status, 0, stderr);
        const { environments, missing } = JSON.parse(stdout) as {
            environments: string[];
            missing: { reason: string }[];
        };
        assert.deepEqual(environments, ["prod"]);
        assert.match(missing[0].reason, /Pulumi\.dev\.yaml does not exist/);
        const page = readFileSync(file, "utf8");
        assert.match(page, /As estimated, Google Cloud is/);
        assert.match(page, /\(estimated\)/);
        assert.match(page, /--region il-central-1,asia-northeast1/);
        rmSync(file);
        rmSync(project, { recursive: true });
    });

    it("leaves nothing behind where it cannot write, and says so", async () => {
        const { status, stderr } = await run("--out", join(folder, "no", "such", "folder.html"));
        assert.equal(status, 2);
        assert.match(stderr, /folder\.html cannot be written: [^\n]*folder\.html'\n$/);
        assert.deepEqual(
            readdirSync(folder).filter((name) => name !== "costs.html"),
            [],
        );
    });

    it("refuses what the other commands refuse", async () => {
        const { status, stderr } = await run("--requests", "-1");
        assert.equal(status, 2);
        assert.match(stderr, /--requests/);
    });
});
