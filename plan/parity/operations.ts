import { queueAge } from "./queues";
import { absent, type Row } from "./row";

/** A quantity that only the cost estimate reads. */
const traffic = (field: string, aws: string, gcp: string): Row => ({
    field: `traffic.${field}`,
    aws: `In the estimate: ${aws}`,
    gcp: `In the estimate: ${gcp}`,
});

/** Alarms, logs, traces, traffic and what holds for everything. */
export const operations: Row[] = [
    {
        field: "alarms.enabled",
        aws: "CloudWatch alarms, SNS topic",
        gcp: "Alert policies, uptime check, notification channels",
    },
    { field: "alarms.emails", aws: "E-mail subscriptions", gcp: "E-mail notification channels" },
    {
        field: "alarms.cpuPercent",
        aws: "Alarms of services and databases",
        gcp: "Alert policies of services and databases",
    },
    { field: "alarms.cpuMinutes", aws: "Evaluation periods of the CPU alarms", gcp: "Duration of the CPU conditions" },
    { field: "alarms.memoryPercent", aws: "Alarm of the ECS service", gcp: "Alert policy of the Cloud Run service" },
    {
        field: "alarms.databaseConnectionsPercent",
        aws: "Alarm on connections, of the class's maximum",
        gcp: "Alert policy on connections, of the tier's maximum",
    },
    {
        field: "alarms.storagePercent",
        aws: "Alarm on the free storage of a database, against the size that it began with",
        gcp: "Alert policy on the disk of a database or the bytes of a Filestore server",
        note: "EFS and buckets have no size",
    },
    {
        field: "alarms.replicaLagSeconds",
        aws: "Alarm on ReplicaLag of each replica",
        gcp: "Alert policy on the lag of each replica",
    },
    { field: "alarms.evictionsPerMinute", aws: "Alarm on Evictions", gcp: "Alert policy on evicted keys" },
    {
        field: "alarms.throttlesPerMinute",
        aws: "Alarm on throttled reads and writes of a table",
        gcp: "Alert policy on requests that end in RESOURCE_EXHAUSTED",
    },
    queueAge,
    {
        field: "alarms.burstCreditPercent",
        aws: "Alarm on the burst credits of a file system, or on what is left of its operations",
        gcp: absent,
        note: "A bucket grows with its use, and a Filestore server's throughput is fixed",
    },
    {
        field: "alarms.certificateDays",
        aws: "Alarm on DaysToExpiry of each certificate",
        gcp: absent,
        note: "Google logs certificates that are close to expiry, by days of its own; a policy tells of them",
    },
    {
        field: "alarms.errorPercent",
        aws: "Alarm on target 5xx of all requests",
        gcp: "Alert policy on 5xx of all requests",
    },
    {
        field: "alarms.latencySeconds",
        aws: "Alarm on the target groups' percentile",
        gcp: "Alert policy on the load balancer's percentile",
    },
    { field: "alarms.latencyPercentile", aws: "Statistic of the alarm", gcp: "Aligner of the condition" },
    {
        field: "alarms.averageLatencySeconds",
        aws: "Alarm on the target groups' average",
        gcp: "Alert policy on the load balancer's average",
    },
    {
        field: "alarms.failedDeployments",
        aws: "EventBridge rule on failed deployments of ECS",
        gcp: "Alert policy on the log of revisions that do not become ready",
    },
    {
        field: "alarms.deploymentMinutes",
        aws: "Alarm on deployments that have not ended",
        gcp: absent,
        note: "Cloud Run has no such figure; a revision is ready or failed within minutes",
    },
    { field: "logs.retentionDays", aws: "Retention of the CloudWatch log groups", gcp: "Retention of the log bucket" },
    { field: "tracing.enabled", aws: "Collector sidecar to X-Ray", gcp: "Collector sidecar to Cloud Trace" },
    {
        field: "tracing.samplePercent",
        aws: "Sampling ratio in the environment of the app (OTEL_TRACES_SAMPLER_ARG)",
        gcp: "Sampling ratio in the environment of the app (OTEL_TRACES_SAMPLER_ARG)",
    },
    traffic("monthlyRequests", "Load balancer capacity, firewall, tasks", "Cloud Run requests and CPU time, firewall"),
    traffic("averageRequestDurationMs", "Open connections of the load balancer", "Time for which CPU is paid"),
    traffic("averageRequestCpuMs", "Tasks within the scaling range", "Instances within the scaling range"),
    traffic("averageResponseKb", "Data of the load balancer, egress", "Data of the load balancer, egress"),
    traffic("monthlyOutboundInternetGb", "Egress from the region", "Premium-tier egress"),
    traffic("monthlyLogGb", "CloudWatch Logs", "Cloud Logging"),
    traffic("monthlyNatGb", "Data of NAT gateways", "Data of Cloud NAT"),
    traffic("storageGb", "Storage that the database has grown to", "Storage that the database has grown to"),
    {
        field: "deletionProtection",
        aws: "On the load balancer, and on every part that says nothing itself; Pulumi refuses to delete their data",
        gcp: "On the address, and on every part that says nothing itself; Pulumi refuses to delete their data",
    },
    { field: "tags.*", aws: "Tags on everything", gcp: "Labels on what takes labels" },
];
