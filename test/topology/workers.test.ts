import type { AppInput } from "../../topology/app";
import { accepted, refused, smallApp, smallService } from "./settings";

const { image } = smallService;
const app = (work: object, web: object = {}): AppInput =>
    ({ ...smallApp, services: { web: { ...smallService, ...web }, work: { image, ...work } } }) as AppInput;
const at = (path: string) => `apps/shop.ts: services.work.${path}`;

describe("A service without ports", () => {
    it("is a worker, whether it says so or not", () => {
        for (const cloud of ["aws", "gcp"] as const) {
            accepted({ cloud, app: app({}) });
            accepted({ cloud, app: app({ ports: {}, routes: [], health: { container: { command: ["alive"] } } }) });
            accepted({ cloud, app: app({ calls: ["web"], scale: { hours: { from: "08:00", to: "20:00" } } }) });
        }
    });

    it("has nothing of what only requests need", () => {
        const worker = ", for a worker: it has no ports";
        const otherwise = "or ports, such as { http: 8000 }, for a service that takes requests";
        refused(
            { app: app({ routes: [{ path: "/work/*" }] }) },
            at("routes"),
            `none; ${otherwise}`,
            `a route${worker}`,
        );
        refused({ app: app({ health: { path: "/up" } }) }, at("health.path"), /^health\.container/, `"/up"${worker}`);
        refused({ app: app({ smoke: [{ path: "/up" }] }) }, at("smoke"), /^none/, `requests${worker}`);
        refused(
            { app: app({ health: { portPaths: { http: "/up" } } }) },
            at("health.portPaths.http"),
            /./,
            '"http", which is no port of the service',
        );
        for (const [field, value] of Object.entries({ concurrency: 10, cpuBilling: "instance" }))
            refused(
                { app: app({ gcp: { [field]: value } }) },
                at(`gcp.${field}`),
                /^none: a worker pool/,
                `${value}${worker}`,
            );
        refused(
            { app: app({ gcp: { callers: "network" } }) },
            at("gcp.callers"),
            "none; or ports, such as { http: 8000 }, for a service that takes requests",
            `network${worker}`,
        );
        refused({ app: app({ scale: { requestsPerTarget: 10 } }) }, at("scale.requestsPerTarget"), /^nothing/);
    });

    it("runs all the time", () => {
        refused({ cloud: "gcp", app: app({ scale: { min: 0 } }) }, at("scale.min"), /^1 or more/);
        refused({ cloud: "gcp", app: app({ cpu: 0.5, memory: 512 }) }, at("cpu"), /^1 vCPU or more: a worker pool/);
    });

    it("is called by nobody", () => {
        refused(
            { app: app({}, { calls: ["work"] }) },
            "apps/shop.ts: services.web.calls[0]",
            /^a service with ports; work reaches a worker by what both use/,
            '"work", a worker: it has no ports',
        );
    });

    it("does not make of a service one that forgot its path", () => {
        refused(
            { app: app({ ports: { http: 8080 }, routes: [] }) },
            at("health.path"),
            "a path that answers 200, such as /health; or no ports, for a worker",
            "nothing",
        );
    });
});
