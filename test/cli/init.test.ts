import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { json, root, twinstack } from "../twinstack";

describe("twinstack init", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-init-"))));
    afterEach(() => rmSync(folder, { recursive: true }));
    const read = (file: string) => readFileSync(join(folder, file), "utf8");
    const init = (...args: string[]) => twinstack(["init", ...args], folder);

    it("writes a project, and says what to type next", async () => {
        const { status, stdout } = await init(
            "shop",
            "--cloud",
            "gcp",
            "--region",
            "europe-west3",
            "--project",
            "shop-1234",
        );
        assert.equal(status, 0);
        assert.match(
            stdout,
            /Next\n {2}cd shop\n {2}npm --prefix \S+ run package\n {2}npm install\n {2}npx --no twinstack plan\n/,
        );
        assert.deepEqual(readdirSync(join(folder, "shop")).sort(), [
            ".gitignore",
            "Pulumi.dev.yaml",
            "Pulumi.prod.yaml",
            "Pulumi.yaml",
            "README.md",
            "apps",
            "index.ts",
            "package.json",
            "tsconfig.json",
        ]);
        assert.equal((parse(read("shop/Pulumi.yaml")) as { name: string }).name, "shop");
        assert.deepEqual((parse(read("shop/Pulumi.dev.yaml")) as { config: unknown }).config, {
            "twinstack:app": "shop",
            "twinstack:cloud": "gcp",
            "twinstack:environment": "dev",
            "aws:region": "us-east-1",
            "gcp:project": "shop-1234",
            "gcp:region": "europe-west3",
        });
        const { dependencies } = JSON.parse(read("shop/package.json")) as { dependencies: Record<string, string> };
        assert.equal(
            join(folder, "shop", dependencies["@twinstack/core"].replace("file:", "")),
            join(root, "twinstack-core-0.1.0.tgz"),
        );
        assert.match(read("shop/index.ts"), /export = program\(\{ apps \}\);/);
        assert.match(read("shop/apps/index.ts"), /import \{ shop \} from "\.\/shop";/);
    });

    it("is what every command names where there is no project, beside what needs none", async () => {
        writeFileSync(
            join(folder, "compose.yaml"),
            "services:\n  web:\n    build: .\n    ports: ['8080:8080']\n    healthcheck: { test: curl -f localhost:8080/up }\n",
        );
        writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");
        for (const words of [["plan"], ["ship"], ["pipeline", "github"], ["import", "compose", "compose.yaml"]]) {
            const { status, stdout, stderr } = await twinstack(words, folder);
            assert.deepEqual([status, stdout], [2, ""], words.join(" "));
            assert.match(stderr, /no Pulumi\.yaml in [^\n]+\n {2}npx --no twinstack init\n/);
            assert.match(stderr, /npx --no twinstack import compose --check compose\.yaml\n/);
        }
        const check = ["import", "compose", "--check", "compose.yaml", "--name", "shop"];
        const { status, stdout, stderr } = await twinstack(check, folder);
        assert.deepEqual([status, stderr], [0, ""]);
        for (const cloud of ["AWS", "GCP"]) assert.match(stdout, new RegExp(`${cloud} +\\$[\\d.]+ a month`));
        assert.match(stdout, /Next\n {2}npx --no twinstack init --from compose\.yaml\n/);
        const { built, next } = await json<{ built: { monthly: number }[]; next: string[] }>(check, folder);
        assert.deepEqual(
            [built.every(({ monthly }) => monthly > 10), next],
            [true, ["npx --no twinstack init --from compose.yaml"]],
        );
        assert.deepEqual(readdirSync(folder).sort(), ["Dockerfile", "compose.yaml"]);
    });

    it("builds the folder's own Dockerfile where there is one", async () => {
        writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");
        await init("--name", "shop");
        assert.match(read("apps/shop.ts"), /image: \{ context: "\." \}/);
    });

    it("begins with the app of a Compose file, or says why not and writes nothing", async () => {
        writeFileSync(
            join(folder, "compose.yaml"),
            "name: blog\nservices:\n  web:\n    image: nginxinc/nginx-unprivileged:1.29-alpine\n    ports: ['8080:8080']\n",
        );
        assert.equal((await init("--from", "compose.yaml", "mine")).status, 0);
        assert.match(read("mine/apps/blog.ts"), /from "@twinstack\/core";/);

        writeFileSync(
            join(folder, "compose.yaml"),
            "name: blog\nservices:\n  web:\n    image: nginx:1.29\n    ports: ['80:80']\n  db:\n    image: mongo:8\n",
        );
        const refused = await init("--from", "compose.yaml", "other");
        assert.equal(refused.status, 2);
        assert.match(refused.stdout, /services\.db\.image {2}left out: no such database/);
        assert.equal(existsSync(join(folder, "other")), false);
    });

    it("keeps what package.json says, and puts in what is missing", async () => {
        const said = {
            name: "mine",
            version: "3.0.0",
            main: "index.js",
            scripts: { test: "vitest" },
            type: "commonjs",
        };
        writeFileSync(join(folder, "package.json"), JSON.stringify(said));
        await init("--name", "shop");
        const after = JSON.parse(read("package.json")) as typeof said & { dependencies: Record<string, string> };
        assert.equal(after.name, "mine");
        assert.equal(after.version, "3.0.0");
        assert.equal(after.main, "index.ts");
        assert.deepEqual(after.scripts, { twinstack: "twinstack", typecheck: "tsc --noEmit", test: "vitest" });
        assert.ok(after.dependencies["@twinstack/core"]);
        assert.equal(after.type, "commonjs");
    });

    it("overwrites nothing unless it is told to", async () => {
        writeFileSync(join(folder, "index.ts"), "mine");
        const refused = await init("--name", "shop");
        assert.equal(refused.status, 2);
        assert.match(refused.stderr, /found {4}index\.ts\n {2}allowed {2}another folder; or --force/);
        assert.deepEqual(readdirSync(folder), ["index.ts"]);
        assert.equal((await init("--name", "shop", "--force")).status, 0);
        assert.notEqual(read("index.ts"), "mine");
    });

    it("refuses what no project can have, each with what is allowed", async () => {
        for (const [flag, value, said] of [
            ["--name", "My Shop", /lower-case letters/],
            ["--cloud", "azure", /aws, gcp/],
            ["--region", "eu-centrel-1", /eu-central-1/],
        ] as const) {
            const { status, stderr } = await init(flag, value);
            assert.equal(status, 2);
            assert.match(stderr, new RegExp(`${flag}\\n {2}found {4}"${value}"`));
            assert.match(stderr, said);
        }
        writeFileSync(join(folder, "package.json"), "{");
        assert.match((await init("--name", "shop")).stderr, /package\.json is not valid JSON/);
        assert.deepEqual(readdirSync(folder), ["package.json"]);
    });

    it("writes workflows for GitHub, and a stack for each of their branches, where it is asked to", async () => {
        writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");
        const { status, stderr } = await init("--name", "shop", "--cloud", "gcp", "--github");
        assert.equal(status, 0, stderr);
        assert.equal(
            (parse(read("Pulumi.staging.yaml")) as { config: Record<string, string> }).config["twinstack:environment"],
            "staging",
        );
        assert.match(read(".github/workflows/twinstack-check.yaml"), /context: \.\n/);
        assert.match(read(".github/workflows/twinstack-deploy.yaml"), /google-github-actions\/auth@/);
        // What it has written is what it would write, once its packages are there.
        writeFileSync(
            join(folder, "apps/index.ts"),
            `export const apps = { shop: { name: "shop", services: { web: { image: { context: "." }, ports: { http: 8080 }, health: { path: "/" }, routes: [{ path: "/" }] } } } };\n`,
        );
        const check = await twinstack(["pipeline", "github", "--check"], folder);
        assert.equal(check.status, 0, check.stdout + check.stderr);
        writeFileSync(join(folder, ".github/workflows/twinstack-check.yaml"), "mine");
        const again = await init("--name", "shop", "--github");
        assert.equal(again.status, 2);
    });

    it("has what package.json asks for besides installed, where the package is there already", async () => {
        mkdirSync(join(folder, "node_modules/@twinstack/core"), { recursive: true });
        writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies: { "@twinstack/core": "1.0.0" } }));
        const next = async (...args: string[]) =>
            (await json<{ next: string[] }>(["init", "--name", "shop", ...args], folder)).next;
        const commands = ["npx --no twinstack plan", "npx --no twinstack compare"];
        assert.deepEqual(await next(), ["npm install", ...commands]);
        assert.deepEqual(await next("--force"), commands);
    });

    it("says what to install where an app's package is not there", async () => {
        await init("--name", "shop");
        const { status, stderr } = await twinstack(["plan"], folder);
        assert.deepEqual(
            [status, stderr],
            [
                2,
                'error: apps/shop.ts: import "@twinstack/core"\n  found    no package @twinstack/core\n  allowed  a package that is in package.json and installed: npm install\n',
            ],
        );
    });

    it("answers as JSON", async () => {
        const { files, next } = await json<{ files: string[]; next: string[] }>(["init", "--name", "shop"], folder);
        assert.ok(files.includes("apps/shop.ts"));
        // Here the package is made first.
        assert.match(next[0], /^npm --prefix \S+ run package$/);
        assert.deepEqual(next.slice(1), ["npm install", "npx --no twinstack plan", "npx --no twinstack compare"]);
    });
});
