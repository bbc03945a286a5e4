import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fittingName } from "../../compose/import/name";
import { imported, mends, oneService, project, reasons, resolved } from "./importing";

const api = { image: "registry.example.com/api:1", ports: ["8080:8080"] };
const postgres = { image: "postgres:16", environment: { POSTGRES_PASSWORD: "${DB_PASSWORD}" } };

describe("A stranger's Compose file", () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "strangers-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    it("names the app by as many words of its folder as the clouds have room for", () => {
        const named = (name: string, service: string) =>
            fittingName({ ...oneService({}).app, name, services: { [service]: oneService({}).app.services.api } });
        assert.equal(named("shop", "api"), "shop");
        assert.equal(named("three-tier-app-devops-platform", "frontend"), "three-tier-app-devops");
        assert.equal(named("fullstackfastapitemplateofmine", "frontend"), "fullstackfastapitemplate");
        const tooLong = "a".repeat(40);
        assert.equal(named("shop", tooLong), "shop");
        for (const cloud of ["aws", "gcp"] as const)
            resolved({ ...oneService({}).app, name: named("ai-integrated-task-master-backend-of-mine", "api") }, cloud);
    });

    it("leads to a store by a URL of which only the shell knows the user, the password and the name", () => {
        const { app, notes } = oneService(
            {
                environment: {
                    KC_DB_URL: "jdbc:postgresql://db/${DB_NAME}",
                    KC_DB_USERNAME: "${DB_USER}",
                    KC_DB_PASSWORD: "${DB_PASSWORD}",
                    SQLALCHEMY_URL: "postgresql+psycopg://${DB_USER}:${DB_PASSWORD}@db:5432/${DB_NAME}",
                },
                depends_on: ["db"],
            },
            { db: postgres },
        );
        assert.deepEqual(app.services.api.env, {
            KC_DB_URL: "jdbc:postgresql://${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
            KC_DB_USERNAME: "${db.user}",
            KC_DB_PASSWORD: "${db.password}",
            SQLALCHEMY_URL:
                "postgresql+psycopg://${db.user}:${db.password}@${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
        });
        assert.deepEqual(mends({ app, notes }), []);
    });

    it("does not lead to one by a URL whose host or options only the shell knows", () => {
        const there = oneService(
            {
                environment: { A_URL: "postgres://u:p@${HOST}:5432/x", B_URL: "postgres://db/x?${OPTIONS}" },
                depends_on: ["db"],
            },
            { db: postgres },
        );
        assert.match(mends(there).join("\n"), /no variable says where db is/);
    });

    it("calls the user of a cache by its name, whether the file names it or leaves it to the shell", () => {
        const { app } = oneService(
            { environment: { QUEUE_HOST: "redis", QUEUE_PASSWORD: "x", QUEUE_USERNAME: "${REDIS_USER}" } },
            { redis: { image: "redis:7" } },
        );
        assert.equal(app.services.api.env?.QUEUE_USERNAME, "default");
    });

    it("uses one database of a server, which the app may call as it likes where the server is told of none", () => {
        const named = (environment: object, ...names: string[]) =>
            mends(
                oneService(
                    Object.fromEntries([
                        ["environment", { DB_HOST: "db", DB_USER: "u", DB_PASSWORD: "p", DB_NAME: names[0] }],
                        ["depends_on", ["db"]],
                    ]),
                    {
                        db: { image: "postgres:16", environment },
                        other: {
                            image: "registry.example.com/other:1",
                            ports: ["9000:9000"],
                            environment: { DATABASE_URL: `postgres://u:p@db/${names[1] ?? names[0]}` },
                        },
                    },
                ),
            ).join();
        assert.equal(named({ POSTGRES_USER: "postgres", POSTGRES_DB: "postgres" }, "shop_production"), "");
        assert.equal(named({}, "shop_production"), "");
        // Each of two services has one of its own.
        assert.equal(named({}, "shop_production", "reports"), "");
        assert.equal(named({ POSTGRES_DB: "shop" }, "shop", "reports"), "");
    });

    it("names services by as many of their words as leave room", () => {
        const { app } = imported(
            "services:\n  product-catalog-service-with-micronaut: { image: 'a/b:1', ports: ['80:80'] }\n",
        );
        assert.deepEqual(Object.keys(app.services), ["product-catalog-service"]);
    });

    it("has a result backend of Celery's in the store's own form", () => {
        const { app } = oneService(
            { environment: { RESULT: "db+postgresql://u:p@db/app" }, depends_on: ["db"] },
            { db: postgres },
        );
        assert.equal(
            app.services.api.env?.RESULT,
            "db+postgresql://${db.user}:${db.password}@${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
        );
    });

    it("may take capabilities that every container has, and no others", () => {
        const usual = oneService({ cap_drop: ["ALL"], cap_add: ["CHOWN", "CAP_NET_BIND_SERVICE", "SETUID"] });
        assert.deepEqual(mends(usual), []);
        assert.match(reasons(usual, "services.api.cap_add"), /have these by themselves/);
        const more = oneService({ cap_add: ["CHOWN", "NET_ADMIN"] });
        assert.match(mends(more).join(), /no container has more capabilities \(NET_ADMIN\)/);
    });

    it("keeps data in a hidden folder of the machine, which is no file with an ending", () => {
        const { app, notes } = oneService({ volumes: ["/srv/ollama:/root/.ollama", "/srv/app.conf:/etc/app.conf"] });
        assert.deepEqual(app.services.api.mounts, { ollama: "/root/.ollama" });
        assert.match(
            mends({ app, notes }).join(),
            /services\.api\.volumes\.1: image\.files: found .*, which is not there/,
        );
    });

    it("keeps a database in a file where there are locks, and writes to it from one instance alone", () => {
        const kept = (environment: object, volumes: string[]) =>
            imported(
                JSON.stringify({
                    services: { web: { image: "a/b:1", ports: ["80:80"], environment, volumes } },
                    volumes: { data: {}, media: {} },
                }),
            );
        const both = ["data:/data", "media:/media"];
        for (const there of [
            kept({ DB_CONNECTION: "sqlite" }, ["data:/data"]),
            kept({ DATABASE_URL: "sqlite:////data/app.db" }, both),
        ]) {
            assert.deepEqual(mends(there), []);
            assert.deepEqual(there.app.filesystems?.data, { gcp: { filestore: {} } });
            assert.deepEqual(there.app.services.web.scale, { min: 1, max: 1 });
            for (const cloud of ["aws", "gcp"] as const) resolved(there.app, cloud);
        }
        assert.match(
            mends(kept({ DB_CONNECTION: "sqlite" }, both)).join(),
            /gcp\.filestore of the file system that has it, of data, media/,
        );
    });

    it("is one instance where files are what it keeps, and not where a database is in the file, or it says several", () => {
        const volumes = ["data:/data", "media:/media"];
        const one = { min: 1, max: 1 };
        const kept = (service: object, others: object = {}) => {
            const made = imported(
                JSON.stringify({
                    services: { web: { image: "a/b:1", ports: ["80:80"], volumes, ...service }, ...others },
                    volumes: { data: {}, media: {} },
                }),
            );
            assert.deepEqual(mends(made), []);
            return { made, scale: made.app.services.web.scale, filesystems: made.app.filesystems };
        };
        const plain = kept({});
        assert.deepEqual([plain.scale, plain.filesystems], [one, { data: {}, media: {} }]);
        assert.match(
            reasons(plain.made, "services.web.volumes"),
            /^one instance, as Compose runs one.*gcp\.filestore, which SQLite needs/,
        );
        const named = kept({ volumes: ["data:/app/db", "media:/media"] });
        assert.deepEqual([named.scale, named.filesystems], [one, { data: { gcp: { filestore: {} } }, media: {} }]);
        assert.deepEqual(kept({ deploy: { replicas: 3 } }).scale, { min: 3, max: 10 });
        const stored = kept({ environment: { DATABASE_URL: "postgres://u:p@db/app" } }, { db: postgres });
        assert.equal(stored.scale, undefined);
        assert.match(
            reasons(stored.made, "services.web.volumes"),
            /^on GCP a file system has no locks unless it says gcp\.filestore/,
        );
    });

    it("is asked by plain HTTP, at the port that the file says requests go to", () => {
        const ports = (...said: string[]) => oneService({ ports: said });
        assert.deepEqual(ports("443:443", "80:80").app.services.api.ports, { http: 80 });
        assert.match(
            mends(ports("443:443")).join(),
            /443 is HTTPS with most programs, and services are asked by plain/,
        );
        assert.match(reasons(ports("8443:8443"), "services.api.ports"), /8443 is HTTPS with most programs/);
        assert.match(mends(ports("3890:3890", "17170:17170")).join(), /3890 is LDAP/);
        const { app } = oneService({ ports: ["9000:9000", "8080:8080"], environment: { PORT: "8080" } });
        assert.deepEqual(app.services.api.ports, { http: 8080, "port-9000": 9000 });
    });

    it("may be nothing but workers", () => {
        const built = (name: string, dockerfile: string) =>
            project(join(folder, name), {
                "compose.yaml": "services:\n  bot:\n    build: .\n",
                Dockerfile: dockerfile,
            });
        const bot = built("bot", "FROM python:3.12-slim\nCOPY . .\nCMD python bot.py\n");
        assert.deepEqual(mends(bot), []);
        assert.match(reasons(bot, "services"), /only workers/);
        for (const cloud of ["aws", "gcp"] as const)
            resolved({ ...bot.app, services: { bot: { image: { context: "workloads/todo" } } } }, cloud);
        // What may listen, for all that is known, is not taken for one.
        for (const [name, dockerfile] of Object.entries({
            exposes: "FROM python:3.12-slim\nEXPOSE 8000 9000\n",
            serves: "FROM nginx:1.27\n",
        }))
            assert.match(mends(built(name, dockerfile)).join(), /only workers, of which bot may listen/, name);
        const foreign = imported("services:\n  bot:\n    image: registry.example.com/bot:1\n");
        assert.match(mends(foreign).join(), /only workers, of which bot may listen/);
    });

    it("is refused where nothing of it is a service of its own", () => {
        assert.match(
            mends(imported("services:\n  proxy:\n    image: traefik:3\n")).join(),
            /every one of them is a store/,
        );
    });

    it("leaves out a proxy that finds its services by itself, also one that a Dockerfile adds a file to", () => {
        const there = project(folder, {
            "compose.yaml": [
                "services:",
                "  web: { image: 'registry.example.com/web:1', environment: { VIRTUAL_HOST: shop.example.com, VIRTUAL_PORT: '8000' }, expose: ['8000'] }",
                "  proxy: { build: ./proxy, ports: ['80:80'], volumes: ['/var/run/docker.sock:/tmp/docker.sock:ro'] }",
            ].join("\n"),
            "proxy/Dockerfile": "FROM nginxproxy/nginx-proxy:alpine\nCOPY size.conf /etc/nginx/conf.d/size.conf\n",
        });
        assert.deepEqual([mends(there), Object.keys(there.app.services)], [[], ["web"]]);
        assert.match(reasons(there, "services.web.labels"), /^shop\.example\.com: say domain/);
    });

    it("answers at the port at which nginx-proxy asks: the one that it says, the only one that it has, or 80", () => {
        const port = (service: object) => {
            const proxied = { image: "registry.example.com/web:1", environment: { VIRTUAL_HOST: "shop.example.com" } };
            const { app } = imported(JSON.stringify({ services: { web: { ...proxied, ...service } } }));
            return app.services.web.ports;
        };
        assert.deepEqual(port({}), { http: 80 });
        assert.deepEqual(port({ environment: { VIRTUAL_HOST: "a.example.com", VIRTUAL_PORT: "3000" } }), {
            http: 3000,
        });
        assert.deepEqual(port({ expose: ["8080"] }), { http: 8080 });
    });

    it("is told of services that another file must have", () => {
        const there = oneService({ depends_on: ["db"], environment: { DB_HOST: "db" } });
        assert.match(mends(there).join(), /is in none of the files: give import all of the project's$/);
        const optional = oneService({ depends_on: { db: { condition: "service_started", required: false } } });
        assert.deepEqual(mends(optional), []);
        const profiled = oneService({ depends_on: ["db"] }, { db: { ...postgres, profiles: ["store"] } });
        assert.match(mends(profiled).join(), /and its profile by --profile$/);
    });

    it("is told of addresses that one's own machine has alone", () => {
        const there = oneService({
            environment: { MONGO: "mongodb://host.docker.internal:27017/x", APP_URL: "http://localhost:8080" },
        });
        assert.match(
            mends(there).join(),
            /services\.api\.environment\.MONGO: leads to the machine that Compose runs on/,
        );
        assert.match(reasons(there, "services.api.environment.APP_URL"), /say where everybody finds the app/);
    });

    it("reads a sample in place of an env file that everybody makes for himself, however it is called", () => {
        for (const sample of [".env-example", "env.sample", "example.env", ".env.dist"]) {
            const { app } = project(join(folder, sample), {
                "compose.yaml": `services:\n  api:\n    image: ${api.image}\n    ports: ["80"]\n    env_file: .env\n`,
                [sample]: "GREETING=hello\n",
            });
            assert.deepEqual(app.services.api.env, { GREETING: "hello" }, sample);
        }
    });
});

