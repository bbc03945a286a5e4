import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { imported, inFolders, mends, oneService, reasons } from "./importing";

describe("Variables and names of a Compose file", () => {
    const { folder, made } = inFolders();

    const postgres = `
  db: { image: "postgres:16", environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: hunter2, POSTGRES_DB: shop }, volumes: ["pg:/var/lib/postgresql/data"] }`;

    it("has those of a .env that is mounted, or of its sample, and asks for one that is nowhere", () => {
        const compose = `services:
  web: { image: "acme/web:1", ports: ["80:80"], volumes: ["./.env:/app/.env"], environment: { MODE: x } }${postgres}
volumes: { pg: {} }`;
        const found = made({
            "compose.yaml": compose,
            ".env.example": "MODE=y\nDB_HOST=db\nDB_USERNAME=shop\nDB_PASSWORD=hunter2\nDB_DATABASE=shop\n",
        });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(found.app.services.web.env, {
            MODE: "x",
            DB_USERNAME: "${db.user}",
            DB_DATABASE: "${db.name}",
        });
        assert.deepEqual(found.app.services.web.uses, ["db"]);
        assert.equal(found.app.filesystems, undefined);
        assert.match(reasons(found, "services.web.volumes.0"), /^\.env\.example is variables here/);
        rmSync(join(folder(), ".env.example"));
        const without = made({ "compose.yaml": compose });
        assert.match(mends(without).join(), /volumes\.0: \.env, which has variables of the app, is not there/);
    });

    it("knows a store by Docker's name for it in a network, and mounts nothing that it keeps", () => {
        const found = imported(`name: shop
services:
  web: { image: "acme/web:1", ports: ["80:80"], volumes: ["pg:/pg"], networks: [inner, default], environment: { DB_HOST: db.shop-net, CACHE_URL: "redis://redis.shop_default" } }${postgres.replace("volumes:", "networks: [inner], volumes:")}
  redis: { image: "redis:7" }
networks: { inner: { name: shop-net } }
volumes: { pg: {} }`);
        assert.deepEqual(found.app.services.web.uses, ["db", "cache"]);
        assert.equal(found.app.services.web.mounts, undefined);
        assert.match(reasons(found, "services.web.volumes.0"), /^left out: pg is what db keeps/);
        assert.deepEqual(mends(found), []);
    });

    it("asks for no address of what is switched off, and takes Spring's names with dashes", () => {
        const found = oneService(
            {
                environment: {
                    METRICS_ENABLED: "false",
                    METRICS_HOST: "back",
                    "SPRING_A_B-C-URI": "http://back:9000/x",
                },
            },
            { back: { image: "acme/back:1", expose: ["9000"] } },
        );
        assert.deepEqual(mends(found), []);
        assert.deepEqual(found.app.services.api.env, {
            METRICS_ENABLED: "false",
            SPRING_A_BCURI: "${back.url}/x",
        });
        const on = oneService(
            { environment: { METRICS_ENABLED: "true", METRICS_HOST: "back" } },
            { back: { image: "acme/back:1", expose: ["9000"] } },
        );
        assert.match(mends(on).join(), /METRICS_HOST: leads to back/);
    });

    it("waits for a store by a script of the image's, if it is told where that is", () => {
        const waiting = (environment: object) =>
            oneService(
                { command: ["/usr/bin/wait-for.sh", "db:5432", "--", "/run"], environment },
                { db: { image: "postgres:16" } },
            );
        const found = waiting({ DATABASE_URL: "postgres://u:p@db/app" });
        assert.deepEqual(found.app.services.api.command, [
            ...["sh", "-c"],
            "exec /usr/bin/wait-for.sh $DB_HOST:$DB_PORT -- /run",
        ]);
        assert.deepEqual(mends(found), []);
        assert.match(mends(waiting({})).join(), /command leads to db/);
    });

    it("waits by an entry point too, which hands on the command after it", () => {
        const made = (more = "") =>
            imported(`services:
  web: { image: "acme/web:1", entrypoint: ["/wait-for-it.sh", "db:5432", "--", "/start.sh"], ports: ["80:80"], depends_on: [db], environment: { DATABASE_URL: "postgres://u:p@db/app" }${more} }
  db: { image: "postgres:16", environment: { POSTGRES_DB: app } }`);
        const { app } = made();
        assert.deepEqual(mends(made()), []);
        assert.deepEqual(app.services.web.entrypoint, [
            "sh",
            "-c",
            "exec /wait-for-it.sh $DB_HOST:$DB_PORT -- /start.sh",
        ]);
        const handed = made(', command: ["serve", "--all"]');
        assert.deepEqual(mends(handed), []);
        assert.deepEqual(handed.app.services.web.entrypoint, [
            "sh",
            "-c",
            'exec /wait-for-it.sh $DB_HOST:$DB_PORT -- /start.sh "$@"',
            "--",
        ]);
        assert.deepEqual(handed.app.services.web.command, ["serve", "--all"]);
    });
});

describe("Variables that no cloud can do with", () => {
    const shop = (environment: object, db: object = { image: "postgres:16", environment: { POSTGRES_USER: "shop" } }) =>
        oneService({ environment, depends_on: ["db"] }, { db });

    it("are names with dots in them, and those by which Eureka leads callers to containers", () => {
        assert.match(
            mends(shop({ "CR_CONF.Type": "x" })).join("\n"),
            /CR_CONF\.Type: no name of an environment variable/,
        );
        const eureka = { EUREKA_CLIENT_SERVICEURL_DEFAULTZONE: "http://names:8761/eureka" };
        assert.match(mends(shop(eureka)).join("\n"), /Eureka tells callers the addresses of containers/);
    });

    it("are no secrets that are null of what is null as well", () => {
        const at = (environment: object) => mends(shop(environment)).filter((reason) => /the word null/.test(reason));
        assert.equal(at({ BROKER_HOST: "null", BROKER_PASSWORD: "null" }).length, 0);
        assert.equal(at({ BROKER_HOST: "broker.example.com", BROKER_PASSWORD: "null" }).length, 1);
    });

    it("are a host with its port as Npgsql has it, and what sameersbn's PostgreSQL is told", () => {
        const { app } = shop(
            { CONNECTION: "Host=db:5432;Username=shop;Password=x;Database=books;" },
            {
                image: "sameersbn/postgresql:14-20230628",
                environment: { DB_USER: "shop", DB_NAME: "books", DB_PASS: "x" },
            },
        );
        assert.equal(
            app.services.api.env!.CONNECTION,
            "Host=${db.host}:${db.port};Username=${db.user};Password=${db.password};Database=${db.name}",
        );
    });
});
