import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import fc from "fast-check";

import { faults, load, service } from "./loading";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("A Compose project", () => {
    const web = "services:\n  web:\n    image: web:1\n";

    it("has every service in its long form", () => {
        assert.deepEqual(
            service(
                [
                    "services:",
                    "  web:",
                    "    build: ./app",
                    "    command: run --fast",
                    "    entrypoint: [a, b]",
                    "    environment: [A=1, B=x=y, C]",
                    "    depends_on: [db]",
                    "    healthcheck: {test: curl localhost}",
                    "    labels: [a=b]",
                    "    networks: [back]",
                    "    expose: [80]",
                    "    secrets: [token]",
                ].join("\n"),
            ),
            {
                build: { context: "/p/app" },
                command: ["run", "--fast"],
                entrypoint: ["a", "b"],
                environment: { A: "1", B: "x=y", C: null },
                depends_on: { db: { condition: "service_started", required: true } },
                healthcheck: { test: ["CMD-SHELL", "curl localhost"] },
                labels: { a: "b" },
                networks: { back: null },
                expose: ["80"],
                secrets: [{ source: "token" }],
            },
        );
    });

    it("takes variables from .env, or the env files that are named instead", () => {
        const file = { "compose.yaml": "services:\n  web:\n    image: web:${TAG:-none}\n" };
        const image = (texts: object, envFiles?: string[]) =>
            load({ ...file, ...texts }, envFiles ? { envFiles } : {}).services.web.image;
        assert.equal(image({}), "web:none");
        assert.equal(image({ ".env": "TAG=2" }), "web:2");
        assert.equal(image({ ".env": "TAG=2", "other.env": "TAG=3" }, ["/p/other.env"]), "web:3");
        assert.deepEqual(
            faults(file, { envFiles: ["/p/gone.env"] }).map(({ path }) => path),
            ["--env-file"],
        );
    });

    it("lays one file upon another: maps merge, lists go on, commands are replaced, tags decide", () => {
        const base = [
            "services:",
            "  web:",
            "    image: web:1",
            "    command: [a]",
            '    ports: ["80:80", "81:81"]',
            "    environment: {A: 1, B: 2}",
            "    volumes: [data:/x]",
            "    labels: {a: b}",
        ].join("\n");
        const over = [
            "services:",
            "  web:",
            "    command: [b]",
            '    ports: !override ["90:90"]',
            "    environment: [B=3]",
            "    volumes: [other:/x, more:/y]",
            "    labels: !reset null",
            "  extra: {image: extra:1}",
        ].join("\n");
        const { services } = load({ "compose.yaml": base, "over.yaml": over }, {}, ["compose.yaml", "over.yaml"]);
        assert.deepEqual(plain(services), {
            web: {
                image: "web:1",
                command: ["b"],
                ports: [{ target: 90, published: "90", protocol: "tcp" }],
                environment: { A: "1", B: "3" },
                volumes: [
                    { type: "volume", source: "other", target: "/x", readOnly: false },
                    { type: "volume", source: "more", target: "/y", readOnly: false },
                ],
            },
            extra: { image: "extra:1" },
        });
    });

    it("follows extends, in the same file and in others, with their folders", () => {
        const { services } = load({
            "compose.yaml":
                "services:\n  web:\n    extends: {file: base/base.yaml, service: web}\n    environment: {B: 2}\n  api:\n    extends: web\n    command: [api]\n",
            "base/base.yaml": "services:\n  web:\n    build: ./src\n    env_file: web.env\n    environment: {A: 1}\n",
            "base/web.env": "FROM_FILE=yes\nA=0\n",
        });
        assert.deepEqual(plain(services.api), {
            build: { context: "/p/base/src" },
            environment: { FROM_FILE: "yes", A: "1", B: "2" },
            command: ["api"],
        });
    });

    it("follows includes, each with its own folder and variables", () => {
        const { services } = load({
            "compose.yaml": `include:\n  - sub/compose.yaml\n${web}`,
            "sub/compose.yaml": "services:\n  db:\n    image: db:${TAG}\n    build: .\n",
            "sub/.env": "TAG=7\n",
        });
        assert.deepEqual(Object.keys(services).sort(), ["db", "web"]);
        assert.deepEqual(plain(services.db), { image: "db:7", build: { context: "/p/sub" } });
    });

    it("lays a document upon what it includes, and the first of those upon the others", () => {
        const { services } = load({
            "compose.yaml": "include: [a.yaml, b.yaml]\nservices:\n  db:\n    environment: { TZ: local }\n",
            "a.yaml": "services:\n  db:\n    image: db:a\n    environment: { TZ: a, FROM: a }\n",
            "b.yaml": "services:\n  db:\n    image: db:b\n    environment: { FROM: b, MORE: b }\n",
        });
        assert.deepEqual(plain(services.db), { image: "db:a", environment: { FROM: "a", MORE: "b", TZ: "local" } });
    });

    it("refuses circles and missing files, each with its place", () => {
        const place = (texts: Record<string, string>) => faults(texts).map(({ path, found }) => `${path} | ${found}`);
        assert.deepEqual(place({ "compose.yaml": `include: [compose.yaml]\n${web}` }), [
            "compose.yaml:1: include.0 | compose.yaml, which includes this file",
        ]);
        assert.deepEqual(place({ "compose.yaml": "services:\n  a:\n    extends: b\n  b:\n    extends: a\n" }), [
            "compose.yaml:5: extends | a, which extends this service",
        ]);
        assert.deepEqual(place({ "compose.yaml": `include: [gone.yaml]\n${web}` }), ["gone.yaml | no such file"]);
        assert.deepEqual(place({ "compose.yaml": "services: &a\n  web:\n    image: a\n    labels: *a\n" }), [
            "compose.yaml:2 | an anchor that contains itself",
        ]);
        assert.deepEqual(place({ "compose.yaml": "web:\n  image: nginx\n" }), [
            "compose.yaml:1: web | a service at the top, as in version 1 of Compose",
        ]);
    });

    it("leaves out what a profile does, unless it is asked for", () => {
        const text = `${web}  seed: {image: seed:1, profiles: [dev]}\n`;
        const without = load({ "compose.yaml": text });
        assert.deepEqual(
            [
                Object.keys(without.services),
                [...without.leftOut].map(([name, { profiles, place }]) => [name, profiles, place?.line]),
            ],
            [["web"], [["seed", ["dev"], 4]]],
        );
        for (const options of [{ profiles: ["dev"] }, { profiles: ["*"] }])
            assert.deepEqual(Object.keys(load({ "compose.yaml": text }, options).services), ["web", "seed"]);
        assert.deepEqual(faults({ "compose.yaml": text }, { profiles: ["dev", "dve"] }), [
            { path: "--profile", found: '"dve", which no service has', allowed: "dev" },
        ]);
        assert.ok("seed" in load({ "compose.yaml": text, ".env": "COMPOSE_PROFILES=a,dev" }).services);
    });

    it("reads the sample of an env file that a repository keeps out, and says so", () => {
        const { services, remarks } = load({
            "compose.yaml": "services:\n  web:\n    image: a\n    env_file: [.env, other.env]\n",
            ".env.example": "A=1\n",
        });
        assert.deepEqual(plain(services.web.environment), { A: "1" });
        assert.deepEqual(
            remarks.map(({ place, reason }) => `${place?.line}: ${reason}`),
            [
                "4: .env is not there: .env.example was read instead, whose values are a template's",
                "4: other.env is not there: what it would say is unknown",
            ],
        );
    });

    it("knows where everything stands, across files, anchors and merge keys", () => {
        const project = load(
            {
                "compose.yaml":
                    "x-all: &all\n  environment:\n    A: 1\nservices:\n  web:\n    <<: *all\n    image: a\n",
                "over.yaml": "services:\n  web:\n    environment:\n      - B=2\n",
            },
            {},
            ["compose.yaml", "over.yaml"],
        );
        const at = (...path: string[]) => {
            const place = project.placeOf(["services", "web", ...path]);
            return `${place?.file}:${place?.line}`;
        };
        assert.equal(at("image"), "compose.yaml:7");
        assert.equal(at("environment", "A"), "compose.yaml:3");
        assert.equal(at("environment", "B"), "over.yaml:4");
        assert.equal(at("nothing", "here"), "over.yaml:2");
    });

    it("reads several documents of one file, and any number of aliases", () => {
        const many = Array.from({ length: 3000 }, (_, index) => `  s${index}: *s\n`).join("");
        const began = Date.now();
        const { services } = load({
            "compose.yaml": `x-s: &s\n  image: a\n  depends_on: {d: {condition: service_started}}\nservices:\n  d: {image: d}\n${many}---\nservices:\n  web: {image: w}\n`,
        });
        assert.equal(Object.keys(services).length, 3002);
        assert.ok(Date.now() - began < 20000);
    });

    it("names the line of a key that is no scalar", () => {
        for (const text of ["{}: 1\n", "? [a, b]\n: 1\n", "services: { { a: 1 }: 2 }\n", "!reset a: 1\n"])
            assert.deepEqual(faults({ "compose.yaml": text }), [
                { path: "compose.yaml:1", found: "a key that is no scalar", allowed: "a name as the key" },
            ]);
    });

    it("refuses a service that !override leaves without a map", () => {
        for (const value of ["", "3", "[3]"])
            assert.deepEqual(faults({ "compose.yaml": `services:\n  web: !override ${value}\n` }), [
                {
                    path: "compose.yaml:2: services.web",
                    found: value === "[3]" ? "a list" : "a string",
                    allowed: "a map with image or build",
                },
            ]);
    });

    it("answers with located faults to whatever YAML there is, never with another error", () => {
        const text = readFileSync(__filename, "utf8");
        const pieces = fc.constantFrom(
            ...[
                "services:\n",
                "  web:\n",
                "    image: a\n",
                "    ports: [80]\n",
                "  - x\n",
                "&a ",
                "*a",
                "<<: *a\n",
                "!reset ",
                "!override ",
            ],
            ...[
                "${A",
                "$",
                ": ",
                "{",
                "}",
                "[",
                "]",
                "\n",
                "\t",
                "null\n",
                "~\n",
                "    extends: web\n",
                "include: [compose.yaml]\n",
                "---\n",
            ],
            ...[
                "    environment: ",
                "    volumes: ",
                "    env_file: ",
                "    depends_on: ",
                "    build: ",
                "    command: '",
                text.slice(0, 40),
            ],
        );
        fc.assert(
            fc.property(fc.array(pieces, { maxLength: 14 }), (all) => {
                try {
                    load({ "compose.yaml": all.join("") });
                } catch (error) {
                    assert.equal((error as Error).name, "ImportError", (error as Error).stack);
                }
            }),
            { numRuns: 1500 },
        );
    });
});
