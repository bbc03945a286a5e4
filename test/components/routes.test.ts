import assert from "node:assert/strict";

import { output } from "@pulumi/pulumi";

import { candidateRules, listenerRules } from "../../components/aws/routes";
import { urlMap } from "../../components/gcp/routes";
import { mapEntries } from "../../components/map";
import type { Target } from "../../components/roles";

describe("URL map", () => {
    const map = (targets: Record<string, { host?: string; path: string }[]>) =>
        urlMap(
            mapEntries(targets, (_, routes) => ({ routes })),
            mapEntries(targets, (name) => name),
        );

    it("has matchers of legal names, one a host, whatever the host begins with and however long it is", () => {
        const hosts = [
            "1st.example.com",
            "a-b.example.com",
            "a.b.example.com",
            `${"x".repeat(60)}.example.com`,
            "all.hosts",
        ];
        const routes = [...hosts.map((host) => ({ host, path: "/*" })), { path: "/api/*" }];
        const { hostRules, pathMatchers } = map({ web: routes });
        for (const { name } of pathMatchers) assert.match(String(name), /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
        assert.equal(new Set(pathMatchers.map(({ name }) => name)).size, hosts.length + 1);
        const named = pathMatchers.map(({ name }) => name).sort();
        assert.deepEqual(hostRules.map(({ pathMatcher }) => pathMatcher).sort(), named);
    });

    it("has each path once, where a route takes a folder and another the folder's own path", () => {
        const [matcher] = map({ web: [{ path: "/*" }, { path: "/api" }], api: [{ path: "/api/*" }] }).pathMatchers;
        const rules = (matcher.pathRules as { paths: string[]; service: string }[]).map(({ paths, service }) => [
            service,
            paths,
        ]);
        assert.deepEqual(rules, [
            ["api", ["/api/*"]],
            ["web", ["/api"]],
        ]);
    });
});

describe("A route that goes without its prefix", () => {
    const targets = {
        web: { routes: [{ path: "/*" }] },
        api: { routes: [{ path: "/api/*", stripPrefix: true }, { path: "/v1.2/*" }] },
    };

    it("rewrites the path by a transform of its listener rule, and of no other", () => {
        const { rules } = listenerRules(targets);
        const [{ transforms }] = rules.filter(({ conditions }) => JSON.stringify(conditions).includes("/api"));
        assert.equal(transforms?.length, 1);
        const rewrite = transforms[0].urlRewriteConfig as { rewrite: { regex: string; replace: string } };
        const { regex, replace } = rewrite.rewrite;
        for (const [asked, gets] of [
            ["/api/users?x=1", "/users?x=1"],
            ["/api/", "/"],
            ["/api", "/"],
        ])
            assert.equal(asked.replace(new RegExp(regex), replace), gets);
        assert.equal(rules.filter((rule) => rule.transforms).length, 1);
        const dotted = listenerRules({ api: { routes: [{ path: "/v1.2/*", stripPrefix: true }] } }).rules[0].transforms;
        assert.match(JSON.stringify(dotted), /\^\/v1\\\\\.2\/\?/);
    });

    it("leads those who send a candidate's header there by the same rewrite, on both clouds", () => {
        const candidate = { target: "api-candidate", weight: 10, header: output("x") };
        const both: Record<string, Pick<Target, "routes" | "candidate">> = {
            ...targets,
            api: { ...targets.api, candidate },
            "api-candidate": { routes: [] },
        };
        const sent = candidateRules(both, listenerRules(both));
        assert.deepEqual(
            sent.map(({ transforms }) => transforms?.length),
            [undefined, 1],
        );
        const [matcher] = urlMap(both, { web: "web", api: "api", "api-candidate": "candidate" }).pathMatchers;
        const rules = matcher.routeRules as {
            service?: string;
            routeAction?: { urlRewrite?: object; weightedBackendServices?: object[] };
        }[];
        const stripped = rules.filter(({ routeAction }) => routeAction?.urlRewrite);
        assert.deepEqual(
            stripped.map(({ service, routeAction }) => [service, routeAction?.weightedBackendServices?.length]),
            [
                ["candidate", undefined],
                [undefined, 2],
            ],
        );
    });

    it("rewrites what its route rule matches, which the other kind of rules cannot", () => {
        const [matcher] = urlMap(targets, { web: "web", api: "api" }).pathMatchers;
        assert.equal(matcher.pathRules, undefined);
        assert.deepEqual(matcher.routeRules, [
            {
                priority: 1,
                matchRules: [{ fullPathMatch: "/v1.2" }, { prefixMatch: "/v1.2/" }],
                service: "api",
            },
            {
                priority: 2,
                matchRules: [{ fullPathMatch: "/api" }, { prefixMatch: "/api/" }],
                service: "api",
                routeAction: { urlRewrite: { pathPrefixRewrite: "/" } },
            },
        ]);
        assert.equal(matcher.defaultService, "web");
    });
});

describe("Listener rules", () => {
    const target = (...routes: { host?: string; path: string }[]) => ({ routes });

    it("try the most specific first, and fall back to what takes everything", () => {
        const { fallback, rules } = listenerRules({
            web: target({ path: "/*" }),
            api: target({ path: "/api/*" }, { path: "/api/v2/*" }),
            admin: target({ host: "admin.example.com", path: "/*" }),
        });

        assert.equal(fallback, "web");
        assert.deepEqual(
            rules.map(({ target, conditions }) => [target, conditions]),
            [
                ["admin", [{ hostHeader: { values: ["admin.example.com"] } }]],
                ["api", [{ pathPattern: { values: ["/api/v2/*", "/api/v2"] } }]],
                ["api", [{ pathPattern: { values: ["/api/*", "/api"] } }]],
            ],
        );
    });

    it("has a priority for every rule, however many there are alike", () => {
        const routes = (index: number) => [{ path: `/part-${String(index).padStart(3, "0")}/*` }];
        const many = Object.fromEntries(
            Array.from({ length: 200 }, (_, index) => [`p${index}`, { routes: routes(index) }]),
        );
        assert.equal(new Set(listenerRules(many).rules.map(({ priority }) => priority)).size, 200);
    });

    it("keep their priorities when another route comes, even to another service", () => {
        const priorities = (targets: Parameters<typeof listenerRules>[0]) =>
            new Map(
                listenerRules(targets).rules.map(({ conditions, priority }) => [JSON.stringify(conditions), priority]),
            );
        const hosts = ["a", "b", "c", "d"].map((label) => ({ host: `${label}.example.com`, path: "/*" }));
        const before = priorities({ web: target(...hosts.slice(0, 3), { path: "/api/*" }) });
        const after = priorities({ web: target({ path: "/v2/*" }, ...hosts), api: target({ path: "/api/*" }) });

        assert.equal(after.size, 6);
        assert.equal(new Set(after.values()).size, 6);
        for (const [route, priority] of before) assert.equal(after.get(route), priority, route);
        for (const priority of after.values()) assert.ok(priority >= 1 && priority <= 50_000);
    });

    it("have no fallback where nobody takes everything", () => {
        assert.equal(listenerRules({ api: target({ path: "/api" }) }).fallback, undefined);
    });
});
