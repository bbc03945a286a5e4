import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { format } from "oxfmt";

import { problemsOn } from "../../compose/check";
import { checkOf, isSecret, mebibytesOf, pointsAt, secondsOf, sizeFor } from "../../compose/import/values";
import { constantOf, fileOf, withApp } from "../../compose/import/write";
import { clouds, type AppInput } from "../../topology/app";
import { twinstack } from "../twinstack";
import { morrowCompose, shopCompose } from "./files";
import { imported, oneService, resolved } from "./importing";

describe("What import reads", () => {
    it("are durations, sizes and health checks as Compose has them", () => {
        assert.deepEqual(["1m30s", "500ms", "2h", "soon"].map(secondsOf), [90, 0.5, 7200, undefined]);
        assert.deepEqual(["512M", "1g", "1gb", 1048576, "much"].map(mebibytesOf), [512, 1024, 1024, 1, undefined]);
        assert.deepEqual(checkOf(["CMD-SHELL", "curl -f http://localhost:8080/ok || exit 1"]), {
            command: ["sh", "-c", "curl -f http://localhost:8080/ok || exit 1"],
            path: "/ok",
            port: 8080,
        });
        const { path, port } = checkOf(["CMD-SHELL", "curl -s --fail localhost:3000/health | grep -q OK"])!;
        assert.deepEqual([path, port], ["/health", 3000]);
        assert.equal(checkOf(["CMD", "mysqladmin", "ping", "-h", "localhost"])?.path, undefined);
        assert.equal(checkOf(["CMD", "pg_isready"])?.path, undefined);
        assert.equal(checkOf(["NONE"]), undefined);
    });

    it("leads to a host by a URL, a port, or a variable of a host, and by no other word", () => {
        for (const [variable, value, host] of [
            ["DATABASE_URL", "postgresql+asyncpg://u:p@db:5432/x", "db"],
            ["SPRING_DATASOURCE_URL", "jdbc:postgresql://db:5432/x", "db"],
            ["REDIS_HOST", "cache", "cache"],
            ["ANY", "cache:6379", "cache"],
            ["STORAGE", "database", undefined],
            ["MODE", "web", undefined],
        ] as const)
            assert.equal(pointsAt(variable, value)?.host, host, `${variable}=${value}`);
    });

    it("takes for a secret what looks like one by its name and its value, and nothing else", () => {
        for (const [name, value, is] of [
            ["DB_PASSWORD", "hunter2", true],
            ["DB_PASSWORD", undefined, true],
            ["STRIPE_API_KEY", "sk_live_x", true],
            ["SENTRY_DSN", "https://abc@sentry.io/1", true],
            ["CERT", "-----BEGIN RSA PRIVATE KEY-----\nx", true],
            ["SOME_URL", "https://user:pass@example.com", true],
            ["DISABLE_PASSWORD_LOGIN", "false", false],
            ["MAX_TOKENS", "100", false],
            ["SMTP_PASSWORD", "", false],
            ["TOKEN_TTL_SECONDS", "3600", false],
            ["NEXT_PUBLIC_KEY", "pk_x", false],
            ["VAPID_PUBLIC_KEY", "BNx", false],
            ["SECRET_KEY_FILE", "/run/secrets/key", false],
            ["TOKEN_ENDPOINT", "https://id.example.com/token", false],
            ["LOG_LEVEL", "info", false],
            ["LDAP_KEYS", '{"user": "uid",\n "mail": "mail"}', false],
            ["CLOUD_CREDENTIALS", '{"private_key": "x"}', true],
            ["DEFAULT_ROLE_KEY", "20;", false],
        ] as const)
            assert.equal(isSecret(name, value), is, `${name}=${value}`);
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
});

describe("What import writes", () => {
    it("is formatted as Prettier and oxfmt would, whatever is in it", async () => {
        const config = { printWidth: 120, tabWidth: 4 };
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
            assert.equal((await format("app.ts", text, config)).code, text);
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

        it("writes nothing while something has to be mended, and says so", async () => {
            const { status, stdout, stderr } = await run("compose.yaml");
            assert.equal(status, 2);
            assert.match(stdout, /apps\/my-shop\.ts would not be right:\n {2}2 services: web, api\n/);
            assert.match(stdout, /To be mended\n {2}compose\.yaml:49 +services\.db\.volumes\.1/);
            assert.match(stdout, /! apps\/my-shop\.ts: services\.web\.image\.context: found "web", without/);
            assert.match(stdout, /Next\n {2}npx --no twinstack import compose compose\.yaml --name my-shop --force\n$/);
            assert.match(stderr, /^nothing is written: /);
            assert.equal(existsSync(join(folder, "apps/my-shop.ts")), false);
        });

        it("writes the rest when told, lists it, says what to do next; and overwrites nothing unasked", async () => {
            const { status, stdout, stderr } = await run("compose.yaml", "--force");
            assert.equal(status, 0, stderr);
            assert.match(stdout, /apps\/my-shop\.ts is written, and is one of the apps\.\n {2}2 services: web, api\n/);
            assert.match(stdout, /Next\n {2}npx --no twinstack plan --app my-shop\n$/);
            assert.match(readFileSync(join(folder, "apps/index.ts"), "utf8"), /"my-shop": myShop/);

            const again = await run("compose.yaml", "--json");
            assert.equal(again.status, 2);
            assert.match(again.stderr, /apps\/my-shop\.ts\n {4}found {4}a file of that name\n {4}allowed {2}.*--force/);
            assert.equal((JSON.parse(again.stdout) as { problems: unknown[] }).problems.length, 1);
        });

        it("says, written elsewhere, how the app becomes one of the apps", async () => {
            writeFileSync(join(folder, "good.yaml"), 'services: { web: { image: "acme/web:1", ports: ["80:80"] } }\n');
            const { status, stdout } = await run("good.yaml", "-o", "elsewhere.ts", "--name", "good");
            assert.equal(status, 0);
            assert.match(
                stdout,
                /Next\n {2}add to apps\/index\.ts: import \{ good \} from "\.\.\/elsewhere"; and good to apps\n {2}npx/,
            );
        });

        it("only says, with --check, what would be built on each cloud, what it would cost and what is lost", async () => {
            const { status, stdout } = await run("good.yaml", "--check");
            assert.equal(status, 0);
            assert.match(stdout, /Would be built, in dev\n {2}AWS {2}\$\d+\.\d\d a month {2}\d+ resources: Network/);
            assert.match(stdout, /\n {2}GCP {2}\$\d+\.\d\d a month/);
            assert.equal((await run("compose.yaml", "--check")).status, 2);
            const { name, built } = JSON.parse((await run("good.yaml", "--check", "--json")).stdout) as {
                name: string;
                built: { cloud: string; problems: unknown[] }[];
            };
            assert.deepEqual([built.map(({ cloud }) => cloud), name.length > 0], [["aws", "gcp"], true]);
        });

        it("leaves nothing behind with --check, of files that an image would get either", async () => {
            const mounts =
                'services: { web: { image: "acme/web:1", ports: ["80:80"], volumes: ["./x.conf:/etc/x.conf:ro"] } }';
            writeFileSync(join(folder, "mounts.yaml"), mounts);
            writeFileSync(join(folder, "x.conf"), "x\n");
            const before = readdirSync(folder);
            assert.equal((await run("mounts.yaml", "--check")).status, 0);
            assert.deepEqual(readdirSync(folder), before);
        });

        it("says what prod still needs, and nothing where something has to be mended first", async () => {
            const text = 'services: { web: { image: "acme/web", ports: ["80:80"] } }\n';
            writeFileSync(join(folder, "floats.yaml"), text);
            const needs = async (...args: string[]) =>
                (JSON.parse((await run(...args, "--json")).stdout) as { prod: string[] }).prod;
            const said = await needs("floats.yaml", "--check");
            assert.equal(said.length, 2);
            assert.match(said[0], /services\.web\.image\.reference: found "acme\/web", which is another image/);
            assert.match(said[1], /^Pulumi\.prod\.yaml: twinstack:domain: found nothing/);
            assert.match((await run("floats.yaml", "--check")).stdout, /Prod still needs\n {2}apps\/.*acme\/web/);
            writeFileSync(join(folder, "stays.yaml"), `${text.replace("acme/web", "acme/web:1.2")}`);
            assert.deepEqual(await needs("stays.yaml", "--check"), said.slice(1));
            assert.deepEqual(await needs("compose.yaml", "--check"), []);

            // With that, it is right in prod.
            const { app } = imported(readFileSync(join(folder, "stays.yaml"), "utf8"));
            for (const cloud of clouds)
                assert.deepEqual(problemsOn({ ...app, domain: { name: "shop.example.com" } }, cloud, "prod"), []);
        });

        it("takes several files, env files and profiles", async () => {
            writeFileSync(join(folder, "over.yaml"), "services: { web: { image: 'acme/web:${TAG}' } }\n");
            writeFileSync(join(folder, "tags.env"), "TAG=6\n");
            writeFileSync(join(folder, "more.env"), "TAG=7\n");
            const args = [
                "--env-file",
                "tags.env",
                "--env-file",
                "more.env",
                "--profile",
                "*",
                "good.yaml",
                "over.yaml",
                "--name",
                "two",
                "--json",
            ];
            const { app } = JSON.parse((await run(...args)).stdout) as { app: AppInput };
            assert.deepEqual(app.services.web.image, { reference: "acme/web:7" });
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
