import assert from "node:assert/strict";

import { imported, mends, reasons } from "./importing";

/** A service behind a Traefik that has labels too, with these on the service and those on Traefik. */
const behind = (labels: string[], ofTraefik: string[] = []) =>
    imported(
        JSON.stringify({
            services: {
                traefik: { image: "traefik:3", ports: ["80:80"], labels: ofTraefik },
                api: {
                    image: "registry.example.com/api:1",
                    labels: [
                        "traefik.http.routers.api.rule=PathPrefix(`/api`)",
                        "traefik.http.services.api.loadbalancer.server.port=8000",
                        ...labels,
                    ],
                },
                web: {
                    image: "registry.example.com/web:1",
                    labels: [
                        "traefik.http.routers.web.rule=PathPrefix(`/`)",
                        "traefik.http.services.web.loadbalancer.server.port=3000",
                    ],
                },
            },
        }),
    );
const before = (names: string) => `traefik.http.routers.api.middlewares=${names}`;
const definition = (name: string, setting: string) => `traefik.http.middlewares.${name}.${setting}`;

describe("Middlewares of a Traefik", () => {
    it("that let not everybody in, or change requests, have to be mended", () => {
        for (const [name, setting, reason] of [
            ["auth", "basicauth.users=bob:x", /auth \(basicauth\) lets some in and others not/],
            ["sso", "forwardAuth.address=http://sso", /sso \(forwardauth\) lets some in/],
            ["office", "ipallowlist.sourcerange=10.0.0.0/8", /office \(ipallowlist\) lets some in/],
            ["under", "addprefix.prefix=/v1", /under \(addprefix\) changes requests/],
            ["key", "headers.customrequestheaders.X-Api-Key=abc", /key \(headers\) changes requests/],
        ] as const)
            for (const there of [
                behind([before(name), definition(name, setting)]),
                behind([before(`gzip@file, ${name}@docker`)], [definition(name, setting)]),
                behind([before("all")], [definition("all", `chain.middlewares=${name}`), definition(name, setting)]),
            ])
                assert.match(mends(there).join("\n"), reason);
    });

    it("that the file does not define have to be mended, unless their names promise nothing of that", () => {
        assert.match(mends(behind([before("admins@file")])).join(), /admins@file, .* is before it: let the service do/);
        const there = behind([before("https-redirect, secure-headers@file")]);
        assert.deepEqual(mends(there), []);
        assert.doesNotMatch(reasons(there, "services.api.labels"), /https-redirect/);
        assert.match(reasons(there, "services.api.labels"), /secure-headers@file, .* is not before it any more/);
    });

    it("take a prefix away wherever they are defined, and need no word where a load balancer does the same", () => {
        const there = behind(
            [before("cut,small")],
            [definition("cut", "stripprefix.prefixes=/api"), definition("small", "compress=true")],
        );
        assert.deepEqual(mends(there), []);
        assert.deepEqual(there.app.services.api.routes, [{ path: "/api/*", stripPrefix: true }]);
        assert.equal(reasons(there, "services.api.labels"), "tags of the app are on everything");
    });

    it("that nobody's router names, and those of headers that answers get, change nothing", () => {
        const there = behind([definition("auth", "basicauth.users=bob:x")]);
        assert.deepEqual(mends(there), []);
        const headers = behind([before("safe"), definition("safe", "headers.stsSeconds=31536000")]);
        assert.deepEqual(mends(headers), []);
        assert.match(reasons(headers, "services.api.labels"), /safe \(headers\): what it adds is not on/);
    });
});
