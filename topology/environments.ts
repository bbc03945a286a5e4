import type { Environment } from "./app";

/**
 * What an environment changes by default. A row is a path into the topology (`*`: every part of that kind); an app that
 * says something itself, in general or for the environment, wins over the table.
 */
export const environmentDefaults: Record<string, Record<Environment, unknown>> = {
    "services.*.scale.min":                 { dev: 1,               staging: 1,               prod: 2 },
    "services.*.aws.spot":                  { dev: true,            staging: false,           prod: false },
    "databases.*.aws.instanceClass":        { dev: "db.t4g.micro",  staging: "db.t4g.medium", prod: "db.m7g.large" },
    "databases.*.gcp.tier":                 { dev: "db-f1-micro",   staging: "db-g1-small",   prod: "db-custom-2-7680" },
    "databases.*.highAvailability":         { dev: false,           staging: false,           prod: true },
    "databases.*.finalBackup":              { dev: false,           staging: false,           prod: true },
    "caches.*.aws.nodeType":                { dev: "cache.t4g.micro", staging: "cache.t4g.small", prod: "cache.r7g.large" },
    "caches.*.gcp.memory":                  { dev: 1,               staging: 1,               prod: 5 },
    "caches.*.highAvailability":            { dev: false,           staging: false,           prod: true },
    "tables.*.pointInTimeRecovery":         { dev: false,           staging: true,            prod: true },
    "buckets.*.replicate":                  { dev: false,           staging: false,           prod: true },
    "filesystems.*.backup":                 { dev: false,           staging: false,           prod: true },
    "network.nat":                          { dev: "none",          staging: "single",        prod: "perZone" },
    "network.aws.flowLogs":                 { dev: "none",          staging: "none",          prod: "rejected" },
    "firewall.enabled":                     { dev: false,           staging: true,            prod: true },
    "firewall.gcp.adaptiveProtection":      { dev: false,           staging: false,           prod: true },
    "alarms.enabled":                       { dev: false,           staging: true,            prod: true },
    "logs.retentionDays":                   { dev: 7,               staging: 30,              prod: 90 },
    "traffic.monthlyRequests":              { dev: 100_000,         staging: 500_000,         prod: 5_000_000 },
    "traffic.monthlyNatGb":                 { dev: 5,               staging: 10,              prod: 50 },
    "deletionProtection":                   { dev: false,           staging: false,           prod: true },
};
