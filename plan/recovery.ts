/** What the clouds document of how a database comes back, by what a plan says of its server. Minutes and seconds. */

interface Documented {
    /** Minutes between two shipments of the log: what may be lost with the server, at most. */
    logMinutes: number;
    /** Seconds until a standby has taken over, as it usually takes. */
    failoverSeconds: string;
    sources: { log: string; failover: string };
}

export const recovery: Record<"rds" | "cloudSql", Documented> = {
    rds: {
        logMinutes: 5,
        failoverSeconds: "60–120",
        sources: {
            log: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html",
            failover: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html",
        },
    },
    cloudSql: {
        logMinutes: 5,
        failoverSeconds: "60",
        sources: {
            log: "https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr",
            failover: "https://cloud.google.com/sql/docs/postgres/high-availability",
        },
    },
};

/** The recovery point in words; nothing where no log is kept. */
export const recoveryPoint = (product: keyof typeof recovery, keepsLog: boolean): string =>
    keepsLog ? `loses ${recovery[product].logMinutes} minutes at most` : "loses what is newer than its last backup";

/** Where it runs, and with a standby how soon that takes over. */
export const zones = (product: keyof typeof recovery, standby: boolean): string =>
    standby ? `two zones, failover in ${recovery[product].failoverSeconds} s` : "one zone";

/** What keeps the log on Cloud SQL, by engine. */
export const cloudSqlLogs = ["pointInTimeRecoveryEnabled", "binaryLogEnabled"];
