import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { filesFrom } from "../../compose/load/files";
import { loadCompose } from "../../compose/load/load";
import { imported, inFolders, mends, oneService, reasons } from "./importing";

describe("What Compose files of strangers do beside running services", () => {
    const { folder, made, planned } = inFolders();

    describe("for development alone", () => {
        it("leaves out a watcher whose stage the image takes its files from", () => {
            const found = made({
                "compose.yaml": `services:
  web: { build: ., ports: ["80:80"] }
  js: { build: { context: ., target: assets }, restart: "no", command: ["yarn", "watch"] }
  other: { build: { context: ., target: tests }, restart: "no" }`,
                Dockerfile:
                    "FROM node:22 AS assets\nFROM node:22 AS tests\nFROM python:3.13\nCOPY --from=assets /a /a\nEXPOSE 80\n",
            });
            assert.match(reasons(found, "services.js"), /^left out: it is a stage of the image of web/);
            assert.deepEqual(Object.keys(found.app.services), ["web", "other"]);
            assert.match(mends(found).join(), /services\.other: no port, and it is not started again/);
        });

        it("takes for a worker what works through a queue, however it is started again", () => {
            const found = oneService(
                {},
                { jobs: { image: "acme/api:1", restart: "no", command: "celery -A app worker" } },
            );
            assert.deepEqual(mends(found), []);
            assert.equal(found.app.services.jobs.ports, undefined);
        });

        it("leaves out a database of tests, and says so", () => {
            const found = oneService(
                {
                    environment: {
                        DATABASE_URL: "postgres://u:p@db/app",
                        DATABASE_TEST_URL: "postgres://u:p@db/app_test",
                    },
                },
                { db: { image: "postgres:16" } },
            );
            assert.deepEqual(mends(found), []);
            assert.equal(found.app.services.api.env, undefined);
            assert.match(reasons(found, "services.api.environment.DATABASE_TEST_URL"), /^left out: tests/);
        });

        it("says of a front end's build argument that it is where one's own machine has it", () => {
            const found = made({
                "compose.yaml": `services:
  api: { image: "acme/api:1", ports: ["8080:80"] }
  web: { build: { context: ., target: dev, args: { API: "http://localhost:8080/api" } }, ports: ["80:3000"] }`,
                Dockerfile: "FROM node:22 AS dev\n",
            });
            assert.match(reasons(found, "services.web.build.args.API"), /^is where api is found on one's own machine/);
            assert.match(reasons(found, "services.web.build.target"), /^dev sounds like development/);
        });

        it("drops the name of one's own machine, and no other", () => {
            const named = (host: string) => oneService({ extra_hosts: [host] });
            assert.deepEqual(mends(named("host.docker.internal:host-gateway")), []);
            assert.match(mends(named("db:10.0.0.1")).join(), /extra_hosts: names are the DNS's/);
        });
    });

    describe("by variables that its author keeps to himself", () => {
        const env = { "compose.yaml": `services:\n  web: { image: "acme/web:\${TAG}", ports: ["\${PORT}:80"] }` };

        it("takes the sample that stands beside, and says so", () => {
            for (const name of [".env.example", "sample.env", ".env.dist", "env.template", "TEMPLATE.env"]) {
                const found = made({ ...env, [name]: "TAG=2\nPORT=8000\n" });
                assert.deepEqual(found.app.services.web.image, { reference: "acme/web:2" }, name);
                assert.match(reasons(found, ".env"), new RegExp(`: ${name} was read instead, whose values`));
                rmSync(join(folder(), name));
            }
            const own = made({ ...env, ".env": "TAG=3\nPORT=1\n", ".env.example": "TAG=2\nPORT=8000\n" });
            assert.deepEqual(own.app.services.web.image, { reference: "acme/web:3" });
        });

        it("takes no name that stands for everybody's own", () => {
            const text = `services:\n  web: { image: "\${NAME}/web:1", ports: ["80:80"] }`;
            const found = made({ "compose.yaml": text, ".env.example": "NAME=your-name\n" });
            assert.match(mends(found).join(), /image: your-name\/web:1 stands for a name/);
        });

        it("makes no secret of what those variables leave without a value", () => {
            const text = `services:\n  web: { image: "acme/web:1", ports: ["80:80"], environment: { S3_SECRET_KEY: "\${S3_SECRET_KEY}", APP_SECRET: "\${APP_SECRET}" } }`;
            const found = made({ "compose.yaml": text, ".env": "APP_SECRET=abc\n" });
            assert.deepEqual(found.app.services.web.secrets, ["APP_SECRET"]);
            assert.match(
                reasons(found, "services.web.environment.S3_SECRET_KEY"),
                /^left out: the project's variables/,
            );
            rmSync(join(folder(), ".env"));
            assert.deepEqual(made({ "compose.yaml": text }).app.services.web.secrets, ["S3_SECRET_KEY", "APP_SECRET"]);
        });

        it("names the variable that an image, a port or a value lacks", () => {
            const load = (text: string) => {
                made({ "compose.yaml": text });
                return loadCompose([join(folder(), "compose.yaml")], filesFrom(folder()));
            };
            assert.throws(
                () => load(env["compose.yaml"].replace("${PORT}:80", "${PORT}:${PORT}")),
                (error: Error & { problems?: object }) => {
                    assert.match(JSON.stringify(error.problems), /as PORT has no value.*--env-file/);
                    return true;
                },
            );
            assert.throws(
                () => load(env["compose.yaml"].replace("${TAG}", "${TAG:?err}")),
                (error: Error & { problems?: object }) => {
                    assert.match(JSON.stringify(error.problems), /TAG must have a value: err.*--env-file/);
                    return true;
                },
            );
            const found = made({
                "compose.yaml": `services:\n  web: { image: "\${REGISTRY}/web:1", ports: ["80:80"] }`,
            });
            assert.match(mends(found).join(), /\/web:1 is no image, as REGISTRY has no value: give it in \.env/);
        });
    });

    describe("by what its framework or product knows", () => {
        it("takes the one JSON text of Spring apart, and dots out of SonarQube's names", () => {
            const json = `'{\n"spring.datasource.url": "jdbc:mysql://db:3306/app?useSSL=false",\n"spring.datasource.username": "$U", "spring.datasource.password": "p", "spring.jpa.hibernate.ddl-auto": "update"\n}'`;
            const { app, notes } = made({
                "compose.yaml": `services:
  web:
    image: acme/web:1
    ports: ["80:80"]
    environment:
      SPRING_APPLICATION_JSON: ${json.replaceAll("\n", "\n      ")}
  db: { image: "mysql:8.4" }`,
                ".env": "U=root\n",
            });
            assert.deepEqual(mends({ app, notes }), []);
            assert.deepEqual(app.services.web.env, {
                SPRING_DATASOURCE_URL: "jdbc:mysql://${db.host}:${db.port}/${db.name}",
                SPRING_DATASOURCE_USERNAME: "${db.user}",
                SPRING_DATASOURCE_PASSWORD: "${db.password}",
                SPRING_JPA_HIBERNATE_DDLAUTO: "update",
            });
            const sonar = oneService({ environment: { "sonar.web.context": "/x" } });
            assert.deepEqual(sonar.app.services.api.env, { SONAR_WEB_CONTEXT: "/x" });
        });

        it("knows that Rails takes DATABASE_URL before its own configuration, unless it has several databases", () => {
            const rails = (config: string) =>
                made({
                    "compose.yaml": `services:
  web: { build: ., ports: ["80:80"], depends_on: [db], environment: { PGHOST: db, PGUSER: postgres, PGPASSWORD: p } }
  db: { image: "postgres:16" }`,
                    Dockerfile: "FROM ruby:3.4\n",
                    Gemfile: 'gem "rails"\n',
                    "config/database.yml": config,
                });
            assert.deepEqual(mends(rails("production:\n  database: app\n")), []);
            assert.match(
                mends(rails("production:\n  primary:\n    database: app\n")).join(),
                /no variable has the name/,
            );
        });

        it("keeps one instance, and locks, of an image that has its database in a file", () => {
            const kuma = (environment: object) =>
                oneService({ image: "louislam/uptime-kuma:2", volumes: ["data:/app/data"], environment }, {}).app;
            const { api } = imported(
                `services:\n  api: { image: "louislam/uptime-kuma:2", ports: ["3001:3001"], volumes: ["data:/app/data"] }\nvolumes: { data: {} }`,
            ).app.services;
            assert.deepEqual(api.scale, { min: 1, max: 1 });
            // With a server it watches from one instance all the same.
            assert.deepEqual(kuma({ UPTIME_KUMA_DB_TYPE: "mariadb" }).services.api.scale, { min: 1, max: 1 });
        });

        it("has what its maker's own sample says of a database, where nothing of the file does", () => {
            const found = imported(`services:
  app: { image: "fireflyiii/core:version-6.2", ports: ["8080:8080"], depends_on: [db] }
  db: { image: "mariadb:11" }`);
            assert.deepEqual(mends(found), []);
            assert.deepEqual(found.app.services.app.env, {
                DB_CONNECTION: "mysql",
                DB_DATABASE: "${db.name}",
                DB_USERNAME: "${db.user}",
                MYSQL_USE_SSL: "${db.tls}",
                MYSQL_SSL_VERIFY_SERVER_CERT: "false",
            });
            assert.deepEqual(found.app.services.app.secrets, ["APP_KEY"]);
            planned(found);
        });

        it("knows the ports of images that need not say them, and nothing of what runs another command", () => {
            const text = (more: string) =>
                imported(`services:\n  chat: { image: "mattermost/mattermost-team-edition:10"${more} }`);
            assert.deepEqual(text("").app.services.chat.ports, { http: 8065 });
            assert.equal(text(`, command: ["x"]`).app.services.chat.ports, undefined);
        });

        it("takes the image where the build is of a repository elsewhere", () => {
            const elsewhere = (image: string) =>
                imported(
                    `services:\n  rss: { ${image}build: "https://github.com/acme/rss.git#latest", ports: ["80:80"] }`,
                );
            assert.deepEqual(elsewhere('image: "acme/rss:1", ').app.services.rss.image, { reference: "acme/rss:1" });
            assert.match(
                mends(elsewhere("")).join(),
                /build\.context: https:\/\/github\.com\/acme\/rss\.git#latest is built from a repository elsewhere/,
            );
        });
    });

    describe("by names that only Compose's network knows", () => {
        it("finds them behind the flags of a command", () => {
            const found = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], command: ["--master-host", "master", "--port", "1"] }
  master: { image: "acme/master:1", ports: ["8086:8086"] }`);
            assert.match(mends(found).join(), /services\.web\.command: command leads to master/);
        });

        it("says of a link, and of what is waited for until it is healthy, that nothing says where it is", () => {
            const linked = (how: string) =>
                mends(
                    imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], ${how} }
  core: { image: "acme/core:1", ports: ["8001:8001"] }`),
                ).join();
            assert.match(linked("links: [core]"), /links to core, and no variable says where it is/);
            assert.match(
                linked("depends_on: { core: { condition: service_healthy } }"),
                /waits for core, and no variable says where it is/,
            );
            assert.equal(linked("depends_on: [core]"), "");
            assert.equal(linked('depends_on: [core], environment: { CORE: "http://core:8001" }'), "");
        });

        it("says of a service that nothing leads to that it is there for nothing", () => {
            const found = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"] }
  render: { image: "acme/render:1", expose: ["9000"] }`);
            assert.match(mends(found).join(), /services\.render: no variable and no route leads to it/);
        });
    });

    describe("at ports", () => {
        it("is asked at the port that its own variable says, and never at a debugger's", () => {
            const ports = (service: object) => oneService(service).app.services.api.ports;
            assert.deepEqual(ports({ ports: ["8000:8000", "8080:8080"], environment: { SERVER_PORT: "8080" } }), {
                http: 8080,
                "port-8000": 8000,
            });
            assert.deepEqual(ports({ ports: ["9229:9229", "3000:3000"] }), { http: 3000, "port-9229": 9229 });
            assert.deepEqual(ports({ ports: ["9229:9229"] }), { http: 9229 });
        });
    });

    describe("in folders", () => {
        it("has one file system for a folder that lies in another one's", () => {
            const found = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], volumes: ["logs:/data/logs", "data:/data"] }
volumes: { data: {}, logs: {} }`);
            assert.deepEqual(found.app.services.web.mounts, { data: "/data" });
            assert.deepEqual(found.app.filesystems, { data: {} });
            assert.match(reasons(found, "services.web.volumes.0"), /lies in a file system that is mounted above it/);
            planned(found);
        });

        it("says of a file that a file system would hide it", () => {
            const found = made({
                "compose.yaml": `services:
  web: { image: "acme/web:1", ports: ["80:80"], volumes: ["data:/srv", "./a.ini:/srv/a.ini"] }
volumes: { data: {} }`,
                "a.ini": "x",
            });
            assert.match(mends(found).join(), /volumes: \/srv\/a\.ini would be in the image, where the file system/);
        });

        it("hides no program behind an empty file system, and runs in the folder that is said", () => {
            const found = made({
                "compose.yaml": `services:
  web: { build: ., ports: ["80:80"], volumes: ["code:/app"], working_dir: /app/site, command: ["python", "x.py"] }
volumes: { code: {} }`,
                Dockerfile: "FROM python:3.13\nWORKDIR /app\n",
            });
            assert.match(mends(found).join(), /volumes\.0: \/app is where the image has its program/);
            const { web } = found.app.services;
            assert.deepEqual([web.command, web.workingDirectory], [["python", "x.py"], "/app/site"]);
            const same = made({
                "compose.yaml": `services:\n  web: { build: ., ports: ["80:80"], working_dir: /app/, command: ["a"] }`,
                Dockerfile: "FROM python:3.13\nWORKDIR /app\n",
            });
            assert.deepEqual(
                [same.app.services.web.command, same.app.services.web.workingDirectory],
                [["a"], undefined],
            );
            const bare = made({
                "compose.yaml": `services:\n  web: { image: "acme/web:1", ports: ["80:80"], working_dir: /srv/../app }`,
            });
            assert.equal(bare.app.services.web.workingDirectory, "/app");
            assert.deepEqual(mends(bare), []);
            const relative = made({
                "compose.yaml": `services:\n  web: { image: "acme/web:1", ports: ["80:80"], working_dir: app }`,
            });
            assert.match(mends(relative).join(), /working_dir: app is no absolute path/);
        });

        it("reads a name in a command that an entry point hands on", () => {
            const handed = (script: string) =>
                made({
                    "compose.yaml": `services:
  web: { build: ., ports: ["80:80"], command: "flower --broker=redis://redis:6379/0" }
  redis: { image: "redis:7" }`,
                    Dockerfile: 'FROM python:3.13\nENTRYPOINT ["/app/entrypoint.sh"]\n',
                    "entrypoint.sh": script,
                });
            const found = handed('#!/bin/sh\nmigrate\nexec "$@"\n');
            const { command, env } = found.app.services.web;
            assert.deepEqual(command, ["sh", "-c", "exec flower --broker=$COMMAND_REDIS_URL"]);
            assert.deepEqual(env, { COMMAND_REDIS_URL: "${redis.url}?${redis.sslQuery}" });
            assert.match(mends(handed("#!/bin/sh\nexec gunicorn\n")).join(), /command leads to redis/);
        });
    });
});
