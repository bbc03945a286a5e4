import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";

import { promote } from "../../ship/images/promote";
import { digestOf } from "../../ship/images/registry";
import { sourcesOf } from "../../stacks/sources";
import { World } from "../cli/ship-world";
import { Registry } from "./registry";

const hash = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

const hasBuildx = spawnSync("docker", ["buildx", "version"]).status === 0;
if (!hasBuildx)
    console.warn(
        "\n  SKIPPED: the promotion of images. There is no `docker buildx` on PATH: https://docs.docker.com/build/install-buildx/\n",
    );

/** With Docker's own client, which copies from one registry on loopback to another. */
(hasBuildx ? describe : describe.skip)("A ship from another stack", function () {
    this.timeout(120_000);
    let staging: Registry;
    let production: Registry;
    beforeEach(async () => {
        staging = await Registry.start();
        production = await Registry.start();
    });
    afterEach(() => {
        staging.stop();
        production.stop();
    });

    const blob = async (text: string): Promise<{ digest: string; size: number }> => {
        const at = `http://${staging.host}/v2/api/blobs/uploads/`;
        const begun = await fetch(at, { method: "POST" });
        const to = new URL(begun.headers.get("location")!, at);
        to.searchParams.set("digest", hash(text));
        assert.equal((await fetch(to, { method: "PUT", body: text })).status, 201);
        return { digest: hash(text), size: Buffer.byteLength(text) };
    };
    const manifest = async (tag: string, content: object & { mediaType: string }) => {
        const body = JSON.stringify(content);
        const to = `http://${staging.host}/v2/api/manifests/${tag}`;
        const headers = { "content-type": content.mediaType };
        assert.equal((await fetch(to, { method: "PUT", headers, body })).status, 201);
        return { mediaType: content.mediaType, digest: hash(body), size: Buffer.byteLength(body) };
    };
    /** An image as a build pushes one: a layer, a configuration, and a manifest. */
    const image = async (tag: string) => {
        const vnd = "application/vnd.oci.image";
        const config = JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [] } });
        return manifest(tag, {
            schemaVersion: 2,
            mediaType: `${vnd}.manifest.v1+json`,
            config: { mediaType: `${vnd}.config.v1+json`, ...(await blob(config)) },
            layers: [{ mediaType: `${vnd}.layer.v1.tar`, ...(await blob(`what staging runs: ${tag}`)) }],
        } as never);
    };

    for (const cloud of ["aws", "gcp"] as const)
        it(`on ${cloud} runs the very image that staging runs, in the stack's own registry, and builds none`, async () => {
            const { digest } = await image("built-1");
            const one = (await new World({ stack: "prod", cloud }).deployed()).changed();
            const source = sourcesOf(one.stack).api;
            one.registry = `${production.host}/${cloud === "aws" ? "api" : "r/app"}`;
            Object.assign(one.tools, { promote, digestOf });
            one.others.staging = { services: { api: { image: `${staging.host}/api@${digest}`, source, by: "ship" } } };

            const { status, stderr } = await one.ship({ from: "staging" });
            assert.equal(status, 0, stderr);
            const place = `${production.host}/${cloud === "aws" ? "api" : "r/app-built"}`;
            assert.equal(one.release.services.api.image, `${place}@${digest}`);
            assert.equal(await digestOf(`${place}:${source}`), digest);
            assert.equal(await digestOf(`${place}@${digest}`), digest);
            assert.deepEqual(one.built, []);
            assert.equal(production.pushed.length, 2, "a layer and a configuration");
            assert.match(stderr, new RegExp(`api: ${digest} was copied to ${place}:${source}`));

            // The next one finds it there.
            one.changed();
            production.pushed.length = 0;
            const again = await one.ship({ from: "staging" });
            assert.equal(again.status, 0, again.stderr);
            assert.match(again.stderr, /is in the registry already/);
            assert.deepEqual(production.pushed, []);
        });

    it("keeps the digest of an image of several platforms", async () => {
        const platform = { os: "linux", architecture: "amd64" };
        const mediaType = "application/vnd.oci.image.index.v1+json";
        const manifests = [{ ...(await image("one")), platform }];
        const { digest } = await manifest("all", { schemaVersion: 2, mediaType, manifests } as never);
        const reference = `${production.host}/api:built-2`;
        const order = { service: "api", image: `${staging.host}/api@${digest}`, reference };
        assert.equal(await promote(order, { say: () => undefined }), `${production.host}/api@${digest}`);
        assert.equal(await digestOf(`${production.host}/api@${manifests[0].digest}`), manifests[0].digest);
    });

    it("fails where staging's registry does not have the image any more", async () => {
        const order = {
            service: "api",
            image: `${staging.host}/api@sha256:${"a".repeat(64)}`,
            reference: `${production.host}/api:built-3`,
        };
        await assert.rejects(promote(order, { say: () => undefined }), /docker buildx imagetools|not found/);
        assert.equal(await digestOf(order.reference), undefined);
    });
});
