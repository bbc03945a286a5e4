import type { PricingTable } from "../cost";
import { sharedFree } from "../free";
import { ecsCluster, ecsService, eksCluster } from "./compute";
import { cache, ecrRepository, rdsInstance, table } from "./data";
import { stateMachine } from "./jobs";
import { distribution, elasticIp, healthCheck, loadBalancer, natGateway, record, vpcEndpoint, zone } from "./network";
import { dashboard, logGroup, metricAlarm } from "./observability";
import { queue } from "./queue";
import { buildProject, key, pipeline, secret, webAcl } from "./security";
import { bucket, bucketReplication, fileBackup, fileSystem } from "./storage";

const settings = "a setting of another resource";
const permissions = "permissions are free";
const serviceEvents = "events of AWS's own services are free, and no others are listened to";
const deliveries = "CloudFront's logs get to S3 for nothing, and are paid with the bucket";
const routing = "the network itself is free: its gateways, addresses and data are paid";

/** How AWS is priced. Its twin is ../gcp/index.ts. */
export const awsTable: PricingTable = {
    priced: {
        "aws:cloudfront/distribution:Distribution": distribution,
        "aws:cloudwatch/dashboard:Dashboard": dashboard,
        "aws:cloudwatch/logGroup:LogGroup": logGroup,
        "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
        "aws:codebuild/project:Project": buildProject,
        "aws:codepipeline/pipeline:Pipeline": pipeline,
        "aws:dynamodb/table:Table": table,
        "aws:ec2/eip:Eip": elasticIp,
        "aws:ec2/natGateway:NatGateway": natGateway,
        "aws:ec2/vpcEndpoint:VpcEndpoint": vpcEndpoint,
        "aws:ecr/repository:Repository": ecrRepository,
        "aws:ecs/cluster:Cluster": ecsCluster,
        "aws:ecs/service:Service": ecsService,
        "aws:efs/backupPolicy:BackupPolicy": fileBackup,
        "aws:efs/fileSystem:FileSystem": fileSystem,
        "aws:eks/cluster:Cluster": eksCluster,
        "aws:elasticache/cluster:Cluster": cache,
        "aws:elasticache/replicationGroup:ReplicationGroup": cache,
        "aws:kms/key:Key": key,
        "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
        "aws:rds/instance:Instance": rdsInstance,
        "aws:route53/healthCheck:HealthCheck": healthCheck,
        "aws:route53/record:Record": record,
        "aws:route53/zone:Zone": zone,
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": zone,
        "aws:s3/bucket:Bucket": bucket,
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig": bucketReplication,
        "aws:secretsmanager/secret:Secret": secret,
        "aws:sfn/stateMachine:StateMachine": stateMachine,
        "aws:sqs/queue:Queue": queue,
        "aws:wafv2/webAcl:WebAcl": webAcl,
    },
    free: {
        ...sharedFree,
        "aws:acm/certificate:Certificate": "public certificates are free",
        "aws:acm/certificateValidation:CertificateValidation": "public certificates are free",
        "aws:appautoscaling/policy:Policy": "scaling is free, its alarms included",
        "aws:appautoscaling/scheduledAction:ScheduledAction": "scaling is free; its hours are paid with the service",
        "aws:appautoscaling/target:Target": "scaling is free; what runs is paid with the service",
        "aws:cloudfront/originAccessControl:OriginAccessControl": permissions,
        "aws:codeconnections/connection:Connection": "connections are free; what runs by them is paid",
        "aws:cloudwatch/eventRule:EventRule": serviceEvents,
        "aws:cloudwatch/eventTarget:EventTarget": serviceEvents,
        "aws:cloudwatch/logDelivery:LogDelivery": deliveries,
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": deliveries,
        "aws:cloudwatch/logDeliverySource:LogDeliverySource": deliveries,
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": permissions,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": permissions,
        "aws:ec2/flowLog:FlowLog": "paid with the log group",
        "aws:ec2/internetGateway:InternetGateway": routing,
        "aws:ec2/route:Route": routing,
        "aws:ec2/routeTable:RouteTable": routing,
        "aws:ec2/routeTableAssociation:RouteTableAssociation": routing,
        "aws:ec2/securityGroup:SecurityGroup": permissions,
        "aws:ec2/subnet:Subnet": routing,
        "aws:ec2/vpc:Vpc": routing,
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": settings,
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": settings,
        "aws:ecs/taskDefinition:TaskDefinition": "a task is paid while it runs: with the service",
        "aws:efs/accessPoint:AccessPoint": settings,
        "aws:efs/fileSystemPolicy:FileSystemPolicy": permissions,
        "aws:efs/mountTarget:MountTarget": "paid with the file system",
        "aws:elasticache/subnetGroup:SubnetGroup": settings,
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": permissions,
        "aws:iam/policy:Policy": permissions,
        "aws:iam/role:Role": permissions,
        "aws:iam/rolePolicy:RolePolicy": permissions,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": permissions,
        "aws:kms/alias:Alias": settings,
        "aws:lb/listener:Listener": "paid with the load balancer",
        "aws:lb/listenerRule:ListenerRule":
            "paid with the load balancer, as rule evaluations; a listener without requests evaluates none",
        "aws:lb/targetGroup:TargetGroup": "paid with the load balancer",
        "aws:rds/parameterGroup:ParameterGroup": settings,
        "aws:rds/subnetGroup:SubnetGroup": settings,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": settings,
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": settings,
        "aws:s3/bucketPolicy:BucketPolicy": permissions,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": settings,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": settings,
        "aws:s3/bucketVersioning:BucketVersioning": settings,
        "aws:scheduler/scheduleGroup:ScheduleGroup": settings,
        "aws:scheduler/schedule:Schedule":
            "fourteen million starts a month are free; one that starts every minute makes 44,000",
        "aws:secretsmanager/secretVersion:SecretVersion": "paid with its secret",
        "aws:servicediscovery/httpNamespace:HttpNamespace":
            "names of Service Connect are free; its proxy runs on the task's own CPU and memory",
        "aws:servicediscovery/service:Service": "what ECS registers is free; its zone is paid",
        "aws:sns/topic:Topic": "notifications by e-mail: the few that alarms send round to nothing",
        "aws:sns/topicPolicy:TopicPolicy": permissions,
        "aws:sns/topicSubscription:TopicSubscription":
            "notifications by e-mail: the few that alarms send round to nothing",
        "aws:sqs/queuePolicy:QueuePolicy": permissions,
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": permissions,
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": permissions,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": permissions,
        "aws:wafv2/webAclAssociation:WebAclAssociation": settings,
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "paid with the log group",
    },
};
