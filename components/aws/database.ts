import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as rds from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type * as topology from "../../topology/app";
import { engineOf } from "../../topology/engines";
import { toldConnections } from "../../topology/parameters";
import {
    databaseEnvironment,
    databaseFields,
    databaseName,
    databaseSecretNames,
    databaseUrl,
    databaseUser,
} from "../contract";
import { onceDone, passwordHash } from "../gates";
import { generations, type Generation } from "../generations";
import type * as roles from "../roles";
import { groupParameters, rdsEngines } from "./engines";
import { Secret } from "./secret";
import { databaseTimeouts } from "./timeouts";

/** PostgreSQL or MySQL on Amazon RDS. Its twin is ../gcp/database.ts. */
export class Database extends pulumi.ComponentResource implements roles.Database {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port: number;
    readonly fields: Record<string, string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly securityGroupId: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;
    readonly maxConnections: number;
    readonly replicaIds: pulumi.Output<string>[];

    constructor(name: string, args: roles.DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Database", name, {}, opts);
        const { database, network, deletionProtection } = args;
        const { engine, version } = database;
        this.name = args.name;
        this.port = engineOf(engine).port;
        this.fields = databaseFields(engine);
        this.maxConnections = toldConnections(database) ?? maxConnections(database.aws.instanceClass);

        const parent = this;
        const subnets = new rds.SubnetGroup(`${name}-subnets`, { subnetIds: network.privateSubnetIds }, { parent });
        // No rules: services add their own way in, and nothing leads out.
        const group = new ec2.SecurityGroup(
            `${name}-access`,
            { vpcId: network.id, description: `${engineOf(engine).title} ${name}` },
            // It is in a VPC for good, as is the server: another range of addresses is refused before anything is touched.
            { parent, protect: deletionProtection },
        );
        const parameters = new rds.ParameterGroup(
            `${name}-${engine}${version.replace(".", "-")}`,
            { family: `${engine}${version}`, parameters: groupParameters(database, this.maxConnections) },
            // That of another version stays while a server may still use it: RDS deletes none that is in use, and an
            // upgrade that waits for its window leaves the server with the old one.
            { parent, retainOnDelete: deletionProtection || database.restore.length > 0 },
        );
        const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent });
        const shared = {
            vpcSecurityGroupIds: [group.id],
            parameterGroupName: parameters.name,
            dbSubnetGroupName: subnets.name,
        };
        const servers = generations(name, database, deletionProtection).reduce<rds.Instance[]>(
            (before, generation) => [...before, this.server(generation, args, password.result, shared, before.at(-1))],
            [],
        );
        const server = servers.at(-1)!;
        const replicas = this.replicas(generations(name, database, false).at(-1)!.name, args, server, {
            vpcSecurityGroupIds: shared.vpcSecurityGroupIds,
            parameterGroupName: shared.parameterGroupName,
        });

        this.host = server.address;
        this.securityGroupId = group.id;
        this.monitoringId = server.identifier;
        this.replicaIds = replicas.map((replica) => replica.identifier);
        this.environment = databaseEnvironment(args.name, {
            host: this.host,
            port: this.port,
            replicaHost: replicas[0]?.address,
        });
        this.secrets = this.credentials(name, args, onceDone(password.result, server));
        this.registerOutputs({ host: this.host });
    }

    private server(
        { name, restore, superseded, deletionProtection }: Generation,
        args: roles.DatabaseArgs,
        password: pulumi.Output<string>,
        shared: Partial<rds.InstanceArgs>,
        before: rds.Instance | undefined,
    ): rds.Instance {
        // Known before the server is, so that its log groups exist, with their retention, before RDS would make them.
        const suffix = new random.RandomId(`${name}-suffix`, { byteLength: 4 }, { parent: this });
        const identifier = pulumi.interpolate`${name}-${suffix.hex}`;
        const logs = this.logGroups(name, identifier, args);
        return args.gates.pass(
            name,
            passwordHash(password),
            (passwordWoVersion, hooks) =>
                new rds.Instance(
                    name,
                    {
                        ...instance(args),
                        ...primary(args, identifier),
                        ...shared,
                        ...(restore ? restored(restore, before) : empty(args.database)),
                        deletionProtection,
                        passwordWo: password,
                        passwordWoVersion,
                    },
                    {
                        parent: this,
                        hooks,
                        protect: deletionProtection,
                        dependsOn: logs,
                        customTimeouts: databaseTimeouts(args.database),
                        // What it was made of is history, and what took its place decides no more about it.
                        ignoreChanges: [
                            ...(restore ? ["restoreToPointInTime", "snapshotIdentifier"] : []),
                            ...(superseded ? ["engineVersion", "parameterGroupName"] : []),
                        ],
                    },
                ),
        );
    }

    private replicas(
        name: string,
        args: roles.DatabaseArgs,
        server: rds.Instance,
        shared: Partial<rds.InstanceArgs>,
    ): rds.Instance[] {
        return Array.from(
            { length: args.database.replicas },
            (_, index) =>
                new rds.Instance(
                    `${name}-replica-${index + 1}`,
                    {
                        ...instance(args),
                        ...shared,
                        replicateSourceDb: server.identifier,
                        // It grows as its source does, or falls behind for ever.
                        maxAllocatedStorage: growsTo(args.database),
                        // A copy: it goes when `replicas` says so.
                        deletionProtection: false,
                        skipFinalSnapshot: true,
                    },
                    {
                        parent: this,
                        // RDS takes no parameters of a version that it has not: it gets them of its new one with its source.
                        ignoreChanges: ["parameterGroupName"],
                        customTimeouts: databaseTimeouts(args.database),
                    },
                ),
        );
    }

    private logGroups(
        name: string,
        identifier: pulumi.Output<string>,
        { database, logRetentionDays: retentionInDays }: roles.DatabaseArgs,
    ): cloudwatch.LogGroup[] {
        return rdsEngines[database.engine].logs.map(
            (log) =>
                new cloudwatch.LogGroup(
                    `${name}-${log}-logs`,
                    { name: pulumi.interpolate`/aws/rds/instance/${identifier}/${log}`, retentionInDays },
                    { parent: this },
                ),
        );
    }

    private credentials(name: string, args: roles.DatabaseArgs, password: pulumi.Output<string>) {
        const url = pulumi
            .all([this.host, password])
            .apply(([host, value]) => databaseUrl(args.database.engine, host, value));
        const secret = new Secret(
            `${name}-credentials`,
            { values: { username: databaseUser, password, url }, recoveryDays: args.deletionProtection ? 30 : 0 },
            { parent: this },
        );
        const variables = databaseSecretNames(args.name);
        return { [variables.password]: secret.ref("password"), [variables.url]: secret.ref("url") };
    }
}

