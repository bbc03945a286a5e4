import { setting, type Kind } from "./kind";

const rds = (page: string) => `https://{region}.console.aws.amazon.com/rds/home?region={region}#${page}`;
const bucketPage = "https://s3.console.aws.amazon.com/s3/buckets/{bucket}";
const bucketSetting = (get: string, remove: string): Kind =>
    setting(`aws s3api ${get} --bucket {bucket}`, `aws s3api ${remove} --bucket {bucket}`, bucketPage);
const efs = "https://{region}.console.aws.amazon.com/efs/home?region={region}#/file-systems/{fileSystemId}";

/** What keeps data and secrets. */
export const awsData: Record<string, Kind> = {
    "aws:rds/instance:Instance": {
        name: "{identifier}",
        show: "aws rds describe-db-instances --db-instance-identifier {identifier} --query DBInstances[].DBInstanceStatus --output text",
        remove: [
            "aws rds delete-db-instance --db-instance-identifier {identifier} --skip-final-snapshot",
            "aws rds wait db-instance-deleted --db-instance-identifier {identifier}",
        ],
        console: rds("database:id={identifier}"),
        lift: {
            input: "deletionProtection",
            is: true,
            run: "aws rds modify-db-instance --db-instance-identifier {identifier} --no-deletion-protection --apply-immediately",
        },
        note: "it can be deleted when its status is `available`, some minutes after the kill",
    },
    "aws:rds/parameterGroup:ParameterGroup": {
        name: "{name}",
        show: "aws rds describe-db-parameter-groups --db-parameter-group-name {name}",
        remove: ["aws rds delete-db-parameter-group --db-parameter-group-name {name}"],
        console: rds("parameter-groups:"),
    },
    "aws:rds/subnetGroup:SubnetGroup": {
        name: "{name}",
        show: "aws rds describe-db-subnet-groups --db-subnet-group-name {name}",
        remove: ["aws rds delete-db-subnet-group --db-subnet-group-name {name}"],
        console: rds("db-subnet-group:id={name}"),
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        name: "{replicationGroupId}",
        show: "aws elasticache describe-replication-groups --replication-group-id {replicationGroupId} --query ReplicationGroups[].Status --output text",
        remove: [
            "aws elasticache delete-replication-group --replication-group-id {replicationGroupId}",
            "aws elasticache wait replication-group-deleted --replication-group-id {replicationGroupId}",
        ],
        console: "https://{region}.console.aws.amazon.com/elasticache/home?region={region}#/redis/{replicationGroupId}",
        note: "it can be deleted when its status is `available`, some minutes after the kill",
    },
    "aws:elasticache/cluster:Cluster": {
        name: "{clusterId}",
        show: "aws elasticache describe-cache-clusters --cache-cluster-id {clusterId} --query CacheClusters[].CacheClusterStatus --output text",
        remove: [
            "aws elasticache delete-cache-cluster --cache-cluster-id {clusterId}",
            "aws elasticache wait cache-cluster-deleted --cache-cluster-id {clusterId}",
        ],
        console: "https://{region}.console.aws.amazon.com/elasticache/home?region={region}#/memcached/{clusterId}",
        note: "it can be deleted when its status is `available`, some minutes after the kill",
    },
    "aws:elasticache/subnetGroup:SubnetGroup": {
        name: "{name}",
        show: "aws elasticache describe-cache-subnet-groups --cache-subnet-group-name {name}",
        remove: ["aws elasticache delete-cache-subnet-group --cache-subnet-group-name {name}"],
        console: "https://{region}.console.aws.amazon.com/elasticache/home?region={region}#/subnet-groups",
    },
    "aws:dynamodb/table:Table": {
        name: "{name}",
        show: "aws dynamodb describe-table --table-name {name} --query Table.TableStatus --output text",
        remove: ["aws dynamodb delete-table --table-name {name}"],
        console: "https://{region}.console.aws.amazon.com/dynamodbv2/home?region={region}#table?name={name}",
        lift: {
            input: "deletionProtectionEnabled",
            is: true,
            run: "aws dynamodb update-table --table-name {name} --no-deletion-protection-enabled",
        },
    },
    "aws:s3/bucket:Bucket": {
        name: "{bucket}",
        show: "aws s3api head-bucket --bucket {bucket}",
        remove: ["aws s3api delete-bucket --bucket {bucket}"],
        console: bucketPage,
    },
    "aws:s3/bucketPolicy:BucketPolicy": bucketSetting("get-bucket-policy", "delete-bucket-policy"),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketSetting(
        "get-bucket-lifecycle-configuration",
        "delete-bucket-lifecycle",
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketSetting(
        "get-bucket-ownership-controls",
        "delete-bucket-ownership-controls",
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketSetting(
        "get-public-access-block",
        "delete-public-access-block",
    ),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": bucketSetting(
        "get-bucket-replication",
        "delete-bucket-replication",
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketSetting(
        "get-bucket-encryption",
        "delete-bucket-encryption",
    ),
    "aws:s3/bucketVersioning:BucketVersioning": setting(
        "aws s3api get-bucket-versioning --bucket {bucket}",
        "aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Suspended",
        bucketPage,
    ),
    "aws:efs/fileSystem:FileSystem": {
        show: 'aws efs describe-file-systems --query \'FileSystems[?Tags[?Key==`"stack"` && Value==`"{stack}"`] && Tags[?Key==`"app"` && Value==`"{app}"`]].FileSystemId\' --output text',
        remove: ["aws efs delete-file-system --file-system-id ID"],
        console: "https://{region}.console.aws.amazon.com/efs/home?region={region}#/file-systems",
    },
    "aws:efs/accessPoint:AccessPoint": {
        show: "aws efs describe-access-points --file-system-id {fileSystemId} --query AccessPoints[].AccessPointId --output text",
        remove: ["aws efs delete-access-point --access-point-id ID"],
        console: efs,
    },
    "aws:efs/mountTarget:MountTarget": {
        show: 'aws efs describe-mount-targets --file-system-id {fileSystemId} --query MountTargets[?SubnetId==`"{subnetId}"`].MountTargetId --output text',
        remove: ["aws efs delete-mount-target --mount-target-id ID"],
        console: efs,
    },
    "aws:efs/backupPolicy:BackupPolicy": setting(
        "aws efs describe-backup-policy --file-system-id {fileSystemId}",
        "aws efs put-backup-policy --file-system-id {fileSystemId} --backup-policy Status=DISABLED",
        efs,
    ),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": setting(
        "aws efs describe-file-system-policy --file-system-id {fileSystemId}",
        "aws efs delete-file-system-policy --file-system-id {fileSystemId}",
        efs,
    ),
    "aws:secretsmanager/secret:Secret": {
        name: "{name}",
        show: "aws secretsmanager describe-secret --secret-id {name} --query ARN --output text",
        remove: ["aws secretsmanager delete-secret --secret-id {name} --force-delete-without-recovery"],
        console: "https://{region}.console.aws.amazon.com/secretsmanager/secret?name={name}&region={region}",
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {
        show: "aws secretsmanager list-secret-version-ids --secret-id {secretId} --query Versions[].VersionId --output text",
        remove: [],
        console: "https://{region}.console.aws.amazon.com/secretsmanager/listsecrets?region={region}",
        again: "the next one takes its place",
    },
    "aws:sqs/queue:Queue": {
        name: "{name}",
        show: "aws sqs get-queue-url --queue-name {name} --query QueueUrl --output text",
        remove: ["aws sqs delete-queue --queue-url ID"],
        console: "https://{region}.console.aws.amazon.com/sqs/v3/home?region={region}#/queues",
        note: "the messages in it are gone; a queue of this name can be made again after 60 seconds",
    },
    "aws:sqs/queuePolicy:QueuePolicy": setting(
        "aws sqs get-queue-attributes --queue-url {queueUrl} --attribute-names Policy",
        "aws sqs set-queue-attributes --queue-url {queueUrl} --attributes Policy=",
        "https://{region}.console.aws.amazon.com/sqs/v3/home?region={region}#/queues",
    ),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": setting(
        "aws sqs get-queue-attributes --queue-url {queueUrl} --attribute-names RedriveAllowPolicy",
        "aws sqs set-queue-attributes --queue-url {queueUrl} --attributes RedriveAllowPolicy=",
        "https://{region}.console.aws.amazon.com/sqs/v3/home?region={region}#/queues",
    ),
    "aws:ecr/repository:Repository": {
        name: "{name}",
        show: "aws ecr describe-repositories --repository-names {name} --query repositories[].repositoryUri --output text",
        remove: ["aws ecr delete-repository --repository-name {name} --force"],
        console: "https://{region}.console.aws.amazon.com/ecr/repositories?region={region}",
    },
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": setting(
        "aws ecr get-lifecycle-policy --repository-name {repository}",
        "aws ecr delete-lifecycle-policy --repository-name {repository}",
        "https://{region}.console.aws.amazon.com/ecr/repositories?region={region}",
    ),
};
