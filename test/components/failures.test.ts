import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as monitoring from "@pulumi/gcp/monitoring";

import type { Failure } from "../../components/failure";
import { failures } from "../../components/failures";
import { alarmsDocument } from "../../scripts/alarms-doc";
import type { AppInput, Cloud } from "../../topology/app";
import { everything } from "../everything";
import type { TestPlan } from "../recorded";
import { on } from "./stack";

/** Everything that an alarm can be for: replicas, copies, hours, a CDN, schedules, and each alarm that is asked for. */
const app = {
    ...everything,
    services: {
        ...everything.services,
        night: {
            image: { reference: "registry.example.com/night:1" },
            ports: { http: 8080 },
            routes: [{ path: "/night/*" }],
            health: { path: "/" },
            scale: { hours: { from: "08:00", to: "20:00" } },
        },
    },
    databases: { ...everything.databases, db: { replicas: 1 } },
    filesystems: { files: {}, server: { backup: false, aws: { throughput: "elastic" }, gcp: { filestore: {} } } },
    cdn: { host: "cdn.example.com", origins: { app: { service: "web" } } },
    pipeline: {
        repository: "example/demo",
        aws: { state: "s3://example-state?region=us-east-1" },
        gcp: { authorized: true, state: "gs://example-state" },
    },
    alarms: { emails: ["ops@example.com"], averageLatencySeconds: 1, deploymentMinutes: 15 },
} satisfies Omit<AppInput, "name"> & { name: string };

const { name: _, ...said } = app;
const planned = (cloud: Cloud) => on(cloud, said, "prod");
const prefix = "demo-prod-alarms-";

/** What tells somebody, by the name that follows the stack's. */
const alarmsOf = (cloud: Cloud, plan: TestPlan): string[] => {
    const all =
        cloud === "aws"
            ? [
                  ...plan.of(cloudwatch.MetricAlarm),
                  ...plan.of(cloudwatch.EventRule).filter(({ name }) => name.startsWith(prefix)),
              ]
            : plan.of(monitoring.AlertPolicy);
    return all.map(({ name }) => name.replace(prefix, "")).sort();
};

const every: [string, Failure][] = Object.entries(failures);
/** The failure that an alarm is for, by its own name or the end of it. */
const failureOf = (alarm: string): [string, Failure][] =>
    every.filter(([, failure]) => {
        if (alarm === failure.alarm) return true;
        return (
            alarm.endsWith(`-${failure.alarm}`) &&
            (parts[failure.role] ?? []).includes(alarm.slice(0, -failure.alarm.length - 1))
        );
    });
/** Role → the parts of the app that it has. */
const parts: Record<string, string[]> = {
    Service: ["web", "web-admin", "back", "rpc", "work", "night"],
    Ingress: ["demo.example.com", "cdn.example.com"],
    Database: ["db", "db-replica-1", "legacy"],
    Cache: ["redis", "sessions"],
    Table: ["facts"],
    Bucket: ["assets"],
    Queue: ["mail"],
    Filesystem: ["files", "server"],
    Job: ["clean"],
    Rotation: ["keys"],
};

