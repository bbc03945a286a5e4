import assert from "node:assert/strict";

import { apps } from "../../apps";
import type { Book } from "../../cost/book";
import { estimate } from "../../cost/estimate";
import { bookOf } from "../../cost/load";
import { savings, type Savings } from "../../cost/savings";
import { usageOf } from "../../cost/usage";
import { planOf } from "../../plan/plan";
import { clouds, environmentNames, type Cloud, type Environment, type Refinement } from "../../topology/app";
import { merge } from "../../topology/merge";
import { stackOf } from "../components/stack";
import { stackFor } from "../plan/stacks";
import { close, tokyo } from "./figures";

async function found(cloud: Cloud, environment: Environment, overrides: Refinement = {}): Promise<Savings> {
    const stack = stackFor(cloud, environment, overrides);
    const replan = (refinement: Refinement) =>
        planOf(stackFor(cloud, environment, merge(overrides, refinement) as Refinement));
    return savings(stack, await planOf(stack), usageOf(stack.app), replan);
}
const one = ({ savings }: Savings, id: string) => savings.find((saving) => saving.id === id);
const hours = 730;
/** The book without a price. */
function lacking(id: string): Book {
    const book = bookOf("aws");
    return { ...book, prices: Object.fromEntries(Object.entries(book.prices).filter(([other]) => other !== id)) };
}

