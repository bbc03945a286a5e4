import assert from "node:assert/strict";

import { inFolders, mends, reasons } from "./importing";

const stores = `
  db: { image: "postgres:16", environment: { POSTGRES_DB: shop, POSTGRES_USER: shop, POSTGRES_PASSWORD: hunter2 } }
  redis: { image: "redis:7", command: redis-server --requirepass hunter3 }`;
const built = `services:
  web: { build: ., ports: ["8080:8080"], depends_on: [db] }${stores.split("\n  redis")[0]}`;
const mounted = `services:
  web:
    image: ghcr.io/example/shop:1.2
    ports: ["8080:8080"]
    depends_on: [db, redis]
    volumes: ["./config.yml:/etc/shop/config.yml:ro"]${stores}`;
const yaml = `server:
  port: 8080
  secret: \${NOT_OURS}
database:
  host: db
  port: 5432
  user: shop
  password: hunter2
  name: shop
  sslmode: disable
redis:
  address: redis:6379
  password: "hunter3"
`;

describe("Configuration files that name stores", () => {
    const { made, planned } = inFolders();

    it("are secret files with references in them, where they are mounted, with a link from where they were", () => {
        const found = made({ "compose.yaml": mounted, "config.yml": yaml });
        assert.deepEqual(mends(found), []);
        const { web } = found.app.services;
        assert.deepEqual(web.secretFiles, {
            "/run/config/config.yml": {
                from: "config.yml",
                replace: {
                    "host: db": "host: ${db.host}",
                    "port: 5432": "port: ${db.port}",
                    "user: shop": "user: ${db.user}",
                    "password: hunter2": "password: ${db.password}",
                    "name: shop": "name: ${db.name}",
                    "sslmode: disable": "sslmode: ${db.sslmode}",
                    "address: redis:6379": "address: ${redis.host}:${redis.port}",
                    'password: "hunter3"': 'password: "${redis.password}"',
                },
            },
        });
        assert.deepEqual(web.image!.files, { "/etc/shop/config.yml": { link: "/run/config/config.yml" } });
        assert.deepEqual([...web.uses!].sort(), ["db", "redis"]);
        assert.match(reasons(found, "services.web.depends_on.db"), /config\.yml leads to db: it is a secret file/);
        planned(found);
    });

    const json = `{\n  "dbHost": "db",\n  "dbPort": 5432,\n  "dbUser": "shop",\n  "dbPassword": "hunter2",\n  "dbName": "shop"\n}\n`;
    const toml = `title = "db"\n[database]\nurl = "postgres://shop:hunter2@db:5432/shop?sslmode=disable"\n`;
    const ini = `[mysql]\nhost = other\n[db]\nhost = db ; there\nuser = shop\npassword = hunter2\nname = shop\n`;
    for (const [what, dockerfile, file, text, to] of [
        ["JSON", "FROM node:22\nWORKDIR /app\nCOPY . .\n", "config/default.json", json, "/app/config/default.json"],
        [
            "TOML, from a stage",
            "FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nFROM alpine:3.22\nCOPY --from=build /src/configs/ /configs/\n",
            "configs/config.toml",
            toml,
            "/configs/config.toml",
        ],
        ["INI", "FROM python:3.13\nWORKDIR /srv\nCOPY app.ini /etc/app/\n", "app.ini", ini, "/etc/app/app.ini"],
    ] as const)
        it(`are found in what a build copies: ${what}`, () => {
            const found = made({ "compose.yaml": built, Dockerfile: dockerfile, [file]: text });
            assert.deepEqual(mends(found), [], file);
            const { image, secretFiles } = found.app.services.web;
            const secret = `/run/config/${file.split("/").at(-1)!}`;
            assert.deepEqual(image!.files, { [to]: { link: secret } });
            assert.deepEqual(Object.keys(secretFiles!), [secret]);
            const { replace } = secretFiles![secret] as { replace: Record<string, string> };
            assert.doesNotMatch(Object.values(replace).join("\n"), /hunter|\bdb:5432/);
            planned(found);
        });

    it("replace a piece with all that is in it where its lines stand elsewhere as well", () => {
        const twice = `reporting:\n  user: shop\n${yaml.slice(yaml.indexOf("database"), yaml.indexOf("redis:"))}`;
        const found = made({
            "compose.yaml": built,
            Dockerfile: "FROM alpine:3.22\nWORKDIR /app\nCOPY . .\n",
            "config.yml": twice,
        });
        assert.deepEqual(mends(found), []);
        const [{ replace }] = Object.values(found.app.services.web.secretFiles!) as {
            replace: Record<string, string>;
        }[];
        assert.deepEqual(Object.keys(replace), [
            "  host: db\n  port: 5432\n  user: shop\n  password: hunter2\n  name: shop\n  sslmode: disable",
        ]);
        planned(found);
    });

    it("have to be mended by hand where they do not say all, name a service as well, or the source names the store too", () => {
        const dockerfile = { Dockerfile: "FROM alpine:3.22\nWORKDIR /app\nCOPY . .\n" };
        const lacking = yaml.replace("  password: hunter2\n", "");
        for (const files of [
            { ...dockerfile, "config.yml": lacking },
            {
                ...dockerfile,
                "config.yml": yaml,
                "main.go": 'sql.Open("postgres", "postgres://shop:hunter2@db:5432/shop")',
            },
            // Where the image has it is not known.
            { Dockerfile: "FROM alpine:3.22\nCOPY --from=other/image /config.yml /config.yml\n", "config.yml": yaml },
        ]) {
            const found = made({ "compose.yaml": built, ...files });
            assert.match(mends(found).join("\n"), /no variable says where db is/);
            assert.equal(found.app.services.web.secretFiles, undefined);
        }
        const two = `${mounted}\n  mail: { image: "ghcr.io/example/mail:1", ports: ["9000"] }`;
        const found = made({ "compose.yaml": two, "config.yml": `${yaml}mail:\n  url: "http://mail:9000"\n` });
        assert.match(mends(found).join("\n"), /config\.yml:\d+ leads to mail/);
    });

    it("are read with the values of the service's own variables in them", () => {
        const environment = "environment: [DB_USER=shop, DB_NAME=shop]";
        const found = made({
            "compose.yaml": mounted.replace("depends_on: [db, redis]", `depends_on: [db]\n    ${environment}`),
            "config.yml": 'storage:\n  path: "postgres://${DB_USER}:${DB_PASS}@db:5432/${DB_NAME}?sslmode=disable"\n',
        });
        assert.deepEqual(
            mends(found).filter((reason) => !reason.includes("redis")),
            [],
        );
        const [file] = Object.values(found.app.services.web.secretFiles!) as { replace: Record<string, string> }[];
        assert.deepEqual(file.replace, {
            'path: "postgres://${DB_USER}:${DB_PASS}@db:5432/${DB_NAME}?sslmode=disable"': 'path: "${db.url}"',
        });
    });

    it("may name what is left out, which is said", () => {
        const mail = `${mounted}\n  mail: { image: "marcopas/docker-mailslurper:latest" }`;
        const found = made({ "compose.yaml": mail, "config.yml": `${yaml}smtp:\n  host: "mail"\n` });
        assert.deepEqual(mends(found), []);
        assert.match(
            reasons(found, "services.web.volumes.0"),
            /config\.yml:\d+ leads to mail, which is left out: say there what takes its place/,
        );
    });

    it("stay as they are where a variable goes before them, as DATABASE_URL does in Rails", () => {
        const found = made({
            "compose.yaml": built,
            Dockerfile: "FROM ruby:3.4\nWORKDIR /app\nCOPY . .\n",
            Gemfile: 'gem "rails"\n',
            "config/database.yml": "production:\n  host: db\n  username: shop\n  password: hunter2\n  database: shop\n",
        });
        assert.match(reasons(found, "services.web.depends_on.db"), /^Rails takes DATABASE_URL/);
        const { secretFiles, image } = found.app.services.web;
        assert.deepEqual([secretFiles, image!.files], [undefined, undefined]);
    });
});
