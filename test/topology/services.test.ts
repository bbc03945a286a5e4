import type { AppInput, Environment } from "../../topology/app";
import { accepted, overridesPath, refused, settle, smallApp, smallService } from "./settings";
import assert from "node:assert/strict";

const web = (service: object, more: object = {}): AppInput =>
    ({ ...smallApp, ...more, services: { web: { ...smallService, ...service } } }) as AppInput;
const at = (path: string) => `apps/shop.ts: services.web.${path}`;

describe("What a service says of itself", () => {
    it("admits whatever is in the network without a token only where it is private", () => {
        const gcp = { callers: "network" };
        const inner = { ...smallService, gcp, routes: [] };
        accepted({ cloud: "gcp", app: { ...smallApp, services: { web: smallService, inner } } as AppInput });
        refused(
            { cloud: "gcp", app: web({ gcp }) },
            at("gcp.callers"),
            /^granted, the default/,
            "network, for a service with routes",
        );
    });

    it("names ports that it has", () => {
        const ports = { http: 80, admin: 81 };
        accepted({ app: web({ ports, routes: [{}, { path: "/admin/*", port: "admin" }] }) });
        accepted({ app: web({ ports, health: { path: "/", portPaths: { admin: "/up" }, readyPath: "/ready" } }) });
        refused(
            { app: web({ ports, routes: [{ port: "admn" }] }) },
            at("routes[0].port"),
            /^did you mean admin\? /,
            '"admn", which is no port of the service',
        );
        refused(
            { app: web({ health: { path: "/", portPaths: { api: "/up" } } }) },
            at("health.portPaths.api"),
            "http",
            '"api", which is no port of the service',
        );
        refused(
            { app: web({ ports, routes: [{ path: "/a" }, { path: "/a", port: "admin" }] }) },
            at("routes[1]"),
            "each route once",
        );
    });

    it("has as many routed ports as ECS has target groups for a service", () => {
        const names = ["a", "b", "c", "d", "e", "f"];
        const ports = Object.fromEntries(names.map((name, index) => [name, 8000 + index]));
        const routes = names.map((port) => ({ path: `/${port}/*`, port }));
        accepted({ app: web({ ports, routes: routes.slice(1) }) });
        refused({ app: web({ ports, routes }) }, at("routes"), /^routes to up to 5 ports/, "routes to 6 of 6 ports");
        accepted({ cloud: "gcp", app: web({ ports, routes }) });
    });

    it("waits for a check in its container less than until the next", () => {
        const check = (more: object) => web({ health: { path: "/", container: { command: ["true"], ...more } } });
        accepted({ app: check({}) });
        refused(
            { app: check({ intervalSeconds: 10, timeoutSeconds: 10 }) },
            at("health.container.timeoutSeconds"),
            "less than intervalSeconds, which is 10",
            "10",
        );
        refused({ app: check({ command: [] }) }, at("health.container.command"), /^a list of at least 1/);
        refused({ app: check({ retries: 11 }) }, at("health.container.retries"), "a whole number from 1 to 10");
    });

    it("begins with a number of instances between its minimum and maximum", () => {
        const scale = (scale: object) => web({ scale });
        accepted({ app: scale({ min: 2, max: 4, desired: 4 }) });
        for (const desired of [1, 5])
            refused(
                { app: scale({ min: 2, max: 4, desired }) },
                at("scale.desired"),
                "2 to 4, scale.min to scale.max",
                String(desired),
            );
        refused({ app: scale({ min: 2, max: 2, desired: 3 }) }, at("scale.desired"), /^2, which is scale\.min/);
        refused(
            {
                cloud: "gcp",
                app: {
                    ...scale({ desired: 1 }),
                    services: { web: { ...smallService, gcp: { scale: { desired: 99 } } } },
                },
            },
            at("gcp.scale.desired"),
            /^1 to 10/,
        );
        // An override that the app's own value for the cloud hides.
        const hidden = web({ gcp: { scale: { desired: 2 } } });
        refused(
            { cloud: "gcp", app: hidden, overrides: { services: { web: { scale: { desired: 3 } } } } },
            overridesPath("services.web.scale.desired"),
            "services.web.gcp.scale.desired, to change it on gcp",
        );
    });

    it("scales by requests only where the load balancer counts them", () => {
        accepted({ app: web({ scale: { requestsPerTarget: 100, memoryPercent: 80 } }) });
        const services = {
            web: smallService,
            worker: { ...smallService, routes: [], scale: { requestsPerTarget: 100 } },
        };
        refused(
            { app: { name: "shop", services } },
            "apps/shop.ts: services.worker.scale.requestsPerTarget",
            /^nothing, or a route/,
            "100, for a service without routes",
        );
    });

    it("has hours that begin before they end, in a time zone that there is", () => {
        const hours = (more: object) => web({ scale: { hours: { from: "08:00", to: "20:00", ...more } } });
        accepted({ app: hours({ timeZone: "Asia/Tokyo", days: ["mon", "sun"], outside: { min: 0, max: 1 } }) });
        accepted({ app: hours({ timeZone: "UTC" }) });
        refused({ app: hours({ from: "20:00" }) }, at("scale.hours.to"), /later than from, which is 20:00/, '"20:00"');
        refused({ app: hours({ from: "8:00" }) }, at("scale.hours.from"), "a time of day such as 08:00");
        refused({ app: hours({ days: ["mon", "mon"] }) }, at("scale.hours.days[1]"), "each day once", '"mon" again');
        refused({ app: hours({ days: ["mno"] }) }, at("scale.hours.days[0]"), /^did you mean mon\? mon, tue, /);
        refused({ app: hours({ outside: { min: 2, max: 1 } }) }, at("scale.hours.outside.max"), /^2 or more/, "1");
        refused({ app: hours({ timeZone: "Asia/Tokio" }) }, at("scale.hours.timeZone"), /^did you mean Asia\/Tokyo\?/);
        refused({ app: hours({ timeZone: "asia/tokyo" }) }, at("scale.hours.timeZone"), "did you mean Asia/Tokyo?");
        refused({ app: hours({ timeZone: "JST" }) }, at("scale.hours.timeZone"), /^an IANA time zone/);
    });
});

