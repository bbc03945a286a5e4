import { gcpRegions, awsRegions, cloudOfRegion } from "../topology/regions";

/**
 * List prices, and how to ask for one. No Pulumi and no files in here, so that the report's page runs the same code.
 *
 * An id is `<cloud>.<product>.<what>_<unit>`; `twinstack prices` lists them all with their units.
 *
 *   aws  fargate.{x86,arm}.{vcpu,gb}_hour  fargate.spot.{x86,arm}.{vcpu,gb}_hour  fargate.ephemeral_gb_hour
 *        alb.{hour,lcu_hour}  nlb.{hour,nlcu_hour}  nat.{hour,gb}  ipv4.hour  vpce.{hour,gb}
 *        egress.{internet_gb,inter_region_gb,cross_az_gb_each_way}
 *        rds.{postgres,mysql}.<class>.{single,multi}_az_hour  rds.storage.{gp2,gp3}.{single,multi}_az_gb_month
 *        rds.{backup_gb_month,gp3_iops_month,performance_insights_vcpu_month,performance_insights_api}
 *        s3.{standard_gb_month,put_1k,get_1k}  ecr.storage_gb_month
 *        efs.{standard,ia,onezone}_gb_month  efs.{ia_access,elastic_read,elastic_write}_gb  efs.provisioned_mibps_month
 *        efs.backup_gb_month  elasticache.{redis,valkey}.<node type>.hour  elasticache.backup_gb_month
 *        dynamodb.{wru_million,rru_million,storage_gb_month,pitr_gb_month}  sfn.transitions_1k  sqs.{standard,fifo}_million
 *        cloudfront.{gb,to_origin_gb,https_10k,http_10k,invalidation_path}
 *        waf.{web_acl_month,rule_month,managed_rule_group_month,requests_million}
 *        secrets.{secret_month,api_10k}  kms.{key_month,requests_10k}
 *        cloudwatch.{logs_ingest_gb,logs_storage_gb_month,logs_insights_gb,alarm_standard_month,alarm_highres_month}
 *        cloudwatch.{metric_month,dashboard_month}  xray.{traces_recorded,traces_retrieved,spans_indexed}_million
 *        route53.{zone_month,queries_million,latency_queries_million,geo_queries_million}
 *        route53.health_check_{aws,other}_month  eks.cluster_hour
 *        codebuild.linux_{small,medium,large}_min  codepipeline.{v1_month,v2_action_min}
 *   gcp  run.{request,instance,idle}.{vcpu,gib}_second  run.requests_million
 *        sql.{f1_micro,g1_small,vcpu,custom_2_7680}.zonal_hour  sql.ram.zonal_gb_hour  sql.ha_multiplier
 *        sql.ssd.{zonal,regional}_gb_month  sql.backup_gb_month  sql.ip_idle_hour
 *        lb.{rule_min_hour,rule_additional_hour,data_gb}  armor.{policy_month,rule_month,requests_million}
 *        nat.{vm_hour,gb,ip_hour}  ip.{vm_in_use_hour,unused_hour}  vpc_connector.e2_micro_hour
 *        egress.premium_internet_gb  cdn.{egress_gb,cache_fill_gb,lookups_10k}
 *        gcs.{standard_gb_month,nearline_gb_month,class_a_1k,class_b_1k}  artifact_registry.gb_month
 *        gcs.{dual_region_gb_month,dual_region_class_a_1k,replication_gb}  scheduler.job_month  workflows.internal_1k
 *        redis.{basic,standard}.{m1,m2,m3}_gb_hour  filestore.{basic_hdd,basic_ssd}_gb_month
 *        firestore.{reads_100k,writes_100k,deletes_100k,storage_gib_month,pitr_gib_month}
 *        secret.{version_month,access_10k}  kms.{key_version_month,ops_10k}
 *        logging.{ingest_gib,network_gib,telemetry_gib,retention_gib_month}  monitoring.{metric_mib,api_1k,alert_metric_ref_month}
 *        trace.spans_million  dns.{zone_month,queries_million}  gke.cluster_hour  pubsub.tib
 *        build.{e2_medium,e2_standard_2,e2_highcpu_8}_min
 */

export type Cloud = "aws" | "gcp";
export type Confidence = "high" | "medium" | "low";

/** One step of a tier table: what a unit costs up to this monthly quantity; `null` is without end. */
export interface Tier {
    upTo: number | null;
    value: number;
}

