import assert from "node:assert/strict";

import { parse } from "yaml";

import { usageOf, withUsageFile } from "../../../cost/usage";
import { cloudArgs } from "../../../ship/live/cloud";
import type { Used } from "../../../ship/live/client";
import { measureUse, usageFileMark, usageFileOf } from "../../../ship/live/used";
import type { Cloud } from "../../../topology/app";
import { credentials, deployed, FakeApi, setEnvironment, type Answer, type Asked } from "./clouds";

const now = Date.parse("2026-01-31T00:20:00Z");
const hours = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

describe("What a stack was measured to use", () => {
    const api = new FakeApi();
    let restore: () => void;
    before(() => api.start());
    after(() => api.stop());
    beforeEach(() => {
        api.reset();
        restore = setEnvironment({
            ...credentials,
            GOOGLE_OAUTH_ACCESS_TOKEN: "ya29.example",
        });
    });
    afterEach(() => restore());

    const measure = async (cloud: Cloud): Promise<Used> => {
        const { stack, state } = await deployed(cloud, false);
        const sleep = () => Promise.resolve();
        return measureUse(cloudArgs(stack, () => Promise.resolve(state), { endpoint: api.url, now: () => now, sleep }));
    };

    /** CloudWatch, by the metric and the end of what it is of. */
    const cloudWatch =
        (values: (metric: string, of: string, stat: string, period: number) => number[]) =>
        ({ body }: Asked): Answer => ({
            body: {
                MetricDataResults: (
                    body.MetricDataQueries as {
                        Id: string;
                        MetricStat: {
                            Stat: string;
                            Period: number;
                            Metric: { MetricName: string; Dimensions: { Value: string }[] };
                        };
                    }[]
                ).map(({ Id, MetricStat: { Stat, Period, Metric } }) => ({
                    Id,
                    StatusCode: "Complete",
                    Values: values(Metric.MetricName, Metric.Dimensions.at(-1)!.Value, Stat, Period),
                })),
            },
        });

    it("on AWS is the busiest hour, the most memory, requests, seconds and bytes of 30 days", async () => {
        api.answer = cloudWatch((metric, of, stat) => {
            const web = of.includes("-web-");
            switch (metric) {
                case "CPUUtilization":
                    return of.includes("mailer") ? [] : [...hours(719, 10), web ? 35 : 20];
                case "MemoryUtilization":
                    assert.equal(stat, "Maximum");
                    return [40, web ? 60 : 50];
                case "RequestCount":
                    return web ? [600, 400] : [100];
                case "TargetResponseTime":
                    return stat === "Sum" ? (web ? [80] : [10]) : web ? [1000] : [50];
                case "ProcessedBytes":
                    return [3e9, 1e9];
                default:
                    assert.deepEqual([metric, of], ["IncomingBytes", "/ecs/shop/staging"]);
                    return [5e8];
            }
        });
        const used = await measure("aws");
        assert.equal(used.days, 30);
        assert.deepEqual(used.services, {
            // Two ports.
            api: { cpuPercent: 20, memoryPercent: 50, requests: 200, averageMs: 200 },
            web: { cpuPercent: 35, memoryPercent: 60, requests: 1000, averageMs: 80 },
            inner: { cpuPercent: 20, memoryPercent: 50 },
        });
        assert.deepEqual([used.outboundGb, used.logGb], [4, 0.5]);
        assert.match(used.notes.join(), /mailer: nothing was reported.*both directions/);
        assert.equal(api.asked[0].body.StartTime, Date.parse("2026-01-01T00:00:00Z") / 1000);
    });

    it("on Google Cloud is the same of Cloud Run and the load balancer", async () => {
        api.answer = ({ query }) => {
            const filter = query.get("filter")!;
            const series = (...values: number[]): Answer => ({
                body: { timeSeries: [{ points: values.map((doubleValue) => ({ value: { doubleValue } })) }] },
            });
            const web = /shop-staging-(lb-)?web-/.test(filter);
            if (/mailer/.test(filter)) return { body: {} };
            if (/cpu/.test(filter)) return series(...hours(719, 0.1), web ? 0.35 : 0.2);
            if (/memory/.test(filter)) return series(0.4, web ? 0.6 : 0.5);
            if (/request_count/.test(filter)) return series(...(web ? [600, 400] : [200]));
            if (/backend_latencies/.test(filter)) return series(web ? 80 : 200);
            assert.match(filter, /response_bytes_count/);
            return series(web ? 3e9 : 1e9);
        };
        const used = await measure("gcp");
        assert.equal(used.days, 30);
        assert.deepEqual(used.services, {
            api: { cpuPercent: 20, memoryPercent: 50, requests: 200, averageMs: 200 },
            web: { cpuPercent: 35, memoryPercent: 60, requests: 1000, averageMs: 80 },
            inner: { cpuPercent: 20, memoryPercent: 50 },
        });
        assert.deepEqual([used.outboundGb, used.logGb], [4, undefined]);
    });

    it("is no month where less than a day is known", async () => {
        api.answer = cloudWatch((metric) => (metric === "CPUUtilization" ? hours(5, 1) : []));
        await assert.rejects(measure("aws"), /reports 5 hours: too little/);
    });

    it("becomes a usage file, a month of it, that the estimate reads", () => {
        const text = usageFileOf(
            {
                since: new Date("2026-01-01T00:00:00Z"),
                until: new Date("2026-01-31T00:00:00Z"),
                days: 15,
                services: {
                    api: { cpuPercent: 20, memoryPercent: 50, requests: 200, averageMs: 200 },
                    web: { cpuPercent: 35.12345, memoryPercent: 60, requests: 1000, averageMs: 80 },
                    inner: { cpuPercent: 20 },
                },
                outboundGb: 4,
                notes: ["a note."],
            },
            "aws",
        );
        assert.ok(
            text.startsWith(
                `${usageFileMark} on aws: 30 days until 2026-01-31T00:00:00.000Z, of which it reports 15.0`,
            ),
        );
        assert.match(text, /^# a note\.$/m);
        const usage = withUsageFile(
            usageOf({ traffic: { monthlyRequests: 1, monthlyNatGb: 0 } as never }),
            parse(text),
            "f",
        );
        assert.deepEqual(
            [usage.monthlyRequests, usage.averageRequestDurationMs, usage.monthlyOutboundInternetGb],
            [2400, 100, 8],
        );
        assert.deepEqual(usage.resources, {
            api: { monthlyRequests: 400, averageRequestDurationMs: 200, peakCpuPercent: 20, peakMemoryPercent: 50 },
            web: { monthlyRequests: 2000, averageRequestDurationMs: 80, peakCpuPercent: 35.12, peakMemoryPercent: 60 },
            inner: { peakCpuPercent: 20 },
        });
    });
});
