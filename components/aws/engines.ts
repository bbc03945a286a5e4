import type { input } from "@pulumi/aws/types";

import type * as topology from "../../topology/app";
import type { EngineName } from "../../topology/engines";
import { parametersOf } from "../../topology/parameters";
import { databaseName } from "../contract";

/** How RDS runs an engine. Its twin is ../gcp/engines.ts. */
export interface RdsEngine {
    /** The logs that it exports, each to a log group of its own; the one that grows stands first. */
    logs: string[];
    /** Encrypted connections only unless TLS is optional, a limit of connections that is known, and in the log what is slow. */
    parameters(connections: number, tls: topology.Database["tls"]): input.rds.ParameterGroupParameter[];
    /** What RDS calls a parameter that it has under another name, or another value. */
    told(name: string, value: string): [name: string, value: string][];
    /** Whether there is Performance Insights for a class. */
    hasInsights(instanceClass: string): boolean;
}

export const rdsEngines: Record<EngineName, RdsEngine> = {
    postgres: {
        logs: ["postgresql", "upgrade"],
        // Who connects and leaves, what waits for a lock, and what spills to disk; checkpoints RDS logs by itself. Only the limit
        // restarts a server.
        parameters: (connections, tls) => [
            { name: "rds.force_ssl", value: tls === "optional" ? "0" : "1" },
            { name: "log_min_duration_statement", value: "1000" },
            { name: "log_connections", value: "1" },
            { name: "log_disconnections", value: "1" },
            { name: "log_lock_waits", value: "1" },
            { name: "log_temp_files", value: "0" },
            { name: "max_connections", value: String(connections), applyMethod: "pending-reboot" },
        ],
        told: (name, value) => {
            if (name === "wal_level") return [["rds.logical_replication", value === "logical" ? "1" : "0"]];
            if (name !== "shared_preload_libraries") return [[name, value]];
            // RDS's own default, which another value would put out.
            const libraries = [...new Set(["pg_stat_statements", ...value.split(",")])];
            return [
                [name, libraries.join(",")],
                ...(libraries.includes("pg_cron")
                    ? ([["cron.database_name", databaseName]] as [string, string][])
                    : []),
            ];
        },
        hasInsights: () => true,
    },
    mysql: {
        logs: ["slowquery", "error"],
        // None of them restarts a server. CloudWatch gets what is in files, not in tables.
        parameters: (connections, tls) => [
            { name: "require_secure_transport", value: tls === "optional" ? "0" : "1" },
            { name: "slow_query_log", value: "1" },
            { name: "long_query_time", value: "1" },
            { name: "log_output", value: "FILE" },
            { name: "max_connections", value: String(connections) },
        ],
        told: (name, value) => [[name, name === "event_scheduler" ? value.toUpperCase() : value]],
        /** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html */
        hasInsights: (instanceClass) => !/^db\.t\w+\.(micro|small)$/.test(instanceClass),
    },
};

/** What the server's parameter group has: the stack's own, and what the app says. What both say (the limit of connections) the app decides. */
export function groupParameters(database: topology.Database, connections: number): input.rds.ParameterGroupParameter[] {
    const { parameters, told } = rdsEngines[database.engine];
    const own = parameters(connections, database.tls);
    return [
        ...own,
        ...parametersOf(database).flatMap(([name, value, parameter]) =>
            told(name, "switch" in parameter && name !== "event_scheduler" ? (value === "on" ? "1" : "0") : value)
                .filter(([name]) => !own.some((each) => each.name === name))
                .map(([name, value]) => ({
                    name,
                    value,
                    ...(parameter.restarts?.includes("aws") || onlyNew.has(name)
                        ? { applyMethod: "pending-reboot" }
                        : {}),
                })),
        ),
    ];
}

/** RDS takes it for a server that is not there yet. */
const onlyNew = new Set(["lower_case_table_names"]);
