import assert from "node:assert/strict";

import { apps } from "../../apps";
import { commitments } from "../../cost/commitments";
import { total } from "../../cost/cost";
import { estimate, type EstimateOptions } from "../../cost/estimate";
import { bookFrom, bookOf, PriceBookError, type BookFile } from "../../cost/load";
import { renew } from "../../cost/refresh/renew";
import { usageOf, type Quantities } from "../../cost/usage";
import type { Cloud, Environment, Refinement } from "../../topology/app";
import { stackOf } from "../components/stack";
import { close, tokyo } from "./figures";
import { planned } from "./planned";
import { smallBook } from "./vendors";

const hours = 730;
const seconds = hours * 3600;

interface Asked {
    app?: string;
    cloud: Cloud;
    environment: Environment;
    overrides?: Refinement;
    usage?: Partial<Quantities>;
    options?: EstimateOptions;
}

/** What is offered for a stack, planned once for all tests. */
async function found({ app = "todo", cloud, environment, overrides = {}, usage = {}, options }: Asked) {
    const { plan } = await planned(app, cloud, environment, overrides);
    const topology = stackOf(apps[app], cloud, environment, { overrides, domain: true }).app;
    const used = { ...usageOf(topology), ...usage };
    const base = estimate(plan, used, options);
    const { offered, notOffered } = commitments({ app: topology, cloud }, plan, used, base, options);
    return {
        offered,
        one: (id: string) => offered.find((one) => one.id === id),
        reason: (title: string) => notOffered.find((one) => one.title.startsWith(title))?.reason ?? "",
    };
}
const fargate = "aws.compute_savings_plan.fargate";

