import type { AppInput } from "../../topology/app";
import { accepted, problemsOf, refused, smallService } from "./settings";
import assert from "node:assert/strict";

const shop = (web: object, more: object = {}): AppInput =>
    ({ name: "shop", services: { web: { ...smallService, ...web } }, ...more }) as AppInput;
const at = (path: string) => `apps/shop.ts: ${path}`;

describe("What services reach", () => {
    const table = { partitionKey: { name: "id" } };
    const parts = {
        databases: { db: {} },
        caches: { redis: {} },
        tables: { facts: table },
        buckets: { assets: {} },
        secrets: { keys: { keys: ["API_KEY"] } },
        filesystems: { files: {} },
    };

    it("is databases, caches, tables, buckets and secrets, by name", () => {
        for (const cloud of ["aws", "gcp"] as const)
            accepted({ cloud, app: shop({ uses: ["db", "redis", "facts", "assets", "keys"] }, parts) });
        refused(
            { app: shop({ uses: ["reddis"] }, parts) },
            at("services.web.uses[0]"),
            /^did you mean redis\? one of db,/,
        );
        refused({ app: shop({ uses: ["db", "db"] }, parts) }, at("services.web.uses[1]"), "each name once");
    });

    it("is said where it belongs: file systems are mounted, services called, jobs left alone", () => {
        const jobs = { clean: { service: "web", command: ["clean"], run: "demand" } };
        const uses = (used: string) => shop({ uses: [used] }, { ...parts, jobs });
        refused(
            { app: uses("files") },
            at("services.web.uses[0]"),
            "mounts, with the path where the service sees it: { files: /files }",
            '"files", which is a file system',
        );
        refused({ app: uses("clean") }, at("services.web.uses[0]"), /^no job/, '"clean", which is a job');
        refused({ app: uses("web") }, at("services.web.uses[0]"), /beside itself/, '"web", which is a service');
        const app = uses("api");
        app.services.api = { ...smallService, routes: [{ path: "/api/*" }] };
        refused({ app }, at("services.web.uses[0]"), "calls: [api]", '"api", which is a service');
    });

    it("calls other services, in a circle too", () => {
        const calling = (calls: Record<string, string[]>): AppInput => ({
            name: "shop",
            services: Object.fromEntries(
                Object.entries(calls).map(([name, calls]) => [
                    name,
                    { ...smallService, calls, routes: [{ path: `/${name}/*` }] },
                ]),
            ),
        });
        accepted({ app: calling({ a: ["b", "c"], b: ["c"], c: [] }) });
        accepted({ app: calling({ a: ["b"], b: ["c"], c: ["a"] }) });
        refused({ app: calling({ a: ["a"], b: [] }) }, at("services.a.calls[0]"), "b", '"a", the service itself');
        refused({ app: calling({ a: ["c"], b: [] }) }, at("services.a.calls[0]"), "b", '"c"');
        refused({ app: calling({ a: ["b"] }) }, at("services.a.calls[0]"), "nothing: the app has no other service");
        refused({ app: calling({ a: ["b", "b"], b: [] }) }, at("services.a.calls[1]"), "each name once");
    });

    it("mounts each file system at a path of its own", () => {
        const filesystems = { files: {}, more: {} };
        const mounting = (mounts: object, service: object = {}) => shop({ mounts, ...service }, { filesystems });
        accepted({ app: mounting({ files: "/app/files", more: "/app/files2" }) });
        refused(
            { app: mounting({ file: "/x" }) },
            at("services.web.mounts.file"),
            /^did you mean files\?/,
            '"file", which is no file system',
        );
        refused({ app: mounting({ files: "app/files" }) }, at("services.web.mounts.files"), /^an absolute path/);
        refused(
            { app: mounting({ files: "/app/../etc" }) },
            at("services.web.mounts.files"),
            "a path without . and ..",
        );
        refused(
            { app: mounting({ files: "/proc/files" }) },
            at("services.web.mounts.files"),
            /^a path outside \/dev, /,
        );
        refused(
            { app: mounting({ files: "/app", more: "/app" }) },
            at("services.web.mounts.more"),
            "a path of its own",
            '"/app", where files is',
        );
        refused(
            { app: mounting({ files: "/app/a/b", more: "/app/a" }) },
            at("services.web.mounts.files"),
            "a path of its own",
            '"/app/a/b", inside /app/a, where more is',
        );
    });

    it("mounts nothing over the scratch folder of a read-only image on AWS", () => {
        // An image of somebody else's has no read-only root unless somebody says so.
        accepted({ app: shop({ mounts: { files: "/tmp" } }, { filesystems: { files: {} } }) });
        const mounting = (path: string, aws: object = { readonlyRootFilesystem: true }) =>
            shop({ mounts: { files: path }, aws }, { filesystems: { files: {} } });
        for (const path of ["/tmp", "/tmp/files"])
            refused({ app: mounting(path) }, at("services.web.mounts.files"), /^another path, .*; or aws\.readonly/);
        accepted({ app: mounting("/tmpfiles") });
        accepted({ app: mounting("/tmp", { readonlyRootFilesystem: false }) });
        accepted({ cloud: "gcp", app: mounting("/tmp") });
    });

    it("mounts files on Cloud Run with a whole vCPU", () => {
        const app = shop(
            { mounts: { files: "/files" }, gcp: { cpu: 0.5, memory: 512, concurrency: 1 } },
            { filesystems: { files: {} } },
        );
        refused({ cloud: "gcp", app }, at("services.web.gcp.cpu"), /^1 or more vCPU/, "0.5 with mounts");
        accepted({ app });
    });

    it("gives each variable one source, whatever it is", () => {
        const using = (service: object, more: object) => shop(service, more);
        refused(
            {
                app: using(
                    { uses: ["a-b", "a"] },
                    { tables: { "a-b": table }, secrets: { a: { keys: ["A_B_TABLE"] } } },
                ),
            },
            at("services.web.uses[1]"),
            /rename one$/,
            '"a", which sets A_B_TABLE as the table a-b does',
        );
        refused(
            { app: using({ uses: ["keys"], env: { API_KEY: "x" } }, { secrets: { keys: { keys: ["API_KEY"] } } }) },
            at("services.web.env.API_KEY"),
            "a name of its own",
            "API_KEY, which the secrets keys set",
        );
        refused(
            { app: using({ mounts: { files: "/f" }, secrets: ["FILES_PATH"] }, { filesystems: { files: {} } }) },
            at("services.web.secrets[0]"),
            "a name of its own",
            "FILES_PATH, which the file system files sets",
        );
        const called = using({ calls: ["api"], env: { API_URL: "x" } }, {});
        called.services.api = { ...smallService, routes: [] };
        refused(
            { app: called },
            at("services.web.env.API_URL"),
            "a name of its own",
            "API_URL, which the service api sets",
        );
        refused(
            { cloud: "gcp", app: using({ uses: ["keys"] }, { secrets: { keys: { keys: ["X_GOOGLE_KEY"] } } }) },
            at("services.web.uses[0]"),
            /X_GOOGLE_/,
        );
        // Whoever does not use the set may have the variable.
        accepted({ app: using({ env: { API_KEY: "x" } }, { secrets: { keys: { keys: ["API_KEY"] } } }) });
    });
});

