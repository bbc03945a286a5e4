/**
 * Type → the actions of IAM that whoever makes, reads, changes and deletes such a resource needs: `service:Action Action; service:Action`.
 * What the plans' inputs never cause (keys of KMS, replicas of tables, …) is left out. From the calls of the Terraform provider that Pulumi's is
 * built on, as JamesWoolfenden/pike (August 2026) lists them, held against the permissions in the handlers of AWS's own CloudFormation schemas
 * (in cfn-lint 1.58); `scripts/check-policies.py` looks every action up in AWS's service reference and in botocore's models.
 * A test fails when a plan has a type that is not in it.
 */
export const actions: Record<string, string> = {
    "aws:acm/certificate:Certificate":
        "acm:AddTagsToCertificate DeleteCertificate DescribeCertificate ListTagsForCertificate RemoveTagsFromCertificate RequestCertificate UpdateCertificateOptions",
    "aws:acm/certificateValidation:CertificateValidation": "acm:DescribeCertificate",
    "aws:appautoscaling/policy:Policy":
        "application-autoscaling:DeleteScalingPolicy DescribeScalingPolicies PutScalingPolicy; cloudwatch:DeleteAlarms DescribeAlarms PutMetricAlarm",
    "aws:appautoscaling/scheduledAction:ScheduledAction":
        "application-autoscaling:DeleteScheduledAction DescribeScheduledActions PutScheduledAction",
    "aws:appautoscaling/target:Target":
        "application-autoscaling:DeregisterScalableTarget DescribeScalableTargets ListTagsForResource RegisterScalableTarget TagResource UntagResource",
    "aws:cloudfront/distribution:Distribution":
        "cloudfront:CreateDistribution DeleteDistribution GetDistribution GetDistributionConfig ListTagsForResource TagResource UntagResource UpdateDistribution",
    "aws:cloudfront/originAccessControl:OriginAccessControl":
        "cloudfront:CreateOriginAccessControl DeleteOriginAccessControl GetOriginAccessControl UpdateOriginAccessControl",
    "aws:cloudwatch/dashboard:Dashboard": "cloudwatch:DeleteDashboards GetDashboard PutDashboard",
    "aws:cloudwatch/eventRule:EventRule":
        "events:DeleteRule DescribeRule ListTagsForResource PutRule TagResource UntagResource",
    "aws:cloudwatch/eventTarget:EventTarget": "events:ListTargetsByRule PutTargets RemoveTargets",
    "aws:cloudwatch/logDelivery:LogDelivery":
        "logs:CreateDelivery DeleteDelivery GetDelivery ListTagsForResource TagResource UntagResource UpdateDeliveryConfiguration",
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination":
        "logs:DeleteDeliveryDestination GetDeliveryDestination ListTagsForResource PutDeliveryDestination TagResource UntagResource",
    "aws:cloudwatch/logDeliverySource:LogDeliverySource":
        "logs:DeleteDeliverySource GetDeliverySource ListTagsForResource PutDeliverySource TagResource UntagResource; cloudfront:AllowVendedLogDeliveryForResource",
    "aws:cloudwatch/logGroup:LogGroup":
        "logs:CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DescribeLogGroups ListTagsForResource PutRetentionPolicy TagResource UntagResource",
    "aws:cloudwatch/metricAlarm:MetricAlarm":
        "cloudwatch:DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource",
    "aws:codebuild/project:Project":
        "codebuild:BatchGetProjects CreateProject DeleteProject UpdateProject; iam:PassRole",
    "aws:codeconnections/connection:Connection":
        "codeconnections:CreateConnection DeleteConnection GetConnection ListTagsForResource TagResource UntagResource",
    "aws:codepipeline/pipeline:Pipeline":
        "codepipeline:CreatePipeline DeletePipeline GetPipeline ListTagsForResource TagResource UntagResource UpdatePipeline; codeconnections:PassConnection; codestar-connections:PassConnection; iam:PassRole",
    "aws:dynamodb/table:Table":
        "dynamodb:CreateTable DeleteTable DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":
        "ec2:AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateTags DeleteTags DescribeSecurityGroups RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
    "aws:ec2/eip:Eip":
        "ec2:AllocateAddress CreateTags DeleteTags DescribeAddresses DescribeAddressesAttribute DisassociateAddress ReleaseAddress",
    "aws:ec2/flowLog:FlowLog": "ec2:CreateFlowLogs CreateTags DeleteFlowLogs DeleteTags DescribeFlowLogs; iam:PassRole",
    "aws:ec2/internetGateway:InternetGateway":
        "ec2:AttachInternetGateway CreateInternetGateway CreateTags DeleteInternetGateway DeleteTags DescribeInternetGateways DetachInternetGateway",
    "aws:ec2/natGateway:NatGateway": "ec2:CreateNatGateway CreateTags DeleteNatGateway DeleteTags DescribeNatGateways",
    "aws:ec2/route:Route": "ec2:CreateRoute DeleteRoute DescribeRouteTables ReplaceRoute",
    "aws:ec2/routeTable:RouteTable": "ec2:CreateRouteTable CreateTags DeleteRouteTable DeleteTags DescribeRouteTables",
    "aws:ec2/routeTableAssociation:RouteTableAssociation":
        "ec2:AssociateRouteTable DescribeRouteTables DisassociateRouteTable ReplaceRouteTableAssociation",
    "aws:ec2/securityGroup:SecurityGroup":
        "ec2:AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateSecurityGroup CreateTags DeleteSecurityGroup DeleteTags DescribeNetworkInterfaces DescribeSecurityGroups RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
    "aws:ec2/subnet:Subnet":
        "ec2:CreateSubnet CreateTags DeleteSubnet DeleteTags DescribeNetworkInterfaces DescribeSubnets ModifySubnetAttribute",
    "aws:ec2/vpc:Vpc":
        "ec2:CreateTags CreateVpc DeleteTags DeleteVpc DescribeAccountAttributes DescribeAvailabilityZones DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DescribeVpcAttribute DescribeVpcs ModifyVpcAttribute",
    "aws:ec2/vpcEndpoint:VpcEndpoint":
        "ec2:CreateTags CreateVpcEndpoint DeleteTags DeleteVpcEndpoints DescribePrefixLists DescribeVpcEndpoints ModifyVpcEndpoint",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "ecr:DeleteLifecyclePolicy GetLifecyclePolicy PutLifecyclePolicy",
    "aws:ecr/repository:Repository":
        "ecr:BatchDeleteImage CreateRepository DeleteRepository DescribeRepositories ListImages ListTagsForResource PutImageScanningConfiguration PutImageTagMutability TagResource UntagResource",
    "aws:ecs/cluster:Cluster":
        "ecs:CreateCluster DeleteCluster DescribeClusters ListTagsForResource TagResource UntagResource UpdateCluster UpdateClusterSettings",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "ecs:DescribeClusters PutClusterCapacityProviders",
    "aws:ecs/service:Service":
        "ecs:CreateService DeleteService DescribeServiceDeployments DescribeServices DescribeTaskDefinition ListServiceDeployments ListTagsForResource StopServiceDeployment TagResource UntagResource UpdateService; iam:PassRole",
    "aws:ecs/taskDefinition:TaskDefinition":
        "ecs:DeregisterTaskDefinition DescribeTaskDefinition RegisterTaskDefinition TagResource UntagResource; iam:PassRole",
    "aws:efs/accessPoint:AccessPoint":
        "elasticfilesystem:CreateAccessPoint DeleteAccessPoint DescribeAccessPoints ListTagsForResource TagResource UntagResource",
    "aws:efs/backupPolicy:BackupPolicy": "elasticfilesystem:DescribeBackupPolicy PutBackupPolicy",
    "aws:efs/fileSystem:FileSystem":
        "elasticfilesystem:CreateFileSystem DeleteFileSystem DescribeFileSystems DescribeLifecycleConfiguration ListTagsForResource PutLifecycleConfiguration TagResource UntagResource UpdateFileSystem",
    "aws:efs/fileSystemPolicy:FileSystemPolicy":
        "elasticfilesystem:DeleteFileSystemPolicy DescribeFileSystemPolicy PutFileSystemPolicy",
    "aws:efs/mountTarget:MountTarget":
        "elasticfilesystem:CreateMountTarget DeleteMountTarget DescribeMountTargetSecurityGroups DescribeMountTargets ModifyMountTargetSecurityGroups; ec2:CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DescribeSubnets ModifyNetworkInterfaceAttribute",
    "aws:elasticache/cluster:Cluster":
        "elasticache:AddTagsToResource CreateCacheCluster DeleteCacheCluster DescribeCacheClusters ListTagsForResource ModifyCacheCluster RemoveTagsFromResource",
    "aws:elasticache/replicationGroup:ReplicationGroup":
        "elasticache:AddTagsToResource CreateReplicationGroup CreateSnapshot DecreaseReplicaCount DeleteReplicationGroup DescribeCacheClusters DescribeReplicationGroups IncreaseReplicaCount ListTagsForResource ModifyReplicationGroup RemoveTagsFromResource",
    "aws:elasticache/subnetGroup:SubnetGroup":
        "elasticache:AddTagsToResource CreateCacheSubnetGroup DeleteCacheSubnetGroup DescribeCacheSubnetGroups ListTagsForResource ModifyCacheSubnetGroup RemoveTagsFromResource",
    "aws:iam/role:Role":
        "iam:CreateRole DeleteRole GetRole ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies PutRolePermissionsBoundary TagRole UntagRole UpdateAssumeRolePolicy UpdateRole",
    "aws:iam/rolePolicy:RolePolicy": "iam:DeleteRolePolicy GetRolePolicy PutRolePolicy",
    "aws:lb/listener:Listener":
        "elasticloadbalancing:AddTags CreateListener DeleteListener DescribeListenerAttributes DescribeListeners DescribeTags ModifyListener ModifyListenerAttributes RemoveTags",
    "aws:lb/listenerRule:ListenerRule":
        "elasticloadbalancing:AddTags CreateRule DeleteRule DescribeRules DescribeTags ModifyRule RemoveTags SetRulePriorities",
    "aws:lb/loadBalancer:LoadBalancer":
        "elasticloadbalancing:AddTags CreateLoadBalancer DeleteLoadBalancer DescribeCapacityReservation DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeTags ModifyLoadBalancerAttributes RemoveTags SetIpAddressType SetSecurityGroups SetSubnets; ec2:DescribeNetworkInterfaces",
    "aws:lb/targetGroup:TargetGroup":
        "elasticloadbalancing:AddTags CreateTargetGroup DeleteTargetGroup DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth ModifyTargetGroup ModifyTargetGroupAttributes RemoveTags",
    "aws:rds/instance:Instance":
        "rds:AddTagsToResource CreateDBInstance CreateDBInstanceReadReplica CreateDBSnapshot DeleteDBInstance DescribeDBEngineVersions DescribeDBInstances DescribeDBSnapshots ListTagsForResource ModifyDBInstance PromoteReadReplica RebootDBInstance RemoveTagsFromResource RestoreDBInstanceFromDBSnapshot RestoreDBInstanceToPointInTime",
    "aws:rds/parameterGroup:ParameterGroup":
        "rds:AddTagsToResource CreateDBParameterGroup DeleteDBParameterGroup DescribeDBParameterGroups DescribeDBParameters ListTagsForResource ModifyDBParameterGroup RemoveTagsFromResource ResetDBParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup":
        "rds:AddTagsToResource CreateDBSubnetGroup DeleteDBSubnetGroup DescribeDBSubnetGroups ListTagsForResource ModifyDBSubnetGroup RemoveTagsFromResource",
    "aws:route53/record:Record":
        "route53:ChangeResourceRecordSets GetChange GetHostedZone ListHostedZones ListHostedZonesByName ListResourceRecordSets ListTagsForResource",
    "aws:s3/bucket:Bucket":
        "s3:CreateBucket DeleteBucket DeleteObject DeleteObjectVersion GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration ListBucket ListBucketVersions ListTagsForResource PutBucketTagging TagResource UntagResource",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":
        "s3:GetLifecycleConfiguration PutLifecycleConfiguration",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls":
        "s3:GetBucketOwnershipControls PutBucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy": "s3:DeleteBucketPolicy GetBucketPolicy PutBucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":
        "s3:GetBucketPublicAccessBlock PutBucketPublicAccessBlock",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig":
        "s3:GetReplicationConfiguration PutReplicationConfiguration; iam:PassRole",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
        "s3:GetEncryptionConfiguration PutEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning": "s3:GetBucketVersioning PutBucketVersioning",
    "aws:scheduler/schedule:Schedule":
        "scheduler:CreateSchedule DeleteSchedule GetSchedule UpdateSchedule; iam:PassRole",
    "aws:scheduler/scheduleGroup:ScheduleGroup":
        "scheduler:CreateScheduleGroup DeleteScheduleGroup GetScheduleGroup ListTagsForResource TagResource UntagResource",
    "aws:secretsmanager/secret:Secret":
        "secretsmanager:CreateSecret DeleteSecret DescribeSecret GetResourcePolicy ListSecrets TagResource UntagResource UpdateSecret",
    "aws:secretsmanager/secretVersion:SecretVersion":
        "secretsmanager:DescribeSecret GetSecretValue PutSecretValue UpdateSecretVersionStage",
    "aws:servicediscovery/httpNamespace:HttpNamespace":
        "servicediscovery:CreateHttpNamespace DeleteNamespace GetNamespace GetOperation ListTagsForResource TagResource UntagResource UpdateHttpNamespace",
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace":
        "ec2:DescribeRegions DescribeVpcs; route53:CreateHostedZone GetHostedZone ListHostedZonesByName; servicediscovery:CreatePrivateDnsNamespace DeleteNamespace GetNamespace GetOperation ListTagsForResource TagResource UntagResource UpdatePrivateDnsNamespace",
    "aws:servicediscovery/service:Service":
        "route53:DeleteHealthCheck GetHealthCheck UpdateHealthCheck; servicediscovery:CreateService DeleteService DeregisterInstance GetOperation GetService ListInstances ListTagsForResource TagResource UntagResource UpdateService",
    "aws:sfn/stateMachine:StateMachine":
        "states:CreateStateMachine DeleteStateMachine DescribeStateMachine ListStateMachineVersions ListTagsForResource TagResource UntagResource UpdateStateMachine ValidateStateMachineDefinition; iam:PassRole",
    "aws:sns/topic:Topic":
        "sns:CreateTopic DeleteTopic GetTopicAttributes ListTagsForResource SetTopicAttributes TagResource UntagResource",
    "aws:sns/topicPolicy:TopicPolicy": "sns:GetTopicAttributes SetTopicAttributes",
    "aws:sns/topicSubscription:TopicSubscription":
        "sns:GetSubscriptionAttributes ListSubscriptionsByTopic SetSubscriptionAttributes Subscribe Unsubscribe",
    "aws:sqs/queue:Queue":
        "sqs:CreateQueue DeleteQueue GetQueueAttributes ListQueueTags SetQueueAttributes TagQueue UntagQueue",
    "aws:sqs/queuePolicy:QueuePolicy": "sqs:GetQueueAttributes SetQueueAttributes",
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": "sqs:GetQueueAttributes SetQueueAttributes",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":
        "ec2:AuthorizeSecurityGroupEgress CreateTags DeleteTags DescribeSecurityGroupRules ModifySecurityGroupRules RevokeSecurityGroupEgress",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
        "ec2:AuthorizeSecurityGroupIngress CreateTags DeleteTags DescribeSecurityGroupRules ModifySecurityGroupRules RevokeSecurityGroupIngress",
    "aws:wafv2/webAcl:WebAcl":
        "wafv2:CreateWebACL DeleteWebACL GetWebACL ListTagsForResource TagResource UntagResource UpdateWebACL",
    "aws:wafv2/webAclAssociation:WebAclAssociation":
        "wafv2:AssociateWebACL DisassociateWebACL GetWebACL GetWebACLForResource; elasticloadbalancing:SetWebAcl",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration":
        "wafv2:DeleteLoggingConfiguration GetLoggingConfiguration PutLoggingConfiguration; logs:CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies PutResourcePolicy",
    // Not a resource of AWS's, but its image is pushed to ECR.
    "docker-build:index:Image":
        "ecr:BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload DescribeImages GetAuthorizationToken GetDownloadUrlForLayer InitiateLayerUpload PutImage UploadLayerPart",
};

/** What programs look up, and what `twinstack ship`, `logs` and `exec` ask. */
export const asked =
    "iam:GetOpenIDConnectProvider ListOpenIDConnectProviders; ec2:DescribeAvailabilityZones; ecs:DescribeTasks ListTasks; logs:FilterLogEvents; cloudwatch:GetMetricData; sts:GetCallerIdentity";

/** Types that nothing in AWS is made for. */
export const nowhere = new Set([
    "random:index/randomBytes:RandomBytes",
    "random:index/randomId:RandomId",
    "random:index/randomPassword:RandomPassword",
]);

/** `service:Action`, each by itself. */
export const each = (said: string): string[] =>
    said.split("; ").flatMap((part) => {
        const [service, names] = part.split(":");
        return names.split(" ").map((name) => `${service}:${name}`);
    });
