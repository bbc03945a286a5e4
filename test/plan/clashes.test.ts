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
            assert.deepEqual(await clashes(cloud, named(true)), [`services.${name}`]);
            assert.deepEqual(await clashes(cloud, named(false)), []);
        });
    }

    describe("of sidecars and of jobs before a deployment", () => {
        interface Said {
            sidecars?: string[];
            job?: string;
            tracing?: boolean;
            files?: boolean;
        }
        const parts = ({ sidecars = [], job, tracing = false, files }: Said): Omit<AppInput, "name"> => ({
            services: {
                web: {
                    ...service,
                    sidecars: Object.fromEntries(
                        sidecars.map((name) => [name, { image: { reference: "example/agent:2" } }]),
                    ),
                    ...(files && { uses: ["keys"], secretFiles: { "/run/key": "KEY" } }),
                },
            },
            ...(job && { jobs: { [job]: { service: "web", command: ["x"], run: "deployment" } } }),
            secrets: { keys: { keys: ["KEY"] } },
            tracing: { enabled: tracing },
        });
        const cases: [what: string, said: Said, expected: { aws?: string; gcp?: string }][] = [
            [
                "AWS's collector and a sidecar",
                { sidecars: ["otel-collector"], tracing: true },
                { aws: "services.web.sidecars.otel-collector" },
            ],
            [
                "Google's collector and a sidecar",
                { sidecars: ["collector"], tracing: true },
                { gcp: "services.web.sidecars.collector" },
            ],
            [
                "what writes files of secrets and a sidecar",
                { sidecars: ["secret-files"], files: true },
                { aws: "services.web.sidecars.secret-files" },
            ],
            ["a job and a sidecar", { sidecars: ["check"], job: "check" }, { aws: "services.web.sidecars.check" }],
            ["AWS's collector and a job", { job: "otel-collector", tracing: true }, { aws: "jobs.otel-collector" }],
            ["Google's collector and a job, which has none", { job: "collector", tracing: true }, {}],
            [
                "what writes files of secrets and a job",
                { job: "secret-files", files: true },
                { aws: "jobs.secret-files" },
            ],
            [
                "nothing, as neither traces nor files are asked for,",
                { sidecars: ["collector", "otel-collector"], job: "secret-files" },
                {},
            ],
        ];
        for (const [what, said, expected] of cases)
            for (const cloud of ["aws", "gcp"] as const)
                it(`${expected[cloud] ? "are refused" : "are taken"} where ${what} would have one on ${cloud}`, async () => {
                    const path = expected[cloud];
                    assert.deepEqual(await clashes(cloud, parts(said)), path ? [path] : []);
                });

        it("are refused where their resources would be those of their service", async () => {
            const built = { image: { context: "workloads/todo" } };
            const cache = { web: { ...service, sidecars: { cache: built } } };
            assert.deepEqual(await clashes("aws", { services: cache }), ["services.web.sidecars.cache"]);
            assert.deepEqual(await clashes("gcp", { services: cache }), []);
            const env = { AGENT_URL: "${redis.url}/1" };
            const agent = { image: { reference: "example/agent:2" }, env: { URL: "${redis.url}/2" } };
            for (const cloud of ["aws", "gcp"] as const)
                assert.deepEqual(
                    await clashes(cloud, {
                        services: { web: { ...service, env, sidecars: { agent } } },
                        caches: { redis: {} },
                    }),
                    ["services.web.sidecars.agent"],
                );
        });

        it("are refused in words that say what else is called so", async () => {
            const found = (said: Said) =>
                planOf(stackOf(app(parts(said)), "aws", "dev")).then(
                    () => assert.fail("nothing is refused"),
                    (error) => (error as ProblemsError).problems.map((problem) => problem.found),
                );
            assert.deepEqual(await found({ sidecars: ["check"], job: "check" }), [
                '"check", the name of jobs.check too: both are containers of demo-dev-web',
            ]);
            assert.deepEqual(await found({ sidecars: ["otel-collector"], tracing: true }), [
                '"otel-collector", the name of a container that twinstack adds to demo-dev-web',
            ]);
        });
    });

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
