import assert from "node:assert/strict";

import { planOf } from "../../plan/plan";
import { quotaWarnings, refuseTooMany } from "../../plan/quotas";
import type { PlanResource } from "../../plan/resource";
import type { AppInput, Cloud } from "../../topology/app";
import { ProblemsError } from "../../topology/problems";
import { stackOf } from "../components/stack";

const service = { image: { context: "workloads/todo" }, ports: { http: 8000 }, health: { path: "/" } };

/** A service with so many routes, each of a host of its own where there are hosts. */
const routed = (routes: number, host?: (index: number) => string): Partial<AppInput> => ({
    services: {
        web: {
            ...service,
            routes: Array.from({ length: routes }, (_, index) => ({
                path: host ? "/*" : `/${index}/*`,
                ...(host && { host: host(index) }),
            })),
        },
    },
});
const several = (count: number): Partial<AppInput> => ({
    services: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
            `s${index}`,
            { ...service, scale: { min: 1, max: 1 }, routes: [{ path: `/${index}/*` }] },
        ]),
    ),
});

const planned = async (parts: Partial<AppInput>, cloud: Cloud = "aws") =>
    (await planOf(stackOf({ name: "demo", services: {}, ...parts }, cloud, "dev"))).resources;

/** Problems of a plan, as `path: found → allowed`. */
const refused = (parts: Partial<AppInput>): Promise<string[]> =>
    planned(parts).then(
        () => [],
        (error) => {
            if (!(error instanceof ProblemsError)) throw error;
            return error.problems.map(({ path, found, allowed }) => `${path}: ${found} → ${allowed}`);
        },
    );

describe("Quotas of AWS", () => {
    it("say nothing of an app that keeps to them", async () => {
        assert.deepEqual(quotaWarnings(await planned(routed(20))), []);
    });

    it("warn, by its name, of one that has to be raised before: rules of a load balancer", async () => {
        const [warning, ...more] = quotaWarnings(await planned(routed(120)));
        assert.match(warning, /^demo-dev-lb needs 1\d\d of “Rules per Application Load Balancer”; an account has 100/);
        assert.deepEqual(more, []);
    });

    it("warn of a certificate with more than ten names", async () => {
        const eleven = await planned({
            domain: { name: "shop.example.com" },
            ...routed(11, (index) => `h${index}.shop.example.com`),
        });
        const names = quotaWarnings(eleven).filter((one) => one.includes("domain names per ACM certificate"));
        assert.equal(names.length, 1, quotaWarnings(eleven).join());
    });

    it("refuse more target groups than a load balancer ever gets", async () => {
        const group = { type: "aws:lb/targetGroup:TargetGroup", name: "web" } as PlanResource;
        const balancer = { type: "aws:lb/loadBalancer:LoadBalancer", name: "lb" } as PlanResource;
        assert.doesNotThrow(() => refuseTooMany([balancer, ...Array.from({ length: 100 }, () => group)], "dev"));
        const [problem] = await refused(several(101));
        assert.match(
            problem,
            /^services: 101 for demo-dev-lb .* at most 100, which AWS does not raise; services in an app/,
        );
    });

    it("are not Google's", async () => {
        assert.deepEqual(quotaWarnings(await planned(routed(120), "gcp")), []);
    });
});
