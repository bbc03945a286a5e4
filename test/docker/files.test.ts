import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildOf } from "../../components/context";
import { buildInputs } from "../../components/layer";
import { Image } from "../../topology/schema/service";
import { build, docker } from "./docker";

describe("An image with files on a real engine", function () {
    this.timeout(600_000);
    const tag = "twinstack-test-files";
    const secret = `${tag}-secret`;
    const before = process.cwd();
    const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
    mkdirSync(join(folder, "conf.d"));
    writeFileSync(join(folder, "conf.d/run.sh"), "echo added\n");
    chmodSync(join(folder, "conf.d/run.sh"), 0o755);
    after(async () => {
        process.chdir(before);
        rmSync(folder, { recursive: true });
        await docker("image", "rm", "--force", tag);
        await docker("volume", "rm", "--force", secret);
    });

    it("has what the image beneath has, and the files with their modes, for any user", async () => {
        process.chdir(folder);
        const files = { "/etc/app/conf.d": "conf.d", "/etc/motd": { content: "Hello\n" } };
        const image = Image.parse({ reference: "busybox:1.37.0", files });
        const inputs = buildInputs(buildOf(image, "linux/amd64")!) as { context: { location: string } };
        await build(tag, inputs.context.location);
        const run = (...command: string[]) => docker("run", "--rm", "--user", "12345", tag, ...command);
        assert.equal(await run("cat", "/etc/motd"), "Hello");
        assert.equal(await run("/bin/sh", "/etc/app/conf.d/run.sh"), "added");
        assert.match(await run("ls", "-l", "/etc/app/conf.d/run.sh"), /^-rwxr-xr-x .* (0|root) +(0|root) /);
    });

    it("has a link to what is mounted later, in place of a file of the image and beside its others", async () => {
        process.chdir(folder);
        const files = { "/etc/group": { link: "/run/config/group" } };
        const image = Image.parse({ reference: "busybox:1.37.0", files });
        const inputs = buildInputs(buildOf(image, "linux/amd64")!) as { context: { location: string } };
        await build(tag, inputs.context.location);
        const run = (...command: string[]) =>
            docker("run", "--rm", "--volume", `${secret}:/run/config`, tag, ...command);
        await run("sh", "-c", "echo mounted > /run/config/group");
        assert.equal(await run("cat", "/etc/group"), "mounted");
        assert.match(await run("cat", "/etc/passwd"), /root/);
    });
});
