import assert from "node:assert/strict";

import { inFolders, mends, reasons } from "./importing";

const compose = (image: string) => `services:
  web: { build: ., ports: ["8000:8000"], depends_on: [db] }
  db: { image: "${image}" }`;
const dockerfile = { Dockerfile: "FROM python:3.13\nCOPY . .\n" };

describe("What source reads of a store, beside the name that it has by default", () => {
    const { made, planned } = inFolders();

    it("is what using the store gives, by the store's name", () => {
        const found = made({
            ...dockerfile,
            "compose.yaml": compose("postgres:16"),
            "settings.py": `DATABASES = {"default": {
    "USER": environ.get("DATABASE_USER", "postgres"),
    "PASSWORD": environ.get("DATABASE_PASSWORD", "x"),
    "NAME": environ.get("DATABASE_NAME", "db"),
    "HOST": environ.get("DATABASE_HOST", "db"),
}}`,
        });
        assert.deepEqual(found.app.services.web.uses, ["database"]);
        assert.equal(found.app.services.web.env, undefined);
        assert.match(
            reasons(found, "services.web.depends_on.db"),
            /settings\.py:5 reads DATABASE_USER.*which lead to database/,
        );
        assert.deepEqual(mends(found), []);
        planned(found);
    });

    it("is given under its own names, in the languages that have a default", () => {
        for (const [file, text] of Object.entries({
            "db.py": `connect(os.getenv("SQL_HOST", "db"), os.getenv("SQL_LOGIN", "a"), os.getenv("SQL_PASS", "b"), os.getenv("SQL_DATABASE", "c"))`,
            "db.js":
                "const c = { host: process.env.SQL_HOST || 'db', user: process.env.SQL_LOGIN, password: process.env.SQL_PASS, database: process.env.SQL_DATABASE };",
            "application.properties":
                "url=jdbc:postgresql://${SQL_HOST:db}/${SQL_DATABASE:c}\nuser=${SQL_LOGIN:a}\npassword=${SQL_PASS:b}\n",
        })) {
            const found = made({ ...dockerfile, "compose.yaml": compose("postgres:16"), [file]: text });
            assert.deepEqual(mends(found), [], file);
            const { env, uses } = found.app.services.web;
            assert.deepEqual(
                env,
                { SQL_LOGIN: "${sql.user}", SQL_PASS: "${sql.password}", SQL_DATABASE: "${sql.name}" },
                file,
            );
            assert.deepEqual(uses, ["sql"]);
        }
    });

    it("is given beside what the store's own names give", () => {
        const found = made({
            ...dockerfile,
            "compose.yaml": compose("postgres:16").replaceAll("db", "postgres"),
            ".env": "POSTGRES_USER=hello\nPOSTGRES_PASSWORD=x\n",
            "settings.py": `connect(os.getenv("POSTGRES_HOST", "postgres"), os.getenv("POSTGRES_USER", "a"), os.getenv("POSTGRES_PASSWORD", "b"), os.getenv("POSTGRES_DB", "c"))`,
        });
        const [said] = [found.app.services.web];
        assert.deepEqual([said.env, said.uses], [{ POSTGRES_DB: "${postgres.name}" }, ["postgres"]]);
        const told = made({
            ...dockerfile,
            "compose.yaml": compose("postgres:16")
                .replaceAll("db", "postgres")
                .replace("build: .,", "build: ., environment: { POSTGRES_USER: hello, POSTGRES_PASSWORD: x },"),
            "settings.py": `connect(os.getenv("POSTGRES_HOST", "postgres"), os.getenv("POSTGRES_USER", "a"), os.getenv("POSTGRES_PASSWORD", "b"), os.getenv("POSTGRES_DB", "c"))`,
        });
        assert.deepEqual(told.app.services.web.env, { POSTGRES_DB: "${postgres.name}" });
        assert.deepEqual(mends(told), []);
    });

    it("is a URL in its own form", () => {
        const found = made({
            ...dockerfile,
            "compose.yaml": compose("redis:7"),
            "app.py": `queue = Redis.from_url(config("BROKER_URL", default="redis://db:6379/1"))`,
        });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(found.app.services.web.env, { BROKER_URL: "${broker.url}/1?${broker.sslQuery}" });
    });

    it("is read from struct tags, tables of an environment, and classes whose fields are variables", () => {
        for (const [file, text, names] of [
            [
                "config.go",
                'type Config struct {\n\tHost string `env:"PG_HOST" envDefault:"db"`\n\tUser string `env:"PG_USERNAME" envDefault:"u"`\n\tPass string `env:"PG_PASS" envDefault:"p"`\n\tName string `env:"PG_DATABASE" envDefault:"shop"`\n}\n',
                "PG_PASS",
            ],
            [
                "main.go",
                'type Config struct {\n\tHost string `envconfig:"SQL_HOST" default:"db"`\n\tUser string `envconfig:"SQL_LOGIN" default:"u"`\n\tPass string `envconfig:"SQL_PASS" default:"p"`\n\tName string `envconfig:"SQL_DATABASE" default:"shop"`\n}\n',
                "SQL_PASS",
            ],
            [
                "settings.py",
                'env = environ.Env(\n    DD_HOST=(str, "db"),\n    DD_LOGIN=(str, "u"),\n    DD_PASS=(str, "p"),\n    DD_DATABASE=(str, "shop"),\n)\n',
                "DD_PASS",
            ],
            [
                "config.py",
                'class Settings(BaseSettings):\n    pg_server: str = "db"\n    pg_login: str = "u"\n    pg_pass: str = "p"\n    pg_database: str = "shop"\n',
                "PG_PASS",
            ],
            [
                "index.js",
                'new Pool({ host: process.env.PGHOST ?? "db", user: process.env.PGLOGIN, password: process.env.PGPASS, database: process.env.PGDATABASE });\n',
                "PGPASS",
            ],
        ]) {
            const found = made({
                [`${file}.d/Dockerfile`]: "FROM debian:12\nCOPY . .\n",
                [`${file}.d/${file}`]: text,
                "compose.yaml": compose("postgres:16").replace("build: .", `build: ./${file}.d`),
            });
            assert.deepEqual(mends(found), [], file);
            assert.match(found.app.services.web.env?.[names] ?? "", /^\$\{[a-z]+\.password\}$/, file);
            planned(found);
        }
        const none = made({
            ...dockerfile,
            "config.py":
                'class Database:\n    host: str = "db"\n    user: str = "u"\n    password: str = "p"\n    name: str = "shop"\n',
            "compose.yaml": compose("postgres:16"),
        });
        assert.match(mends(none).join(), /no variable says where db is, which config\.py:2 names/);
    });

    it("is the URL that a framework reads, where nothing else says where the store is", () => {
        for (const [file, text, kind] of [
            [
                "prisma/schema.prisma",
                'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
                "postgres:16",
            ],
            [
                "config/packages/doctrine.yaml",
                "doctrine:\n    dbal:\n        url: '%env(resolve:DATABASE_URL)%'\n",
                "postgres:16",
            ],
            ["settings.py", 'DATABASES = {"default": env.db()}\n', "postgres:16"],
            [
                "settings2.py",
                'DATABASES = {"default": dj_database_url.config(default="postgres://u:p@db/shop")}\n',
                "postgres:16",
            ],
            ["src/db.ts", "export const url = process.env.DATABASE_URL!;\n", "postgres:16"],
            [
                "config/cable.yml",
                'development:\n  url: redis://db:6379/1\nproduction:\n  url: <%= ENV.fetch("REDIS_URL") { "redis://localhost" } %>\n',
                "redis:7",
            ],
        ]) {
            const folder = file.replace(/\W/g, "-");
            const found = made({
                [`${folder}/Dockerfile`]: "FROM debian:12\nENV RAILS_ENV=production\nCOPY . .\n",
                [`${folder}/${file}`]: text,
                "compose.yaml": compose(kind).replace("build: .", `build: ./${folder}`),
            });
            assert.deepEqual(mends(found), [], file);
            assert.deepEqual(found.app.services.web.uses, [kind.startsWith("redis") ? "redis" : "db"], file);
            assert.match(
                reasons(found, "services.web.depends_on.db"),
                /:\d reads (DATABASE|REDIS)_URL, which leads? to/,
                file,
            );
            planned(found);
        }
        // In development the cable is where nobody can change it.
        const cable = made({
            Dockerfile: "FROM ruby:3.4\nCOPY . .\n",
            "config/cable.yml": "development:\n  url: redis://db:6379/1\nproduction:\n  adapter: async\n",
            "compose.yaml": compose("redis:7"),
        });
        assert.match(mends(cable).join(), /no variable says where db is, which config\/cable\.yml:2 names/);
    });

    it("has to be mended where one place knows the name alone, or no password is read", () => {
        for (const text of [
            `DATABASE_URL = os.getenv("DATABASE_URL", "postgres://u:p@db/app")\nother = connect("postgres://u:p@db/app")`,
            `connect(os.getenv("SQL_HOST", "db"), "app", "secret")`,
        ]) {
            const found = made({ ...dockerfile, "compose.yaml": compose("postgres:16"), "app.py": text });
            assert.match(mends(found).join(), /no variable says where db is, which app\.py:\d names/, text);
        }
    });

    it("is not what tests read, nor the configuration of an nginx that the image has not", () => {
        const found = made({
            ...dockerfile,
            "compose.yaml": `services:
  web: { build: ., ports: ["8000:8000"], environment: { DATABASE_URL: "postgres://u:p@db/app" } }
  jobs: { build: ., command: "celery -A app worker", depends_on: [web], environment: { DATABASE_URL: "postgres://u:p@db/app" } }
  db: { image: "postgres:16", environment: { POSTGRES_DB: app } }
  test-db: { image: "postgres:16" }`,
            "scripts/run_pytest.sh": "DATABASE_URL=postgres://u:p@test-db/app pytest\n",
            "default.conf": "location / {\n  proxy_pass http://web:8000;\n}\n",
        });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(Object.keys(found.app.databases!), ["db"]);
        assert.match(reasons(found, "services.test-db"), /^left out: no service uses it, and tests/);
        planned(found);
    });
});