/** What one thing costs in one region, in USD. */
export interface Price {
    /** `aws.alb.hour` */
    id: string;
    /** Where the price holds: a region, or what stands for it, such as `global`, `tier1`, `japan`. */
    region: string;
    /** What is counted: `hour`, `GB-month`, `10k requests`. */
    unit: string;
    /** USD per unit; absent when the price has tiers. */
    value?: number;
    /** USD per unit by monthly quantity, in ascending order; the last has no end. */
    tiers?: Tier[];
    /** The day the price was last seen in its source, YYYY-MM-DD; null if no document was seen. */
    asOf: string | null;
    /** Keys of the book's sources. */
    source: string[];
    /** `low` is unverified: a recollection or a ratio, to be refreshed before anybody relies on it. */
    confidence: Confidence;
    note?: string;
}

/** One thing that is sold, with its price per region. */
export interface Item {
    service: string;
    item: string;
    unit: string;
    /** Units a month that a free tier covers per account; counted only on request. */
    free?: number;
    note?: string;
    /** By region, or by what stands for one. */
    regions: Record<string, Price>;
}

export interface Source {
    title: string;
    where: string;
    date: string;
    kind: string;
}

/** What is cheaper for those who commit to pay for it for a while, whether they use it or not. */
export interface Commitment {
    service: string;
    item: string;
    /** Ids of the prices that are reduced; with `*` for anything. */
    covers: string[];
    /** How long one pays. */
    months: number;
    /** What the prices are reduced by; absent if no document says it. */
    percent?: number;
    /** Where what is committed may run: in one region, or in all that an account pays for. */
    scope?: "region" | "account";
    /** How to buy it; `{hourly}` stands for USD an hour, at the reduced prices. */
    buy?: string;
    /** Why it cannot be offered, in place of a percentage. */
    reason?: string;
    /** As of a price. */
    asOf: string | null;
    source: string[];
    confidence: Confidence;
    note?: string;
}

/** All prices of one cloud. Made by load.ts from prices/<cloud>.json and prices/<cloud>/<region>.json. */
export interface Book {
    cloud: Cloud;
    currency: "USD";
    /** The month that all monthly figures mean. */
    hoursPerMonth: number;
    sources: Record<string, Source>;
    /** By id. */
    prices: Record<string, Item>;
    /** By id; none in a book that says nothing of them. */
    commitments?: Record<string, Commitment>;
    /** What of it is no list price but one's own, in words; absent where nothing is. */
    own?: string;
    /** Brings in the prices of a region, which are read when they are first asked for; absent in a book that has them all. */
    open?(region: string): void;
}

type Table = { ids: RegExp; standsFor(region: string): string | undefined };

/** Regions where Cloud Run is sold at its Tier 1 prices (cloud.google.com/run/docs/locations); all others are Tier 2. */
const runTier1 = new Set(
    (
        "asia-east1 asia-northeast1 asia-northeast2 europe-north1 europe-southwest1 europe-west1 europe-west4 europe-west8 " +
        "europe-west9 me-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1"
    ).split(" "),
);
/** Regions that the tier list above has not been checked for: newer than the list. */
const runUnknown = new Set(["europe-north2", "northamerica-south1"]);

/** CloudFront and Cloud CDN bill by where the viewer is; without anything better, that is where the stack is. */
const cloudfrontArea: Record<string, RegExp> = {
    japan: /^ap-northeast-[13]$/,
    us_mexico_canada: /^(us|ca|mx)-/,
    europe_israel: /^(eu|il)-/,
    asia_pacific: /^ap-(east-[12]|northeast-2|southeast-[1357])$/,
    australia_new_zealand: /^ap-southeast-[246]$/,
    india: /^ap-south-/,
    south_america: /^sa-/,
    africa_middle_east: /^(af|me)-/,
};
const cdnArea: Record<string, RegExp> = {
    north_america: /^(us|northamerica)-/,
    europe: /^europe-/,
    asia_pacific: /^asia-(?!south[12]$)/,
    oceania: /^australia-/,
    south_america: /^southamerica-/,
    other: /^(asia-south[12]$|africa-|me-)/,
};
/** Whether a name is that of a region; `global`, `tier1` and `japan` are not. */
export const isRegionOf = (cloud: Cloud, name: string): boolean => cloudOfRegion(name) === cloud;
const areaOf = (areas: Record<string, RegExp>, regions: readonly string[]) => (region: string) =>
    regions.includes(region) ? Object.keys(areas).find((area) => areas[area].test(region)) : undefined;

