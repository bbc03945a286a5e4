import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("twinstack report", function () {
    this.timeout(60_000);
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-report-"))));
    after(() => rmSync(folder, { recursive: true }));
    const run = (...flags: string[]) =>
        spawnSync(process.execPath, ["cli/bin.js", "report", ...flags], {
            encoding: "utf8",
            env: { ...process.env, NO_COLOR: "1" },
        });

    it("writes the file that it is told, and says what is in it", () => {
        const file = join(folder, "costs.html");
        const { status, stdout } = run("--out", file, "--requests", "2000000", "--json");
        assert.equal(status, 0);
        const said = JSON.parse(stdout) as { file: string; bytes: number; environments: string[]; missing: unknown[] };
        assert.deepEqual(said, {
            file,
            bytes: statSync(file).size,
            environments: ["dev", "staging", "prod"],
            missing: [],
        });
    });

    it("leaves nothing behind where it cannot write, and says so", () => {
        const { status, stderr } = run("--out", join(folder, "no", "such", "folder.html"));
        assert.equal(status, 2);
        assert.match(stderr, /folder\.html cannot be written/);
        assert.deepEqual(
            readdirSync(folder).filter((name) => name !== "costs.html"),
            [],
        );
    });

    it("refuses what the other commands refuse", () => {
        const { status, stderr } = run("--requests", "-1");
        assert.equal(status, 2);
        assert.match(stderr, /--requests/);
    });
});
