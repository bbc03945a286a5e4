import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root, twinstack } from "../twinstack";
import { image } from "./ship-world";

/** A process of its own, a `pulumi` that answers what a stack says of itself, and a stack on which nothing is to be done. */
describe("twinstack ship --detach", function () {
    this.timeout(120_000);
    let folder: string;
    const { PATH } = process.env;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-detach-"));
        for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "apps", "workloads", "topology", "sdk"])
            symlinkSync(join(root, name), join(folder, name));
        mkdirSync(join(folder, "bin"));
        const outputs = { url: "https://x", release: { services: { api: { image: image("a"), by: "ship" } } } };
        writeFileSync(join(folder, "outputs.json"), JSON.stringify(outputs));
        const state = { version: 3, deployment: { resources: [] } };
        writeFileSync(join(folder, "state.json"), JSON.stringify(state));
        writeFileSync(
            join(folder, "bin/pulumi"),
            `#!/bin/sh\ncase "$*" in *export*) cat ${folder}/state.json;; *) cat ${folder}/outputs.json;; esac\n`,
        );
        chmodSync(join(folder, "bin/pulumi"), 0o755);
        process.env.PATH = `${folder}/bin:${PATH}`;
    });
    after(() => {
        process.env.PATH = PATH;
        rmSync(folder, { recursive: true });
    });

    it("prints an id at once, and its log is found by that until the stack knows of it", async () => {
        const { status, stdout, stderr } = await twinstack(["ship", "api", "-s", "dev", "--detach"], folder);
        assert.equal(status, 0, stderr);
        const [id] = stdout.split("\n");
        assert.match(id, /^\d{8}-\d{4}-[0-9a-f]{4}$/);
        const followed = await twinstack(["ship", "-s", "dev", "status", id, "--follow"], folder);
        assert.match(followed.stdout, /^api {2}nothing/m);
        assert.match(followed.stdout, /There is nothing to ship/);
        // The stack was never told, as nothing was wrong.
        assert.doesNotMatch(followed.stdout, /knows nothing/);
        assert.equal(followed.status, 0);
    });

    it("tells what a ship answered that ended before the stack knew of it, and that it was killed", async () => {
        const { stdout } = await twinstack(
            ["ship", "-s", "dev", "--detach", "--image", "api=127.0.0.1:1/shop:1"],
            folder,
        );
        const [id] = stdout.split("\n");
        const followed = await twinstack(["ship", "status", id, "--follow", "-s", "dev"], folder);
        assert.match(followed.stdout, /127\.0\.0\.1:1 cannot be asked/);
        assert.match(followed.stdout, /It ended with exit code 1, and the stack knows nothing of it/);
        assert.equal(followed.status, 1);
        rmSync(join(folder, `.twinstack/ships/${id}.code`));
        const killed = await twinstack(["ship", "status", id, "-s", "dev"], folder);
        assert.match(killed.stdout, /Its process here was killed/);
        assert.equal(killed.status, 1);
    });

    it("is refused where no pulumi is on PATH, and says what needs none", async () => {
        const before = process.env.PATH;
        process.env.PATH = join(folder, "nothing");
        try {
            for (const args of [["ship"], ["ship", "--detach"], ["ship", "resume"], ["rollback"]]) {
                const { status, stdout, stderr } = await twinstack([...args, "-s", "dev"], folder);
                assert.deepEqual([status, stdout], [2, ""], args.join(" "));
                assert.match(stderr, /no `pulumi` on PATH[^]*ship --plan --release saved\.json\n$/);
                assert.doesNotMatch(stderr, /--state/, "a ship has no such option");
            }
        } finally {
            process.env.PATH = before;
        }
    });

    it("refuses what is wrong before anything goes on in the background, and knows no other ship", async () => {
        assert.equal((await twinstack(["ship", "nope", "-s", "dev", "--detach"], folder)).status, 2);
        for (const id of ["20260101-0000-abcd", "../../etc"]) {
            const { status, stderr } = await twinstack(["ship", "status", id, "-s", "dev"], folder);
            assert.deepEqual([status, /knows of no ship/.test(stderr)], [2, true]);
        }
    });
});
