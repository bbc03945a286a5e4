import assert from "node:assert/strict";

import { stringify } from "yaml";

import { imported, inFolders, mends, reasons, resolved } from "./importing";

const api = (name: string, environment: object, more: object = {}) => ({
    image: `registry.example.com/${name}:1`,
    ports: ["8080"],
    environment,
    depends_on: ["db"],
    ...more,
});
const files = (services: object) => imported(stringify({ services }));

describe("Several databases in one server of a file", () => {
    it("are parts of their own, where each service uses one of them", () => {
        const found = files({
            db: {
                image: "postgres:16",
                environment: { POSTGRES_USER: "shop", POSTGRES_PASSWORD: "p", POSTGRES_DB: "shop" },
                command: "postgres -c statement_timeout=30s",
                volumes: ["data:/var/lib/postgresql/data"],
            },
            shop: api("shop", { DATABASE_URL: "postgres://shop:p@db:5432/shop" }),
            worker: {
                ...api("shop", { DATABASE_URL: "postgres://shop:p@db:5432/shop" }),
                ports: undefined,
                command: "work",
            },
            git: api("git", { GIT_DB_HOST: "db:5432", GIT_DB_NAME: "git", GIT_DB_USER: "git", GIT_DB_PASSWORD: "q" }),
            wiki: api("wiki", { DSN: "host=db user=wiki password=r dbname=wiki sslmode=disable" }),
        });
        assert.deepEqual(mends(found), []);
        const { databases = {}, services } = found.app;
        assert.equal(Object.keys(databases).length, 3);
        // Of git, which is told a host alone, it is not known whether it speaks TLS; the others are told to.
        for (const [name, database] of Object.entries(databases))
            assert.deepEqual(database, {
                version: "16",
                parameters: { statement_timeout: "30s" },
                ...(services.git.uses!.includes(name) && { tls: "optional" }),
            });
        const used = Object.fromEntries(Object.entries(services).map(([name, { uses }]) => [name, uses]));
        assert.deepEqual(used.shop, used.worker);
        assert.equal(new Set([used.shop, used.git, used.wiki].map(String)).size, 3);
        const [git] = used.git!;
        assert.deepEqual(services.git.env, {
            GIT_DB_HOST: `\${${git}.host}:\${${git}.port}`,
            GIT_DB_NAME: `\${${git}.name}`,
            GIT_DB_USER: `\${${git}.user}`,
            GIT_DB_PASSWORD: `\${${git}.password}`,
        });
        assert.match(String(services.wiki.env?.DSN), new RegExp(`host=\\$\\{${used.wiki![0]}\\.host\\}`));
        assert.match(reasons(found, "services.db"), /^its databases are servers of their own, .*: shop, git and wiki;/);
        for (const cloud of ["aws", "gcp"] as const) resolved(found.app, cloud);
    });

    it("are one part, which all services use, by whatever name the server is set up", () => {
        const found = files({
            db: { image: "mysql:8.4", environment: { MYSQL_ROOT_PASSWORD: "p", MYSQL_DATABASE: "unused" } },
            shop: api("shop", { DB_HOST: "db", DB_USER: "root", DB_PASSWORD: "p", DB_NAME: "shop" }),
            cart: api("cart", { DATABASE_URL: "mysql://root:p@db/shop" }),
        });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(Object.keys(found.app.databases ?? {}), ["db"]);
        assert.match(reasons(found, "services.db"), /its database is shop, which services use, and not unused/);
        for (const { uses } of Object.values(found.app.services)) assert.deepEqual(uses, ["db"]);
        // What the contract gives is told by itself: the file's root is the database's own user.
        assert.equal(found.app.services.shop.env, undefined);
    });

    it("have to be mended where one service uses two of them by one host", () => {
        const found = files({
            db: { image: "postgres:16", environment: { POSTGRES_DB: "shop" } },
            shop: api("shop", { DATABASE_URL: "postgres://u:p@db/shop", LOG_URL: "postgres://u:p@db/log" }),
        });
        assert.match(mends(found).join(), /leads to the database log of db, which has only shop here/);
        assert.equal(Object.keys(found.app.databases ?? {}).length, 1);
    });

    it("stay together where a command names the host that would be another", () => {
        const found = files({
            db: { image: "postgres:16", environment: { POSTGRES_DB: "shop" } },
            shop: api("shop", { DATABASE_URL: "postgres://u:p@db/shop" }),
            git: api(
                "git",
                { GIT_URL: "postgres://u:p@db/git" },
                { command: "./start.py --store postgres://u:p@db/git" },
            ),
        });
        assert.match(mends(found).join(), /leads to the database git of db, which has only shop here/);
    });
});

describe("Files that make databases", () => {
    const projects = inFolders();
    const shop = (sql: string) =>
        projects.made({
            "compose.yaml": stringify({
                services: {
                    db: {
                        image: "postgres:16",
                        environment: { POSTGRES_PASSWORD: "p" },
                        volumes: ["./init.sql:/docker-entrypoint-initdb.d/init.sql"],
                    },
                    shop: api("shop", { DATABASE_URL: "postgres://shop:p@db/shop" }),
                    git: api("git", { GIT_URL: "postgres://git:q@db/git" }),
                },
            }),
            "init.sql": sql,
        });

    it("and their users are served by parts of their own", () => {
        const found = shop(
            "CREATE DATABASE shop;\nCREATE USER git WITH PASSWORD 'q';\nCREATE DATABASE git OWNER git;\nGRANT ALL PRIVILEGES ON DATABASE git TO git;\n",
        );
        assert.deepEqual(mends(found), []);
        assert.equal(Object.keys(found.app.databases ?? {}).length, 2);
        assert.deepEqual(found.app.jobs ?? {}, {});
        projects.planned(found);
    });

    it("and make tables in one of them leave all as they are", () => {
        const found = shop("CREATE DATABASE git;\n\\c git\nCREATE TABLE repositories (id int);\n");
        assert.match(mends(found).join(), /leads to the database (git|shop) of db/);
    });
});
