import type { Parsed } from "./commands";

/** What a command of a cloud's CLI is about: `rds db-instance` for `aws rds describe-db-instances`. */
export const things: Record<string, string> = {
    "acm certificate": "aws:acm/certificate:Certificate",
    "application-autoscaling scaling-policy": "aws:appautoscaling/policy:Policy",
    "application-autoscaling scheduled-action": "aws:appautoscaling/scheduledAction:ScheduledAction",
    "cloudfront distribution": "aws:cloudfront/distribution:Distribution",
    "cloudfront origin-access-control": "aws:cloudfront/originAccessControl:OriginAccessControl",
    "cloudwatch alarm": "aws:cloudwatch/metricAlarm:MetricAlarm",
    "cloudwatch dashboard": "aws:cloudwatch/dashboard:Dashboard",
    "codebuild project": "aws:codebuild/project:Project",
    "codeconnections connection": "aws:codeconnections/connection:Connection",
    "codepipeline pipeline": "aws:codepipeline/pipeline:Pipeline",
    "dynamodb table": "aws:dynamodb/table:Table",
    "ec2 address": "aws:ec2/eip:Eip",
    "ec2 internet-gateway": "aws:ec2/internetGateway:InternetGateway",
    "ec2 nat-gateway": "aws:ec2/natGateway:NatGateway",
    "ec2 route": "aws:ec2/route:Route",
    "ec2 route-table": "aws:ec2/routeTable:RouteTable",
    "ec2 association": "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "ec2 security-group": "aws:ec2/securityGroup:SecurityGroup",
    "ec2 ingress-rule": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "ec2 egress-rule": "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "ec2 subnet": "aws:ec2/subnet:Subnet",
    "ec2 vpc": "aws:ec2/vpc:Vpc",
    "ec2 vpc-endpoint": "aws:ec2/vpcEndpoint:VpcEndpoint",
    "ecr repository": "aws:ecr/repository:Repository",
    "ecr image": "docker-build:index:Image",
    "ecs cluster": "aws:ecs/cluster:Cluster",
    "ecs service": "aws:ecs/service:Service",
    "ecs task-definition": "aws:ecs/taskDefinition:TaskDefinition",
    "efs access-point": "aws:efs/accessPoint:AccessPoint",
    "efs file-system": "aws:efs/fileSystem:FileSystem",
    "efs mount-target": "aws:efs/mountTarget:MountTarget",
    "elasticache cache-subnet-group": "aws:elasticache/subnetGroup:SubnetGroup",
    "elasticache cache-cluster": "aws:elasticache/cluster:Cluster",
    "elasticache replication-group": "aws:elasticache/replicationGroup:ReplicationGroup",
    "elbv2 listener": "aws:lb/listener:Listener",
    "elbv2 load-balancer": "aws:lb/loadBalancer:LoadBalancer",
    "elbv2 rule": "aws:lb/listenerRule:ListenerRule",
    "elbv2 target-group": "aws:lb/targetGroup:TargetGroup",
    "events rule": "aws:cloudwatch/eventRule:EventRule",
    "events target": "aws:cloudwatch/eventTarget:EventTarget",
    "iam role": "aws:iam/role:Role",
    "iam role-policy": "aws:iam/rolePolicy:RolePolicy",
    "logs log-group": "aws:cloudwatch/logGroup:LogGroup",
    "rds db-instance": "aws:rds/instance:Instance",
    "rds db-parameter-group": "aws:rds/parameterGroup:ParameterGroup",
    "rds db-subnet-group": "aws:rds/subnetGroup:SubnetGroup",
    "route53 resource-record-set": "aws:route53/record:Record",
    "s3api bucket": "aws:s3/bucket:Bucket",
    "scheduler schedule": "aws:scheduler/schedule:Schedule",
    "scheduler schedule-group": "aws:scheduler/scheduleGroup:ScheduleGroup",
    "secretsmanager secret": "aws:secretsmanager/secret:Secret",
    "servicediscovery namespace": "aws:servicediscovery/httpNamespace:HttpNamespace",
    "sns topic": "aws:sns/topic:Topic",
    "sqs queue": "aws:sqs/queue:Queue",
    "stepfunctions state-machine": "aws:sfn/stateMachine:StateMachine",
    "wafv2 web-acl": "aws:wafv2/webAcl:WebAcl",

    "artifacts docker images": "docker-build:index:Image",
    "artifacts repositories": "gcp:artifactregistry/repository:Repository",
    "beta monitoring channels": "gcp:monitoring/notificationChannel:NotificationChannel",
    "certificate-manager certificates": "gcp:certificatemanager/certificate:Certificate",
    "certificate-manager dns-authorizations": "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
    "certificate-manager maps": "gcp:certificatemanager/certificateMap:CertificateMap",
    "certificate-manager maps entries": "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
    "compute addresses": "gcp:compute/globalAddress:GlobalAddress",
    "compute backend-buckets": "gcp:compute/backendBucket:BackendBucket",
    "compute backend-services": "gcp:compute/backendService:BackendService",
    "compute firewall-rules": "gcp:compute/firewall:Firewall",
    "compute forwarding-rules": "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    "compute network-endpoint-groups": "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
    "compute networks": "gcp:compute/network:Network",
    "compute networks subnets": "gcp:compute/subnetwork:Subnetwork",
    "compute routers": "gcp:compute/router:Router",
    "compute routers nats": "gcp:compute/routerNat:RouterNat",
    "compute security-policies": "gcp:compute/securityPolicy:SecurityPolicy",
    "compute ssl-policies": "gcp:compute/sSLPolicy:SSLPolicy",
    "compute target-http-proxies": "gcp:compute/targetHttpProxy:TargetHttpProxy",
    "compute target-https-proxies": "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
    "compute url-maps": "gcp:compute/uRLMap:URLMap",
    "dns managed-zones": "gcp:dns/managedZone:ManagedZone",
    "builds connections": "gcp:cloudbuildv2/connection:Connection",
    "builds repositories": "gcp:cloudbuildv2/repository:Repository",
    "builds triggers": "gcp:cloudbuild/trigger:Trigger",
    "eventarc triggers": "gcp:eventarc/trigger:Trigger",
    "filestore instances": "gcp:filestore/instance:Instance",
    "firestore databases": "gcp:firestore/database:Database",
    "firestore indexes composite": "gcp:firestore/index:Index",
    "iam roles": "gcp:projects/iAMCustomRole:IAMCustomRole",
    "iam service-accounts": "gcp:serviceaccount/account:Account",
    "iam workload-identity-pools": "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
    "iam workload-identity-pools providers": "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    "logging buckets": "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    "logging sinks": "gcp:logging/projectSink:ProjectSink",
    "monitoring dashboards": "gcp:monitoring/dashboard:Dashboard",
    "monitoring policies": "gcp:monitoring/alertPolicy:AlertPolicy",
    "monitoring uptime": "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
    "pubsub subscriptions": "gcp:pubsub/subscription:Subscription",
    "pubsub topics": "gcp:pubsub/topic:Topic",
    "memcache instances": "gcp:memcache/instance:Instance",
    "redis instances": "gcp:redis/instance:Instance",
    "run jobs": "gcp:cloudrunv2/job:Job",
    "run worker-pools": "gcp:cloudrunv2/workerPool:WorkerPool",
    "run services": "gcp:cloudrunv2/service:Service",
    "scheduler jobs": "gcp:cloudscheduler/job:Job",
    secrets: "gcp:secretmanager/secret:Secret",
    "sql databases": "gcp:sql/database:Database",
    "sql instances": "gcp:sql/databaseInstance:DatabaseInstance",
    "sql users": "gcp:sql/user:User",
    "storage buckets": "gcp:storage/bucket:Bucket",
    workflows: "gcp:workflows/workflow:Workflow",
};

