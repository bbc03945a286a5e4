import type { PlanResource } from "../../plan/resource";
import type { Context, Pricing } from "../cost";
import { daysPerMonth, item, listOf, mapOf, numberOf, per, show } from "../quantities";

/** Objects and files: Cloud Storage, in one region or two, and Filestore. */

/** Regions that hold each object of a dual-region. */
const regionsOfPair = 2;

/** Whether services have it as a volume: then it holds files. */
const isMounted = ({ name }: PlanResource, context: Context): boolean =>
    ["gcp:cloudrunv2/service:Service", "gcp:cloudrunv2/workerPool:WorkerPool"]
        .flatMap((type) => context.all(type))
        .flatMap(({ inputs }) => listOf(mapOf(inputs.template).volumes))
        .some(({ gcs }) => String(mapOf(gcs).bucket).startsWith(`\${${name}.`));

/** GB by class of storage, and operations; in a dual-region, both regions and what passes between them. */
export const bucket: Pricing = (resource, context) => {
    const { inputs } = resource;
    const usage = context.usageOf(resource);
    const { monthlyBucketWrites, monthlyBucketReads, dailyChangePercent } = usage;
    const files = isMounted(resource, context);
    const gib = files ? usage.fileStorageGb : usage.bucketStorageGb;
    const kind = String(inputs.storageClass ?? "STANDARD");
    if (kind !== "STANDARD") return [{ reason: `storage class ${kind} has no price here` }];
    const reads = per(1000, "Reads", "gcp.gcs.class_b_1k", monthlyBucketReads, "operations");
    if (inputs.rpo !== undefined) {
        const changed = (gib * daysPerMonth * dailyChangePercent) / 100;
        return [
            item(
                "Storage, two regions",
                "gcp.gcs.dual_region_gb_month",
                gib * regionsOfPair,
                `${show(gib)} GiB × ${regionsOfPair}`,
            ),
            item(
                "Data to the other region",
                "gcp.gcs.replication_gb",
                changed,
                `${show(gib)} GiB × ${daysPerMonth} d × ${show(dailyChangePercent)} %`,
            ),
            per(1000, "Writes", "gcp.gcs.dual_region_class_a_1k", monthlyBucketWrites, "operations"),
            reads,
        ];
    }
    const rare = mapOf(inputs.autoclass).enabled === true ? usage.infrequentAccessPercent / 100 : 0;
    const share = (part: number) => `${show(gib)} GiB${part < 1 ? ` × ${show(part * 100)} %` : ""}`;
    return [
        item("Storage", "gcp.gcs.standard_gb_month", gib * (1 - rare), share(1 - rare)),
        item("Storage, Nearline", "gcp.gcs.nearline_gb_month", gib * rare, share(rare)),
        per(1000, "Writes", "gcp.gcs.class_a_1k", monthlyBucketWrites, "operations"),
        reads,
    ];
};

/** Paid by what is provisioned, used or not. */
export const filestore: Pricing = ({ inputs }) => {
    const tier = String(inputs.tier);
    const kind = { BASIC_HDD: "basic_hdd", STANDARD: "basic_hdd", BASIC_SSD: "basic_ssd", PREMIUM: "basic_ssd" }[tier];
    if (!kind) return [{ reason: `tier ${tier} has no price here` }];
    const shares = Array.isArray(inputs.fileShares) ? listOf(inputs.fileShares) : [mapOf(inputs.fileShares)];
    const gib = shares.reduce((sum, { capacityGb }) => sum + numberOf(capacityGb, 1024), 0);
    return [item("Storage", `gcp.filestore.${kind}_gb_month`, gib, `${show(gib)} GiB`)];
};
