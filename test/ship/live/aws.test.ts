import assert from "node:assert/strict";

import { stoppedOf, ecsPlaceOf } from "../../../ship/live/aws/cloud";
import { Missing, NotAllowed } from "../../../ship/live/client";
import { cloudOf } from "../../../ship/live/cloud";
import { asking, credentials, deployed, type Answer, type Asked } from "./clouds";

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`);
const seconds = (time: string): number => at(time).getTime() / 1000;

describe("AWS, asked while something is shipped", () => {
    const world = asking("aws", credentials);
    const { api } = world;

    interface Query {
        Id: string;
        MetricStat: {
            Stat: string;
            Period: number;
            Metric: { MetricName: string; Dimensions: { Name: string; Value: string }[] };
        };
    }
    /** Values of GetMetricData, by the metric, and the target group if it is said. */
    const values =
        (found: Record<string, number[]>) =>
        ({ body }: Asked): Answer => ({
            body: {
                MetricDataResults: (body.MetricDataQueries as Query[]).map(({ Id, MetricStat: { Metric } }) => {
                    const group = /staging-lb-(.*)-7654321/.exec(
                        Metric.Dimensions.find(({ Name }) => Name === "TargetGroup")!.Value,
                    )![1];
                    const own = found[`${group} ${Metric.MetricName}`] ?? found[Metric.MetricName] ?? [];
                    return {
                        Id,
                        StatusCode: "Complete",
                        Timestamps: own.map((_, nth) => seconds("00:00:00") + 60 * nth),
                        Values: own,
                    };
                }),
            },
        });

    it("finds each service, and its candidate, where the stack's own components put them", () => {
        const place = (name: string) => ecsPlaceOf(world, world.state.resources, name)!;
        const group = (name: string) => `targetgroup/${name}-7654321/0123456789abcdef`;
        assert.deepEqual(place("api"), {
            cluster: "shop-cluster-1",
            service: "shop-staging-api-1234567",
            targets: ["shop-staging-lb-api", "shop-staging-lb-api-rpc-grpc"].map((name) => ({
                LoadBalancer: "app/shop-staging-lb-1/fedcba9876543210",
                TargetGroup: group(name),
            })),
            logGroup: "/ecs/shop/staging",
            streams: "api/",
        });
        assert.deepEqual(
            place("api-candidate").targets.map(({ TargetGroup }) => TargetGroup),
            [group("shop-staging-lb-api-candidate"), group("shop-staging-lb-api-rpc-candidate-grpc")],
        );
        assert.equal(place("api-candidate").service, "shop-staging-api-candidate-1234567");
        for (const name of ["inner", "mailer"]) assert.deepEqual(place(name).targets, []);
        assert.equal(ecsPlaceOf(world, world.state.resources, "web-candidate"), undefined);
    });

    it("counts the candidate's own requests, over all of its ports and minutes", async () => {
        api.answer = values({
            "api-candidate RequestCount": [100, 50],
            "api-rpc-candidate-grpc RequestCount": [10],
            "api-candidate HTTPCode_Target_5XX_Count": [1],
            "api-rpc-candidate-grpc HTTPCode_Target_5XX_Count": [2],
            "api-candidate TargetConnectionErrorCount": [3],
            "api-candidate TargetResponseTime": [0.2],
            "api-rpc-candidate-grpc TargetResponseTime": [0.7],
        });
        const measured = await world.cloud.metrics("api-candidate", at("00:00:30"), at("00:02:10"));
        assert.deepEqual(measured, { requests: 160, errors: 6, p99Seconds: 0.7 });
        const [{ what, body }] = api.asked;
        assert.equal(what, "GetMetricData");
        assert.deepEqual([body.StartTime, body.EndTime], [seconds("00:00:00"), seconds("00:03:00")]);
        const stats = (body.MetricDataQueries as Query[]).map(
            ({ MetricStat: { Stat, Period, Metric } }) => `${Metric.MetricName} ${Stat} ${Period}`,
        );
        assert.deepEqual(stats, [
            "RequestCount Sum 60",
            "HTTPCode_Target_5XX_Count Sum 60",
            "TargetConnectionErrorCount Sum 60",
            "TargetResponseTime p99 180",
        ]);
    });

    it("says no requests where there were none, and no percentile", async () => {
        api.answer = values({});
        assert.deepEqual(await world.cloud.metrics("api-candidate", at("00:00:00"), at("00:01:00")), {
            requests: 0,
            errors: 0,
        });
    });

    it("puts pages together", async () => {
        api.answer = ({ body }, nth) => ({
            body: {
                ...(nth === 1 && { NextToken: "more" }),
                MetricDataResults: (body.MetricDataQueries as { Id: string }[]).map(({ Id }) => ({
                    Id,
                    StatusCode: nth === 1 ? "PartialData" : "Complete",
                    Values: Id === "q0" ? [nth] : [],
                })),
            },
        });
        const { requests } = await world.cloud.metrics("web", at("00:00:00"), at("00:01:00"));
        assert.equal(requests, 3);
        assert.equal(api.asked[1].body.NextToken, "more");
    });

    const wrong: [what: string, answer: (asked: Asked) => Answer, said: RegExp][] = [
        ["an answer without results", () => ({ body: {} }), /does not tell all.*RequestCount/],
        [
            "a query that failed inside",
            ({ body }) => ({
                body: {
                    MetricDataResults: (body.MetricDataQueries as { Id: string }[]).map(({ Id }) => ({
                        Id,
                        StatusCode: "InternalError",
                        Values: [],
                    })),
                },
            }),
            /cannot tell RequestCount: InternalError/,
        ],
        [
            "another query's figures",
            () => ({ body: { MetricDataResults: [{ Id: "else", StatusCode: "Complete", Values: [1] }] } }),
            /not asked: else/,
        ],
        ["a page of HTML", () => ({ status: 200, body: "<html>proxy</html>" }), /cannot be asked/],
    ];
    for (const [what, answer, said] of wrong)
        it(`takes ${what} for no figure at all`, async () => {
            api.answer = answer;
            await assert.rejects(world.cloud.metrics("web", at("00:00:00"), at("00:01:00")), said);
        });

    it("asks again when it is told to slow down, or a server fails", async () => {
        const good = values({ RequestCount: [7] });
        api.answer = (asked, nth) =>
            nth === 1
                ? { status: 400, body: { __type: "ThrottlingException", message: "Rate exceeded" } }
                : nth === 2
                  ? { status: 503, body: "" }
                  : good(asked);
        assert.equal((await world.cloud.metrics("web", at("00:00:00"), at("00:01:00"))).requests, 7);
        assert.equal(api.asked.length, 3);
    }).timeout(20_000);

    it("says what to run when credentials have expired", async () => {
        api.answer = () => ({ status: 400, body: { __type: "ExpiredTokenException", message: "The token expired" } });
        await assert.rejects(world.cloud.running("web"), (error: Error) => {
            assert.ok(error instanceof NotAllowed);
            assert.match(error.message, /ExpiredTokenException.*\n.*aws sso login/);
            return true;
        });
    });

    it("says which permissions it takes when it may not", async () => {
        api.answer = () => ({ status: 400, body: { __type: "AccessDeniedException", message: "not authorized" } });
        await assert.rejects(world.cloud.running("web"), /AWS refuses it.*not authorized[^]*ecs:DescribeServices/);
    });

    it("does not measure what is behind no load balancer", async () => {
        await assert.rejects(
            world.cloud.metrics("mailer", at("00:00:00"), at("00:01:00")),
            /mailer is behind no load balancer/,
        );
        await assert.rejects(world.cloud.running("nobody"), /there is no service nobody: api, web, inner, mailer/);
    });

    it("reads the state again for a candidate that came meanwhile", async () => {
        const without = (await deployed("aws", false)).state;
        let reads = 0;
        const late = await cloudOf(world.stack, () => Promise.resolve(reads++ ? world.state : without), {
            endpoint: api.url,
        });
        api.answer = () => ({ body: { services: [{ status: "ACTIVE", runningCount: 2 }] } });
        assert.equal(await late.running("api"), 2);
        assert.equal(await late.running("api-candidate"), 2);
        assert.equal(await late.running("api-candidate"), 2);
        assert.equal(reads, 2);
        await assert.rejects(late.running("web-candidate"), /web-candidate is not deployed in stack staging/);
    });

    it("tells what ECS says of a service since a time, oldest first", async () => {
        api.answer = () => ({
            body: {
                services: [
                    {
                        status: "ACTIVE",
                        runningCount: 1,
                        events: [
                            { createdAt: seconds("00:05:00"), message: "has started 1 tasks" },
                            { createdAt: seconds("00:03:00"), message: "registered 1 targets" },
                            { createdAt: seconds("00:01:00"), message: "long ago" },
                        ],
                    },
                ],
            },
        });
        assert.deepEqual(await world.cloud.events("api-candidate", at("00:02:00")), [
            "2026-01-01T00:03:00.000Z registered 1 targets",
            "2026-01-01T00:05:00.000Z has started 1 tasks",
        ]);
        assert.deepEqual(api.asked[0].body, {
            cluster: "shop-cluster-1",
            services: ["shop-staging-api-candidate-1234567"],
        });
    });

    it("does not take a service that ECS does not know for one without tasks", async () => {
        api.answer = () => ({ body: { services: [], failures: [{ reason: "MISSING" }] } });
        await assert.rejects(
            world.cloud.running("web"),
            (error: Error) => error instanceof Missing && /MISSING/.test(error.message),
        );
        api.answer = () => ({ body: { services: [{ status: "ACTIVE" }] } });
        await assert.rejects(world.cloud.running("web"), /without the number of tasks/);
    });

    it("tells tasks that ended by themselves from those that were stopped", async () => {
        api.answer = ({ what }, nth) =>
            what === "ListTasks"
                ? { body: { taskArns: [`arn:${nth}`], ...(nth === 1 && { nextToken: "more" }) } }
                : {
                      body: {
                          tasks: [
                              nth === 2
                                  ? {
                                        stoppedAt: seconds("00:06:00"),
                                        stopCode: "EssentialContainerExited",
                                        stoppedReason: "Essential container in task exited",
                                        containers: [{ name: "api", exitCode: 137, reason: "OutOfMemoryError" }],
                                    }
                                  : {
                                        stoppedAt: seconds("00:05:00"),
                                        stopCode: "ServiceSchedulerInitiated",
                                        stoppedReason: "Scaling activity initiated",
                                        containers: [{ name: "api", exitCode: 143 }],
                                    },
                          ],
                      },
                  };
        assert.deepEqual(await world.cloud.stopped("api-candidate", at("00:00:00")), [
            { at: at("00:05:00"), reason: "Scaling activity initiated" },
            {
                at: at("00:06:00"),
                exitCode: 137,
                reason: "api ended: Essential container in task exited; api: OutOfMemoryError",
            },
        ]);
    });

    it("tells why a task never started", () => {
        const [{ exitCode, reason }] = stoppedOf({
            stopCode: "TaskFailedToStart",
            stoppedReason: "CannotPullContainerError: manifest unknown",
            containers: [{ name: "api" }],
        });
        assert.deepEqual([exitCode, reason], [undefined, "CannotPullContainerError: manifest unknown"]);
    });
});
