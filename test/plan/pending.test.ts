import assert from "node:assert/strict";

import { pendingOf } from "../../plan/pending";

const urn = (type: string, name: string) => `urn:pulumi:dev::twinstack::twinstack:x:Y$${type}::${name}`;
const stack = (passed: Record<string, { what: string; attempt: number }>) => ({
    urn: "urn:pulumi:dev::twinstack::pulumi:pulumi:Stack::twinstack-dev",
    type: "pulumi:pulumi:Stack",
    outputs: { passed },
});
const resource = (type: string, name: string, inputs: object, more: object = {}) => ({
    urn: urn(type, name),
    type,
    inputs,
    ...more,
});
const pending = (...resources: object[]) =>
    pendingOf({ version: 3, deployment: { resources } }).map(({ kind, type, name }) => `${kind} ${type} ${name}`);

describe("What is pending", () => {
    const service = "gcp:cloudrunv2/service:Service";
    const at = (attempt: string) => ({ template: { labels: { attempt } } });

    it("is what was tried at another attempt than the one that succeeded last", () => {
        const passed = { api: { what: "1", attempt: 1000 } };
        assert.deepEqual(pending(stack(passed), resource(service, "api", at("1000"))), []);
        assert.deepEqual(pending(stack(passed), resource(service, "api", at("2000"))), [`gate ${service} api`]);
        // What the engine leaves of a refused update: the inputs before, with the error.
        assert.deepEqual(pending(stack(passed), resource(service, "api", at("1000"), { initErrors: ["unhealthy"] })), [
            `gate ${service} api`,
        ]);
        // Never yet: its first `up` failed after it was made.
        assert.deepEqual(pending(stack({}), resource(service, "api", at("2000"))), [`gate ${service} api`]);
    });

    it("is refused where the attempt has succeeded, and something else did not", () => {
        const type = "aws:rds/instance:Instance";
        const left = (attempt: number) =>
            resource(
                type,
                "db",
                { passwordWoVersion: 1000, instanceClass: "db.t4g.micro" },
                { outputs: { passwordWoVersion: attempt, instanceClass: "db.t4g.medium" }, initErrors: ["refused"] },
            );
        const passed = { db: { what: "1", attempt: 1000 } };
        assert.deepEqual(pending(stack(passed), left(1000)), [`refused ${type} db`]);
        assert.deepEqual(pending(stack(passed), left(2000)), [`gate ${type} db`]);
    });

    it("finds the attempt of each type that has one", () => {
        const all: [string, object][] = [
            ["aws:ecs/service:Service", { triggers: { attempt: "2" } }],
            ["aws:elasticache/replicationGroup:ReplicationGroup", { authTokenWoVersion: 2 }],
            ["aws:rds/instance:Instance", { passwordWoVersion: 2 }],
            ["gcp:sql/user:User", { passwordWoVersion: 2 }],
        ];
        for (const [type, inputs] of all) {
            assert.deepEqual(pending(stack({}), resource(type, "x", inputs)), [`gate ${type} x`]);
            assert.deepEqual(pending(stack({ x: { what: "", attempt: 2 } }), resource(type, "x", inputs)), []);
        }
        // A job's is in its execution's name, and both are one.
        const [execution, job] = ["random:index/randomId:RandomId", "gcp:cloudrunv2/job:Job"];
        assert.deepEqual(
            pending(
                stack({}),
                resource(execution, "migrate-execution", { keepers: { attempt: "2" } }),
                resource(job, "migrate", {}, { initErrors: ["it failed"] }),
            ),
            [`gate ${job} migrate`],
        );
    });

    it("is nothing of a stack from before, whose resources have no attempt", () => {
        assert.deepEqual(pending(stack({}), resource(service, "api", { template: {} })), []);
        assert.deepEqual(pending(stack({}), resource(service, "api", { template: {} }, { initErrors: ["denied"] })), [
            `refused ${service} api`,
        ]);
    });

    it("is apart what a cloud refused and no up tries again", () => {
        const bucket = "aws:s3/bucket:Bucket";
        assert.deepEqual(pending(stack({}), resource(bucket, "b", {}, { initErrors: ["denied"] })), [
            `refused ${bucket} b`,
        ]);
        assert.deepEqual(pending(stack({}), resource(bucket, "b", {}, { initErrors: ["denied"], delete: true })), []);
    });

    it("is nothing in what is no state", () => {
        for (const other of [undefined, null, {}, { resources: [] }, "text"]) assert.deepEqual(pendingOf(other), []);
    });
});
