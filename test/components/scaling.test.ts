import assert from "node:assert/strict";

import * as appautoscaling from "@pulumi/aws/appautoscaling";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";

import { awsCron } from "../../components/aws/cron";
import { accountId } from "../../components/gcp/caller";
import { Gates } from "../../components/gates";
import { deploy } from "../../stacks";
import type { AppInput, Cloud } from "../../topology/app";
import { plan, type TestPlan } from "../recorded";
import { api } from "./data";
import { on, stackOf, todoOnBoth } from "./stack";

const service = (scale: AppInput["services"][string]["scale"]) => ({
    services: {
        api: { image: { reference: "example/api:1.0" }, ports: { http: 8000 }, health: { path: "/health" }, scale },
    },
});
const policies = {
    min: 1,
    max: 4,
    memoryPercent: 80,
    requestsPerTarget: 1000,
    cooldowns: { cpu: { inSeconds: 600 }, requests: { outSeconds: 180 } },
} as const;
const office = { from: "08:00", to: "20:30", timeZone: "Asia/Tokyo" } as const;

describe("Scaling", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        plans = {
            aws: await on("aws", service({ ...policies, hours: office })),
            gcp: await on("gcp", service({ min: 2, hours: office })),
        };
    });

    it("follows CPU, memory and requests at once on AWS, each with its cooldowns", async () => {
        const found = plans.aws.of(appautoscaling.Policy).map(({ inputs }) => {
            const { predefinedMetricSpecification, ...rest } = inputs.targetTrackingScalingPolicyConfiguration!;
            return [predefinedMetricSpecification?.predefinedMetricType, rest];
        });

        assert.deepEqual(found, [
            ["ECSServiceAverageCPUUtilization", { targetValue: 70, scaleInCooldown: 600 }],
            ["ECSServiceAverageMemoryUtilization", { targetValue: 80 }],
            ["ALBRequestCountPerTarget", { targetValue: 1000, scaleOutCooldown: 180 }],
        ]);
    });

    it("counts the requests of the service's own target group", async () => {
        const { inputs } = plans.aws.one(appautoscaling.Policy, "-requests");

        const metric = inputs.targetTrackingScalingPolicyConfiguration?.predefinedMetricSpecification;
        assert.equal(metric?.resourceLabel, "${demo-dev-lb.arnSuffix}/${demo-dev-lb-api.arnSuffix}");
    });

    it("changes the target one after the other on AWS, which refuses two at once", () => {
        const changes = [...plans.aws.of(appautoscaling.Policy), ...plans.aws.of(appautoscaling.ScheduledAction)];

        const ahead = changes.map(({ dependencies }) => changes.findIndex(({ urn }) => dependencies.includes(urn)));
        assert.deepEqual(ahead, [-1, 0, 1, 2, 3]);
    });

    it("has one policy and no hours unless told otherwise", async () => {
        const { aws, gcp } = await todoOnBoth();

        assert.equal(aws.of(appautoscaling.Policy).length, 1);
        assert.deepEqual(aws.of(appautoscaling.ScheduledAction), []);
        assert.deepEqual(aws.one(appautoscaling.Target).ignoreChanges, []);
        assert.deepEqual(gcp.of(cloudscheduler.Job), []);
        assert.equal(gcp.one(cloudrunv2.Service).inputs.scaling, undefined);
    });

    it("switches tasks off at night and on weekends on AWS, in the stack's own time zone", async () => {
        const aws = plans.aws;

        assert.deepEqual(
            aws
                .of(appautoscaling.ScheduledAction)
                .map(({ inputs }) => [inputs.schedule, inputs.timezone, inputs.scalableTargetAction]),
            [
                ["cron(0 8 ? * MON-FRI *)", "Asia/Tokyo", { minCapacity: 1, maxCapacity: 4 }],
                ["cron(30 20 ? * MON-FRI *)", "Asia/Tokyo", { minCapacity: 0, maxCapacity: 0 }],
            ],
        );
    });

    it("moves the minimum of a Cloud Run service at the same times, without a new revision", async () => {
        const gcp = plans.gcp;

        const running = gcp.one(cloudrunv2.Service);
        assert.deepEqual(running.inputs.scaling, { minInstanceCount: 2 });
        assert.equal(running.inputs.template?.scaling?.minInstanceCount, 0);
        assert.deepEqual(
            gcp
                .of(cloudscheduler.Job)
                .map(({ inputs }) => [
                    inputs.schedule,
                    inputs.timeZone,
                    inputs.httpTarget?.httpMethod,
                    JSON.parse(Buffer.from(inputs.httpTarget?.body ?? "", "base64").toString()),
                ]),
            [
                ["0 8 * * mon,tue,wed,thu,fri", "Asia/Tokyo", "PATCH", { scaling: { minInstanceCount: 2 } }],
                ["30 20 * * mon,tue,wed,thu,fri", "Asia/Tokyo", "PATCH", { scaling: { minInstanceCount: 0 } }],
            ],
        );
        for (const { inputs } of gcp.of(cloudscheduler.Job))
            assert.match(
                String(inputs.httpTarget?.uri),
                /^https:\/\/run\.googleapis\.com\/v2\/projects\/example-project\/locations\/asia-northeast1\/services\/\$\{demo-dev-api\.name\}\?updateMask=scaling\.minInstanceCount$/,
            );
    });

    it("lets the schedule on GCP change that service and nothing else", async () => {
        const gcp = plans.gcp;

        assert.deepEqual(gcp.one(projects.IAMCustomRole).inputs.permissions, [
            "run.services.get",
            "run.services.update",
        ]);
        const member = "${demo-dev-api-hours-account.member}";
        const update = gcp.one(cloudrunv2.ServiceIamMember).inputs;
        assert.deepEqual(
            [update.name, update.role, update.member],
            ["${demo-dev-api.name}", "${demo-dev-api-hours-role.name}", member],
        );
        const actAs = gcp.one(serviceaccount.IAMMember).inputs;
        assert.deepEqual([actAs.role, actAs.member], ["roles/iam.serviceAccountUser", member]);
        assert.match(String(actAs.serviceAccountId), /\$\{demo-dev-api-account\.email\}$/);
        assert.deepEqual(
            gcp.of(projects.IAMMember).filter(({ inputs }) => inputs.member === member),
            [],
        );
    });

    it("makes no schedule on GCP where nothing runs without requests anyway", async () => {
        const gcp = await on("gcp", service({ min: 0, hours: office }));

        assert.deepEqual(gcp.of(cloudscheduler.Job), []);
        assert.equal(gcp.one(cloudrunv2.Service).inputs.template?.scaling?.minInstanceCount, 0);
    });
});

