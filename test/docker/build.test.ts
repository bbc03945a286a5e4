import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { build } from "../../ship/images/build";
import { digestOf } from "../../ship/images/registry";
import { docker } from "./docker";
import { Registry } from "./registry";

/** As `twinstack ship` builds, with a real engine and a registry on loopback. */
describe("The build of a ship", function () {
    this.timeout(300_000);
    let registry: Registry;
    let folder: string;
    before(async () => {
        registry = await Registry.start();
        folder = mkdtempSync(join(tmpdir(), "twinstack-build-"));
        writeFileSync(join(folder, "Dockerfile"), "FROM scratch\nCOPY big /big\nCOPY small /small\n");
        writeFileSync(join(folder, "big"), randomBytes(8 << 20));
        writeFileSync(join(folder, "small"), "1");
    });
    after(() => {
        registry.stop();
        rmSync(folder, { recursive: true });
    });
    const order = (tag: string) => ({
        service: "api",
        recipe: {
            context: folder,
            dockerfile: join(folder, "Dockerfile"),
            platform: "linux/amd64",
            args: {},
            named: {},
        },
        reference: `${registry.host}/api:${tag}`,
        cache: `${registry.host}/api-cache:cache`,
    });
    const made: string[] = [];
    const run = async (tag: string) => {
        const begun = Date.now();
        const [mark, said] = [registry.pushed.length, [] as string[]];
        const built = await build(order(tag), { say: (text) => said.push(text) });
        made.push(`${registry.host}/api:${tag}`);
        return { ...built, said, seconds: (Date.now() - begun) / 1000, pushed: registry.pushed.slice(mark) };
    };
    after(async () => {
        for (const image of [...new Set(made), `${registry.host}/api-cache:cache`])
            await docker("image", "rm", image).catch(() => undefined);
    });

    it("pushes an image, and tells it by the digest that the registry has", async () => {
        const first = await run("built-1");
        assert.equal(first.wasThere, false);
        assert.equal(first.image, `${registry.host}/api@${await digestOf(`${registry.host}/api:built-1`)}`);
        assert.equal(await digestOf(first.image), first.image.split("@")[1]);
        assert.ok(
            first.said.some((line) => /COPY small/.test(line)),
            first.said.join("\n"),
        );
        console.log(`      first build and push, 8 MiB: ${first.seconds.toFixed(1)} s`);
    });

    it("builds nothing that the registry has", async () => {
        const again = await run("built-1");
        assert.deepEqual([again.wasThere, again.pushed], [true, []]);
        console.log(`      the same again: ${again.seconds.toFixed(2)} s`);
    });

    it("pushes nothing but the layer that changed", async () => {
        writeFileSync(join(folder, "small"), "2");
        const next = await run("built-2");
        const bytes = next.pushed.reduce((sum, one) => sum + one.bytes, 0);
        assert.ok(bytes < 20_000, `${bytes} bytes were pushed`);
        console.log(`      a changed layer: ${next.seconds.toFixed(1)} s, ${bytes} bytes pushed`);
    });
});
