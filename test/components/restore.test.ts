import assert from "node:assert/strict";

import * as rds from "@pulumi/aws/rds";
import * as sql from "@pulumi/gcp/sql";

import { apps } from "../../apps";
import { warningsOf } from "../../plan/warnings";
import type { Refinement } from "../../topology/app";
import { ProblemsError } from "../../topology/validate";
import { stackOf, todoOn, todoOnBoth } from "./stack";

type Restores = NonNullable<NonNullable<Refinement["databases"]>[string]>["restore"];
const restoring = (restore: Restores, more: object = {}): Refinement => ({ databases: { db: { restore, ...more } } });
const minute = "2026-01-31T03:14:00Z";

describe("A restored database", () => {
    it("is a new server of the one before at that moment; services use it, and the one before is kept, protected", async () => {
        for (const environment of ["dev", "prod"] as const) {
            const { aws, gcp } = await todoOnBoth(restoring([{ at: minute }]), environment);

            const [before, restored] = aws.of(rds.Instance);
            assert.equal(before.name, `todo-${environment}-db`);
            assert.match(restored.name, /-db-r[0-9a-f]{6}$/);
            assert.deepEqual(restored.inputs.restoreToPointInTime, {
                sourceDbInstanceIdentifier: before.inputs.identifier,
                restoreTime: minute,
            });
            // It brings these along, and RDS takes none of them.
            for (const key of ["dbName", "username", "allocatedStorage"] as const)
                assert.equal(restored.inputs[key], undefined, key);
            assert.deepEqual(before.ignoreChanges, ["engineVersion", "parameterGroupName"]);
            for (const server of [before, restored])
                assert.deepEqual([server.protect, server.inputs.deletionProtection], [true, true]);
            assert.match(JSON.stringify(aws.outputs.database), /db-r[0-9a-f]{6}\.address/);

            const [old, clone] = gcp.of(sql.DatabaseInstance);
            assert.deepEqual(clone.inputs.clone, { sourceInstanceName: `\${${old.name}.name}`, pointInTime: minute });
            for (const server of [old, clone])
                assert.deepEqual(
                    [server.protect, server.inputs.settings?.deletionProtectionEnabled],
                    [true, true],
                    server.name,
                );
            // The clone has the database already; its owner gets the password of today.
            assert.equal(gcp.of(sql.Database).length, 1);
            assert.deepEqual(
                gcp
                    .of(sql.User)
                    .map(({ inputs }) => inputs.instance)
                    .sort(),
                [old, clone].map(({ name }) => `\${${name}.name}`).sort(),
            );
            assert.match(JSON.stringify(gcp.outputs.database), /db-r[0-9a-f]{6}\.privateIpAddress/);
        }
    });

    it("is made once: what it was made of is no difference later, and another moment is another server", async () => {
        const one = await todoOnBoth(restoring([{ at: minute }]));
        const other = await todoOnBoth(restoring([{ at: "2026-01-31T03:15:00Z" }]));

        assert.deepEqual(one.aws.of(rds.Instance)[1].ignoreChanges, ["restoreToPointInTime", "snapshotIdentifier"]);
        assert.deepEqual(one.gcp.of(sql.DatabaseInstance)[1].ignoreChanges, ["clone", "restoreBackupContext"]);
        assert.notEqual(one.aws.of(rds.Instance)[1].name, other.aws.of(rds.Instance)[1].name);
    });

    it("lets the server before go in two steps, and stays what it is", async () => {
        const unprotected = await todoOnBoth(restoring([{ at: minute, before: "unprotected" }]), "prod");
        const removed = await todoOnBoth(restoring([{ at: minute, before: "removed" }]), "prod");

        assert.deepEqual(
            unprotected.aws.of(rds.Instance).map(({ protect }) => protect),
            [false, true],
        );
        assert.deepEqual(
            unprotected.gcp.of(sql.DatabaseInstance).map(({ protect }) => protect),
            [false, true],
        );
        const [{ aws, gcp }, kept] = [removed, unprotected];
        assert.equal(aws.one(rds.Instance).urn, kept.aws.of(rds.Instance)[1].urn);
        assert.equal(gcp.one(sql.DatabaseInstance).urn, kept.gcp.of(sql.DatabaseInstance)[1].urn);
    });

    it("may be restored again, from itself", async () => {
        const again = [{ at: minute, before: "removed" as const }, { at: "2026-03-01T00:00:00Z" }];
        const { aws, gcp } = await todoOnBoth(restoring(again), "prod");

        assert.equal(aws.of(rds.Instance).length, 2);
        const copy = aws
            .of(rds.Instance)
            .find(({ inputs }) => inputs.restoreToPointInTime?.restoreTime === again[1].at)!;
        const first = aws.of(rds.Instance).find((server) => server !== copy)!;
        assert.equal(copy.inputs.restoreToPointInTime?.sourceDbInstanceIdentifier, first.inputs.identifier);
        assert.equal(gcp.of(sql.DatabaseInstance).length, 2);
    });

    it("may come from a backup, another server, or backups that outlived theirs", async () => {
        const server = (plan: Awaited<ReturnType<typeof todoOn>>) => plan.of(rds.Instance)[1].inputs;
        const snapshot = server(await todoOn("aws", restoring([{ backup: "todo-prod-db-1a2b3c4d-final" }])));
        assert.equal(snapshot.snapshotIdentifier, "todo-prod-db-1a2b3c4d-final");
        const arn = "arn:aws:rds:ap-northeast-1:123456789012:auto-backup:ab-1";
        assert.equal(
            server(await todoOn("aws", restoring([{ at: minute, from: arn }]))).restoreToPointInTime
                ?.sourceDbInstanceAutomatedBackupsArn,
            arn,
        );
        const backup = restoring([{ backup: "1700000000000", from: "another" }]);
        const gcp = await todoOn("gcp", backup);
        const warned = warningsOf(stackOf(apps.todo, "gcp", "dev", { overrides: backup }));
        assert.ok(warned.some((warning) => warning.includes("pulumi refresh")));
        assert.deepEqual(gcp.of(sql.DatabaseInstance)[1].inputs.restoreBackupContext, {
            backupRunId: 1_700_000_000_000,
            instanceId: "another",
        });
    });

    it("has the replicas: they follow the server that is used", async () => {
        const { aws, gcp } = await todoOnBoth(restoring([{ at: minute }], { replicas: 1 }));

        const replica = aws.one(rds.Instance, "replica-1");
        assert.match(replica.name, /-db-r[0-9a-f]{6}-replica-1$/);
        assert.match(String(replica.inputs.replicateSourceDb), /db-r[0-9a-f]{6}/);
        const twin = gcp.one(sql.DatabaseInstance, "replica-1");
        assert.match(String(twin.inputs.masterInstanceName), /db-r[0-9a-f]{6}\.name/);
    });

    it("is refused for what is to come, said twice, or not said, and warned of beyond what is kept", () => {
        const refused = (cloud: "aws" | "gcp", restore: unknown): string => {
            try {
                stackOf(apps.todo, cloud, "dev", { overrides: restoring(restore as Restores) });
            } catch (error) {
                assert.ok(error instanceof ProblemsError);
                return error.message;
            }
            return "";
        };
        assert.match(refused("aws", [{ at: "2126-01-31T03:14:00Z" }]), /restore\[0\]\.at[\s\S]*which is to come/);
        assert.match(refused("aws", [{ at: "yesterday" }]), /restore\[0\]\.at[\s\S]*2026-01-31T03:14:00Z/);
        assert.match(refused("aws", [{ at: minute }, { at: minute }]), /restore\[1\][\s\S]*a second time/);
        assert.match(refused("aws", [{}]), /at \(a moment\) or backup/);
        assert.match(refused("aws", [{ backup: "a", from: "b" }]), /restore\[0\]\.from[\s\S]*knows its server/);
        assert.match(refused("gcp", [{ backup: "final" }]), /restore\[0\]\.backup[\s\S]*number/);
        assert.match(refused("gcp", [{ at: minute, from: "arn:aws:x" }]), /restore\[0\]\.from[\s\S]*Cloud SQL/);

        const ago = (days: number) => `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)}Z`;
        const warned = (cloud: "aws" | "gcp", days: number) =>
            warningsOf(
                stackOf(apps.todo, cloud, "dev", { overrides: restoring([{ at: ago(days) }], { backupDays: 14 }) }),
            ).some((warning) => warning.includes("can be brought back"));
        assert.deepEqual([warned("aws", 13), warned("aws", 15)], [false, true]);
        assert.deepEqual([warned("gcp", 6), warned("gcp", 8)], [false, true]);
    });
});