/** What the server and its replicas have in common. */
const instance = ({ database, interruptible }: roles.DatabaseArgs) => ({
    instanceClass: database.aws.instanceClass,
    storageEncrypted: true,
    storageType: "gp3",
    publiclyAccessible: false,
    ...(rdsEngines[database.engine].hasInsights(database.aws.instanceClass)
        ? { performanceInsightsEnabled: true, performanceInsightsRetentionPeriod: 7 }
        : { performanceInsightsEnabled: false }),
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: true,
    maintenanceWindow: "sun:19:30-sun:20:30",
    // Not by its own protection: whoever lifts that, to take the database out, must not restart it on the way.
    applyImmediately: database.aws.applyImmediately ?? interruptible,
});

/** What only the server has; replicas follow it. */
const primary = ({ database }: roles.DatabaseArgs, identifier: pulumi.Output<string>) => ({
    identifier,
    engine: database.engine,
    engineVersion: database.version,
    // Only a new `version` in the topology asks for it.
    allowMajorVersionUpgrade: true,
    maxAllocatedStorage: growsTo(database),
    multiAz: database.highAvailability,
    port: engineOf(database.engine).port,
    backupRetentionPeriod: database.backupDays,
    backupWindow: "18:00-19:00",
    deleteAutomatedBackups: !database.finalBackup,
    skipFinalSnapshot: !database.finalBackup,
    finalSnapshotIdentifier: database.finalBackup ? pulumi.interpolate`${identifier}-final` : undefined,
    enabledCloudwatchLogsExports: rdsEngines[database.engine].logs,
});

/** GiB that storage grows to. Equal to the size it starts with, RDS takes the limit for a mistake. */
const growsTo = ({ storage, maxStorage }: topology.Database) => (maxStorage > storage ? maxStorage : undefined);

/** What a server that begins empty is told, and a restored one brings along. */
const empty = ({ storage }: topology.Database) => ({
    allocatedStorage: storage,
    dbName: databaseName,
    username: databaseUser,
});

/** Where a restored server comes from. RDS restores into a new one only. */
function restored(
    { at, backup, from }: topology.Database["restore"][number],
    before: rds.Instance | undefined,
): Partial<rds.InstanceArgs> {
    if (backup !== undefined) return { snapshotIdentifier: backup };
    const source = from?.startsWith("arn:")
        ? { sourceDbInstanceAutomatedBackupsArn: from }
        : { sourceDbInstanceIdentifier: from ?? before?.identifier };
    return { restoreToPointInTime: { ...source, restoreTime: at } };
}

/** GiB of memory by the size of a burstable class; the other families grow from `large`. */
const burstableMemory: Record<string, number> = { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16, "2xlarge": 32 };
/** GiB of memory of a `large` by the first letter of the family. */
const largeMemory: Record<string, number> = { c: 4, m: 8, r: 16, x: 32 };

/**
 * Connections that a class serves: 80 a GiB of memory, at most 5,000, set in the parameter group. RDS's own default
 * (112 a GiB of what it calls the class's memory, which it does not publish) cannot be known before the server runs,
 * and an alarm at 80 % of a guess might never ring.
 */
export function maxConnections(instanceClass: string): number {
    const [, family = "", size = ""] = instanceClass.split(".");
    const multiple = size === "large" ? 1 : 2 * Number(size.replace("xlarge", "") || 1);
    const memory = family.startsWith("t") ? burstableMemory[size] : (largeMemory[family[0]] ?? 0) * multiple;
    return Math.min(5000, 80 * (memory || 1));
}
