import * as sql from "@pulumi/gcp/sql";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type * as topology from "../../topology/app";
import { engineOf } from "../../topology/engines";
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
import { cloudSqlEngines, connectionsOf, serverFlags } from "./engines";
import { Secret } from "./secret";
import { databaseTimeouts } from "./timeouts";

/** PostgreSQL or MySQL on Cloud SQL. Its twin is ../aws/database.ts. */
export class Database extends pulumi.ComponentResource implements roles.Database {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port: number;
    readonly fields: Record<string, string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly monitoringId: pulumi.Output<string>;
    readonly maxConnections: number;
    readonly replicaIds: pulumi.Output<string>[];

    constructor(name: string, args: roles.DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Database", name, {}, opts);
        const { place, database, deletionProtection } = args;
        this.name = args.name;
        this.port = engineOf(database.engine).port;
        this.fields = databaseFields(database.engine);
        this.maxConnections = connectionsOf(database);

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
            port: this.port,
            replicaHost: replicas[0]?.privateIpAddress,
        });
        const known = onceDone(password, user);
        const url = pulumi.all([this.host, known]).apply(([host, value]) => databaseUrl(database.engine, host, value));
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
        return { instance, ...this.contents(name, instance, password, args, restore !== undefined) };
    }

    /**
     * The database inside the server, and its owner. PostgreSQL drops neither while in use, so both go with the server. A
     * restored server brings both along; its owner gets the password of today.
     */
    private contents(
        name: string,
        server: sql.DatabaseInstance,
        password: pulumi.Output<string>,
        { gates, database: { engine, parameters } }: roles.DatabaseArgs,
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
                    {
                        ...inside,
                        ...cloudSqlEngines[engine].user,
                        name: databaseUser,
                        passwordWo: password,
                        passwordWoVersion,
                    },
                    { ...opts, hooks },
                ),
        );
        if (isRestored) return { user, contents: [user.name] };
        const database = new sql.Database(
            `${name}-database`,
            {
                ...inside,
                ...cloudSqlEngines[engine].database,
                ...(parameters.collation_server === undefined
                    ? {}
                    : { collation: String(parameters.collation_server) }),
                name: databaseName,
            },
            opts,
        );
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
    databaseVersion: cloudSqlEngines[database.engine].databaseVersion(database.version),
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

/** What a server and its replicas have in common. */
function settingsOf({ database, network }: roles.DatabaseArgs) {
    const { gcp, storage, maxStorage, tls } = database;
    return {
        tier: gcp.tier,
        edition: "ENTERPRISE",
        diskType: "PD_SSD",
        diskSize: storage,
        diskAutoresize: true,
        diskAutoresizeLimit: maxStorage,
        ipConfiguration: {
            ipv4Enabled: false,
            privateNetwork: network.id,
            sslMode: tls === "optional" ? "ALLOW_UNENCRYPTED_AND_ENCRYPTED" : "ENCRYPTED_ONLY",
        },
        databaseFlags: serverFlags(database),
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
            ...cloudSqlEngines[database.engine].recovery,
            // ENTERPRISE keeps logs for no more than a week, and never longer than backups.
            transactionLogRetentionDays: Math.min(backupDays, 7),
            backupRetentionSettings: { retainedBackups: backupDays, retentionUnit: "COUNT" },
        },
        maintenanceWindow: { day: 7, hour: 19, updateTrack: "stable" },
        finalBackupConfig: finalBackup ? { enabled: true, retentionDays: 30 } : undefined,
    };
}
