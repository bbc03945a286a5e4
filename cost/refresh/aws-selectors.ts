/**
 * Where each AWS price stands in the vendor's Price List. An id without a selector is not refreshed: its usage type has not
 * been seen in a document, and a guess might quietly read something else.
 */
export interface AwsSelector {
    /** The offer's code. */
    offer: string;
    /** Usage types without the region's prefix; the first that the region's file has is taken. Compared whole. */
    usage: string[];
    /** The operation, where several things share a usage type. */
    operation?: string;
    /** Other columns that must have this value, by their name in lower case without spaces. */
    where?: Record<string, string>;
    /** How many of the list's units are one of ours: 10,000 for `10k requests`. @default 1 */
    per?: number;
    /** What precedes the usage type: the region's billing prefix (`APN1-`) or its name (`ap-northeast-1-`). @default "code" */
    prefix?: "code" | "name";
}

const list = (
    offer: string,
    usage: string | string[],
    more: Omit<AwsSelector, "offer" | "usage"> = {},
): AwsSelector => ({
    offer,
    usage: [usage].flat(),
    ...more,
});
const millions = { per: 1e6 };
const tenThousands = { per: 1e4 };

const of = (families: string, sizes: string): string[] =>
    families.split(" ").flatMap((family) => sizes.split(" ").map((size) => `${family}.${size}`));
const databaseClasses = [
    ...of("m5 m6g m6i m7g r5 r6g r6i r7g", "large xlarge 2xlarge 4xlarge"),
    ...of("t3 t4g", "micro small medium large xlarge 2xlarge"),
];
const nodeTypes = [
    ...of("m6g m7g r6g r7g", "large xlarge 2xlarge 4xlarge"),
    ...of("m5 r5", "large xlarge"),
    ...of("t3 t4g", "micro small medium"),
];
// RDS numbers its engines.
const postgres = { operation: "CreateDBInstance:0014" };
const mysql = { operation: "CreateDBInstance:0002" };
/** Usage types of a class; RDS writes `xl` for most of those of `xlarge` and beyond: `Multi-AZUsage:db.m5.2xl`. */
const usageOf = (kind: string, name: string): string[] =>
    name.endsWith("xlarge") ? [`${kind}.${name}`, `${kind}.${name.replace("xlarge", "xl")}`] : [`${kind}.${name}`];
const prices = (engine: string, operation: { operation: string }) =>
    databaseClasses.flatMap((name): [string, AwsSelector][] => [
        [
            `aws.rds.${engine}.db.${name}.single_az_hour`,
            list("AmazonRDS", usageOf("InstanceUsage:db", name), operation),
        ],
        [`aws.rds.${engine}.db.${name}.multi_az_hour`, list("AmazonRDS", usageOf("Multi-AZUsage:db", name), operation)],
    ]);
const databases = [...prices("postgres", postgres), ...prices("mysql", mysql)];
// Redis OSS; 0001 would be Memcached.
const caches = nodeTypes.map((name): [string, AwsSelector] => [
    `aws.elasticache.redis.cache.${name}.hour`,
    list("AmazonElastiCache", `NodeUsage:cache.${name}`, { operation: "CreateCacheCluster:0002" }),
]);

const valkeyCaches = ["t3.micro", "t4g.micro", "t4g.small", "r7g.large"].map((name): [string, AwsSelector] => [
    `aws.elasticache.valkey.cache.${name}.hour`,
    list("AmazonElastiCache", `NodeUsage:cache.${name}`, { operation: "CreateCacheCluster:Valkey" }),
]);

