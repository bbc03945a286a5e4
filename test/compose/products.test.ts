import assert from "node:assert/strict";

import { stringify } from "yaml";

import { imported, inFolders, mends, reasons } from "./importing";

const stores = {
    postgres: `db: { image: "postgres:16", environment: { POSTGRES_DB: shop, POSTGRES_USER: shop, POSTGRES_PASSWORD: x } }`,
    mysql: `db: { image: "mysql:8.4", environment: { MYSQL_DATABASE: shop, MYSQL_USER: shop, MYSQL_PASSWORD: x } }`,
};

describe("Well-known images", () => {
    const { planned } = inFolders();

    /** A service `app` of an image, with what else there is of it and of others. */
    const app = (image: string, more = "", others = "") =>
        imported(`services:\n  app: { image: "${image}", ${more} }\n  ${others}\nvolumes: { data: {}, more: {} }`);

    describe("of which the file says nothing of a database", () => {
        it("are told of it by the whole set of their variables", () => {
            const jira = app("atlassian/jira-software:10", `ports: ["8080:8080"], depends_on: [db]`, stores.postgres);
            assert.deepEqual(mends(jira), []);
            assert.deepEqual(jira.app.services.app.env, {
                ATL_DB_TYPE: "postgres72",
                ATL_DB_DRIVER: "org.postgresql.Driver",
                ATL_JDBC_URL: "jdbc:postgresql://${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
                ATL_JDBC_USER: "${db.user}",
                ATL_JDBC_PASSWORD: "${db.password}",
            });
            assert.deepEqual(jira.app.services.app.uses, ["db"]);
            assert.match(reasons(jira, "services.app.environment"), /what the image reads of db, by bitbucket\.org/);
            planned(jira);
            const casdoor = app("casbin/casdoor:v1", `ports: ["8000:8000"], depends_on: [db]`, stores.postgres);
            assert.equal(
                casdoor.app.services.app.env!.dataSourceName,
                "user=${db.user} password=${db.password} host=${db.host} port=${db.port} sslmode=${db.sslmode} dbname=${db.name}",
            );
            planned(casdoor);
        });

        it("are led to the only database of an app of one program, unless the machine is shown it", () => {
            const app = (more: object) =>
                imported(
                    stringify({
                        services: {
                            sso: { image: "quay.io/keycloak/keycloak:26.0", command: "start", ports: ["8080:8080"] },
                            db: { image: "postgres:16", ...more },
                        },
                    }),
                );
            const led = app({});
            assert.deepEqual(led.app.services.sso.uses, ["db"]);
            assert.equal(led.app.services.sso.env!.KC_DB_URL_HOST, "${db.host}");
            assert.match(mends(app({ ports: ["5432:5432"] })).join(), /no service uses db/);
        });

        it("have what the file says of it in place, and no word of its own beside", () => {
            const made = app(
                "yourls:1.9",
                `ports: ["80:8080"], depends_on: [db], environment: { YOURLS_DB_PASS: x, YOURLS_SITE: "https://example.com" }`,
                stores.mysql,
            );
            assert.deepEqual(mends(made), []);
            assert.deepEqual(made.app.services.app.env, {
                YOURLS_DB_HOST: "${db.host}:${db.port}",
                YOURLS_DB_NAME: "${db.name}",
                YOURLS_DB_USER: "${db.user}",
                YOURLS_DB_PASS: "${db.password}",
                YOURLS_SITE: "https://example.com",
            });
            assert.equal(made.app.services.app.secrets, undefined);
        });

        it("are refused where they have no such database, or ask for it in the browser", () => {
            const mediawiki = app("mediawiki:1.43", `ports: ["80:80"], links: [db]`, stores.mysql);
            assert.deepEqual(mends(mediawiki), [
                "2 services.app.links: no variable says where db is: its installation in the browser asks for the database, and makes a LocalSettings.php that belongs into the image (hub.docker.com/_/mediawiki)",
            ]);
            const jira = app("atlassian/jira-software:10", `ports: ["80:8080"], depends_on: [db]`, stores.mysql);
            assert.match(
                mends(jira).join(),
                /depends_on\.db: .*unless ATL_JDBC_URL and the rest say where a PostgreSQL is/,
            );
            const sonar = app("sonarqube:community", `ports: ["80:9000"], depends_on: [db]`, stores.mysql);
            assert.match(mends(sonar).join(), /no variable says where db is: read DB_HOST/);
        });

        it("are not told of one that the file has told them of", () => {
            const told = app(
                "fireflyiii/core:version-6",
                `ports: ["80:8080"], depends_on: [db], environment: { DATABASE_URL: "mysql://shop:x@db/shop" }`,
                stores.mysql,
            );
            const { DATABASE_URL: url, ...others } = told.app.services.app.env!;
            assert.match(url!, /^mysql:\/\/\$\{db\.user\}/);
            assert.equal(others.DB_HOST, undefined);
        });
    });

    describe("of which the file says a part", () => {
        it("have the user and the password whose names say nothing of a database", () => {
            const odoo = app(
                "odoo:18",
                `ports: ["80:8069"], depends_on: [db], environment: { HOST: db, USER: odoo, PASSWORD: odoo }`,
                `db: { image: "postgres:16", environment: { POSTGRES_DB: postgres, POSTGRES_USER: odoo, POSTGRES_PASSWORD: odoo } }`,
            );
            assert.deepEqual(mends(odoo), []);
            assert.deepEqual(odoo.app.services.app.env, {
                HOST: "${db.host}",
                USER: "${db.user}",
                PASSWORD: "${db.password}",
            });
            assert.equal(odoo.app.services.app.secrets, undefined);
            planned(odoo);
        });

        it("so has anybody's, and one that says nobody's password has to be mended", () => {
            const bare = (environment: string) =>
                app("acme/shop:1", `ports: ["80:80"], environment: { ${environment} }`, stores.postgres);
            assert.deepEqual(bare("HOST: db, USER: shop, PASSWORD: x, PORT: 80").app.services.app.env, {
                HOST: "${db.host}",
                USER: "${db.user}",
                PASSWORD: "${db.password}",
            });
            assert.match(mends(bare("HOST: db, USER: shop")).join(), /HOST: no variable has the password of db/);
        });

        it("have a URL say where it is, and nothing else beside", () => {
            const keycloak = app(
                "quay.io/keycloak/keycloak:26",
                `command: start, environment: { KC_DB: postgres, KC_DB_URL: "jdbc:postgresql://db/shop", KC_DB_USERNAME: shop, KC_DB_PASSWORD: x }`,
                stores.postgres,
            );
            assert.deepEqual(mends(keycloak), []);
            assert.deepEqual(Object.keys(keycloak.app.services.app.env!), [
                "KC_DB",
                "KC_DB_URL",
                "KC_DB_USERNAME",
                "KC_DB_PASSWORD",
            ]);
            planned(keycloak);
        });

        it("have a cache's password and TLS", () => {
            const made = app(
                "activepieces/activepieces:0.70",
                `environment: { AP_REDIS_HOST: redis, AP_REDIS_PORT: 6379 }`,
                `redis: { image: "redis:7" }`,
            );
            assert.deepEqual(mends(made), []);
            assert.deepEqual(made.app.services.app.env, {
                AP_REDIS_HOST: "${redis.host}",
                AP_REDIS_PORT: "${redis.port}",
                AP_REDIS_PASSWORD: "${redis.password}",
                AP_REDIS_USE_SSL: "${redis.tls}",
            });
        });

        it("are led to another database of the server by nobody", () => {
            const made = app(
                "metabase/metabase:v0.50",
                `environment: { MAIN_URL: "postgres://shop:x@db/shop", MB_DB_HOST: db, MB_DB_USER: shop, MB_DB_PASS: x, MB_DB_DBNAME: other }`,
                stores.postgres,
            );
            assert.match(
                mends(made).join(),
                /MB_DB_DBNAME: leads to the database other of db, which has only shop here/,
            );
        });
    });

    describe("of which the file says no port", () => {
        it("answer at the one of their image, with a command that serves", () => {
            const ports = (image: string, more = "") => app(image, more).app.services.app.ports;
            assert.deepEqual(ports("nocodb/nocodb:latest"), { http: 8080 });
            assert.deepEqual(ports("quay.io/keycloak/keycloak:26", "command: start-dev"), { http: 8080 });
            assert.equal(ports("quay.io/keycloak/keycloak:26", "command: export"), undefined);
            assert.deepEqual(ports("n8nio/n8n:1"), { http: 5678 });
            assert.equal(ports("n8nio/n8n:1", "command: worker"), undefined);
            assert.equal(ports("nextcloud:31-fpm"), undefined);
        });

        it("are workers by a variable that says so", () => {
            const mautic = (role: string) =>
                app("mautic/mautic:5-apache", `environment: { DOCKER_MAUTIC_ROLE: ${role} }`).app.services.app.ports;
            assert.deepEqual(mautic("mautic_web"), { http: 80 });
            assert.equal(mautic("mautic_worker"), undefined);
            // A check of its own, or a variable that it shares with the server, makes no server of it.
            const worker = app(
                "n8nio/n8n:1",
                `command: worker, environment: { PORT: 5678 }, healthcheck: { test: "wget -q localhost:5678/healthz" }`,
            ).app.services.app;
            assert.equal(worker.ports, undefined);
            assert.deepEqual(worker.health!.container!.command, ["sh", "-c", "wget -q localhost:5678/healthz"]);
            assert.deepEqual(app("acme/app:1", `command: worker, environment: { PORT: 5678 }`).app.services.app.ports, {
                http: 5678,
            });
        });
    });

    describe("that do something once", () => {
        const project = (more: string, image: string, restart: string) =>
            imported(`services:
  web: { image: "${image}", ports: ["80:8000"]${restart} }
  migrate: { image: "${image}"${more} }`);
        const migrate = (more: string, image = "glitchtip/glitchtip:6", restart = "") =>
            mends(project(more, image, restart)).join("\n");

        it("are no workers, which would begin again for ever", () => {
            const once = /services\.migrate: no port, and by its name it does something once, .*make it a job/;
            assert.match(migrate(", command: ./bin/run-migrate.sh"), once);
            assert.match(migrate(", command: ./bin/run-migrate.sh", "acme/web:1"), once);
            assert.match(
                migrate(", command: ./bin/run-migrate.sh, restart: 'no'"),
                /not started again when it ends \(restart: no\)/,
            );
        });

        it("are jobs of the same program where that is started again, and they are not", () => {
            for (const more of [", command: ./bin/run-migrate.sh", ", command: ./bin/prepare.sh, restart: 'no'"]) {
                const made = project(more, "acme/web:1", ", restart: unless-stopped");
                assert.deepEqual(mends(made), []);
                assert.deepEqual(made.app.jobs?.migrate.service, "web");
                assert.deepEqual(Object.keys(made.app.services), ["web"]);
            }
            const reads = project(
                ", command: ./migrate.sh, environment: { STEP: 2 }",
                "acme/web:1",
                ", restart: always, environment: { STEP: 1 }",
            );
            assert.match(mends(reads).join(), /left out: its STEP is another than that of its service/);
        });

        it("are workers where the file starts them again, or they take work", () => {
            assert.equal(migrate(", command: ./bin/run-worker.sh, restart: always"), "");
            assert.equal(migrate(", command: celery worker", "acme/web:1"), "");
        });
    });

    describe("are asked", () => {
        const health = (image: string, more = `ports: ["80:8080"]`) => app(image, more).app.services.app.health;

        it("where they answer everybody, and not where they lead elsewhere", () => {
            assert.deepEqual(health("nocodb/nocodb:latest"), { path: "/api/v1/health" });
            assert.deepEqual(health("wordpress:6"), { path: "/wp-includes/images/blank.gif" });
            assert.deepEqual(health("acme/wordpress:6"), { path: "/" });
            const made = app("gitea/gitea:1.24", `ports: ["80:3000"]`);
            assert.match(reasons(made, "services.app"), /^is asked at \/api\/healthz, which answers 200 to everybody/);
        });

        it("where the file asks them, unless that is / , where curl and wget follow", () => {
            const checked = (path: string) =>
                health(
                    "gitea/gitea:1.24",
                    `ports: ["80:3000"], healthcheck: { test: "curl -f http://localhost:3000${path}" }`,
                )!;
            assert.equal(checked("/explore").path, "/explore");
            assert.equal(checked("/").path, "/api/healthz");
            assert.equal(checked("/").container!.command[2], "curl -f http://localhost:3000/");
        });
    });

    describe("run", () => {
        it("as one instance where they say so, unless the file says several", () => {
            const scale = (more = "") =>
                app(
                    "ghost:6",
                    `ports: ["80:2368"], depends_on: [db], environment: { database__connection__host: db, database__connection__user: shop, database__connection__password: x, database__connection__database: shop }${more}`,
                    stores.mysql,
                );
            assert.deepEqual(scale().app.services.app.scale, { min: 1, max: 1 });
            assert.match(reasons(scale(), "services.app"), /one instance: Ghost has no clustering \(docs\.ghost\.org/);
            assert.equal(scale(", deploy: { replicas: 2 }").app.services.app.scale!.min, 2);
        });

        it("as many as there is work for, of what only works", () => {
            const made = imported(`services:
  app: { image: "n8nio/n8n:1", ports: ["80:5678"], environment: { QUEUE_BULL_REDIS_HOST: redis } }
  worker: { image: "n8nio/n8n:1", command: worker, environment: { QUEUE_BULL_REDIS_HOST: redis } }
  redis: { image: "redis:7" }`);
            assert.deepEqual(mends(made), []);
            assert.deepEqual(made.app.services.app.scale, { min: 1, max: 1 });
            assert.equal(made.app.services.worker.scale, undefined);
            // What one encrypts, the other reads.
            assert.deepEqual(made.app.secrets, { shared: { keys: ["N8N_ENCRYPTION_KEY"] } });
            planned(made);
        });

        it("with secrets that stay the same, where the file says none", () => {
            const secrets = (more = "") =>
                app("quay.io/hedgedoc/hedgedoc:1.10", `ports: ["80:3000"]${more}`).app.services.app;
            assert.deepEqual(secrets().secrets, ["CMD_SESSION_SECRET"]);
            const said = secrets(", environment: { CMD_SESSION_SECRET: abc123def456 }");
            assert.deepEqual(said.secrets, ["CMD_SESSION_SECRET"]);
            assert.equal(secrets(", environment: { CMD_SESSION_SECRET_FILE: /x }").secrets, undefined);
        });

        it("with locks where their own database is in a file, whatever it is", () => {
            const files = (image: string, folder: string, environment = "{}") =>
                app(image, `ports: ["80:80"], volumes: ["data:${folder}"], environment: ${environment}`);
            const locked = { data: { gcp: { filestore: {} } } };
            assert.deepEqual(files("baserow/baserow:1.35", "/baserow/data").app.filesystems, locked);
            assert.match(
                reasons(files("baserow/baserow:1.35", "/baserow/data"), "services.app.image"),
                /keeps a database in a file \(PostgreSQL\)/,
            );
            assert.deepEqual(
                files("directus/directus:11", "/directus/database", "{ DB_CLIENT: sqlite3 }").app.filesystems,
                locked,
            );
            assert.deepEqual(files("directus/directus:11", "/directus/uploads", "{ DB_CLIENT: pg }").app.filesystems, {
                data: {},
            });
        });

        it("with where others of their family are", () => {
            const made = imported(`services:
  server: { image: "ghcr.io/immich-app/immich-server:v2", ports: ["80:2283"] }
  ml: { image: "ghcr.io/immich-app/immich-machine-learning:v2" }`);
            assert.deepEqual(mends(made), []);
            assert.deepEqual(made.app.services.server.env, { IMMICH_MACHINE_LEARNING_URL: "${ml.url}" });
            assert.deepEqual(made.app.services.server.calls, ["ml"]);
            assert.deepEqual(made.app.services.ml.ports, { http: 3003 });
            planned(made);
        });
    });
});
