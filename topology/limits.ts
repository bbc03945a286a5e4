import type { Cloud, PartKind } from "./app";

/** What the clouds admit, as tables. Sources: the clouds' own documentation of each product. */

export const GiB = 1024;

/** Fargate: vCPU → memory in MiB, from `min` to `max` in steps. */
export const fargateSizes: { cpu: number; memory: number[] }[] = [
    { cpu: 0.25, memory: [512, 1024, 2048] },
    { cpu: 0.5, memory: steps(1, 4, 1) },
    { cpu: 1, memory: steps(2, 8, 1) },
    { cpu: 2, memory: steps(4, 16, 1) },
    { cpu: 4, memory: steps(8, 30, 1) },
    { cpu: 8, memory: steps(16, 60, 4) },
    { cpu: 16, memory: steps(32, 120, 8) },
    { cpu: 32, memory: [60 * GiB, 120 * GiB, 244 * GiB] },
];

function steps(fromGiB: number, toGiB: number, stepGiB: number): number[] {
    return Array.from({ length: (toGiB - fromGiB) / stepGiB + 1 }, (_, index) => (fromGiB + index * stepGiB) * GiB);
}

/** Cloud Run: whole vCPU → memory in MiB. Below 1 vCPU see `cloudRunFractions`. */
export const cloudRunSizes: { cpu: number; min: number; max: number }[] = [
    { cpu: 1, min: 512, max: 4 * GiB },
    { cpu: 2, min: 512, max: 8 * GiB },
    { cpu: 4, min: 2 * GiB, max: 16 * GiB },
    { cpu: 6, min: 4 * GiB, max: 24 * GiB },
    { cpu: 8, min: 4 * GiB, max: 32 * GiB },
];

/** Cloud Run below 1 vCPU: first generation, one request at a time, CPU by request. At least `cpu` → memory in MiB. */
export const cloudRunFractions: { cpu: number; min: number; max: number }[] = [
    { cpu: 0.5, min: 128, max: GiB },
    { cpu: 0.08, min: 128, max: 512 },
];

/** Cloud SQL for PostgreSQL, ENTERPRISE: the tiers that share a core, and the GiB their disk may have. */
export const sharedCoreTiers = ["db-f1-micro", "db-g1-small"];
export const sharedCoreStorage = 3062;

/** MiB a vCPU of the machine types that Cloud SQL for MySQL has by name and PostgreSQL by size. */
const legacyMemory: Record<string, number> = { standard: 3840, highmem: 6656 };

/** What is wrong with a Cloud SQL tier, in words of what is allowed; undefined if nothing is. */
export function tierFault(tier: string): string | undefined {
    if (sharedCoreTiers.includes(tier)) return undefined;
    const legacy = /^(?:db-)?n1-(standard|highmem)-(\d{1,2})$/.exec(tier);
    if (legacy) {
        const cpus = Number(legacy[2]);
        return `db-custom-${cpus}-${cpus * legacyMemory[legacy[1]]}, as Cloud SQL for PostgreSQL calls this size`;
    }
    if (/^db-perf-optimized-/.test(tier))
        return `${tierForm}; db-perf-optimized-* belongs to the ENTERPRISE_PLUS edition`;
    const custom = /^db-custom-(\d{1,3})-(\d{1,7})$/.exec(tier);
    if (!custom) return tierForm;
    const [cpus, memory] = custom.slice(1).map(Number);
    if (cpus < 1 || cpus > 96 || (cpus > 1 && cpus % 2))
        return "db-custom-<vCPUs>-<MiB> with 1 vCPU or an even number up to 96";
    const min = Math.max(3840, Math.ceil((cpus * 0.9 * GiB) / 256) * 256);
    const max = Math.floor((cpus * 6.5 * GiB) / 256) * 256;
    if (memory < min || memory > max || memory % 256)
        return `db-custom-${cpus}-<MiB> with ${min} to ${max} MiB in steps of 256, such as db-custom-${cpus}-${Math.max(3840, cpus * 3840)}`;
    return undefined;
}
const tierForm = "db-f1-micro, db-g1-small or db-custom-<vCPUs>-<MiB>, such as db-custom-2-7680";

