import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "../twinstack";

/**
 * What `npm install git+https://…` does: it clones the repository, installs what that needs, and packs it with its `prepare`. Here
 * what it needs comes from this checkout, so that no registry is asked.
 */
describe("The package, from a git URL", function () {
    this.timeout(180_000);
    let folder: string;
    let clone: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-git-"));
        clone = join(folder, "clone");
        execFileSync("git", ["clone", "--quiet", "--depth", "1", `file://${root}`, clone], { stdio: "ignore" });
        symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
    });
    after(() => rmSync(folder, { recursive: true }));

    /** The command of what npm packs there. */
    const version = (name: string, ...flags: string[]) => {
        const target = join(folder, name);
        execFileSync("mkdir", [target]);
        execFileSync("npm", ["pack", "--pack-destination", target, ...flags], { cwd: clone, stdio: "ignore" });
        execFileSync("tar", ["-xzf", "twinstack-core-0.1.0.tgz"], { cwd: target });
        symlinkSync(join(root, "node_modules"), join(target, "node_modules"));
        return spawnSync(process.execPath, [join(target, "package/bin/twinstack.js"), "--version"], {
            encoding: "utf8",
        });
    };

    it("says why it does not run where npm runs no scripts", () => {
        const { status, stderr } = version("unbuilt", "--ignore-scripts");
        assert.equal(status, 2);
        assert.match(stderr, /installed without its build/);
    });

    it("is built of what is committed", () => {
        const { status, stdout, stderr } = version("built", "--ignore-scripts=false");
        assert.equal(status, 0, stderr);
        assert.equal(stdout, "0.1.0\n");
    });
});
