import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as rds from "@pulumi/aws/rds";
import * as sql from "@pulumi/gcp/sql";

import { maxConnections } from "../../components/aws/database";
import { databaseUrl } from "../../components/contract";
import { cloudSqlEngines } from "../../components/gcp/engines";
import { vpc } from "./rules";
import { todoOn, todoOnBoth } from "./stack";

/** The todo app with MySQL instead. */
const mysql = (more: object = {}) => ({
    databases: { db: { engine: "mysql" as const, version: "8.4" as const, ...more } },
});

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

    it("is MySQL where the app says so, with a port, a family and flags of its own", async () => {
        const { aws, gcp } = await todoOnBoth(mysql());

        const { inputs } = aws.one(rds.Instance);
        assert.deepEqual([inputs.engine, inputs.engineVersion, inputs.port], ["mysql", "8.4", 3306]);
        const group = aws.one(rds.ParameterGroup);
        assert.deepEqual([group.name, group.inputs.family], ["todo-dev-db-mysql8-4", "mysql8.4"]);
        assert.match(String(aws.one(ec2.SecurityGroup, `${server}-access`).inputs.description), /^MySQL /);
        const ports = vpc(aws).ingress.filter(({ to }) => to === `\${${server}-access.id}`);
        assert.deepEqual(
            ports.map(({ port }) => port),
            [3306],
        );
        const settings = gcp.one(sql.DatabaseInstance).inputs;
        assert.deepEqual([settings.databaseVersion, settings.settings?.tier], ["MYSQL_8_4", "db-f1-micro"]);
        assert.deepEqual(gcp.one(sql.User).inputs.host, "%");
        assert.deepEqual(
            [gcp.one(sql.Database).inputs.charset, gcp.one(sql.Database).inputs.collation],
            ["utf8mb4", "utf8mb4_0900_ai_ci"],
        );
        assert.equal(
            (await todoOn("gcp", mysql({ version: "8.0" }))).one(sql.DatabaseInstance).inputs.databaseVersion,
            "MYSQL_8_0",
        );
    });

    it("takes encrypted connections to MySQL only, knows how many there may be, and logs what is slow", async () => {
        const { aws, gcp } = await todoOnBoth(mysql());

        const set = (list: { name?: string; value?: string }[] = []) =>
            Object.fromEntries(list.map(({ name, value }) => [name, value]));
        assert.deepEqual(set(aws.one(rds.ParameterGroup).inputs.parameters), {
            require_secure_transport: "1",
            slow_query_log: "1",
            long_query_time: "1",
            log_output: "FILE",
            max_connections: "80",
        });
        assert.deepEqual(set(gcp.one(sql.DatabaseInstance).inputs.settings?.databaseFlags), {
            slow_query_log: "on",
            long_query_time: "1",
            log_output: "FILE",
            max_connections: "48",
        });
        assert.equal(gcp.one(sql.DatabaseInstance).inputs.settings?.ipConfiguration?.sslMode, "ENCRYPTED_ONLY");
        assert.deepEqual(aws.one(rds.Instance).inputs.enabledCloudwatchLogsExports, ["slowquery", "error"]);
        const groups = aws.of(cloudwatch.LogGroup).filter(({ inputs }) => inputs.name?.startsWith("/aws/rds/"));
        assert.deepEqual(groups.map(({ inputs }) => inputs.name?.split("/").at(-1)).sort(), ["error", "slowquery"]);
    });

    it("recovers MySQL by its binary log on Cloud SQL, which knows no other way", async () => {
        const gcp = await todoOn("gcp", mysql(), "prod");

        const backups = gcp.one(sql.DatabaseInstance).inputs.settings?.backupConfiguration;
        assert.deepEqual(
            [backups?.enabled, backups?.binaryLogEnabled, backups?.pointInTimeRecoveryEnabled],
            [true, true, undefined],
        );
        assert.equal(backups?.transactionLogRetentionDays, 7);
    });

    it("has Performance Insights of MySQL from the classes on that have it", async () => {
        const insights = async (instanceClass: string) =>
            (await todoOn("aws", mysql({ aws: { instanceClass } }))).one(rds.Instance).inputs
                .performanceInsightsEnabled;

        assert.equal(await insights("db.t4g.micro"), false);
        assert.equal(await insights("db.t3.small"), false);
        assert.equal(await insights("db.t4g.medium"), true);
        assert.equal(await insights("db.m7g.large"), true);
    });

    it("tells services where MySQL is, with a URL that asks for TLS, and replicas of it", async () => {
        const { aws, gcp } = await todoOnBoth(mysql({ replicas: 1 }));

        for (const { resources } of [aws, gcp]) {
            const all = JSON.stringify(resources);
            assert.match(all, /DB_REPLICA_HOST/);
            assert.match(all, /3306/);
            assert.doesNotMatch(all, /5432|postgres/i);
        }
        assert.ok(aws.one(rds.Instance, "replica-1").inputs.replicateSourceDb);
        assert.equal(gcp.one(sql.DatabaseInstance, "replica-1").inputs.databaseVersion, "MYSQL_8_4");
        assert.equal(
            databaseUrl("mysql", "10.0.0.5", "secret"),
            "mysql://app:secret@10.0.0.5:3306/app?ssl-mode=REQUIRED",
        );
    });

    it("waits with an upgrade of MySQL for the maintenance window of RDS in prod", async () => {
        const { inputs } = (await todoOn("aws", mysql(), "prod")).one(rds.Instance);
        assert.deepEqual([inputs.applyImmediately, inputs.allowMajorVersionUpgrade], [false, true]);
    });

    it("counts connections to MySQL by the metric that Cloud SQL has for it", async () => {
        const gcp = await todoOn("gcp", mysql(), "prod");
        const all = JSON.stringify(gcp.resources);
        assert.match(all, /database\/network\/connections/);
        assert.doesNotMatch(all, /postgresql\/num_backends/);
        assert.match(JSON.stringify((await todoOn("gcp", {}, "prod")).resources), /postgresql\/num_backends/);
    });

    it("limits connections to MySQL on Cloud SQL to 80 a GiB, at most 4,000", () => {
        const { maxConnections } = cloudSqlEngines.mysql;
        assert.deepEqual(
            ["db-f1-micro", "db-g1-small", "db-custom-2-7680", "db-custom-16-106496"].map(maxConnections),
            [48, 136, 600, 4000],
        );
        assert.equal(cloudSqlEngines.postgres.maxConnections("db-custom-2-7680"), 400);
    });
});
