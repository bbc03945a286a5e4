import assert from "node:assert/strict";

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { imported, mends, oneService, project, reasons, resolved } from "./importing";

/** Two services behind a Traefik, by the rules of their routers. */
const traefik = (web: string, api: string, more: string[] = []) =>
    imported(
        JSON.stringify({
            services: Object.fromEntries(
                Object.entries({ web, api }).map(([name, rule]) => [
                    name,
                    {
                        image: `registry.example.com/${name}:1`,
                        labels: [
                            `traefik.http.routers.${name}.rule=${rule}`,
                            `traefik.http.services.${name}.loadbalancer.server.port=8000`,
                            ...(name === "api" ? more : []),
                        ],
                    },
                ]),
            ),
        }),
    );

describe("The rules of a Traefik", () => {
    it("are routes, by path where there is one host", () => {
        const there = traefik(
            "Host(`shop.example.com`)",
            "Host(`shop.example.com`) && PathPrefix(`/graphql`, `/auth/`)",
        );
        assert.deepEqual(mends(there), []);
        assert.deepEqual(there.app.services.api.routes, [{ path: "/graphql/*" }, { path: "/auth/*" }]);
        assert.deepEqual([there.app.services.web.routes, there.app.domain], [undefined, undefined]);
        assert.doesNotMatch(reasons(there, "services.api.ports"), /a guess/);
    });

    it("go without a prefix where a middleware takes it away", () => {
        const there = traefik("Host(`a.example.com`)", "PathPrefix(`/api`)", [
            "traefik.http.middlewares.cut.stripprefix.prefixes=/api",
        ]);
        assert.deepEqual([mends(there), there.app.services.api.routes], [[], [{ path: "/api/*", stripPrefix: true }]]);
    });

    it("are routes by host and a domain where there are several of one zone", () => {
        const there = traefik(
            "Host(`shop.example.com`)",
            "Host(`api.shop.example.com`) || Host(`api2.shop.example.com`)",
        );
        assert.deepEqual(mends(there), []);
        assert.deepEqual(there.app.domain, { name: "shop.example.com" });
        assert.deepEqual(there.app.services.api.routes, [
            { host: "api.shop.example.com", path: "/*" },
            { host: "api2.shop.example.com", path: "/*" },
        ]);
        assert.equal(there.app.services.web.routes, undefined);
        for (const cloud of ["aws", "gcp"] as const) resolved(there.app, cloud);
        assert.deepEqual(traefik("Host(`a.example.com`)", "Host(`b.example.com`)").app.domain, {
            name: "a.example.com",
        });
    });

    it("are refused where no route does what they do", () => {
        const strip = traefik("Host(`a.example.com`)", "PathPrefix(`/api`)", [
            "traefik.http.middlewares.cut.stripprefix.prefixes=/v1",
        ]);
        assert.match(mends(strip).join(), /takes \/v1\/\* from the path of requests, which none of its routes does/);
        const zones = traefik("Host(`a.example.com`)", "Host(`b.example.net`)");
        assert.match(mends(zones).join(), /b\.example\.net is in another zone than a\.example\.com/);
    });

    it("leave a guess, and say so, where they say more than routes have, or the same twice", () => {
        for (const rule of ["HostRegexp(`.+`)", "Host(`a.example.com`) || PathPrefix(`/x`)", "Host(`web.localhost`)"])
            assert.match(reasons(traefik("Host(`web.localhost`)", rule), "services.api.ports"), /a guess/, rule);
    });
});

describe("A service without ports", () => {
    it("may be asked by whoever is in a network that the file does not make", () => {
        const there = imported(
            JSON.stringify({
                services: {
                    web: { image: "a/b:1", ports: ["80:80"] },
                    shy: { image: "a/c:1", networks: ["proxy", "own"] },
                },
                networks: { proxy: { external: true }, own: {} },
            }),
        );
        assert.match(
            mends(there).join(),
            /services\.shy: no port, and the network proxy is somebody else's, who may ask it/,
        );
    });
});

