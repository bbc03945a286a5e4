import type { Cloud } from "../cost/book";

/** What people call things: clouds, roles, and the product that plays a role on each cloud. */

export const cloudNames: Record<Cloud, string> = { aws: "AWS", gcp: "Google Cloud" };
export const clouds: Cloud[] = ["aws", "gcp"];

/** A product, and the types whose details tell it from another of its kind, the most telling first. */
interface Product {
    name: string;
    /** Where there is little room. */
    short?: string;
    types: string[];
    /** What it is instead, where a resource of a type is among its members. */
    variants?: { type: string; name: string }[];
}
interface Role {
    /** In a word or two, for somebody who does not know the clouds. */
    title: string;
    icon: Icon;
    /** Parts of the app: there is one for each, with a name of its own. */
    many?: boolean;
    aws: Product;
    gcp: Product;
}
export type Icon =
    | "people"
    | "globe"
    | "signpost"
    | "shield"
    | "balance"
    | "container"
    | "database"
    | "bolt"
    | "table"
    | "bucket"
    | "folder"
    | "queue"
    | "key"
    | "layers"
    | "bell"
    | "log"
    | "door"
    | "edge"
    | "clock"
    | "renew"
    | "badge"
    | "branch";

const product = (name: string | [string, string], ...types: string[]): Product =>
    typeof name === "string" ? { name, types } : { name: name[0], short: name[1], types };

/** Class of component → how it is shown. */
export const roleNames: Record<string, Role> = {
    Service: {
        title: "Service",
        icon: "container",
        many: true,
        aws: product(
            "ECS on Fargate",
            "aws:appautoscaling/target:Target",
            "aws:ecs/taskDefinition:TaskDefinition",
            "aws:ecs/service:Service",
        ),
        gcp: product("Cloud Run", "gcp:cloudrunv2/service:Service", "gcp:cloudrunv2/workerPool:WorkerPool"),
    },
    Database: {
        title: "Database",
        icon: "database",
        many: true,
        aws: product("Amazon RDS", "aws:rds/instance:Instance"),
        gcp: product("Cloud SQL", "gcp:sql/databaseInstance:DatabaseInstance"),
    },
    Cache: {
        title: "Cache",
        icon: "bolt",
        many: true,
        aws: product(
            "ElastiCache",
            "aws:elasticache/replicationGroup:ReplicationGroup",
            "aws:elasticache/cluster:Cluster",
        ),
        gcp: product("Memorystore", "gcp:redis/instance:Instance", "gcp:memcache/instance:Instance"),
    },
    Table: {
        title: "Table",
        icon: "table",
        many: true,
        aws: product("DynamoDB", "aws:dynamodb/table:Table"),
        gcp: product("Firestore", "gcp:firestore/database:Database"),
    },
    Bucket: { title: "Bucket", icon: "bucket", many: true, aws: product("S3"), gcp: product("Cloud Storage") },
    Queue: {
        title: "Queue",
        icon: "queue",
        many: true,
        aws: product(["SQS queue", "SQS"], "aws:sqs/queue:Queue"),
        gcp: product("Pub/Sub", "gcp:pubsub/subscription:Subscription"),
    },
    Filesystem: {
        title: "File system",
        icon: "folder",
        many: true,
        aws: product("EFS", "aws:efs/fileSystem:FileSystem", "aws:efs/backupPolicy:BackupPolicy"),
        gcp: {
            ...product(
                ["Cloud Storage or Filestore", "Cloud Storage"],
                "gcp:storage/bucket:Bucket",
                "gcp:filestore/instance:Instance",
            ),
            variants: [{ type: "gcp:filestore/instance:Instance", name: "Filestore" }],
        },
    },
    Job: {
        title: "Job",
        icon: "clock",
        many: true,
        aws: product(["ECS task, Step Functions", "ECS task"]),
        gcp: product("Cloud Run job"),
    },
    Rotation: {
        title: "Rotation of secrets",
        icon: "renew",
        aws: product(["EventBridge and Step Functions", "Step Functions"], "aws:cloudwatch/eventRule:EventRule"),
        gcp: product(["Eventarc and Workflows", "Workflows"], "gcp:workflows/workflow:Workflow"),
    },
    Deployer: {
        title: "Deployment from GitHub",
        icon: "badge",
        aws: product("IAM role"),
        gcp: product("Service account"),
    },
    Pipeline: {
        title: "Pipeline",
        icon: "renew",
        aws: product(["CodePipeline and CodeBuild", "CodePipeline"], "aws:codepipeline/pipeline:Pipeline"),
        gcp: product("Cloud Build", "gcp:cloudbuild/trigger:Trigger"),
    },
    Account: {
        title: "Account",
        icon: "badge",
        aws: product(["IAM, S3 and KMS", "IAM roles"], "aws:iam/role:Role"),
        gcp: product(["IAM, Cloud Storage and KMS", "Service accounts"], "gcp:serviceaccount/account:Account"),
    },
    Network: {
        title: "Network",
        icon: "door",
        aws: product("VPC", "aws:ec2/vpc:Vpc"),
        gcp: product("VPC network", "gcp:compute/subnetwork:Subnetwork"),
    },
    Ingress: {
        title: "Load balancer",
        icon: "balance",
        aws: product(["Application Load Balancer", "Application LB"], "aws:lb/loadBalancer:LoadBalancer"),
        gcp: product(
            ["Global Application Load Balancer", "Cloud Load Balancing"],
            "gcp:certificatemanager/certificate:Certificate",
        ),
    },
    Firewall: {
        title: "Web firewall",
        icon: "shield",
        aws: product("AWS WAF", "aws:wafv2/webAcl:WebAcl"),
        gcp: product("Cloud Armor", "gcp:compute/securityPolicy:SecurityPolicy"),
    },
    Cdn: { title: "Content delivery", icon: "edge", aws: product("CloudFront"), gcp: product("Cloud CDN") },
    Secret: { title: "Secrets", icon: "key", aws: product("Secrets Manager"), gcp: product("Secret Manager") },
    Image: {
        title: "Images",
        icon: "layers",
        aws: product(["Elastic Container Registry", "Amazon ECR"]),
        gcp: product("Artifact Registry"),
    },
    Alarms: {
        title: "Alarms and dashboard",
        icon: "bell",
        aws: product(["CloudWatch alarms", "CloudWatch"]),
        gcp: product("Cloud Monitoring"),
    },
    Platform: {
        title: "Cluster and logs",
        icon: "log",
        aws: product(["ECS cluster and CloudWatch Logs", "ECS cluster, logs"], "aws:cloudwatch/logGroup:LogGroup"),
        gcp: product("Cloud Logging", "gcp:logging/projectBucketConfig:ProjectBucketConfig"),
    },
    Dns: {
        title: "DNS",
        icon: "signpost",
        aws: product("Route 53", "aws:route53/record:Record"),
        gcp: product("Cloud DNS", "gcp:dns/recordSet:RecordSet"),
    },
};

/** The words for a role, whatever it is. */
export const titleOf = (role: string): string => roleNames[role]?.title ?? role;
