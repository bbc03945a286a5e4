import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { apps } from "../../apps";
import { clouds } from "../../topology/app";
import { Inline } from "./inline";
import { describeWithEngine } from "./project";
import { typeOf } from "./standin/cloud";
import { retained, todo } from "./stacks";

/** The life of a stack, in the shortest: what CI runs of the engine tests, without a language host. */
for (const cloud of clouds)
    describeWithEngine(`todo dev on ${cloud}, in short`, () => {
        let stack: Inline;
        before(async () => {
            stack = await Inline.start("dev");
            stack.configure(apps.todo!, todo(cloud, "dev"));
            await stack.preview();
        });
        after(() => stack.stop());

        it("comes up at the second try when the cloud refuses a service at the first, and is there once", async () => {
            let refused = "";
            stack.cloud.onCreate = (urn) => {
                if (refused || !/:Service$/.test(typeOf(urn)) || /serviceaccount|projects/.test(typeOf(urn)))
                    return undefined;
                refused = urn;
                return "fail";
            };
            await assert.rejects(stack.up(), /ordered to fail/);
            assert.match(typeOf(refused), /^(aws:ecs|gcp:cloudrunv2)/);
            await stack.up();
            const { resources, pending } = stack.state();
            const known = resources.filter((r) => r.custom && r.id && !r.type.startsWith("pulumi:")).map((r) => r.urn);
            assert.deepEqual(known.sort(), stack.cloud.urns());
            assert.deepEqual(pending, []);
        });

        it("has nothing to change then", async () => {
            await stack.expectNoChanges();
        });

        it("is what Pulumi takes for the program of this folder: it registers the same", async () => {
            stack.write(todo(cloud, "dev"));
            const { program } = stack;
            // What package.json exports is what Pulumi runs, whatever index.ts is.
            stack.program = createRequire(__filename)("@twinstack/core") as typeof program;
            try {
                await stack.expectNoChanges();
            } finally {
                stack.program = program;
            }
        });

        it("leaves nothing when it is destroyed", async () => {
            await stack.destroy();
            assert.deepEqual(
                stack.cloud.urns().filter((urn) => !retained.has(typeOf(urn))),
                [],
            );
        });
    });