describe("What can fail", () => {
    const plans: Partial<Record<Cloud, TestPlan>> = {};
    before(async () => {
        for (const cloud of ["aws", "gcp"] as const) plans[cloud] = await planned(cloud);
    });

    for (const cloud of ["aws", "gcp"] as const) {
        it(`has an alarm on ${cloud}, or a reason why not and what stands in for it`, () => {
            const told = alarmsOf(cloud, plans[cloud]!).flatMap((alarm) => failureOf(alarm).map(([id]) => id));
            for (const [id, failure] of every) {
                const notice = failure[cloud];
                if ("by" in notice) assert.ok(told.includes(id), `${id} has no alarm on ${cloud}`);
                else {
                    assert.ok(notice.instead.length > 10);
                    assert.ok(!told.includes(id), `${id} has an alarm on ${cloud}`);
                }
            }
        });

        it(`is what each alarm on ${cloud} is for, and one thing alone`, () => {
            const alarms = alarmsOf(cloud, plans[cloud]!);
            assert.equal(new Set(alarms).size, alarms.length);
            for (const alarm of alarms)
                assert.equal(
                    failureOf(alarm).length,
                    1,
                    `${alarm}: ${failureOf(alarm)
                        .map(([id]) => id)
                        .join()}`,
                );
        });

        it(`tells somebody on ${cloud}, each time`, () => {
            if (cloud === "aws")
                for (const { name, inputs } of plans.aws!.of(cloudwatch.MetricAlarm)) {
                    const topic = inputs.region ? "${demo-prod-alarms-edge.arn}" : "${demo-prod-alarms.arn}";
                    assert.deepEqual([inputs.alarmActions, inputs.okActions], [[topic], [topic]], name);
                }
            else
                for (const { name, inputs } of plans.gcp!.of(monitoring.AlertPolicy))
                    assert.equal(inputs.notificationChannels?.length, 1, name);
        });
    }

    it("is called what it has been called, as a new name would be a new alarm", () => {
        const service = (name: string, ...alarms: string[]) => alarms.map((alarm) => `${name}-${alarm}`);
        const targets = ["5xx", "instances", "latency", "response", "unhealthy"];
        assert.deepEqual(
            alarmsOf("aws", plans.aws!),
            [
                ...service("web", "cpu", "deployment", "memory", ...targets),
                ...service("web-admin", ...targets),
                ...service("back", "cpu", "deployment", "memory", "tasks"),
                ...service("rpc", "cpu", "deployment", "memory", "tasks"),
                ...service("work", "cpu", "deployment", "memory", "tasks"),
                ...service("night", "5xx", "cpu", "deployment", "latency", "memory", "response", "tasks", "unhealthy"),
                ...service("db", "connections", "cpu", "down", "storage"),
                ...service("legacy", "connections", "cpu", "down", "storage"),
                "db-replica-1-lag",
                ...service("redis", "cpu", "down", "evictions", "memory"),
                ...service("sessions", "cpu", "down", "evictions"),
                "facts-throttles",
                "assets-replication",
                ...service("mail", "age", "dead"),
                ...service("files", "backup", "throughput"),
                "server-throughput",
                ...service("clean", "failed", "start"),
                ...service("keys", "rotation", "undelivered"),
                ...service("demo.example.com", "certificate"),
                ...service("cdn.example.com", "certificate"),
                "cdn",
                "deployments",
                "errors",
                "pipeline-failed",
            ].sort(),
        );
        const run = (name: string) => service(name, "5xx", "cpu", "instances", "latency", "memory", "response");
        assert.deepEqual(
            alarmsOf("gcp", plans.gcp!),
            [
                ...run("web"),
                ...run("web-admin"),
                ...service("back", "5xx", "cpu", "instances", "memory"),
                ...service("rpc", "5xx", "cpu", "instances", "memory"),
                ...service("work", "cpu", "instances", "memory"),
                ...service("night", "5xx", "cpu", "hours", "latency", "memory", "response"),
                ...service("db", "backup", "connections", "cpu", "down", "storage"),
                ...service("legacy", "backup", "connections", "cpu", "down", "storage"),
                "db-replica-1-lag",
                ...service("redis", "cpu", "down", "evictions", "memory"),
                ...service("sessions", "cpu", "down", "evictions"),
                "facts-throttles",
                "assets-replication",
                ...service("mail", "age", "dead"),
                "server-storage",
                ...service("clean", "failed", "start"),
                ...service("keys", "rotation", "undelivered"),
                "certificate",
                "deployments",
                "errors",
                "pipeline-failed",
                "uptime",
            ].sort(),
        );
    });

    it("is what docs/alarms.md says: npm run golden", () => {
        assert.equal(readFileSync("docs/alarms.md", "utf8"), alarmsDocument());
    });

    it("goes with what it watched", async () => {
        const { db: __, ...databases } = app.databases as Record<string, object>;
        const { night: ___, ...services } = app.services;
        const web = { ...services.web, uses: ["redis", "facts", "assets", "keys"], env: {} };
        const work = { ...services.work, uses: ["redis", "keys"] };
        const less = { ...said, databases, services: { ...services, web, work } };
        for (const cloud of ["aws", "gcp"] as const) {
            const gone = alarmsOf(cloud, plans[cloud]!).filter((alarm) => /^(db|night)-/.test(alarm));
            const left = alarmsOf(cloud, await on(cloud, less, "prod"));
            assert.deepEqual(
                left,
                alarmsOf(cloud, plans[cloud]!).filter((alarm) => !gone.includes(alarm)),
            );
        }
    });
});
