import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root, twinstack } from "../twinstack";
import { credentials, FakeApi, setEnvironment, stateFile } from "../ship/live/clouds";

describe("twinstack cost --usage-from", function () {
    this.timeout(60_000);
    const api = new FakeApi();
    const folder = mkdtempSync(join(tmpdir(), "twinstack-measure-"));
    let state: string;
    let restore: () => void;
    before(async () => {
        await api.start();
        state = await stateFile(folder);
        for (const part of ["apps", "workloads"]) symlinkSync(join(root, part), join(folder, part));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: twinstack\nruntime: nodejs\n");
        writeFileSync(
            join(folder, "Pulumi.dev.yaml"),
            "config:\n  twinstack:app: todo\n  twinstack:cloud: aws\n  twinstack:environment: dev\n  aws:region: ap-northeast-1\n  gcp:project: twinstack-dev\n  gcp:region: asia-northeast1\n",
        );
        writeFileSync(
            join(folder, "Pulumi.alone.yaml"),
            "config:\n  twinstack:app: todo\n  twinstack:cloud: aws\n  twinstack:environment: dev\n  aws:region: ap-northeast-1\n",
        );
        mkdirSync(join(folder, "below"));
        restore = setEnvironment({
            ...credentials,
            AWS_ENDPOINT_URL: api.url,
        });
    });
    after(() => {
        restore();
        api.stop();
        rmSync(folder, { recursive: true });
    });
    beforeEach(() => {
        api.reset();
        rmSync(join(folder, "usage.dev.yaml"), { force: true });
        // Every hour 10 % of CPU; 20 % of memory; 7 million requests, of 50 ms each.
        api.answer = ({ body }) => ({
            body: {
                MetricDataResults: (
                    body.MetricDataQueries as {
                        Id: string;
                        MetricStat: { Stat: string; Metric: { MetricName: string } };
                    }[]
                ).map(({ Id, MetricStat: { Stat, Metric } }) => ({
                    Id,
                    StatusCode: "Complete",
                    Values: {
                        CPUUtilization: Array.from({ length: 720 }, () => 10),
                        MemoryUtilization: [20],
                        RequestCount: [7e6],
                        TargetResponseTime: Stat === "Sum" ? [350_000] : [7e6],
                    }[Metric.MetricName] ?? [1e9],
                })),
            },
        });
    });

    it("writes what was measured beside the stack file, prices with it, and can be asked of another cloud's plan", async () => {
        const { status, stdout, stderr } = await twinstack(
            ["cost", "--usage-from", "aws", "--state", state, "--json", "--cloud", "gcp"],
            join(folder, "below"),
        );
        assert.equal(status, 0, stderr);
        assert.match(stderr, /usage.dev.yaml says what was measured/);
        const text = readFileSync(join(folder, "usage.dev.yaml"), "utf8");
        assert.match(text, /^monthly_requests: 7000000\naverage_request_duration_ms: 50\n/m);
        assert.match(text, /^resource_usage:\n {2}api:\n[^]*peak_cpu_percent: 10\n {4}peak_memory_percent: 20\n/m);
        const { cloud, usage } = JSON.parse(stdout) as { cloud: string; usage: { monthlyRequests: number } };
        assert.deepEqual([cloud, usage.monthlyRequests], ["gcp", 7e6]);

        // Half a vCPU with 1 GiB of which a tenth and a fifth are used: a quarter is enough.
        const found = await twinstack(["savings", "--usage", join(folder, "usage.dev.yaml"), "--json"], folder);
        const { savings } = JSON.parse(found.stdout) as {
            savings: { id: string; overrides: object; saving: number }[];
        };
        const smaller = savings.find(({ id }) => id === "right-size")!;
        assert.deepEqual(smaller.overrides, { services: { api: { aws: { cpu: 0.25, memory: 512 } } } });
        assert.ok(smaller.saving > 4);
    });

    it("writes over its own file, and over nobody else's", async () => {
        const run = () => twinstack(["cost", "--usage-from", "aws", "--state", state], folder);
        assert.equal((await run()).status, 0);
        assert.equal((await run()).status, 0);
        writeFileSync(join(folder, "usage.dev.yaml"), "monthly_requests: 5\n");
        const { status, stderr } = await run();
        assert.equal(status, 2);
        assert.match(stderr, /usage.dev.yaml, which somebody wrote by hand/);
        assert.equal(readFileSync(join(folder, "usage.dev.yaml"), "utf8"), "monthly_requests: 5\n");
    });

    it("refuses what it cannot measure, and two usages at once", async () => {
        const local = await twinstack(["cost", "--usage-from", "local"], folder);
        assert.equal(local.status, 2);
        assert.match(local.stderr, /--usage-from local: one of aws or gcp/);
        const both = await twinstack(["cost", "--usage-from", "aws", "--usage", "small"], folder);
        assert.equal(both.status, 2);
        assert.match(both.stderr, /beside --usage-from/);
    });

    it("answers 2 to a stack that cannot be on that cloud", async () => {
        const { status, stderr } = await twinstack(["cost", "--usage-from", "gcp", "--stack", "alone"], folder);
        assert.equal(status, 2);
        assert.match(stderr, /gcp:project/);
    });

    it("answers 1 where the cloud refuses, or nothing is deployed there", async () => {
        const gcp = await twinstack(["cost", "--usage-from", "gcp", "--state", state], folder);
        assert.equal(gcp.status, 1);
        assert.match(gcp.stderr, /no service of stack dev is deployed on Google Cloud/);
        api.answer = () => ({ status: 400, body: { __type: "ExpiredTokenException", message: "expired" } });
        const { status, stderr } = await twinstack(["cost", "--usage-from", "aws", "--state", state], folder);
        assert.equal(status, 1);
        assert.match(stderr, /aws sso login/);
    });
});
