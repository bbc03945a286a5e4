import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import prettier from "prettier";

import { readCompose, type ImportError } from "../../cli/import-file";
import { checkOf, interpolate, mebibytesOf, portOf, secondsOf, sizeFor } from "../../cli/import-values";
import { constantOf, fileOf, withApp } from "../../cli/import-write";
import type { AppInput } from "../../topology/app";
import { twinstack } from "../twinstack";
import { morrowCompose, shopCompose } from "./files";
import { imported, oneService, resolved } from "./importing";

describe("What import reads", () => {
    it("are ports, durations, sizes and variables as Compose has them", () => {
        assert.deepEqual(
            ["8080:80", "127.0.0.1:8080:80", 80, "80/tcp", { target: 80 }].map(portOf),
            [80, 80, 80, 80, 80],
        );
        assert.equal(portOf("53:53/udp"), "protocol udp");
        assert.equal(portOf("3000-3005:3000-3005"), "a range of ports");
        assert.deepEqual(["1m30s", "500ms", "2h", "soon"].map(secondsOf), [90, 0.5, 7200, undefined]);
        assert.deepEqual(["512M", "1g", "1gb", 1048576, "much"].map(mebibytesOf), [512, 1024, 1024, 1, undefined]);
        assert.equal(interpolate("a-${B:-c}-$$d"), "a-c-$d");
        assert.equal(interpolate("${B}"), undefined);
        assert.deepEqual(checkOf("curl -f http://localhost:8080/ok || exit 1"), {
            command: ["sh", "-c", "curl -f http://localhost:8080/ok || exit 1"],
            path: "/ok",
            port: 8080,
        });
        assert.equal(checkOf(["CMD", "pg_isready"])?.path, undefined);
    });

    it("never makes a size that one of the clouds has not", () => {
        for (const cpu of [0, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8])
            for (const memory of [0, 128, 512, 700, 2048, 5000, 9000, 17000, 30000]) {
                const size = sizeFor(cpu, memory);
                if (!size) continue;
                assert.ok(size.cpu >= cpu && size.memory >= memory, `${cpu} ${memory}`);
                const app: AppInput = {
                    name: "shop",
                    services: {
                        api: {
                            image: { reference: "registry.example.com/api:1" },
                            ports: { http: 80 },
                            health: { path: "/" },
                            ...size,
                        },
                    },
                };
                for (const cloud of ["aws", "gcp"] as const) resolved(app, cloud);
            }
        assert.equal(sizeFor(64), undefined);
    });

    for (const [title, text, path, found] of [
        ["no YAML", "services:\n  a: [1", /^compose\.yaml:2:\d+$/, /./],
        ["no services", "version: '3'\n", /^compose\.yaml:1: services$/, /^nothing$/],
        ["empty services", "services: {}\n", /^compose\.yaml:1: services$/, /^a object$/],
        ["a service that is no map", "services:\n  a: 1\n", /^compose\.yaml:2: services\.a$/, /^a number$/],
        ["a list", "- 1\n", /^compose\.yaml:1$/, /^a list$/],
    ] as const)
        it(`refuses ${title}, at its line`, () => {
            assert.throws(
                () => readCompose(text, "compose.yaml"),
                (error: ImportError) => {
                    const [problem] = error.problems;
                    assert.match(problem.path, path);
                    assert.match(problem.found, found);
                    return true;
                },
            );
        });
});

describe("What import writes", () => {
    it("is formatted as Prettier would, whatever is in it", async () => {
        const config = { parser: "typescript", printWidth: 120, tabWidth: 4 };
        const odd = oneService(
            {
                environment: {
                    JSON_OPTIONS: '{"a":"it\'s","b":1}',
                    LONG: "x".repeat(130),
                    "lower.case": "1",
                    LINES: "a\nb",
                    SINGLE: "it's",
                },
                healthcheck: {
                    test: `test "$$(wget -qO- 'http://localhost:8080/${"x".repeat(60)}')" = '{"status":"ok","more":"words"}'`,
                },
                volumes: ["my_data:/data"],
            },
            { my_data: { image: "registry.example.com/x@sha256:" + "a".repeat(64), ports: [1, 2, 3] } },
        );
        for (const { app } of [odd, imported(shopCompose), imported(morrowCompose)]) {
            const text = fileOf("my-shop", app, "../topology/app", "compose.yaml");
            assert.equal(await prettier.format(text, config), text);
        }
    });

    it("adds an app to the list once, and says so where it cannot", () => {
        const index = readFileSync("apps/index.ts", "utf8");
        const added = withApp(index, "my-shop")!;
        assert.match(added, /^import { myShop } from "\.\/my-shop";$/m);
        assert.match(added, /"my-shop": myShop/);
        const many = Array.from({ length: 12 }, (_, at) => `another-shop-${at}`).reduce(
            (text, name) => withApp(text, name)!,
            index,
        );
        assert.match(many, /\{\n {4}.*,\n/);
        assert.equal(withApp("export default {};", "shop"), undefined);
        assert.equal(constantOf("class"), "classApp");
    });

    describe("as a person calls it", function () {
        this.timeout(60000);
        let folder: string;
        const run = (...args: string[]) => twinstack(["import", "compose", ...args], folder);
        before(() => {
            folder = mkdtempSync(join(tmpdir(), "twinstack-"));
            mkdirSync(join(folder, "apps"));
            writeFileSync(join(folder, "Pulumi.yaml"), "name: twinstack\nruntime: nodejs\n");
            writeFileSync(join(folder, "apps/index.ts"), readFileSync("apps/index.ts"));
            writeFileSync(join(folder, "compose.yaml"), `name: my_shop\n${shopCompose}`);
        });
        after(() => rmSync(folder, { recursive: true }));

        it("writes the app, lists it, says what is missing and what to do next; and overwrites nothing unasked", async () => {
            const { status, stdout, stderr } = await run("compose.yaml");
            assert.equal(status, 0, stderr);
            assert.match(stdout, /apps\/my-shop\.ts is written, and is one of the apps\.\n {2}2 services: web, api\n/);
            assert.match(stdout, /compose\.yaml:14 +services\.api\.command/);
            assert.match(
                stdout,
                /To be mended\n {2}! apps\/my-shop\.ts: services\.web\.image\.context: found "web", without/,
            );
            assert.match(stdout, /Next\n {2}npx twinstack plan --app my-shop\n$/);
            assert.match(readFileSync(join(folder, "apps/index.ts"), "utf8"), /"my-shop": myShop/);

            const again = await run("compose.yaml", "--json");
            assert.equal(again.status, 2);
            assert.match(again.stderr, /apps\/my-shop\.ts\n {4}found {4}a file of that name\n {4}allowed {2}.*--force/);
            assert.equal((JSON.parse(again.stdout) as { problems: unknown[] }).problems.length, 1);
        });

        it("calls bad input by its place, without a stack trace", async () => {
            for (const [args, message] of [
                [["nothing.yaml"], /nothing\.yaml\n {4}found {4}no such file/],
                [["compose.yaml", "--name", "My_Shop"], /--name\n {4}found {4}"My_Shop"\n {4}allowed {2}lower-case/],
            ] as const) {
                const { status, stderr } = await run(...args);
                assert.equal(status, 2);
                assert.match(stderr, message);
                assert.doesNotMatch(stderr, /\n {4}at /);
            }
        });
    });
});
