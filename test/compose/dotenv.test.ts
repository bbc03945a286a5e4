import assert from "node:assert/strict";

import { inFolders, mends, reasons } from "./importing";

const compose = (more = "") => `services:
  web: { build: ., ports: ["8080:8080"], depends_on: [db]${more} }
  db: { image: "postgres:16", environment: { POSTGRES_DB: shop } }`;
const php = {
    Dockerfile: "FROM php:8.4-apache\nCOPY . /var/www/html\n",
    "composer.json": '{ "require": { "laravel/framework": "^12.0" } }',
};
const laravel =
    "DB_HOST=db\nDB_PORT=5432\nDB_DATABASE=shop\nDB_USERNAME=shop\nDB_PASSWORD=x\nAPP_KEY=base64:abc\nAPP_NAME=Shop\nCOMPOSE_PROJECT_NAME=shop\n";

describe("A .env in a source, which a program reads by a library", () => {
    const { made, planned } = inFolders();

    it("is variables, its sample likewise: those of a store as references, keys as secrets", () => {
        for (const file of [".env", ".env.example"]) {
            const found = made({ ...php, [file]: `DB_CONNECTION=pgsql\n${laravel}`, "compose.yaml": compose() });
            assert.deepEqual(mends(found), [], file);
            const { env, secrets, uses } = found.app.services.web;
            assert.deepEqual(env, {
                DB_CONNECTION: "pgsql",
                DB_DATABASE: "${db.name}",
                DB_USERNAME: "${db.user}",
                APP_NAME: "Shop",
            });
            assert.deepEqual([secrets, uses], [["APP_KEY"], ["db"]]);
            assert.match(
                reasons(found, "services.web.build"),
                /^\.env(\.example)?, which the program reads by a library \(composer\.json\), is variables here: .*it leads to db/,
            );
            planned(found);
        }
    });

    it("says of other languages what a line of theirs names, and nothing else", () => {
        for (const [list, said, source, line] of [
            [
                "package.json",
                '{ "dependencies": { "dotenv": "^16.0.0" } }',
                "index.js",
                "new Pool({ connectionString: process.env.STORE_URL });",
            ],
            [
                "requirements.txt",
                "django-environ==0.11\n",
                "settings.py",
                'DATABASES = { "default": env.db_url("STORE_URL") }',
            ],
            [
                "go.mod",
                "require github.com/joho/godotenv v1.5.1\n",
                "main.go",
                'sql.Open("postgres", os.Getenv("STORE_URL"))',
            ],
            ["Gemfile", 'gem "dotenv-rails"\n', "app.rb", 'Sequel.connect(ENV["STORE_URL"])'],
        ]) {
            const found = made({
                [`${list}-app/Dockerfile`]: "FROM debian:12\nCOPY . /app\n",
                [`${list}-app/${list}`]: said,
                [`${list}-app/${source}`]: line,
                [`${list}-app/.env`]: "STORE_URL=postgres://shop:x@db:5432/shop\nPG_ADMIN_PORT=5050\n",
                "compose.yaml": compose().replace("build: .", `build: ./${list}-app`),
            });
            assert.deepEqual(mends(found), [], list);
            assert.deepEqual(found.app.services.web.env, undefined);
            assert.deepEqual(found.app.services.web.uses, ["store"]);
            planned(found);
        }
    });

    it("says nothing where no library reads it, where it goes before variables, or the file says it all", () => {
        const none = made({ ...php, "composer.json": "{}", ".env": laravel, "compose.yaml": compose() });
        assert.match(mends(none).join(), /no variable says where db is/);
        const first = made({
            Dockerfile: "FROM python:3.13\nCOPY . .\n",
            "composer.json": "{}",
            "requirements.txt": "python-dotenv\n",
            "app.py": 'load_dotenv(override=True)\nconnect(os.environ["DB_HOST"])\n',
            ".env": laravel,
            "compose.yaml": compose(),
        });
        assert.match(mends(first).join(), /no variable says where db is/);
        const told = made({
            ...php,
            ".env": laravel,
            "compose.yaml": compose(', environment: { DATABASE_URL: "postgres://shop:x@db/shop" }'),
        });
        assert.deepEqual(mends(told), []);
        assert.equal(told.app.services.web.env, undefined);
    });

    it("says nothing that a front end's build has put into its pages", () => {
        const { app } = made({
            Dockerfile: "FROM node:22\nCOPY . .\n",
            "package.json": '{ "dependencies": { "next": "15" } }',
            "pages.ts": "fetch(process.env.API_URL); fetch(process.env.NEXT_PUBLIC_API_URL);\n",
            ".env": "API_URL=http://api:8000\nNEXT_PUBLIC_API_URL=http://api:8000\n",
            "compose.yaml": `services:
  web: { build: ., ports: ["3000:3000"] }
  api: { image: "acme/api:1", ports: ["8000:8000"] }`,
        });
        assert.deepEqual(app.services.web.calls, ["api"]);
        assert.equal(app.services.web.env?.NEXT_PUBLIC_API_URL, undefined);
    });

    it("leads to the store of the Compose file where a sample means one's own machine", () => {
        for (const sample of [
            laravel.replace("DB_HOST=db", "DB_CONNECTION=mysql\nDB_HOST=127.0.0.1\nREDIS_HOST=localhost"),
            "DB_CONNECTION=sqlite\n# DB_HOST=127.0.0.1\nREDIS_HOST=127.0.0.1\nAPP_NAME=Shop\n",
        ]) {
            const found = made({
                ...php,
                ".env.example": sample,
                "compose.yaml": `services:
  web: { build: ., ports: ["8080:8080"], depends_on: [db, cache] }
  db: { image: "postgres:16", environment: { POSTGRES_DB: shop } }
  cache: { image: "redis:7" }`,
            });
            const mended = mends(found);
            assert.deepEqual(
                mended.filter((one) => one.includes("db")),
                [],
            );
            const { env, uses } = found.app.services.web;
            assert.equal(env!.DB_CONNECTION, "pgsql");
            assert.equal(env!.DB_DATABASE, "${db.name}");
            assert.deepEqual(uses!.sort(), ["db", "redis"]);
            assert.match(
                reasons(found, "services.web.environment.DB_CONNECTION"),
                /is (mysql|sqlite) in a sample: pgsql it is, as db is/,
            );
        }
    });

    it("means one's own machine where it is no sample, or several stores would fit", () => {
        const own = made({
            ...php,
            ".env": laravel.replace("DB_HOST=db", "DB_HOST=127.0.0.1"),
            "compose.yaml": compose(),
        });
        assert.match(mends(own).join(), /no variable says where db is/);
        const several = made({
            ...php,
            ".env": "",
            "shop/.env.example": laravel.replace("DB_HOST=db", "DB_HOST=127.0.0.1"),
            "shop/composer.json": php["composer.json"],
            "shop/Dockerfile": php.Dockerfile,
            "compose.yaml": `services:
  web: { build: ./shop, ports: ["8080:8080"], depends_on: [one, other] }
  one: { image: "postgres:16" }
  other: { image: "mysql:8.4" }`,
        });
        assert.match(mends(several).join(), /no variable says where other is/);
        assert.deepEqual(
            several.notes.filter(({ reason }) => reason.includes("here it leads to")),
            [],
        );
    });
});
