/** How each cloud implements one field of the topology. */
export interface Row {
    /** Path into the topology; `*` stands for every name. */
    field: string;
    aws: string;
    gcp: string;
    /** Where the clouds differ in a way that matters, or one of them lacks something. */
    note?: string;
}

const absent = "–";

/** A quantity that only the cost estimate reads. */
const traffic = (field: string, aws: string, gcp: string): Row => ({
    field: `traffic.${field}`,
    aws: `In the estimate: ${aws}`,
    gcp: `In the estimate: ${gcp}`,
});

/** Every leaf field of the topology, in the schema's order; a test compares the two. */
export const parity: Row[] = [
    {
        field: "name",
        aws: "Beginning of all resource names; tag `app`",
        gcp: "Beginning of all resource names; label `app`",
    },
    {
        field: "services.*.image.context",
        aws: "Built by BuildKit, pushed to an ECR repository",
        gcp: "Built by BuildKit, pushed to an Artifact Registry repository",
    },
    { field: "services.*.image.dockerfile", aws: "BuildKit's Dockerfile", gcp: "BuildKit's Dockerfile" },
    {
        field: "services.*.image.reference",
        aws: "Image of the task definition; nothing is built",
        gcp: "Image of the Cloud Run service; nothing is built",
    },
    {
        field: "services.*.cpu",
        aws: "CPU of the task definition, vCPU × 1024",
        gcp: "CPU limit of the container",
        note: "Fargate and Cloud Run admit different pairs of CPU and memory; aws and gcp keys refine them",
    },
    {
        field: "services.*.memory",
        aws: "Memory of the task definition",
        gcp: "Memory limit of the container",
        note: "On Cloud Run /tmp is kept in it",
    },
    {
        field: "services.*.ports.*",
        aws: "Container port and target group port",
        gcp: "Container port",
        note: "Exactly one port a service, on both clouds, until several are supported",
    },
    { field: "services.*.routes.*.host", aws: "Host condition of a listener rule", gcp: "Host rule of the URL map" },
    { field: "services.*.routes.*.path", aws: "Path condition of a listener rule", gcp: "Path matcher of the URL map" },
    {
        field: "services.*.health.path",
        aws: "Health check of the target group",
        gcp: "Startup and liveness probes, uptime check",
        note: "AWS has no uptime check from outside",
    },
    {
        field: "services.*.health.intervalSeconds",
        aws: "Interval of the target group's check",
        gcp: "Period of the liveness probe",
    },
    {
        field: "services.*.health.timeoutSeconds",
        aws: "Timeout of the target group's check",
        gcp: "Timeout of the probes",
    },
    {
        field: "services.*.health.healthyThreshold",
        aws: "Healthy threshold of the target group",
        gcp: absent,
        note: "One successful startup probe is enough for Cloud Run",
    },
    {
        field: "services.*.health.unhealthyThreshold",
        aws: "Unhealthy threshold of the target group",
        gcp: "Failure threshold of the liveness probe",
    },
    {
        field: "services.*.health.startSeconds",
        aws: "Grace period of the ECS service",
        gcp: "Time that the startup probe allows",
    },
    {
        field: "services.*.scale.min",
        aws: "Minimum of the scaling target",
        gcp: "Minimum instances",
        note: "Only Cloud Run can go down to 0",
    },
    { field: "services.*.scale.max", aws: "Maximum of the scaling target", gcp: "Maximum instances" },
    {
        field: "services.*.scale.cpuPercent",
        aws: "Target tracking on average CPU",
        gcp: absent,
        note: "Cloud Run aims at 60 % CPU and at its concurrency by itself",
    },
    { field: "services.*.env.*", aws: "Environment of the container", gcp: "Environment of the container" },
    {
        field: "services.*.secrets",
        aws: "Secrets Manager secret, read when a task starts",
        gcp: "Secret Manager secret, read when an instance starts",
        note: "Made with a random value that is yours to replace",
    },
    {
        field: "services.*.uses",
        aws: "Environment, secrets, and security group rules to the database",
        gcp: "Environment and secrets; the private network leads to the database",
        note: "Reaching a database takes a security group rule on AWS; on GCP the VPC and the password",
    },
    { field: "services.*.aws.cpu", aws: "Replaces cpu", gcp: absent },
    { field: "services.*.aws.memory", aws: "Replaces memory", gcp: absent },
    { field: "services.*.aws.scale.min", aws: "Replaces scale.min", gcp: absent },
    { field: "services.*.aws.scale.max", aws: "Replaces scale.max", gcp: absent },
    { field: "services.*.aws.scale.cpuPercent", aws: "Replaces scale.cpuPercent", gcp: absent },
    {
        field: "services.*.aws.architecture",
        aws: "x86 or ARM (Graviton) tasks",
        gcp: absent,
        note: "Cloud Run has no ARM; images are built for x86 there",
    },
    { field: "services.*.aws.spot", aws: "FARGATE_SPOT capacity provider", gcp: absent, note: "Cloud Run has no Spot" },
    {
        field: "services.*.aws.readonlyRootFilesystem",
        aws: "Read-only image, writable /tmp",
        gcp: absent,
        note: "Cloud Run's file system is always writable, in memory",
    },
    { field: "services.*.gcp.cpu", aws: absent, gcp: "Replaces cpu" },
    { field: "services.*.gcp.memory", aws: absent, gcp: "Replaces memory" },
    { field: "services.*.gcp.scale.min", aws: absent, gcp: "Replaces scale.min" },
    { field: "services.*.gcp.scale.max", aws: absent, gcp: "Replaces scale.max" },
    {
        field: "services.*.gcp.scale.cpuPercent",
        aws: absent,
        gcp: absent,
        note: "Accepted beside min and max, but Cloud Run takes no target",
    },
    {
        field: "services.*.gcp.concurrency",
        aws: absent,
        gcp: "Requests that an instance serves at a time",
        note: "ECS limits no requests; it scales on CPU",
    },
    {
        field: "services.*.gcp.cpuBilling",
        aws: absent,
        gcp: "CPU while a request runs, or always",
        note: "Fargate's CPU is always there, and paid",
    },
    { field: "databases.*.engine", aws: "RDS for PostgreSQL", gcp: "Cloud SQL for PostgreSQL, ENTERPRISE edition" },
    {
        field: "databases.*.version",
        aws: "Engine version; minor upgrades are automatic",
        gcp: "Database version; minor upgrades are automatic",
    },
    { field: "databases.*.storage", aws: "gp3 storage, encrypted", gcp: "SSD storage, encrypted" },
    { field: "databases.*.maxStorage", aws: "Storage autoscaling limit", gcp: "Automatic increase limit" },
    { field: "databases.*.highAvailability", aws: "Multi-AZ", gcp: "REGIONAL availability" },
    {
        field: "databases.*.backupDays",
        aws: "Backup retention; point-in-time recovery reaches as far",
        gcp: "Retained backups; point-in-time recovery reaches at most 7 days",
        note: "ENTERPRISE keeps transaction logs for 7 days",
    },
    { field: "databases.*.finalBackup", aws: "Final snapshot", gcp: "Final backup" },
    { field: "databases.*.replicas", aws: "Read replicas of the instance", gcp: "Read replicas of the instance" },
    { field: "databases.*.aws.instanceClass", aws: "Instance class", gcp: absent },
    { field: "databases.*.gcp.tier", aws: absent, gcp: "Tier" },
    {
        field: "network.cidr",
        aws: "Range of the VPC",
        gcp: "Where the default subnet is cut from; a GCP network has no range itself",
    },
    {
        field: "network.nat",
        aws: "No, one, or a NAT gateway a zone",
        gcp: "No Cloud NAT, or one",
        note: "Cloud NAT is regional: single and perZone are the same there",
    },
    {
        field: "network.aws.publicSubnets",
        aws: "Load balancer, NAT (and tasks without NAT)",
        gcp: absent,
        note: "GCP's load balancer is global and stands in no subnet",
    },
    { field: "network.aws.privateSubnets", aws: "Tasks and databases", gcp: absent },
    {
        field: "network.gcp.subnets.*.region",
        aws: absent,
        gcp: "Region of a subnet",
        note: "A VPC on AWS stays in one region",
    },
    { field: "network.gcp.subnets.*.cidr", aws: absent, gcp: "Range of a subnet" },
    {
        field: "domain.name",
        aws: "ACM certificate, Route 53 alias",
        gcp: "Google-managed certificate, Cloud DNS record",
        note: "Google issues its certificate only once the record is there",
    },
    {
        field: "domain.zone",
        aws: "Hosted zone, looked up by DNS name",
        gcp: "DNS name that the managed zone's name is made from",
    },
    { field: "domain.gcp.managedZone", aws: absent, gcp: "Managed zone's own name" },
    {
        field: "firewall.enabled",
        aws: "WAFv2 web ACL with AWS's managed rules, on the load balancer",
        gcp: "Cloud Armor policy with preconfigured rules, on the backends",
    },
    { field: "firewall.mode", aws: "Rules block or count", gcp: "Rules deny or are in preview" },
    { field: "firewall.rateLimit.requests", aws: "Rate-based rule by address", gcp: "Throttle by address" },
    { field: "firewall.rateLimit.windowSeconds", aws: "Evaluation window", gcp: "Interval of the threshold" },
    { field: "firewall.countries.allow", aws: "Geo match", gcp: "Expression on the origin's region code" },
    { field: "firewall.countries.block", aws: "Geo match", gcp: "Expression on the origin's region code" },
    {
        field: "firewall.gcp.adaptiveProtection",
        aws: absent,
        gcp: "Adaptive protection",
        note: "AWS sells its counterpart with Shield Advanced",
    },
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
    { field: "alarms.memoryPercent", aws: "Alarm of the ECS service", gcp: "Alert policy of the Cloud Run service" },
    {
        field: "alarms.databaseConnectionsPercent",
        aws: "Alarm on connections, of the class's maximum",
        gcp: "Alert policy on connections, of the tier's maximum",
    },
    {
        field: "alarms.errorPercent",
        aws: "Alarm on target 5xx of all requests",
        gcp: "Alert policy on 5xx of all requests",
    },
    {
        field: "alarms.latencySeconds",
        aws: "Alarm on the target group's p95",
        gcp: "Alert policy on the load balancer's p95",
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
        aws: "On the database and the load balancer; Pulumi refuses to delete the database, secrets are kept 30 days",
        gcp: "On the database and the Cloud Run services; Pulumi refuses to delete them and the address",
    },
    { field: "tags.*", aws: "Tags on everything", gcp: "Labels on what takes labels" },
];

/** The values of a resolved app at a row's path: `services.*.cpu` → `{ "services.api.cpu": 0.5 }`. */
export function valuesAt(app: unknown, field: string): Record<string, unknown> {
    let found: [string, unknown][] = [["", app]];
    for (const key of field.split("."))
        found = found.flatMap(([path, value]) => {
            if (typeof value !== "object" || value === null) return [];
            const entries = Object.entries(value).filter(([name]) => key === "*" || name === key);
            return entries.map(([name, item]): [string, unknown] => [path ? `${path}.${name}` : name, item]);
        });
    return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}
