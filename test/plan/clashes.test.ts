import assert from "node:assert/strict";

import { planOf } from "../../plan/plan";
import type { AppInput, Cloud } from "../../topology/app";
import { ProblemsError } from "../../topology/problems";
import { stackOf } from "../components/stack";
import { everything } from "../everything";

const service = {
    image: { context: "workloads/todo" },
    ports: { http: 8000 },
    health: { path: "/" },
};
const app = (parts: Omit<Partial<AppInput>, "name">): AppInput => ({
    name: "demo",
    services: { web: service },
    ...parts,
});

/** Where a plan says that two parts make one resource; none if they do not. */
async function clashes(cloud: Cloud, parts: Omit<Partial<AppInput>, "name">): Promise<string[]> {
    try {
        await planOf(stackOf(app(parts), cloud, "dev"));
        return [];
    } catch (error) {
        if (!(error instanceof ProblemsError)) throw error;
        return error.problems.map(({ path }) => path);
    }
}

describe("Names of parts", () => {
    it("may not be what another part makes: the cache of an image", async () => {
        const services = { api: service, "api-cache": { ...service, routes: [{ path: "/cache/*" }] } };
        assert.deepEqual(await clashes("aws", { services }), ["services.api-cache"]);
    });

    it("may not be what another part makes: the copy of a bucket", async () => {
        const buckets = { files: { replicate: true }, "files-replica": {} };
        assert.deepEqual(await clashes("aws", { buckets }), ["buckets.files-replica"]);
        // Cloud Storage keeps the copy in the same bucket.
        assert.deepEqual(await clashes("gcp", { buckets }), []);
    });

    for (const cloud of ["aws", "gcp"] as const)
        it(`may not be what another part makes: the schedule of a job on ${cloud}`, async () => {
            const job = { service: "web", command: ["x"], run: "schedule" as const, cron: "0 3 * * *" };
            assert.deepEqual(await clashes(cloud, { jobs: { clean: job, "clean-schedule": job } }), [
                "jobs.clean-schedule",
            ]);
        });

    it("may begin alike otherwise", async () => {
        for (const cloud of ["aws", "gcp"] as const)
            assert.deepEqual(
                await clashes(cloud, { buckets: { files: {}, "files-old": {} }, caches: { redis: {} } }),
                [],
            );
    });

    for (const cloud of ["aws", "gcp"] as const)
        it(`are no two of one kind in an app with everything on ${cloud}`, async () => {
            const { name: _, ...parts } = everything;
            assert.deepEqual(await clashes(cloud, parts), []);
        });
});
