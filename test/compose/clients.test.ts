import assert from "node:assert/strict";

import { imported, inFolders, mends, reasons } from "./importing";

describe("A Python program's Redis", () => {
    const { made, planned } = inFolders();
    const stores = 'cache: { image: "redis:7" }';
    const web = (more = "") => `services:
  web: { build: ., ports: ["8000:8000"], depends_on: [cache]${more} }
  ${stores}`;
    const python = { Dockerfile: "FROM python:3.13\nCOPY . .\n" };
    const empty = { "settings.py": "", "tasks.py": "", "config.py": "" };
    const url = (path = "", query = "") => `\${redis.url}${path}?${query}\${redis.sslQuery}`;

    it("is a URL with a word on the certificate, in place of one that the file says", () => {
        const found = made({
            ...python,
            "compose.yaml": web(
                ', environment: { REDIS_URL: "redis://cache:6379", CELERY_RESULT_BACKEND: "redis://cache/1?ssl_cert_reqs=none", CACHE: "redis://cache:6379/2?socket_timeout=3" }',
            ),
        });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(found.app.services.web.env, {
            REDIS_URL: url(),
            CELERY_RESULT_BACKEND: url("/1"),
            CACHE: url("/2", "socket_timeout=3&"),
        });
        planned(found);
    });

    it("is one where an image is told of Celery, and as ever for other languages", () => {
        const env = (environment: string) =>
            imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: ${environment} }
  ${stores}`).app.services.web.env;
        assert.deepEqual(env('{ SHOP_CELERY_BROKER_URL: "redis://cache:6379/0", REDIS_URL: "redis://cache:6379" }'), {
            SHOP_CELERY_BROKER_URL: url(),
            REDIS_URL: url(),
        });
        const papers = imported(`services:
  web: { image: "ghcr.io/paperless-ngx/paperless-ngx:2", environment: { PAPERLESS_REDIS: "redis://cache:6379" } }
  ${stores}`);
        assert.equal(papers.app.services.web.env!.PAPERLESS_REDIS, url());
        assert.deepEqual(env('{ QUEUE_URL: "redis://cache:6379/3" }'), { QUEUE_URL: "${queue.url}/3" });
        const node = made({
            Dockerfile: "FROM node:22\nCOPY . .\n",
            "package.json": "{}",
            "compose.yaml": web(', environment: { REDIS_URL: "redis://cache:6379/3" }'),
        });
        assert.deepEqual(node.app.services.web.env, { REDIS_URL: "${redis.url}/3" });
    });

    it("is what Celery reads before its settings, where they say an address that no variable changes", () => {
        for (const [file, text] of [
            [
                "settings.py",
                'CELERY_BROKER_URL = "redis://cache:6379"\nCELERY_RESULT_BACKEND = "redis://cache:6379/1"\n',
            ],
            [
                "tasks.py",
                "from celery import Celery\napp = Celery('tasks', broker='redis://cache:6379', backend='redis://cache:6379/1')\n",
            ],
            ["config.py", '# Celery\nbroker_url = "redis://cache:6379"\nresult_backend = "redis://cache:6379/1"\n'],
        ]) {
            const found = made({ ...python, ...empty, [file]: text, "compose.yaml": web() });
            assert.deepEqual(mends(found), [], file);
            assert.deepEqual(found.app.services.web.env, {
                CELERY_BROKER_URL: url(),
                CELERY_RESULT_BACKEND: url("/1"),
            });
            assert.match(
                reasons(found, "services.web.depends_on.cache"),
                /\.py:[12] reads CELERY_BROKER_URL, CELERY_RESULT_BACKEND/,
            );
            planned(found);
        }
    });

    it("has to be mended where the same place, or another one, leads there without Celery", () => {
        for (const text of [
            "from celery import Celery\napp = Celery('tasks', broker='redis://cache:6379'); seen = Redis.from_url('redis://cache:6379')\n",
            "CELERY_BROKER_URL = 'redis://cache:6379'\nseen = Redis.from_url('redis://cache:6379')\n",
            "broker_url = 'redis://cache:6379'\n",
        ])
            assert.match(
                mends(made({ ...python, ...empty, "app.py": text, "compose.yaml": web() })).join(),
                /no variable says where cache is, which app\.py:\d names/,
                text,
            );
    });
});

describe("A program's PostgreSQL", () => {
    const { made, planned } = inFolders();
    const compose = (value: string) => `services:
  web: { build: ., ports: ["8000:8000"], environment: { DATABASE_URL: "${value}" } }
  db: { image: "postgres:16", environment: { POSTGRES_DB: shop } }`;
    const address = "${db.user}:${db.password}@${db.host}:${db.port}/${db.name}";

    it("is a URL without sslmode for Node's pg, which PGSSLMODE tells", () => {
        const node = (dependencies: string) => ({
            Dockerfile: "FROM node:22\nCOPY . .\n",
            "package.json": `{ "dependencies": { ${dependencies} } }`,
        });
        for (const [said, query] of [
            ["postgres://shop:x@db:5432/shop", ""],
            ["postgresql://shop:x@db:5432/shop?sslmode=disable&application_name=shop", "?application_name=shop"],
        ]) {
            const found = made({ ...node('"pg": "^8.0.0"'), "compose.yaml": compose(said) });
            assert.deepEqual(mends(found), []);
            assert.deepEqual(found.app.services.web.env, {
                DATABASE_URL: `postgresql://${address}${query}`,
                PGSSLMODE: "${db.pgSslmode}",
            });
            planned(found);
        }
        // postgres.js and Prisma read libpq's words as libpq does.
        const other = made({
            ...node('"postgres": "^3.4.0"'),
            "compose.yaml": compose("postgres://shop:x@db:5432/shop"),
        });
        assert.equal(other.app.services.web.env, undefined);
    });

    it("asks for TLS in a word of Ecto's, which refuses others", () => {
        for (const said of ["ecto://shop:x@db/shop", "postgres://shop:x@db:5432/shop?pool_size=5"]) {
            const found = made({
                Dockerfile: "FROM elixir:1.18\nCOPY . .\n",
                "mix.exs": "defmodule Shop.MixProject do\nend\n",
                "compose.yaml": compose(said),
            });
            assert.deepEqual(mends(found), []);
            const { DATABASE_URL } = found.app.services.web.env!;
            assert.equal(
                DATABASE_URL,
                `ecto://${address}?${said.includes("pool") ? "pool_size=5&" : ""}ssl=\${db.tls}`,
            );
            planned(found);
        }
    });

    it("is DATABASE_URL for Rails, whatever its config/database.yml makes of other variables", () => {
        const rails = (image: string, more = "") => ({
            Dockerfile: "FROM ruby:3.4\nCOPY . .\n",
            Gemfile: 'gem "rails"\n',
            "config/database.yml":
                "production:\n  host: <%= ENV['STORE_HOST'] %>\n  password: <%= ENV['STORE_PASSWORD'] %>\n  database: <%= ENV['STORE_DB'] %>_production\n",
            "compose.yaml": `services:
  web: { build: ., ports: ["3000:3000"], depends_on: [store], environment: { STORE_HOST: store, STORE_USER: u, STORE_PASSWORD: p, STORE_DB: shop${more} } }
  store: { image: "${image}" }`,
        });
        for (const [image, value] of [
            ["postgres:16", "${store.url}"],
            ["mysql:8.4", `mysql2://${address.replaceAll("db.", "store.")}`],
        ]) {
            const found = made(rails(image));
            assert.deepEqual(mends(found), [], image);
            assert.equal(found.app.services.web.env!.DATABASE_URL, value);
            planned(found);
        }
        const told = made(rails("postgres:16", ', DATABASE_URL: "postgres://u:p@store/shop?pool=5"'));
        assert.equal(told.app.services.web.env!.DATABASE_URL, "${store.url}&pool=5");
    });
});