/**
 * Regions of Memorystore for Memcached whose nodes may have one vCPU; others have two or more.
 * @see https://cloud.google.com/memorystore/docs/memcached/instance-node-properties
 */
const singleCpuRegions = new Set(
    (
        "asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2 asia-southeast1 asia-southeast2 " +
        "australia-southeast1 australia-southeast2 europe-central2 europe-north1 europe-west1 europe-west2 europe-west3 europe-west4 " +
        "europe-west6 northamerica-northeast1 northamerica-northeast2 southamerica-east1 us-central1 us-east1 us-east4 us-west1 us-west2 " +
        "us-west3 us-west4"
    ).split(" "),
);

/** The fewest vCPU of a node of Memorystore for Memcached, and the GiB that it may have. */
export const memcachedNode = {
    fewestCpus: (region: string): number => (singleCpuRegions.has(region) ? 1 : 2),
    /** @param cpu vCPU of the node */
    leastMemory: (cpu: number): number => Math.max(1, Math.ceil(0.9 * cpu)),
    mostMemory: 256,
};

/** A physical name that a cloud limits: `<prefix>`, `<prefix>-<part>`, as the stacks call their resources. */
export interface NameLimit {
    cloud: Cloud;
    /** Which names: the stack's prefix alone, or that with the name of each part, routed port or subnet. */
    of: "stack" | "services" | "endpoints" | "candidates" | PartKind | "subnets";
    resource: string;
    min?: number;
    max: number;
    /** Characters that are added to the name: Pulumi's `-` and 7 random digits, and what the component adds. */
    added: number;
}

/**
 * The tightest of a kind stands first. What is tighter still is shortened with a hash instead (`shortened` in names.ts): ids of service
 * accounts, and the names of load balancers and caches.
 */
export const nameLimits: NameLimit[] = [
    { cloud: "aws", of: "stack", resource: "role", max: 64, added: 29 },
    { cloud: "aws", of: "services", resource: "role", max: 64, added: 18 },
    { cloud: "aws", of: "databases", resource: "RDS instance", max: 63, added: 18 },
    { cloud: "aws", of: "tables", resource: "DynamoDB table", max: 255, added: 8 },
    { cloud: "aws", of: "buckets", resource: "role", max: 64, added: 20 },
    { cloud: "aws", of: "queues", resource: "SQS queue", max: 80, added: 18 },
    { cloud: "aws", of: "jobs", resource: "role", max: 64, added: 22 },
    { cloud: "aws", of: "secrets", resource: "role", max: 64, added: 27 },
    { cloud: "gcp", of: "candidates", resource: "Cloud Run service, its candidate", max: 49, added: 8 },
    { cloud: "gcp", of: "services", resource: "Cloud Run service and its account", min: 6, max: 49, added: 8 },
    { cloud: "gcp", of: "endpoints", resource: "Cloud Run service and its account", min: 6, max: 49, added: 8 },
    { cloud: "gcp", of: "databases", resource: "Cloud SQL instance (with the project's id)", max: 98, added: 18 },
    { cloud: "gcp", of: "tables", resource: "Firestore database", max: 63, added: 8 },
    { cloud: "gcp", of: "buckets", resource: "bucket", max: 63, added: 8 },
    { cloud: "gcp", of: "filesystems", resource: "bucket", max: 63, added: 8 },
    { cloud: "gcp", of: "secrets", resource: "trigger", max: 63, added: 25 },
    { cloud: "gcp", of: "jobs", resource: "Cloud Run job and its account", min: 6, max: 49, added: 8 },
    { cloud: "gcp", of: "subnets", resource: "subnet", max: 63, added: 16 },
];
