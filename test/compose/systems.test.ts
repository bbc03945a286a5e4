import assert from "node:assert/strict";

import { imported, inFolders, mends, reasons } from "./importing";

describe("A system of several services", () => {
    const { made } = inFolders();

    describe("of one program, which finds its parts by names in the source", () => {
        const parts = (more: string) =>
            made({
                "compose.yaml": `services:
  front: { build: ., entrypoint: shop front, ports: ["80:8080"], depends_on: [search] }
  search: { build: ., entrypoint: shop search, healthcheck: { test: "nc -z localhost 8080" } }
  mail: { build: ., entrypoint: shop mail }${more}`,
                Dockerfile: "FROM golang:1.24\nCOPY . /shop\nRUN go install /shop\n",
                "main.go": 'searchAddr = flag.String("search", "search:8080", "")\nmailAddr = "mail:8080"\n',
            });

        it("is told that no cloud knows them, by what waits for them alone", () => {
            const app = parts("");
            assert.deepEqual(mends(app), [
                "2 services.front.depends_on.search: main.go:1 leads to search, a name that only Compose's network knows: read SEARCH_URL instead, which calling search gives",
            ]);
            assert.deepEqual(app.app.services.search.ports, { http: 8080 });
        });

        it("has its check's port for one at which it is called", () =>
            assert.deepEqual(parts("").app.services.search.routes, []));
    });

    it("has workers that answer nobody but their own check, beside what takes requests", () => {
        const worker = (more: string) =>
            imported(`services:
  api: { image: "acme/shop:1", ports: ["3000:3000"], command: web }
  worker: { image: "acme/shop:1", command: work, healthcheck: { test: "curl -f http://localhost:8080" } }${more}`).app
                .services.worker;
        assert.equal(worker("").ports, undefined);
        assert.deepEqual(worker("").health?.container?.command, ["sh", "-c", "curl -f http://localhost:8080"]);
        assert.deepEqual(
            worker(`\n  mail: { image: "acme/mail:1", environment: { WORKER_URL: "http://worker:8080" } }`).ports,
            { http: 8080 },
        );
    });

    it("has a command's store in the form that its client wants, and uses it, though no variable says so", () => {
        const service = (variables: string) =>
            imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"] }
  worker: { image: "acme/jobs:1", command: sh -c 'jobs --at redis://cache:6379/2'${variables} }
  cache: { image: "redis:7" }`).app.services.worker;
        assert.deepEqual(
            [service("").command?.[2], service("").uses, service("").env],
            ["jobs --at $REDIS_URL/2", ["redis"], undefined],
        );
        const own = service(", environment: { REDIS_URL: redis://cache/1 }");
        assert.equal(own.command?.[2], "jobs --at $COMMAND_REDIS_URL");
        assert.deepEqual(own.env, { REDIS_URL: "${redis.url}/1", COMMAND_REDIS_URL: "${redis.url}/2" });
    });

    it("has no service of what others call as a store or a broker, whatever its image is called", () => {
        const app = imported(`services:
  web:
    image: acme/web:1
    ports: ["80:80"]
    environment: { DB_URI: "mongodb://documents:10260/?tls=true", QUEUE: "amqp://u:p@bus" }
  documents: { image: "acme/documents:1", ports: ["10260:10260"] }
  bus: { image: "acme/bus:1", expose: ["5000"] }
  search: { image: "acme/search:1", expose: ["9000"] }`);
        const said = mends(app).join("\n");
        assert.match(said, /documents\.image: left out: no such database/);
        assert.match(said, /bus\.image: left out: there is no message broker/);
        assert.match(said, /DB_URI: leads to documents, which has no place here/);
        assert.deepEqual(Object.keys(app.app.services), ["web", "search"]);
    });

    it("has in an image what its Dockerfile copies, and nothing else of the source", () => {
        const web = (dockerfile: string) =>
            mends(
                made({
                    "compose.yaml": `services:
  web: { build: web, ports: ["80:80"] }
  api: { image: "acme/api:1", ports: ["9000:9000"] }`,
                    "web/Dockerfile": dockerfile,
                    "web/chart/values.yaml": "endpoint: http://api:9000\n",
                    "web/src/main.js": "listen(80);\n",
                }),
            ).join();
        assert.equal(web("FROM node:24 AS build\nCOPY src/ /src\nFROM node:24\nCOPY --from=build /src /src\n"), "");
        for (const copies of ["COPY . /src", "COPY s*c ch[a]rt /src/", "COPY dist /src", "ADD chart /src"])
            assert.match(web(`FROM node:24\n${copies}\n`), /web\/chart\/values\.yaml:1 leads to api/, copies);
    });

    it("has no secret of what nothing leads to", () => {
        const secrets = (variables: string) =>
            imported(`services: { web: { image: "acme/web:1", ports: ["80:80"], environment: {${variables}} } }`).app
                .services.web.secrets;
        assert.equal(secrets("SEARCH_HOST: , SEARCH_PASSWORD: , SENTINEL_TOKEN: , SENTINEL_API_URL: "), undefined);
        assert.deepEqual(secrets("SEARCH_HOST: find.example.com, SEARCH_PASSWORD: "), ["SEARCH_PASSWORD"]);
        assert.deepEqual(secrets("MAIL_PASSWORD: , APP_TOKEN: , APP_HOST: , SESSION_SECRET: "), [
            "MAIL_PASSWORD",
            "APP_TOKEN",
            "SESSION_SECRET",
        ]);
    });

    describe("has a job", () => {
        const system = (init: string, dockerfile = "") =>
            made({
                "compose.yaml": `services:
  worker: { build: ., restart: always, command: work }
  web: { build: ., restart: always, ports: ["80:80"], command: serve }
  ${init}`,
                Dockerfile: dockerfile || "FROM node:24 AS build\nFROM node:24-slim AS run\n",
            });

        it("that is called init, and starts again where it fails alone, before what takes requests", () => {
            const app = system("shop-init: { build: ., restart: on-failure, command: prepare }");
            assert.deepEqual(mends(app), []);
            assert.deepEqual(app.app.jobs, {
                "shop-init": { service: "web", command: ["prepare"], run: "deployment" },
            });
        });

        it("of another stage than its service no more than of another image", () => {
            const to = (target: string) =>
                mends(
                    system(`migrate: { build: { context: ., target: ${target} }, command: migrate }
  late: { build: ., restart: always, command: late, depends_on: { migrate: { condition: service_completed_successfully } } }`),
                ).join();
            assert.match(to("build"), /migrate: left out: it is built from another folder or target than late/);
            assert.equal(to("run"), "");
        });
    });

    it("is told where its own variables lead browsers to a port that no request reaches", () => {
        const ports = (url: string) =>
            mends(
                imported(
                    `services: { web: { image: "acme/web:1", ports: ["3000:3000", "4170:3170"], environment: { API: "${url}" } } }`,
                ),
            ).join();
        assert.match(
            ports("ws://localhost:4170/graphql"),
            /requests reach 3000 alone, .*lead browsers to 3170 as well/,
        );
        assert.equal(ports("http://localhost:3000"), "");
    });

    it("has a PostgreSQL that is called after an extension of both clouds'", () => {
        const said = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: { DATABASE_URL: "postgres://u:p@db/app" } }
  db: { image: "acme/postgres-partman:15.0-alpine" }`);
        assert.deepEqual(mends(said), []);
        assert.match(reasons(said, "services.db.image"), /pg_partman is in the PostgreSQL of both clouds/);
    });

    it("is not shown to anybody by a proxy's variable without a value", () => {
        const app = imported(`services:
  web: { image: "acme/shop:1", ports: ["80:3000"], environment: { VIRTUAL_HOST: } }
  worker: { image: "acme/shop:1", command: work, environment: { VIRTUAL_HOST: , VIRTUAL_PORT: } }`).app;
        assert.equal(app.services.worker.ports, undefined);
        assert.deepEqual(app.services.web.ports, { http: 3000 });
    });

    describe("has one that takes every request", () => {
        const main = (...services: string[]) => {
            const { app } = imported(`services:\n${services.join("\n")}`);
            return Object.keys(app.services).find((name) => app.services[name].routes === undefined);
        };

        it("which is the front", () => {
            assert.equal(
                main(
                    `  orders: { image: "acme/orders:1", ports: ["3000:3000"] }`,
                    `  store-front: { image: "acme/front:1", ports: ["8080:8080"] }`,
                ),
                "store-front",
            );
        });

        it("which is where people open it without a port", () => {
            assert.equal(
                main(
                    `  orders: { image: "acme/orders:1", ports: ["3000:3000"] }`,
                    `  shop: { image: "acme/shop:1", ports: ["80:5000"] }`,
                ),
                "shop",
            );
        });
    });

    it("waits for what a browser is told of by its place on one's own machine", () => {
        const front = (url: string) =>
            mends(
                imported(`services:
  api: { image: "acme/api:1", ports: ["3000:3000"] }
  web:
    image: acme/web:1
    ports: ["80:80"]
    environment: { API_URL: "${url}" }
    depends_on: { api: { condition: service_healthy } }`),
            ).join();
        assert.equal(front("http://localhost:3000"), "");
        assert.match(front("http://localhost:4000"), /waits for api, and no variable says where it is/);
    });

    it("names the profile to start with where everything belongs to one", () => {
        const profiles = (called: string) =>
            mends(
                imported(`services:
  web: { image: "acme/web:1", profiles: [${called}] }
  api: { image: "acme/api:1", profiles: [parts] }
  db: { image: "postgres:16", profiles: [${called}, parts] }
  job: { image: "acme/job:1", profiles: [parts] }`),
            ).join();
        assert.match(profiles("default"), /a service of its own, and --profile default takes in web, db$/);
        assert.match(profiles("other"), /, and --profile parts takes in api, db, job$/);
    });

    it("is told of checks that are content with any answer, or ask where nothing of it listens", () => {
        const check = (test: string) =>
            reasons(
                imported(
                    `services: { web: { image: "acme/web:1", ports: ["80:8080"], healthcheck: { test: "${test}" } } }`,
                ),
                "services.web.healthcheck.test",
            );
        assert.match(check("curl -I http://localhost:8080/up"), /content with any answer, .*ask \/up, which must/);
        assert.match(check("wget -q http://localhost/health"), /asks 80, and the service answers at 8080: AWS ends/);
        assert.equal(check("curl -sf http://localhost:8080/up"), "");
        assert.equal(check("curl -s http://localhost:8080/up | grep -q ok"), "");
    });
});
