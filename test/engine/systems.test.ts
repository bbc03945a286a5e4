import assert from "node:assert/strict";

import { apps } from "../../apps";
import { clouds, type AppInput } from "../../topology/app";
import { bothWays, everything, full } from "../everything";
import { Inline } from "./inline";
import { describeWithEngine } from "./project";
import { typeOf } from "./standin/cloud";
import { canary } from "./standin/resources";
import { retained, stackFile } from "./stacks";

/** Every app as it is in production, which has the most; todo with what it has on request, and parts that no app has. */
const systems: Record<string, { app: string; overrides?: object; topology?: AppInput }> = {
    "todo with a read replica and tracing": {
        app: "todo",
        overrides: { databases: { db: { replicas: 1 } }, tracing: { enabled: true } },
    },
    factify: { app: "factify" },
    weather: { app: "weather" },
    morrow: { app: "morrow" },
    logo: { app: "logo" },
    "an app with a part of every kind": { app: "all", overrides: full.everything(), topology: everything },
    "two services that call each other": { app: bothWays.name, topology: bothWays },
};

for (const cloud of clouds)
    for (const [title, { app, overrides, topology }] of Object.entries(systems))
        describeWithEngine(`${title}, in prod on ${cloud} under the real engine`, () => {
            const config = (more: object = {}) =>
                stackFile(app, cloud, "prod", { "twinstack:overrides": { ...overrides, ...more } });
            let project: Inline;
            before(async () => {
                project = await Inline.start("prod");
                project.configure(topology ?? apps[app], config());
            });
            after(() => project.stop());

            it("comes up from nothing, and then has nothing left to do", async () => {
                // First, so that the stand-in learns where values are awaited and misses none in silence.
                await project.preview();
                await project.up();
                await project.expectNoChanges();

                const { resources, pending, text } = project.state();
                const made = resources.filter((r) => r.custom && r.id && !r.type.startsWith("pulumi:"));
                assert.deepEqual(made.map((r) => r.urn).sort(), project.cloud.urns());
                assert.deepEqual(pending, []);
                const at = text.indexOf(canary);
                assert.ok(at < 0, `a secret is in the state in plaintext: …${text.slice(at - 300, at + 60)}…`);
            });

            it("is given up without making anything anew, and leaves nothing", async () => {
                project.configure(topology ?? apps[app], config({ deletionProtection: false }));
                const lifted = await project.up();
                assert.deepEqual(
                    lifted.filter(({ action }) => action !== "update"),
                    [],
                );
                await project.destroy();
                assert.deepEqual(project.state().resources, []);
                assert.deepEqual(
                    project.cloud.urns().filter((urn) => !retained.has(typeOf(urn))),
                    [],
                );
            });

            if (cloud === "aws")
                it("has its ways to the internet before its tasks, and until after them", () => {
                    const at = (action: string, type: RegExp): number[] =>
                        [...project.cloud.journal.entries()]
                            .filter(([, entry]) => entry.action === action && type.test(entry.type))
                            .map(([index]) => index);
                    const [tasks, ways] = [/^aws:ecs\/service:/, /^aws:ec2\/(route|routeTableAssociation|natGateway):/];
                    const [begin, end] = [at("create", tasks), at("delete", tasks)];
                    assert.ok(begin.length > 0 && end.length > 0);
                    assert.ok(
                        Math.max(...at("create", ways)) < Math.min(...begin),
                        "tasks are there before their way out",
                    );
                    assert.ok(Math.min(...at("delete", ways)) > Math.max(...end), "the way out goes before the tasks");
                });
        });
