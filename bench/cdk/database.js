"use strict";
// @ts-check

const { Duration, RemovalPolicy, SecretValue, Token } = require("aws-cdk-lib");
const ec2 = require("aws-cdk-lib/aws-ec2");
const rds = require("aws-cdk-lib/aws-rds");
const { Secret } = require("aws-cdk-lib/aws-secretsmanager");

const { logGroup } = require("./network");

/** PostgreSQL 15, Multi-AZ, with its parameter group, log groups, credentials, and a URL that holds them. */
function database(scope, vpc) {
    const access = new ec2.SecurityGroup(scope, "DbAccess", {
        vpc,
        description: "PostgreSQL todo-prod-db",
        allowAllOutbound: false,
    });
    const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_15 });
    const parameterGroup = new rds.ParameterGroup(scope, "DbParameters", {
        engine,
        parameters: { "rds.force_ssl": "1", log_min_duration_statement: "1000", max_connections: "1280" },
    });
    const instanceIdentifier = "todo-prod-db";
    const exported = ["postgresql", "upgrade"];
    const groups = exported.map((log) =>
        logGroup(scope, `Db-${log}`, `/aws/rds/instance/${instanceIdentifier}/${log}`),
    );
    const server = new rds.DatabaseInstance(scope, "Db", {
        vpc,
        engine,
        parameterGroup,
        instanceIdentifier,
        vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        securityGroups: [access],
        instanceType: ec2.InstanceType.of(ec2.InstanceClass.R5, ec2.InstanceSize.LARGE),
        credentials: rds.Credentials.fromGeneratedSecret("app"),
        databaseName: "app",
        port: 5432,
        storageEncrypted: true,
        storageType: rds.StorageType.GP3,
        allocatedStorage: 20,
        maxAllocatedStorage: 100,
        publiclyAccessible: false,
        multiAz: true,
        backupRetention: Duration.days(7),
        preferredBackupWindow: "18:00-19:00",
        preferredMaintenanceWindow: "sun:19:30-sun:20:30",
        deleteAutomatedBackups: false,
        enablePerformanceInsights: true,
        performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
        cloudwatchLogsExports: exported,
        autoMinorVersionUpgrade: true,
        allowMajorVersionUpgrade: true,
        copyTagsToSnapshot: true,
        deletionProtection: true,
        removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    server.node.addDependency(...groups);

    const password = server.secret.secretValueFromJson("password").unsafeUnwrap();
    const host = server.dbInstanceEndpointAddress;
    const url = new Secret(scope, "DbUrl", {
        secretStringValue: SecretValue.unsafePlainText(`postgresql://app:${password}@${host}:5432/app?sslmode=require`),
    });
    return { server, access, url, host: Token.asString(host) };
}

module.exports = { database };
