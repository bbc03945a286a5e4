import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { mends, project, reasons, resolved } from "./importing";

describe("A Caddyfile", () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "caddy-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    const caddy = (text: string, environment: object = {}) =>
        project(folder, {
            "compose.yaml": JSON.stringify({
                services: {
                    caddy: {
                        image: "caddy:2",
                        ports: ["80:80", "443:443"],
                        environment,
                        volumes: ["./Caddyfile:/etc/caddy/Caddyfile", "./site:/srv", "certificates:/data"],
                    },
                    api: { image: "registry.example.com/api:1", expose: ["8090"] },
                    web: { image: "registry.example.com/web:1" },
                },
                volumes: { certificates: {} },
            }),
            "site/index.html": "<p>Hello</p>",
            Caddyfile: text,
        });
    const routes = (text: string, environment: object = {}) => {
        const { app, notes } = caddy(text, environment);
        assert.deepEqual(mends({ app, notes }), []);
        return { api: app.services.api.routes, web: app.services.web.routes };
    };

    it("is routes, by matchers and by handles", () => {
        const expected = { api: [{ path: "/api/*" }], web: undefined };
        assert.deepEqual(
            routes(
                "{\n\temail me@example.com\n}\n{$DOMAIN} {\n\tencode gzip\n\treverse_proxy /api/* api:8090\n\treverse_proxy web:3000 # the page\n}\n",
            ),
            expected,
        );
        assert.deepEqual(
            routes(
                "shop.example.com {\n  handle /api/* {\n    reverse_proxy api:8090 {\n      header_up Host {host}\n    }\n  }\n  handle {\n    reverse_proxy web:3000\n  }\n}\n",
            ),
            expected,
        );
        assert.deepEqual(routes("shop.example.com\nreverse_proxy /api/* api:8090\nreverse_proxy web:3000\n"), expected);
    });

    it("says what is lost with its headers and its compression, wherever they stand", () => {
        const text =
            ":80 {\n  handle {\n    header Strict-Transport-Security max-age=1\n    encode gzip\n    reverse_proxy web:3000\n  }\n}\n";
        assert.match(
            reasons(caddy(text), "services.caddy"),
            /all to web; headers that it adds \(header\) are not .*; nobody but they compress/,
        );
    });

    it("goes without what handle_path takes away", () => {
        const { api } = routes(
            ":80 {\n  handle_path /api/* {\n    reverse_proxy api:8090\n  }\n  reverse_proxy web:3000\n}\n",
        );
        assert.deepEqual(api, [{ path: "/api/*", stripPrefix: true }]);
    });

    it("has matchers with names, snippets, variables and upstreams in a block", () => {
        const text = `(proxied) {
  reverse_proxy {args[0]} {
    header_up X-Real-IP {remote_host}
    transport http {
      read_timeout 5m
    }
  }
}
:80 {
  @api path /api* "/auth/*"
  @live {
    path /api/live
    header Connection *Upgrade*
  }
  reverse_proxy @live api:8090
  handle @api {
    import proxied {$API_HOST:nobody}:8090
  }
  handle {
    reverse_proxy {
      to http://web:3000
    }
  }
}
`;
        assert.deepEqual(routes(text, { API_HOST: "api" }), {
            api: [{ path: "/api/*" }, { path: "/auth/*" }],
            web: undefined,
        });
        assert.equal(caddy(text, { API_HOST: "api" }).app.services.api.timeoutSeconds, 300);
    });

    it("says hosts and a domain where it has several sites, and what leads to it", () => {
        const text =
            "www.example.com {\n  redir https://example.com{uri} permanent\n}\n" +
            "api.example.com {\n  reverse_proxy api:8090\n}\nexample.com,\nlocalhost {\n  reverse_proxy web:3000\n}\n";
        assert.deepEqual(routes(text), { api: [{ host: "api.example.com", path: "/*" }], web: undefined });
        const { app } = caddy(text);
        assert.deepEqual(app.domain, { name: "example.com", redirects: ["www.example.com"] });
        for (const cloud of ["aws", "gcp"] as const) resolved(app, cloud);
        const wildcard =
            "*.example.com {\n  @api host api.example.com\n  handle @api {\n    reverse_proxy api:8090\n  }\n" +
            "  @web host example.com\n  handle @web {\n    reverse_proxy web:3000\n  }\n  handle {\n    abort\n  }\n}\n";
        assert.deepEqual(routes(wildcard), { api: [{ host: "api.example.com", path: "/*" }], web: undefined });
    });

    it("stays for what it answers itself, without TLS and without what is passed on", () => {
        const here = process.cwd();
        const page =
            "shop.example.com {\n  tls me@example.com\n  handle /api/* {\n    reverse_proxy api:8090\n  }\n" +
            "  handle /web/* {\n    reverse_proxy web:3000\n  }\n" +
            "  handle {\n    root * /srv\n    try_files {path} /index.html\n    file_server\n  }\n}\n";
        const { app, notes } = caddy(page);
        assert.deepEqual(mends({ app, notes }), []);
        assert.deepEqual(app.services.caddy, {
            image: {
                reference: "caddy:2",
                files: {
                    "/srv": "site",
                    "/etc/caddy/Caddyfile": {
                        content:
                            ":80 {\n  handle /api/* {\n  }\n  handle /web/* {\n  }\n" +
                            "  handle {\n    root * /srv\n    try_files {path} /index.html\n    file_server\n  }\n}\n",
                    },
                },
            },
            ports: { http: 80 },
            health: { path: "/" },
        });
        assert.deepEqual(app.services.api.routes, [{ path: "/api/*" }]);
        process.chdir(folder);
        try {
            for (const cloud of ["aws", "gcp"] as const) resolved(app, cloud);
        } finally {
            process.chdir(here);
        }
        const beside = caddy(
            ":8080\nhandle_path /static/* {\n  root * /srv\n  file_server\n}\nreverse_proxy /api/* api:8090\nreverse_proxy web:3000\n",
        ).app.services;
        assert.deepEqual(beside.caddy.routes, [{ path: "/static/*" }]);
        assert.equal(beside.caddy.health?.path, "/caddy-health");
        assert.deepEqual(beside.caddy.image.files?.["/etc/caddy/Caddyfile"], {
            content:
                ":8080\n    handle /caddy-health {\n        respond 200\n    }\n\nhandle_path /static/* {\n  root * /srv\n  file_server\n}\n",
        });
        assert.equal(beside.web.routes, undefined);
        // A page alone is a service as well, and was left out with a word of the load balancer.
        assert.deepEqual(caddy("example.com\nroot * /srv\nfile_server\n").app.services.caddy.ports, { http: 80 });
    });

    it("is not needed by a Caddy whose command, or own settings, serve files", () => {
        for (const more of [
            { command: "caddy file-server --root /srv", volumes: ["./site:/srv"] },
            { volumes: ["./site:/usr/share/caddy"] },
        ]) {
            const { app, notes } = project(folder, {
                "compose.yaml": JSON.stringify({ services: { page: { image: "caddy:2", ports: ["80:80"], ...more } } }),
                "site/index.html": "<p>Hello</p>",
            });
            assert.deepEqual(mends({ app, notes }), []);
            assert.deepEqual(Object.keys(app.services), ["page"]);
        }
    });

    it("is read where a Dockerfile puts it in, beside a page that it builds", () => {
        const { app, notes } = project(folder, {
            "compose.yaml": JSON.stringify({
                services: {
                    page: { build: "page", ports: ["80:80"] },
                    api: { image: "registry.example.com/api:1", expose: ["8090"] },
                },
            }),
            "page/Dockerfile":
                "FROM node:22 AS build\nCOPY . .\nRUN npm run build\nFROM caddy:2-alpine\nCOPY Caddyfile.prod /etc/caddy/Caddyfile\nCOPY --from=build /dist /srv\n",
            "page/Caddyfile.prod":
                ":80\nhandle_path /api/* {\n  reverse_proxy api:8090\n}\nhandle {\n  root * /srv\n  file_server\n}\n",
        });
        assert.deepEqual(mends({ app, notes }), []);
        assert.deepEqual(app.services.api.routes, [{ path: "/api/*", stripPrefix: true }]);
        assert.deepEqual(app.services.page.image, {
            context: "page",
            files: {
                "/etc/caddy/Caddyfile": {
                    content: ":80\nhandle_path /api/* {\n}\nhandle {\n  root * /srv\n  file_server\n}\n",
                },
            },
        });
    });

    it("is refused, with its line, where no load balancer does what it does", () => {
        for (const [text, reason] of [
            [
                ":80 {\n  handle_path /api {\n    reverse_proxy api:8090\n  }\n}\n",
                /Caddyfile:3: \/api is no prefix that a route goes without/,
            ],
            [
                ":80 {\n  reverse_proxy api:8090 web:3000\n}\n",
                /Caddyfile:2: leads to api:8090 web:3000, which is not one/,
            ],
            [
                ":80 {\n  @api method POST\n  reverse_proxy @api api:8090\n}\n",
                /Caddyfile:2: @api asks for method POST: routes are paths and hosts/,
            ],
            [
                ":80 {\n  basic_auth {\n    bob x\n  }\n  reverse_proxy api:8090\n}\n",
                /Caddyfile:2: basic_auth, which no load balancer does/,
            ],
            [
                ":80 {\n  handle /admin/* {\n    respond 403\n  }\n  reverse_proxy api:8090\n}\n",
                /Caddyfile:3: respond denies \/admin\/\*/,
            ],
            [
                ":80 {\n  handle /v1/* {\n    rewrite * /v2{uri}\n    reverse_proxy api:8090\n  }\n}\n",
                /Caddyfile:3: rewrite changes the path/,
            ],
            [":80 {\n  reverse_proxy https://api:8443\n}\n", /Caddyfile:2: leads to it by https/],
            [
                ":80 {\n  reverse_proxy api:8090 {\n    header_up Authorization secret\n  }\n}\n",
                /Caddyfile:3: header_up Authorization, which no load balancer does/,
            ],
            [
                ":80 {\n  route {\n    reverse_proxy web:3000\n    reverse_proxy /api/* api:8090\n  }\n}\n",
                /Caddyfile:4: \/api\/\* goes to web before, by \/\*/,
            ],
            [":80 {\n  import /etc/caddy/more/*\n  reverse_proxy api:8090\n}\n", /Caddyfile:2: .* is imported/],
            [
                ":80 {\n  reverse_proxy /web/* web:3000\n  php_fastcgi api:9000\n}\n",
                /Caddyfile:3: php_fastcgi asks by FastCGI/,
            ],
            [
                "old.example.com {\n  redir https://elsewhere.example.org{uri}\n}\n:80 {\n  reverse_proxy api:8090\n}\n",
                /Caddyfile:1: leads to elsewhere\.example\.org/,
            ],
            [
                "a.example.com {\n  reverse_proxy api:8090\n}\n:8080 {\n  reverse_proxy web:3000\n}\n",
                /Caddyfile:4: is one of several addresses/,
            ],
        ] as const)
            assert.match(mends(caddy(text)).join("\n"), reason, text);
    });
});
