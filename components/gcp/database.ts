import * as sql from "@pulumi/gcp/sql";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type * as topology from "../../topology/app";
import { databaseEnvironment, databaseName, databaseSecretNames, databaseUrl, databaseUser } from "../contract";
import { onceDone, passwordHash, type Gates } from "../gates";
import { generations, type Generation } from "../generations";
import type * as roles from "../roles";
import { Secret } from "./secret";
import { databaseTimeouts } from "./timeouts";

const port = 5432;

/** PostgreSQL on Cloud SQL. Its twin is ../aws/database.ts. */
export class Database extends pulumi.ComponentResource implements roles.Database {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port = port;
    readonly fields = { sslmode: "require", tls: "true" };
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly monitoringId: pulumi.Output<string>;
    readonly maxConnections: number;
    readonly replicaIds: pulumi.Output<string>[];

    constructor(name: string, args: roles.DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Database", name, {}, opts);
        const { place, database, deletionProtection } = args;
        this.name = args.name;
        this.maxConnections = maxConnections(database.gcp.tier);

        const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent: this })
            .result;
        const all = generations(name, database, deletionProtection);
        const servers = all.reduce<Server[]>(
            (before, generation) => [...before, this.server(generation, args, password, before.at(-1))],
            [],
        );
        const { instance: server, contents, user } = servers.at(-1)!;
        const replicas = this.replicas(all.at(-1)!.name, args, server);

        // By way of what is inside: whoever connects finds the database and its owner.
        this.host = pulumi.all([server.privateIpAddress, ...contents]).apply(([address]) => address);
        this.monitoringId = pulumi.interpolate`${place.project}:${server.name}`;
        this.replicaIds = replicas.map((replica) => pulumi.interpolate`${place.project}:${replica.name}`);
        this.environment = databaseEnvironment(args.name, {
            host: this.host,
            port,
            replicaHost: replicas[0]?.privateIpAddress,
        });
        const known = onceDone(password, user);
        const url = pulumi.all([this.host, known]).apply(([host, value]) => databaseUrl(host, value, port));
        const credentials = new Secret(`${name}-credentials`, { values: { password: known, url } }, { parent: this });
        const variables = databaseSecretNames(args.name);
        this.secrets = { [variables.password]: credentials.ref("password"), [variables.url]: credentials.ref("url") };
        this.registerOutputs({ host: this.host });
    }

    private server(
        { name, restore, superseded, deletionProtection }: Generation,
        args: roles.DatabaseArgs,
        password: pulumi.Output<string>,
        before: Server | undefined,
    ): Server {
        const { database } = args;
        // Names are Pulumi's to choose: Cloud SQL does not give the name of a deleted instance away for a week.
        const instance = new sql.DatabaseInstance(
            name,
            {
                ...common(args),
                deletionProtection,
                // A new major version is theirs, too, in the same operation.
                includeReplicasForMajorVersionUpgrade: database.replicas > 0 ? true : undefined,
                // Enabled in the settings against deletion by anybody; that of the instance is only against Pulumi.
                settings: {
                    ...settingsOf(args),
                    ...primarySettings(database),
                    deletionProtectionEnabled: deletionProtection,
                },
                ...(restore ? restored(restore, before?.instance) : {}),
            },
            {
                parent: this,
                protect: deletionProtection,
                customTimeouts: databaseTimeouts(database),
                // What it was made of is history, and what took its place decides no more about it.
                ignoreChanges: [
                    ...(restore ? ["clone", "restoreBackupContext"] : []),
                    ...(superseded ? ["databaseVersion"] : []),
                ],
            },
        );
        return { instance, ...this.contents(name, instance, password, args.gates, restore !== undefined) };
    }

    /**
     * The database inside the server, and its owner. PostgreSQL drops neither while in use, so both go with the server. A
     * restored server brings both along; its owner gets the password of today.
     */
    private contents(
        name: string,
        server: sql.DatabaseInstance,
        password: pulumi.Output<string>,
        gates: Gates,
        isRestored: boolean,
    ): Pick<Server, "user" | "contents"> {
        const inside = { instance: server.name, deletionPolicy: "ABANDON" };
        const opts = { parent: this, dependsOn: server };
        const user = gates.pass(
            `${name}-user`,
            passwordHash(password),
            (passwordWoVersion, hooks) =>
                new sql.User(
                    `${name}-user`,
                    { ...inside, name: databaseUser, passwordWo: password, passwordWoVersion },
                    { ...opts, hooks },
                ),
        );
        if (isRestored) return { user, contents: [user.name] };
        const database = new sql.Database(`${name}-database`, { ...inside, name: databaseName }, opts);
        return { user, contents: [database.name, user.name] };
    }

    private replicas(name: string, args: roles.DatabaseArgs, server: sql.DatabaseInstance): sql.DatabaseInstance[] {
        return Array.from(
            { length: args.database.replicas },
            (_, index) =>
                new sql.DatabaseInstance(
                    `${name}-replica-${index + 1}`,
                    {
                        ...common(args),
                        masterInstanceName: server.name,
                        instanceType: "READ_REPLICA_INSTANCE",
                        // A copy: it goes when `replicas` says so.
                        deletionProtection: false,
                        settings: { ...settingsOf(args), availabilityType: "ZONAL", deletionProtectionEnabled: false },
                    },
                    // Upgraded with its server, by the server's own upgrade.
                    {
                        parent: this,
                        ignoreChanges: ["databaseVersion"],
                        customTimeouts: databaseTimeouts(args.database),
                    },
                ),
        );
    }
}

