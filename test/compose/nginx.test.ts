import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import type { Imported } from "../../compose/import/map";
import { mends, nginxBefore, nginxServer as server, project, reasons, resolved } from "./importing";

const api = { image: "registry.example.com/api:1", expose: ["5000"] };
const web = { image: "registry.example.com/web:1", expose: ["3000"] };

describe("An nginx that passes requests on to services of the file", () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "nginx-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    const before = (conf: string, services: object = { api, web }, nginx: object = {}): Imported =>
        nginxBefore(folder, conf, services, nginx);
    const routes = ({ app }: Imported) =>
        Object.fromEntries(Object.entries(app.services).map(([name, service]) => [name, service.routes]));

    it("gives its place to the load balancer, which leads to each by its path", () => {
        const there = before(
            [
                "upstream backend { server api:5000; keepalive 8; }",
                server(
                    "client_max_body_size 8m;",
                    "location /api/ {",
                    "  proxy_pass http://backend;",
                    "  proxy_set_header Host $host;",
                    "  proxy_set_header X-Real-IP $remote_addr;",
                    "  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
                    "}",
                    "location = /health { proxy_pass http://api:5000/health; }",
                    "location / { proxy_pass http://web:3000/; proxy_read_timeout 10m; }",
                    "location = /favicon.ico { access_log off; log_not_found off; }",
                    "location ~ /\\.ht { deny all; }",
                ),
            ].join("\n"),
        );
        assert.deepEqual(mends(there), []);
        assert.deepEqual(routes(there), { api: [{ path: "/api/*" }, { path: "/health" }], web: undefined });
        assert.equal(there.app.services.web.timeoutSeconds, 600);
        assert.match(
            reasons(there, "services.nginx"),
            /^left out: it only passes requests on.*: \/api\/\* to api, \/health to api, the rest to web; bodies may be .*; the client's address is in X-Forwarded-For alone/,
        );
        for (const cloud of ["aws", "gcp"] as const) resolved(there.app, cloud);
    });

    it("asks a service that publishes nothing at nginx's port, port 80 where it names none, and at a second one by its name", () => {
        const { expose: _, ...silent } = api;
        const there = before(
            server(
                "location /cut/ { proxy_pass http://web:3000/; }",
                "location /api { proxy_pass http://api; }",
                "location /rpc/ { proxy_pass http://web:9000; }",
                "location / { proxy_pass http://web:3000; }",
            ),
            { api: silent, web: { ...web, expose: ["3000", "9000"] } },
        );
        assert.deepEqual(mends(there), []);
        assert.deepEqual(there.app.services.api.ports, { http: 80 });
        assert.deepEqual(routes(there).web, [
            { path: "/cut/*", stripPrefix: true },
            { path: "/rpc/*", port: "port-9000" },
            { path: "/*" },
        ]);
    });

    it("stays for what it answers itself, with the configuration that is left", () => {
        const there = before(
            [
                "# Django",
                "upstream django {",
                "    server api:5000;",
                "}",
                "server {",
                "    listen 80;",
                "    location /static/ {",
                "        alias /app/static/;",
                "    }",
                "    location / {",
                "        proxy_pass http://django;",
                "    }",
                "}",
                "",
            ].join("\n"),
            { api: { ...api, volumes: ["static:/app/static"] } },
            {
                volumes: ["./default.conf:/etc/nginx/conf.d/default.conf", "static:/app/static:ro"],
                healthcheck: { test: ["CMD", "curl", "-f", "http://localhost/"] },
            },
        );
        // The volume is of the file.
        assert.deepEqual(routes(there), { nginx: [{ path: "/static/*" }], api: undefined });
        const { image, health } = there.app.services.nginx;
        assert.deepEqual((image as { files: object }).files, {
            "/etc/nginx/conf.d/default.conf": {
                content: [
                    "# Django",
                    "server {",
                    "    listen 80;",
                    "    location /static/ {",
                    "        alias /app/static/;",
                    "    }",
                    "",
                    "    location = /nginx-health {",
                    "        return 200;",
                    "    }",
                    "}",
                    "",
                ].join("\n"),
            },
        });
        assert.deepEqual(health, { path: "/nginx-health" });
    });

    it("serves a page's files, and the load balancer what the page calls, also where a Dockerfile puts its configuration in", () => {
        const conf = server(
            "root /usr/share/nginx/html;",
            "location /api/ { set $upstream api:5000; proxy_pass http://$upstream; }",
            'location /ws { proxy_pass http://api:5000; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; }',
            "location ~* \\.(js|css)$ { expires 1y; }",
            "location / { try_files $uri $uri/ /index.html; }",
        );
        const there = project(folder, {
            "compose.yaml": stringify({ services: { front: { build: "./front", ports: ["8080:80"] }, api } }),
            "front/Dockerfile":
                "FROM node:22 AS build\nRUN npm run build\nFROM nginx:1.27-alpine\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\nCOPY --from=build /dist /usr/share/nginx/html\n",
            "front/nginx.conf": conf,
        });
        assert.deepEqual(mends(there), []);
        assert.deepEqual(routes(there), { front: undefined, api: [{ path: "/api/*" }, { path: "/ws/*" }] });
        const { image, health } = there.app.services.front as {
            image: { context: string; files: Record<string, { content: string }> };
            health: object;
        };
        assert.equal(image.context, "front");
        const { content } = image.files["/etc/nginx/conf.d/default.conf"];
        assert.doesNotMatch(content, /api|proxy_pass/);
        assert.match(content, /location ~\* \\\.\(js\|css\)\$ \{ expires 1y; \}\n {2}location \/ \{ try_files/);
        assert.deepEqual(health, { path: "/" });
    });

    it("needs no TLS of its own, nor certificates, nor a server that leads to HTTPS", () => {
        const there = before(
            [
                "server { listen 80; server_name shop.example.com; location /.well-known/acme-challenge/ { root /var/www/certbot; } location / { return 301 https://$host$request_uri; } }",
                "server {",
                "    listen 443 ssl http2;",
                "    listen [::]:443 ssl http2;",
                "    server_name shop.example.com;",
                "    ssl_certificate /etc/nginx/ssl/shop.pem;",
                "    ssl_certificate_key /etc/nginx/ssl/shop.key;",
                "    location /static/ { root /srv; }",
                "    location / { proxy_pass http://web:3000; }",
                "}",
            ].join("\n"),
            { web },
            {
                ports: ["80:80", "443:443"],
                volumes: [
                    "./default.conf:/etc/nginx/conf.d/default.conf:ro",
                    "./ssl:/etc/nginx/ssl:ro",
                    "/etc/letsencrypt:/etc/letsencrypt:ro",
                    "./certbot:/var/www/certbot",
                ],
            },
        );
        assert.deepEqual(mends(there), []);
        const { image, ports, mounts } = there.app.services.nginx;
        assert.deepEqual([ports, mounts], [{ http: 80 }, undefined]);
        const [{ content }] = Object.values((image as { files: Record<string, { content: string }> }).files);
        assert.match(content, /^server \{\n {4}listen 80;\n {4}server_name shop/);
        assert.doesNotMatch(content, /ssl|443|301|acme/);
        assert.match(reasons(there, "services.nginx"), /shop\.example\.com: say domain/);
    });

    it("reads templates with the variables that the image's entry point puts in", () => {
        const there = project(folder, {
            "compose.yaml": stringify({
                services: {
                    nginx: {
                        image: "nginx:1.27",
                        ports: ["80:80"],
                        environment: { BACKEND: "api:5000" },
                        volumes: ["./templates:/etc/nginx/templates"],
                    },
                    api,
                },
            }),
            "templates/default.conf.template": "server { listen 80; location / { proxy_pass http://${BACKEND}; } }\n",
        });
        assert.deepEqual([mends(there), Object.keys(there.app.services)], [[], ["api"]]);
    });

    it("is refused, with its line, where no load balancer does what it does", () => {
        for (const [inside, reason] of [
            [
                "location /api/ { proxy_pass http://api:5000/v1/; }",
                /default\.conf:4: location \/api\/ changes the path of requests to \/v1\/…/,
            ],
            [
                "location /api/ { rewrite ^/api/(.*) /v2/$1 break; proxy_pass http://api:5000; }",
                /has rewrite, which no load balancer does/,
            ],
            ["location ~ ^/v\\d/ { proxy_pass http://api:5000; }", /location ~ \^\/v\\d\/ is none that routes have/],
            ["auth_basic x; location / { proxy_pass http://api:5000; }", /auth_basic holds for every request/],
            [
                'location / { proxy_set_header Authorization "Bearer x"; proxy_pass http://api:5000; }',
                /proxy_set_header Authorization/,
            ],
            [
                "location / { if ($request_method = OPTIONS) { return 204; } proxy_pass http://api:5000; }",
                /has a if in it|has if/,
            ],
            ["location / { proxy_pass http://both; }", /leads to several \(api:5000, web:3000\)/],
            ["location / { proxy_pass http://api:5000; } location ~ \\.php$ { root /srv; }", /no regular expressions/],
            [
                "include /etc/nginx/more/*; location / { proxy_pass http://api:5000; }",
                /include holds for every request/,
            ],
            [
                "location / { proxy_pass http://$elsewhere:5000; } location /api { proxy_pass http://api:5000; }",
                /which is not known/,
            ],
        ] as const) {
            const there = before(`upstream both { server api:5000; server web:3000; }\n${server(inside)}`);
            assert.match(mends(there).join("\n"), reason, `${inside}: ${mends(there).join("\n")}`);
            assert.match(
                mends(there).join("\n"),
                /a name that only Compose's network knows, and no routes do what it does/,
            );
        }
        const two = `${server("server_name a.example.com;", "location / { proxy_pass http://api:5000; }")}${server("server_name b.example.com;", "location / { proxy_pass http://web:3000; }")}`;
        assert.match(mends(before(two)).join("\n"), /default\.conf:6: a second server: say the routes of its names/);
        assert.match(
            mends(before(server("location / { proxy_pass http://api:5000; "))).join("\n"),
            /is not read as nginx's/,
        );
        const made = before(
            server("location / { proxy_pass http://api:5000; }"),
            { api },
            { command: "sh -c 'envsubst < a > b && nginx'" },
        );
        assert.match(mends(made).join("\n"), /made by envsubst in a command/);
    });

    it("may pass some on beside leading to HTTPS, if the server behind does so as well", () => {
        const conf = (beside: string) =>
            [
                `server { listen 80; location /health/ { proxy_pass http://${beside}; } location / { return 301 https://$host$request_uri; } }`,
                "server { listen 443 ssl; location /health/ { proxy_pass http://api:5000; } location / { proxy_pass http://web:3000; } }",
            ].join("\n");
        const there = before(conf("api:5000"));
        assert.deepEqual([mends(there), routes(there)], [[], { api: [{ path: "/health/*" }], web: undefined }]);
        assert.match(
            mends(before(conf("web:3000"))).join("\n"),
            /default\.conf:1: passes on what the server behind its redirect does not/,
        );
    });

    it("is read where a Dockerfile puts its configuration into a folder; what is not in an image is nothing to it", () => {
        const there = project(folder, {
            "compose.yaml": stringify({
                services: {
                    front: { build: "./front", ports: ["80:80"] },
                    api: { build: ".", expose: ["5000"], depends_on: ["front"] },
                },
            }),
            "front/Dockerfile":
                "FROM nginx:1.27\nRUN rm /etc/nginx/conf.d/default.conf\nCOPY nginx.conf /etc/nginx/conf.d\n",
            "front/nginx.conf": server("location / { proxy_pass http://api:5000; }"),
            Dockerfile: "FROM python:3.12\n",
            "deploy/nginx/site.conf": server("location / { proxy_pass http://front:80; }"),
        });
        assert.deepEqual([mends(there), Object.keys(there.app.services)], [[], ["api"]]);
    });

    it("is refused where more of it leads to services than its configuration", () => {
        const conf = server("location / { proxy_pass http://api:5000; }");
        const volumes = ["./default.conf:/etc/nginx/conf.d/default.conf", "./warm.sh:/docker-entrypoint.d/warm.sh"];
        rmSync(folder, { recursive: true });
        const there = project(folder, {
            "compose.yaml": stringify({ services: { nginx: { image: "nginx:1.27", ports: ["80"], volumes }, api } }),
            "default.conf": conf,
            "warm.sh": "curl http://api:5000/warm\n",
        });
        assert.match(mends(there).join("\n"), /volumes\.1: warm\.sh:1 leads to api/);
    });

    it("is left alone where it leads to nothing of the file", () => {
        const there = before(server("location / { proxy_pass https://example.com; }"), { api });
        assert.equal(there.app.services.nginx.health?.path, "/");
        assert.deepEqual(Object.values((there.app.services.nginx.image as { files: object }).files), ["default.conf"]);
    });
});
