import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import type { Imported } from "../../compose/import/map";
import { mends, project } from "./importing";

const api = { image: "registry.example.com/api:1", expose: ["5000"] };
const web = { image: "registry.example.com/web:1", expose: ["3000"] };

describe("An nginx as strangers write it", () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "nginx-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    /** A project of nginx with this configuration, before these services. */
    const before = (conf: string, services: object = { api, web }, nginx: object = {}): Imported =>
        project(folder, {
            "compose.yaml": stringify({
                services: {
                    nginx: {
                        image: "nginx:1.27",
                        ports: ["80:80"],
                        volumes: ["./default.conf:/etc/nginx/conf.d/default.conf:ro"],
                        depends_on: Object.keys(services),
                        ...nginx,
                    },
                    ...services,
                },
            }),
            "default.conf": conf,
        });
    const server = (...inside: string[]) => `server {\n  listen 80;\n  ${inside.join("\n  ")}\n}\n`;

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
});
