/**
 * Why a refresh does not read a price: each id that has no selector, no place in the Spot feed and is no sum. A selector needs a usage
 * type, a SKU or a description that was seen in a document, since a guess might quietly read something else.
 */

const notSeen = "neither a SKU nor a description of it was seen in a document";
const usageNotSeen = "its usage type was not seen in a document";
const stored = "two regions, and copies, are sold by pairs of regions, whose SKUs were not seen in a document";

export const unread: Record<string, string> = {
    "aws.cloudfront.invalidation_path": usageNotSeen,
    "aws.egress.inter_region_gb":
        "its usage types name both regions, one for each pair: the book has the price that most pairs share",
    "aws.rds.performance_insights_api": usageNotSeen,
    "aws.rds.performance_insights_vcpu_month": usageNotSeen,
    "aws.waf.managed_rule_group_month":
        "the list has no row of its own: a group is counted as a rule, aws.waf.rule_month",
    "aws.xray.spans_indexed_million": "its usage type is known (`XRay-Spans-Indexed`), the offer that has it is not",
    "gcp.artifact_analysis.image_scan": notSeen,
    "gcp.build.e2_highcpu_8_min": notSeen,
    "gcp.build.e2_medium_min": notSeen,
    "gcp.build.e2_standard_2_min": notSeen,
    "gcp.cdn.cache_fill_gb": notSeen,
    "gcp.filestore.basic_hdd_gb_month": notSeen,
    "gcp.filestore.basic_ssd_gb_month": notSeen,
    "gcp.gcs.dual_region_class_a_1k": stored,
    "gcp.gcs.dual_region_gb_month": stored,
    "gcp.gcs.replication_gb": stored,
    "gcp.ip.unused_hour": notSeen,
    "gcp.logging.network_gib": notSeen,
    "gcp.logging.telemetry_gib": notSeen,
    "gcp.monitoring.alert_metric_ref_month": "nothing is charged for it yet, so no list has it",
    "gcp.monitoring.api_1k": notSeen,
    "gcp.scheduler.job_month": notSeen,
    "gcp.sql.ha_multiplier": "it is no price: what a standby multiplies the price by",
    "gcp.sql.ip_idle_hour": notSeen,
    "gcp.trace.spans_million": notSeen,
    "gcp.vpc_connector.e2_micro_hour": "Compute Engine's price of the machine, whose SKUs are sold by core and GB",
    "gcp.workflows.internal_1k": notSeen,
};
