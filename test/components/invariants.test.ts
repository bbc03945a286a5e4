import assert from "node:assert/strict";

import { apps } from "../../apps";
import { record } from "../../plan/record";
import { deploy } from "../../stacks";
import { clouds, type Refinement } from "../../topology/app";
import { resolve } from "../../topology/validate";
import { settings } from "./stack";

/** Everything that can be asked for, at once. */
const everything: Refinement = {
    network: { nat: "perZone" },
    databases: { db: { replicas: 2, finalBackup: true, highAvailability: true, gcp: { tier: "db-custom-2-7680" } } },
    firewall: { enabled: true, countries: { block: ["KP"] } },
    alarms: { enabled: true, emails: ["ops@example.com"] },
    tracing: { enabled: true },
};

/** What holds for every resource of every stack. */
describe("Every stack", () => {
    for (const cloud of clouds)
        for (const environment of ["dev", "staging", "prod"] as const)
            for (const overrides of [{}, everything])
                for (const preview of [true, false]) {
                    const title = `${cloud} ${environment}${overrides === everything ? " with everything" : ""}, ${preview ? "before" : "after"} its outputs are known`;
                    it(`on ${title}, has parents, references that exist, and no URN twice`, async () => {
                        const stack = resolve(settings(cloud, environment, overrides), apps);
                        const { resources, outputs } = await record(() => deploy(stack), {
                            stack: environment,
                            preview,
                        });

                        const urns = new Set(resources.map(({ urn }) => urn));
                        assert.equal(urns.size, resources.length);
                        for (const { type, name, parent, custom, dependencies } of resources) {
                            assert.ok(name.startsWith(`todo-${environment}`), name);
                            if (custom && !type.startsWith("pulumi:providers:"))
                                assert.ok(parent, `${name} has a parent`);
                            else assert.match(type, /^(twinstack:|pulumi:providers:|awsx:)/);
                            for (const urn of dependencies) assert.ok(urns.has(urn), `${name} depends on ${urn}`);
                        }
                        assert.doesNotMatch(
                            JSON.stringify({ resources, outputs }),
                            /undefined|\[object |Calling \[toString/,
                        );
                        assert.deepEqual(Object.keys(outputs).sort(), [
                            "dashboard",
                            "database",
                            "image",
                            "logs",
                            "registry",
                            "url",
                        ]);
                    });
                }
});
