import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { clouds, type Cloud } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { typeOf, type Entry } from "./standin/cloud";
import { canary } from "./standin/resources";
import { holdsData, image, retained, todo } from "./stacks";

/** What may be touched by a change: every entry of the cloud's journal, sorted. */
const expected: Record<Cloud, Record<"source" | "image" | "max" | "cpu", string[]>> = {
    aws: {
        source: [
            "create aws:ecs/taskDefinition:TaskDefinition",
            "delete aws:ecs/taskDefinition:TaskDefinition",
            "update aws:ecs/service:Service",
            "update docker-build:index:Image",
        ],
        image: [
            "create aws:ecs/taskDefinition:TaskDefinition",
            "delete aws:ecs/taskDefinition:TaskDefinition",
            "update aws:ecs/service:Service",
        ],
        max: ["update aws:appautoscaling/target:Target"],
        cpu: [
            "create aws:ecs/taskDefinition:TaskDefinition",
            "delete aws:ecs/taskDefinition:TaskDefinition",
            "update aws:ecs/service:Service",
        ],
    },
    gcp: {
        source: ["update docker-build:index:Image", "update gcp:cloudrunv2/service:Service"],
        image: ["update gcp:cloudrunv2/service:Service"],
        max: ["update gcp:cloudrunv2/service:Service"],
        cpu: ["update gcp:cloudrunv2/service:Service"],
    },
};

const done = (entries: Entry[]): string[] => entries.map(({ action, type }) => `${action} ${type}`).sort();

for (const cloud of clouds)
    describeWithEngine(`todo dev on ${cloud}, under the real engine`, () => {
        let project: Project;
        before(async () => (project = await Project.start("dev", todo(cloud, "dev"))));
        after(() => project.stop());

        const database = (): string[] =>
            [...project.cloud.things.values()].filter((t) => holdsData.test(t.type)).map((t) => `${t.urn} ${t.id}`);

        it("comes up from nothing, and then has nothing left to do", async () => {
            // First, so that the stand-in learns where values are awaited and misses none in silence.
            await project.preview();
            await project.up();
            await project.expectNoChanges();

            const { resources, pending } = await project.state();
            const made = resources.filter((r) => r.custom && r.id && !r.type.startsWith("pulumi:"));
            assert.deepEqual(made.map((r) => r.urn).sort(), project.cloud.urns());
            assert.deepEqual(pending, []);
            assert.ok(database().length > 0);
        });

        it("keeps every secret encrypted in the exported state", async () => {
            const inCloud = JSON.stringify([...project.cloud.things.values()]);
            assert.ok(inCloud.includes(canary), "no canary reached the cloud, so its absence elsewhere proves nothing");
            const { text } = await project.state();
            assert.ok(!text.includes(canary), `…${text.slice(text.indexOf(canary) - 300, text.indexOf(canary) + 60)}…`);
        });

        it("rebuilds and rolls out when the source changes", async () => {
            appendFileSync(join(project.workDir, "workloads/todo/Dockerfile"), "\n# another comment\n");
            assert.deepEqual(done(await project.up()), expected[cloud].source);
        });

        it("deploys what ran before when the change of the source is taken back, though its tag is taken", async () => {
            const dockerfile = join(project.workDir, "workloads/todo/Dockerfile");
            const text = readFileSync(dockerfile, "utf8");
            writeFileSync(dockerfile, text.replace("\n# another comment\n", ""));
            assert.deepEqual(done(await project.up()), expected[cloud].source);
            await project.expectNoChanges();
        });

        it("rolls out an image that CI built, and nothing else", async () => {
            const before = database();
            project.configure(todo(cloud, "dev", image("a")));
            await project.up();
            project.configure(todo(cloud, "dev", image("b")));
            assert.deepEqual(done(await project.up()), expected[cloud].image);
            assert.deepEqual(database(), before);
        });

        const changes = {
            max: { services: { api: { scale: { max: 12 } } } },
            cpu: { services: { api: { scale: { max: 12 }, cpu: 2, memory: 4096, gcp: { cpu: 2, memory: 4096 } } } },
        };
        for (const [what, overrides] of Object.entries(changes) as ["max" | "cpu", object][])
            it(`changes ${what === "max" ? "scale.max" : "cpu"} in place`, async () => {
                const before = database();
                project.configure(todo(cloud, "dev", { ...image("b"), "twinstack:overrides": overrides }));
                assert.deepEqual(done(await project.up()), expected[cloud][what]);
                if (what === "cpu") await project.expectNoChanges();
                assert.deepEqual(database(), before);
            });

        it("builds and deploys its own image again when twinstack:image is taken out", async () => {
            const before = database();
            project.configure(todo(cloud, "dev", { "twinstack:overrides": changes.cpu }));
            const entries = done(await project.up());
            assert.ok(
                entries.some((entry) => /docker-build/.test(entry)),
                entries.join(),
            );
            assert.ok(
                entries.some((entry) => /^update (aws:ecs|gcp:cloudrunv2)\/service:/.test(entry)),
                entries.join(),
            );
            await project.expectNoChanges();
            assert.deepEqual(database(), before);
        });

        it("destroys everything in dev", async () => {
            await project.destroy();
            assert.deepEqual((await project.state()).resources, []);
            assert.deepEqual(
                project.cloud
                    .urns()
                    .map(typeOf)
                    .filter((type) => !retained.has(type)),
                [],
            );
        });
    });
