import type * as sql from "@pulumi/gcp/sql";
import type { input } from "@pulumi/gcp/types";

import type * as topology from "../../topology/app";
import type { EngineName } from "../../topology/engines";
import { parametersOf, toldConnections } from "../../topology/parameters";
import { databaseName } from "../contract";

/** How Cloud SQL runs an engine. Its twin is ../aws/engines.ts. */
export interface CloudSqlEngine {
    /** `POSTGRES_15`, `MYSQL_8_4` */
    databaseVersion(version: string): string;
    /** In the log what is slow, by flags of which none restarts a server. */
    flags(connections: number): Record<string, string>;
    /** What Cloud SQL calls a parameter that it has under another name. */
    told(name: string, value: string): Record<string, string>;
    /** What makes a point in time recoverable. */
    recovery: Pick<
        input.sql.DatabaseInstanceSettingsBackupConfiguration,
        "pointInTimeRecoveryEnabled" | "binaryLogEnabled"
    >;
    /** What the database and its owner are made with, beside their names. */
    database: Pick<sql.DatabaseArgs, "charset" | "collation">;
    user: Pick<sql.UserArgs, "host">;
    /** Connections that a tier admits. */
    maxConnections(tier: string): number;
    /** Metric of Cloud Monitoring that counts them, after `cloudsql.googleapis.com/database/`. */
    connections: string;
}

/** GiB of memory of a tier; `db-custom-2-7680` has 7.5. */
const memoryOf = (tier: string): number => sharedMemory[tier] ?? Number(tier.split("-").at(-1)) / 1024;
const sharedMemory: Record<string, number> = { "db-f1-micro": 0.6, "db-g1-small": 1.7 };

/** PostgreSQL's connections by memory: from so many GiB on, Cloud SQL's default is so many. */
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

export const cloudSqlEngines: Record<EngineName, CloudSqlEngine> = {
    postgres: {
        databaseVersion: (version) => `POSTGRES_${version}`,
        /**
         * Who connects and leaves, what waits for a lock, checkpoints, and what spills to disk.
         * @see https://cloud.google.com/sql/docs/postgres/flags
         */
        flags: () => ({
            log_min_duration_statement: "1000",
            log_connections: "on",
            log_disconnections: "on",
            log_lock_waits: "on",
            log_checkpoints: "on",
            log_temp_files: "0",
        }),
        told: (name, value): Record<string, string> => {
            if (name === "wal_level") return { "cloudsql.logical_decoding": value === "logical" ? "on" : "off" };
            if (name !== "shared_preload_libraries") return { [name]: value };
            // pg_stat_statements is loaded in any case.
            return {
                ...(/auto_explain/.test(value) ? { "cloudsql.enable_auto_explain": "on" } : {}),
                ...(/pg_cron/.test(value)
                    ? { "cloudsql.enable_pg_cron": "on", "cron.database_name": databaseName }
                    : {}),
            };
        },
        recovery: { pointInTimeRecoveryEnabled: true },
        database: {},
        user: {},
        maxConnections: (tier) =>
            sharedCore[tier] ?? connectionsFrom.find(([from]) => memoryOf(tier) >= from)?.[1] ?? 50,
        connections: "postgresql/num_backends",
    },
    mysql: {
        databaseVersion: (version) => `MYSQL_${version.replace(".", "_")}`,
        /** @see https://cloud.google.com/sql/docs/mysql/flags */
        flags: (connections) => ({
            slow_query_log: "on",
            long_query_time: "1",
            log_output: "FILE",
            max_connections: String(connections),
        }),
        // The collation is the database's, which Cloud SQL makes with one of its own.
        told: (name, value): Record<string, string> => (name === "collation_server" ? {} : { [name]: value }),
        recovery: { binaryLogEnabled: true },
        database: { charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci" },
        user: { host: "%" },
        // As many a GiB as on RDS, and set, not guessed: Cloud SQL's own default is far more than a small tier has memory for.
        maxConnections: (tier) => Math.min(4000, Math.floor(80 * memoryOf(tier))),
        connections: "network/connections",
    },
};

/** Connections that a server takes. */
export const connectionsOf = (database: topology.Database): number =>
    toldConnections(database) ?? cloudSqlEngines[database.engine].maxConnections(database.gcp.tier);

/** Flags of a server: the stack's own, and what the app says. */
export function serverFlags(database: topology.Database): { name: string; value: string }[] {
    const { flags, told } = cloudSqlEngines[database.engine];
    const said = parametersOf(database).map(([name, value]) => told(name, value));
    return Object.entries(Object.assign(flags(connectionsOf(database)), ...said) as Record<string, string>).map(
        ([name, value]) => ({ name, value }),
    );
}
