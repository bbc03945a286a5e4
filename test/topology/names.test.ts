import assert from "node:assert/strict";

import type { AppInput } from "../../topology/app";
import { accepted, problemsOf, refused, smallService } from "./settings";

describe("Names", () => {
    const named = (name: string, service = "web", database?: string): AppInput => ({
        name,
        services: { [service]: smallService },
        ...(database ? { databases: { [database]: {} } } : {}),
    });

    it("leave room for the suffix that AWS's target groups and GCP's accounts need", () => {
        // shop-dev- is 9 characters; a target group has 32, of which Pulumi takes 8 and the load balancer's `lb-` 3.
        accepted({ app: named("shop", "a".repeat(12)) });
        refused(
            { app: named("shop", "a".repeat(13)) },
            `apps/shop.ts: services.${"a".repeat(13)}`,
            /^up to 21 characters for a target group on aws/,
            `"shop-dev-${"a".repeat(13)}", 22 characters`,
        );
        accepted({ cloud: "gcp", app: named("shop", "a".repeat(21)) });
        refused(
            { cloud: "gcp", app: named("shop", "a".repeat(22)) },
            `apps/shop.ts: services.${"a".repeat(22)}`,
            /^6 to 30 characters for a service account on gcp/,
        );
        refused(
            { cloud: "gcp", stack: "b", app: named("a", "c") },
            "apps/shop.ts: services.c",
            /^6 to 30/,
            '"a-b-c", 5 characters',
        );
        accepted({ cloud: "aws", stack: "b", app: named("a", "c") });
    });

    it("leave room for the load balancer, RDS and Cloud SQL", () => {
        assert.deepEqual(
            problemsOf({ app: named("a".repeat(21)) }).map(({ path }) => path),
            ["apps/shop.ts: name", "apps/shop.ts: services.web"],
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
