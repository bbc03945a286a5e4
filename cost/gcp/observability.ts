import type { Context, Pricing } from "../cost";
import { counted, daysPerMonth, item, kbPerGb, listOf, mapOf, numberOf, per, serviceLogs, show } from "../quantities";

/** Days of keeping that ingestion pays for. */
const includedDays = 30;

/** Entries of the audit log: one for each time that a secret is read, where that is written down: unless the plan says otherwise, it is, as by the account's own stack. */
function auditEntries(context: Context): number {
    const configs = context.all("gcp:projects/iAMAuditConfig:IAMAuditConfig");
    const written = configs.some(
        ({ inputs: { service, auditLogConfigs } }) =>
            ["secretmanager.googleapis.com", "allServices"].includes(String(service)) &&
            listOf(auditLogConfigs).some(({ logType }) => logType === "DATA_READ"),
    );
    if (configs.length && !written) return 0;
    return context
        .all("gcp:secretmanager/secretVersion:SecretVersion")
        .reduce((sum, version) => sum + context.usageOf(version).monthlySecretAccesses, 0);
}

/**
 * What the stack logs: its services, an entry of Cloud Run and of the load balancer for each request, databases, builds, and who
 * read a secret. The log of who changed what is free.
 */
export const logBucket: Pricing = (bucket, context) => {
    const buckets = context.all(bucket.type).length;
    const { averageAccessLogKb, averageAuditLogKb, monthlyBuildLogGb, monthlyDatabaseLogGb } = context.usageOf(bucket);
    const services = serviceLogs(context);
    const runs = context.services.reduce((sum, service) => sum + context.requestsOf(service), 0);
    const sampling = context
        .all("gcp:compute/backendService:BackendService")
        .map(({ inputs }) => mapOf(inputs.logConfig))
        .reduce((most, { enable, sampleRate }) => Math.max(most, enable === true ? numberOf(sampleRate, 1) : 0), 0);
    const entries = runs + context.requests * sampling;
    const databases = context.all("gcp:sql/databaseInstance:DatabaseInstance").length;
    const builds = context.all("gcp:cloudbuild/trigger:Trigger").length;
    const audits = auditEntries(context);
    const kb = entries * averageAccessLogKb + audits * averageAuditLogKb;
    const gb = services.gb + kb / kbPerGb + databases * monthlyDatabaseLogGb + builds * monthlyBuildLogGb;
    const part = gb / buckets;
    const days = numberOf(bucket.inputs.retentionDays, includedDays);
    return [
        item(
            "Ingestion",
            "gcp.logging.ingest_gib",
            part,
            `${show(services.gb)} GB of services, ${show(entries)} access entries × ${show(averageAccessLogKb)} KB, ${audits > 0 ? `${show(audits)} audit entries × ${show(averageAuditLogKb)} KB, ` : ""}databases${builds > 0 ? ", builds" : ""}`,
        ),
        item(
            "Retention beyond 30 days",
            "gcp.logging.retention_gib_month",
            (part * Math.max(0, days - includedDays)) / daysPerMonth,
            `${show(part)} GB × ${Math.max(0, days - includedDays)} / ${daysPerMonth} d`,
        ),
    ];
};

/** A condition refers to a metric, or to two where it is a ratio. */
export const alertPolicy: Pricing = ({ inputs }) => {
    const references = listOf(inputs.conditions).reduce(
        (sum, { conditionThreshold }) => sum + (mapOf(conditionThreshold).denominatorFilter === undefined ? 1 : 2),
        0,
    );
    return [
        item("Metric references", "gcp.monitoring.alert_metric_ref_month", references, counted(references, "metric")),
    ];
};

/** Paid for each place that the secret is kept in; kept automatically, that is one. */
export const secretVersion: Pricing = (version, context) => {
    const { monthlySecretAccesses } = context.usageOf(version);
    const [secret] = context.behind(version, "gcp:secretmanager/secret:Secret", "secret");
    const replicas = listOf(mapOf(mapOf(secret?.inputs.replication).userManaged).replicas).length || 1;
    return [
        item(
            "Secret version",
            "gcp.secret.version_month",
            replicas,
            replicas === 1 ? "1 version" : `1 version × ${replicas} locations`,
        ),
        per(10_000, "Accesses", "gcp.secret.access_10k", monthlySecretAccesses, "accesses"),
    ];
};

export const cryptoKey: Pricing = (key, context) => {
    const { monthlyKeyRequests } = context.usageOf(key);
    return [
        item("Key version", "gcp.kms.key_version_month", 1, "1 version"),
        per(10_000, "Operations", "gcp.kms.ops_10k", monthlyKeyRequests, "operations"),
    ];
};
