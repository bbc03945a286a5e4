import type { PlanResource } from "../../plan/resource";
import type { Context, Item, Pricing, Unpriceable } from "../cost";
import { backups, beyondLimit, hoursOf, item, mapOf, numberOf, per, show } from "../quantities";
import { findPrice } from "../book";

const sharedCore: Record<string, string> = { "db-f1-micro": "f1_micro", "db-g1-small": "g1_small" };
const legacyGib: Record<string, number> = { standard: 3.75, highmem: 6.5 };

/** vCPUs and GiB of a tier; undefined for one that shares a core, or is unknown. */
export function sizeOf(tier: string): { vcpu: number; gib: number } | undefined {
    const custom = /^db-custom-(\d+)-(\d+)$/.exec(tier);
    if (custom) return { vcpu: Number(custom[1]), gib: Number(custom[2]) / 1024 };
    const legacy = /^db-n1-(standard|highmem)-(\d+)$/.exec(tier);
    return legacy ? { vcpu: Number(legacy[2]), gib: Number(legacy[2]) * legacyGib[legacy[1]] } : undefined;
}

/**
 * Engines of one price: the pricing page has one section for MySQL and PostgreSQL, by vCPU, memory and storage alike.
 * @see https://cloud.google.com/sql/pricing#mysql-and-postgresql-pricing
 */
const priced = /^(POSTGRES|MYSQL)_/;

/** The machine, twice where a standby stands by; the disk; backups. */
export const sqlInstance: Pricing = (server, context) => {
    const settings = mapOf(server.inputs.settings);
    const { tier, edition = "ENTERPRISE", availabilityType, diskType = "PD_SSD" } = settings;
    if (edition !== "ENTERPRISE") return [{ reason: `edition ${String(edition)} has no price here` }];
    if (!priced.test(String(server.inputs.databaseVersion)))
        return [{ reason: `${String(server.inputs.databaseVersion)} has no price here` }];
    const regional = availabilityType === "REGIONAL";
    const source = context.behind(server, server.type, "masterInstanceName")[0] ?? server;
    const begins = numberOf(settings.diskSize, 10);
    const data = context.usageOf(source).storageGb ?? begins;
    const storage = Math.max(begins, data);
    const backup = mapOf(settings.backupConfiguration);
    const days = numberOf(mapOf(backup.backupRetentionSettings).retainedBackups, 7);
    const kept = backups(server, context, data, days);
    const zones = regional ? "regional" : "zonal";
    return [
        ...machine(String(tier), regional, context),
        ...beyondLimit(data, numberOf(settings.diskAutoresizeLimit, 0)),
        diskType === "PD_SSD"
            ? item(
                  `Storage${regional ? ", two zones" : ""}`,
                  `gcp.sql.ssd.${zones}_gb_month`,
                  storage,
                  `${show(storage)} GiB`,
              )
            : { reason: `disks of type ${String(diskType)} have no price here` },
        ...(backup.enabled === true && source === server
            ? [item("Backups", "gcp.sql.backup_gb_month", kept.gb, kept.formula)]
            : []),
    ];
};

function machine(tier: string, regional: boolean, context: Context): (Item | Unpriceable)[] {
    const standby = regional ? (findPrice(context.book, "gcp.sql.ha_multiplier", context.region)?.value ?? 2) : 1;
    const suffix = regional ? ", two zones" : "";
    const times = standby > 1 ? ` × ${standby}` : "";
    const shared = sharedCore[tier];
    if (shared) return [hoursOf(context, tier + suffix, `gcp.sql.${shared}.zonal_hour`, standby, `1 instance${times}`)];
    const size = sizeOf(tier);
    if (!size) return [{ reason: `tier ${tier} has no price in the book` }];
    return [
        hoursOf(context, `vCPU${suffix}`, "gcp.sql.vcpu.zonal_hour", size.vcpu * standby, `${size.vcpu} vCPU${times}`),
        hoursOf(
            context,
            `Memory${suffix}`,
            "gcp.sql.ram.zonal_gb_hour",
            size.gib * standby,
            `${show(size.gib)} GiB${times}`,
        ),
    ];
}

const apiType = "gcp:projects/service:Service";

/** What is kept, and a scan of every image that is pushed where the project scans. */
export const registry: Pricing = (repository, context) => {
    const { imageGb, monthlyBuilds } = context.usageOf(repository);
    const scans = context.all(apiType).some(({ inputs }) => inputs.service === "containerscanning.googleapis.com");
    return [
        item("Images", "gcp.artifact_registry.gb_month", imageGb, `${show(imageGb)} GiB`),
        ...(scans
            ? [
                  item(
                      "Vulnerability scans",
                      "gcp.artifact_analysis.image_scan",
                      monthlyBuilds,
                      `${show(monthlyBuilds)} images`,
                  ),
              ]
            : []),
    ];
};

/** GiB up to which a capacity tier of Memorystore reaches. */
const capacityTiers = [
    { upTo: 4, tier: "m1" },
    { upTo: 10, tier: "m2" },
    { upTo: 35, tier: "m3" },
];

export const redis: Pricing = ({ inputs }, context) => {
    const gib = numberOf(inputs.memorySizeGb, 1);
    const capacity = capacityTiers.find(({ upTo }) => gib <= upTo)?.tier;
    const tier = inputs.tier === "STANDARD_HA" ? "standard" : "basic";
    if (!capacity) return [{ reason: `${show(gib)} GiB of Memorystore have no price here` }];
    return [hoursOf(context, `Redis ${tier}`, `gcp.redis.${tier}.${capacity}_gb_hour`, gib, `${show(gib)} GiB`)];
};

/** Paid by vCPU and GiB of each node. No list price of it is public but Google's own, so the book has none. */
export const memcached: Pricing = ({ inputs }, context) => {
    const { cpuCount, memorySizeMb } = mapOf(inputs.nodeConfig);
    const nodes = numberOf(inputs.nodeCount, 1);
    const [cpus, gib] = [nodes * numberOf(cpuCount, 1), (nodes * numberOf(memorySizeMb, 1024)) / 1024];
    return [
        hoursOf(context, "vCPU", "gcp.memcached.vcpu_hour", cpus, `${show(cpus)} vCPU`),
        hoursOf(context, "Memory", "gcp.memcached.gb_hour", gib, `${show(gib)} GiB`),
    ];
};

/** Days that Firestore keeps what was overwritten. */
const recoveryDays = 7;

/** Reads, writes, storage, and recovery to a point in time. Indexes over several fields are within the storage. */
export const firestore: Pricing = (database: PlanResource, context) => {
    const { tableStorageGb, monthlyTableReads, monthlyTableWrites, dailyChangePercent } = context.usageOf(database);
    // Versions of the past week: the data itself, and what changes.
    const recovery = database.inputs.pointInTimeRecoveryEnablement === "POINT_IN_TIME_RECOVERY_ENABLED";
    const kept = tableStorageGb * (1 + (recoveryDays * dailyChangePercent) / 100);
    return [
        per(1e5, "Reads", "gcp.firestore.reads_100k", monthlyTableReads ?? context.requests, "reads"),
        per(1e5, "Writes", "gcp.firestore.writes_100k", monthlyTableWrites ?? context.requests / 10, "writes"),
        item("Storage", "gcp.firestore.storage_gib_month", tableStorageGb, `${show(tableStorageGb)} GiB`),
        item(
            "Point-in-time recovery",
            "gcp.firestore.pitr_gib_month",
            recovery ? kept : 0,
            `${show(tableStorageGb)} GiB + ${recoveryDays} d × ${show(dailyChangePercent)} %`,
        ),
    ];
};