describe("Office hours", () => {
    const tokyo = (day: string, time: string) => new Date(`2026-11-${day}T${time}:00+09:00`);
    const hours: typeof office & { days: ("mon" | "tue")[]; outside: { min: number; max: number } } = {
        ...office,
        days: ["mon", "tue"],
        outside: { min: 1, max: 3 },
    };
    const app = (withHours: boolean): AppInput => ({
        name: "demo",
        services: { api: { ...api, scale: { min: 2, max: 10, ...(withHours ? { hours } : {}) } } },
    });
    const up = (cloud: Cloud, now: Date, withHours = true) =>
        plan(() => deploy(stackOf(app(withHours), cloud, "dev"), new Gates({}, 1, () => now)), { stack: "dev" });

    // 30 November 2026 is a Monday.
    const rows: [string, Date, boolean][] = [
        ["before they begin", tokyo("30", "07:59"), false],
        ["when they begin", tokyo("30", "08:00"), true],
        ["at noon", tokyo("30", "12:00"), true],
        ["in their last minute", tokyo("30", "20:29"), true],
        ["when they have ended", tokyo("30", "20:30"), false],
        ["on another day", tokyo("28", "12:00"), false],
        ["at noon elsewhere, which is night there", new Date("2026-11-30T12:00:00Z"), false],
    ];
    for (const [title, now, within] of rows)
        it(`set the limits of an up ${title}, at once`, async () => {
            const [aws, gcp] = [await up("aws", now), await up("gcp", now)];
            const { minCapacity, maxCapacity } = aws.one(appautoscaling.Target).inputs;
            assert.deepEqual([minCapacity, maxCapacity], within ? [2, 10] : [1, 3]);
            assert.deepEqual(gcp.one(cloudrunv2.Service).inputs.scaling, { minInstanceCount: within ? 2 : 1 });
        });

    it("leave nothing ignored: a field with two owners is sent all the same", async () => {
        const noon = tokyo("30", "12:00");
        assert.deepEqual((await up("aws", noon)).one(appautoscaling.Target).ignoreChanges, []);
        assert.deepEqual((await up("gcp", noon)).one(cloudrunv2.Service).ignoreChanges, ["client", "clientVersion"]);
    });

    it("give the whole number back when they are taken away, at night too: that changes what has it", async () => {
        const night = tokyo("30", "23:00");
        const [before, after] = [await up("aws", night), await up("aws", night, false)];
        const [was, is] = [before, after].map((plan) => plan.one(appautoscaling.Target));
        assert.match(String(was.replacementTrigger), /^[0-9a-f]{16}$/);
        assert.equal(is.replacementTrigger, "always");
        assert.deepEqual([is.deleteBeforeReplace, is.inputs.minCapacity, is.inputs.maxCapacity], [true, 2, 10]);

        const [scheduled, always] = [await up("gcp", night), await up("gcp", night, false)];
        assert.match(String(scheduled.one(cloudrunv2.Service).inputs.labels?.hours), /^[0-9a-f]{16}$/);
        const service = always.one(cloudrunv2.Service).inputs;
        assert.deepEqual([service.labels, service.scaling], [undefined, undefined]);
        assert.equal(service.template.scaling?.minInstanceCount, 2);
    });
});

