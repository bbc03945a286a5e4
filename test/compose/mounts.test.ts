import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { imported, mends, project as projectIn, reasons } from "./importing";

describe("Volumes and data stores of a Compose file", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "mounts-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    const project = (files: Record<string, string>) => projectIn(folder, files);

    it("are as many file systems as there are folders, whatever they are called", () => {
        const made = imported(`services:
  a: { image: "acme/a:1", ports: ["80:80"], volumes: ["./a/data:/data", "data:/var/lib/a", "./a/config:/config"] }
  b: { image: "acme/b:1", volumes: ["./b/data:/data", "data:/var/lib/a"] }
volumes: { data: }`);
        const { a, b } = made.app.services;
        assert.deepEqual(a.mounts, { data: "/data", "data-files": "/var/lib/a", config: "/config" });
        assert.deepEqual(b.mounts, { "b-data": "/data", "data-files": "/var/lib/a" });
        assert.deepEqual(mends(made), []);
    });

    it("are what a build has in its image, or data, by what is mounted where", () => {
        const made = project({
            "compose.yaml": `services:
  web:
    build: .
    ports: ["80:80"]
    volumes:
      - .:/app
      - ./src:/app/src
      - ./data:/app/data
      - ./nginx.conf:/etc/nginx/nginx.conf
      - modules:/app/node_modules
      - static:/app/static
volumes: { modules: , static: }`,
            Dockerfile: "FROM nginx:1\n",
            "src/x.js": "",
            "data/.gitkeep": "",
            "nginx.conf": "events {}",
        });
        const { web } = made.app.services;
        assert.deepEqual(web.mounts, { data: "/app/data", static: "/app/static" });
        assert.deepEqual(web.image.files, { "/etc/nginx/nginx.conf": "nginx.conf" });
        assert.match(reasons(made, "services.web.volumes.4"), /what the image has there already/);
        assert.match(reasons(made, "services.web.volumes.5"), /begins empty: Docker fills it/);
        assert.deepEqual(mends(made), []);
    });

    it("are the program itself, which has to be in the image, where its Dockerfile copies nothing of it", () => {
        const compose = (build: string) => `services:
  web: { build: ${build}, command: "python app.py", ports: ["80:80"], volumes: [".:/app"] }`;
        const needs =
            "FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt start.sh ./\nRUN pip install -r requirements.txt\n";
        const files = { "app.py": "", "requirements.txt": "", "start.sh": "" };
        for (const [build, made] of [
            [".", { Dockerfile: needs }],
            [
                "./docker",
                {
                    "docker/Dockerfile":
                        "FROM php:8.4-cli\nCOPY php.ini /usr/local/etc/php/\nRUN curl -L https://example.com/t.tgz | tar -xz -C /usr/local/bin\n",
                },
            ],
            [
                "{ context: ., target: dev }",
                { Dockerfile: `${needs.replace("3.13", "3.13 AS dev")}FROM dev\nCOPY . .\n` },
            ],
        ] as const)
            assert.match(
                mends(project({ ...files, ...made, "compose.yaml": compose(build) })).join(),
                /services\.web\.volumes\.0: \/app is the program itself, of which the image has nothing: let its Dockerfile copy it \(COPY \. \/app\)/,
                build,
            );
        // What copies it, or may have brought it along in a way that nobody sees.
        for (const dockerfile of [
            `${needs}COPY app.py ./\n`,
            "FROM python:3.13 AS build\nCOPY . /src\nFROM python:3.13\nCOPY --from=build /src /app\n",
            "FROM python:3.13\nRUN git clone https://example.com/shop /app\n",
            "FROM registry.example.com/shop:1\n",
        ])
            assert.deepEqual(
                mends(project({ ...files, Dockerfile: dockerfile, "compose.yaml": compose(".") })),
                [],
                dockerfile,
            );
    });

    it("keep a database in a file of the source, which has to be mended where no database takes its place", () => {
        const compose = (more: string) => `services:
  web: { build: ., ports: ["80:80"], volumes: [".:/app"]${more} }
  db: { image: "${more.includes("postgres") ? "postgres:16" : "redis:7"}" }`;
        const files = { Dockerfile: "FROM python:3.13\nCOPY . .\n" };
        for (const [file, text] of [
            [
                "settings.py",
                'import os\nDATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}\n',
            ],
            ["app.py", '\nengine = create_engine("sqlite:///./shop.db")\n'],
        ]) {
            const lost = project({ ...files, "settings.py": "", [file]: text, "compose.yaml": compose("") });
            assert.match(
                mends(lost).join(),
                new RegExp(
                    `volumes\\.0: ${file}:2 keeps a database in a file \\(SQLite\\), which is in what is mounted`,
                ),
            );
            const kept = project({
                ...files,
                [file]: text,
                "compose.yaml": compose(', environment: { DATABASE_URL: "postgres://u:p@db/app" }'),
            });
            assert.deepEqual(mends(kept), [], file);
        }
    });

    it("are never folders with files in them that begin empty", () => {
        const made = project({
            "compose.yaml": `services:
  web:
    image: nginx:1.27
    ports: ["80:80"]
    volumes: ["./html:/usr/share/nginx/html", "./uploads:/srv/uploads", "./empty:/srv/empty"]`,
            "html/index.html": "Hello",
            "uploads/a.png": "",
            "empty/.gitkeep": "",
        });
        assert.deepEqual(made.app.services.web.image.files, { "/usr/share/nginx/html": "html" });
        assert.deepEqual(made.app.services.web.mounts, { empty: "/srv/empty" });
        assert.match(reasons(made, "services.web.volumes.0"), /what is written there goes with its container/);
        assert.deepEqual(
            mends(made).map((said) => said.replace(/,.*/, "")),
            ["5 services.web.volumes.1: uploads has files (a.png)"],
        );
    });

    it("come with volumes_from", () => {
        const made = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], volumes: ["data:/data", "./c.yml:/c.yml"] }
  worker: { image: "acme/web:1", volumes_from: ["web"] }
  odd: { image: "acme/web:1", volumes_from: ["container:x"] }
volumes: { data: }`);
        assert.deepEqual(made.app.services.worker.mounts, { data: "/data" });
        assert.match(mends(made).join("\n"), /services\.odd\.volumes_from/);
        assert.doesNotMatch(mends(made).join("\n"), /worker\.volumes_from/);
    });

    it("are data stores still, when a Dockerfile adds something to them", () => {
        const made = project({
            "compose.yaml": `services:
  web: { build: web, ports: ["80:80"], environment: { DATABASE_URL: "postgres://u:p@db/app", MONGO: "mongodb://docs" } }
  db: { build: { context: db, args: { VERSION: "16" } }, ports: ["5432:5432"] }
  docs: { build: docs }
  pages: { build: pages, ports: ["8080:80"] }`,
            "web/Dockerfile": "FROM mongo AS tools\nFROM node:22\n",
            "db/Dockerfile":
                "ARG VERSION=14\nFROM docker.io/postgres:${VERSION}-alpine AS base\n# x\nFROM base\nCOPY pg_hba.conf /etc/\n",
            "docs/Dockerfile": "FROM mongo:7\n",
            "pages/Dockerfile": "FROM caddy:2\nCOPY . /srv\n",
        });
        assert.deepEqual(Object.keys(made.app.services), ["web", "pages"]);
        assert.deepEqual(made.app.databases, { db: { version: "16" } });
        const said = mends(made).join("\n");
        assert.match(said, /services\.db\.build: a server of the cloud's has nothing of .*COPY pg_hba\.conf/);
        assert.match(said, /services\.docs.*left out: no such database/);
    });

    it("of a product's own making are refused for what is in them", () => {
        const made = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: { DATABASE_URL: "postgres://u:p@db/app" } }
  db: { image: "acme/acme-postgres:16.4" }`);
        assert.match(
            mends(made).join("\n"),
            /services\.db\.image: acme\/acme-postgres:16\.4 is somebody's own PostgreSQL/,
        );
    });

    it("of MySQL ask Go's driver for TLS, which it does not by itself", () => {
        const { app } = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: { DSN: "u:p@tcp(db:3306)/app?parseTime=true&tls=false" } }
  db: { image: "mysql:8.4", environment: { MYSQL_DATABASE: app } }`);
        assert.equal(
            app.services.web.env!.DSN,
            "${db.user}:${db.password}@tcp(${db.host}:${db.port})/${db.name}?parseTime=true&tls=preferred",
        );
    });

    it("are told by what a variable says of them, and by nothing that only begins like it", () => {
        const { app, notes } = imported(`services:
  web:
    image: acme/web:1
    ports: ["80:80"]
    environment: { DB_HOST: db, DB_PASSWORD: x, DB_SSL_VERIFY_SERVER: "false", DB_DUMP_SKIP_SSL: "true" }
  issues:
    image: acme/issues:1
    environment: { ISSUES_DB_MYSQL: store, ISSUES_DB_PASSWORD: x }
  store: { image: "mysql:8.0" }
  db: { image: "postgres:16" }`);
        assert.deepEqual(app.services.web.env, { DB_SSL_VERIFY_SERVER: "false", DB_DUMP_SKIP_SSL: "true" });
        const said = notes.filter(({ mend }) => mend).map(({ at, reason }) => `${at}: ${reason}`);
        assert.equal(said.length, 1);
        assert.match(
            said[0],
            /ISSUES_DB_MYSQL: no variable has the user of \S+ \(app here\).*; no variable has the name/,
        );
    });
});