describe("A command that names a store", () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "commands-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    const stores = "  db: { image: 'postgres:16' }\n  redis: { image: 'redis:7' }\n";
    const built = (command: string, dockerfile = "FROM python:3.12-slim\n") =>
        project(folder, {
            "compose.yaml": `services:\n  web:\n    build: .\n    ports: ["8000:8000"]\n    environment: { DATABASE_URL: "postgres://u:p@db/app", REDIS_URL: "redis://redis" }\n    command: ${command}\n${stores}`,
            Dockerfile: dockerfile,
        });

    it("is read by a shell, which has the store's variables, where the image has one", () => {
        const wait = built('["./wait-for-it.sh", "db:5432", "--", "sh-free", "a b$"]');
        assert.deepEqual(mends(wait), []);
        assert.deepEqual(wait.app.services.web.command, [
            "sh",
            "-c",
            'exec ./wait-for-it.sh $DB_HOST:$DB_PORT -- sh-free "a b\\$"',
        ]);
        const flower = built("celery --broker=redis://redis:6379/0 flower --port=5555");
        assert.deepEqual(mends(flower), []);
        assert.equal(flower.app.services.web.command?.[2], "exec celery --broker=$REDIS_URL flower --port=5555");
        assert.equal(flower.app.services.web.env?.REDIS_URL, "${redis.url}?${redis.sslQuery}");
    });

    it("has to be mended where there may be no shell, or an entry point takes it for arguments", () => {
        for (const dockerfile of ["FROM gcr.io/distroless/base\n", 'FROM python:3.12\nENTRYPOINT ["python"]\n'])
            assert.match(
                mends(built('["./wait-for-it.sh", "db:5432"]', dockerfile)).join(),
                /services\.web\.command: command leads to db/,
                dockerfile,
            );
        assert.match(mends(built("run postgres://u:p@db/app?application_name=x")).join(), /command leads to db/);
    });
});