/** Commands whose words say less than what they are about. */
const odd: Record<string, string> = {
    "ec2 release-address": "ec2 address",
    "ec2 disassociate-route-table": "ec2 association",
    "ec2 revoke-security-group-ingress": "ec2 ingress-rule",
    "ec2 revoke-security-group-egress": "ec2 egress-rule",
    "events list-targets-by-rule": "events target",
    "events remove-targets": "events target",
    "logging sinks update": "logging exclusions",
};

/** What a command does, and to what: by its verb and its noun. */
export function aboutOf({ program, command, flags }: Parsed): { verb: string; noun: string } {
    // One command lists the rules of both directions.
    if (command === "ec2 describe-security-group-rules")
        return {
            verb: "describe",
            noun: flags.query?.[0]?.includes("`true`") ? "ec2 egress-rule" : "ec2 ingress-rule",
        };
    const words = command.split(" ");
    if (program === "gcloud") return { verb: words.at(-1)!, noun: odd[command] ?? words.slice(0, -1).join(" ") };
    const [service, operation = ""] = words;
    const [verb, ...rest] = operation.split("-");
    const many = rest.join("-");
    const one = many
        .replace(/^batch-delete-/, "")
        .replace(/policies$/, "policy")
        .replace(/(repositor)ies$/, "$1y")
        .replace(/(address)es$/, "$1")
        .replace(/([^s])s$/, "$1");
    return {
        verb: verb === "batch" ? "delete" : verb!,
        noun: odd[command] ?? `${service} ${one.replace(/^delete-/, "")}`,
    };
}