export const awsSelectors: Record<string, AwsSelector> = {
    "aws.fargate.x86.vcpu_hour": list("AmazonECS", "Fargate-vCPU-Hours:perCPU"),
    "aws.fargate.x86.gb_hour": list("AmazonECS", "Fargate-GB-Hours"),
    "aws.fargate.arm.vcpu_hour": list("AmazonECS", "Fargate-ARM-vCPU-Hours:perCPU"),
    "aws.fargate.arm.gb_hour": list("AmazonECS", "Fargate-ARM-GB-Hours"),
    "aws.fargate.ephemeral_gb_hour": list("AmazonECS", "Fargate-EphemeralStorage-GB-Hours"),
    "aws.alb.hour": list("AWSELB", "LoadBalancerUsage", { operation: "LoadBalancing:Application" }),
    "aws.alb.lcu_hour": list("AWSELB", "LCUUsage", { operation: "LoadBalancing:Application" }),
    "aws.nlb.hour": list("AWSELB", "LoadBalancerUsage", { operation: "LoadBalancing:Network" }),
    "aws.nlb.nlcu_hour": list("AWSELB", "LCUUsage", { operation: "LoadBalancing:Network" }),
    // NAT is sold by EC2, not by VPC.
    "aws.nat.hour": list("AmazonEC2", ["NatGateway-Hours", "RegionalNatGateway-Hours"], {
        where: { productfamily: "NAT Gateway" },
    }),
    "aws.nat.gb": list("AmazonEC2", ["NatGateway-Bytes", "RegionalNatGateway-Bytes"], {
        where: { productfamily: "NAT Gateway" },
    }),
    "aws.ipv4.hour": list("AmazonVPC", "PublicIPv4:InUseAddress"),
    "aws.vpce.hour": list("AmazonVPC", "VpcEndpoint-Hours"),
    "aws.vpce.gb": list("AmazonVPC", "VpcEndpoint-Bytes"),
    "aws.egress.internet_gb": list("AWSDataTransfer", "DataTransfer-Out-Bytes", {
        where: { transfertype: "AWS Outbound" },
    }),
    "aws.egress.cross_az_gb_each_way": list("AWSDataTransfer", "DataTransfer-Regional-Bytes", {
        where: { transfertype: "IntraRegion" },
    }),
    "aws.efs.standard_gb_month": list("AmazonEFS", "TimedStorage-ByteHrs"),
    "aws.efs.ia_gb_month": list("AmazonEFS", "IATimedStorage-ByteHrs"),
    "aws.efs.ia_access_gb": list("AmazonEFS", "IADataAccess-Bytes"),
    "aws.efs.onezone_gb_month": list("AmazonEFS", "TimedStorage-Z-ByteHrs"),
    "aws.efs.elastic_read_gb": list("AmazonEFS", "ETDataAccess-Bytes", { where: { accesstype: "Read" } }),
    "aws.efs.elastic_write_gb": list("AmazonEFS", "ETDataAccess-Bytes", { where: { accesstype: "Write" } }),
    "aws.efs.provisioned_mibps_month": list("AmazonEFS", "ProvisionedTP-MiBpsHrs"),
    "aws.efs.backup_gb_month": list("AWSBackup", "WarmStorage-ByteHrs-EFS", { operation: "Storage" }),
    ...Object.fromEntries(databases),
    "aws.rds.storage.gp3.single_az_gb_month": list("AmazonRDS", "RDS:GP3-Storage"),
    "aws.rds.storage.gp3.multi_az_gb_month": list("AmazonRDS", "RDS:Multi-AZ-GP3-Storage"),
    "aws.rds.storage.gp2.single_az_gb_month": list("AmazonRDS", "RDS:GP2-Storage"),
    "aws.rds.storage.gp2.multi_az_gb_month": list("AmazonRDS", "RDS:Multi-AZ-GP2-Storage"),
    "aws.rds.gp3_iops_month": list("AmazonRDS", "RDS:GP3-PIOPS"),
    "aws.rds.backup_gb_month": list("AmazonRDS", "RDS:ChargedBackupUsage"),
    ...Object.fromEntries(caches),
    ...Object.fromEntries(valkeyCaches),
    "aws.elasticache.backup_gb_month": list("AmazonElastiCache", ["ElastiCache:BackupUsage", "BackupUsage"]),
    "aws.dynamodb.wru_million": list("AmazonDynamoDB", "WriteRequestUnits", millions),
    "aws.dynamodb.rru_million": list("AmazonDynamoDB", "ReadRequestUnits", millions),
    "aws.dynamodb.storage_gb_month": list("AmazonDynamoDB", "TimedStorage-ByteHrs"),
    "aws.dynamodb.pitr_gb_month": list("AmazonDynamoDB", "TimedPITRStorage-ByteHrs"),
    "aws.s3.standard_gb_month": list("AmazonS3", "TimedStorage-ByteHrs"),
    "aws.s3.put_1k": list("AmazonS3", "Requests-Tier1", { per: 1000 }),
    "aws.s3.get_1k": list("AmazonS3", "Requests-Tier2", { per: 1000 }),
    "aws.ecr.storage_gb_month": list("AmazonECR", "TimedStorage-ByteHrs"),
    "aws.cloudfront.gb": list("AmazonCloudFront", "DataTransfer-Out-Bytes"),
    "aws.cloudfront.to_origin_gb": list("AmazonCloudFront", "DataTransfer-Out-OBytes"),
    "aws.cloudfront.https_10k": list("AmazonCloudFront", "Requests-Tier2-HTTPS", tenThousands),
    "aws.cloudfront.http_10k": list("AmazonCloudFront", "Requests-Tier1", tenThousands),
    "aws.waf.web_acl_month": list("awswaf", "WebACLV2"),
    "aws.waf.rule_month": list("awswaf", "RuleV2"),
    "aws.waf.requests_million": list("awswaf", "RequestV2-Tier1", millions),
    "aws.secrets.secret_month": list("AWSSecretsManager", "AWSSecretsManager-Secrets"),
    "aws.secrets.api_10k": list("AWSSecretsManager", "AWSSecretsManagerAPIRequest", tenThousands),
    "aws.kms.key_month": list("awskms", "KMS-Keys", { prefix: "name" }),
    "aws.kms.requests_10k": list("awskms", "KMS-Requests", { prefix: "name", ...tenThousands }),
    "aws.cloudwatch.logs_ingest_gb": list("AmazonCloudWatch", "DataProcessing-Bytes", { operation: "PutLogEvents" }),
    "aws.cloudwatch.logs_storage_gb_month": list("AmazonCloudWatch", "TimedStorage-ByteHrs"),
    "aws.cloudwatch.logs_insights_gb": list("AmazonCloudWatch", "DataScanned-Bytes"),
    "aws.cloudwatch.alarm_standard_month": list("AmazonCloudWatch", "CW:AlarmMonitorUsage"),
    "aws.cloudwatch.alarm_highres_month": list("AmazonCloudWatch", "CW:HighResAlarmMonitorUsage"),
    "aws.cloudwatch.metric_month": list("AmazonCloudWatch", "CW:MetricMonitorUsage"),
    "aws.cloudwatch.dashboard_month": list("AmazonCloudWatch", "DashboardsUsageHour"),
    "aws.route53.zone_month": list("AmazonRoute53", "HostedZone"),
    "aws.route53.queries_million": list("AmazonRoute53", "DNS-Queries", millions),
    "aws.route53.latency_queries_million": list("AmazonRoute53", "LBR-Queries", millions),
    "aws.route53.geo_queries_million": list("AmazonRoute53", "Geo-Queries", millions),
    "aws.route53.health_check_aws_month": list("AmazonRoute53", "Health-Check-AWS"),
    "aws.route53.health_check_other_month": list("AmazonRoute53", "Health-Check-Non-AWS"),
    "aws.xray.traces_recorded_million": list("AWSXRay", "XRay-TracesStored", millions),
    "aws.xray.traces_retrieved_million": list("AWSXRay", "XRay-TracesAccessed", millions),
    "aws.sqs.standard_million": list("AWSQueueService", "Requests-Tier1", millions),
    "aws.sqs.fifo_million": list("AWSQueueService", "Requests-FIFO-Tier1", millions),
    "aws.sfn.transitions_1k": list("AmazonStates", "StateTransition", { per: 1000 }),
    "aws.eks.cluster_hour": list("AmazonEKS", "AmazonEKS-Hours:perCluster"),
    "aws.codebuild.linux_small_min": list("CodeBuild", "Build-Min:Linux:g1.small"),
    "aws.codebuild.linux_large_min": list("CodeBuild", "Build-Min:Linux:g1.large"),
    "aws.codepipeline.v1_month": list("AWSCodePipeline", "activePipeline"),
    "aws.codepipeline.v2_action_min": list("AWSCodePipeline", "actionExecutionMinute"),
    "aws.codebuild.linux_medium_min": list("CodeBuild", "Build-Min:Linux:g1.medium"),
};