describe("What is not what its name says", () => {
    it("is somebody's own PostgreSQL, a worker that ends, SSH, and a number of a cache's database", () => {
        const db = (image: string) =>
            mends(oneService({ environment: { DATABASE_URL: "postgres://u:p@db/x" } }, { db: { image } })).join();
        assert.match(db("somebody/postgres:2.0"), /somebody\/postgres:2\.0 is somebody's own PostgreSQL/);
        for (const image of [
            "postgres:16",
            "docker.io/library/postgres:16",
            "mirror.example.com/postgres:16",
            "bitnami/postgresql:16",
        ])
            assert.equal(db(image), "", image);
        const ends = oneService({}, { assets: { image: "registry.example.com/api:1", restart: "no" } });
        assert.match(mends(ends).join(), /services\.assets: no port, and it is not started again when it ends/);
        assert.match(mends(oneService({ ports: ["8080:8080", "2222:2222"] })).join(), /2222 is SSH/);
        const cache = oneService(
            { environment: { REDIS_HOST: "redis", REDIS_DB: "0" } },
            { redis: { image: "redis:7" } },
        );
        assert.deepEqual([mends(cache), cache.app.services.api.env], [[], { REDIS_DB: "0" }]);
    });
});

describe("A variable whose name speaks of secrets", () => {
    it("is none where it says a host, a language or a port of theirs", () => {
        const environment = { SECRET_LOCAL_HOSTNAME: "shop", SECRET_FORCED_LANGUAGE: "en", SECRET_JWT_SECRET: "x1" };
        const { app } = oneService({ environment });
        assert.deepEqual(app.services.api.secrets, ["SECRET_JWT_SECRET"]);
        assert.equal(app.services.api.env?.SECRET_LOCAL_HOSTNAME, "shop");
    });
});

describe("A proxy", () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "proxy-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    it("that is not read here, has to be said", () => {
        const there = project(folder, {
            "compose.yaml": JSON.stringify({
                services: {
                    lb: {
                        image: "haproxy:3",
                        ports: ["80:80"],
                        volumes: ["./h.cfg:/usr/local/etc/haproxy/haproxy.cfg"],
                    },
                    api: { image: "registry.example.com/api:1", expose: ["8090"] },
                    web: { image: "registry.example.com/web:1", expose: ["3000"] },
                },
            }),
            "h.cfg": "backend a\n  server one api:8090\nbackend b\n  server one web:3000\n",
        });
        assert.match(mends(there).join("\n"), /services\.lb: leads to api and web by settings that are not read here/);
    });

    it("that is in an image which nobody can read is named by what it may lead to", () => {
        const there = imported(`services:
  gateway: { image: "acme/gateway:1", ports: ["80:80"], depends_on: [page] }
  page: { image: "acme/page:1", expose: ["3000"] }`);
        assert.match(
            mends(there).join(),
            /services\.page: no variable and no route leads to it, unless gateway does so by what is in its image/,
        );
    });

    it("that decides about requests by settings that are not read here, has to be said as well", () => {
        const before = (image: string, settings: string, command: string[] = []) =>
            mends(
                project(folder, {
                    "compose.yaml": JSON.stringify({
                        services: {
                            lb: { image, command, ports: ["80:80"], volumes: ["./settings:/etc/settings"] },
                            api: { image: "registry.example.com/api:1", expose: ["8090"] },
                        },
                    }),
                    settings,
                }),
            ).join("\n");
        const backend = "backend a\n  http-request set-header X-Forwarded-Proto https\n  server one api:8090 check\n";
        assert.equal(before("haproxy:3", `frontend f\n  redirect scheme https\n  default_backend a\n${backend}`), "");
        assert.match(
            before("haproxy:3", `frontend f\n  http-request deny if { path_beg /admin }\n${backend}`),
            /services\.lb: settings:2: http-request deny if .*: settings that are not read here: say the routes/,
        );
        const traefik = (router: string, rest = "") =>
            `http:\n  routers: { app: { rule: "${router}", service: app } }\n  services:\n    app: { loadBalancer: { servers: [{ url: "http://api:8090" }] } }\n${rest}`;
        assert.equal(before("traefik:3", traefik("Host(`shop.example.com`)")), "");
        assert.match(before("traefik:3", traefik("PathPrefix(`/app`)")), /settings:2: routers/);
        const middleware = "  middlewares:\n    auth:\n      basicAuth: { users: [x] }\n";
        assert.match(before("traefik:3", traefik("Host(`a`)", middleware)), /settings:7: basicAuth/);
        // What is only defined there counts where a label names it.
        assert.equal(before("traefik:3", `http:\n${middleware}`), "");
        const everywhere = "--entrypoints.web.http.middlewares=auth@file";
        assert.match(before("traefik:3", "", [everywhere]), /what that does to every request no load balancer does/);
    });
});