describe("Commitments", function () {
    this.timeout(120_000);

    it("to Fargate are a fifth of the minimum of tasks, of Virginia's list, and say so", async () => {
        const { one } = await found({ cloud: "aws", environment: "prod" });
        const task = 0.5 * tokyo("aws.fargate.x86.vcpu_hour") + 1 * tokyo("aws.fargate.x86.gb_hour");
        const { always, saving, hourly, buy, givesUp, unverified, note } = one(fargate)!;
        close(always, 2 * hours * task, "two tasks");
        close(saving, 0.2 * 2 * hours * task, "20 %");
        close(hourly, 0.8 * 2 * task, "an hour");
        // Down, not up: 0.0493 would be more than runs if it were 0.050.
        assert.match(buy, /--commitment 0\.049;/);
        assert.match(givesUp, /^\$35\.99 a month are due for 12 months, in any region, .* destroyed$/);
        assert.equal(unverified, false);
        assert.match(note!, /in Virginia and Ohio; .* other regions may differ/);
    });

    it("for three years are beside those for one, with what is due and how long it has to run", async () => {
        const { one, reason } = await found({ cloud: "gcp", environment: "prod" });
        const [year, three] = [one("gcp.cud.sql")!, one("gcp.cud.sql_3y")!];
        assert.deepEqual([year.months, year.percent, three.months, three.percent], [12, 25, 36, 52]);
        close(three.saving, 0.52 * three.always, "52 %");
        close(three.due, 0.48 * three.always * 36, "due over three years");
        close(year.worthFrom, 9, "a quarter less is worth it from three quarters of the year on");
        close(three.worthFrom, 17.28, "48 % of 36 months");
        assert.match(three.givesUp, /are due for 36 months/);
        assert.equal(reason("Cloud SQL: Committed use, three"), "");
        const aws = await found({ cloud: "aws", environment: "prod" });
        const plan = aws.one("aws.compute_savings_plan.fargate_3y")!;
        // 0.022264 beside 0.04048 an hour.
        assert.deepEqual([plan.months, plan.percent, plan.unverified], [36, 45, false]);
        close(plan.saving, 0.45 * plan.always, "45 %");
        close(plan.worthFrom, 19.8, "55 % of 36 months");
        assert.match(plan.buy, /--durations 94608000/);
    });

    it("to Fargate leave out Spot, and what RDS and ElastiCache would save is not invented", async () => {
        const dev = await found({ cloud: "aws", environment: "dev" });
        assert.deepEqual(dev.offered, []);
        assert.match(dev.reason("Fargate: Compute Savings Plan for Spot"), /not those of Spot/);
        assert.match(dev.reason("RDS"), /differ by class and region, and no document/);
        const morrow = await found({ app: "morrow", cloud: "aws", environment: "prod" });
        assert.match(morrow.reason("ElastiCache"), /differ by node type and region, and no document/);
    });

    it("leave out the half of the tasks that runs on Spot", async () => {
        const { plan } = await planned("todo", "aws", "prod");
        const half = structuredClone(plan);
        const service = half.resources.find(({ type }) => type === "aws:ecs/service:Service")!;
        delete service.inputs.launchType;
        service.inputs.capacityProviderStrategies = ["FARGATE", "FARGATE_SPOT"].map((capacityProvider) => ({
            capacityProvider,
            weight: 1,
        }));
        const { app } = stackOf(apps.todo, "aws", "prod", { domain: true });
        const usage = usageOf(app);
        const { offered, notOffered } = commitments({ app, cloud: "aws" }, half, usage, estimate(half, usage));
        const task = 0.5 * tokyo("aws.fargate.x86.vcpu_hour") + 1 * tokyo("aws.fargate.x86.gb_hour");
        close(offered.find(({ id }) => id === fargate)!.always, 1 * hours * task, "one task of two");
        assert.ok(notOffered.some(({ title }) => title.includes("Spot")));
    });

    it("do not follow the traffic: what comes on top of the minimum is not there all the time", async () => {
        const quiet = await found({ cloud: "aws", environment: "prod", usage: { monthlyRequests: 0 } });
        const busy = await found({ cloud: "aws", environment: "prod", usage: { monthlyRequests: 500e6 } });
        close(busy.one(fargate)!.always, quiet.one(fargate)!.always, "at any traffic");
    });

    it("leave out services by the hours and jobs: an hour at night would be paid for nothing", async () => {
        const overrides: Refinement = {
            services: { api: { scale: { hours: { from: "08:00", to: "20:00", timeZone: "Asia/Tokyo" } } } },
            alarms: { enabled: false },
        };
        const staging = await found({ cloud: "aws", environment: "staging", overrides });
        assert.deepEqual(staging.offered, []);
        assert.match(staging.reason("Fargate"), /at some hours only/);
        // Its services are paid by request: only its job is paid by instance, and often enough to count.
        const often: Refinement = { jobs: { migrate: { run: "schedule", cron: "*/5 * * * *" } } };
        const { plan, usage } = await planned("morrow", "gcp", "dev", often);
        const byInstance = estimate(plan, usage).lineItems.filter(({ priceId }) => /run\.instance/.test(priceId));
        assert.ok(total(byInstance) > 5 && byInstance.every(({ role }) => role === "Job"));
        const morrow = await found({ app: "morrow", cloud: "gcp", environment: "dev", overrides: often });
        assert.equal(morrow.one("gcp.cud.run_instance"), undefined);
        assert.match(morrow.reason("Cloud Run"), /at some hours only/);
    });

    it("to Cloud SQL are a quarter of CPU and memory in both zones; a shared core has none", async () => {
        const { one } = await found({ cloud: "gcp", environment: "prod" });
        const server = 2 * tokyo("gcp.sql.vcpu.zonal_hour") + 7.5 * tokyo("gcp.sql.ram.zonal_gb_hour");
        const sql = one("gcp.cud.sql")!;
        close(sql.always, 2 * hours * server, "two zones");
        close(sql.saving, 0.25 * 2 * hours * server, "25 %");
        assert.ok(!sql.unverified);
        assert.match(sql.givesUp, /in asia-northeast1/);
        const dev = await found({ cloud: "gcp", environment: "dev" });
        assert.equal(dev.one("gcp.cud.sql"), undefined);
        assert.match(dev.reason("Cloud SQL"), /no committed use discount for db-f1-micro/);
    });

    it("to Cloud Run are 17 % of instances that wait, and 28 % of those that are paid as instances", async () => {
        const request = (await found({ cloud: "gcp", environment: "dev" })).one("gcp.cud.run_request")!;
        const idle = tokyo("gcp.run.idle.vcpu_second") + 2 * tokyo("gcp.run.idle.gib_second");
        close(request.always, seconds * idle, "one instance that waits");
        close(request.saving, 0.17 * seconds * idle, "17 %");
        const overrides: Refinement = { services: { api: { gcp: { cpuBilling: "instance" } } } };
        const { one } = await found({ cloud: "gcp", environment: "dev", overrides });
        const instance = tokyo("gcp.run.instance.vcpu_second") + 2 * tokyo("gcp.run.instance.gib_second");
        close(one("gcp.cud.run_instance")!.saving, 0.28 * seconds * instance, "28 %");
        assert.equal(one("gcp.cud.run_request"), undefined);
        const scaled: Refinement = { services: { api: { gcp: { scale: { min: 0 } } } } };
        const none = await found({ cloud: "gcp", environment: "dev", overrides: scaled });
        assert.deepEqual(none.offered, []);
        assert.match(none.reason("Cloud Run"), /only while there is traffic/);
    });

    it("to Memorystore are a fifth from 5 GB on; below there are none", async () => {
        const { one } = await found({ app: "morrow", cloud: "gcp", environment: "prod" });
        close(one("gcp.cud.memorystore")!.saving, 0.2 * hours * 5 * tokyo("gcp.redis.standard.m2_gb_hour"), "20 %");
        const dev = await found({ app: "morrow", cloud: "gcp", environment: "dev" });
        assert.equal(dev.one("gcp.cud.memorystore"), undefined);
        assert.match(dev.reason("Memorystore"), /below 5 GB/);
    });

    it("are old when their percentage was seen long ago, and none in a book that knows of none", async () => {
        const asked: Asked = { cloud: "gcp", environment: "prod" };
        assert.ok(!(await found({ ...asked, options: { today: "2026-04-01" } })).one("gcp.cud.sql")!.old);
        assert.ok((await found({ ...asked, options: { today: "2026-11-22" } })).one("gcp.cud.sql")!.old);
        const { commitments: _, ...gcp } = bookOf("gcp");
        assert.deepEqual((await found({ ...asked, options: { books: { gcp } } })).offered, []);
    });
});

