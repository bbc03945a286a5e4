import assert from "node:assert/strict";

import { defaultZone } from "../../topology/zones";
import { accepted, refused, smallApp, smallService } from "./settings";

const scaled = (max: number, more: object = {}) => ({
    ...smallApp,
    services: { web: { ...smallService, scale: { max } } },
    ...more,
});
const path = "apps/shop.ts: services.web.scale.max";

describe("Addresses", () => {
    it("are enough for a task each in the subnets that services live in on AWS", () => {
        // Two /24 without NAT: 251 each, less 16 for the rest.
        accepted({ app: scaled(486) });
        refused({ app: scaled(487) }, path, "up to 486, or larger ranges in network.aws.publicSubnets");
        refused(
            { app: scaled(487, { network: { nat: "single" } }) },
            path,
            "up to 486, or larger ranges in network.aws.privateSubnets",
        );
        accepted({
            app: scaled(1000, { network: { aws: { publicSubnets: ["10.0.64.0/20", "10.0.80.0/20"] } } }),
        });
    });

    it("are enough for two an instance in the subnet of the region on Google Cloud", () => {
        accepted({ cloud: "gcp", app: scaled(126) });
        refused({ cloud: "gcp", app: scaled(127) }, path, "up to 126, or larger ranges in network.gcp.subnets");
    });

    it("are shared by all services", () => {
        const app = {
            ...smallApp,
            services: {
                web: { ...smallService, scale: { max: 100 } },
                admin: { ...smallService, scale: { max: 40 }, routes: [{ path: "/admin/*" }] },
            },
        };
        refused({ cloud: "gcp", app }, path, /^up to 86, /);
    });
});

describe("A count of requests", () => {
    it("goes to a million on Cloud Armor", () => {
        const limited = (requests: number) => ({ firewall: { rateLimit: { requests } } });
        const at = "Pulumi.dev.yaml: twinstack:overrides.firewall.rateLimit.requests";
        accepted({ cloud: "gcp", overrides: limited(1_000_000) });
        refused({ cloud: "gcp", overrides: limited(1_000_001) }, at, /^up to 1000000: Cloud Armor/);
        accepted({ overrides: limited(1_000_001) });
    });
});

describe("The tracing collector", () => {
    it("needs room beside the largest instances of Cloud Run", () => {
        const sized = (cpu: number, memory: number, enabled: boolean) => ({
            cloud: "gcp" as const,
            overrides: { tracing: { enabled }, services: { api: { gcp: { cpu, memory } } } },
        });
        const at = (field: string) => `Pulumi.dev.yaml: twinstack:overrides.services.api.gcp.${field}`;
        accepted(sized(8, 16_384, false));
        refused(sized(8, 16_384, true), at("cpu"), /^up to 7 vCPU, so 6/);
        accepted(sized(6, 24_576, true));
    });
});

describe("The zone of a name", () => {
    it("is above its first label, unless nobody can own that", () => {
        for (const [name, zone] of Object.entries({
            "shop.example.com": "example.com",
            "example.com": "example.com",
            "a.b.example.com": "b.example.com",
            "shop.co.uk": "shop.co.uk",
            "www.shop.co.uk": "shop.co.uk",
            "me.github.io": "me.github.io",
            "shop.com.au": "shop.com.au",
        }))
            assert.equal(defaultZone(name), zone, name);
    });
});
