import assert from "node:assert/strict";

import fc from "fast-check";

import { breakEven, saying } from "../../cost/breakeven";
import { atTraffic, curveOf, type Curve } from "../../cost/curve";
import { estimate, pricerOf } from "../../cost/estimate";
import { usageOf } from "../../cost/usage";
import { variantsBreakEven } from "../../cost/variants";
import { planOf } from "../../plan/plan";
import type { Refinement } from "../../topology/app";
import { stackFor } from "../plan/stacks";
import { close } from "./figures";

/** A straight line, which can be computed by hand; beyond `full` it serves no more. */
const straight = (name: string, fixed: number, perMillion: number, full = Infinity): Curve => ({
    name,
    at: (requests) => {
        const expected = fixed + (perMillion * Math.min(requests, full)) / 1e6;
        return { expected, missing: [], full: requests >= full };
    },
});

describe("Break-even", () => {
    it("is where two lines meet", () => {
        // 100 + x = 50 + 3x for x = 25 million.
        const { crossings, always } = breakEven(straight("A", 100, 1), straight("B", 50, 3));
        assert.equal(crossings.length, 1);
        const [{ monthlyRequests, exact, cost, below, above }] = crossings;
        assert.deepEqual([monthlyRequests, below, above], [25_000_000, "B", "A"]);
        close(exact, 25e6, "exact", 3e-3);
        close(cost, 125, "cost", 3e-3);
        assert.equal(always, undefined);
    });

    it("is found for any two lines that cross, with less than 1 % between them there", () => {
        fc.assert(
            fc.property(
                fc.double({ min: 1, max: 1000, noNaN: true }),
                fc.double({ min: 0.01, max: 100, noNaN: true }),
                fc.double({ min: 4, max: 8, noNaN: true }),
                fc.double({ min: 1.1, max: 20, noNaN: true }),
                (fixed, slope, exponent, ratio) => {
                    const at = 10 ** exponent;
                    // The second line is steeper by the ratio, and meets the first at this traffic.
                    const lower = fixed + (slope * at) / 1e6 - (slope * ratio * at) / 1e6;
                    fc.pre(lower > 0);
                    const [left, right] = [straight("A", fixed, slope), straight("B", lower, slope * ratio)];
                    const { crossings } = breakEven(left, right);
                    assert.equal(crossings.length, 1);
                    close(crossings[0].exact, at, "traffic", 3e-3);
                    const [a, b] = [left, right].map((curve) => curve.at(crossings[0].exact).expected);
                    close(a, b, "cost", 0.01);
                },
            ),
        );
    });

    it("says which is cheaper all along, or that nothing tells them apart", () => {
        const cheap = breakEven(straight("A", 10, 1), straight("B", 20, 2));
        assert.deepEqual([cheap.crossings, cheap.always], [[], "A"]);
        assert.match(saying(cheap), /^A costs less all along, from 1,000 to 1 billion requests a month\.$/);
        assert.equal(breakEven(straight("A", 10, 1), straight("B", 10, 1)).always, "same");
    });

    it("says from where on the two are the same but for 1 %", () => {
        // (20 − 10) / (20 + x) = 1 % for x = 980 million.
        const { meetsAt } = breakEven(straight("A", 20, 1), straight("B", 10, 1), { to: 1e10 });
        close(meetsAt!, 980e6, "meets", 0.01);
    });

    it("has rows of just as many requests as their labels say", () => {
        for (const density of [1, 2, 4]) {
            const { points } = breakEven(straight("A", 100, 1, 3.3e6), straight("B", 50, 3), { density });
            for (const { monthlyRequests, left } of points) {
                assert.equal(Number(monthlyRequests.toPrecision(2)), monthlyRequests);
                close(left, 100 + monthlyRequests / 1e6, "the figure of the row");
            }
        }
    });

    it("ends where the services of a stack can serve no more, and says so", () => {
        const { to, limit, points } = breakEven(straight("A", 100, 1, 3e6), straight("B", 50, 3));
        assert.match(limit!, /^on A the services are at their maximum$/);
        assert.ok(to < 3e6 && to > 3e6 / 1.2, `${to}`);
        assert.equal(points[points.length - 1].monthlyRequests, to);
    });

    it("goes on where a stack never scales at all", () => {
        const fixed: Curve = { name: "A", at: () => ({ expected: 5, missing: [], full: true }) };
        assert.equal(breakEven(fixed, straight("B", 1, 1)).crossings[0].monthlyRequests, 4_000_000);
    });

    it("grows with the traffic what was said of it, and keeps the rest", () => {
        const usage = {
            ...usageOf(stackFor("aws", "dev").app),
            monthlyRequests: 1000,
            monthlyOutboundInternetGb: 10,
            storageGb: 7,
            resources: { api: { monthlyRequests: 400, averageResponseKb: 3 } },
        };
        const more = atTraffic(usage, 5000);
        assert.deepEqual([more.monthlyRequests, more.monthlyOutboundInternetGb, more.storageGb], [5000, 50, 7]);
        assert.deepEqual(more.resources, { api: { monthlyRequests: 2000, averageResponseKb: 3 } });
        assert.equal(more.monthlyNatGb, usage.monthlyNatGb);
        assert.equal(atTraffic({ ...usage, monthlyRequests: 0 }, 10).monthlyOutboundInternetGb, 10);
    });

    describe("of the todo app", function () {
        this.timeout(120_000);
        const stacks = { aws: stackFor("aws", "dev"), gcp: stackFor("gcp", "dev") };
        const apps = { aws: stacks.aws.app, gcp: stacks.gcp.app };
        const usage = usageOf(apps.aws);

        it("has equal costs on both clouds where the curves cross, and the cheaper ones on either side", async () => {
            const plans = [await planOf(stacks.aws), await planOf(stacks.gcp)];
            const [aws, gcp] = plans.map((plan, index) => curveOf(["AWS", "GCP"][index], pricerOf(plan), usage));
            const { crossings } = breakEven(aws, gcp);
            assert.equal(crossings.length, 1);
            const [{ exact, below, above }] = crossings;
            const at = (requests: number) =>
                plans.map((plan) => estimate(plan, { ...usage, monthlyRequests: requests }).monthly.expected);
            const [a, g] = at(exact);
            close(a, g, "at the crossing", 0.01);
            const cheaper = ([a, g]: number[]) => (a < g ? "AWS" : "GCP");
            assert.deepEqual([cheaper(at(exact / 1.2)), cheaper(at(exact * 1.2))], [below, above]);
        });

        it("is moved by Spot, ARM, more instances and NAT, each planned anew", async () => {
            const asked: string[] = [];
            const replan = (cloud: "aws" | "gcp") => (refinement: Refinement) => {
                asked.push(`${cloud} ${JSON.stringify(refinement)}`);
                return planOf(stackFor(cloud, "dev", refinement));
            };
            const range = { from: 1e5, to: 1e8, density: 1 };
            const found = await variantsBreakEven(apps, usage, { aws: replan("aws"), gcp: replan("gcp") }, range);
            assert.equal(new Set(asked).size, asked.length, "nothing is planned twice");
            // As many as the default networks have addresses for: tasks in two /24, instances with two addresses in one.
            const most = { aws: '"max":486', gcp: '"max":126' };
            for (const refinement of asked)
                assert.ok(refinement.includes(refinement.startsWith("aws") ? most.aws : most.gcp), refinement);
            const { variants } = found;
            const own = (id: string) => {
                const { againstItself } = variants.find((variant) => variant.id === id)!;
                assert.ok(typeof againstItself !== "string", String(againstItself));
                return againstItself;
            };
            assert.equal(own("spot").always, "AWS with Spot");
            assert.equal(own("arm").always, "AWS with ARM");
            assert.equal(own("second-task").always, "AWS without");
            assert.equal(own("warm-instance").always, "GCP without");
            assert.equal(own("nat-gcp").always, "GCP without");
            // Who serves all the time pays less for CPU that is always there.
            assert.deepEqual(
                own("cpu-billing").crossings.map(({ above }) => above),
                ["GCP with CPU paid by instance"],
            );
            // So far no service is at its maximum.
            assert.equal(found.breakEven.limit, undefined);
        });
    });
});
