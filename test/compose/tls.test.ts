import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { imported, inFolders, mends, reasons } from "./importing";

const postgres =
    'db: { image: "postgres:16", environment: { POSTGRES_DB: shop, POSTGRES_USER: shop, POSTGRES_PASSWORD: x } }';
const mysql = 'db: { image: "mysql:8.4", environment: { MYSQL_DATABASE: shop, MYSQL_USER: shop, MYSQL_PASSWORD: x } }';
const redis = 'cache: { image: "redis:7" }';
const parts = "DB_HOST: db, DB_USER: shop, DB_PASSWORD: x, DB_NAME: shop";

type Made = ReturnType<typeof imported>;
const ofDatabase = (made: Made) => Object.values(made.app.databases!)[0].tls;
const ofCache = (made: Made) => Object.values(made.app.caches!)[0].tls;

type Files = Partial<Record<string, string>>;

describe("TLS of a database", () => {
    const { folder, made, planned } = inFolders();
    const built = (files: Files, environment = parts, store = postgres) => {
        // Nothing stays of what was built before.
        for (const name of readdirSync(folder())) rmSync(join(folder(), name), { recursive: true });
        const found = made({
            Dockerfile: "FROM debian:12\nCOPY . .\n",
            "compose.yaml": `services:
  web: { build: ., ports: ["8000:8000"], depends_on: [db], environment: { ${environment} } }
  ${store}`,
            ...files,
        });
        assert.deepEqual(mends(found), []);
        return found;
    };
    const image = (image: string, environment: string, store = postgres) =>
        imported(`services:
  web: { image: "${image}", ports: ["80:80"], depends_on: [db], environment: { ${environment} } }
  ${store}`);

    it("is required where a program brings a client of PostgreSQL along that tries TLS by itself", () => {
        for (const files of [
            { "requirements.txt": "psycopg[binary]\n", Dockerfile: "FROM python:3.13\nCOPY . .\n" },
            { Gemfile: 'gem "pg"\n', Dockerfile: "FROM ruby:3.4\nCOPY . .\n" },
            { "composer.json": "{}", Dockerfile: "FROM php:8.4-apache\nCOPY . .\n" },
            { "go.mod": "module shop\nrequire github.com/jackc/pgx/v5 v5.7.0\n", "main.go": "" },
            { "pom.xml": "<artifactId>postgresql</artifactId>" },
            { Dockerfile: "FROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY . .\n" },
            { "Cargo.toml": 'sqlx = { version = "0.8" }\n' },
        ])
            assert.equal(ofDatabase(built(files)), undefined, JSON.stringify(files));
    });

    it("is optional where one does not, or nothing says which it is; one note says so", () => {
        for (const files of [
            { "mix.exs": "defmodule Shop.MixProject do\nend\n", Dockerfile: "FROM elixir:1.18\nCOPY . .\n" },
            { "requirements.txt": "pg8000\n", Dockerfile: "FROM python:3.13\nCOPY . .\n" },
            { "package.json": '{ "dependencies": { "postgres": "^3.4.0" } }' },
            { "main.c": "" },
        ]) {
            const found = built(files);
            assert.equal(ofDatabase(found), "optional", JSON.stringify(files));
            assert.equal(
                reasons(found, "services.db.image"),
                'tls: "optional", plain text within the private network: it is not known that web speaks TLS to it on both clouds; take it out when they do',
            );
            planned(found);
        }
        assert.equal(ofDatabase(image("acme/web:1", parts)), "optional");
    });

    it("is required where a URL or a mode says so to whoever follows it", () => {
        for (const environment of [
            'DATABASE_URL: "postgres://shop:x@db/shop"',
            'DATABASE_DSN: "host=db user=shop password=x dbname=shop sslmode=disable"',
            `${parts}, DB_SSLMODE: disable`,
            `${parts}, DB_USE_SSL: "false"`,
        ])
            assert.equal(ofDatabase(image("acme/web:1", environment)), undefined, environment);
    });

    it("is required where Node's pg is told by PGSSLMODE, unless the source has a switch that nobody turns", () => {
        const node = (source: string, more = "") =>
            ofDatabase(
                built({ "package.json": '{ "dependencies": { "pg": "^8.0.0" } }', "db.js": source }, `${parts}${more}`),
            );
        assert.equal(node("new Pool({ host })"), undefined);
        assert.equal(node("new Pool({ host, ssl: { rejectUnauthorized: false } })"), undefined);
        assert.equal(node("new Pool({ host,\n  ssl: false })"), "optional");
        assert.equal(node('new Pool({ host, ssl: process.env.SHOP_SSL === "true" })'), "optional");
        assert.equal(node('new Pool({ host, ssl: process.env.DB_SSL === "true" })', ", DB_SSL: false"), undefined);
    });

    it("is optional where the source asks for none, whatever it is told", () => {
        const url = 'DATABASE_URL: "postgres://shop:x@db:5432/shop"';
        const go = { Dockerfile: "FROM golang:1.24\nCOPY . .\n", "go.mod": "require github.com/lib/pq v1.10.0\n" };
        for (const line of [
            'dsn := fmt.Sprintf("host=%s user=%s sslmode=disable", host, user)',
            'dsn := fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", user, password, host, name)',
        ]) {
            const found = built({ ...go, "main.go": `package main\n${line}\n` }, url);
            assert.equal(ofDatabase(found), "optional", line);
            assert.match(reasons(found, "services.db.image"), /web asks for none \(main\.go:2, sslmode=disable\)/);
        }
        assert.equal(ofDatabase(built({ ...go, "configs/app.yml": 'db:\n  sslmode: "disable"\n' }, url)), "optional");
        for (const files of [
            { "main.go": 'dsn := fmt.Sprintf("host=%s user=%s sslmode=%s", host, user, mode)' },
            { "main.go": '// "host=%s sslmode=disable"' },
            { "main.go": 'url := getEnv("DATABASE_URL", "postgres://u:p@localhost/shop?sslmode=disable")' },
            { "main.go": 'mode := os.Getenv("SHOP_PG_SSLMODE")\ndsn := "host=db sslmode=disable"\n' },
            { "scripts/migrate.go": 'dsn := "host=db sslmode=disable"\n' },
        ])
            assert.equal(ofDatabase(built({ ...go, "main.go": "", ...files }, url)), undefined, JSON.stringify(files));
    });

    it("of MySQL is required where the way is known, and optional for PHP's, Node's, Python's and unknown clients", () => {
        const url = (value: string) => ofDatabase(image("acme/web:1", `DATABASE_URL: "${value}"`, mysql));
        assert.equal(url("jdbc:mysql://db/shop?user=shop&password=x"), undefined);
        assert.equal(url("shop:x@tcp(db:3306)/shop"), undefined);
        assert.equal(url("Server=db;Database=shop;Uid=shop;Pwd=x"), undefined);
        assert.equal(url("Server=db;Database=shop;Uid=shop;Pwd=x;SslMode=None"), "optional");
        assert.equal(url("mysql://shop:x@db/shop"), "optional");
        assert.equal(ofDatabase(image("acme/web:1", parts, mysql)), "optional");
        assert.equal(
            ofDatabase(built({ "composer.json": "{}", Dockerfile: "FROM php:8.4\nCOPY . .\n" }, parts, mysql)),
            "optional",
        );
        const wordpress =
            "WORDPRESS_DB_HOST: db, WORDPRESS_DB_USER: shop, WORDPRESS_DB_PASSWORD: x, WORDPRESS_DB_NAME: shop";
        assert.equal(ofDatabase(image("wordpress:6", wordpress, mysql)), undefined);
        // The file says something else there.
        assert.equal(
            ofDatabase(image("wordpress:6", `${wordpress}, WORDPRESS_CONFIG_EXTRA: "define(1);"`, mysql)),
            "optional",
        );
    });

    it("is optional where one of several clients is not known to speak it", () => {
        const found = imported(`services:
  web: { image: "odoo:18", ports: ["80:8069"], environment: { HOST: db, USER: shop, PASSWORD: x } }
  api: { image: "acme/api:1", ports: ["81:80"], environment: { ${parts} } }
  ${postgres}`);
        assert.equal(ofDatabase(found), "optional");
        assert.match(reasons(found, "services.db.image"), /not known that api speaks/);
    });
});