/** What stands for a region in prices that are not listed by region, per kind of price. */
const standIns: Record<Cloud, Table[]> = {
    aws: [{ ids: /^aws\.cloudfront\./, standsFor: areaOf(cloudfrontArea, Object.keys(awsRegions)) }],
    gcp: [
        { ids: /^gcp\.cdn\./, standsFor: areaOf(cdnArea, gcpRegions) },
        {
            ids: /^gcp\.run\./,
            standsFor: (region) =>
                !gcpRegions.includes(region) || runUnknown.has(region)
                    ? undefined
                    : runTier1.has(region)
                      ? "tier1"
                      : "tier2",
        },
    ],
};

/** The key under which the price of an id in a region stands, if the book has it. */
function regionKey(book: Book, id: string, region: string): string | undefined {
    if (!Object.hasOwn(book.prices, id)) return undefined;
    book.open?.(region);
    const { regions } = book.prices[id];
    if (Object.hasOwn(regions, region)) return region;
    // A price is global only when the vendor has one for all regions: an item has either this or a list by region.
    if (Object.hasOwn(regions, "global")) return "global";
    const standIn = standIns[book.cloud].find(({ ids }) => ids.test(id))?.standsFor(region);
    return standIn !== undefined && Object.hasOwn(regions, standIn) ? standIn : undefined;
}

/** The price, or undefined where the book has none. */
export function findPrice(book: Book, id: string, region: string): Price | undefined {
    const key = regionKey(book, id, region);
    return key === undefined ? undefined : book.prices[id].regions[key];
}

/** The price of what must have one. @throws RangeError where there is none */
export function price(book: Book, id: string, region: string): Price {
    const found = findPrice(book, id, region);
    if (!found) throw new RangeError(`${id} has no price in ${region}`);
    return found;
}

const missing = new WeakMap<Book, Map<string, string[]>>();

/** The ids that have no price in a region. */
export function missingIn(book: Book, region: string): string[] {
    let ofBook = missing.get(book);
    if (!ofBook) missing.set(book, (ofBook = new Map()));
    let ids = ofBook.get(region);
    if (!ids) ofBook.set(region, (ids = Object.keys(book.prices).filter((id) => !findPrice(book, id, region))));
    return ids;
}

/** The regions with prices of their own, as far as they are read; not what stands for several, such as `global`. */
export function regionsOf(book: Book): string[] {
    const regions = new Set(Object.values(book.prices).flatMap((item) => Object.keys(item.regions)));
    return [...regions].filter((region) => isRegionOf(book.cloud, region)).sort();
}

/** Units a month that the free tier covers, if it is counted. */
export const freeUnits = (book: Book, id: string): number => book.prices[id]?.free ?? 0;

/**
 * USD for a quantity of a month, over the tiers.
 * @param free units that a free tier takes off; the paid tiers then begin where the free ones end
 */
export function costOf({ id, value, tiers }: Price, quantity: number, free = 0): number {
    if (!(quantity >= 0) || !Number.isFinite(quantity)) throw new RangeError(`${id}: ${quantity} is no quantity.`);
    if (!tiers) return Math.max(0, quantity - free) * value!;
    let cost = 0;
    let from = free;
    for (const { upTo, value } of tiers) {
        const to = Math.min(quantity, upTo ?? Infinity);
        if (to > from) {
            cost += (to - from) * value;
            from = to;
        }
    }
    return cost;
}

/** USD per unit of the next unit at a quantity, for a formula on a line: the rate of the tier that it falls in. */
export function rateAt({ value, tiers }: Price, quantity: number): number {
    if (!tiers) return value!;
    return (tiers.find(({ upTo }) => upTo === null || quantity < upTo) ?? tiers[tiers.length - 1]).value;
}

/** Whether a commitment reduces a price. */
export const covers = ({ covers }: Commitment, priceId: string): boolean =>
    covers.some((id) => (id.endsWith("*") ? priceId.startsWith(id.slice(0, -1)) : priceId === id));

/** Nobody has seen the price in a document: say so wherever it is shown. */
export const unverified = (price: Pick<Price, "confidence">): boolean => price.confidence === "low";

/** The price was last seen more than so many days ago, or nobody knows when. */
export function isOld({ asOf }: Pick<Price, "asOf">, today: Date, days = 180): boolean {
    return asOf === null || today.getTime() - Date.parse(asOf) > days * 86_400_000;
}
