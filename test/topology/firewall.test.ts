import assert from "node:assert/strict";

import { warningsOf } from "../../plan/warnings";
import type { AppInput } from "../../topology/app";
import { accepted, refused, settle, smallService } from "./settings";

const at = (path: string) => `apps/shop.ts: firewall.${path}`;
const shop = (firewall: object, more: object = {}): AppInput =>
    ({ name: "shop", services: { web: smallService }, firewall: { enabled: true, ...firewall }, ...more }) as AppInput;
const cdn = {
    domain: { name: "shop.example.com" },
    cdn: { host: "cdn.example.com", origins: { site: { service: "web" } } },
};

describe("The firewall", () => {
    it("takes a rule by a word for both clouds, or by the name in either cloud's log", () => {
        for (const cloud of ["aws", "gcp"] as const)
            for (const rule of ["xss", "scanner", "SQLi_BODY", "owasp-crs-v030301-id941100-xss"])
                accepted({ cloud, app: shop({ exclude: [{ rule, path: "/api/*" }] }) });
        const path = at("exclude[0].rule");
        refused({ app: shop({ exclude: [{ rule: "xs" }] }) }, path, /^did you mean xss\? one of sqli, xss/, '"xs"');
        refused({ app: shop({ exclude: [{ rule: "SQLi_BODI" }] }) }, path, /^did you mean SQLi_BODY\?/);
        refused({ app: shop({ exclude: [{ rule: "SizeRestrictions_BODY" }] }) }, path, /^did you mean large-body\?/);
        refused({ app: shop({ exclude: [{ rule: "owasp-crs-v030301-id933100-php" }] }) }, path, /^one of sqli/);
        refused(
            { app: shop({ exclude: [{ rule: "xss", path: "api" }] }) },
            at("exclude[0].path"),
            "a path such as /api or a prefix such as /api/*",
        );
    });

    it("takes each exclusion once, and none that excludes nothing", () => {
        const twice = [
            { rule: "xss", path: "/a" },
            { rule: "xss", path: "/b" },
            { rule: "xss", path: "/a" },
        ];
        refused({ app: shop({ exclude: twice }) }, at("exclude[2]"), /^each rule once/, "xss at /a again");
        const exclude = [{ rule: "large-body", path: "/upload" }];
        refused({ app: shop({ exclude }) }, at("exclude[0]"), /^largeBodies: block/);
        accepted({ app: shop({ exclude, largeBodies: "block" }) });
    });

    it("has patterns that both clouds take, and no more rules than AWS's price includes", () => {
        const paths = (rule: string, count: number, length: number) =>
            Array.from({ length: count }, (_, n) => ({ rule, path: `/${"x".repeat(length)}${n}` }));
        for (const rule of ["xss", "owasp-crs-v030301-id941100-xss", "GenericRFI_BODY"])
            refused({ app: shop({ exclude: paths(rule, 6, 100) }) }, at("exclude"), /^up to 512/);
        refused(
            { app: shop({ largeBodies: "block", exclude: paths("large-body", 6, 100) }) },
            at("exclude"),
            /^up to 512/,
        );
        const rules = [
            "NoUserAgent_HEADER",
            "UserAgent_BadBots_HEADER",
            "SizeRestrictions_QUERYSTRING",
            "SizeRestrictions_Cookie_HEADER",
            "EC2MetaDataSSRF_BODY",
            "EC2MetaDataSSRF_COOKIE",
            "GenericRFI_BODY",
            "GenericRFI_URIPATH",
            "CrossSiteScripting_BODY",
            "CrossSiteScripting_COOKIE",
            "Log4JRCE_BODY",
            "Log4JRCE_HEADER",
            "SQLi_BODY",
            "SQLi_COOKIE",
            "PROPFIND_METHOD",
            "Host_localhost_HEADER",
        ];
        const each = rules.map((rule, n) => ({ rule, path: `/${n}` }));
        refused({ app: shop({ exclude: each }) }, at("exclude"), /^up to 1500/);
        accepted({ app: shop({ exclude: rules.map((rule) => ({ rule, path: "/same" })) }) });
        accepted({ cloud: "gcp", app: shop({ exclude: each }) });
    });

    it("reads 8 KB of a body behind AWS's load balancer, and more behind a CDN or on GCP", () => {
        refused({ app: shop({ bodyKb: 32 }) }, at("bodyKb"), /^8 on AWS/, "32 without a CDN");
        accepted({ app: shop({ bodyKb: 32 }, cdn) });
        accepted({ cloud: "gcp", app: shop({ bodyKb: 64 }) });
        refused({ cloud: "gcp", app: shop({ bodyKb: 12 }) }, at("bodyKb"), "8, 16, 32, 48 or 64");
    });

    it("says what it reads of uploads, and what it excludes on the other cloud only", () => {
        const uploads = (firewall: object) =>
            shop(firewall, { services: { web: { ...smallService, uses: ["files"] } }, buckets: { files: {} } });
        const said = (cloud: "aws" | "gcp", firewall: object) =>
            warningsOf(settle({ cloud, app: uploads(firewall) })).filter((line) => /firewall/.test(line));

        assert.deepEqual(said("aws", {}), [
            "web may take uploads: of a body the firewall inspects the first 8 KB and lets the rest pass.",
        ]);
        assert.match(said("gcp", { bodyKb: 64 })[0], /first 64 KB .*; Cloud Run takes 32 MiB over HTTP\/1\.$/);
        assert.match(said("aws", { largeBodies: "block" })[0], /refuses bodies beyond 8 KB: firewall\.exclude/);
        const spared = { largeBodies: "block", exclude: [{ rule: "large-body", path: "/upload" }] };
        assert.deepEqual(said("aws", spared), []);
        assert.match(said("gcp", { exclude: [{ rule: "SQLi_BODY" }] })[1], /SQLi_BODY, a rule of the other cloud/);
        assert.deepEqual(
            warningsOf(settle({ app: shop({}) })).filter((line) => /inspects/.test(line)),
            [],
        );
    });
});
