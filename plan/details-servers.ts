import {
    at,
    days,
    protectedFromDeletion,
    said,
    serverParameters,
    text,
    type Detail,
    type Inputs,
} from "./details-words";
import { cloudSqlLogs, recoveryPoint, zones } from "./recovery";

/** Parameters of RDS of which one makes a server refuse connections without TLS. */
const requiringTls = ["rds.force_ssl", "require_secure_transport"];

/** What of the servers of databases and caches a reader of the plan cares about. */
export const servers: Record<string, (inputs: Inputs) => Detail[]> = {
    "aws:rds/instance:Instance": (i) => [
        said(i.engineVersion, (version) => `${i.engine === "mysql" ? "MySQL" : "PostgreSQL"} ${version}`),
        text(i.instanceClass),
        said(i.allocatedStorage, (size) => `${size} GiB ${text(i.storageType) ?? ""}`.trim()),
        zones("rds", i.multiAz === true),
        i.storageEncrypted === true ? "encrypted" : "NOT ENCRYPTED",
        days(i.backupRetentionPeriod, "backups"),
        i.backupRetentionPeriod !== undefined && recoveryPoint("rds", Number(i.backupRetentionPeriod) > 0),
        at(i, "restoreToPointInTime.restoreTime") !== undefined &&
            `restored to ${text(at(i, "restoreToPointInTime.restoreTime"))}`,
        said(i.snapshotIdentifier, (snapshot) => `restored from ${snapshot}`),
        protectedFromDeletion(i),
    ],
    "aws:rds/parameterGroup:ParameterGroup": (i) => [
        serverParameters(i.parameters),
        (i.parameters as { name: string; value: string }[]).some(
            ({ name, value }) => requiringTls.includes(name) && value === "0",
        ) && "TLS OPTIONAL",
    ],
    "aws:elasticache/replicationGroup:ReplicationGroup": (i) => [
        said(i.engineVersion, (version) => `${i.engine === "valkey" ? "Valkey" : "Redis"} ${version}`),
        text(i.nodeType),
        i.multiAzEnabled === true ? "two zones" : "one zone",
        i.transitEncryptionEnabled === true && i.atRestEncryptionEnabled === true ? "encrypted" : "NOT ENCRYPTED",
        i.transitEncryptionMode === "preferred" && "TLS OPTIONAL",
        Number(i.snapshotRetentionLimit) > 0 && days(i.snapshotRetentionLimit, "snapshots"),
    ],
    "aws:elasticache/cluster:Cluster": (i) => [
        said(i.engineVersion, (version) => `memcached ${version}`),
        text(i.nodeType),
        i.azMode === "cross-az" ? "two zones" : "one zone",
        "no password, NOT ENCRYPTED",
    ],
    "gcp:sql/databaseInstance:DatabaseInstance": (i) => [
        said(i.databaseVersion, (of) => of.replace("POSTGRES_", "PostgreSQL ").replace(/MYSQL_(\d)_/, "MySQL $1.")),
        text(at(i, "settings.tier")),
        said(at(i, "settings.diskSize"), (size) => `${size} GiB`),
        zones("cloudSql", at(i, "settings.availabilityType") === "REGIONAL"),
        at(i, "settings.ipConfiguration.ipv4Enabled") === false && "private address only",
        at(i, "settings.ipConfiguration.sslMode") === "ALLOW_UNENCRYPTED_AND_ENCRYPTED" && "TLS OPTIONAL",
        days(at(i, "settings.backupConfiguration.backupRetentionSettings.retainedBackups"), "backups"),
        at(i, "settings.backupConfiguration.enabled") === true &&
            recoveryPoint(
                "cloudSql",
                cloudSqlLogs.some((log) => at(i, `settings.backupConfiguration.${log}`) === true),
            ),
        serverParameters(at(i, "settings.databaseFlags")),
        said(at(i, "clone.pointInTime"), (moment) => `restored to ${moment}`),
        said(at(i, "restoreBackupContext.backupRunId"), (backup) => `restored from backup ${backup}`),
        protectedFromDeletion(i),
    ],
    "gcp:memcache/instance:Instance": (i) => [
        said(i.memcacheVersion, (version) => version.replace("MEMCACHE_", "memcached ").replaceAll("_", ".")),
        said(at(i, "nodeConfig.cpuCount"), (count) => `${count} vCPU`),
        said(at(i, "nodeConfig.memorySizeMb"), (size) => `${Number(size) / 1024} GiB`),
        `${Number(i.nodeCount) > 1 ? "two nodes" : "one node"}, no password, NOT ENCRYPTED`,
        protectedFromDeletion(i),
    ],
    "gcp:redis/instance:Instance": (i) => [
        said(i.redisVersion, (version) => version.replace("REDIS_", "Redis ").replace("_", ".")),
        said(i.memorySizeGb, (size) => `${size} GiB`),
        i.tier === "STANDARD_HA" ? "two zones" : "one zone",
        i.transitEncryptionMode === "SERVER_AUTHENTICATION" ? "encrypted" : "NOT ENCRYPTED",
        protectedFromDeletion(i),
    ],
};
