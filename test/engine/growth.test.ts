import assert from "node:assert/strict";

import { logo } from "../../apps/logo";
import { clouds, type AppInput, type Cloud } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { nameOf, type Entry } from "./standin/cloud";
import { retained, stackFile } from "./stacks";

const again = {
    aws: [
        "create aws:ecs/taskDefinition:TaskDefinition",
        "delete aws:ecs/taskDefinition:TaskDefinition",
        "update aws:ecs/service:Service",
    ],
    gcp: ["update gcp:cloudrunv2/service:Service"],
};

/** What may be touched by a change, beside what is made: every entry of the cloud's journal, sorted. */
const expected: Record<Cloud, Record<"part" | "route" | "replica", string[]>> = {
    aws: {
        part: ["update aws:cloudwatch/dashboard:Dashboard"],
        route: ["create aws:lb/listenerRule:ListenerRule"],
        replica: [],
    },
    gcp: {
        // The filters of the stack's logs name its services.
        part: [
            "update gcp:compute/uRLMap:URLMap",
            "update gcp:logging/projectExclusion:ProjectExclusion",
            "update gcp:logging/projectSink:ProjectSink",
            "update gcp:monitoring/dashboard:Dashboard",
        ],
        route: ["update gcp:compute/uRLMap:URLMap"],
        // Cloud Storage does not move a bucket: `twinstack diff` warns, and what names it follows.
        replica: [
            "create gcp:storage/bucket:Bucket",
            "create gcp:storage/bucketIAMMember:BucketIAMMember",
            "delete gcp:storage/bucket:Bucket",
            "delete gcp:storage/bucketIAMMember:BucketIAMMember",
            "update gcp:cloudrunv2/service:Service",
        ],
    },
};

/** The app with a second service, a set of secrets and a bucket. */
const grown = (
    routes: string[],
    replicate = false,
    formats: NonNullable<AppInput["secrets"]>[string]["formats"] = {},
): AppInput => ({
    ...logo,
    services: {
        ...logo.services,
        admin: {
            image: { context: "workloads/logo" },
            ports: { http: 8000 },
            routes: routes.map((path) => ({ path })),
            health: { path: "/admin/health" },
            uses: ["assets", "keys"],
        },
    },
    buckets: { assets: { versioned: true, replicate } },
    secrets: { keys: { keys: ["FIRST_KEY", "SECOND_KEY"], formats } },
});

const asHex = { FIRST_KEY: { format: "hex", bytes: 64 } } as const;

const done = (entries: Entry[]): string[] => entries.map(({ action, type }) => `${action} ${type}`).sort();

for (const cloud of clouds)
    describeWithEngine(`logo dev on ${cloud}, as it grows under the real engine`, () => {
        let project: Project;
        before(async () => (project = await Project.start("dev", stackFile("logo", cloud, "dev"))));
        after(() => project.stop());

        it("deploys the same image again when only an environment variable changes", async () => {
            await project.up();
            const env = { MAX_CONCURRENT_DETECTIONS: "8" };
            project.configure(
                stackFile("logo", cloud, "dev", { "twinstack:overrides": { services: { api: { env } } } }),
            );
            assert.deepEqual(done(await project.up()), again[cloud]);
        });

        it("gets more parts without touching what is there", async () => {
            project.write(grown(["/admin/*"]));
            const entries = await project.up();
            const others = entries.filter(({ action }) => action !== "create");
            assert.deepEqual(done(others), expected[cloud].part);
            assert.ok(entries.some(({ urn }) => nameOf(urn) === "logo-dev-admin"));
            await project.expectNoChanges();
        });

        it("gets another route beside the others", async () => {
            project.write(grown(["/admin/*", "/reports/*"]));
            assert.deepEqual(done(await project.up()), expected[cloud].route);
        });

        it("leaves alone a secret that its owner has set, even when its first value is made anew", async () => {
            const mark = project.cloud.journal.length;
            const { code, errors } = await project.run(
                "pulumi up --yes --skip-preview --non-interactive --replace '**-first-key-initial'",
            );
            assert.equal(code, 0, errors);
            assert.deepEqual(done(project.cloud.since(mark)), [
                "create random:index/randomPassword:RandomPassword",
                "delete random:index/randomPassword:RandomPassword",
            ]);
        });

        it("leaves a secret alone when a form of its first value is said", async () => {
            project.write(grown(["/admin/*", "/reports/*"], false, asHex));
            assert.deepEqual(done(await project.up()), [
                "create random:index/randomBytes:RandomBytes",
                "delete random:index/randomPassword:RandomPassword",
            ]);
            await project.expectNoChanges();
        });

        it(`keeps a copy of a bucket elsewhere${cloud === "gcp" ? ", in a new bucket" : ""}`, async () => {
            project.write(grown(["/admin/*", "/reports/*"], true, asHex));
            const entries = await project.up();
            if (cloud === "aws") assert.ok(entries.some(({ urn }) => nameOf(urn) === "logo-dev-assets-replica"));
            const touched = cloud === "aws" ? entries.filter(({ action }) => action !== "create") : entries;
            assert.deepEqual(done(touched), expected[cloud].replica);
            await project.expectNoChanges();
        });

        it("goes with all that it got", async () => {
            await project.destroy();
            assert.deepEqual((await project.state()).resources, []);
            const left = [...project.cloud.things.values()].filter(({ type }) => !retained.has(type));
            assert.deepEqual(left, []);
        });
    });
