import assert from "node:assert/strict";

import { NotAllowed, type LiveCloud } from "../../../ship/live/client";
import type { Cloud } from "../../../topology/app";
import { asking, credentials, type Answer } from "./clouds";

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`);

/** Everything that a cloud is asked while somebody ships, or reads a log: of CloudWatch, ECS, Cloud Monitoring, Cloud Run and the logs. */
const questions: Record<string, (cloud: LiveCloud) => Promise<unknown>> = {
    figures: (cloud) => cloud.metrics("web", at("00:00:00"), at("00:01:00")),
    events: (cloud) => cloud.events("web", at("00:00:00")),
    "what ended": (cloud) => cloud.stopped("web", at("00:00:00")),
    instances: (cloud) => cloud.running("web"),
    "the log": (cloud) => cloud.lastLogs("web", at("00:00:00"), 10),
};

interface Fault {
    what: string;
    answer: Record<Cloud, Answer>;
    /** It is asked again before it is given up. */
    again: boolean;
    said: RegExp;
}

/** As each cloud's API says it. */
const faults: Fault[] = [
    {
        what: "told to slow down",
        answer: {
            aws: { status: 400, body: { __type: "ThrottlingException", message: "Rate exceeded" } },
            gcp: {
                status: 429,
                body: { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Rate exceeded" } },
            },
        },
        again: true,
        said: /Rate exceeded/,
    },
    {
        what: "answered by a server that fails",
        answer: {
            aws: { status: 500, body: { __type: "InternalFailure", message: "it is broken" } },
            gcp: { status: 503, body: { error: { code: 503, status: "UNAVAILABLE", message: "it is broken" } } },
        },
        again: true,
        said: /it is broken/,
    },
    {
        what: "told that the credentials have expired",
        answer: {
            aws: { status: 400, body: { __type: "ExpiredTokenException", message: "it has expired" } },
            gcp: { status: 401, body: { error: { code: 401, status: "UNAUTHENTICATED", message: "it has expired" } } },
        },
        again: false,
        said: /it has expired[^]*(aws sso login|gcloud auth application-default login)/,
    },
];

const environments: Record<Cloud, Record<string, string | undefined>> = {
    aws: credentials,
    gcp: { GOOGLE_OAUTH_ACCESS_TOKEN: "example" },
};

for (const cloud of ["aws", "gcp"] as const)
    for (const { what, answer, again, said } of faults)
        describe(`${cloud}, ${what}`, () => {
            const world = asking(cloud, environments[cloud]);
            it(`is never taken for an answer`, async () => {
                world.api.answer = () => answer[cloud];
                // At once, as most of it is waiting.
                const errors = await Promise.all(
                    Object.entries(questions).map(([name, ask]) =>
                        ask(world.cloud).then(
                            (value) => assert.fail(`${name}: it answered ${JSON.stringify(value)}`),
                            (error: Error) => error,
                        ),
                    ),
                );
                for (const error of errors) {
                    assert.match(error.message, said);
                    assert.equal(error instanceof NotAllowed, !again);
                }
                const tries = world.api.asked.length / errors.length;
                assert.ok(again ? tries >= 5 : tries <= 3, `${tries} tries`);
            }).timeout(40_000);
        });
