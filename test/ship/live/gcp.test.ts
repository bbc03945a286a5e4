import assert from "node:assert/strict";

import { runPlaceOf } from "../../../ship/live/gcp/cloud";
import { NotAllowed } from "../../../ship/live/client";
import { cloudOf } from "../../../ship/live/cloud";
import { asking, setEnvironment, type Answer, type Asked } from "./clouds";

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`);
const here = "projects/example-project/locations/asia-northeast1";

describe("Google Cloud, asked while something is shipped", () => {
    const world = asking("gcp", { GOOGLE_OAUTH_ACCESS_TOKEN: "ya29.example" });
    const { api, slept } = world;

    const series = (...values: object[]): Answer => ({
        body: { timeSeries: [{ points: values.map((value) => ({ value })) }] },
    });
    /** Answers by what is measured. */
    const measuring =
        (answers: Record<"requests" | "errors" | "p99", Answer>) =>
        ({ query }: Asked): Answer => {
            const filter = query.get("filter")!;
            return answers[
                /total_latencies/.test(filter) ? "p99" : /response_code_class/.test(filter) ? "errors" : "requests"
            ];
        };
    const nothing = { body: { unit: "1" } };

    it("finds each service, and its candidate, where the stack's own components put them", () => {
        const place = (name: string) => runPlaceOf(world, world.state.resources, name)!;
        assert.deepEqual(place("api"), {
            services: ["api", "api-rpc"].map((name) => `${here}/services/shop-staging-${name}-1234567`),
            worker: false,
            backends: ["api", "api-rpc"].map((name) => `shop-staging-lb-${name}-7654321`),
            logs: `${here}/buckets/shop-staging-platform-logs-abcdef`,
        });
        assert.deepEqual(
            place("api-candidate").backends,
            ["api-candidate", "api-rpc-candidate"].map((name) => `shop-staging-lb-${name}-7654321`),
        );
        assert.deepEqual(place("inner").backends, []);
        assert.deepEqual(
            [place("mailer").worker, place("mailer").services],
            [true, [`${here}/workerPools/shop-staging-mailer-1234567`]],
        );
        assert.equal(runPlaceOf(world, world.state.resources, "web-candidate"), undefined);
    });

    it("counts the candidate's own requests, over all of its ports", async () => {
        api.answer = measuring({
            requests: series({ int64Value: "160" }),
            errors: series({ int64Value: "6" }),
            p99: series({ doubleValue: 700 }),
        });
        const measured = await world.cloud.metrics("api-candidate", at("00:00:30"), at("00:02:10"));
        assert.deepEqual(measured, { requests: 160, errors: 6, p99Seconds: 0.7 });
        const [{ what, query, headers }] = api.asked;
        assert.equal(what, "GET /monitoring/v3/projects/example-project/timeSeries");
        assert.equal(headers.authorization, "Bearer ya29.example");
        assert.deepEqual(
            ["interval.startTime", "interval.endTime", "aggregation.alignmentPeriod"].map((name) => query.get(name)),
            ["2026-01-01T00:00:00.000Z", "2026-01-01T00:02:10.000Z", "180s"],
        );
        const filters = api.asked.map((asked) => asked.query.get("filter")!);
        for (const filter of filters)
            assert.match(
                filter,
                /backend_target_name = "shop-staging-lb-api-candidate-7654321" OR .* = "shop-staging-lb-api-rpc-candidate-7654321"\)/,
            );
        assert.equal(filters.filter((filter) => filter.endsWith("metric.labels.response_code_class = 500")).length, 1);
    });

    it("says no requests where there were none, and no percentile", async () => {
        api.answer = () => nothing;
        assert.deepEqual(await world.cloud.metrics("web", at("00:00:00"), at("00:01:00")), { requests: 0, errors: 0 });
    });

    const wrong: [what: string, answer: Answer, said: RegExp][] = [
        ["a point without a number", series({ stringValue: "many" }), /a point that is no number/],
        ["series that are no list", { body: { timeSeries: "none" } }, /series that are no list/],
        [
            "a page of HTML",
            { body: "<html>proxy</html>" },
            /monitoring.googleapis.com answers with something that is no JSON/,
        ],
        [
            "an error inside",
            { body: { executionErrors: [{ code: 4, message: "deadline" }] } },
            /cannot tell all.*deadline/,
        ],
        [
            "a bad request",
            { status: 400, body: { error: { message: "invalid filter" } } },
            /answers 400: invalid filter/,
        ],
    ];
    for (const [what, answer, said] of wrong)
        it(`takes ${what} for no figure at all`, async () => {
            api.answer = () => answer;
            await assert.rejects(world.cloud.metrics("web", at("00:00:00"), at("00:01:00")), said);
        });

    it("asks again, later and later, when it is told to slow down, a server fails or hangs up", async () => {
        api.answer = (_, nth) =>
            nth === 1
                ? { status: 429, body: {}, headers: { "retry-after": "7" } }
                : nth === 2
                  ? { status: 503, body: "" }
                  : nth === 3
                    ? "hangs up"
                    : { body: { terminalCondition: { type: "Ready", state: "CONDITION_SUCCEEDED" } } };
        api.answer = (
            (inner) => (asked: Asked, nth: number) =>
                /run/.test(asked.what) ? inner(asked, nth) : nothing
        )(api.answer);
        await world.cloud.events("inner", at("00:00:00"));
        assert.equal(slept[0], 7000);
        assert.ok(slept[1] >= 1000 && slept[1] < slept[2] && slept[2] <= 4000, String(slept));
    });

    it("gives up after five tries", async () => {
        api.answer = () => ({ status: 500, body: { error: { message: "internal" } } });
        await assert.rejects(world.cloud.events("inner", at("00:00:00")), /answers 500: internal/);
        assert.equal(api.asked.length, 5);
    });

    it("says what to run when credentials have expired, after one new try", async () => {
        api.answer = () => ({ status: 401, body: { error: { message: "Invalid Credentials" } } });
        await assert.rejects(world.cloud.running("mailer"), (error: Error) => {
            assert.ok(error instanceof NotAllowed);
            assert.match(error.message, /Invalid Credentials\n.*gcloud auth application-default login/);
            return true;
        });
        assert.equal(api.asked.length, 2);
    });

    it("says which roles it takes when it may not", async () => {
        api.answer = () => ({ status: 403, body: { error: { message: "Permission denied" } } });
        await assert.rejects(
            world.cloud.running("mailer"),
            /refuses it in project example-project: Permission denied[^]*logging.viewer/,
        );
    });

    it("says when nobody is signed in", async () => {
        const back = setEnvironment({ GOOGLE_OAUTH_ACCESS_TOKEN: undefined, GOOGLE_CREDENTIALS: "{no json" });
        try {
            const nobody = await cloudOf(world.stack, () => Promise.resolve(world.state), { endpoint: api.url });
            await assert.rejects(nobody.running("mailer"), /GOOGLE_CREDENTIALS is neither a file nor JSON/);
        } finally {
            back();
        }
    });

    it("takes the newest number of instances, and none for none", async () => {
        api.answer = () => series({ int64Value: "3" }, { int64Value: "5" });
        assert.equal(await world.cloud.running("inner"), 3);
        assert.match(api.asked[0].query.get("filter")!, /service_name = "shop-staging-inner-1234567"/);
        api.answer = () => nothing;
        assert.equal(await world.cloud.running("inner"), 0);
    });

    it("tells why a service is not ready, by its conditions and by the system's events", async () => {
        api.answer = ({ what, body }) => {
            if (what.startsWith("POST /logging")) {
                assert.deepEqual(body.resourceNames, ["projects/example-project"]);
                return {
                    body: {
                        entries: [
                            {
                                timestamp: "2026-01-01T00:01:00Z",
                                protoPayload: { status: { message: "Ready condition status changed to False" } },
                            },
                        ],
                    },
                };
            }
            return {
                body: {
                    terminalCondition: {
                        type: "Ready",
                        state: "CONDITION_FAILED",
                        message: "The user-provided container failed to start",
                        lastTransitionTime: "2026-01-01T00:02:00Z",
                    },
                    conditions: [{ type: "RoutesReady", state: "CONDITION_SUCCEEDED" }],
                },
            };
        };
        assert.deepEqual(await world.cloud.events("inner", at("00:00:00")), [
            "2026-01-01T00:01:00Z Ready condition status changed to False",
            "2026-01-01T00:02:00Z Ready: The user-provided container failed to start",
        ]);
        assert.ok(api.asked.some(({ what }) => what === `GET /run/v2/${here}/services/shop-staging-inner-1234567`));
    });

    it("reads from the system's log how instances ended", async () => {
        const texts = [
            "Container called exit(3).",
            "Memory limit of 512 MiB exceeded with 530 MiB used.",
            "Starting new instance. Reason: AUTOSCALING",
            'Default STARTUP TCP probe failed 1 time consecutively for container "app-1" on port 8080.',
        ];
        api.answer = () => ({
            body: {
                entries: texts.map((textPayload, nth) => ({ textPayload, timestamp: `2026-01-01T00:0${nth}:00Z` })),
            },
        });
        assert.deepEqual(await world.cloud.stopped("inner", at("00:00:00")), [
            { at: at("00:00:00"), exitCode: 3, reason: texts[0] },
            { at: at("00:01:00"), exitCode: 137, reason: texts[1] },
            { at: at("00:03:00"), reason: texts[3] },
        ]);
        assert.match(
            String(api.asked[0].body.filter),
            /logName="projects\/example-project\/logs\/run.googleapis.com%2Fvarlog%2Fsystem"/,
        );
    });

    it("follows the log of several services, in the stack's own bucket, each line once", async () => {
        const entry = (time: string, name: string, more: object) => ({
            insertId: time,
            timestamp: at(time).toISOString(),
            resource: { labels: { service_name: `shop-staging-${name}-1234567`, revision_name: "r-00001" } },
            ...more,
        });
        const known = [
            entry("00:09:10", "api", { textPayload: "one" }),
            entry("00:09:20", "web", { jsonPayload: { message: "two", level: "info" } }),
            entry("00:09:30", "api-rpc", { jsonPayload: { code: 3 } }),
        ];
        // Two a page, and by the times of the filter.
        api.answer = ({ body }) => {
            const from = /timestamp>="([^"]+)"/.exec(String(body.filter))![1];
            const to = /timestamp<"([^"]+)"/.exec(String(body.filter))?.[1] ?? "9";
            const found = known.filter(({ timestamp }) => timestamp >= from && timestamp < to);
            const begin = Number(body.pageToken ?? 0);
            return {
                body: {
                    entries: found.slice(begin, begin + 2),
                    ...(begin + 2 < found.length && { nextPageToken: String(begin + 2) }),
                },
            };
        };
        const stop = new AbortController();
        const lines: string[] = [];
        const query = { services: ["api", "web"], since: at("00:09:00"), follow: true, signal: stop.signal };
        for await (const { service, source, text } of world.cloud.logs(query)) {
            lines.push(`${service} ${source} ${text}`);
            if (lines.length === 3) known.push(entry("00:09:40", "web", { textPayload: "four" }));
            if (lines.length === 4) stop.abort();
        }
        assert.deepEqual(lines, ["api r-00001 one", "web r-00001 two", 'api r-00001 {"code":3}', "web r-00001 four"]);
        const { resourceNames, filter } = api.asked[0].body;
        assert.deepEqual(resourceNames, [`${here}/buckets/shop-staging-platform-logs-abcdef/views/_AllLogs`]);
        assert.match(String(filter), /NOT logName:"run.googleapis.com%2Frequests"/);
        assert.deepEqual(await world.cloud.lastLogs("web", at("00:00:00"), 1), ["four"]);
    });
});
