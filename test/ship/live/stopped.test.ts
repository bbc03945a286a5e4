import assert from "node:assert/strict";

import { stoppedOf } from "../../../ship/live/gcp/cloud";

describe("Instances of Cloud Run that ended", () => {
    const code = (textPayload: string): (number | undefined)[] =>
        stoppedOf({ textPayload, timestamp: "2026-01-01T00:00:00Z" }).map(({ exitCode }) => exitCode);

    it("have their exit code, or that of the signal which ended them", () => {
        assert.deepEqual(code("Container called exit(3)."), [3]);
        assert.deepEqual(code("Uncaught signal: 6, pid=1, tid=1, fault_addr=0."), [134]);
        assert.deepEqual(code("Memory limit of 512 MiB exceeded with 530 MiB used."), [137]);
    });

    it("are no fault of the version where they were asked to end", () => {
        assert.deepEqual(code("Container called exit(143)."), [undefined]);
        assert.deepEqual(code("Uncaught signal: 15, pid=1, tid=1, fault_addr=0."), [undefined]);
        assert.deepEqual(code("Starting new instance."), []);
    });
});