describe("TLS of a cache", () => {
    const { made } = inFolders();
    const image = (image: string, environment: string) =>
        imported(`services:
  web: { image: "${image}", ports: ["80:80"], depends_on: [cache], environment: { ${environment} } }
  ${redis}`);

    it("is required where Python's clients hear of the certificate in a URL, and in nothing else", () => {
        const python = (environment: string) =>
            ofCache(
                made({
                    Dockerfile: "FROM python:3.13\nCOPY . .\n",
                    "compose.yaml": `services:
  web: { build: ., ports: ["8000:8000"], environment: { ${environment} } }
  ${redis}`,
                }),
            );
        assert.equal(python('REDIS_URL: "redis://cache:6379/1"'), undefined);
        assert.equal(python('CACHE: "redis://cache:6379/1", LIMITS_HOST: cache, LIMITS_PASSWORD: x'), "optional");
    });

    it("is optional for clients that check a certificate of nobody's authority, or are told a host", () => {
        for (const [name, environment] of [
            ["acme/web:1", 'QUEUE_URL: "redis://cache:6379/3"'],
            ["acme/web:1", "REDIS_HOST: cache, REDIS_PASSWORD: x"],
            ["weblate/weblate:5", "REDIS_HOST: cache, REDIS_PASSWORD: x"],
            ["ghcr.io/immich-app/immich-server:v2", "REDIS_HOSTNAME: cache, REDIS_PASSWORD: x"],
            ["n8nio/n8n:1", "QUEUE_BULL_REDIS_HOST: cache, QUEUE_BULL_REDIS_PASSWORD: x"],
        ]) {
            const found = image(name, environment);
            assert.deepEqual(mends(found), [], name);
            assert.equal(ofCache(found), "optional", name);
            assert.match(reasons(found, "services.cache.image"), /not known that web speaks TLS/);
        }
        assert.equal(
            ofCache(
                image("ghcr.io/goauthentik/server:2025", "AUTHENTIK_REDIS__HOST: cache, AUTHENTIK_REDIS__PASSWORD: x"),
            ),
            undefined,
        );
    });

    it("is nothing to memcached, which has none", () => {
        const found = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: { MEMCACHED_HOST: memcached } }
  memcached: { image: "memcached:1.6" }`);
        assert.equal(ofCache(found), undefined);
    });
});
