import type { AppInput } from "../../topology/app";
import { accepted, refused, smallService } from "./settings";

const at = (path: string) => `apps/shop.ts: ${path}`;
const domain = { name: "shop.example.com" };
const shop = (more: object, web: object = {}): AppInput =>
    ({ name: "shop", services: { web: { ...smallService, ...web } }, ...more }) as AppInput;

describe("The way in", () => {
    it("leads somewhere", () => {
        refused(
            { app: shop({}, { routes: [] }) },
            at("services"),
            /^a route for at least one/,
            "no service with a route",
        );
        const workers = {
            name: "shop",
            services: { work: { image: smallService.image }, api: { ...smallService, routes: [] } },
        };
        refused({ app: { ...workers, domain } as AppInput }, at("domain"), /^none: nothing answers there/);
        for (const cloud of ["aws", "gcp"] as const)
            for (const environment of ["dev", "prod"] as const)
                accepted({ cloud, environment, app: workers as AppInput });
        const services = { web: smallService, worker: { ...smallService, routes: [] } };
        for (const cloud of ["aws", "gcp"] as const) accepted({ cloud, app: { name: "shop", services } });
    });

    it("goes without a prefix only where there is one, and where no CDN asks by another way", () => {
        accepted({ app: shop({}, { routes: [{ path: "/api/*", stripPrefix: true }] }) });
        for (const path of ["/*", "/api"])
            refused(
                { app: shop({}, { routes: [{ path, stripPrefix: true }] }) },
                at("services.web.routes[0].stripPrefix"),
                /^false; or a path with a prefix/,
                `true, for ${path}`,
            );
        const cdn = {
            host: "static.example.com",
            origins: { web: { service: "web" } },
            behaviors: [{ path: "/assets/*" }],
        };
        refused(
            { app: shop({ domain, cdn }, { routes: [{ path: "/*" }, { path: "/api/*", stripPrefix: true }] }) },
            at("cdn.origins.web.service"),
            /^a service whose routes keep their paths/,
            '"web", a route of which goes without its prefix',
        );
    });

    it("leads from names of its zone that nothing else answers at", () => {
        const from = (redirects: string[], more: object = {}) => shop({ domain: { ...domain, redirects }, ...more });
        const path = (index = 0) => `apps/shop.ts: domain.redirects[${index}]`;
        accepted({ app: from(["www.example.com", "example.com"]) });
        refused({ app: from([domain.name]) }, path(), "other names, which lead there");
        refused({ app: from(["www.example.com", "www.example.com"]) }, path(1), "each name once");
        refused({ app: from(["www.example.org"]) }, path(), /a name in the zone example\.com/);
        const services = { web: { ...smallService, routes: [{}, { host: "www.example.com" }] } };
        refused(
            { app: from(["www.example.com"], { services }) },
            path(),
            "a name that nothing else answers at",
            '"www.example.com", which is also a route of web',
        );
    });

    it("has a certificate for names of the zone, each once", () => {
        const named = (...alternativeNames: string[]) => shop({ domain: { ...domain, alternativeNames } });
        accepted({ app: named("*.example.com", "*.shop.example.com", "example.com") });
        const path = at("domain.alternativeNames[0]");
        refused({ app: named("shop.example.org") }, path, /^a name in the zone example\.com/, '"shop.example.org"');
        refused({ app: named("*.badexample.com") }, path, /^a name in the zone/);
        refused(
            { app: named("shop.example.com") },
            path,
            "further names only",
            '"shop.example.com", which is the domain\'s name',
        );
        refused({ app: named("a.example.com", "a.example.com") }, at("domain.alternativeNames[1]"), "each name once");
        refused(
            { app: named("a.*.example.com") },
            path,
            /^a host name such as api\.example\.com, or \*\.example\.com$/,
        );
    });
});

