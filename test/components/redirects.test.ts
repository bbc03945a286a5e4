import assert from "node:assert/strict";

import * as acm from "@pulumi/aws/acm";
import * as lb from "@pulumi/aws/lb";
import * as route53 from "@pulumi/aws/route53";
import * as certificatemanager from "@pulumi/gcp/certificatemanager";
import * as compute from "@pulumi/gcp/compute";
import * as dns from "@pulumi/gcp/dns";

import { listenerRules } from "../../components/aws/routes";
import type { AppInput, Cloud } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { on } from "./stack";

const redirects = ["www.example.com", "example.com"];
const shop = {
    services: {
        web: {
            image: { reference: "registry.example.com/shop:1" },
            ports: { http: 8000 },
            health: { path: "/" },
            routes: [{}, { host: "blog.example.com" }, { host: "api.example.com", path: "/v1" }],
        },
    },
    domain: { name: "demo.example.com", zone: "example.com", redirects },
} satisfies Omit<AppInput, "name">;

describe("A host that leads to another", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        const config = { "twinstack:domain": undefined };
        plans = { aws: await on("aws", shop, "dev", config), gcp: await on("gcp", shop, "dev", config) };
    });

    it("answers 301 by a rule of the HTTPS listener, before any that leads to a service", () => {
        const rules = plans.aws.of(lb.ListenerRule).map(({ name, inputs }) => ({ name, ...inputs }));
        const leading = rules.filter(({ name }) => name.includes("-redirect-"));
        assert.deepEqual(
            leading.map(({ conditions, actions }) => [conditions, actions]),
            [...redirects]
                .reverse()
                .map((host) => [
                    [{ hostHeader: { values: [host] } }],
                    [{ type: "redirect", redirect: { host: "demo.example.com", statusCode: "HTTP_301" } }],
                ]),
        );
        const others = rules.filter(({ name }) => /-rule-/.test(name));
        assert.equal(others.length, 2);
        for (const one of leading)
            for (const other of others)
                assert.ok(Number(one.priority) < Number(other.priority), `${one.name} ${other.name}`);
        for (const { listenerArn } of leading) assert.match(String(listenerArn), /lb-https/);
    });

    it("sends nobody to the domain before the domain's own record is there", async () => {
        const record = (plan: TestPlan, type: typeof route53.Record | typeof dns.RecordSet) =>
            plan
                .of(type as typeof route53.Record)
                .find(({ inputs }) => /^demo\.example\.com\.?$/.test(String(inputs.name)))!;
        const aws = record(plans.aws, route53.Record);
        for (const rule of plans.aws.of(lb.ListenerRule).filter(({ name }) => name.includes("-redirect-")))
            assert.ok(rule.dependencies.includes(aws.urn), rule.name);
        const gcp = record(plans.gcp, dns.RecordSet);
        assert.ok(plans.gcp.one(compute.URLMap, "-lb").dependencies.includes(gcp.urn));
        // One that leads elsewhere until then is moved when all is there.
        const taken = { ...shop, domain: { ...shop.domain, takeOver: true } };
        const plan = await on("gcp", taken, "dev", { "twinstack:domain": undefined });
        const moved = record(plan, dns.RecordSet);
        assert.ok(!plan.one(compute.URLMap, "-lb").dependencies.includes(moved.urn));
        assert.ok(moved.dependencies.some((urn) => urn.includes("forwardingRule") || urn.includes("ForwardingRule")));
    });

    it("answers 301 by a host rule of the URL map", () => {
        const { hostRules, pathMatchers } = plans.gcp.one(compute.URLMap, "-lb").inputs;
        assert.deepEqual(hostRules?.at(-1), { hosts: redirects, pathMatcher: "redirects" });
        assert.deepEqual(pathMatchers?.at(-1), {
            name: "redirects",
            defaultUrlRedirect: {
                hostRedirect: "demo.example.com",
                httpsRedirect: true,
                redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
                stripQuery: false,
            },
        });
    });

    it("has a record and a certificate like any other", () => {
        const records = plans.aws.of(route53.Record).map(({ inputs }) => inputs.name);
        const sets = plans.gcp.of(dns.RecordSet).map(({ inputs }) => inputs.name);
        const certified = plans.gcp
            .of(certificatemanager.Certificate)
            .flatMap(({ inputs }) => inputs.managed?.domains ?? []);
        const names = plans.aws.one(acm.Certificate).inputs;
        for (const host of redirects) {
            assert.ok(records.includes(host), `${host}: ${records.join()}`);
            assert.ok(sets.includes(`${host}.`), `${host}: ${sets.join()}`);
            assert.ok(certified.includes(host), `${host}: ${certified.join()}`);
            assert.ok(names.subjectAlternativeNames?.includes(host));
        }
    });

    it("keeps its priority when others come, and shares it with none, however many rules there are", () => {
        const routes = (count: number) => ({
            web: {
                routes: Array.from({ length: count }, (_, index) => ({ host: `h${index}.example.com`, path: "/*" })),
            },
        });
        const one = listenerRules(routes(3), ["a.example.com"]).redirects[0].priority;
        assert.equal(listenerRules(routes(9), ["a.example.com", "b.example.com"]).redirects[0].priority, one);
        for (const count of [3, 96, 97, 150]) {
            const { rules, redirects } = listenerRules(routes(count), ["a.example.com", "b.example.com"]);
            const all = [...rules, ...redirects].map(({ priority }) => priority);
            assert.equal(new Set(all).size, all.length);
            assert.ok(
                Math.max(...redirects.map(({ priority }) => priority)) <
                    Math.min(...rules.map(({ priority }) => priority)),
            );
        }
    });
});
