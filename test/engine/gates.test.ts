import assert from "node:assert/strict";

import { clouds, type AppInput } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { typeOf } from "./standin/cloud";
import { stackFile } from "./stacks";

/** An app with everything that must succeed: a job before a deployment, a service, a password. */
const app = (letter: string): AppInput => ({
    name: "shop",
    services: {
        api: {
            image: { reference: `registry.example.com/shop@sha256:${letter.repeat(64)}` },
            ports: { http: 8080 },
            health: { path: "/healthz" },
            uses: ["db"],
        },
    },
    databases: { db: {} },
    jobs: { migrate: { service: "api", command: ["migrate"], run: "deployment" } },
});

/** What refuses a new version, and what must not have it before. */
const deploys = { aws: "aws:ecs/service:Service", gcp: "gcp:cloudrunv2/service:Service" };

for (const cloud of clouds)
    describeWithEngine(`what must succeed on ${cloud}, and is refused`, () => {
        let project: Project;
        before(async () => {
            project = await Project.start("dev", stackFile("shop", cloud, "dev"));
            project.write(app("a"));
            await project.up();
        });
        after(() => project.stop());

        const refuse = (type?: string) => {
            project.cloud.onUpdate = (urn) => (type && typeOf(urn) === type ? "fail" : undefined);
        };
        /** What happened to a type in an `up`: `refuse`, `update`. */
        const actions = async (type: string, run: Promise<unknown>): Promise<string[]> => {
            const mark = project.cloud.journal.length;
            await run;
            return project.cloud
                .since(mark)
                .filter((entry) => entry.type === type)
                .map(({ action }) => action);
        };
        const pending = async (): Promise<string[]> => {
            const { output, code } = await project.run(
                "pulumi stack export > state.json; node cli/bin.js diff --against-state state.json --json; test $? -ne 1",
            );
            assert.equal(code, 0, output);
            return (JSON.parse(output) as { pending: { name: string }[] }).pending.map(({ name }) => name);
        };

        it("has nothing left to do after an up that succeeded", () => project.expectNoChanges());

        it("deploys a refused version at the next up, by itself, and then no more", async () => {
            const type = deploys[cloud];
            project.write(app("b"));
            refuse(type);
            for (const continueOnError of [false, true, false])
                assert.deepEqual(await actions(type, project.upFails({ continueOnError })), ["refuse"]);
            assert.deepEqual(await pending(), ["shop-dev-api"]);

            refuse();
            assert.deepEqual(await actions(type, project.up()), ["update"]);
            assert.deepEqual(await pending(), []);
            await project.expectNoChanges();
        });
    });