describe("A CDN", () => {
    const cdn = (more: object, web: object = {}, rest: object = { domain, buckets: { assets: {} } }) =>
        shop({ ...rest, cdn: { host: "cdn.example.com", origins: { site: { service: "web" } }, ...more } }, web);

    it("has a name of its own in the app's zone", () => {
        for (const cloud of ["aws", "gcp"] as const) accepted({ cloud, app: cdn({}) });
        refused(
            { app: cdn({}, {}, {}) },
            at("cdn.host"),
            /^a domain for the app/,
            '"cdn.example.com" without a domain',
        );
        refused(
            { cloud: "aws", app: cdn({}, { ports: { rpc: { port: 50051, protocol: "grpc" } }, health: {} }) },
            at("cdn.origins.site.service"),
            /^a port that speaks HTTP\/1\.1/,
            '"web", at a port that speaks grpc',
        );
        for (const cloud of ["aws", "gcp"] as const) accepted({ cloud, app: cdn({}, { timeoutSeconds: 120 }) });
        accepted({ cloud: "gcp", app: cdn({}, { timeoutSeconds: 121 }) });
        refused(
            { cloud: "aws", app: cdn({}, { timeoutSeconds: 121 }) },
            at("services.web.timeoutSeconds"),
            /^up to 120: CloudFront waits no longer/,
            "121, behind the CDN",
        );
        refused(
            { app: cdn({ host: "cdn.example.org" }) },
            at("cdn.host"),
            /in the zone example\.com$/,
            '"cdn.example.org"',
        );
        refused(
            { app: cdn({ host: domain.name }) },
            at("cdn.host"),
            /^a name of its own/,
            '"shop.example.com", which is the domain\'s name',
        );
        const routed = cdn({ host: "www.example.com" }, { routes: [{}, { host: "www.example.com" }] });
        refused(
            { app: routed },
            at("cdn.host"),
            /^a name of its own/,
            '"www.example.com", which is also a route of web',
        );
    });

    it("fetches from services with routes and from buckets", () => {
        accepted({ app: cdn({ origins: { files: { bucket: "assets", path: "/static" } } }) });
        const origin = (origin: object) => cdn({ origins: { site: origin } });
        refused({ app: origin({ service: "wbe" }) }, at("cdn.origins.site.service"), "web", '"wbe"');
        refused({ app: origin({ bucket: "asets" }) }, at("cdn.origins.site.bucket"), "assets", '"asets"');
        refused(
            { app: origin({ bucket: "web", service: "web" }) },
            at("cdn.origins.site"),
            "service or bucket, one of them",
        );
        refused({ app: origin({}) }, at("cdn.origins.site"), "service or bucket, one of them");
        refused({ app: cdn({ origins: {} }) }, at("cdn.origins"), "at least one origin");
        const app = origin({ service: "worker" });
        app.services.worker = { ...smallService, routes: [] };
        refused({ app }, at("cdn.origins.site.service"), "web", '"worker", which has no routes');
    });

    it("caches paths of origins that it has, each once", () => {
        const behaviors = (...behaviors: object[]) => cdn({ behaviors });
        accepted({ app: behaviors({ path: "/assets/*" }, { path: "*.js", origin: "site" }) });
        refused(
            { app: behaviors({ path: "*.js", origin: "sites" }) },
            at("cdn.behaviors[0].origin"),
            "site",
            '"sites"',
        );
        refused(
            { app: behaviors({ path: "*.js" }, { path: "*.js" }) },
            at("cdn.behaviors[1].path"),
            "each path once",
            "*.js again",
        );
        refused(
            { app: behaviors({ path: "/a/*.js" }) },
            at("cdn.behaviors[0].path"),
            /^an ending such as \*\.js, or a prefix/,
        );
    });

    it("comes by way of the service's own routes", () => {
        const routed = (path: string, ...routes: object[]) =>
            cdn({ origins: { site: { service: "web", path } } }, { routes });
        accepted({ app: routed("/static", { path: "/static/*" }) });
        accepted({ app: routed("/static/v1", { path: "/api/*" }, { path: "/static/*" }) });
        accepted({ app: routed("/static", { host: "www.example.com" }) });
        for (const cloud of ["aws", "gcp"] as const)
            refused(
                { cloud, app: routed("/static", { path: "/api/*" }, { path: "/static" }) },
                at("cdn.origins.site.service"),
                "a service with a route such as /static/*",
                '"web", no route of which takes all that the CDN asks for',
            );
    });

    it("has no origin that nothing asks", () => {
        const origins = { site: { service: "web" }, files: { bucket: "assets" } };
        accepted({ app: cdn({ origins, behaviors: [{ path: "/files/*", origin: "files" }] }) });
        refused(
            { app: cdn({ origins }) },
            at("cdn.origins.files"),
            /origin: files;/,
            "an origin that no behavior asks",
        );
    });

    it("goes by prefixes, then by content types, on Cloud CDN", () => {
        const origins = { site: { service: "web" }, files: { bucket: "assets" } };
        const behaviors = (...behaviors: object[]) => ({ cloud: "gcp" as const, app: cdn({ origins, behaviors }) });
        accepted(behaviors({ path: "/assets/*", origin: "files" }, { path: "*.js" }));
        refused(
            behaviors({ path: "*.js", origin: "files" }),
            at("cdn.behaviors[0].origin"),
            /^site, the first origin, for an ending on Cloud CDN/,
            '"files" for *.js',
        );
        refused(
            behaviors({ path: "*.js" }, { path: "/assets/*", origin: "files" }),
            at("cdn.behaviors[0].path"),
            /^prefixes first/,
            "*.js before /assets/*",
        );
        const assets = { path: "/assets/*", origin: "files" };
        refused(
            behaviors(assets, { path: "*.json" }),
            at("cdn.behaviors[1].path"),
            /takes for static: css, js, /,
            "*.json",
        );
        accepted({ ...behaviors({ path: "*.json", origin: "files" }), cloud: "aws" });
        // Of a bucket, whatever it holds is cached.
        const bucket = { files: { bucket: "assets" } };
        accepted({ cloud: "gcp", app: cdn({ origins: bucket, behaviors: [{ path: "*.json" }] }) });
    });
});

describe("A deployer", () => {
    it("trusts whole names of branches", () => {
        const from = (...branches: string[]) => shop({ deployer: { github: "example/shop", branches } });
        accepted({ app: from("main", "release/1.0", "fix-#12") });
        const path = at("deployer.branches[0]");
        for (const branch of ["*", "release/*", "a b", "/main", "main'", "a..b"])
            refused({ app: from(branch) }, path, /without wildcards$/, `"${branch}"`);
        refused({ app: from("refs/heads/main") }, path, /without refs\/heads$/);
        refused({ app: from("main", "main") }, at("deployer.branches[1]"), "each branch once");
        refused({ app: from() }, at("deployer.branches"), /^a list of at least 1/);
        refused(
            { app: shop({ deployer: { github: "shop" } }) },
            at("deployer.github"),
            "a repository such as owner/name",
        );
    });
});
