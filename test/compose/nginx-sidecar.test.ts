import assert from "node:assert/strict";

import { inFolders, mends, nginxBefore, nginxServer } from "./importing";

/** What no load balancer does, so that no route stands for the location. */
const prefix = 'proxy_set_header X-Forwarded-Prefix "";';
const passing = (...more: string[]) =>
    nginxServer(
        "server_name _;",
        "client_max_body_size 4g;",
        `location / { proxy_pass http://app:8000; proxy_set_header Host $host; ${more.join(" ")} }`,
    );

describe("An nginx that does what no load balancer does", () => {
    const { folder, planned } = inFolders();
    const app = (service: object = {}) => ({ app: { image: "registry.example.com/app:1", ...service } });
    const before = (conf: string, service?: object, others: object = {}, nginx?: object) =>
        nginxBefore(folder(), conf, { ...app(service), ...others }, nginx);

    it("is a sidecar of the one service that it leads to, and finds that at localhost", () => {
        const there = before(passing(prefix, "proxy_read_timeout 300s;"), { ports: ["8000:8000"] });
        assert.deepEqual(mends(there), []);
        assert.deepEqual(Object.keys(there.app.services), ["app"]);
        const { ports, routes, timeoutSeconds, sidecars } = there.app.services.app;
        assert.deepEqual([ports, routes, timeoutSeconds], [{ http: 80 }, undefined, 300]);
        const { image, ingress } = sidecars!.nginx!;
        assert.deepEqual([image!.reference, ingress], ["nginx:1.27", true]);
        const files = image!.files as Record<string, { replace: object }>;
        assert.deepEqual(files["/etc/nginx/conf.d/default.conf"].replace, {
            "proxy_pass http://app:8000;": "proxy_pass http://127.0.0.1:8000;",
        });
        assert.match(
            there.notes.find(({ at }) => at === "services.nginx")!.reason,
            /is a sidecar of app, which it asks by HTTP; bodies may be as large as the load balancer takes/,
        );
        process.chdir(folder());
        planned(there);
    });

    it("hands on what the load balancer says of the client, whose connection is none of its own", () => {
        const there = before(
            passing(
                prefix,
                "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
                "proxy_set_header X-Forwarded-Proto $scheme;",
                "proxy_set_header X-Real-IP $remote_addr;",
            ),
        );
        assert.deepEqual(mends(there), []);
        const [{ replace }] = Object.values(
            there.app.services.app.sidecars!.nginx!.image!.files as Record<string, { replace: Record<string, string> }>,
        );
        assert.deepEqual(
            Object.values(replace).map((said) => said.replace("proxy_set_header ", "")),
            [
                "proxy_pass http://127.0.0.1:8000;",
                "X-Forwarded-For $http_x_forwarded_for;",
                "X-Forwarded-Proto $http_x_forwarded_proto;",
            ],
        );
        assert.ok(there.notes.some(({ reason }) => reason.includes("X-Real-IP is the load balancer's address")));
    });

    it("is led by an upstream, or by a variable that Docker's own DNS would look up", () => {
        const upstream = before(
            `upstream shop { server app:8000; }\n${nginxServer(`location / { proxy_pass http://shop; ${prefix} }`)}`,
        );
        assert.deepEqual(mends(upstream), []);
        const variable = before(
            nginxServer(
                "resolver 127.0.0.11 valid=10s;",
                "set $to http://app:8000;",
                `location / { proxy_pass $to; proxy_set_header Host $host; ${prefix} }`,
            ),
        );
        assert.deepEqual(mends(variable), []);
        const [{ replace }] = Object.values(
            variable.app.services.app.sidecars!.nginx!.image!.files as Record<string, { replace: object }>,
        );
        assert.deepEqual(replace, {
            "resolver 127.0.0.11 valid=10s;": "",
            "set $to http://app:8000;": "set $to http://127.0.0.1:8000;",
        });
    });

    it("has no server of its image beside its own", () => {
        const there = before(passing(prefix), {}, {}, { volumes: ["./default.conf:/etc/nginx/conf.d/shop.conf:ro"] });
        assert.deepEqual(mends(there), []);
        const files = there.app.services.app.sidecars!.nginx!.image!.files as Record<string, { content?: string }>;
        assert.match(files["/etc/nginx/conf.d/default.conf"].content!, /^# The image's own server/);
    });

    const refused: [why: string, form: RegExp, conf: string, service?: object, others?: object][] = [
        ["both listen at one port", /both listen at 80/, passing(prefix).replace(":8000", "")],
        [
            "it knows clients by their addresses",
            /allow does not mean there/,
            passing(prefix, "allow 10.0.0.0/8; deny all;"),
        ],
        [
            "it counts by the client's address",
            /limit_req_zone \$binary_remote_addr .* is not what it is here/,
            `limit_req_zone $binary_remote_addr zone=all:10m rate=1r/s;\n${passing(prefix, "limit_req zone=all;")}`,
        ],
        ["it asks for a password at all paths", /auth_basic does not mean/, passing(prefix, 'auth_basic "Shop";')],
        [
            "the service would be asked under another name",
            /sends no Host of its own/,
            nginxServer(`location / { proxy_pass http://app:8000; ${prefix} }`),
        ],
        [
            "it has a second server",
            /it has 2 servers/,
            `${passing(prefix)}${nginxServer("server_name other.example.com;", "root /srv;")}`,
        ],
        [
            "it speaks TLS",
            /listens by 443 ssl|ssl_certificate/,
            passing(prefix).replace("listen 80;", "listen 443 ssl;"),
        ],
        [
            "the service has a port of its own",
            /app is asked at 9000 beside it/,
            passing(prefix),
            { ports: ["9000:9000"] },
        ],
        ["the service is told PORT", /told its port by PORT/, passing(prefix), { environment: { PORT: "8000" } }],
        [
            "another one asks the service",
            /job asks app or nginx, too/,
            passing(prefix),
            {},
            { job: { image: "registry.example.com/job:1", environment: { APP_URL: "http://app:8000" } } },
        ],
        [
            "Docker's own DNS finds somebody else",
            /finds cdn\.example\.com by Docker's own DNS/,
            nginxServer(
                "resolver 127.0.0.11;",
                `location / { proxy_pass http://app:8000; proxy_set_header Host $host; ${prefix} }`,
                "set $cdn https://cdn.example.com;",
                "location /cdn/ { proxy_pass $cdn; }",
            ),
        ],
        [
            "what it includes is not there",
            /includes own\.conf, which is not there/,
            passing(prefix, "include own.conf;"),
        ],
    ];
    for (const [why, form, conf, service, others] of refused)
        it(`stays somebody's to say where ${why}`, () => {
            const there = before(conf, service, others);
            assert.match(mends(there).join("\n"), form);
            assert.ok(Object.values(there.app.services).every(({ sidecars }) => sidecars === undefined));
        });

    it("looks up no name by Docker's own DNS, be it one of somebody else's", () => {
        const leading = (...to: string[]) =>
            mends(before(nginxServer("resolver 127.0.0.11;", "root /srv;", ...to), { ports: ["8000:8000"] })).join();
        const form = /default\.conf looks names up by Docker's own DNS \(resolver 127\.0\.0\.11\)/;
        assert.match(leading("set $cdn cdn.example.com;", "location /cdn/ { proxy_pass https://$cdn; }"), form);
        // What the load balancer leads to is looked up by nobody.
        assert.doesNotMatch(leading("set $to app:8000;", "location /api/ { proxy_pass http://$to; }"), form);
        assert.doesNotMatch(leading("location /cdn/ { proxy_pass https://cdn.example.com$request_uri; }"), form);
    });

    it("says that it is asked for the service's health, where it does not pass all on", () => {
        const saying = (path: string) =>
            before(
                nginxServer(`location ${path} { proxy_pass http://app:8000; proxy_set_header Host $host; ${prefix} }`),
            )
                .notes.filter(({ at }) => at === "services.nginx")
                .some(({ reason }) => reason.includes("is asked for health.path"));
        assert.deepEqual([saying("/"), saying("/shop/")], [false, true]);
    });
});
