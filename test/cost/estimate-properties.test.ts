import assert from "node:assert/strict";

import fc from "fast-check";

import { costOf, findPrice, rateAt, type Price } from "../../cost/book";
import type { Cost } from "../../cost/cost";
import { estimate, pricerOf } from "../../cost/estimate";
import { wholeBookOf } from "../../cost/load";
import { dollars, totalOf } from "../../cost/table";
import { quantityNames, type Quantities } from "../../cost/usage";
import { clouds, type Cloud } from "../../topology/app";
import { awsRegions, gcpRegions } from "../../topology/regions";
import { planWith, quiet, second } from "./cases/case";
import { planned, type Planned } from "./planned";

const close = (a: number, b: number, what: string) =>
    assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)), `${what}: ${a} is not ${b}`);

describe("A total", () => {
    const plans: Planned[] = [];
    before(async function () {
        this.timeout(60_000);
        for (const cloud of clouds)
            for (const environment of ["dev", "prod"] as const) plans.push(await planned("todo", cloud, environment));
    });

    /** Quantities of which more means more work; the others are shares and limits. */
    const growing = quantityNames.filter(
        (key) =>
            !["concurrentRequestsPerInstance", "cacheHitPercent", "cdnPercent", "infrequentAccessPercent"].includes(
                key,
            ),
    );

    it("says its total with and without free tiers, whichever is counted", () => {
        for (const { name, plan, usage } of plans) {
            const [listed, reduced] = [estimate(plan, usage), estimate(plan, usage, { freeTier: true })];
            for (const { freeTiers } of [listed, reduced]) {
                close(freeTiers.without, listed.monthly.expected, name);
                close(freeTiers.with, reduced.monthly.expected, name);
            }
            assert.ok(reduced.monthly.expected < listed.monthly.expected, name);
            const [without, less] = [listed, reduced].map(({ monthly }) => dollars(monthly.expected));
            assert.ok(totalOf(listed).startsWith(`${without} a month, ${less} with the free tiers of an account (`));
            assert.ok(
                totalOf(reduced).startsWith(`${less} a month with the free tiers of an account, ${without} without`),
            );
        }
    });

    it("never falls when there is more of anything", function () {
        this.timeout(60_000);
        const most: Partial<Record<keyof Quantities, number>> = { connectionsPerRequest: 1, dailyChangePercent: 100 };
        fc.assert(
            fc.property(
                fc.constantFrom(...plans),
                fc.constantFrom(...growing),
                fc.double({ min: 0, max: 1, noNaN: true }),
                fc.double({ min: 0, max: 1, noNaN: true }),
                fc.double({ min: 0, max: 9, noNaN: true }),
                ({ plan, usage }, key, a, b, magnitude) => {
                    const scale =
                        most[key] ?? Math.min(10 ** magnitude, key.endsWith("Kb") || key.endsWith("Ms") ? 3000 : 1e9);
                    const at = (share: number) => estimate(plan, { ...usage, [key]: share * scale }).monthly;
                    const [less, more] = [at(Math.min(a, b)), at(Math.max(a, b))];
                    for (const end of ["low", "expected", "high"] as const)
                        assert.ok(less[end] <= more[end] * (1 + 1e-12), `${key}: ${less[end]} > ${more[end]}`);
                },
            ),
            { numRuns: 150 },
        );
    });

    it("along a curve is what an estimate of that usage comes to, whichever was asked for first", () => {
        const after = new Map(plans.map(({ plan }) => [plan, pricerOf(plan)]));
        for (const pricer of after.values()) pricer.total({ ...quiet, monthlyRequests: 7 });
        fc.assert(
            fc.property(
                fc.constantFrom(...plans),
                fc.constantFrom(...quantityNames),
                fc.double({ min: 0, max: 99, noNaN: true }),
                ({ plan, usage }, key, amount) => {
                    const asked = { ...usage, [key]: key === "concurrentRequestsPerInstance" ? 1 + amount : amount };
                    const { monthly } = estimate(plan, asked);
                    const { expected, full } = after.get(plan)!.total(asked);
                    close(expected, monthly.expected, key);
                    assert.equal(full, expected >= monthly.high * (1 - 1e-9), key);
                },
            ),
            { numRuns: 150 },
        );
    });

    it("is what each service costs by itself", () => {
        const aws = (name: string, cpu: number, spot: boolean) => [
            {
                type: "aws:ecs/taskDefinition:TaskDefinition",
                name: `${name}-task`,
                inputs: { cpu: String(cpu), memory: "2048" },
            },
            {
                type: "aws:ecs/service:Service",
                name,
                inputs: {
                    desiredCount: 1,
                    capacityProviderStrategies: spot ? [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] : [],
                },
                from: { taskDefinition: `aws:ecs/taskDefinition:TaskDefinition ${name}-task` },
            },
        ];
        const gcp = (name: string, cpu: number, idle: boolean) => [
            {
                type: "gcp:cloudrunv2/service:Service",
                name,
                inputs: {
                    template: {
                        containers: [
                            { resources: { limits: { cpu: String(cpu / 256), memory: "1Gi" }, cpuIdle: idle } },
                        ],
                    },
                },
            },
        ];
        const part = fc.record({
            cpu: fc.constantFrom(256, 512, 1024),
            kind: fc.boolean(),
            rate: fc.double({ min: 0, max: 50, noNaN: true }),
        });
        for (const [cloud, region, make] of [
            ["aws", "ap-northeast-1", aws],
            ["gcp", "asia-northeast1", gcp],
        ] as const)
            fc.assert(
                fc.property(part, part, (a, b) => {
                    const alone = ({ cpu, kind, rate }: typeof a) =>
                        estimate(planWith(cloud, region, make("x", cpu, kind)), {
                            ...quiet,
                            monthlyRequests: rate * second,
                        });
                    const together = estimate(
                        planWith(cloud, region, [...make("a", a.cpu, a.kind), ...make("b", b.cpu, b.kind)]),
                        {
                            ...quiet,
                            resources: {
                                a: { monthlyRequests: a.rate * second },
                                b: { monthlyRequests: b.rate * second },
                            },
                        },
                    );
                    for (const end of ["low", "expected", "high"] as const)
                        close(together.monthly[end], alone(a).monthly[end] + alone(b).monthly[end], end);
                }),
                { numRuns: 50 },
            );
    });

    it("takes the first part of what is free off, once for the whole stack", () => {
        const group = (name: string) => ({
            type: "aws:cloudwatch/logGroup:LogGroup",
            name,
            inputs: { name: `/aws/rds/instance/${name}/postgresql`, retentionInDays: 1 },
        });
        const plan = planWith("aws", "ap-northeast-1", [group("a"), group("b")]);
        const usage = { ...quiet, monthlyDatabaseLogGb: 4 };
        const ingested = (cost: Cost) => cost.lineItems.filter(({ item }) => item.startsWith("Ingestion"));
        const counted = ingested(estimate(plan, usage, { freeTier: true }));
        assert.deepEqual(
            counted.map(({ resource, item, quantity, price }) => [resource, item, quantity, price > 0]),
            [
                ["a", "Ingestion (free tier)", 4, false],
                ["b", "Ingestion (free tier)", 1, false],
                ["b", "Ingestion", 3, true],
            ],
        );
        assert.equal(ingested(estimate(plan, usage)).length, 2);
    });

    it("splits a quantity at the bounds of every tier table of both books, as the book does", () => {
        for (const cloud of clouds)
            for (const [id, { regions }] of Object.entries(wholeBookOf(cloud).prices))
                for (const [key, price] of Object.entries(regions))
                    if (price.tiers) chargesAsTheBook(cloud, price, standingFor(cloud, id, key));
    });

    it("charges what CloudFront and Cloud CDN deliver at the prices of the area, on both sides of every bound", () => {
        const found: string[] = [];
        for (const cloud of clouds)
            for (const [id, { regions }] of Object.entries(wholeBookOf(cloud).prices))
                if (/^aws\.cloudfront\.|^gcp\.cdn\./.test(id))
                    for (const [area, price] of Object.entries(regions)) {
                        chargesAsTheBook(cloud, price, standingFor(cloud, id, area));
                        found.push(`${id} ${area}`);
                    }
        for (const area of ["japan", "us_mexico_canada", "europe_israel", "asia_pacific"])
            assert.ok(found.includes(`aws.cloudfront.gb ${area}`), area);
        for (const area of ["north_america", "europe", "asia_pacific"])
            assert.ok(found.includes(`gcp.cdn.egress_gb ${area}`), area);
    });

    /** A region whose price the book keeps under a key, which may stand for many. */
    function standingFor(cloud: Cloud, id: string, key: string): string {
        const book = wholeBookOf(cloud);
        const all = cloud === "aws" ? Object.keys(awsRegions) : gcpRegions;
        const region = all.find((region) => findPrice(book, id, region)?.region === key);
        assert.ok(region !== undefined, `nothing is ever priced by ${id} in ${key}`);
        return region;
    }

    function chargesAsTheBook(cloud: Cloud, price: Price, region: string): void {
        const { id, tiers = [{ upTo: 1000, value: price.value! }] } = price;
        for (const bound of tiers.flatMap(({ upTo }) => upTo ?? []))
            for (const quantity of [bound - 1, bound, bound + 1]) {
                const table = {
                    priced: { "test:x:X": () => [{ item: "x", priceId: id, quantity, formula: "x" }] },
                    free: {},
                };
                const plan = planWith(cloud, region, [{ type: "test:x:X" }]);
                const cost = estimate(plan, quiet, { tables: { [cloud]: table } });
                const what = `${id} in ${region} at ${quantity}`;
                close(cost.monthly.expected, costOf(price, quantity), what);
                assert.equal(cost.lineItems.at(-1)!.price, rateAt(price, quantity - 0.5), what);
                // The bound itself is still in its tier.
                assert.equal(
                    cost.lineItems.length,
                    tiers.filter((_, i) => i === 0 || quantity > tiers[i - 1].upTo!).length,
                );
            }
    }
});
