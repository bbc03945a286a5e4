import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { buildOf } from "../../components/context";
import { buildInputs } from "../../components/layer";
import { Image } from "../../topology/schema/service";
import { docker, dockerCode } from "./docker";
import { Registry } from "./registry";

interface Inputs {
    context: { location: string; named: Record<string, { location: string }> };
    dockerfile: { location: string };
}

/** Built by buildx with the inputs that @pulumi/docker-build is given, which has the same BuildKit in it. */
describe("A sidecar's image with folders of its service's image", function () {
    this.timeout(300_000);
    const before = process.cwd();
    const folder = mkdtempSync(join(tmpdir(), "twinstack-named-"));
    let registry: Registry | undefined;
    beforeEach(async function () {
        if ((await dockerCode("buildx", "version")).code !== 0) this.skip();
        registry = await Registry.start();
        process.chdir(folder);
    });
    afterEach(() => {
        process.chdir(before);
        registry?.stop();
    });
    after(() => rmSync(folder, { recursive: true }));

    const write = (path: string, text: string) => {
        mkdirSync(join(folder, path, ".."), { recursive: true });
        writeFileSync(join(folder, path), text);
    };
    const push = async (name: string) => {
        const reference = `${registry!.host}/${name}:1`;
        await docker("buildx", "build", "--provenance=false", "--push", "--tag", reference, join(folder, name));
        return reference;
    };

    for (const kind of ["pulled", "built"] as const)
        it(`has what a build made there, beside its own, where it is ${kind}`, async () => {
            write("app/Dockerfile", "FROM scratch\nCOPY built /srv/public\n");
            write("app/built/site.css", "of the service\n");
            write("web/Dockerfile", "FROM scratch\nCOPY own /etc/own\n");
            write("web/own", "of the server\n");
            write("site.conf", "proxy_pass http://app:8000;\n");
            const service = await push("app");
            const image = Image.parse({
                ...(kind === "pulled" ? { reference: await push("web") } : { context: "web" }),
                files: {
                    "/srv/public": { service: "/srv/public" },
                    "/etc/site.conf": { from: "site.conf", replace: { "//app:": "//127.0.0.1:" } },
                },
            });
            const inputs = await new Promise<Inputs>((done) =>
                pulumi
                    .output(buildInputs(buildOf(image, "linux/amd64", service)!, service))
                    .apply((all) => done(all as Inputs)),
            );
            const { location, named } = inputs.context;
            const contexts = Object.entries(named).flatMap(([name, said]) => [
                "--build-context",
                `${name}=${said.location}`,
            ]);
            assert.ok(contexts.includes(`twinstack-service=docker-image://${service}`), contexts.join(" "));
            const out = join(folder, `${kind}-out`);
            const { code, said } = await dockerCode(
                ...["buildx", "build", "--progress", "plain", ...contexts, "--file", inputs.dockerfile.location],
                ...["--output", `type=local,dest=${out}`, location],
            );
            assert.equal(code, 0, said);
            const texts = ["srv/public/site.css", "etc/own", "etc/site.conf"].map((path) =>
                readFileSync(join(out, path), "utf8"),
            );
            assert.deepEqual(texts, ["of the service\n", "of the server\n", "proxy_pass http://127.0.0.1:8000;\n"]);
        });
});