describe("Names of accounts on GCP", () => {
    it("stay as they are up to 30 characters, and end in a hash beyond", () => {
        assert.equal(accountId("a".repeat(30)), "a".repeat(30));
        const [first, second] = ["weather-staging-warm-cache-schedule", "weather-staging-warm-cache-schedules"].map(
            accountId,
        );
        assert.match(first, /^weather-staging-warm-ca-[0-9a-f]{6}$/);
        assert.equal(first.length, 30);
        assert.notEqual(first, second);
    });
});

describe("Cron on AWS", () => {
    const rows: [string, string][] = [
        ["0 3 * * *", "cron(0 3 * * ? *)"],
        ["* * * * *", "cron(* * * * ? *)"],
        ["*/15 * * * *", "cron(0,15,30,45 * * * ? *)"],
        ["0-59 0-23 1-31 1-12 0-6", "cron(* * * * ? *)"],
        ["0 3 * * 1-5", "cron(0 3 ? * MON-FRI *)"],
        ["0 0 * * 0", "cron(0 0 ? * SUN *)"],
        ["0 0 * * 7", "cron(0 0 ? * SUN *)"],
        ["0 0 * * 5-7", "cron(0 0 ? * SUN,FRI,SAT *)"],
        ["0 0 * * */2", "cron(0 0 ? * SUN,TUE,THU,SAT *)"],
        ["5 4 * * wed,SUN", "cron(5 4 ? * SUN,WED *)"],
        ["30 2 1 * *", "cron(30 2 1 * ? *)"],
        ["0 0 */10 * *", "cron(0 0 1,11,21,31 * ? *)"],
        ["0 6 1,15 jan-mar *", "cron(0 6 1,15 1-3 ? *)"],
    ];
    for (const [five, six] of rows) it(`writes ${five} as ${six}`, () => assert.equal(awsCron(five), six));
});
