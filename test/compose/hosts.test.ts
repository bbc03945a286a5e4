import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { imported, mends, project as projectIn, reasons } from "./importing";

const stores = `
  db: { image: "postgres:16", environment: { POSTGRES_PASSWORD: x } }
  cache: { image: "redis:7" }`;

describe("Names of services that only Compose's network knows", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hosts-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    const project = (files: Record<string, string>) => projectIn(folder, files);

    it("are variables in what a shell reads, and have to be mended in other commands", () => {
        const made = imported(`services:
  web:
    image: acme/web:1
    ports: ["8000:8000"]
    environment: { DATABASE_URL: "postgres://u:p@db/app", REDIS_URL: "redis://cache" }
    command: bash -c 'while !</dev/tcp/db/5432; do sleep 1; done; nc -z cache 6379 && curl http://api:9000/up; exec web'
  api: { image: "acme/api:1", expose: ["9000"], command: ["wait-for-it.sh", "db:5432", "--", "api"] }
  worker:
    image: acme/web:1
    environment: { DATABASE_URL: "postgres://u:p@db/app" }
    entrypoint: [sh, -c]
    command: ["pg_isready -h db && exec worker"]${stores}`);
        const { web, worker } = made.app.services;
        assert.equal(
            web.command![2],
            "while !</dev/tcp/$DB_HOST/$DB_PORT; do sleep 1; done; nc -z $REDIS_HOST $REDIS_PORT && curl $API_URL/up; exec web",
        );
        assert.deepEqual(web.calls, ["api"]);
        assert.deepEqual(worker.command, ["pg_isready -h $DB_HOST && exec worker"]);
        assert.deepEqual(mends(made), [
            "7 services.api.command: command leads to db, a name that only Compose's network knows: read DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD, DATABASE_URL instead",
        ]);
    });

    it("are found in mounted files, whatever they lead to", () => {
        const made = project({
            "compose.yaml": `services:
  proxy:
    image: nginx:1.27
    ports: ["80:80"]
    volumes: ["./nginx:/etc/nginx/conf.d:ro", "./lb/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro"]
  api: { image: "acme/api:1", expose: ["8000"] }
  fpm: { image: "acme/fpm:1", expose: ["9000"] }${stores}`,
            "nginx/default.conf":
                "upstream back { server api:8000; }\nserver {\n  location / { proxy_pass http://back; }\n}\n",
            "nginx/php.conf": "location ~ \\.php$ {\n  fastcgi_pass fpm:9000;\n}\n",
            "lb/haproxy.cfg": "backend b\n  server one db:5432 check\n",
        });
        const said = mends(made).join("\n");
        assert.match(
            said,
            /volumes\.0: nginx\/default\.conf:1 leads to api, .*php\.conf:1: location outside of a server/,
        );
        assert.match(said, /volumes\.0: nginx\/php\.conf:2 leads to fpm by FastCGI/);
        assert.match(said, /volumes\.1: lb\/haproxy\.cfg:2 leads to db, .*read DB_HOST/);
    });

    it("are found in the source of what waits for them, unless it reads what it is given", () => {
        const made = project({
            "compose.yaml": `services:
  web: { build: web, ports: ["3000:3000"], depends_on: [api, db, cache] }
  api: { build: api }
  worker: { build: worker, depends_on: [db] }${stores}`,
            "web/Dockerfile": "FROM node:22\n",
            "web/proxy.js": 'module.exports = { target: "http://api:5000" };\n',
            "web/cache.js": 'connect(process.env.REDIS_URL ?? "redis://cache:6379");\n',
            "web/README.md": "http://db:5432",
            "api/Dockerfile": "FROM node:22 AS build\nFROM node:22-slim\nEXPOSE 5000/tcp\n",
            "worker/Dockerfile": "FROM node:22\n",
            "worker/node_modules/pg/index.js": 'host: "db"\n',
            "worker/index.js": '\nconst client = new Client({ host: "db" });\n',
        });
        assert.deepEqual(made.app.services.api.ports, { http: 5000 });
        assert.deepEqual(made.app.services.web.calls, ["api"]);
        const said = mends(made).join("\n");
        assert.match(said, /web\.depends_on\.api: web\/proxy\.js:1 leads to api, .*read API_URL/);
        assert.match(said, /web\.depends_on\.db: no variable says where db is: read DB_HOST/);
        assert.match(said, /worker\.depends_on\.db: no variable says where db is, which worker\/index\.js:2 names/);
        assert.doesNotMatch(said, /cache/);
        assert.match(reasons(made, "services.web.depends_on.cache"), /web\/cache\.js:1 reads REDIS_URL/);
    });

    it("tell, in a proxy that has no place here, what is public and where it listens", () => {
        const made = project({
            "compose.yaml": `services:
  caddy: { image: "caddy:2", ports: ["80:80"], volumes: ["$PWD/Caddyfile:/etc/caddy/Caddyfile"] }
  front: { image: "acme/front:1" }
  other: { image: "acme/other:1" }`,
            Caddyfile: "example.com\nreverse_proxy front:8080\n",
        });
        assert.deepEqual(mends(made), []);
        assert.deepEqual(made.app.services.front.ports, { http: 8080 });
        assert.equal(made.app.services.front.routes, undefined);
        assert.equal(made.app.services.other.ports, undefined);
    });

    it("are those of containers, aliases and links as well", () => {
        const { app } = imported(`services:
  web:
    image: acme/web:1
    ports: ["80:80"]
    environment:
      A_URL: http://acme-api:9000/x
      B_URL: http://backend:9000
      DATABASE_URL: postgres://u:p@pg/app
      REDIS_URL: redis://store:6379/1
      DSN: "Host=shop-db;Database=app;Username=u;Password=p"
    links: ["cache:store"]
  api: { image: "acme/api:1", container_name: acme-api, expose: ["9000"], networks: { default: { aliases: [backend] } } }
  db: { image: "postgres:16", hostname: pg, container_name: shop-db, environment: { POSTGRES_DB: app } }
  cache: { image: "redis:7" }`);
        assert.deepEqual(app.services.web.env, {
            A_URL: "${api.url}/x",
            B_URL: "${api.url}",
            REDIS_URL: "${redis.url}/1",
            DSN: "Host=${db.host};Database=${db.name};Username=${db.user};Password=${db.password}",
        });
        assert.deepEqual(app.services.web.uses, ["db", "redis"]);
    });

    it("are localhost in a service's own health check, and refused in its own variables", () => {
        const made = imported(`services:
  web:
    image: acme/web:1
    ports: ["80:80"]
    environment: { SELF: "tcp://web:7777", HOSTNAME: web }
    healthcheck: { test: "curl -f http://web:80/up" }`);
        assert.equal(made.app.services.web.health!.container!.command[2], "curl -f http://localhost:80/up");
        assert.deepEqual(made.app.services.web.env, { HOSTNAME: "web" });
        assert.match(mends(made).join("\n"), /SELF: leads to web itself/);
    });

    it("name a database by what its source reads, and a port by where it listens", () => {
        const made = project({
            "compose.yaml": `services:
  web: { build: web, ports: ["3000:3000"], depends_on: [pg, worker], environment: { POSTGRES_DB: shop } }
  api: { build: api, environment: { ADDRESS: "0.0.0.0:8000" } }
  worker: { build: worker }
  pg: { image: "postgres:16", environment: { POSTGRES_DB: shop } }`,
            "web/Dockerfile": "FROM node:22\n",
            "web/settings.py": 'HOST = os.getenv("POSTGRES_HOST", "pg")\n',
            "web/setupProxy.js": 'proxy({ target: "http://api:8000" });\n',
        });
        const { web, api, worker } = made.app.services;
        assert.deepEqual(web.uses, ["postgres"]);
        assert.deepEqual(web.env, { POSTGRES_DB: "${postgres.name}" });
        assert.deepEqual(api.ports, { http: 8000 });
        assert.equal(worker.ports, undefined);
        // Source names a service, although nothing says that it waits for it.
        assert.deepEqual(mends(made), [
            "2 services.web.build: web/setupProxy.js:1 leads to api, a name that only Compose's network knows: read API_URL instead, which calling api gives",
        ]);
    });

    it("that stand in an address of a tool that is left out go with it", () => {
        const made = imported(`services:
  web:
    image: acme/web:1
    ports: ["80:80", "443:443", "443:443/udp"]
    environment: { SELF_URL: "http://web/hook", EMAIL_URL: "smtp://mail:1025", DOCS: "mongodb://docs" }
  mail: { image: "axllent/mailpit" }
  docs: { image: "mongo:7" }`);
        assert.deepEqual(made.app.services.web.env, { SELF_URL: "http://localhost/hook" });
        assert.match(reasons(made, "services.web.environment.EMAIL_URL"), /^left out: it leads to mail/);
        assert.match(reasons(made, "services.web.ports.2"), /HTTP\/3/);
        assert.deepEqual(
            mends(made).map((said) => said.replace(/:.*/, "")),
            ["5 services.web.environment.DOCS", "7 services.docs.image"],
        );
    });

    it("of stores are told to well-known images by their own variables", () => {
        const made = imported(`services:
  n8n: { image: "docker.n8n.io/n8nio/n8n:1", ports: ["5678:5678"], environment: { QUEUE_BULL_REDIS_HOST: cache } }
  redmine: { image: "redmine:6", ports: ["3000:3000"], environment: { REDMINE_DB_MYSQL: store, REDMINE_DB_PASSWORD: x, REDMINE_DB_PORT: 3306 } }
  store: { image: "mysql:8.0" }
  cache: { image: "redis:7" }`);
        assert.deepEqual(mends(made), []);
        const { n8n, redmine } = made.app.services;
        assert.deepEqual(n8n.env, {
            QUEUE_BULL_REDIS_HOST: "${redis.host}",
            QUEUE_BULL_REDIS_PORT: "${redis.port}",
            QUEUE_BULL_REDIS_PASSWORD: "${redis.password}",
            QUEUE_BULL_REDIS_TLS: "${redis.tls}",
        });
        assert.deepEqual(Object.keys(redmine.env!).sort(), [
            ...[
                "REDMINE_DB_DATABASE",
                "REDMINE_DB_MYSQL",
                "REDMINE_DB_PASSWORD",
                "REDMINE_DB_PORT",
                "REDMINE_DB_USERNAME",
            ],
        ]);
    });
});