describe("Names of parts", () => {
    const service = { service: "web", command: ["x"], run: "demand" } as const;

    it("are one set, whatever the kind", () => {
        const kinds: Record<string, object> = {
            databases: {},
            caches: {},
            tables: { partitionKey: { name: "id" } },
            buckets: {},
            filesystems: {},
            secrets: { keys: ["A"] },
            jobs: service,
        };
        for (const [kind, part] of Object.entries(kinds)) {
            refused(
                { app: shop({}, { [kind]: { web: part } }) },
                at(`${kind}.web`),
                "a name of its own",
                '"web", which is also the name of a service',
            );
            accepted({ app: shop({}, { [kind]: { other: part } }) });
            if (kind !== "caches")
                assert.equal(problemsOf({ app: shop({}, { [kind]: { x: part }, caches: { x: {} } }) }).length, 1, kind);
        }
    });

    it("leave those of the stack's own parts alone", () => {
        for (const name of ["network", "platform", "lb", "firewall", "dns", "alarms", "cdn", "deployer"])
            refused(
                { app: shop({}, { caches: { [name]: {} } }) },
                at(`caches.${name}`),
                "a name of its own",
                `"${name}", which is the name of the stack's own ${name}`,
            );
        refused(
            { app: shop({}, { caches: { aws: {} } }) },
            at("caches.aws"),
            /own/,
            '"aws", which is the name of a provider',
        );
    });

    it("leave those of further ports and of replicas alone", () => {
        const ports = { ui: 80, api: 81 };
        const routed = { ports, routes: [{}, { path: "/api/*", port: "api" }] };
        refused(
            { app: shop(routed, { caches: { "web-api": {} } }) },
            at("caches.web-api"),
            "a name of its own",
            '"web-api", which is the name of port api of web',
        );
        // A port that nothing leads to has no resources.
        accepted({ app: shop({ ports }, { caches: { "web-api": {} } }) });
        refused(
            { app: shop({}, { databases: { db: { replicas: 2 } }, caches: { "db-replica-2": {} } }) },
            at("caches.db-replica-2"),
            "a name of its own",
            '"db-replica-2", which is the name of a replica of db',
        );
    });

    it("make each secret once", () => {
        const set = (name: string, ...keys: string[]) => ({ secrets: { [name]: { keys } } });
        refused(
            { app: shop({ secrets: ["API_KEY"] }, set("web-api-key", "A")) },
            at("services.web.secrets[0]"),
            "a name of its own",
            "API_KEY, which makes the same secret as the set web-api-key",
        );
        refused(
            { app: shop({}, set("keys", "API_KEY", "api_key")) },
            at("secrets.keys.keys[1]"),
            "a name of its own",
            "api_key, which makes the same secret as API_KEY of keys",
        );
        refused({ app: shop({}, set("keys", "A", "A")) }, at("secrets.keys.keys"), "each key once");
        refused({ app: shop({}, set("keys")) }, at("secrets.keys.keys"), /^a list of at least 1/);
    });
});
