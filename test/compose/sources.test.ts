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

    it("is a URL in its own form", () => {
        const found = made({
            ...dockerfile,
            "compose.yaml": compose("redis:7"),
            "app.py": `queue = Redis.from_url(config("BROKER_URL", default="redis://db:6379/1"))`,
        });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(found.app.services.web.env, { BROKER_URL: "${broker.url}/1?${broker.sslQuery}" });
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
