/**
 * Where each GCP price stands in the Cloud Billing Catalog. An id without a selector is not refreshed: neither its SKU nor
 * its description has been seen in a document.
 */
export interface GcpSelector {
    /** The service's id in the catalog. */
    service: string;
    /** SKU ids: one for all regions, or one for some of them. Descriptions are renamed now and then; ids are not. */
    sku?: string | Record<string, string>;
    /** The SKU's description, with `*` for the city or country; or one for some regions. */
    description?: string | string[] | Record<string, string>;
    /** The resource group of the SKU's category, beside a description or in place of one. */
    group?: string;
    /** What the description must not have in it: another edition, another class of what the description names. */
    without?: string[];
    /** The price does not depend on the region, although the book lists it by region. */
    everywhere?: boolean;
    /** Where a SKU is sold stands in its `geoTaxonomy` alone: its list of regions says `global`, whatever the price. */
    byTaxonomy?: boolean;
    /** How many of the catalog's units are one of ours: 10,000 for `10k requests`. @default 1 */
    per?: number;
}

const run = "152E-C115-5142";
const cloudSql = "9662-B51E-5089";
const compute = "6F81-5844-456A";
const networking = "E505-1604-58F8";
const storage = "95FF-2EF5-5EA1";
const secrets = "EE82-7A5E-871C";
const logging = "5490-F7B7-8DF6";
const redis = "5AF5-2C11-D467";
const firestore = "EE2C-7FAC-5E08";
const dns = "FA26-5236-B8B5";
const kms = "EE2F-D110-890C";
const pubsub = "A1E8-BE35-7EBC";

const capacities = ["Basic", "Standard"].flatMap((kind) =>
    ["M1", "M2", "M3"].map((size): [string, GcpSelector] => [
        `gcp.redis.${kind.toLowerCase()}.${size.toLowerCase()}_gb_hour`,
        { service: redis, description: `Redis Capacity ${kind} ${size} *` },
    ]),
);
/** Standard edition. Each thing has two SKUs, with and without a free tier, and the same price beyond it. */
const documents = (group: string, per?: number): GcpSelector => ({
    service: firestore,
    group,
    without: ["Enterprise"],
    byTaxonomy: true,
    ...(per !== undefined && { per }),
});
/** Of one region; the group has two regions, early deletion and more, too. */
const stored = (group: string, description: string): GcpSelector => ({
    service: storage,
    group,
    description,
    without: ["Dual-region", "Multi-region", "Early Delete"],
});
/** What is billed by request names no region: one SKU a tier. */
const byRequest = (what: string, sku: string): GcpSelector => ({
    service: run,
    sku: { tier1: sku },
    description: {
        tier1: `Services ${what} (Request-based billing)`,
        tier2: `Services ${what} Tier 2*(Request-based billing)`,
    },
});
const postgres = (what: string): GcpSelector => ({
    service: cloudSql,
    description: `Cloud SQL for PostgreSQL: ${what} in *`,
});

