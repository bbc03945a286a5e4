import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as rds from "@pulumi/aws/rds";
import * as sql from "@pulumi/gcp/sql";

import { maxConnections } from "../../components/aws/database";
import { vpc } from "./rules";
import { todoOn, todoOnBoth } from "./stack";

const server = "todo-dev-db";

describe("Database", () => {
    it("is PostgreSQL 15 in the document's classes", async () => {
        const dev = await todoOnBoth();
        const prod = await todoOnBoth({}, "prod");

        const aws = dev.aws.one(rds.Instance).inputs;
        assert.deepEqual(
            [aws.engine, aws.engineVersion, aws.instanceClass, aws.port],
            ["postgres", "15", "db.t3.micro", 5432],
        );
        assert.equal(prod.aws.one(rds.Instance).inputs.instanceClass, "db.r5.large");
        const gcp = dev.gcp.one(sql.DatabaseInstance).inputs;
        assert.deepEqual(
            [gcp.databaseVersion, gcp.settings?.edition, gcp.settings?.tier],
            ["POSTGRES_15", "ENTERPRISE", "db-f1-micro"],
        );
        assert.equal(prod.gcp.one(sql.DatabaseInstance).inputs.settings?.tier, "db-custom-2-7680");
    });

    it("keeps a standby in a second zone in prod, not in dev", async () => {
        for (const [environment, standby] of [
            ["dev", false],
            ["prod", true],
        ] as const) {
            const { aws, gcp } = await todoOnBoth({}, environment);
            assert.equal(aws.one(rds.Instance).inputs.multiAz, standby);
            assert.equal(
                gcp.one(sql.DatabaseInstance).inputs.settings?.availabilityType,
                standby ? "REGIONAL" : "ZONAL",
            );
        }
    });

    it("is encrypted at rest and in transit, and never public", async () => {
        const { aws, gcp } = await todoOnBoth();

        const instance = aws.one(rds.Instance).inputs;
        assert.deepEqual(
            [instance.storageEncrypted, instance.publiclyAccessible, instance.storageType],
            [true, false, "gp3"],
        );
        const parameters = aws.one(rds.ParameterGroup).inputs;
        assert.equal(parameters.family, "postgres15");
        assert.deepEqual(parameters.parameters?.[0], { name: "rds.force_ssl", value: "1" });
        const logged = [
            "log_connections",
            "log_disconnections",
            "log_lock_waits",
            "log_min_duration_statement",
            "log_temp_files",
        ];
        const names = (set: { name?: string }[] = []) =>
            set.map(({ name }) => name).filter((name) => name?.startsWith("log_"));
        assert.deepEqual(names(parameters.parameters).sort(), logged);
        const { databaseFlags } = gcp.one(sql.DatabaseInstance).inputs.settings!;
        assert.deepEqual(names(databaseFlags).sort(), ["log_checkpoints", ...logged], "RDS logs checkpoints by itself");
        const access = gcp.one(sql.DatabaseInstance).inputs.settings?.ipConfiguration;
        assert.deepEqual([access?.ipv4Enabled, access?.sslMode], [false, "ENCRYPTED_ONLY"]);
        assert.ok(access?.privateNetwork);
    });

    it("keeps backups for 7 days, with point-in-time recovery", async () => {
        const { aws, gcp } = await todoOnBoth();

        assert.equal(aws.one(rds.Instance).inputs.backupRetentionPeriod, 7);
        const backups = gcp.one(sql.DatabaseInstance).inputs.settings?.backupConfiguration;
        assert.deepEqual([backups?.enabled, backups?.pointInTimeRecoveryEnabled], [true, true]);
        assert.equal(backups?.backupRetentionSettings?.retainedBackups, 7);
    });

    it("shows slow queries: Performance Insights and Query Insights, and exported logs with a retention", async () => {
        const { aws, gcp } = await todoOnBoth();

        const instance = aws.one(rds.Instance).inputs;
        assert.equal(instance.performanceInsightsEnabled, true);
        assert.deepEqual(instance.enabledCloudwatchLogsExports, ["postgresql", "upgrade"]);
        const groups = aws.of(cloudwatch.LogGroup).filter(({ inputs }) => inputs.name?.startsWith("/aws/rds/"));
        assert.deepEqual(
            groups.map(({ inputs }) => inputs.retentionInDays),
            [7, 7],
        );
        for (const group of groups)
            assert.ok(aws.one(rds.Instance).dependencies.includes(group.urn), "made before RDS would");
        assert.equal(gcp.one(sql.DatabaseInstance).inputs.settings?.insightsConfig?.queryInsightsEnabled, true);
    });

    it("refuses deletion and leaves a last backup in prod, goes quietly in dev", async () => {
        const dev = await todoOnBoth();
        const prod = await todoOnBoth({}, "prod");

        const [small, large] = [dev.aws.one(rds.Instance), prod.aws.one(rds.Instance)];
        assert.deepEqual(
            [small.protect, small.inputs.deletionProtection, small.inputs.skipFinalSnapshot],
            [false, false, true],
        );
        assert.deepEqual(
            [large.protect, large.inputs.deletionProtection, large.inputs.skipFinalSnapshot],
            [true, true, false],
        );
        assert.match(String(large.inputs.finalSnapshotIdentifier), /-final$/);
        for (const [{ gcp }, expected] of [
            [dev, false],
            [prod, true],
        ] as const) {
            const instance = gcp.one(sql.DatabaseInstance);
            assert.equal(instance.protect, expected);
            assert.equal(instance.inputs.deletionProtection, expected);
            assert.equal(instance.inputs.settings?.deletionProtectionEnabled, expected);
            assert.equal(instance.inputs.settings?.finalBackupConfig?.enabled ?? false, expected);
        }
    });

    it("keeps the parameters of another version on RDS while a server may still use them", async () => {
        const kept = async (overrides: object, environment: "dev" | "prod") =>
            (await todoOn("aws", overrides, environment)).one(rds.ParameterGroup).retainOnDelete ?? false;

        // Where changes are made at once nothing uses them any more.
        assert.equal(await kept({}, "dev"), false);
        assert.equal(await kept({}, "prod"), true);
        // So that they go with a database that is given up.
        assert.equal(await kept({ databases: { db: { deletionProtection: false } } }, "prod"), false);
        assert.equal(await kept({ databases: { db: { restore: [{ at: "2026-01-31T03:14:00Z" }] } } }, "dev"), true);
    });

    it("makes changes that interrupt it in the maintenance window of RDS in prod, or when told so", async () => {
        const immediately = async (overrides: object, environment: "dev" | "prod") =>
            (await todoOn("aws", overrides, environment)).one(rds.Instance).inputs.applyImmediately;

        assert.equal(await immediately({}, "dev"), true);
        assert.equal(await immediately({}, "prod"), false);
        assert.equal(await immediately({ databases: { db: { aws: { applyImmediately: true } } } }, "prod"), true);
    });

    it("takes replicas along to another major version, and lets them grow as it does", async () => {
        const { aws, gcp } = await todoOnBoth({ databases: { db: { replicas: 1, maxStorage: 200 } } }, "prod");

        // RDS upgrades those of a region with their source; they say no version of their own.
        const { inputs, ignoreChanges } = aws.one(rds.Instance, "replica-1");
        assert.deepEqual([inputs.engineVersion, inputs.maxAllocatedStorage], [undefined, 200]);
        assert.deepEqual(ignoreChanges, ["parameterGroupName"]);
        assert.equal(gcp.one(sql.DatabaseInstance, "-db").inputs.includeReplicasForMajorVersionUpgrade, true);
        assert.deepEqual(gcp.one(sql.DatabaseInstance, "replica-1").ignoreChanges, ["databaseVersion"]);
    });

    it("adds read replicas when asked, and tells services where the first is", async () => {
        const { aws, gcp } = await todoOnBoth({ databases: { db: { replicas: 1 } } });

        const replica = aws.one(rds.Instance, "replica-1").inputs;
        assert.ok(replica.replicateSourceDb);
        assert.deepEqual([replica.storageEncrypted, replica.publiclyAccessible], [true, false]);
        assert.match(JSON.stringify(aws.resources), /DB_REPLICA_HOST/);
        const twin = gcp.of(sql.DatabaseInstance).find(({ inputs }) => inputs.masterInstanceName);
        assert.equal(twin?.inputs.settings?.ipConfiguration?.ipv4Enabled, false);
        assert.match(JSON.stringify(gcp.resources), /DB_REPLICA_HOST/);
    });

    it("lets nothing out of its security group on AWS", async () => {
        const { of, one } = await todoOn("aws");

        const group = one(ec2.SecurityGroup, `${server}-access`);
        assert.equal(group.inputs.egress, undefined);
        const rules = vpc({ of });
        assert.deepEqual(
            rules.egress.filter(({ from }) => from === `\${${server}-access.id}`),
            [],
        );
    });

    it("knows how many connections a class admits: 80 a GiB, at most 5,000", () => {
        const expected: Record<string, number> = {
            "db.t3.micro": 80,
            "db.t4g.small": 160,
            "db.t3.2xlarge": 2560,
            "db.m7g.large": 640,
            "db.r5.large": 1280,
            "db.r5.xlarge": 2560,
            "db.r6g.2xlarge": 5000,
            "db.r5.24xlarge": 5000,
        };
        for (const [instanceClass, connections] of Object.entries(expected))
            assert.equal(maxConnections(instanceClass), connections, instanceClass);
    });
});
