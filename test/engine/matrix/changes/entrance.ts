import { first, type Change } from "./draft";

/** Changes of where requests come in. */
export const entrance: Change[] = [
    {
        key: "route",
        title: "A route added",
        theme: "Routes, hosts and domains",
        make: (draft) => (first(draft).routes = [{}, { path: "/internal/*" }]),
        back: { key: "route-removed", title: "A route removed" },
    },
    {
        key: "host",
        title: "A host added",
        theme: "Routes, hosts and domains",
        make: (draft) => (first(draft).routes = [{}, { host: "www.todo.example.com" }]),
        back: { key: "host-removed", title: "A host removed" },
    },
    {
        key: "hosts-swapped",
        title: "The domain and a host change places (apex and www)",
        theme: "Routes, hosts and domains",
        from: (draft) => {
            draft.config["twinstack:domain"] = "example.com";
            draft.overrides.domain = { zone: "example.com" };
            first(draft).routes = [{}, { host: "www.example.com" }];
        },
        make: (draft) => {
            draft.config["twinstack:domain"] = "www.example.com";
            first(draft).routes = [{}, { host: "example.com" }];
        },
    },
    {
        key: "alternative-name",
        title: "An alternative name added to the certificate",
        theme: "Routes, hosts and domains",
        make: ({ overrides }) => (overrides.domain = { alternativeNames: ["*.todo.example.com"] }),
        back: { key: "alternative-name-removed", title: "An alternative name removed" },
    },
    {
        key: "domain-changed",
        title: "Another domain",
        theme: "Routes, hosts and domains",
        make: ({ config }) => (config["twinstack:domain"] = "tasks.example.com"),
    },
    {
        key: "domain",
        title: "A domain added (dev)",
        theme: "Routes, hosts and domains",
        from: ({ config }) => {
            config["twinstack:environment"] = "dev";
            delete config["twinstack:domain"];
        },
        make: ({ config }) => (config["twinstack:domain"] = "todo.example.com"),
        back: { key: "domain-removed", title: "The domain removed (dev)" },
    },
    {
        key: "cdn-behaviour",
        title: "A path more that the CDN keeps",
        theme: "Routes, hosts and domains",
        apps: ["everything"],
        make: ({ overrides }) => (overrides.cdn.behaviors = [{ path: "/fonts/*" }, ...overrides.cdn.behaviors]),
    },
    {
        key: "cdn",
        title: "A CDN added",
        theme: "Routes, hosts and domains",
        make: ({ app }) => {
            app.cdn = {
                host: "cdn.todo.example.com",
                origins: { api: { service: "api" } },
                behaviors: [{ path: "/static/*" }],
            };
        },
        back: {
            key: "cdn-removed",
            title: "The CDN removed",
            lift: ({ app }) => {
                if (app.cdn) app.cdn.deletionProtection = false;
            },
        },
    },
];
