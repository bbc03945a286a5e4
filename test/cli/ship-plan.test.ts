import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { json, twinstack } from "../twinstack";
import { image } from "./ship-world";

describe("twinstack ship --plan", function () {
    this.timeout(60_000);
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-ship-"))));
    after(() => rmSync(folder, { recursive: true }));
    const saved = (data: unknown): string => {
        const file = join(folder, "saved.json");
        writeFileSync(file, typeof data === "string" ? data : JSON.stringify(data));
        return file;
    };
    const release = { services: { api: { image: image("a"), source: "built-000000000000", by: "ship" } } };
    const plan = (data: unknown, ...more: string[]) =>
        twinstack(["ship", "--plan", "--release", saved(data), "-s", "prod", ...more]);

    it("needs no cloud with a saved release: outputs, a state, or a release alone", async () => {
        const resources = [{ type: "pulumi:pulumi:Stack", outputs: { release } }];
        for (const data of [{ url: "https://x", release }, { deployment: { resources } }, release]) {
            const { status: code, stdout, stderr } = await plan(data);
            assert.equal(code, 0, stderr);
            assert.match(stdout, /^api {2}rebuild/m);
        }
        const { decisions } = await json<{ decisions: { verdict: string; runs: string }[] }>([
            ...["ship", "--plan", "--release", saved({ release }), "-s", "prod"],
        ]);
        assert.deepEqual([decisions[0].verdict, decisions[0].runs], ["rebuild", image("a")]);
    });

    it("refuses what it cannot read, and what the app does not have", async () => {
        const cases: [data: unknown, args: string[], message: RegExp][] = [
            ["{", [], /cannot be read as JSON/],
            [{ other: 1 }, [], /found {4}something else/],
            [{ release: "[secret]" }, [], /--show-secrets shows it/],
            [{ release: { services: { api: { image: 1 } } } }, [], /services\.api\.image/],
            [release, ["--image", "apo=x/y:1"], /did you mean api|allowed {2}api/],
            [release, ["--image", "api"], /SERVICE=IMAGE/],
            [release, ["--detach"], /Either --plan or --detach/],
            [release, ["-s", "dev", "--cloud", "local"], /Nothing is shipped to a laptop/],
            [release, ["--url", "nowhere"], /--url/],
        ];
        for (const [data, args, message] of cases) {
            const { status: code, stderr } = await plan(data, ...args);
            assert.equal(code, 2, stderr);
            assert.match(stderr, message);
        }
        const { status: code, stderr } = await twinstack([
            "ship",
            "nope",
            "--plan",
            "--release",
            saved(release),
            "-s",
            "prod",
        ]);
        assert.deepEqual([code, /"nope", which the app does not have/.test(stderr)], [2, true]);
        assert.equal((await twinstack(["ship", "--release", saved(release)])).status, 2);
    });

    it("shows no value of a header", async () => {
        const header = "0123456789abcdef";
        const services = { api: { ...release.services.api, candidate: { image: image("b"), weight: 5 }, header } };
        const { stdout, stderr } = await plan({ services }, "--json");
        assert.ok(!(stdout + stderr).includes(header));
    });
});
