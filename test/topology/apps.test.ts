import assert from "node:assert/strict";

import { environmentNames, type AppInput } from "../../topology/app";
import { accepted, overridesPath as at, problemsOf, refused, settle, smallApp, smallService } from "./settings";

const web = (service: object): AppInput =>
    ({ ...smallApp, services: { web: { ...smallService, ...service } } }) as AppInput;
const todo = (service: object) => ({ services: { api: service } });

describe("An app's topology", () => {
    it("is complete on both clouds with nothing but an image, a port and a health check", () => {
        for (const cloud of ["aws", "gcp"] as const)
            for (const environment of environmentNames)
                accepted({ cloud, environment, app: smallApp, config: { "twinstack:domain": "shop.example.com" } });
    });

    it("is refined by the environment, then by the stack, then for the cloud", () => {
        const dev = settle({}).app;
        const { min, max, cpuPercent } = dev.services.api.scale;
        assert.deepEqual([min, max, cpuPercent], [1, 10, 70]);
        assert.equal(dev.databases.db.aws.instanceClass, "db.t3.micro");
        const prod = settle({ environment: "prod", config: { "twinstack:domain": "todo.example.com" } }).app;
        assert.deepEqual(
            [prod.services.api.scale.min, prod.databases.db.aws.instanceClass, prod.network.nat],
            [2, "db.r5.large", "perZone"],
        );
        const overridden = settle({ overrides: { ...todo({ cpu: 1, memory: 4096 }), network: { nat: "single" } } }).app;
        assert.deepEqual(
            [overridden.services.api.cpu, overridden.services.api.memory, overridden.network.nat],
            [1, 4096, "single"],
        );
        const gcp = settle({ cloud: "gcp", overrides: todo({ gcp: { memory: 4096 } }) }).app;
        assert.deepEqual([gcp.services.api.cpu, gcp.services.api.memory, gcp.services.api.scale.min], [1, 4096, 1]);
    });

    it("is not changed by being resolved", () => {
        const before = JSON.stringify(smallApp);
        settle({
            app: smallApp,
            cloud: "gcp",
            overrides: { services: { web: { env: { A: "b" } } }, tags: { a: "b" } },
        });
        assert.equal(JSON.stringify(smallApp), before);
    });

    it("refuses wrong YAML types, each with its place", () => {
        refused(
            { overrides: todo({ cpu: "2" }) },
            at("services.api.cpu"),
            "a number above 0, without quotes",
            'the string "2"',
        );
        refused({ overrides: todo({ memory: 1024.5 }) }, at("services.api.memory"), /^a whole number/, "1024.5");
        refused(
            { overrides: todo({ scale: null }) },
            at("services.api.scale"),
            /^a map with min, max, desired, .* and hours$/,
            "null",
        );
        refused({ overrides: todo({ ports: [8000] }) }, at("services.api.ports"), /^a map/, "a list of 1");
        refused({ overrides: todo({ secrets: { A: 1 } }) }, at("services.api.secrets"), /^a list of: letters/, "a map");
        refused({ overrides: todo({ scale: 3 }) }, at("services.api.scale"), /^a map/, "the number 3");
        refused({ overrides: { services: [] } }, at("services"), /^a map/, "an empty list");
        refused(
            { overrides: { databases: { db: { version: 15 } } } },
            at("databases.db.version"),
            '"14", "15", "16", "17", "8.0" or "8.4"',
            "the number 15",
        );
        refused(
            { overrides: { deletionProtection: "yes" } },
            at("deletionProtection"),
            "true or false",
            'the string "yes"',
        );
        refused(
            { overrides: { logs: { retentionDays: 8 } } },
            at("logs.retentionDays"),
            /^1, 3, 5, 7, 14, .* or 3288$/,
            "the number 8",
        );
        refused({ overrides: todo({ cpu: Number.NaN }) }, at("services.api.cpu"), /^a number/, "NaN");
        refused({ overrides: { tags: { team: "A B" } } }, at("tags.team"), /^a label value/);
        refused({ overrides: { alarms: { emails: ["nobody"] } } }, at("alarms.emails[0]"), "an e-mail address");
        refused(
            { overrides: { firewall: { countries: { allow: ["Japan"] } } } },
            at("firewall.countries.allow[0]"),
            /ISO 3166/,
        );
        refused(
            { overrides: { firewall: { countries: { allow: ["JP"], block: ["US"] } } } },
            at("firewall.countries"),
            "allow or block, not both",
        );
    });

    it("says what was probably meant by an unknown key or value", () => {
        refused(
            { overrides: todo({ memroy: 1024 }) },
            at("services.api.memroy"),
            /^did you mean memory\? one of image, command, entrypoint, workingDirectory, cpu, /,
            'the unknown key "memroy"',
        );
        refused({ overrides: { netwrok: {} } }, at("netwrok"), /^did you mean network\? /);
        refused({ overrides: { environments: {} } }, at("environments"), /^one of name, services/);
        refused(
            { overrides: todo({ aws: { architecture: "arm46" } }) },
            at("services.api.aws.architecture"),
            "did you mean arm64? x86_64 or arm64",
            '"arm46"',
        );
        refused(
            { overrides: todo({ gcp: { architecture: "arm64" } }) },
            at("services.api.gcp.architecture"),
            /^one of cpu, memory, scale, concurrency, cpuBilling or callers$/,
        );
    });

    it("never shows the value of an environment variable", () => {
        const [problem] = problemsOf({ overrides: todo({ env: { TOKEN: 424242 } }) });
        assert.deepEqual([problem.path, problem.found], [at("services.api.env.TOKEN"), "a number"]);
    });

    it("locates a problem where it was said: stack file, environment, or app", () => {
        const app: AppInput = {
            ...web({ cpu: 3 }),
            environments: { dev: { services: { web: { health: { intervalSeconds: 1 } } } } },
        };
        assert.deepEqual(
            problemsOf({ app, overrides: { services: { web: { memory: 0 } } } })
                .map(({ path }) => path)
                .sort(),
            [
                "Pulumi.dev.yaml: twinstack:overrides.services.web.memory",
                "apps/shop.ts: environments.dev.services.web.health.intervalSeconds",
                "apps/shop.ts: services.web.cpu",
            ],
        );
        refused(
            { app: web({ gcp: { cpu: 3 } }), cloud: "gcp" },
            "apps/shop.ts: services.web.gcp.cpu",
            /^1, 2, 4, 6 or 8 vCPU on Cloud Run/,
        );
        refused(
            { overrides: { network: { gcp: { subnets: { x: { region: "us-east1" } } } } } },
            at("network.gcp.subnets.x.cidr"),
            /^an IPv4 range/,
            "nothing",
        );
        refused(
            { app: { name: "shop", services: { web: { image: smallService.image, ports: { http: 1 } } } } as never },
            "apps/shop.ts: services.web.health.path",
            /^a path that answers 200/,
            "nothing",
        );
    });

    it("refuses overrides of a part that does not exist, and lists those that do", () => {
        refused(
            { overrides: { services: { apy: { cpu: 1 } } } },
            at("services.apy"),
            "api",
            '"apy", which the app "todo" does not have',
        );
        refused({ overrides: { databases: { main: {} } } }, at("databases.main"), "db");
        refused({ app: smallApp, overrides: { databases: { db: {} } } }, at("databases.db"), "nothing: there are none");
        refused(
            { app: { ...smallApp, environments: { prod: { services: { wbe: { cpu: 1 } } } } } },
            "apps/shop.ts: environments.prod.services.wbe",
            "web",
        );
        refused(
            { app: { ...smallApp, environments: { production: {} } } as never },
            "apps/shop.ts: environments.production",
            /^did you mean prod\? one of dev, staging or prod$/,
        );
        refused({ overrides: { name: "other" } }, at("name"), /named by the app's own/);
    });

    it("refuses keys that would reach a prototype, and endless depths", () => {
        const overrides = JSON.parse(
            '{"__proto__": {"polluted": 1}, "services": {"api": {"env": {"constructor": {"prototype": {"polluted": 1}}}}}}',
        ) as object;
        assert.deepEqual(
            problemsOf({ overrides }).map(({ path }) => path),
            [at("__proto__"), at("services.api.env.constructor")],
        );
        assert.equal(({} as Record<string, unknown>).polluted, undefined);
        let deep: object = {};
        for (let level = 0; level < 5000; level++) deep = { services: deep };
        refused({ overrides: deep }, at("services.services"), /few levels/);
    });

    it("says which override changes nothing, because the app has another value for the cloud", () => {
        refused(
            { cloud: "gcp", overrides: todo({ cpu: 2 }) },
            at("services.api.cpu"),
            "services.api.gcp.cpu, to change it on gcp",
            "2, which changes nothing: the app has 1 for gcp",
        );
        accepted({ cloud: "gcp", overrides: todo({ cpu: 1, gcp: { cpu: 2 } }) });
        accepted({ cloud: "aws", overrides: todo({ cpu: 2, memory: 4096 }) });
    });

    it("checks what else is wrong with a part, however wrong some of it is", () => {
        const app = {
            name: "Shop",
            services: {
                Web_1: { image: {}, ports: { http: "x" }, health: { path: 5 }, scale: { min: 5, max: 2 } },
                job: { ...smallService, scale: { min: 5, max: 2 } },
            },
        };
        assert.deepEqual(
            problemsOf({ app: app as never })
                .map(({ path }) => path)
                .sort(),
            [
                "name",
                "services.Web_1",
                "services.Web_1.health.path",
                "services.Web_1.image",
                "services.Web_1.ports.http",
                "services.job.scale.max",
            ].map((path) => `apps/shop.ts: ${path}`),
        );
    });
});