/**
 * Billing prefixes of usage types, by region (docs.aws.amazon.com, Region billing codes). Older services leave out that of us-east-1, or shorten eu-west-1's.
 */
export const usagePrefixes: Record<string, string[]> = {
    "us-east-1": ["USE1-", ""],
    "us-east-2": ["USE2-"],
    "us-west-1": ["USW1-"],
    "us-west-2": ["USW2-"],
    "ca-central-1": ["CAN1-"],
    "ca-west-1": ["CAN2-"],
    "mx-central-1": ["MXC1-"],
    "sa-east-1": ["SAE1-"],
    "eu-west-1": ["EU-", "EUW1-"],
    "eu-west-2": ["EUW2-"],
    "eu-west-3": ["EUW3-"],
    "eu-central-1": ["EUC1-"],
    "eu-central-2": ["EUC2-"],
    "eu-north-1": ["EUN1-"],
    "eu-south-1": ["EUS1-"],
    "eu-south-2": ["EUS2-"],
    "ap-northeast-1": ["APN1-"],
    "ap-northeast-2": ["APN2-"],
    "ap-northeast-3": ["APN3-"],
    "ap-southeast-1": ["APS1-"],
    "ap-southeast-2": ["APS2-"],
    "ap-southeast-3": ["APS4-"],
    "ap-southeast-4": ["APS6-"],
    "ap-southeast-5": ["APS7-"],
    "ap-southeast-6": ["APS8-"],
    "ap-southeast-7": ["APS9-"],
    "ap-south-1": ["APS3-"],
    "ap-south-2": ["APS5-"],
    "ap-east-1": ["APE1-"],
    "ap-east-2": ["APE2-"],
    "af-south-1": ["AFS1-"],
    "il-central-1": ["ILC1-"],
    "me-south-1": ["MES1-"],
    "me-central-1": ["MEC1-"],
    // What stands for several regions; CloudFront's areas.
    // What has one price in the world and yet a list by region is read in the first of them.
    global: ["Global-", "", "USE1-"],
    japan: ["JP-"],
    us_mexico_canada: ["US-"],
    europe_israel: ["EU-"],
    asia_pacific: ["AP-"],
};

/** Where offers that know no region keep their prices, in the order of looking. */
export const globalFiles = ["aws-other", "us-east-1"];

/** The Spot prices of Fargate are in no offer; the feed behind AWS's pricing page has them, by this unit. */
export const spotUnits: Record<string, string> = {
    "aws.fargate.spot.x86.vcpu_hour": "vCPU-Hours",
    "aws.fargate.spot.x86.gb_hour": "GB-Hours",
    "aws.fargate.spot.arm.vcpu_hour": "ARM-vCPU-Hours",
    "aws.fargate.spot.arm.gb_hour": "ARM-GB-Hours",
};
