import assert from "node:assert/strict";

import { apps } from "../../apps";
import { planOf } from "../../plan/plan";
import { clouds, type AppInput, type Environment } from "../../topology/app";
import { everything, full } from "../everything";
import { stackOf } from "./stack";

/**
 * Everything that the program ignores a change of, and what becomes of it when it must change after all. `ignoreChanges` keeps a
 * difference out of sight, and not the field out of a request: nothing whose value decides anything may be on this list.
 */
const reasons: Record<string, Record<string, string>> = {
    "aws:ecs/service:Service": {
        desiredCount: "scaling owns it: its target, which is never ignored, moves the count by its limits at once",
    },
    "aws:lb/targetGroup:TargetGroup": {
        port: "of targets registered without one: ECS always says it, so that it decides nothing",
    },
    "aws:rds/instance:Instance": {
        restoreToPointInTime: "what a server was made of is history",
        snapshotIdentifier: "what a server was made of is history",
        engineVersion: "of a server that another one has superseded, until it leaves the program",
        parameterGroupName: "of a server that another one has superseded, until it leaves the program",
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {
        secretString: "the owner's value; the first one is random, and is made anew for nobody",
    },
    "gcp:cloudrunv2/job:Job": {
        client: "which tool deployed last: it decides nothing",
        clientVersion: "which tool deployed last: it decides nothing",
    },
    "gcp:cloudrunv2/service:Service": {
        client: "which tool deployed last: it decides nothing",
        clientVersion: "which tool deployed last: it decides nothing",
    },
    "gcp:cloudrunv2/workerPool:WorkerPool": {
        client: "which tool deployed last: it decides nothing",
        clientVersion: "which tool deployed last: it decides nothing",
    },
    "gcp:cloudbuildv2/connection:Connection": {
        githubConfig: "whoever finishes the connection in the console says whose installation and token it has",
    },
    "gcp:secretmanager/secretVersion:SecretVersion": {
        secretData: "the owner's value; the first one is random, and is made anew for nobody",
    },
    "gcp:sql/databaseInstance:DatabaseInstance": {
        clone: "what a server was made of is history",
        restoreBackupContext: "what a server was made of is history",
        databaseVersion: "of a replica, which its server upgrades; or of a server that another one has superseded",
    },
};

describe("What the program ignores a change of", () => {
    const environments: Environment[] = ["dev", "prod"];
    for (const cloud of clouds)
        it(`has a reason, and an end, on ${cloud}`, async () => {
            const found = new Set<string>();
            for (const app of [...Object.values<AppInput>(apps), everything])
                for (const environment of environments) {
                    const domain = { name: "all.example.com" };
                    const overrides = app === everything ? { ...full.everything(), domain } : {};
                    const named = app === everything ? { overrides, domain: false } : {};
                    const { resources } = await planOf(stackOf(app, cloud, environment, named));
                    for (const { type, ignoreChanges } of resources)
                        for (const path of ignoreChanges) found.add(`${type} ${path}`);
                }
            assert.ok(found.size > 0);
            for (const one of found) {
                const [type, path] = one.split(" ");
                assert.ok(reasons[type]?.[path], `${one}: why, and what becomes of it?`);
            }
        });
});
