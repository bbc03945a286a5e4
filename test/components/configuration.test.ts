import assert from "node:assert/strict";
import { lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";

import { buildOf, buildParts, buildTag } from "../../components/context";
import { buildInputs } from "../../components/layer";
import { composeOf } from "../../compose/file";
import { planOf } from "../../plan/plan";
import { clouds, type AppInput, type Target } from "../../topology/app";
import { ProblemsError } from "../../topology/problems";
import { Image } from "../../topology/schema/service";
import { resolve } from "../../topology/validate";
import { taskContainers } from "./containers";
import { api } from "./data";
import { on } from "./stack";

describe("A configuration file with references in it", () => {
    const before = process.cwd();
    const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
    const replace = { "host: localhost": "host: ${db.host}", '"postgres"': '"${db.password}"' };
    const secretFiles = { "/run/config/config.yml": { from: "config.yml", replace } };
    const image = { ...api.image, files: { "/app/config.yml": { link: "/run/config/config.yml" } } };
    const app = { services: { api: { ...api, image, secretFiles } }, databases: { db: {} } };
    const demo: AppInput = { name: "demo", ...app };
    beforeEach(() => {
        writeFileSync(join(folder, "config.yml"), 'host: localhost\npassword: "postgres"\nurl: ${NOT_OURS}\n');
        process.chdir(folder);
    });
    afterEach(() => process.chdir(before));
    after(() => rmSync(folder, { recursive: true }));

    const config = (cloud: string) => ({
        "twinstack:app": "demo",
        "twinstack:cloud": cloud,
        "twinstack:environment": "dev",
        "aws:region": "ap-northeast-1",
        "gcp:project": "example-project",
        "gcp:region": "asia-northeast1",
    });

    it("is a secret as a whole, which uses what it refers to, and is mounted on both clouds", async () => {
        const aws = await on("aws", app);
        const writer = taskContainers(aws, "-api").find(({ name }) => name === "secret-files")!;
        assert.deepEqual(
            writer.secrets.map(({ valueFrom }) => valueFrom),
            ["${demo-dev-api-file-run-config-config-yml-version.arn}"],
        );
        const { secrets } = taskContainers(aws, "-api").find(({ name }) => name === "api")!;
        assert.ok(secrets.some(({ name }) => name === "DB_PASSWORD"));
        const template = (await on("gcp", app)).one(cloudrunv2.Service, "-api").inputs.template as unknown as {
            containers: { volumeMounts: unknown }[];
            volumes: { secret: { items: { path: string }[] } }[];
        };
        assert.deepEqual(template.containers[0].volumeMounts, [{ name: "secret-file-0", mountPath: "/run/config" }]);
        assert.equal(template.volumes[0].secret.items[0].path, "config.yml");
    });

    it("says what the file says, with the texts replaced, and lies locally where the link would be", async () => {
        const plan = await planOf(resolve<Target>({ stack: "dev", config: config("local") }, { demo }));
        const { compose } = composeOf(plan);
        assert.deepEqual(compose.services.api.configs, [
            { source: "api-app-config.yml", target: "/app/config.yml" },
            { source: "api-run-config-config.yml", target: "/run/config/config.yml" },
        ]);
        // Compose writes a `$` twice.
        const content = 'host: db\npassword: "${DB_PASSWORD:?}"\nurl: $${NOT_OURS}\n';
        for (const each of Object.values(compose.configs!)) assert.deepEqual(each, { content });
        const { inputs } = plan.resources.find(({ name, custom }) => custom && name === "demo-dev-api")!;
        assert.deepEqual(
            (inputs.uploads as { file: string }[]).map(({ file }) => file),
            ["/app/config.yml", "/run/config/config.yml"],
        );
    });

    it("is led to by a link in a layer of the image, whose tag changes with it", () => {
        const build = buildOf(Image.parse(image), "linux/amd64")!;
        const { context } = buildInputs(build) as { context: { location: string } };
        const link = join(context.location, "root/app/config.yml");
        assert.ok(lstatSync(link).isSymbolicLink());
        assert.equal(readlinkSync(link), "/run/config/config.yml");
        const other = buildOf(
            Image.parse({ ...image, files: { "/app/config.yml": { link: "/run/other/config.yml" } } }),
            "linux/amd64",
        )!;
        assert.notEqual(buildTag(build), buildTag(other));
        assert.deepEqual(Object.keys(buildParts(build).fields).sort(), [
            "image.base",
            "image.files./app/config.yml",
            "image.platform",
        ]);
    });

    const faults = (service: object, cloud = "aws") => {
        try {
            resolve(
                { stack: "dev", config: config(cloud) },
                { demo: { ...demo, services: { api: { ...api, ...service } } } },
            );
            return [];
        } catch (error) {
            if (!(error instanceof ProblemsError)) throw error;
            return error.problems.map(({ path, found, allowed }) => `${path}: ${found}: ${allowed}`);
        }
    };
    const one = (service: object) => {
        for (const cloud of clouds) assert.equal(faults(service, cloud).length, 1, faults(service, cloud).join("\n"));
        return faults(service)[0];
    };
    const file = (from: string, texts: Record<string, string>) => ({
        secretFiles: { "/run/config/config.yml": { from, replace: texts } },
    });

    it("is refused where it is not there, is no text, is too large, or has nothing of the kind", () => {
        const secret = { "host: localhost": "${db.password}" };
        assert.match(one(file("missing.yml", secret)), /missing\.yml"?, which is not there/);
        assert.match(
            one(file("config.yml", { ...secret, nowhere: "x" })),
            /"nowhere" to replace, which does not stand/,
        );
        assert.match(one(file("config.yml", { postgres: "x" })), /in which nothing is secret/);
        assert.match(one(file("config.yml", { postgres: "${db.pasword}" })), /did you mean password/);
        mkdirSync(join(folder, "conf"), { recursive: true });
        writeFileSync(join(folder, "conf/a"), "host: localhost");
        assert.match(one(file("conf", secret)), /"conf", a folder/);
        writeFileSync(join(folder, "large"), `host: localhost${" ".repeat(65536)}`);
        assert.match(one(file("large", secret)), /more than 64 KiB/);
        writeFileSync(
            join(folder, "binary"),
            Buffer.concat([Buffer.from("host: localhost"), Buffer.from([0xff, 0xfe])]),
        );
        assert.match(one(file("binary", secret)), /no UTF-8/);
    });

    it("is linked to only where there is one", () => {
        assert.match(one({ image }), /none of the service's secretFiles/);
        assert.match(
            one({ image: { ...image, files: { "/app/config.yml": { link: "/run/config/confg.yml" } } }, secretFiles }),
            /"\/run\/config\/confg\.yml".*: \/run\/config\/config\.yml$/,
        );
        const beside = { proxy: { image } };
        assert.match(one({ secretFiles, sidecars: beside }), /in a sidecar, which has no secretFiles/);
    });
});
