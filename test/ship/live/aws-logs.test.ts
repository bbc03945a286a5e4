import assert from "node:assert/strict";

import type { LiveCloud } from "../../../ship/live/client";
import { asking, credentials, type Answer, type Asked } from "./clouds";

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`);

describe("A log at AWS", () => {
    const world = asking("aws", credentials);
    const { api, slept } = world;

    /** Events of a log group, filtered and paged as the API does, two a page. */
    const group =
        (events: { at: string; stream: string; text: string }[]) =>
        (asked: Asked): Answer => {
            const {
                logStreamNamePrefix,
                startTime = 0,
                endTime = Infinity,
                nextToken = "0",
            } = asked.body as {
                logStreamNamePrefix: string;
                startTime?: number;
                endTime?: number;
                nextToken?: string;
            };
            const found = events
                .map(({ at: time, stream, text }, nth) => ({
                    eventId: String(nth),
                    timestamp: at(time).getTime(),
                    logStreamName: stream,
                    message: text,
                }))
                .filter(
                    ({ timestamp, logStreamName }) =>
                        timestamp >= startTime && timestamp <= endTime && logStreamName.startsWith(logStreamNamePrefix),
                );
            const from = Number(nextToken);
            return {
                body: {
                    events: found.slice(from, from + 2),
                    ...(from + 2 < found.length && { nextToken: String(from + 2) }),
                },
            };
        };
    const events = [
        { at: "00:00:01", stream: "api/api/t1", text: "one" },
        { at: "00:00:02", stream: "api-candidate/api/t2", text: "of the candidate" },
        { at: "00:00:03", stream: "web/web/t3", text: "two" },
        { at: "00:00:04", stream: "api/api/t1", text: "three" },
        { at: "00:09:30", stream: "api/migrate/t1", text: "four" },
        { at: "00:09:40", stream: "api/api/t1", text: "five" },
    ];
    const read = async (query: Parameters<LiveCloud["logs"]>[0]) => {
        const lines: string[] = [];
        for await (const { service, source, text } of world.cloud.logs(query))
            lines.push(`${service} ${source} ${text}`);
        return lines;
    };

    it("gives the lines of several services in the order of their times, and no candidate's", async () => {
        api.answer = group(events);
        assert.deepEqual(await read({ services: ["web", "api"], since: at("00:00:00") }), [
            "api api/t1 one",
            "web web/t3 two",
            "api api/t1 three",
            "api migrate/t1 four",
            "api api/t1 five",
        ]);
    });
    it("gives the last lines without reading all before them", async () => {
        api.answer = group(events);
        assert.deepEqual(await world.cloud.lastLogs("api", at("00:00:00"), 2), ["four", "five"]);
        const starts = api.asked.map(({ body }) => body.startTime);
        assert.deepEqual(starts, [at("00:09:00").getTime()]);
        assert.deepEqual(await world.cloud.lastLogs("api", at("00:00:00"), 3), ["three", "four", "five"]);
    });
    it("follows, gives each line once, and those that come late", async () => {
        const known = events.slice(4);
        api.answer = (asked) => group(known)(asked);
        const stop = new AbortController();
        const lines: string[] = [];
        for await (const { text } of world.cloud.logs({
            services: ["api"],
            since: at("00:09:00"),
            follow: true,
            signal: stop.signal,
        })) {
            lines.push(text);
            if (text === "five")
                known.push(
                    { at: "00:09:50", stream: "api/api/t1", text: "six" },
                    { at: "00:09:39", stream: "api/api/t9", text: "late" },
                );
            if (lines.length === 4) stop.abort();
        }
        assert.deepEqual(lines, ["four", "five", "six", "late"]);
        assert.ok(slept.length >= 1 && slept.every((ms) => ms === 3000));
    });
});
