import type { input } from "@pulumi/aws/types";

import type { EngineName } from "../../topology/engines";

/** How RDS runs an engine. Its twin is ../gcp/engines.ts. */
export interface RdsEngine {
    /** The logs that it exports, each to a log group of its own; the one that grows stands first. */
    logs: string[];
    /** Encrypted connections only, a limit of connections that is known, and in the log what is slow. */
    parameters(connections: number): input.rds.ParameterGroupParameter[];
    /** Whether there is Performance Insights for a class. */
    hasInsights(instanceClass: string): boolean;
}

export const rdsEngines: Record<EngineName, RdsEngine> = {
    postgres: {
        logs: ["postgresql", "upgrade"],
        // Who connects and leaves, what waits for a lock, and what spills to disk; checkpoints RDS logs by itself. Only the limit
        // restarts a server.
        parameters: (connections) => [
            { name: "rds.force_ssl", value: "1" },
            { name: "log_min_duration_statement", value: "1000" },
            { name: "log_connections", value: "1" },
            { name: "log_disconnections", value: "1" },
            { name: "log_lock_waits", value: "1" },
            { name: "log_temp_files", value: "0" },
            { name: "max_connections", value: String(connections), applyMethod: "pending-reboot" },
        ],
        hasInsights: () => true,
    },
    mysql: {
        logs: ["slowquery", "error"],
        // None of them restarts a server. CloudWatch gets what is in files, not in tables.
        parameters: (connections) => [
            { name: "require_secure_transport", value: "1" },
            { name: "slow_query_log", value: "1" },
            { name: "long_query_time", value: "1" },
            { name: "log_output", value: "FILE" },
            { name: "max_connections", value: String(connections) },
        ],
        /** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html */
        hasInsights: (instanceClass) => !/^db\.t\w+\.(micro|small)$/.test(instanceClass),
    },
};
