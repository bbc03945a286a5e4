import { deploy } from "./rollout";
import { absent, type Row } from "./row";

/** Network and ways in. */
export const entrance: Row[] = [
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
        field: "network.aws.flowLogs",
        aws: "Flow log of the VPC, in a log group of its own",
        gcp: absent,
        note: "A subnet on GCP logs a tenth of its packets, always; a VPC of somebody else's is left alone",
    },
    {
        field: "network.aws.existing.vpcId",
        aws: "A VPC of somebody else's, with its subnets: none is made; the endpoint for S3 and NAT are its owner's",
        gcp: absent,
    },
    { field: "network.aws.existing.publicSubnets", aws: "Load balancer (and tasks without NAT)", gcp: absent },
    { field: "network.aws.existing.privateSubnets", aws: "Tasks, databases, caches, file systems", gcp: absent },
    {
        field: "network.gcp.subnets.*.region",
        aws: absent,
        gcp: "Region of a subnet",
        note: "A VPC on AWS stays in one region",
    },
    { field: "network.gcp.subnets.*.cidr", aws: absent, gcp: "Range of a subnet" },
    {
        field: "network.gcp.existing.network",
        aws: absent,
        gcp: "A VPC of somebody else's, a Shared VPC too: none is made; peering, Cloud NAT, firewall rules and private zones are its owner's",
    },
    {
        field: "network.gcp.existing.subnetwork",
        aws: absent,
        gcp: "Where Cloud Run's Direct VPC egress takes addresses",
    },
    {
        field: "domain.name",
        aws: "ACM certificate validated by DNS, Route 53 alias",
        gcp: "Certificate Manager certificate authorised by DNS, Cloud DNS record",
    },
    {
        field: "domain.zone",
        aws: "Hosted zone, looked up by DNS name",
        gcp: "DNS name that the managed zone's name is made from",
    },
    {
        field: "domain.alternativeNames",
        aws: "Alternative names of the ACM certificate, validated by DNS",
        gcp: "A certificate for each name, authorised by DNS",
    },
    {
        field: "domain.redirects",
        aws: "Listener rule that answers 301, record and name of the certificate",
        gcp: "Host rule of the URL map that answers 301, record and certificate",
    },
    {
        field: "domain.takeOver",
        aws: "Route 53 records are overwritten; otherwise creating one that exists fails",
        gcp: "Cloud DNS records are taken over; otherwise `preview` and `up` refuse where one leads elsewhere",
    },
    { field: "domain.gcp.managedZone", aws: absent, gcp: "Managed zone's own name" },
    {
        field: "cdn.host",
        aws: "Alias, certificate and records of a CloudFront distribution",
        gcp: "Host of the stack's load balancer, with Cloud CDN on its backends",
        note: "CloudFront stands before the load balancer; Cloud CDN is part of it",
    },
    {
        field: "cdn.origins.*.service",
        aws: "Origin by the service's own host, over TLS",
        gcp: "Backend of the service's Cloud Run service",
    },
    {
        field: "cdn.origins.*.bucket",
        aws: "Origin with origin access control",
        gcp: "Backend bucket, read by the load balancer's own agent",
    },
    { field: "cdn.origins.*.path", aws: "Origin path", gcp: "Path prefix that is put before" },
    {
        field: "cdn.behaviors.*.path",
        aws: "Ordered cache behavior, on AWS's caching-optimised policy",
        gcp: "A prefix is a route with a cache; an ending makes the first origin's static content cached",
        note: "Cloud CDN goes by the content type of a response instead of the end of a path",
    },
    { field: "cdn.behaviors.*.origin", aws: "Target origin of the behavior", gcp: "Backend of the route" },
    {
        field: "cdn.deletionProtection",
        aws: "Pulumi refuses to delete the bucket of its access logs",
        gcp: absent,
        note: "Cloud CDN's backends hold nothing: its requests are in the load balancer's log",
    },
    {
        field: "deployer.github",
        aws: "IAM role, assumed by GitHub's OpenID Connect",
        gcp: "Service account, by a workload identity pool that trusts GitHub",
    },
    {
        field: "deployer.branches",
        aws: "Subjects that the role's trust policy admits",
        gcp: "Condition of the workload identity provider",
    },
    {
        field: "deployer.aws.provider",
        aws: "The account's one provider for GitHub: created, or looked up",
        gcp: absent,
        note: "A project has a pool and provider for each stack",
    },
    ...deploy,
    {
        field: "firewall.enabled",
        aws: "WAFv2 web ACL with AWS's managed rules, on the load balancer",
        gcp: "Cloud Armor policy with preconfigured rules, on the backends",
        note: "An app without a route has no load balancer, and none before it",
    },
    { field: "firewall.mode", aws: "Rules block or count", gcp: "Rules deny or are in preview" },
    { field: "firewall.rateLimit.requests", aws: "Rate-based rule by address", gcp: "Throttle by address" },
    { field: "firewall.rateLimit.windowSeconds", aws: "Evaluation window", gcp: "Interval of the threshold" },
    {
        field: "firewall.countries.allow",
        aws: "Geo match, on the load balancer and on CloudFront",
        gcp: "Expression on the origin's region code, on the backends and, with a CDN, before its caches and buckets",
        note: "Google's rule sets and the rate limit judge what reaches a service; what Cloud CDN has kept, and buckets, they do not",
    },
    {
        field: "firewall.countries.block",
        aws: "Geo match, on the load balancer and on CloudFront",
        gcp: "Expression on the origin's region code, on the backends and, with a CDN, before its caches and buckets",
        note: "Google's rule sets and the rate limit judge what reaches a service; what Cloud CDN has kept, and buckets, they do not",
    },
    {
        field: "firewall.bodyKb",
        aws: "Body inspection of the CDN's web ACL, 16 KB at least; the load balancer's is 8 KB, always",
        gcp: "Request body inspection size",
        note: "On AWS more than 8 needs a CDN",
    },
    {
        field: "firewall.largeBodies",
        aws: "AWS's own limit of 8 KB only counts; to block, a rule on the size of the body",
        gcp: "To block, a rule on Content-Length",
        note: "Cloud Armor does not see the size of a body that comes in chunks",
    },
    {
        field: "firewall.exclude.*.rule",
        aws: "Managed rules only count; elsewhere a rule on their labels blocks",
        gcp: "Signatures left out of the expression, or the set with a condition on the path",
        note: "A rule by the name of one cloud's log has no effect on the other",
    },
    {
        field: "firewall.exclude.*.path",
        aws: "Pattern on the decoded and normalised path",
        gcp: "Pattern on the path, where it does not lead back out",
    },
    {
        field: "firewall.gcp.adaptiveProtection",
        aws: absent,
        gcp: "Adaptive protection",
        note: "AWS sells its counterpart with Shield Advanced",
    },
    {
        field: "firewall.gcp.sensitivity",
        aws: absent,
        gcp: "Sensitivity of the preconfigured rules: OWASP's paranoia level",
        note: "AWS's managed rules have one level",
    },
];
