import assert from "node:assert/strict";

import { apps } from "../../apps";
import { record } from "../../plan/record";
import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import { clouds, environmentNames, type AppInput, type Environment, type Refinement } from "../../topology/app";
import { everything } from "../everything";
import { stackOf } from "./stack";

/** Everything that can be asked of the todo app, at once. */
const alternatives: Refinement = {
    network: { nat: "perZone" },
    databases: { db: { replicas: 2, finalBackup: true, highAvailability: true, gcp: { tier: "db-custom-2-7680" } } },
    firewall: { enabled: true, countries: { block: ["KP"] } },
    alarms: { enabled: true, emails: ["ops@example.com"] },
    tracing: { enabled: true },
};

/** What is planned: an app, where, and with what. Together they have every role in every shape. */
const planned: { title: string; app: AppInput; environment: Environment; overrides?: Refinement }[] = [
    ...environmentNames.map((environment) => ({ title: "todo", app: apps.todo, environment })),
    { title: "todo with everything", app: apps.todo, environment: "prod", overrides: alternatives },
    ...["factify", "weather", "morrow", "logo"].map((name) => ({
        title: name,
        app: apps[name],
        environment: "prod" as const,
    })),
    { title: "an app with a part of every kind", app: everything, environment: "dev" },
];

/** What holds for every resource of every stack. */
describe("Every stack", () => {
    for (const cloud of clouds)
        for (const { title, app, environment, overrides } of planned)
            for (const preview of [true, false])
                it(`of ${title} on ${cloud} in ${environment}, ${preview ? "before" : "after"} its outputs are known, has parents, references that exist, and no URN twice`, async () => {
                    const resolved = stackOf(app, cloud, environment, { overrides });
                    const { resources, outputs } = await record(() => deploy(resolved, plannedGates()), {
                        stack: environment,
                        preview,
                    });

                    const urns = new Set(resources.map(({ urn }) => urn));
                    assert.equal(urns.size, resources.length);
                    for (const { type, name, parent, custom, dependencies } of resources) {
                        assert.ok(name.startsWith(`${app.name}-${environment}`), name);
                        if (custom && !type.startsWith("pulumi:providers:")) assert.ok(parent, `${name} has a parent`);
                        else assert.match(type, /^(twinstack:|pulumi:providers:|awsx:)/);
                        for (const urn of dependencies) assert.ok(urns.has(urn), `${name} depends on ${urn}`);
                    }
                    assert.doesNotMatch(
                        JSON.stringify({ resources, outputs }),
                        /undefined|\[object |Calling \[toString/,
                    );
                    const always = [
                        "bucket",
                        "dashboard",
                        "database",
                        "image",
                        "job",
                        "logs",
                        "passed",
                        "registry",
                        "release",
                        "url",
                    ];
                    const there = Object.keys(outputs).filter((key) => !/^(deployer|pipeline)/.test(key));
                    assert.deepEqual(there.sort(), always);
                });
});
