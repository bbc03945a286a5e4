import type { AppInput } from "../../topology/app";
import { accepted, refused, smallApp, smallService } from "./settings";

const { image } = smallService;
const grpc = { port: 50051, protocol: "grpc" };
const app = (service: object): AppInput => ({ ...smallApp, services: { web: { image, ...service } } }) as AppInput;
const at = (path: string) => `apps/shop.ts: services.web.${path}`;
const config = { "twinstack:domain": "shop.example.com" };

describe("A port with a protocol", () => {
    it("is gRPC, HTTP/2 or HTTP, which a number alone is", () => {
        for (const cloud of ["aws", "gcp"] as const) {
            accepted({ cloud, config, app: app({ ports: { rpc: grpc } }) });
            accepted({ cloud, config, app: app({ ports: { http: 80, rpc: grpc }, health: { path: "/" } }) });
            accepted({ cloud, app: app({ ports: { http: { port: 80 } }, health: { path: "/" } }) });
            accepted({
                cloud,
                config,
                overrides: { services: { web: { ports: { rpc: grpc } } } },
                app: app({ ports: { rpc: 80 }, health: {} }),
            });
        }
    });

    it("is refused where it speaks anything else, with its place", () => {
        refused(
            { config, app: app({ ports: { mqtt: { port: 1883, protocol: "mqtt" } }, health: { path: "/" } }) },
            at("ports.mqtt.protocol"),
            /http, http2 or grpc$/,
            '"mqtt"',
        );
        refused({ config, app: app({ ports: { rpc: { ...grpc, port: 70000 } } }) }, at("ports.rpc"), /^a whole number/);
        refused({ config, app: app({ ports: { rpc: { ...grpc, tls: true } } }) }, at("ports.rpc"), /port and protocol/);
    });

    it("has no path to ask where it is gRPC", () => {
        refused(
            { config, app: app({ ports: { rpc: grpc }, health: { path: "/" } }) },
            at("health.path"),
            /^none: it is asked by gRPC/,
        );
        refused(
            {
                config,
                app: app({ ports: { http: 80, rpc: grpc }, health: { path: "/", portPaths: { rpc: "/up" } } }),
            },
            at("health.portPaths.rpc"),
            /^none: it is asked by gRPC/,
        );
    });

    it("needs a domain on AWS where a route leads to it", () => {
        refused(
            { app: app({ ports: { rpc: grpc } }) },
            at("ports.rpc"),
            /^a domain, whose certificate/,
            "grpc without a domain",
        );
        accepted({ cloud: "gcp", app: app({ ports: { rpc: grpc } }) });
    });
});

describe("What requests need", () => {
    const web = (more: object) => app({ ...smallService, ...more });

    it("is refused where Cloud Run takes no body as large", () => {
        accepted({ cloud: "gcp", app: web({ maxBodyMb: 32 }) });
        accepted({ app: web({ maxBodyMb: 5000 }) });
        refused(
            { cloud: "gcp", app: web({ maxBodyMb: 33 }) },
            at("maxBodyMb"),
            /^up to 32: Cloud Run takes no more over HTTP\/1/,
            "33",
        );
        accepted({ cloud: "gcp", app: web({ maxBodyMb: 5000, ports: { http: { port: 8080, protocol: "http2" } } }) });
    });

    it("lasts as long as both clouds let it", () => {
        accepted({ app: web({ timeoutSeconds: 3600 }) });
        refused({ app: web({ timeoutSeconds: 3601 }) }, at("timeoutSeconds"), "a whole number from 1 to 3600");
    });

    it("comes by way of the load balancer to keep its instance", () => {
        const other = { services: { web: smallService, back: { ...smallService, routes: [], stickySessions: true } } };
        refused({ app: { ...smallApp, ...other } }, "apps/shop.ts: services.back.stickySessions", /^false, or a route/);
    });
});