describe("Savings", function () {
    this.timeout(120_000);

    it("of ARM are the difference of its prices, for every task", async () => {
        const perTask =
            0.5 * (tokyo("aws.fargate.x86.vcpu_hour") - tokyo("aws.fargate.arm.vcpu_hour")) +
            1 * (tokyo("aws.fargate.x86.gb_hour") - tokyo("aws.fargate.arm.gb_hour"));
        const arm = one(await found("aws", "prod"), "arm")!;
        close(arm.saving, 2 * hours * perTask, "ARM");
        assert.deepEqual(arm.overrides, { services: { api: { aws: { architecture: "arm64" } } } });
    });

    it("of Spot are the difference of its prices, and are never offered in prod", async () => {
        const perTask =
            0.5 * (tokyo("aws.fargate.x86.vcpu_hour") - tokyo("aws.fargate.spot.x86.vcpu_hour")) +
            1 * (tokyo("aws.fargate.x86.gb_hour") - tokyo("aws.fargate.spot.x86.gb_hour"));
        const overrides: Refinement = { services: { api: { aws: { scale: { min: 1 } } } } };
        close(one(await found("aws", "staging", overrides), "spot")!.saving, hours * perTask, "Spot");
        const prod = await found("aws", "prod");
        assert.equal(one(prod, "spot"), undefined);
        assert.match(prod.notOffered.find(({ title }) => title.includes("Spot"))!.reason, /not for prod/);
        // Of two tasks in prod one is never on Spot, and half of the other.
        const share = one(prod, "spot-share")!;
        close(share.saving, 0.5 * hours * perTask, "a share on Spot");
        const onDemand = { base: 1, weight: 1 };
        assert.deepEqual(share.overrides, { services: { api: { aws: { spot: true, onDemand } } } });
        assert.equal(one(await found("aws", "staging", overrides), "spot-share"), undefined);
    });

    it("of Graviton keep the size: db.r5.large becomes db.r6g.large", async () => {
        const graviton = one(await found("aws", "prod"), "graviton")!;
        const hour = (name: string) => tokyo(`aws.rds.postgres.${name}.multi_az_hour`);
        close(graviton.saving, hours * (hour("db.r5.large") - hour("db.r6g.large")), "Graviton");
        assert.deepEqual(graviton.overrides, { databases: { db: { aws: { instanceClass: "db.r6g.large" } } } });
    });

    it("of one NAT gateway instead of two are its hours and its address", async () => {
        const single = one(await found("aws", "prod"), "nat-single")!;
        close(single.saving, hours * (tokyo("aws.nat.hour") + tokyo("aws.ipv4.hour")), "NAT");
    });

    it("on Cloud Run are the instances that wait", async () => {
        const [dev, none] = [await found("gcp", "dev"), await found("gcp", "dev", gcpMin(0))];
        const least = one(dev, "min-instances")!;
        close(least.after, none.monthly, "without a minimum");
        assert.deepEqual(least.overrides, gcpMin(0));
        assert.equal(one(none, "min-instances"), undefined);
    });

    it("are offered for CPU by request where it is paid by instance", async () => {
        const always = await found("gcp", "dev", { services: { api: { gcp: { cpuBilling: "instance" } } } });
        const seconds = hours * 3600;
        const instance = seconds * (tokyo("gcp.run.instance.vcpu_second") + 2 * tokyo("gcp.run.instance.gib_second"));
        const saving = one(always, "request-billing")!;
        // With next to no traffic the instance waits nearly all the time.
        const idle = seconds * (tokyo("gcp.run.idle.vcpu_second") + 2 * tokyo("gcp.run.idle.gib_second"));
        close(saving.saving, instance - idle, "billing", 0.03);
    });

    it("of Valkey are the difference of its nodes, on AWS alone", async () => {
        const morrow = async (cloud: Cloud) => {
            const stack = stackOf(apps.morrow, cloud, "prod", { domain: true });
            const replan = (overrides: Refinement) =>
                planOf(stackOf(apps.morrow, cloud, "prod", { domain: true, overrides }));
            return savings(stack, await planOf(stack), usageOf(stack.app), replan);
        };
        const valkey = one(await morrow("aws"), "valkey")!;
        const hour = (engine: string) => tokyo(`aws.elasticache.${engine}.cache.r7g.large.hour`);
        close(valkey.saving, 2 * hours * (hour("redis") - hour("valkey")), "two nodes");
        assert.deepEqual(valkey.overrides, { caches: { redis: { aws: { engine: "valkey" } } } });
        const gcp = await morrow("gcp");
        assert.match(gcp.notOffered.find(({ title }) => title.includes("Valkey"))!.reason, /another product/);
    });

    it("conclude nothing from a price that is missing, nor from what no stack can serve", async () => {
        const stack = stackFor("aws", "prod", { databases: { db: { aws: { instanceClass: "db.r7i.large" } } } });
        const options = { books: { aws: lacking("aws.rds.postgres.db.r7i.large.multi_az_hour") } };
        const replan = (refinement: Refinement) =>
            planOf(
                stackFor(
                    "aws",
                    "prod",
                    merge({ databases: { db: { aws: { instanceClass: "db.r7i.large" } } } }, refinement) as Refinement,
                ),
            );
        const all = await savings(stack, await planOf(stack), usageOf(stack.app), replan, options);
        assert.match(all.missing.join(), /db\.r7i\.large/);
        // On Graviton the class has a price, and costs more than the sum that lacks one: whether it saves is not known.
        assert.equal(one(all, "graviton"), undefined);
        assert.match(
            all.notOffered.find(({ title }) => title.includes("Graviton"))!.reason,
            /^whether it saves is open: .*db\.r7i\.large/,
        );
        assert.equal(one(all, "nat-single")!.atLeast, false);
        const beyond = await savings(
            stackFor("aws", "prod"),
            await planOf(stackFor("aws", "prod")),
            { ...usageOf(stack.app), monthlyRequests: 5e9 },
            replan,
        );
        assert.match(beyond.beyond!, /at its maximum/);
        assert.deepEqual([beyond.savings, beyond.commitments], [[], []]);
    });

    it("say what was not offered, and why", async () => {
        const { notOffered } = await found("aws", "dev");
        const reason = (part: string) => notOffered.find(({ title }) => title.includes(part))?.reason ?? "";
        assert.match(reason("gp3"), /already so/);
        // dev runs on Spot, and Spot on ARM has no price in Tokyo.
        assert.match(reason("ARM"), /spot\.arm.* have no price in ap-northeast-1/);
    });

    it("of nights and weekends are 108 of a week's 168 hours, on either cloud, and not for prod", async () => {
        // Without alarms, one of which is not made for a service that is off at times.
        const aws = one(await found("aws", "staging", { alarms: { enabled: false } }), "nights")!;
        const task = 0.5 * tokyo("aws.fargate.x86.vcpu_hour") + tokyo("aws.fargate.x86.gb_hour");
        // Container Insights logs two KB a minute less for the task that is not there.
        const events = ((2 * hours * 60) / 1024 / 1024) * tokyo("aws.cloudwatch.logs_ingest_gb");
        close(aws.saving, (108 / 168) * 2 * (hours * task + events), "AWS");
        const scale = { hours: { from: "08:00", to: "20:00", timeZone: "Asia/Tokyo" } };
        assert.deepEqual(aws.overrides, { services: { api: { scale } } });

        const gcp = await found("gcp", "dev");
        const nights = one(gcp, "nights")!;
        assert.deepEqual(nights.overrides, aws.overrides);
        // What waits, but for the two schedules that turn it on and off.
        const idle = gcp.monthly - (await found("gcp", "dev", gcpMin(0))).monthly;
        close(nights.saving, (108 / 168) * idle - 2 * tokyo("gcp.scheduler.job_month"), "GCP");
        assert.match((await found("aws", "prod")).notOffered.map(({ reason }) => reason).join(), /at any time/);
    });

    it("leave out what validation refuses", async () => {
        const stack = stackFor("aws", "prod");
        const replan = async (refinement: Refinement) => {
            if (refinement.network) stackFor("aws", "prod", { network: { nat: "nonsense" as never } });
            return planOf(stackFor("aws", "prod", refinement));
        };
        const all = await savings(stack, await planOf(stack), usageOf(stack.app), replan);
        assert.equal(one(all, "nat-none"), undefined);
        assert.match(all.notOffered.find(({ title }) => title === "No NAT")!.reason, /nonsense/);
        assert.ok(one(all, "graviton"));
    });

    for (const cloud of clouds)
        for (const environment of environmentNames)
            it(`are what the estimates differ by, on ${cloud} in ${environment}, each and together`, async () => {
                const all = await found(cloud, environment);
                const usage = usageOf(stackFor(cloud, environment).app);
                const offered = [...all.savings, ...(all.together ? [all.together] : [])];
                for (const { id, before, after, saving, overrides, givesUp } of offered) {
                    const planned = await planOf(stackFor(cloud, environment, overrides));
                    const cost = estimate(planned, usage).monthly.expected;
                    close(after, cost, id);
                    close(saving, all.monthly - cost, id);
                    assert.ok(saving > 0 && before === all.monthly && givesUp.length > 0, id);
                }
                // A commitment changes nothing in the stack: it takes its percentage off a part of the bill.
                for (const { percent, always, saving, after } of all.commitments) {
                    assert.ok(always > 0 && always <= all.monthly);
                    close(saving, (always * percent) / 100);
                    close(after, all.monthly - saving);
                }
                const amounts = all.savings.map(({ saving }) => saving);
                assert.deepEqual(
                    amounts,
                    [...amounts].sort((a, b) => b - a),
                );
            });
});

const gcpMin = (min: number): Refinement => ({ services: { api: { gcp: { scale: { min } } } } });