describe("Deployments by ECS", () => {
    const deploy = (deployment: object, more: object = {}) => web({ aws: { deployment }, ...more });
    const on = (environment: Environment) => ({ environment, config: { "twinstack:domain": "shop.example.com" } });

    it("can start a new task or stop an old one", () => {
        refused(
            { app: deploy({ minimumHealthyPercent: 100, maximumPercent: 100 }) },
            at("aws.deployment.maximumPercent"),
            /^200 or more, .* neither start a new task nor stop an old one$/,
            "100 with minimumHealthyPercent 100, for 1 task",
        );
        // Of one task, 150 % is one task; of two it is three.
        refused({ app: deploy({ maximumPercent: 150 }) }, at("aws.deployment.maximumPercent"), /^200 or more/);
        accepted({ app: deploy({ maximumPercent: 150 }, { scale: { min: 2 } }) });
        accepted({ app: deploy({ minimumHealthyPercent: 50, maximumPercent: 100 }, { scale: { min: 2 } }) });
        refused(
            { app: deploy({ minimumHealthyPercent: 60, maximumPercent: 100 }, { scale: { min: 2 } }) },
            at("aws.deployment.maximumPercent"),
            /^150 or more/,
            "100 with minimumHealthyPercent 60, for 2 tasks",
        );
        // Another cloud's key says nothing here.
        accepted({ cloud: "gcp", app: deploy({ maximumPercent: 100 }) });
    });

    it("keep something running in prod", () => {
        for (const environment of ["dev", "staging"] as const)
            accepted({ ...on(environment), app: deploy({ minimumHealthyPercent: 0 }) });
        refused(
            { ...on("prod"), app: deploy({ minimumHealthyPercent: 0 }) },
            at("aws.deployment.minimumHealthyPercent"),
            /^50 to 100: .* an outage each time$/,
            "0 in prod",
        );
    });

    it("roll back only what a circuit breaker stops", () => {
        refused(
            { app: deploy({ circuitBreaker: false }) },
            at("aws.deployment.rollback"),
            /^false; or circuitBreaker: true/,
            "true without a circuit breaker",
        );
        accepted({ app: deploy({ circuitBreaker: false, rollback: false }) });
    });

    it("share tasks between Fargate and Spot only where there is Spot", () => {
        refused(
            { app: web({ aws: { spot: false, onDemand: { base: 1 } } }) },
            at("aws.onDemand.base"),
            /^0, where .*; or aws\.spot: true$/,
            "1 without Spot, which changes nothing",
        );
        const stack = settle({ app: web({ aws: { spot: true, onDemand: { base: 1, weight: 1 } } }) });
        assert.deepEqual(stack.app.services.web.aws.onDemand, { base: 1, weight: 1 });
    });
});
