import assert from "node:assert/strict";

import { apps as allApps } from "../../apps";
import { compare, gapsInPrice } from "../../cost/compare";
import { estimate } from "../../cost/estimate";
import { compareHtml } from "../../cost/html";
import { compareMarkdown } from "../../cost/markdown";
import { about, percent, rate, signed } from "../../cost/money";
import { footnotesOf } from "../../cost/table";
import { usageOf } from "../../cost/usage";
import { parity } from "../../plan/parity";
import { planOf } from "../../plan/plan";
import { labelOf } from "../../plan/resource";
import { clouds, environmentNames, type Environment, type Refinement } from "../../topology/app";
import { stackOf } from "../components/stack";
import { stackFor } from "../plan/stacks";
import { close, costOfLines, line } from "./figures";
import { planned } from "./planned";

const apps = { aws: stackFor("aws", "dev").app, gcp: stackFor("gcp", "dev").app };
const both = (aws: ReturnType<typeof line>[], gcp: ReturnType<typeof line>[]) =>
    compare(costOfLines("aws", aws), costOfLines("gcp", gcp), apps);

describe("AWS beside GCP", () => {
    it("has a row for each role that costs anything on either, in the order of a bill", () => {
        const { roles } = both(
            [line("Dns", "aws.route53.zone_month", 1, 0.5), line("Network", "aws.nat.hour", 730, 0.062)],
            [line("Service", "gcp.run.requests_million", 2, 0.4)],
        );
        assert.deepEqual(
            roles.map(({ role, aws, gcp, difference }) => [role, aws, gcp, difference]),
            [
                ["Service", 0, 0.8, 0.8],
                ["Network", 730 * 0.062, 0, -730 * 0.062],
                ["Dns", 0.5, 0, -0.5],
            ],
        );
    });

    const reasons: [string, ReturnType<typeof line>[], ReturnType<typeof line>[], RegExp][] = [
        [
            "a NAT gateway's hours",
            [line("R", "aws.nat.hour", 730, 0.062), line("R", "aws.nat.gb", 5, 0.062)],
            [line("R", "gcp.nat.gb", 5, 0.045)],
            /^a NAT gateway is billed per hour even when idle$/,
        ],
        ["two of them", [line("R", "aws.nat.hour", 1460, 0.062)], [], /^2 NAT gateways are billed/],
        [
            "the forwarding rules' minimum",
            [line("R", "aws.alb.hour", 730, 0.0243)],
            [line("R", "gcp.lb.rule_min_hour", 730, 0.025)],
            /^one forwarding-rule minimum covers five rules/,
        ],
        ["public addresses", [line("R", "aws.ipv4.hour", 2190, 0.005)], [], /^AWS bills 3 public IPv4 addresses$/],
        [
            "Spot",
            [line("R", "aws.fargate.spot.x86.vcpu_hour", 365, 0.02)],
            [line("R", "gcp.run.request.vcpu_second", 730 * 3600, 0.000024)],
            /^Fargate runs on Spot, which Cloud Run has not: 365 vCPU-hours against 730$/,
        ],
        [
            "idle instances",
            [line("R", "aws.fargate.x86.vcpu_hour", 730, 0.05)],
            [line("R", "gcp.run.idle.vcpu_second", 2e6, 2.5e-6), line("R", "gcp.run.request.vcpu_second", 6e5, 2.4e-5)],
            /Cloud Run waits 77 % of its time/,
        ],
        [
            "a price, where nothing else tells them apart",
            [line("R", "aws.egress.internet_gb", 100, 0.114, { unit: "GB" })],
            [line("R", "gcp.egress.premium_internet_gb", 100, 0.12, { unit: "GiB" })],
            /^egress: \$0\.12 a GiB, \$0\.114 on AWS$/,
        ],
        [
            "an item of its own, of which nobody has heard",
            [line("R", "aws.new.hour", 10, 1, { item: "Novelty" })],
            [],
            /^Novelty: \$10\.00, nothing on GCP$/,
        ],
    ];
    for (const [what, aws, gcp, expected] of reasons)
        it(`explains a difference by ${what}`, () => {
            assert.match(both(aws, gcp).roles[0].why, expected);
        });

    it("says where the other cloud counts what a role has on one only", () => {
        const { roles } = both(
            [line("Firewall", "aws.cloudwatch.logs_ingest_gb", 5, 0.76)],
            [line("Platform", "gcp.logging.ingest_gib", 6, 0.5)],
        );
        assert.equal(roles[0].why, "logs, which GCP counts under Platform");
    });

    it("gives a second reason where the first leaves much open, and none where there is no difference", () => {
        const two = both([line("R", "aws.nat.hour", 730, 0.06), line("R", "aws.ipv4.hour", 7300, 0.005)], []);
        assert.match(two.roles[0].why, /^a NAT gateway .*; AWS bills 10 public IPv4 addresses$/);
        assert.equal(both([line("R", "aws.x.y", 1, 3)], [line("R", "gcp.x.y", 1, 3)]).roles[0].why, "");
    });

    it("names no gap that the parity table has not, with a note", () => {
        for (const field of Object.keys(gapsInPrice)) assert.ok(parity.find((row) => row.field === field)?.note, field);
    });

    describe("of the todo app", function () {
        this.timeout(60_000);
        const planned = async (environment: Environment) => {
            const stacks = { aws: stackFor("aws", environment), gcp: stackFor("gcp", environment) };
            const usage = usageOf(stacks.aws.app);
            const aws = estimate(await planOf(stacks.aws), usage);
            const gcp = estimate(await planOf(stacks.gcp), usage);
            return compare(aws, gcp, { aws: stacks.aws.app, gcp: stacks.gcp.app });
        };

        for (const environment of environmentNames)
            it(`adds up in ${environment}, and explains every difference`, async () => {
                const { aws, gcp, roles } = await planned(environment);
                const sum = (of: (role: (typeof roles)[number]) => number) =>
                    roles.reduce((total, role) => total + of(role), 0);
                close(
                    sum((role) => role.aws),
                    aws.monthly.expected,
                );
                close(
                    sum((role) => role.gcp),
                    gcp.monthly.expected,
                );
                close(
                    sum((role) => role.difference),
                    gcp.monthly.expected - aws.monthly.expected,
                );
                for (const { role, difference, why } of roles)
                    assert.equal(why !== "", Math.abs(difference) >= 0.005, `${role}: ${difference} ${why}`);
            });

        it("says what is not comparable: Spot in dev, NAT gateways and adaptive protection in prod", async () => {
            const fields = async (environment: Environment) =>
                (await planned(environment)).notComparable.map(({ field }) => field);
            const [dev, prod] = [await fields("dev"), await fields("prod")];
            assert.ok(dev.includes("services.*.aws.spot") && !prod.includes("services.*.aws.spot"));
            for (const field of ["network.nat", "firewall.gcp.adaptiveProtection"])
                assert.ok(prod.includes(field) && !dev.includes(field), field);
        });

        it("is the same as Markdown and as a page: every role, both totals", async () => {
            const comparison = await planned("prod");
            const [markdown, html] = [compareMarkdown(comparison), compareHtml(comparison)];
            for (const { role: name, why } of comparison.roles) {
                const role = labelOf(name);
                assert.ok(markdown.includes(`| ${role} | `) && markdown.includes(why), role);
                assert.ok(html.includes(`<th scope="row">${role}</th>`), role);
            }
            const totals = [comparison.aws, comparison.gcp].map(({ monthly }) => `$${monthly.expected.toFixed(2)}`);
            for (const total of totals) assert.ok(markdown.includes(`**${total}**`) && html.includes(total), total);
            assert.doesNotMatch(html, /<script|https?:/);
        });
    });

    it("explains every difference of the roles that todo has not", async function () {
        this.timeout(60_000);
        const said = new Map<string, string>();
        for (const [app, environment] of [
            ["morrow", "prod"],
            ["weather", "staging"],
            ["factify", "prod"],
        ] as const) {
            const [aws, gcp] = await Promise.all(clouds.map((cloud) => planned(app, cloud, environment)));
            const stacks = {
                aws: stackOf(allApps[app], "aws", environment, { domain: true }),
                gcp: stackOf(allApps[app], "gcp", environment, { domain: true }),
            };
            const { roles } = compare(estimate(aws.plan, aws.usage), estimate(gcp.plan, gcp.usage), {
                aws: stacks.aws.app,
                gcp: stacks.gcp.app,
            });
            for (const { role, difference, why } of roles) {
                assert.equal(why !== "", Math.abs(difference) >= 0.005, `${app}: ${role}: ${difference} ${why}`);
                said.set(`${app} ${role}`, why);
            }
        }
        const words: [string, RegExp][] = [
            ["morrow Cache", /^2 × cache\.r7g\.large \(\$[\d.]+\) beside 5 GiB of Redis standard/],
            ["morrow Cdn", /requests to the CDN: \$0\.012 a 10k requests, \$0\.0075 on GCP/],
            ["morrow Job", /on ECS it is part of the new tasks/],
            ["morrow Bucket", /the other region/],
            ["weather Filesystem", /a file system that tasks share/],
            ["factify Table", /a million cost \$0\.142 on DynamoDB and \$0\.38 on Firestore/],
        ];
        for (const [role, pattern] of words) assert.match(said.get(role) ?? "", pattern, role);
    });

    it("names small costs that are not included, where the stack has them", () => {
        const left = (cost: Parameters<typeof footnotesOf>[0]) =>
            footnotesOf(cost).filter((note) => note.startsWith("Not included"));
        const tasks = (service: string) =>
            line("Service", "aws.fargate.x86.vcpu_hour", 1, 1, { service, type: "aws:ecs/service:Service" });
        assert.deepEqual(left(costOfLines("aws", [tasks("api"), tasks("api")])), []);
        assert.match(left(costOfLines("aws", [tasks("api"), tasks("site")])).join(), /among the services/);
    });

    it("says what of the newer parts makes two prices incomparable, and only where it is used", () => {
        const fields = (app: string, overrides: Refinement = {}) => {
            const [aws, gcp] = clouds.map(
                (cloud) => stackOf(allApps[app], cloud, "staging", { domain: true, overrides }).app,
            );
            const { notComparable } = compare(costOfLines("aws", []), costOfLines("gcp", []), { aws, gcp });
            return new Set(notComparable.map(({ field }) => field));
        };
        const used: [string, Refinement, string[]][] = [
            ["morrow", {}, ["services.*.scale.requestsPerTarget", "caches.*.gcp.memory"]],
            ["morrow", { caches: { redis: { aws: { engine: "valkey" } } } }, ["caches.*.aws.engine"]],
            [
                "weather",
                {},
                ["services.*.ports.*", "services.*.scale.memoryPercent", "services.*.mounts.*", "secrets.*.keys"],
            ],
            [
                "weather",
                { services: { app: { scale: { hours: { from: "08:00", to: "20:00" } } } } },
                ["services.*.scale.hours.outside.max"],
            ],
            [
                "weather",
                { filesystems: { cache: { aws: { throughput: "elastic" } } } },
                ["filesystems.*.aws.throughput"],
            ],
            [
                "weather",
                { filesystems: { cache: { gcp: { filestore: {} } } } },
                ["filesystems.*.gcp.filestore.capacity"],
            ],
            [
                "factify",
                { tables: { facts: { indexes: { topic: { partitionKey: { name: "topic" } } } } } },
                ["tables.*.indexes.*.partitionKey.name"],
            ],
        ];
        const plain = new Set([...fields("logo"), ...fields("todo")]);
        for (const [app, overrides, expected] of used) {
            const found = fields(app, overrides);
            for (const field of expected) assert.ok(found.has(field) && !plain.has(field), `${app}: ${field}`);
        }
        for (const [app, overrides, [field]] of used)
            if (Object.keys(overrides).length > 0) assert.ok(!fields(app).has(field), `${field} without its option`);
        for (const pointInTimeRecovery of [true, false])
            assert.equal(
                fields("factify", { tables: { facts: { pointInTimeRecovery } } }).has("tables.*.pointInTimeRecovery"),
                pointInTimeRecovery,
            );
        const server = fields("weather", { filesystems: { cache: { gcp: { filestore: {} } } } });
        assert.ok(!server.has("services.*.mounts.*"), "a Filestore server has locks, too");
    });

    it("writes a page that a name cannot break", () => {
        const html = compareHtml(both([line("<R&D>", "aws.x.y", 1, 3, { item: "<b>" })], []));
        assert.ok(html.includes("&lt;R&amp;D&gt;") && !html.includes("<b>"));
    });

    it("says amounts, rates, shares and counts as people do", () => {
        assert.deepEqual([4, -0.4, 0.001].map(signed), ["+$4.00", "-$0.40", "="]);
        assert.deepEqual([0.4, 3, 18.25, 0.05056, 0.0000024].map(rate), [
            "$0.40",
            "$3.00",
            "$18.25",
            "$0.0506",
            "$0.0000024",
        ]);
        assert.deepEqual([0.421, 0.004, 0].map(percent), ["42 %", "0.4 %", "0 %"]);
        assert.deepEqual([1000, 26_400_000, 1e9].map(about), ["1,000", "26 million", "1 billion"]);
    });
});
