import assert from "node:assert/strict";

import type { AppInput, Cloud } from "../../topology/app";
import { accepted, problemsOf, refused, smallService } from "./settings";

describe("Names", () => {
    const named = (name: string, service = "web", database?: string): AppInput => ({
        name,
        services: { [service]: smallService },
        ...(database ? { databases: { [database]: {} } } : {}),
    });

    it("leave room for the suffix that AWS's roles and GCP's accounts need", () => {
        // shop-dev- is 9 characters; a role has 64, of which Pulumi takes 8 and the service's `-execution` 10.
        accepted({ app: named("shop", "a".repeat(37)) });
        refused(
            { app: named("shop", "a".repeat(38)) },
            `apps/shop.ts: services.${"a".repeat(38)}`,
            /^up to 46 characters for a role on aws/,
            `"shop-dev-${"a".repeat(38)}", 47 characters`,
        );
        // A service account's 30 are made of a longer name.
        accepted({ cloud: "gcp", app: named("shop", "a".repeat(32)) });
        refused(
            { cloud: "gcp", app: named("shop", "a".repeat(33)) },
            `apps/shop.ts: services.${"a".repeat(33)}`,
            /^6 to 41 characters for a Cloud Run service and its account on gcp/,
        );
        const split = (length: number) => ({
            ...named("shop"),
            services: { ["a".repeat(length)]: { ...smallService, rollout: { strategy: "canary" } } },
        });
        accepted({ cloud: "gcp", app: split(22) as AppInput });
        refused(
            { cloud: "gcp", app: split(23) as AppInput },
            `apps/shop.ts: services.${"a".repeat(23)}.rollout.strategy`,
            /^up to 41 characters for a Cloud Run service, its candidate/,
        );
        refused(
            { cloud: "gcp", stack: "b", app: named("a", "c") },
            "apps/shop.ts: services.c",
            /^6 to 41/,
            '"a-b-c", 5 characters',
        );
        accepted({ cloud: "aws", stack: "b", app: named("a", "c") });
    });

    it("leave room for the load balancer, RDS and Cloud SQL", () => {
        assert.deepEqual(
            problemsOf({ app: named("a".repeat(32)) }).map(({ path }) => path),
            ["apps/shop.ts: name"],
        );
        refused(
            { app: named("shop", "web", "d".repeat(40)) },
            `apps/shop.ts: databases.${"d".repeat(40)}`,
            /^up to 45 characters for a RDS instance/,
        );
        refused(
            { cloud: "gcp", app: named("shop", "web", "d".repeat(60)) },
            `apps/shop.ts: databases.${"d".repeat(60)}`,
            /^up to 66 characters for a Cloud SQL/,
        );
    });

    it("leave room for what the other parts make", () => {
        const part = (kind: string, length: number, more: object = {}) => {
            const name = "x".repeat(length);
            return {
                app: { ...named("shop"), [kind]: { [name]: more } } as AppInput,
                path: `apps/shop.ts: ${kind}.${name}`,
            };
        };
        const job = { service: "web", command: ["x"], run: "demand" };
        const table = { partitionKey: { name: "id" } };
        // Beside the 9 characters of shop-dev-.
        const limits: [Cloud, string, number, object, RegExp][] = [
            ["aws", "tables", 238, table, /^up to 247 characters for a DynamoDB table on aws/],
            ["gcp", "tables", 46, table, /^up to 55 characters for a Firestore database on gcp/],
            ["gcp", "jobs", 32, job, /^6 to 41 characters for a Cloud Run job and its account on gcp/],
        ];
        for (const [cloud, kind, length, more, allowed] of limits) {
            accepted({ cloud, ...part(kind, length, more) });
            const { app, path } = part(kind, length + 1, more);
            refused({ cloud, app }, path, allowed);
        }
    });

    it("leave room for a service's further ports", () => {
        const port = (name: string): AppInput => ({
            name: "shop",
            services: {
                web: { ...smallService, ports: { http: 80, [name]: 81 }, routes: [{}, { path: "/x", port: name }] },
            },
        });
        // shop-dev-web- is 13 characters. On AWS a port has nothing whose name is limited.
        accepted({ app: port("a".repeat(40)) });
        accepted({ cloud: "gcp", app: port("a".repeat(28)) });
        refused(
            { cloud: "gcp", app: port("a".repeat(29)) },
            `apps/shop.ts: services.web.ports.${"a".repeat(29)}`,
            /Cloud Run service/,
        );
    });

    it("are said once, if they are too long for two things", () => {
        const name = "a".repeat(60);
        refused({ cloud: "gcp", app: named("shop", name) }, `apps/shop.ts: services.${name}`, /Cloud Run service/);
    });

    it("have the form that both clouds take", () => {
        for (const name of ["Shop", "shop_1", "1shop", "shop-", "a--b", ""])
            refused({ app: named(name) }, "apps/shop.ts: name", /^lower-case letters, digits and single hyphens/);
        refused({ app: named("shop", "Web") }, "apps/shop.ts: services.Web", /^lower-case/, 'the name "Web"');
    });

    it("do not begin as AWS's internal load balancers do", () => {
        refused({ app: named("internal") }, "apps/shop.ts: name", /internal-/);
        accepted({ cloud: "gcp", app: named("internal") });
    });
});
