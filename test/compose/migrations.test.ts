import assert from "node:assert/strict";

import { inFolders, mends, oneService, reasons } from "./importing";

const python = "FROM python:3.12\nCOPY . /app\n";
const compose = (web = "", others = "") => `services:
  web: { build: ., ports: ["8000:8000"], environment: { DATABASE_URL: "postgres://u:p@db/app" }${web} }
  db: { image: "postgres:16" }
${others}`;
const alembic = { "backend/alembic.ini": "[alembic]\nscript_location = app/alembic\n" };

describe("Migrations that nothing runs", () => {
    const { made, planned } = inFolders();
    const said = (files: Record<string, string>) =>
        reasons(made({ "compose.yaml": compose(), ...files }), "services.web.build");
    const nothing = /nothing runs the migrations of/;

    it("are said, with the job that would", () => {
        const found = made({
            ...alembic,
            "compose.yaml": compose(', command: ["fastapi", "run"]'),
            Dockerfile: python,
            "scripts/prestart.sh": "alembic upgrade head\n",
        });
        assert.deepEqual(mends(found), []);
        assert.match(
            reasons(found, "services.web.build"),
            /nothing runs the migrations of backend\/alembic\.ini, .*jobs: \{ migrate: \{ service: "web", command: \["alembic","upgrade","head"\], run: "deployment" \} \}/,
        );
        planned({
            ...found,
            app: {
                ...found.app,
                jobs: { migrate: { service: "web", command: ["alembic", "upgrade", "head"], run: "deployment" } },
            },
        });
    });

    for (const [path, text, dockerfile, command] of [
        ["manage.py", "import django\n", python, "python,manage.py,migrate"],
        ["migrations/alembic.ini", "[alembic]\n", python, "flask,db,upgrade"],
        ["db/schema.rb", "ActiveRecord::Schema\n", "FROM ruby:3.4\n", "bin/rails,db:prepare"],
        ["database/migrations/2024_users.php", "<?php\n", "FROM php:8.3-fpm\n", "php,artisan,migrate,--force"],
        ["src/prisma/schema.prisma", '  provider = "postgresql"\n', "FROM node:22\n", "npx,prisma,migrate,deploy"],
        ["drizzle.config.ts", "export default {}\n", "FROM oven/bun:alpine\n", "npx,drizzle-kit,migrate"],
        ["knexfile.js", "module.exports = {}\n", "FROM node:22\n", "npx,knex,migrate:latest"],
        ["package.json", '{"devDependencies":{"sequelize-cli":"6"}}', "FROM node:22\n", "npx,sequelize-cli,db:migrate"],
    ])
        it(`are known of ${path}`, () => {
            const list = JSON.stringify(command.split(",")).replace(/[[\]]/g, "\\$&");
            assert.match(said({ [path]: text, Dockerfile: dockerfile }), new RegExp(`nothing runs .*${list}`));
        });

    it("are run by a command, a Dockerfile, or a script that one of these names, as deep as they lie", () => {
        const ways: Record<string, string>[] = [
            { Dockerfile: python, "compose.yaml": compose(", command: sh -c 'alembic upgrade head && fastapi run'") },
            {
                Dockerfile: `${python}CMD ["/app/start.sh"]\n`,
                "start.sh": "alembic \\\n  upgrade head\nexec fastapi run\n",
            },
            {
                Dockerfile: `${python}ENTRYPOINT ["./docker-entrypoint"]\n`,
                "bin/docker-entrypoint": "./prestart.sh\n",
                "prestart.sh": "alembic upgrade head\n",
            },
            {
                Dockerfile: python,
                "compose.yaml": compose("", "  again: { build: ., command: alembic upgrade head }\n"),
            },
            { Dockerfile: python, "compose.yaml": compose("", '  flyway: { image: "flyway/flyway:10" }\n') },
            { Dockerfile: "FROM acme/fastapi:1\n" },
            { Dockerfile: python, "app/main.py": "def start():\n    command.upgrade(settings, 'head')\n" },
        ];
        for (const files of ways) assert.doesNotMatch(said({ ...alembic, ...files }), nothing, JSON.stringify(files));
        const scripts = JSON.stringify({
            scripts: { start: "npm run migrate && node .", migrate: "knex migrate:latest" },
        });
        const knex = { "knexfile.js": "module.exports = {}\n", "package.json": scripts };
        assert.doesNotMatch(said({ ...knex, Dockerfile: 'FROM node:22\nCMD ["npm", "start"]\n' }), nothing);
        assert.match(said({ ...knex, Dockerfile: 'FROM node:22\nCMD ["node", "."]\n' }), nothing);
        assert.match(said({ ...knex, Dockerfile: 'FROM node:22\nCMD ["npm", "run", "start:dev"]\n' }), nothing);
    });

    it("of a program of their own count where something imports it", () => {
        const drizzle = {
            Dockerfile: "FROM node:22\n",
            "drizzle.config.ts": "export default {}\n",
            "app/db/migrate.ts": 'import { migrate } from "drizzle-orm/postgres-js/migrator";\n',
        };
        assert.match(said(drizzle), nothing);
        assert.doesNotMatch(said({ ...drizzle, "app/server.ts": 'import "./db/migrate";\n' }), nothing);
    });

    it("are nobody's without a database", () => {
        const found = made({
            ...alembic,
            Dockerfile: python,
            "compose.yaml": 'services:\n  web: { build: ., ports: ["8000:8000"] }\n',
        });
        assert.doesNotMatch(reasons(found, "services.web.build"), nothing);
    });
});

describe("Variables for a developer's machine", () => {
    it("are said, and what Rails does then", () => {
        const found = oneService({
            environment: {
                NODE_ENV: "development",
                APP_DEBUG: "true",
                SENTRY_ENVIRONMENT: "dev",
                RAILS_ENV: "development",
            },
        });
        const at = (variable: string) => reasons(found, `services.api.environment.${variable}`);
        assert.match(at("NODE_ENV"), /development is for a developer's machine; say what production runs with/);
        assert.match(at("APP_DEBUG"), /true is for a developer's machine/);
        assert.match(at("RAILS_ENV"), /refuses every host that config\.hosts does not name/);
        assert.equal(at("SENTRY_ENVIRONMENT"), "");
        assert.deepEqual(mends(found), []);
    });

    it("are not those of production", () => {
        const found = oneService({ environment: { NODE_ENV: "production", DEBUG: "False", DJANGO_DEBUG: "0" } });
        for (const variable of ["NODE_ENV", "DEBUG", "DJANGO_DEBUG"])
            assert.equal(reasons(found, `services.api.environment.${variable}`), "");
    });
});
