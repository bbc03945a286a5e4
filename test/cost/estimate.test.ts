import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { apps } from "../../apps";
import { total, type Cost } from "../../cost/cost";
import { estimate, tables } from "../../cost/estimate";
import { bookOf } from "../../cost/load";
import { groupings, groupsOf, totalOf } from "../../cost/table";
import type { Plan } from "../../plan/plan";
import { clouds, environmentNames, type Cloud, type Environment, type Refinement } from "../../topology/app";
import { planOf } from "../../plan/plan";
import { stackOf } from "../components/stack";
import { everything, full } from "../everything";
import { usageOf } from "../../cost/usage";
import { planWith, quiet } from "./cases/case";
import { planned, type Planned } from "./planned";

const eventRule = "aws:cloudwatch/eventRule:EventRule";

/** What any app may turn on. */
const common: Refinement = {
    network: { nat: "perZone" },
    firewall: { enabled: true, countries: { block: ["KP"] } },
    alarms: { enabled: true, emails: ["ops@example.com"] },
    tracing: { enabled: true },
};
const close = (a: number, b: number, what: string) =>
    assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)), `${what}: ${a} is not ${b}`);

describe("An estimate", () => {
    const all: Planned[] = [];
    const todo = {} as Record<Cloud, Record<Environment, Planned>>;

    before(async function () {
        this.timeout(120_000);
        for (const app of Object.keys(apps))
            for (const cloud of clouds)
                for (const environment of environmentNames) {
                    const plain = await planned(app, cloud, environment);
                    if (app === "todo") todo[cloud] = { ...todo[cloud], [environment]: plain };
                    const databases = Object.fromEntries(
                        Object.keys(apps[app].databases ?? {}).map((name) => [
                            name,
                            { replicas: 2, highAvailability: true },
                        ]),
                    );
                    all.push(plain, await planned(app, cloud, environment, { ...common, databases }));
                }
    });

    it("knows every type of every app on every cloud in every environment, with everything on", () => {
        for (const { name, cloud, plan } of all) {
            const { priced, free } = tables[cloud];
            const created = plan.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
            const unknown = created.filter(({ type }) => !Object.hasOwn(priced, type) && !Object.hasOwn(free, type));
            assert.deepEqual([...new Set(unknown.map(({ type }) => type))], [], name);
        }
    });

    it("prices all of every app in Tokyo", () => {
        for (const { name, plan, usage } of all) {
            const cost = estimate(plan, usage);
            assert.deepEqual(cost.unpriced, [], name);
            assert.ok(!cost.atLeast);
        }
    });

    it("knows every type of an app with a part of every kind, and gives a reason for what has no price", async () => {
        for (const cloud of clouds) {
            const stack = stackOf(everything, cloud, "prod", { overrides: full.everything() });
            const { unpriced, atLeast } = estimate(await planOf(stack), usageOf(stack.app));
            assert.ok(
                unpriced.every(({ reason }) => /has no price in/.test(reason)),
                `${cloud}: ${unpriced.map(({ type, reason }) => `${type}: ${reason}`).join("; ")}`,
            );
            assert.equal(atLeast, unpriced.length > 0);
        }
    });

    it("counts rules of events as free because all of them listen to AWS's own services", () => {
        const rules = all.flatMap(({ plan }) => plan.resources).filter(({ type }) => type === eventRule);
        assert.ok(rules.length > 0);
        for (const { name, inputs } of rules) {
            const { source } = JSON.parse(String(inputs.eventPattern)) as { source: string[] };
            assert.ok(
                source.every((from) => from.startsWith("aws.")),
                name,
            );
        }
    });

    it("has no type both priced and free, and a reason for every free one", () => {
        for (const { priced, free } of Object.values(tables)) {
            assert.deepEqual(
                Object.keys(priced).filter((type) => Object.hasOwn(free, type)),
                [],
            );
            assert.ok(Object.values(free).every((reason) => reason.length > 10));
        }
    });

    it("adds up: quantity × price = monthly, and lines, groups and total agree", () => {
        for (const { name, plan, usage } of all) {
            const cost = estimate(plan, usage);
            for (const { item, quantity, price, monthly, formula } of cost.lineItems) {
                close(quantity * price, monthly, `${name}: ${item}`);
                assert.ok(formula.length > 0 && quantity > 0, `${name}: ${item}`);
            }
            close(total(cost.lineItems), cost.monthly.expected, name);
            for (const by of groupings)
                close(
                    groupsOf(cost, by).reduce((sum, { monthly }) => sum + monthly, 0),
                    cost.monthly.expected,
                    by,
                );
        }
    });

    it("traces every line to a price of the book", () => {
        for (const { cloud, plan, usage } of all)
            for (const { priceId, confidence, asOf, unit } of estimate(plan, usage).lineItems) {
                const { regions, unit: sold } = bookOf(cloud).prices[priceId];
                assert.equal(unit, sold);
                assert.ok(
                    Object.values(regions).some((price) => price.confidence === confidence && price.asOf === asOf),
                );
            }
    });

    it("lies between no traffic at the minimum and the maximum all month", () => {
        for (const { name, plan, usage } of all) {
            const { low, expected, high } = estimate(plan, usage).monthly;
            assert.ok(low > 0 && low <= expected && expected <= high, `${name}: ${low} ≤ ${expected} ≤ ${high}`);
        }
    });

    it("knows the role and the service of every line", () => {
        const cost = (cloud: Cloud) => estimate(todo[cloud].prod.plan, todo[cloud].prod.usage);
        const roles = [
            "Service",
            "Database",
            "Network",
            "Ingress",
            "Firewall",
            "Secret",
            "Image",
            "Alarms",
            "Platform",
            "Dns",
        ];
        assert.deepEqual(
            groupsOf(cost("aws"), "role").map(({ name }) => name),
            roles,
        );
        assert.deepEqual(
            groupsOf(cost("gcp"), "role").map(({ name }) => name),
            roles,
        );
        for (const cloud of clouds)
            assert.deepEqual(
                groupsOf(cost(cloud), "service")
                    .map(({ name }) => name)
                    .sort(),
                ["api", "db", "shared"],
            );
    });

    it("costs what the app's document says, but for what that leaves out", () => {
        const without = (cost: Cost, left: RegExp) =>
            total(cost.lineItems.filter(({ role, item }) => !left.test(`${role}: ${item}`)));
        const of = (cloud: Cloud, environment: Environment) =>
            estimate(todo[cloud][environment].plan, todo[cloud][environment].usage);
        // It counts tasks, database, load balancer and firewall; no NAT, addresses, insights, logs, egress.
        const left = /Network|Alarms|Platform|Image|Secret|Public IPv4|egress/;
        const within = (usd: number, from: number, to: number) =>
            assert.ok(usd >= from && usd <= to, `${usd.toFixed(2)} is not between ${from} and ${to}`);
        within(without(of("aws", "dev"), left), 45, 70);
        within(without(of("aws", "prod"), left), 400, 570);
        within(without(of("gcp", "dev"), left), 40, 60);
        within(without(of("gcp", "prod"), left), 280, 440);
    });

    it("borrows no price from another region: what is missing has its quantity, and the total is a lower bound", () => {
        for (const [cloud, region] of [
            ["aws", "mx-central-1"],
            ["aws", "il-central-1"],
            ["gcp", "europe-north2"],
        ] as const) {
            const { plan, usage } = todo[cloud].dev;
            const { atLeast, unpriced, lineItems } = estimate({ ...plan, region }, usage);
            assert.ok(atLeast && unpriced.length > 0, `${region}: ${unpriced.length}`);
            for (const { hole, reason } of unpriced) {
                assert.ok(hole && hole.quantity > 0);
                assert.equal(reason, `${hole.priceId} has no price in ${region}`);
                assert.ok(!lineItems.some(({ priceId }) => priceId === hole.priceId));
            }
        }
    });

    it("says that services cannot serve what is asked, in place of what they would cost", () => {
        for (const cloud of clouds) {
            const { plan, usage } = todo[cloud].prod;
            assert.equal(estimate(plan, usage).beyondCapacity, false);
            const beyond = estimate(plan, { ...usage, monthlyRequests: 5e9 });
            assert.equal(beyond.beyondCapacity, true);
            assert.match(totalOf(beyond), /^no figure: a service cannot serve so many requests at its maximum/);
        }
    });

    it("says that a server's storage may not grow to so much", () => {
        for (const cloud of clouds) {
            const { plan, usage } = todo[cloud].prod;
            const { unpriced } = estimate(plan, { ...usage, storageGb: 100_000 });
            assert.match(unpriced.map(({ reason }) => reason).join(), /100,000 GB are beyond its maxStorage of \d/);
        }
    });

    it("says so where a type has no price, and that the total is at least so much", () => {
        const cost = estimate(planWith("aws", "ap-northeast-1", [{ type: "aws:lambda/function:Function" }]), quiet);
        assert.equal(cost.atLeast, true);
        assert.deepEqual(cost.unpriced, [
            {
                type: "aws:lambda/function:Function",
                resource: "x",
                role: cost.unpriced[0].role,
                service: "shared",
                reason: "this type has no pricing function yet",
            },
        ]);
    });

    it("marks what is unverified and what is old, and how much of the total it is", () => {
        const { plan, usage } = todo.aws.dev;
        const cost = estimate(plan, usage, { today: "2026-11-22" });
        const low = cost.lineItems.filter(({ confidence }) => confidence === "low");
        close(cost.doubtful.unverified, total(low), "unverified");
        assert.ok(low.some(({ item }) => item === "vCPU Spot"));
        assert.ok(estimate(plan, usage, { today: "2036-01-01" }).lineItems.every(({ old }) => old));
        assert.equal(cost.asOf, cost.lineItems.flatMap(({ asOf }) => asOf ?? []).sort()[0]);
    });

    it("is quick for a plan of 6,500 resources", () => {
        const { plan, usage } = todo.aws.prod;
        const copies = Array.from({ length: Math.ceil(6500 / plan.resources.length) }, (_, copy) =>
            plan.resources.map((resource) => renamed(resource, copy)),
        );
        const large = { ...plan, resources: copies.flat() };
        estimate(plan, usage);
        const start = performance.now();
        estimate(large, usage);
        // 100 ms on a quiet machine; the bench measures it.
        assert.ok(performance.now() - start < 1000);
    });

    it("runs in a browser: neither Node nor Pulumi is imported, but for what the page has its own of", () => {
        const seen = new Set<string>();
        const walk = (file: string) => {
            if (seen.has(file) || file === "cost/shelf.ts") return;
            seen.add(file);
            const text = readFileSync(file, "utf8");
            assert.doesNotMatch(text, /\bprocess\.|\brequire\((?!"\.\/[\w/]+\.json"\))/, file);
            for (const [, what, from] of text.matchAll(/^import ([^;]*?)from "([^"]+)";/gms)) {
                if (what.startsWith("type ") || from.endsWith(".json")) continue;
                if (!from.startsWith(".")) assert.match(from, /^(zod|fastest-levenshtein)$/, file);
                else {
                    const target = join(dirname(file), from);
                    walk(existsSync(`${target}.ts`) ? `${target}.ts` : join(target, "index.ts"));
                }
            }
        };
        walk("cost/estimate.ts");
        walk("cost/table.ts");
        assert.ok(seen.size > 15);
    });
});

function renamed(resource: Plan["resources"][number], copy: number): Plan["resources"][number] {
    const other = (urn: string) => `${urn}-${copy}`;
    return {
        ...resource,
        urn: other(resource.urn),
        name: `${resource.name}-${copy}`,
        parent: resource.parent && other(resource.parent),
        propertyDependencies: Object.fromEntries(
            Object.entries(resource.propertyDependencies).map(([input, urns]) => [input, urns.map(other)]),
        ),
    };
}
