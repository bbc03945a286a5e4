import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import type { Imported } from "../../compose/import/map";
import { mends, nginxBefore, nginxServer as server, project } from "./importing";

const api = { image: "registry.example.com/api:1", expose: ["5000"] };
const web = { image: "registry.example.com/web:1", expose: ["3000"] };

describe("An nginx as strangers write it", () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "nginx-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    const before = (conf: string, services: object = { api, web }, nginx: object = {}): Imported =>
        nginxBefore(folder, conf, services, nginx);

    it("goes on denying paths, but for hidden files, which nobody serves", () => {
        const there = before(
            server(
                "location /admin/ { deny all; }",
                "location ~ /\\.ht { deny all; }",
                "location / { proxy_pass http://web:3000; }",
            ),
            { web },
        );
        assert.deepEqual(mends(there), []);
        assert.deepEqual(there.app.services.nginx.routes, [{ path: "/admin/*" }]);
        const unknown = before(
            server("location ~ ^/v\\d/ { deny all; }", "location / { proxy_pass http://web:3000; }"),
            { web },
        );
        assert.match(mends(unknown).join(), /location ~ \^\/v\\d\/ is none that routes have/);
    });

    it("with the older word for TLS, at port 443 alone, answers at port 80 without it", () => {
        const there = before(
            "server {\n  listen 443;\n  ssl on;\n  location /static/ { root /srv; }\n  location / { proxy_pass http://web:3000; }\n}\n",
            { web },
            { ports: ["443:443"] },
        );
        assert.deepEqual(mends(there), []);
        const { image, ports } = there.app.services.nginx;
        assert.deepEqual(ports, { http: 80 });
        const [{ content }] = Object.values((image as { files: Record<string, { content: string }> }).files);
        assert.doesNotMatch(content, /ssl|443/);
    });

    it("takes a prefix away by a rewrite, and has paths in regular expressions", () => {
        const routes = (...inside: string[]) => {
            const there = before(server(...inside));
            assert.deepEqual(mends(there), []);
            return [there.app.services.api.routes, there.app.services.web.routes];
        };
        const rest = "location / { proxy_pass http://web:3000; }";
        for (const [path, form, to] of [
            ["/api/", "^/api/(.*)$", "/$1"],
            ["/api", "^/api/?(.*)", "/$1"],
            ["/api", "/api(.*)", "$1"],
        ])
            assert.deepEqual(
                routes(
                    `location ${path} { set $to http://api:5000; rewrite ${form} ${to} break; proxy_pass $to; }`,
                    rest,
                ),
                [[{ path: "/api/*", stripPrefix: true }], undefined],
            );
        for (const [form, expected] of [
            ["^/(api|\\.well-known)", ["/api/*", "/.well-known/*"]],
            ["^/(api|v1/docs)(/|$)", ["/api/*", "/v1/docs/*"]],
            ["^/api/.*$", ["/api/*"]],
            ["^/api", ["/api/*"]],
            ["^/(ready|live)$", ["/ready", "/live"]],
        ] as const)
            assert.deepEqual(
                routes(`location ~ ${form} { proxy_pass http://api:5000; }`, rest),
                [expected.map((path) => ({ path })), undefined],
                form,
            );
        const kept = before(
            server("location ~ ^/(static|media)/ { root /srv; }", "location / { proxy_pass http://web:3000; }"),
            { web },
        );
        assert.deepEqual(kept.app.services.nginx.routes, [{ path: "/static/*" }, { path: "/media/*" }]);
    });

    it("is refused where a regular expression goes before a longer path, or is more than paths", () => {
        for (const [inside, reason] of [
            [
                "location /api/live/ { proxy_pass http://web:3000; } location ~ ^/(api|auth)/ { proxy_pass http://api:5000; }",
                /location \/api\/live\/ is never asked, as ~ \^\/\(api\|auth\)\/ goes before it/,
            ],
            ["location ~ ^/(api|v[0-9])/ { proxy_pass http://api:5000; }", /is none that routes have/],
            ["location ~ /api/ { proxy_pass http://api:5000; }", /is none that routes have/],
            ["location ~ ^/api[a-z]?/ { proxy_pass http://api:5000; }", /is none that routes have/],
        ] as const)
            assert.match(mends(before(server(inside))).join(), reason, inside);
    });

    it("is read where a command makes its configuration by envsubst, if nothing is left of it", () => {
        const text = server("location / { proxy_pass http://${APP_HOST}:$APP_PORT; proxy_set_header Host $host; }");
        const environment = { APP_HOST: "web", APP_PORT: "3000" };
        const volumes = ["./default.conf:/tmp/site.conf:ro"];
        const target = "/etc/nginx/conf.d/default.conf";
        for (const command of [
            `/bin/sh -c "envsubst '$$APP_HOST $$APP_PORT' < /tmp/site.conf > ${target} && exec nginx -g 'daemon off;'"`,
            `sh -c "cat /tmp/site.conf | envsubst > ${target} && nginx"`,
        ]) {
            const there = before(text, { web }, { environment, volumes, command });
            assert.deepEqual(mends(there), [], command);
            assert.deepEqual(Object.keys(there.app.services), ["web"]);
        }
        const command = `sh -c "envsubst < /tmp/site.conf > ${target} && nginx"`;
        const files = server("location /static/ { root /srv; } location / { proxy_pass http://$APP_HOST:3000; }");
        const stays = before(files, { web }, { environment, volumes, command });
        assert.match(
            mends(stays).join(),
            /leads to web, and no routes do what it does: default\.conf: is made by envsubst/,
        );
    });

    it("is read where a script of its image makes its configuration", () => {
        const there = project(folder, {
            "compose.yaml": stringify({
                services: {
                    web,
                    nginx: { build: "nginx", ports: ["80:80"], environment: { APP_HOST: "web" }, depends_on: ["web"] },
                },
            }),
            "nginx/Dockerfile":
                'FROM nginx:alpine\nCOPY start.sh /\nCOPY site.template /etc/nginx/conf.d/site.template\nCMD ["/start.sh"]\n',
            "nginx/start.sh":
                "#!/bin/sh\nenvsubst \"$(printf '${%s} ' $vars)\" < /etc/nginx/conf.d/site.template > /etc/nginx/conf.d/default.conf\nnginx\n",
            "nginx/site.template": server("location / { proxy_pass http://${APP_HOST}:3000; }"),
        });
        assert.deepEqual(mends(there), []);
        assert.deepEqual(Object.keys(there.app.services), ["web"]);
    });
});
