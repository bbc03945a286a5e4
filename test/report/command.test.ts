import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
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

    it("leaves nothing behind where it cannot write, and says so", async () => {
        const { status, stderr } = await run("--out", join(folder, "no", "such", "folder.html"));
        assert.equal(status, 2);
        assert.match(stderr, /folder\.html cannot be written/);
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
