import assert from "node:assert/strict";

import { apps } from "../../apps";
import { sameThings } from "../../plan/identity";
import { planOf } from "../../plan/plan";
import type { PlanResource } from "../../plan/resource";
import { clouds, type AppInput } from "../../topology/app";
import { stackOf } from "../components/stack";
import { bothWays, everything, full } from "../everything";

const resource = (type: string, name: string, inputs: object) =>
    ({ type, name, inputs, custom: true, provider: "p" }) as unknown as PlanResource;

describe("Two resources", () => {
    for (const cloud of clouds)
        for (const environment of ["dev", "staging", "prod"] as const) {
            for (const app of [...Object.values<AppInput>(apps), bothWays])
                it(`are never one thing to the cloud: ${app.name} on ${cloud} in ${environment}`, async () => {
                    assert.deepEqual(sameThings((await planOf(stackOf(app, cloud, environment))).resources), []);
                });
            it(`are never one thing to the cloud: an app with a part of every kind on ${cloud} in ${environment}`, async () => {
                const overrides = { ...full.everything(), domain: { name: "all.example.com" } };
                const stack = stackOf(everything, cloud, environment, { overrides, domain: false });
                assert.deepEqual(sameThings((await planOf(stack)).resources), []);
            });
        }

    it("are one where their inputs say the same thing, by whatever name", () => {
        const [type, bucketType] = ["gcp:dns/recordSet:RecordSet", "aws:s3/bucketNotification:BucketNotification"];
        const record = (name: string, rrdatas: string) =>
            resource(type, name, { managedZone: "z", name: "a.example.com.", type: "A", rrdatas: [rrdatas] });
        assert.deepEqual(sameThings([record("one", "10.0.0.1"), record("two", "10.0.0.2")]), [
            { type, names: ["one", "two"] },
        ]);
        const notification = (name: string, bucket: string) => resource(bucketType, name, { bucket });
        assert.equal(sameThings([notification("one", "b"), notification("two", "b")]).length, 1);
        assert.deepEqual(sameThings([notification("one", "b"), notification("two", "c")]), []);
    });
});