interface Server {
    instance: sql.DatabaseInstance;
    /** Who owns what is inside. */
    user: sql.User;
    /** Known once what is inside is there. */
    contents: pulumi.Output<string>[];
}

const common = ({ place, database }: roles.DatabaseArgs) => ({
    databaseVersion: `POSTGRES_${database.version}`,
    region: place.region,
});

/** Where a restored server comes from: a copy of another at a moment, or a new one with a backup put into it. */
function restored(
    { at, backup, from }: topology.Database["restore"][number],
    before: sql.DatabaseInstance | undefined,
): Pick<sql.DatabaseInstanceArgs, "clone" | "restoreBackupContext"> {
    const source = from ?? before?.name;
    if (backup !== undefined) return { restoreBackupContext: { backupRunId: Number(backup), instanceId: source } };
    return { clone: { sourceInstanceName: source!, pointInTime: at } };
}

/**
 * Slow statements in the log, who connects and leaves, what waits for a lock, checkpoints, and what spills to disk. None of
 * them restarts a server.
 * @see https://cloud.google.com/sql/docs/postgres/flags
 */
const databaseFlags = Object.entries({
    log_min_duration_statement: "1000",
    log_connections: "on",
    log_disconnections: "on",
    log_lock_waits: "on",
    log_checkpoints: "on",
    log_temp_files: "0",
}).map(([name, value]) => ({ name, value }));

/** What a server and its replicas have in common. */
function settingsOf({ database: { gcp, storage, maxStorage }, network }: roles.DatabaseArgs) {
    return {
        tier: gcp.tier,
        edition: "ENTERPRISE",
        diskType: "PD_SSD",
        diskSize: storage,
        diskAutoresize: true,
        diskAutoresizeLimit: maxStorage,
        ipConfiguration: { ipv4Enabled: false, privateNetwork: network.id, sslMode: "ENCRYPTED_ONLY" },
        databaseFlags,
        insightsConfig: {
            queryInsightsEnabled: true,
            queryStringLength: 1024,
            recordApplicationTags: false,
            recordClientAddress: false,
        },
    };
}

/** What a server has and its replicas don't. Times are UTC, at night in Japan. */
function primarySettings(database: topology.Database): Omit<input.sql.DatabaseInstanceSettings, "tier"> {
    const { highAvailability, backupDays, finalBackup } = database;
    return {
        availabilityType: highAvailability ? "REGIONAL" : "ZONAL",
        backupConfiguration: {
            enabled: true,
            startTime: "18:00",
            pointInTimeRecoveryEnabled: true,
            // ENTERPRISE keeps logs for no more than a week, and never longer than backups.
            transactionLogRetentionDays: Math.min(backupDays, 7),
            backupRetentionSettings: { retainedBackups: backupDays, retentionUnit: "COUNT" },
        },
        maintenanceWindow: { day: 7, hour: 19, updateTrack: "stable" },
        finalBackupConfig: finalBackup ? { enabled: true, retentionDays: 30 } : undefined,
    };
}

/** Connections by memory: from so many GiB on, Cloud SQL's default is so many. */
const connectionsFrom: [gibibytes: number, connections: number][] = [
    [120, 1000],
    [60, 800],
    [30, 600],
    [15, 500],
    [7.5, 400],
    [6, 200],
    [3.75, 100],
];
const sharedCore: Record<string, number> = { "db-f1-micro": 25, "db-g1-small": 50 };

/** Connections that a tier admits by Cloud SQL's default: `db-custom-2-7680` has 7,680 MiB, so 400. */
export function maxConnections(tier: string): number {
    const memory = Number(tier.split("-").at(-1)) / 1024;
    return sharedCore[tier] ?? connectionsFrom.find(([from]) => memory >= from)?.[1] ?? 50;
}