describe("Commitments in a price book", () => {
    const book = (more: object): BookFile => ({
        ...smallBook("aws", { "aws.alb.hour": { global: 1 } }),
        commitments: {
            "aws.plan": {
                service: "x",
                item: "x",
                covers: ["aws.alb.*"],
                months: 12,
                percent: 20,
                scope: "region",
                buy: "x",
                asOf: null,
                confidence: "low",
                source: ["old"],
                ...more,
            },
        },
    });

    it("are read, and refused with their place when they contradict themselves", () => {
        assert.equal(bookFrom(book({})).commitments!["aws.plan"].percent, 20);
        const wrong: [object, RegExp][] = [
            [{ percent: 100 }, /commitments.*percent\n +found +100\n +allowed +a number above 0 and below 100/],
            [{ reason: "x" }, /aws\.plan"\]\n +found +percent and reason/],
            [{ percent: undefined }, /aws\.plan"\]\n +found +no percent/],
            [{ buy: undefined }, /aws\.plan"\]\n +found +a percent alone\n +allowed +scope and buy/],
            [{ covers: ["aws.alb.hour", "aws.nlb.*"] }, /covers\n +found +the unknown price aws\.nlb\.\*/],
            [{ source: ["nowhere"] }, /source\n +found +the unknown source nowhere/],
        ];
        for (const [more, message] of wrong)
            assert.throws(
                () => bookFrom(book(more)),
                (error) => error instanceof PriceBookError && message.test(error.message),
                String(message),
            );
    });

    it("stay with their sources when the prices are renewed", () => {
        const before = book({ source: ["pages"] });
        before.sources.pages = { ...before.sources.old, title: "Pages" };
        const source = { title: "List", where: "x", date: "2026-11-22", kind: "x" };
        const reading = { id: "aws.alb.hour", region: "global", rate: { value: 2 } };
        const from = { key: "list", source, asOf: "2026-11-22" };
        const after = renew(before, [reading], { readings: [reading], doubts: [] }, from).book;
        assert.deepEqual(after.commitments, before.commitments);
        assert.deepEqual(Object.keys(after.sources).sort(), ["list", "pages"]);
    });
});
