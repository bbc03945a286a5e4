import assert from "node:assert/strict";

import type { LiveCloud } from "../../../ship/live/client";
import type { Patience } from "../../../ship/live/patience";
import type { Cloud } from "../../../topology/app";
import { asking, credentials, type Answer, type Asking } from "./clouds";

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`);

/** Everything that a cloud is asked while somebody ships, or reads a log. */
const questions: [what: string, ask: (cloud: LiveCloud) => Promise<unknown>][] = [
    ["figures", (cloud) => cloud.metrics("web", at("00:00:00"), at("00:01:00"))],
    ["events", (cloud) => cloud.events("web", at("00:00:00"))],
    ["what ended", (cloud) => cloud.stopped("web", at("00:00:00"))],
    ["instances", (cloud) => cloud.running("web")],
    ["the log", (cloud) => cloud.lastLogs("web", at("00:00:00"), 10)],
];

const clouds: [cloud: Cloud, environment: Record<string, string | undefined>, who: RegExp][] = [
    ["aws", credentials, /^AWS in ap-northeast-1 cannot be asked: /],
    ["gcp", { GOOGLE_OAUTH_ACCESS_TOKEN: "example" }, /^\w+\.googleapis\.com cannot be asked: /],
];

for (const [cloud, environment, who] of clouds) {
    const asked = (patience: Patience): Asking => asking(cloud, environment, patience);

    /** @param least milliseconds that it is waited for: nobody gives up early */
    const givesUp = async (work: Promise<unknown>, said: RegExp, least: number): Promise<void> => {
        const begun = Date.now();
        const why = await work.then(
            () => assert.fail("it was answered"),
            (error: Error) => error.message,
        );
        assert.match(why, who);
        assert.match(why, said);
        const taken = Date.now() - begun;
        assert.ok(taken >= least - 5 && taken < 5000, `${taken} ms`);
    };

    describe(`A question to ${cloud} that is accepted and never answered`, () => {
        const world = asked({ once: 200, all: 700 });
        for (const [what, ask] of questions)
            it(`ends after a while: ${what}`, async () => {
                world.api.answer = (): Answer => "silence";
                await givesUp(ask(world.cloud), /answer(ed)? within 0\.[27] s|exceeded the configured 200 ms/, 200);
                assert.ok(world.api.asked.length > 1, "it is asked again before that");
            });
    });

    describe(`A question to ${cloud} that is answered a byte at a time, without end`, () => {
        const world = asked({ once: 60_000, all: 400 });
        for (const [what, ask] of questions)
            it(`ends after a while: ${what}`, async () => {
                world.api.answer = (): Answer => "slow";
                await givesUp(ask(world.cloud), /has not answered within 0\.4 s/, 400);
            });
    });

    describe(`A question to ${cloud} that is answered late`, () => {
        const world = asked({ once: 100, all: 5000 });
        it("is asked again, and the second answer counts", async () => {
            const good =
                cloud === "aws"
                    ? { body: { services: [{ status: "ACTIVE", runningCount: 2 }] } }
                    : { body: { timeSeries: [{ points: [{ value: { int64Value: "2" } }] }] } };
            world.api.answer = (_, nth): Answer => (nth === 1 ? "silence" : good);
            assert.equal(await world.cloud.running("web"), 2);
            assert.equal(world.api.asked.length, 2);
        });
    });
}
