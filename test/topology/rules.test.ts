import assert from "node:assert/strict";

import * as contract from "../../components/contract";
import type { AppInput } from "../../topology/app";
import {
    bucketVariables,
    cacheVariables,
    callVariables,
    databaseVariables,
    filesystemVariables,
    tableVariables,
    tracingVariables,
} from "../../topology/variables";
import { accepted, overridesPath as at, refused, settle, smallApp, smallService } from "./settings";

const web = (service: object): AppInput =>
    ({ ...smallApp, services: { web: { ...smallService, ...service } } }) as AppInput;
const todo = (service: object) => ({ services: { api: service } });

describe("What an app's parts say of each other", () => {
    it("refuses a use of something absent, and a second one", () => {
        refused(
            { app: { ...web({ uses: ["bd"] }), databases: { db: {} } } },
            "apps/shop.ts: services.web.uses[0]",
            "db",
            '"bd"',
        );
        refused(
            { app: web({ uses: ["db"] }) },
            "apps/shop.ts: services.web.uses[0]",
            "nothing: the app has no databases, caches, tables, buckets, queues or secrets",
        );
        refused(
            { app: { ...web({ uses: ["db", "db"] }), databases: { db: {} } } },
            "apps/shop.ts: services.web.uses[1]",
            "each name once",
        );
    });

    it("refuses a database with a service's name", () => {
        refused(
            { app: { ...web({}), databases: { web: {} } } },
            "apps/shop.ts: databases.web",
            "a name of its own",
            '"web", which is also the name of a service',
        );
        accepted({ app: { ...web({}), databases: { db: {} } } });
    });

    it("refuses ports out of range and twice", () => {
        for (const port of [0, 65536, -1, 80.5])
            refused(
                { app: web({ ports: { http: port } }) },
                "apps/shop.ts: services.web.ports.http",
                "a whole number from 1 to 65535; or a map with port and protocol: http, http2 or grpc",
                String(port),
            );
        accepted({ app: web({ ports: { http: 80, admin: 81 } }) });
        refused(
            { app: web({ ports: { http: 80, admin: 80 } }) },
            "apps/shop.ts: services.web.ports.admin",
            "a number of its own",
            "80, which is also the port http",
        );
        refused(
            { app: { ...web({ ports: { http: 4318 } }), tracing: { enabled: true } } },
            "apps/shop.ts: services.web.ports.http",
            /collector/,
        );
        accepted({ app: web({ ports: { http: 4318 } }) });
    });

    it("refuses min above max, and a check that outlasts its interval", () => {
        refused(
            { overrides: todo({ scale: { min: 20 } }) },
            "apps/todo.ts: services.api.scale.max",
            "20 or more: scale.min is 20",
            "10",
        );
        refused(
            { cloud: "gcp", overrides: todo({ gcp: { scale: { min: 20 } } }) },
            "apps/todo.ts: services.api.scale.max",
            /^20 or more/,
        );
        refused(
            { overrides: todo({ health: { timeoutSeconds: 10 } }) },
            at("services.api.health.timeoutSeconds"),
            "less than intervalSeconds, which is 10",
        );
        accepted({ overrides: todo({ scale: { min: 20, max: 20 }, health: { timeoutSeconds: 9 } }) });
    });

    it("gives each environment variable one source", () => {
        const used = (service: object, databases: AppInput["databases"] = { db: {} }) => ({
            ...web({ uses: ["db"], ...service }),
            databases,
        });
        refused(
            { app: web({ env: { PORT: "80" } }) },
            "apps/shop.ts: services.web.env.PORT",
            "a name of its own",
            "PORT, which the service's own port sets",
        );
        refused(
            { app: used({ secrets: ["DB_PASSWORD"] }) },
            "apps/shop.ts: services.web.secrets[0]",
            "a name of its own",
            "DB_PASSWORD, which the database db sets",
        );
        refused(
            { app: used({ env: { DATABASE_URL: "x" } }) },
            "apps/shop.ts: services.web.env.DATABASE_URL",
            "a name of its own",
        );
        refused(
            { app: web({ env: { A: "x" }, secrets: ["A"] }) },
            "apps/shop.ts: services.web.secrets[0]",
            "a name of its own",
            "A, which env sets",
        );
        refused({ app: web({ secrets: ["A", "A"] }) }, "apps/shop.ts: services.web.secrets[1]", "a name of its own");
        refused(
            { app: web({ secrets: ["API_KEY", "api_key"] }) },
            "apps/shop.ts: services.web.secrets[1]",
            "a name of its own",
            "api_key, which makes the same secret as API_KEY of web",
        );
        refused(
            { app: used({ uses: ["db", "database"] }, { db: {}, database: {} }) },
            "apps/shop.ts: services.web.uses[1]",
            /rename one/,
        );
        refused(
            { app: { ...web({ env: { OTEL_SERVICE_NAME: "x" } }), tracing: { enabled: true } } },
            "apps/shop.ts: services.web.env.OTEL_SERVICE_NAME",
            /own/,
        );
        refused(
            { cloud: "gcp", app: web({ env: { K_SERVICE: "x" } }) },
            "apps/shop.ts: services.web.env.K_SERVICE",
            /own/,
        );
        accepted({
            app: web({ env: { DB_HOST: "x", K_SERVICE: "x", OTEL_SERVICE_NAME: "x" }, secrets: ["DB_PASSWORD"] }),
        });
    });

    it("makes no resource twice", () => {
        const services = {
            web: { ...smallService, secrets: ["API_KEY"] },
            "web-api": { ...smallService, secrets: ["KEY"], routes: [{ path: "/api/*" }] },
        };
        const path = "apps/shop.ts: services.web-api.secrets[0]";
        refused({ app: { name: "shop", services } }, path, /own/, "KEY, which makes the same secret as API_KEY of web");
        const databases = { db: { replicas: 1 }, "db-replica-1": {} };
        refused({ app: { ...smallApp, databases } }, "apps/shop.ts: databases.db-replica-1", "a name of its own");
        accepted({ app: { ...smallApp, databases: { ...databases, db: {} } } });
    });

    it("knows the variables that the environment contract makes", () => {
        for (const name of ["db", "orders", "orders-db"])
            for (const replicas of [0, 2]) {
                const plain = contract.databaseEnvironment(name, {
                    host: "h",
                    port: 1,
                    replicaHost: replicas ? "r" : undefined,
                });
                const made = [...Object.keys(plain), ...Object.values(contract.databaseSecretNames(name))];
                assert.deepEqual(databaseVariables(name, replicas).sort(), made.sort());
            }
        for (const name of ["redis", "a-b"]) {
            const same = (variables: string[], ...made: object[]) =>
                assert.deepEqual([...variables].sort(), made.flatMap((each) => Object.keys(each)).sort());
            const secrets = Object.fromEntries(Object.values(contract.cacheSecretNames(name)).map((key) => [key, ""]));
            same(cacheVariables(name), contract.cacheEnvironment(name, { host: "h", port: 1, ca: "c" }), secrets);
            same(tableVariables(name), contract.tableEnvironment(name, { table: "t", url: "u" }));
            same(bucketVariables(name), contract.bucketEnvironment(name, { bucket: "b", url: "u" }));
            same(filesystemVariables(name), contract.filesystemEnvironment(name, "/p"));
            same(callVariables(name), contract.callEnvironment(name, "u"));
        }
        assert.deepEqual(
            tracingVariables,
            Object.keys(contract.tracingEnvironment("web", { enabled: true, samplePercent: 10 })),
        );
    });

    it("gives each host and path to one service", () => {
        const both = (web: object, job: object, more: object = {}) =>
            ({
                name: "shop",
                services: { web: { ...smallService, ...web }, job: { ...smallService, ...job } },
                ...more,
            }) as AppInput;
        refused(
            { app: both({}, {}) },
            "apps/shop.ts: services.job.routes[0]",
            /give each service its routes/,
            "/*, which is also a route of web",
        );
        refused(
            { app: web({ routes: [{ path: "/a" }, { path: "/a" }] }) },
            "apps/shop.ts: services.web.routes[1]",
            "each route once",
        );
        accepted({ app: both({}, { routes: [{ path: "/jobs/*" }] }) });
        refused(
            { app: both({}, { routes: [{ host: "jobs.example.com" }] }) },
            "apps/shop.ts: services.job.routes[0].host",
            /a domain for the app/,
        );
        const domain = { domain: { name: "shop.example.com" } };
        accepted({ app: both({}, { routes: [{ host: "jobs.example.com" }] }, domain) });
        refused(
            { app: both({}, { routes: [{ host: "jobs.example.org" }] }, domain) },
            "apps/shop.ts: services.job.routes[0].host",
            "shop.example.com or a name in the zone example.com",
        );
        refused(
            { app: web({ routes: [{ path: "api" }] }) },
            "apps/shop.ts: services.web.routes[0].path",
            /^a path such as/,
        );
    });

    it("resolves a domain's zone, which must hold the domain", () => {
        assert.deepEqual(settle({ config: { "twinstack:domain": "todo.example.com" } }).app.domain, {
            name: "todo.example.com",
            redirects: [],
            takeOver: false,
            zone: "example.com",
            alternativeNames: [],
            gcp: { managedZone: "example-com" },
        });
        assert.equal(settle({ config: { "twinstack:domain": "example.com" } }).app.domain?.zone, "example.com");
        refused(
            { overrides: { domain: { zone: "example.org" } }, config: { "twinstack:domain": "todo.example.com" } },
            at("domain.zone"),
            "a zone that holds todo.example.com, such as example.com",
        );
        refused({ overrides: { domain: { zone: "example.org" } } }, at("domain.name"), /host name/, "nothing");
    });

    it("refuses an image in prod that is another one from day to day, and a folder that is not there", () => {
        const inProd = { "twinstack:environment": "prod", "twinstack:domain": "todo.example.com" };
        for (const reference of ["web:latest", "web", "localhost:5000/web"]) {
            const app = web({ image: { reference } });
            for (const environment of ["dev", "staging"])
                accepted({ app, config: { "twinstack:environment": environment } });
            refused(
                { app, config: inProd },
                "apps/shop.ts: services.web.image.reference",
                /^in prod a digest, or a tag that stays/,
                `"${reference}", which is another image from day to day`,
            );
        }
        accepted({ app: web({ image: { reference: "web:1.2" } }), config: inProd });
        refused(
            { app: web({ image: {} }) },
            "apps/shop.ts: services.web.image",
            /^context \(a folder to build\) or reference/,
        );
        refused(
            { app: web({ image: { context: "workloads/none" } }) },
            "apps/shop.ts: services.web.image.context",
            /^a folder/,
            '"workloads/none", without a "workloads/none/Dockerfile"',
        );
    });
});
