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
    /** The price does not depend on the region, although the book lists it by region. */
    everywhere?: boolean;
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

const capacities = ["Basic", "Standard"].flatMap((kind) =>
    ["M1", "M2", "M3"].map((size): [string, GcpSelector] => [
        `gcp.redis.${kind.toLowerCase()}.${size.toLowerCase()}_gb_hour`,
        { service: redis, description: `Redis Capacity ${kind} ${size} *` },
    ]),
);
const postgres = (what: string): GcpSelector => ({
    service: cloudSql,
    description: `Cloud SQL for PostgreSQL: ${what} in *`,
});

export const gcpSelectors: Record<string, GcpSelector> = {
    // The SKUs of Tier 1 that are billed by request name no region; those of Tier 2 have not been seen.
    "gcp.run.request.vcpu_second": { service: run, sku: { tier1: "4856-B847-F1EB" } },
    "gcp.run.request.gib_second": { service: run, sku: { tier1: "02A2-9231-36A6" } },
    "gcp.run.idle.vcpu_second": { service: run, sku: { tier1: "7EBB-8579-2C98" } },
    "gcp.run.idle.gib_second": { service: run, sku: { tier1: "740D-08F2-7A11" } },
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
    "gcp.gcs.standard_gb_month": {
        service: storage,
        sku: { "asia-northeast1": "1845-1496-2891", "us-central1": "E5F0-6A5D-7BAD" },
        description: {
            "asia-northeast1": "Standard Storage Japan",
            "us-central1": "Standard Storage US Regional",
            "europe-west1": "Standard Storage Belgium",
        },
    },
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
