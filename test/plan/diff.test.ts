import assert from "node:assert/strict";

import { diff } from "../../plan/diff";
import { holding } from "../../plan/holding";
import { snapshotOf, snapshotOfPlan, type Snapshot } from "../../plan/snapshot";
import type { Plan } from "../../plan/plan";
import { planFor } from "./stacks";

const database = "aws:rds/instance:Instance";
const queue = "aws:sqs/queue:Queue";
const snapshot = (
    resources: [type: string, name: string, inputs: Record<string, unknown>, more?: object][],
    stack = "dev",
): Snapshot => ({
    title: stack,
    app: "todo",
    stack,
    resources: resources.map(([type, name, inputs, more]) => ({
        urn: `urn:pulumi:${stack}::p::${type}::${name}`,
        type,
        name,
        inputs,
        ...more,
    })),
});
const only = (before: Snapshot, after: Snapshot) => {
    const { changes } = diff(before, after);
    assert.equal(changes.length, 1);
    return changes[0];
};

describe("A diff", () => {
    it("finds nothing between a plan and itself", async () => {
        const plan = await planFor("aws", "prod");
        const { changes, unchanged } = diff(snapshotOfPlan(plan), snapshotOfPlan(plan));
        assert.deepEqual(changes, []);
        assert.equal(unchanged, plan.resources.filter(({ custom }) => custom).length);
    });

    it("says that callers of a service feel another port, on AWS, where the port is part of the address", () => {
        const service = (port: number) =>
            snapshot([
                [
                    "aws:ecs/service:Service",
                    "todo-dev-api",
                    { serviceConnectConfiguration: { services: [{ clientAlias: [{ dnsName: "api", port }] }] } },
                ],
            ]);
        assert.match(only(service(80), service(8080)).felt ?? "", /callers ask at the old port/);
        const uncalled = snapshot([["aws:ecs/service:Service", "todo-dev-api", {}]]);
        assert.equal(only(uncalled, service(80)).felt, undefined, "it had no callers");
    });

    it("says that tasks which run are asked at a new health path, on AWS, before those are there that answer it", () => {
        const group = (path: string, interval: number, port = 80) =>
            snapshot([
                ["aws:lb/targetGroup:TargetGroup", "todo-dev-lb-api", { port, healthCheck: { path, interval } }],
            ]);
        assert.match(
            only(group("/health", 10), group("/ready", 10)).felt ?? "",
            /at once, before new ones are there[^]*answers the old and the new way/,
        );
        assert.equal(only(group("/health", 10), group("/health", 20)).felt, undefined);
        // With another port it is another group, which only new tasks are in.
        assert.equal(only(group("/health", 10), group("/ready", 10, 8080)).felt, undefined);
    });

    it("says what is created and what is deleted", () => {
        const [before, after] = [snapshot([[queue, "todo-dev-a", {}]]), snapshot([[queue, "todo-dev-b", {}]])];
        assert.deepEqual(
            diff(before, after).changes.map(({ kind, name }) => [kind, name]),
            [
                ["create", "todo-dev-b"],
                ["delete", "todo-dev-a"],
            ],
        );
    });

    it("goes down to the property, through maps and lists", () => {
        const before = snapshot([[queue, "q", { a: { b: [1, { c: 2 }] }, same: 1, gone: true }]]);
        const after = snapshot([[queue, "q", { a: { b: [1, { c: 3 }] }, same: 1, fresh: "x" }]]);
        assert.deepEqual(
            only(before, after).properties.map(({ path, before, after }) => [path, before, after]),
            [
                ["a.b[1].c", 2, 3],
                ["fresh", undefined, "x"],
                ["gone", true, undefined],
            ],
        );
    });

    it("goes into texts that are JSON", () => {
        const at = (cpu: number) => snapshot([[queue, "q", { policy: JSON.stringify({ tasks: [{ cpu }] }) }]]);
        assert.deepEqual(only(at(1), at(2)).properties, [
            { path: "policy.tasks[0].cpu", before: 1, after: 2, replaces: false },
        ]);
    });

    it("is loud when a change replaces a database", () => {
        const before = snapshot([[database, "todo-dev-db", { username: "app", instanceClass: "a" }]]);
        const after = snapshot([[database, "todo-dev-db", { username: "root", instanceClass: "b" }]]);
        const { dangers } = diff(before, after);
        assert.equal(dangers.length, 1);
        assert.equal(dangers[0].kind, "replace");
        assert.equal(dangers[0].holds, "the database");
        assert.deepEqual(
            dangers[0].properties.filter(({ replaces }) => replaces).map(({ path }) => path),
            ["username"],
        );
    });

    it("is calm when a database is only resized", () => {
        const before = snapshot([[database, "todo-dev-db", { instanceClass: "db.t3.micro" }]]);
        const after = snapshot([[database, "todo-dev-db", { instanceClass: "db.r5.large" }]]);
        assert.deepEqual(diff(before, after).dangers, []);
        assert.equal(only(before, after).kind, "update");
    });

    it("finds what forces a new Cloud SQL instance inside its settings", () => {
        const sql = "gcp:sql/databaseInstance:DatabaseInstance";
        const at = (ipConfiguration: object) =>
            snapshot([[sql, "todo-dev-db", { settings: { tier: "a", ipConfiguration } }]]);
        assert.equal(only(at({ privateNetwork: "one" }), at({ ipv4Enabled: true })).kind, "replace");
    });

    for (const type of Object.keys(holding))
        it(`is loud when a ${type} is deleted`, () => {
            const { dangers } = diff(snapshot([[type, "todo-dev-x", {}]]), snapshot([]));
            assert.deepEqual(
                dangers.map(({ kind }) => kind),
                ["delete"],
            );
        });

    it("follows a resource whose name changed with an alias", () => {
        const before = snapshot([[database, "todo-dev-old", { engine: "postgres" }]]);
        const aliases = [before.resources[0].urn];
        const after = snapshot([[database, "todo-dev-new", { engine: "postgres" }, { aliases }]]);
        assert.deepEqual(diff(before, after).changes, []);
    });

    it("passes over what the program tells Pulumi to ignore", () => {
        const before = snapshot([[queue, "q", { count: 5, deep: { a: 1, b: 1 } }]]);
        const after = snapshot([
            [queue, "q", { count: 1, deep: { a: 2, b: 1 } }, { ignoreChanges: ["count", "deep.a"] }],
        ]);
        assert.deepEqual(diff(before, after).changes, []);
    });

    it("compares environments without their names", () => {
        const at = (stack: string) =>
            snapshot([[queue, `todo-${stack}-q`, { policy: `\${todo-${stack}-role.arn}` }]], stack);
        const { changes, sameStack } = diff(at("dev"), at("prod"));
        assert.deepEqual(changes, []);
        assert.equal(sameStack, false);
    });

    it("shows another cloud as everything gone and everything new", async () => {
        const [aws, gcp] = [await planFor("aws", "dev"), await planFor("gcp", "dev")].map(snapshotOfPlan);
        const { dangers, sameStack } = diff(aws, gcp);
        assert.equal(sameStack, true);
        assert.ok(dangers.some(({ type, kind }) => type === database && kind === "delete"));
    });
});

