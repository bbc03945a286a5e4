import assert from "node:assert/strict";

import * as fc from "fast-check";

import { planOf } from "../../plan/plan";
import { clouds, type AppInput, type Cloud } from "../../topology/app";
import { ProblemsError, resolve } from "../../topology/validate";
import { settings } from "./stack";

/** Pulumi's own end of a name: a hyphen and seven characters. */
const suffix = 8;

/**
 * Characters that a type's name may have. Sources: the reference of each product's API; those of types that are not here are far longer
 * than any name of a plan.
 */
const longest: Record<string, number> = {
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:iam/role:Role": 64,
    "aws:elasticache/replicationGroup:ReplicationGroup": 40,
    "aws:rds/instance:Instance": 63,
    "aws:sqs/queue:Queue": 80,
    "aws:s3/bucket:Bucket": 63,
    "aws:cloudwatch/eventRule:EventRule": 64,
    "aws:sfn/stateMachine:StateMachine": 80,
    "aws:scheduler/schedule:Schedule": 64,
    "gcp:cloudrunv2/service:Service": 49,
    "gcp:cloudrunv2/job:Job": 49,
    "gcp:cloudrunv2/workerPool:WorkerPool": 49,
    "gcp:redis/instance:Instance": 40,
    "gcp:storage/bucket:Bucket": 63,
    "gcp:firestore/database:Database": 63,
    "gcp:workflows/workflow:Workflow": 64,
};
/** Whatever Compute Engine makes has a name of 63 characters. */
const longestOf = (type: string): number | undefined =>
    longest[type] ?? (type.startsWith("gcp:compute/") && !/:(SharedVPC|Project)/.test(type) ? 63 : undefined);
/** Inputs by which the program itself names a thing, and how long they may be. */
const chosen: Record<string, number> = { accountId: 30, repositoryId: 63, roleId: 64, bucketId: 100 };

const service = { image: { reference: "nginx:1.29" }, ports: { http: 80 }, health: { path: "/" } };

/** An app with a part of most kinds, by names of any length. */
const appOf = (name: string, part: (index: number) => string): AppInput => ({
    name,
    services: {
        [part(0)]: { ...service, uses: [part(3), part(4), part(7)], rollout: { strategy: "canary" } },
        [part(1)]: { image: service.image, calls: [part(2)], uses: [part(5), part(6)] },
        [part(2)]: { ...service, routes: [] },
    },
    databases: { [part(3)]: {} },
    caches: { [part(4)]: {} },
    buckets: { [part(5)]: {} },
    queues: { [part(6)]: {} },
    secrets: { [part(7)]: { keys: ["API_KEY"] } },
    jobs: { [part(8)]: { service: part(0), command: ["x"], run: "schedule", cron: "0 3 * * *" } },
});

const stackOf = (app: AppInput, cloud: Cloud, stack: string) => {
    const { config } = settings(cloud, "dev");
    const own = { "twinstack:app": app.name, "twinstack:domain": undefined };
    return resolve({ stack, config: { ...config, ...own } }, { [app.name]: app });
};

describe("Physical names, whatever the app, the stack and the parts are called", function () {
    this.timeout(120_000);

    for (const cloud of clouds)
        it(`are no longer than ${cloud} admits, and each is one thing's`, async () => {
            const letters = fc.stringMatching(/^[a-z][a-z0-9]{0,24}$/);
            let planned = 0;
            await fc.assert(
                fc.asyncProperty(letters, letters, fc.stringMatching(/^[a-z]{1,28}$/), async (name, stack, word) => {
                    // Parts begin alike, so that what is cut off at the end is what tells them apart.
                    const app = appOf(name, (index) => `${word}${index}`);
                    let plan;
                    try {
                        plan = await planOf(stackOf(app, cloud, stack), { project: "demo" });
                    } catch (error) {
                        assert.ok(error instanceof ProblemsError, String(error));
                        return;
                    }
                    planned++;
                    const seen = new Set<string>();
                    for (const { type, name: called, inputs } of plan.resources) {
                        const max = longestOf(type);
                        const own = [inputs.name, inputs.identifier].find((value) => typeof value === "string");
                        if (max !== undefined && inputs.namePrefix === undefined) {
                            // What only a deployment knows stands for a few characters of an id.
                            const known = String(own).replace(/\$\{[^}]*\}/g, "x".repeat(9));
                            const length = own === undefined ? called.length + suffix : known.length;
                            assert.ok(length <= max, `${type} ${called}: ${length} characters of ${max}`);
                        }
                        for (const [input, limit] of Object.entries(chosen)) {
                            const id = inputs[input];
                            if (typeof id !== "string" || id.includes("${")) continue;
                            assert.ok(id.length <= limit, `${type} ${id}: ${id.length} characters of ${limit}`);
                            assert.ok(!seen.has(`${type} ${id}`), `${type} ${id} twice`);
                            seen.add(`${type} ${id}`);
                        }
                    }
                }),
                {
                    numRuns: 12,
                    seed: 7,
                    endOnFailure: true,
                    // As long as either cloud admits.
                    examples: [
                        ["a".repeat(17), "b".repeat(16), "w"],
                        ["a".repeat(14), "b".repeat(13), "w"],
                    ],
                },
            );
            assert.ok(planned > 2, "most of what is tried is refused, which shows nothing");
        });
});
