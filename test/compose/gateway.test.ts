import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import type { Imported } from "../../compose/import/map";
import { mends, project } from "./importing";

const conf = (where = "php:9000") =>
    [
        "server {",
        "    listen 80;",
        "    root /var/www/html/public;",
        "    index index.php;",
        "    location / { try_files $uri /index.php?$query_string; }",
        "    location ~ \\.php$ {",
        `        fastcgi_pass ${where};`,
        "        include fastcgi_params;",
        "        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;",
        "    }",
        "}",
        "",
    ].join("\n");

describe("A web server before PHP-FPM", () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "gateway-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    const laravel = (more: { web?: object; php?: object; services?: object; files?: Record<string, string> } = {}) =>
        project(folder, {
            "compose.yaml": stringify({
                services: {
                    web: {
                        image: "nginx:1.27-alpine",
                        ports: ["8080:80"],
                        volumes: ["./app:/var/www/html", "./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro"],
                        depends_on: ["php"],
                        ...more.web,
                    },
                    php: {
                        build: { context: "./app" },
                        volumes: ["./app:/var/www/html"],
                        environment: {
                            DB_HOST: "db",
                            DB_DATABASE: "shop",
                            DB_USERNAME: "shop",
                            DB_PASSWORD: "secret",
                        },
                        depends_on: ["db"],
                        ...more.php,
                    },
                    db: {
                        image: "mysql:8.0",
                        environment: {
                            MYSQL_DATABASE: "shop",
                            MYSQL_USER: "shop",
                            MYSQL_PASSWORD: "secret",
                            MYSQL_ROOT_PASSWORD: "secret",
                        },
                    },
                    ...more.services,
                },
            }),
            "nginx/default.conf": conf(),
            "app/Dockerfile": "FROM php:8.3-fpm\nCOPY . /var/www/html\n",
            "app/public/index.php": "<?php echo 1;",
            "app/public/logo.svg": "<svg/>",
            ...more.files,
        });
    const service = ({ app }: Imported) => app.services.php!;

    it("is a sidecar of the service that it asks, which has its port and route", () => {
        const there = laravel();
        assert.deepEqual(mends(there), []);
        assert.deepEqual(Object.keys(there.app.services), ["php"]);
        const { image, ports, routes, uses, health, sidecars } = service(there);
        assert.deepEqual(
            [(image as { context: string }).context.endsWith("app"), ports, routes, uses, health?.path],
            [true, { http: 80 }, undefined, ["db"], "/"],
        );
        assert.deepEqual(Object.keys(sidecars!), ["web"]);
        const { image: front, ingress, env } = sidecars!.web!;
        assert.deepEqual([front!.reference, ingress, env], ["nginx:1.27-alpine", true, undefined]);
        const files = front!.files as Record<string, string | { from: string; replace: object }>;
        assert.deepEqual(Object.keys(files).sort(), ["/etc/nginx/conf.d/default.conf", "/var/www/html/public"]);
        const { from, replace } = files["/etc/nginx/conf.d/default.conf"] as { from: string; replace: object };
        assert.match(from, /nginx\/default\.conf$/);
        // With what a build makes there, which the folder of the project has not.
        assert.deepEqual(files["/var/www/html/public"], { service: "/var/www/html/public" });
        assert.deepEqual(replace, { "fastcgi_pass php:9000": "fastcgi_pass 127.0.0.1:9000" });
        assert.ok(there.notes.some(({ reason }) => reason.includes("is a sidecar of php")));
    });

    it("is found by an upstream, by a name of its container, and in its own Dockerfile", () => {
        const there = laravel({
            web: { image: undefined, build: { context: "./nginx" }, volumes: [] },
            php: { container_name: "shop-fpm", expose: ["9000"] },
            files: {
                "nginx/Dockerfile":
                    "FROM nginx:1.27\nCOPY default.conf /etc/nginx/conf.d/default.conf\nCOPY public /var/www/html/public\n",
                "nginx/public/logo.svg": "<svg/>",
                "nginx/default.conf": `upstream fpm { server shop-fpm:9000; }\n${conf("fpm")}`,
            },
        });
        assert.deepEqual(mends(there), []);
        const { image } = service(there).sidecars!.web!;
        assert.match(image!.context!, /nginx$/);
        const [file] = Object.values(image!.files as Record<string, { replace: object }>);
        assert.deepEqual(file!.replace, { "server shop-fpm:9000": "server 127.0.0.1:9000" });
    });

    it("is given localhost where a variable of its template says the service", () => {
        const there = laravel({
            web: {
                volumes: ["./nginx/default.conf:/etc/nginx/templates/default.conf.template:ro"],
                environment: { UPLOADS: "10m" },
            },
            files: {
                "nginx/default.conf": conf().replace("index.php;", "index.php;\n    client_max_body_size ${UPLOADS};"),
            },
        });
        assert.deepEqual(mends(there), []);
        assert.deepEqual(service(there).sidecars!.web!.env, { UPLOADS: "10m" });
    });

    it("mounts what the service mounts, and nothing that it does not", () => {
        const volumes = ["code:/var/www/html", "./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro"];
        const there = (web: string[], php: string[], image = "wordpress:6-fpm") =>
            project(folder, {
                "compose.yaml": stringify({
                    services: {
                        web: { image: "nginx:1.27", ports: ["80:80"], volumes: web },
                        php: { image, volumes: php },
                    },
                    volumes: { code: {}, certs: {} },
                }),
                "nginx/default.conf": conf(),
            });
        const shared = there(volumes, ["code:/var/www/html"]);
        assert.deepEqual(mends(shared), []);
        assert.deepEqual(
            [service(shared).mounts, service(shared).sidecars!.web!.mounts],
            [{ code: "/var/www/html" }, { code: "/var/www/html" }],
        );
        const other = there(volumes, ["code:/var/www/html"], "acme/shop:1-fpm");
        assert.match(
            mends(other).join(),
            /\/var\/www\/html has the program of php, with which Docker fills code, and a file system begins empty/,
        );
        const alone = there([...volumes, "certs:/etc/ssl/own"], ["code:/var/www/html"]);
        assert.ok(mends(alone).some((reason) => /php does not mount certs/.test(reason)));
    });

    it("is found by what nginx includes, by patterns of its Dockerfile, and whatever image that begins with", () => {
        const there = laravel({
            web: { image: undefined, build: { context: "./nginx" }, volumes: [], ports: undefined },
            files: {
                "nginx/Dockerfile":
                    "FROM alpine:3.20\nRUN apk add nginx\nCOPY conf/*.conf /etc/nginx/conf.d/\nCOPY php.inc /etc/nginx/php.inc\n",
                "nginx/conf/default.conf": "server { listen 8080; root /srv; include php.inc; }\n",
                "nginx/php.inc": "location ~ \\.php$ { fastcgi_pass php:9000; include fastcgi_params; }\n",
            },
        });
        assert.deepEqual(mends(there), []);
        const { ports, sidecars } = service(there);
        assert.deepEqual(ports, { http: 8080 });
        const [[target, file]] = Object.entries(sidecars!.web!.image!.files as Record<string, { replace: object }>);
        assert.equal(target, "/etc/nginx/php.inc");
        assert.deepEqual(file.replace, { "fastcgi_pass php:9000": "fastcgi_pass 127.0.0.1:9000" });
    });

    for (const [server, image, path, text, replace] of [
        [
            "Apache",
            "httpd:2.4",
            "/usr/local/apache2/conf/httpd.conf",
            "Listen 80\nProxyPassMatch ^/(.*\\.php)$ fcgi://php:9000/var/www/html/public/$1\n",
            { "fcgi://php:9000": "fcgi://127.0.0.1:9000" },
        ],
        [
            "Caddy",
            "caddy:2",
            "/etc/caddy/Caddyfile",
            ":80 {\n    root * /var/www/html/public\n    php_fastcgi php:9000\n    file_server\n}\n",
            { "php_fastcgi php:9000": "php_fastcgi 127.0.0.1:9000" },
        ],
    ] as const)
        it(`may be ${server}`, () => {
            const there = laravel({
                web: { image, volumes: ["./app:/var/www/html", `./server.conf:${path}:ro`] },
                files: { "server.conf": text },
            });
            assert.deepEqual(mends(there), []);
            const files = service(there).sidecars!.web!.image!.files as Record<string, { replace: object }>;
            assert.deepEqual(files[path]!.replace, replace);
        });

    it("neither leads to HTTPS nor has a certificate, and asks by no socket in a file", () => {
        const mended = (text: string, image = "nginx:1.27", path = "/etc/nginx/conf.d/default.conf") =>
            mends(
                laravel({
                    web: { image, volumes: ["./app:/var/www/html", `./server.conf:${path}:ro`] },
                    files: { "server.conf": text },
                }),
            ).join();
        const redirect = `server { listen 80; return 301 https://$host$request_uri; }\n${conf()}`;
        assert.match(mended(redirect), /server\.conf:1 leads to HTTPS, which the load balancer does/);
        assert.match(
            mended(conf().replace("listen 80;", "listen 443 ssl;\n    ssl_certificate /etc/ssl/own.pem;")),
            /server\.conf:3 names a certificate/,
        );
        assert.match(
            mended("shop.example.com {\n    php_fastcgi php:9000\n}\n", "caddy:2", "/etc/caddy/Caddyfile"),
            /server\.conf:1 asks for a certificate/,
        );
        assert.match(
            mended(conf().replace("}\n}", "}\n    location /two { fastcgi_pass unix:/run/php.sock; }\n}")),
            /asks by a socket in a file/,
        );
    });

    it("asks by no socket in a volume, either", () => {
        const there = laravel({
            web: {
                volumes: ["./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro", "run:/run/php"],
            },
            php: { volumes: ["run:/run/php"] },
            files: { "nginx/default.conf": conf("unix:/run/php/fpm.sock") },
        });
        assert.match(
            mends(there).join(),
            /asks by the socket \/run\/php\/fpm\.sock, which no file system of a cloud has/,
        );
    });

    it("has to be mended where the image has files in a volume of data, with which Docker fills that", () => {
        const mended = (run: string) =>
            mends(
                project(folder, {
                    "compose.yaml": stringify({
                        services: { app: { build: ".", ports: ["80:8080"], volumes: ["data:/srv/data"] } },
                        volumes: { data: {} },
                    }),
                    Dockerfile: `FROM php:8.3\nWORKDIR /srv/app\nCOPY . /srv/app\n${run}\nWORKDIR /srv\n`,
                }),
            ).join();
        assert.match(
            mended("COPY defaults /srv/data"),
            /\/srv\/data is where the image has files of its own \(COPY defaults \/srv\/data\)/,
        );
        assert.match(
            mended("RUN touch x && cp app/dist.php data/config.php"),
            /\(cp app\/dist\.php data\/config\.php\)/,
        );
        assert.doesNotMatch(mended("RUN mkdir -p /srv/data"), /has files of its own/);
    });

    it("has to be mended where a build collects static files into a volume that begins empty, unless the start does so too", () => {
        const mended = (script: string, volume = "static:/srv/staticfiles") =>
            mends(
                project(folder, {
                    "compose.yaml": stringify({
                        services: { app: { build: ".", ports: ["80:8080"], volumes: [volume] } },
                        volumes: { static: {} },
                    }),
                    Dockerfile:
                        "FROM python:3.13\nWORKDIR /srv\nCOPY . .\nRUN python manage.py collectstatic --noinput\nWORKDIR /\n",
                    "entrypoint.sh": script,
                }),
            ).join();
        const form = /\/srv\/staticfiles is where the image has files of its own \(python manage\.py collectstatic/;
        assert.match(mended('exec "$@"\n'), form);
        assert.doesNotMatch(mended('python manage.py collectstatic --noinput\nexec "$@"\n'), form);
        assert.doesNotMatch(mended('exec "$@"\n', "static:/srv/media"), /collectstatic/);
    });

    it("writes its log to standard output, where a folder of the machine would have it", () => {
        const there = laravel({
            web: {
                volumes: [
                    "./app:/var/www/html",
                    "./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro",
                    "./logs:/var/log/nginx",
                ],
            },
        });
        assert.deepEqual(mends(there), []);
        assert.equal(service(there).sidecars!.web!.mounts, undefined);
    });

    it("stays what it was where another service asks the web server, or PHP-FPM in its way", () => {
        const there = laravel({
            services: { other: { image: "registry.example.com/other:1", environment: { SHOP_URL: "http://web:80" } } },
        });
        assert.ok(mends(there).some((reason) => /FastCGI or the like/.test(reason)));
        assert.equal(service(there).sidecars, undefined);
    });
});