/** The plan as the engine would have it in its state after a deployment. */
function deployed({ resources, stack }: Plan) {
    const value = (input: unknown, key = ""): unknown => {
        if (input === "[secret]")
            return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };
        if (typeof input === "string")
            return /^\$\{[^}]*\}$/.test(input) && key === "port" ? 5432 : input.replace(/\$\{[^}]*\}/g, "id-123");
        if (Array.isArray(input)) return input.map((item) => value(item));
        if (typeof input !== "object" || input === null) return input;
        const entries = Object.entries(input).map(([name, item]) => [name, value(item, name)]);
        return { ...Object.fromEntries(entries), __defaults: ["filledIn"], filledIn: true };
    };
    const own = (name: string) => (name === "todo-dev-network" ? { assignGeneratedIpv6CidrBlock: false } : {});
    return {
        version: 3,
        deployment: {
            resources: [
                {
                    urn: `urn:pulumi:${stack}::twinstack::pulumi:pulumi:Stack::twinstack-dev`,
                    type: "pulumi:pulumi:Stack",
                },
                {
                    urn: `urn:pulumi:${stack}::twinstack::pulumi:providers:random::default`,
                    type: "pulumi:providers:random",
                    custom: true,
                },
                {
                    urn: `urn:pulumi:${stack}::twinstack::aws:x/y:Read::read`,
                    type: "aws:x/y:Read",
                    custom: true,
                    external: true,
                },
                {
                    urn: `urn:pulumi:${stack}::twinstack::aws:x/y:Gone::gone`,
                    type: "aws:x/y:Gone",
                    custom: true,
                    delete: true,
                },
                ...resources.map(({ urn, type, name, custom, inputs, synthesised }) => ({
                    urn,
                    type,
                    custom,
                    inputs: value({ ...inputs, ...(synthesised && own(name)) }),
                })),
            ],
        },
    };
}

describe("A diff with what is deployed", () => {
    for (const cloud of ["aws", "gcp"] as const)
        it(`finds nothing right after deployment on ${cloud}: no secret, default or address counts`, async () => {
            const plan = await planFor(cloud, "dev");
            const state = snapshotOf(JSON.parse(JSON.stringify(deployed(plan))));
            assert.deepEqual(diff(state!, snapshotOfPlan(plan)).changes, []);
        });

    it("finds what the configuration has changed since", async () => {
        const state = snapshotOf(deployed(await planFor("aws", "dev")))!;
        const plan = await planFor("aws", "dev", { databases: { db: { aws: { instanceClass: "db.r5.large" } } } });
        const { changes, dangers } = diff(state, snapshotOfPlan(plan));
        const change = changes.find(({ type }) => type === database);
        assert.deepEqual(
            change?.properties.find(({ path }) => path === "instanceClass"),
            { path: "instanceClass", before: "db.t3.micro", after: "db.r5.large", replaces: false },
        );
        assert.deepEqual(dangers, []);
    });

    it("never shows a secret of the state", async () => {
        const state = deployed(await planFor("aws", "dev"));
        assert.ok(!JSON.stringify(snapshotOf(state)).includes("ciphertext"));
        const plain = snapshotOf({
            deployment: {
                resources: [
                    { urn: "urn:pulumi:dev::p::t::n", type: "t", custom: true, inputs: { password: "hunter2" } },
                ],
            },
        });
        assert.equal(plain?.resources[0].inputs.password, "[secret]");
    });

    it("takes neither a list, nor text, nor another file for a plan", () => {
        for (const json of [[], "text", null, {}, { deployment: {}, resources: 1 }, { resources: [] }])
            assert.equal(snapshotOf(json)?.resources.length ?? 0, 0);
        assert.equal(snapshotOf({ resources: [] }), undefined);
    });
});
