import { domainOf, first, rename, type Change, type Draft } from "./draft";

const withRoute = (draft: Draft, route: object): void => {
    first(draft).routes = [...(first(draft).routes ?? [{}]), route];
};

/** Changes of where requests come in. */
export const entrance: Change[] = [
    {
        key: "route",
        title: "A route added",
        theme: "Routes, hosts and domains",
        make: (draft) => withRoute(draft, { path: "/internal/*" }),
        back: { key: "route-removed", title: "A route removed" },
    },
    {
        key: "strip-prefix",
        title: "A route whose prefix the service does not see (`stripPrefix`)",
        theme: "Routes, hosts and domains",
        anew: true,
        from: (draft) => {
            withRoute(draft, { path: "/inner/*" });
            // It would ask the service under paths that the service does not know.
            delete draft.app.cdn;
        },
        make: (draft) => (first(draft).routes.at(-1).stripPrefix = true),
        back: { key: "strip-prefix-removed", title: "A route whose prefix it sees again" },
    },
    {
        key: "host",
        title: "A host added",
        theme: "Routes, hosts and domains",
        make: (draft) => withRoute(draft, { host: `extra.${domainOf(draft)}` }),
        back: { key: "host-removed", title: "A host removed" },
    },
    {
        key: "hosts-swapped",
        title: "The domain and a host change places (apex and www)",
        theme: "Routes, hosts and domains",
        from: (draft) => {
            const zone = draft.app.domain?.zone ?? "example.com";
            rename(draft, domainOf(draft), zone as string);
            draft.app.domain = { ...draft.app.domain, zone, redirects: [] };
            withRoute(draft, { host: `apex.${zone}` });
        },
        make: (draft) => {
            const zone: string = draft.app.domain.zone;
            rename(draft, `apex.${zone}`, "swapped");
            rename(draft, zone, `apex.${zone}`);
            rename(draft, "swapped", zone);
            draft.app.domain.zone = zone;
        },
    },
    {
        key: "alternative-name",
        title: "An alternative name added to the certificate",
        theme: "Routes, hosts and domains",
        make: (draft) => {
            const { app } = draft;
            const alternativeNames = [...(app.domain?.alternativeNames ?? []), `*.${domainOf(draft)}`];
            app.domain = { ...app.domain, alternativeNames };
        },
        back: { key: "alternative-name-removed", title: "An alternative name removed" },
    },
    {
        key: "redirect",
        title: "A host that leads to the domain added (`domain.redirects`)",
        theme: "Routes, hosts and domains",
        make: (draft) => {
            const { app } = draft;
            app.domain = { ...app.domain, redirects: [...(app.domain?.redirects ?? []), `old.${domainOf(draft)}`] };
        },
        back: { key: "redirect-removed", title: "A host that leads to the domain removed" },
    },
    {
        key: "domain-changed",
        title: "Another domain",
        theme: "Routes, hosts and domains",
        make: (draft) => {
            const before = domainOf(draft);
            rename(draft, before, before.replace(/^[^.]+/, "tasks"));
        },
    },
    {
        key: "domain",
        title: "A domain added (dev)",
        theme: "Routes, hosts and domains",
        environments: true,
        anew: true,
        from: ({ app, config }) => {
            config["twinstack:environment"] = "dev";
            delete config["twinstack:domain"];
            // What needs a domain, where the app says it of every environment.
            delete app.domain;
            delete app.cdn;
            if (app.services.web) app.services.web.routes = [{}];
        },
        make: ({ config }) => (config["twinstack:domain"] = "dev.example.com"),
        back: { key: "domain-removed", title: "The domain removed (dev)" },
    },
    {
        key: "cdn-behaviour",
        title: "A path more that the CDN keeps",
        theme: "Routes, hosts and domains",
        apps: ["morrow", "everything"],
        make: ({ app }) => (app.cdn.behaviors = [{ path: "/fonts/*" }, ...app.cdn.behaviors]),
    },
    {
        key: "cdn",
        title: "A CDN added",
        theme: "Routes, hosts and domains",
        anew: true,
        from: ({ app }) => delete app.cdn,
        make: (draft) => {
            draft.app.cdn = {
                host: `cdn.${domainOf(draft)}`,
                origins: { app: { service: Object.keys(draft.app.services as object)[0] } },
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