export const gcpSelectors: Record<string, GcpSelector> = {
    "gcp.run.request.vcpu_second": byRequest("CPU", "4856-B847-F1EB"),
    "gcp.run.request.gib_second": byRequest("Memory", "02A2-9231-36A6"),
    "gcp.run.idle.vcpu_second": byRequest("Min Instance CPU", "7EBB-8579-2C98"),
    "gcp.run.idle.gib_second": byRequest("Min Instance Memory", "740D-08F2-7A11"),
    "gcp.run.instance.vcpu_second": { service: run, description: "Services CPU (Instance-based billing) in *" },
    "gcp.run.instance.gib_second": { service: run, description: "Services Memory (Instance-based billing) in *" },
    "gcp.run.worker.vcpu_second": { service: run, description: "Worker Pools CPU in *" },
    "gcp.run.worker.gib_second": { service: run, description: "Worker Pools Memory in *" },
    "gcp.run.requests_million": { service: run, sku: "2DA5-55D3-E679", description: "Requests", per: 1e6 },
    "gcp.sql.f1_micro.zonal_hour": postgres("Zonal - Micro instance"),
    "gcp.sql.g1_small.zonal_hour": postgres("Zonal - Small instance"),
    "gcp.sql.vcpu.zonal_hour": postgres("Zonal - vCPU"),
    "gcp.sql.ram.zonal_gb_hour": postgres("Zonal - RAM"),
    "gcp.sql.ssd.zonal_gb_month": postgres("Zonal - Standard storage"),
    "gcp.sql.ssd.regional_gb_month": postgres("Regional - Standard storage"),
    "gcp.sql.backup_gb_month": { service: cloudSql, description: "Cloud SQL: Backups in *" },
    "gcp.lb.rule_min_hour": {
        service: networking,
        sku: "DEE3-C42E-3E4D",
        description: "Cloud Load Balancer Forwarding Rule Minimum Global",
    },
    "gcp.lb.rule_additional_hour": {
        service: networking,
        sku: "1211-928B-AF92",
        description: "Cloud Load Balancer Forwarding Rule Additional Global",
    },
    "gcp.lb.data_gb": {
        service: networking,
        description: "Global External Application Load Balancer Inbound Data Processing for *",
    },
    "gcp.armor.policy_month": {
        service: networking,
        sku: "4B13-E64F-4A2B",
        description: "Networking Cloud Armor Policy",
    },
    "gcp.armor.rule_month": { service: networking, sku: "A321-89BD-F5BC", description: "Networking Cloud Armor Rule" },
    "gcp.armor.requests_million": {
        service: networking,
        sku: "1A87-DEB9-C4BE",
        description: "Networking Cloud Armor Requests",
        per: 1e6,
    },
    "gcp.nat.vm_hour": {
        service: networking,
        sku: "32E2-4EFC-EF9F",
        description: "Networking Cloud Nat Gateway Uptime",
        everywhere: true,
    },
    "gcp.nat.gb": {
        service: networking,
        sku: "015F-5732-FFF0",
        description: "Networking Cloud Nat Data Processing",
        everywhere: true,
    },
    "gcp.nat.ip_hour": { service: networking, sku: "8515-9425-D2CE", description: "Networking Cloud NAT IP Usage" },
    "gcp.ip.vm_in_use_hour": {
        service: compute,
        sku: "C054-7F72-A02E",
        description: "External IP Charge on a Standard VM",
        everywhere: true,
    },
    "gcp.egress.premium_internet_gb": {
        service: compute,
        description: [
            "Network Internet Data Transfer Out from * to Americas",
            "Network Internet Egress from * to Americas",
        ],
    },
    "gcp.gcs.standard_gb_month": stored("RegionalStorage", "Standard Storage *"),
    "gcp.gcs.nearline_gb_month": stored("NearlineStorage", "Nearline Storage *"),
    "gcp.firestore.storage_gib_month": documents("FirestoreStorage"),
    "gcp.firestore.pitr_gib_month": documents("FirestorePITRStorage"),
    "gcp.firestore.reads_100k": documents("FirestoreReadOps", 1e5),
    "gcp.firestore.writes_100k": documents("FirestoreEntityPutOps", 1e5),
    "gcp.firestore.deletes_100k": documents("FirestoreEntityDeleteOps", 1e5),
    "gcp.dns.zone_month": { service: dns, sku: "8C22-6FC3-D478", description: "ManagedZone" },
    "gcp.dns.queries_million": { service: dns, sku: "6DFF-5025-A128", description: "DNS Query*", per: 1e6 },
    "gcp.kms.key_version_month": {
        service: kms,
        sku: "E09C-32B3-9AC7",
        description: "Active software symmetric key versions",
    },
    "gcp.kms.ops_10k": {
        service: kms,
        sku: "3BDA-77FB-678B",
        description: "Cryptographic operations with a software symmetric key",
        per: 1e4,
    },
    "gcp.pubsub.tib": { service: pubsub, sku: "027D-B6C7-CCA2", description: "Message Delivery Basic" },
    "gcp.gcs.class_a_1k": {
        service: storage,
        sku: "4DBF-185F-A415",
        description: "Regional Standard Class A Operations",
        everywhere: true,
        per: 1000,
    },
    "gcp.gcs.class_b_1k": {
        service: storage,
        sku: "7870-010B-2763",
        description: "Regional Standard Class B Operations",
        everywhere: true,
        per: 1000,
    },
    "gcp.cdn.egress_gb": { service: networking, sku: { north_america: "15AE-8E35-C42B" } },
    "gcp.cdn.lookups_10k": {
        service: networking,
        sku: "4762-E550-B5D2",
        description: "Cloud CDN Cache Lookup",
        per: 1e4,
    },
    "gcp.secret.version_month": { service: secrets, sku: "7756-ADEF-84F4" },
    "gcp.secret.access_10k": { service: secrets, sku: "EBA7-264F-2D2C", per: 1e4 },
    "gcp.logging.ingest_gib": { service: logging, sku: "143F-A1B0-E0BE", description: "Log Storage cost" },
    "gcp.logging.retention_gib_month": { service: logging, sku: "F4AE-5A52-ACE3", description: "Log Retention cost" },
    "gcp.monitoring.metric_mib": { service: "58CD-E7C3-72CA", sku: "A924-09D0-8854", description: "Metric Volume" },
    "gcp.artifact_registry.gb_month": {
        service: "149C-F9EC-3994",
        sku: "8502-299A-ABAF",
        description: "Artifact Registry Storage",
    },
    "gcp.gke.cluster_hour": {
        service: "CCD8-9BF1-090E",
        sku: "B561-BFBD-1264",
        description: "Zonal Kubernetes Clusters",
    },
    ...Object.fromEntries(capacities),
};

/** The region by which a SKU is looked up for prices that are listed by tier. */
export const regionOfTier: Record<string, string> = { tier1: "us-central1", tier2: "europe-west3" };

/** Prices that are sums of others: computed again when those are renewed. */
export const sums: Record<string, Record<string, number>> = {
    "gcp.sql.custom_2_7680.zonal_hour": { "gcp.sql.vcpu.zonal_hour": 2, "gcp.sql.ram.zonal_gb_hour": 7.5 },
};
