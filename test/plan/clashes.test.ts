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

    for (const cloud of ["aws", "gcp"] as const) {
        const name = { aws: "otel-collector", gcp: "collector" }[cloud];
        const named = (enabled: boolean) => ({
            services: { web: service, [name]: { ...service, routes: [{ path: "/c/*" }] } },
            tracing: { enabled },
        });
        it(`may not be that of the container beside a service on ${cloud}, where there is one`, async () => {
            assert.deepEqual(await clashes(cloud, named(true)), [`apps/demo.ts: services.${name}`]);
            assert.deepEqual(await clashes(cloud, named(false)), []);
        });
    }

    it("may not be that of a volume of secrets", async () => {
        const parts = (files: string) => ({
            services: {
                web: {
                    ...service,

                    uses: ["keys"],
                    secretFiles: { "/run/key": "KEY" },
                    mounts: { [files]: "/srv" },
                },
            },
            filesystems: { [files]: {} },
            secrets: { keys: { keys: ["KEY"] } },
        });
        assert.deepEqual(await clashes("gcp", parts("secret-file-0")), ["filesystems.secret-file-0"]);
        for (const cloud of ["aws", "gcp"] as const) assert.deepEqual(await clashes(cloud, parts("files")), []);
    });

    describe("of a CDN's origins", () => {
        const parts = (first: string, second: string, of: object) => ({
            domain: { name: "demo.example.com" },
            buckets: { files: {}, more: {} },
            cdn: {
                host: "cdn.example.com",
                origins: { [first]: { bucket: "files" }, [second]: of },
                behaviors: [
                    { path: "/x/*", origin: first },
                    { path: "/y/*", origin: second },
                ],
            },
        });
        it("may not be what another makes on gcp", async () => {
            const twins = parts("a", "a-uncached", { bucket: "more" });
            assert.deepEqual(await clashes("gcp", twins), ["cdn.origins.a-uncached"]);
            assert.deepEqual(await clashes("aws", twins), []);
            assert.deepEqual(await clashes("gcp", parts("a", "a-cold", { bucket: "more" })), []);
        });

        it("have a backend each where a bucket's is called as a service's", async () => {
            const { resources } = await planOf(
                stackOf(app(parts("a", "a-uncached", { service: "web" })), "gcp", "dev"),
            );
            assert.deepEqual(
                resources
                    .filter(({ name, type }) => name.startsWith("demo-dev-cdn-a") && /Backend/.test(type))
                    .map(({ name, type }) => `${type.split(":").at(-1)} ${name}`)
                    .sort(),
                [
                    "BackendBucket demo-dev-cdn-a",
                    "BackendBucket demo-dev-cdn-a-uncached",
                    "BackendService demo-dev-cdn-a-uncached",
                ],
            );
        });

        it("have one reader for each bucket, whatever fetches from it", async () => {
            const { resources } = await planOf(stackOf(app(parts("a", "b", { bucket: "files" })), "gcp", "dev"));
            assert.deepEqual(
                resources.filter(({ name }) => name.endsWith("-reader")).map(({ name }) => name),
                ["demo-dev-cdn-a-reader"],
            );
        });
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
