import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { untilIssued } from "../../components/gcp/certificate";

/** Waits by a clock of its own for what is said once so many seconds have passed. */
async function waitFor(stateAt: (seconds: number) => { state?: string; why?: string }) {
    let [milliseconds, told] = [0, 0];
    const pause = (more: number) => Promise.resolve(void (milliseconds += more));
    const error = await untilIssued("www.example.com", () => Promise.resolve(stateAt(milliseconds / 1000)), {
        tell: () => told++,
        pause,
    }).then(
        () => undefined,
        (thrown: Error) => thrown,
    );
    return { minutes: milliseconds / 60_000, told, error };
}

describe("Waiting for a certificate on GCP", () => {
    it("does not wait for one that is issued, and says nothing", async () => {
        assert.deepEqual(await waitFor(() => ({ state: "ACTIVE" })), { minutes: 0, told: 0, error: undefined });
    });

    it("goes on until it is issued, and says once that it waits", async () => {
        const { minutes, told, error } = await waitFor((now) => ({ state: now < 3600 ? "PROVISIONING" : "ACTIVE" }));
        assert.deepEqual([minutes, told, error], [60, 1, undefined]);
    });

    it("gives up after 75 minutes, and says what to look at and to run", async () => {
        const why = "DNS record not found";
        const { minutes, error } = await waitFor(() => ({ state: "PROVISIONING", why }));
        assert.equal(minutes, 75);
        assert.ok(pulumi.RunError.isInstance(error), "the engine prints it without a stack");
        assert.match(
            error!.message,
            /^the certificate of www\.example\.com is PROVISIONING after 75 minutes, not ACTIVE/,
        );
        for (const advice of [
            `(${why})`,
            "name servers",
            "CAA",
            "gcloud certificate-manager certificates list",
            "`pulumi up` again",
        ])
            assert.ok(error!.message.includes(advice), advice);
    });

    it("gives up at once on one that failed", async () => {
        const { minutes, error } = await waitFor((now) => ({ state: now < 60 ? "PROVISIONING" : "FAILED" }));
        assert.equal(minutes, 1);
        assert.match(error!.message, /is FAILED, not ACTIVE\. Do the registrar's/);
    });

    it("waits for one that the cloud does not list yet", async () => {
        const { minutes, error } = await waitFor((now) => (now < 30 ? {} : { state: "ACTIVE" }));
        assert.deepEqual([minutes, error], [0.5, undefined]);
    });
});
