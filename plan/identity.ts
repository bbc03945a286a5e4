import type { PlanResource } from "./resource";

/**
 * Types of which two resources may be one thing to the cloud, and the inputs that say which thing. What one of them makes, the
 * other takes over; and when one is deleted the thing is gone for both.
 */
const identities: Record<string, string[]> = {
    "aws:appautoscaling/target:Target": ["serviceNamespace", "scalableDimension", "resourceId"],
    "aws:cloudwatch/dashboard:Dashboard": ["dashboardName"],
    "aws:cloudwatch/logGroup:LogGroup": ["name"],
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["vpcId"],
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ["repository"],
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ["repository"],
    "aws:efs/backupPolicy:BackupPolicy": ["fileSystemId"],
    "aws:efs/fileSystemPolicy:FileSystemPolicy": ["fileSystemId"],
    "aws:efs/mountTarget:MountTarget": ["fileSystemId", "subnetId"],
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": ["url"],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["role", "policyArn"],
    "aws:lb/listener:Listener": ["loadBalancerArn", "port"],
    "aws:lb/listenerCertificate:ListenerCertificate": ["listenerArn", "certificateArn"],
    "aws:lb/listenerRule:ListenerRule": ["listenerArn", "priority"],
    "aws:rds/instance:Instance": ["identifier"],
    "aws:route53/record:Record": ["zoneId", "name", "type", "setIdentifier"],
    "aws:sns/topicPolicy:TopicPolicy": ["arn"],
    "aws:sns/topicSubscription:TopicSubscription": ["topic", "protocol", "endpoint"],
    "aws:sqs/queuePolicy:QueuePolicy": ["queueUrl"],
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": ["queueUrl"],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule(),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule(),
    "aws:wafv2/webAclAssociation:WebAclAssociation": ["resourceArn"],
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": ["resourceArn"],
    "docker:index/container:Container": ["name"],
    "docker:index/network:Network": ["name"],
    "docker:index/volume:Volume": ["name"],
    "gcp:artifactregistry/repository:Repository": ["location", "repositoryId"],
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": ["repository", "role", "member"],
    "gcp:cloudrunv2/jobIamMember:JobIamMember": ["location", "name", "role", "member"],
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": ["location", "name", "role", "member"],
    "gcp:cloudrunv2/workerPoolIamMember:WorkerPoolIamMember": ["location", "name", "role", "member"],
    "gcp:dns/recordSet:RecordSet": ["managedZone", "name", "type"],
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": ["workloadIdentityPoolId"],
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": ["cryptoKeyId", "role", "member"],
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": ["location", "bucketId"],
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": ["project", "service"],
    "gcp:projects/iAMCustomRole:IAMCustomRole": ["roleId"],
    "gcp:projects/iAMMember:IAMMember": ["project", "role", "member", "condition"],
    "gcp:projects/service:Service": ["project", "service"],
    "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": ["subscription", "role", "member"],
    "gcp:pubsub/topicIAMMember:TopicIAMMember": ["topic", "role", "member"],
    "gcp:secretmanager/secretIamMember:SecretIamMember": ["secretId", "role", "member"],
    "gcp:serviceaccount/account:Account": ["accountId"],
    "gcp:serviceaccount/iAMMember:IAMMember": ["serviceAccountId", "role", "member"],
    "gcp:servicenetworking/connection:Connection": ["network", "service"],
    "gcp:sql/database:Database": ["instance", "name"],
    "gcp:sql/user:User": ["instance", "name", "host"],
    "gcp:storage/bucketIAMMember:BucketIAMMember": ["bucket", "role", "member"],
};

function rule(): string[] {
    return [
        "securityGroupId",
        "ipProtocol",
        "fromPort",
        "toPort",
        "cidrIpv4",
        "cidrIpv6",
        "prefixListId",
        "referencedSecurityGroupId",
    ];
}

/** Settings of a bucket, of which it has one each: notifications, policy, lifecycle, versions. */
const ofBucket = /^aws:s3\/bucket[A-Z]\w*:/;

type Inputs = PlanResource["inputs"];

const runs = ({ containers, volumes }: Inputs): Lists => ({ containers, volumes });
/** What of a resource is told apart by name, within it. */
const within: Record<string, (inputs: Inputs) => Lists> = {
    "aws:ecs/taskDefinition:TaskDefinition": ({ containerDefinitions, volumes }) => ({
        containers: typeof containerDefinitions === "string" ? JSON.parse(containerDefinitions) : undefined,
        volumes,
    }),
    "gcp:cloudrunv2/service:Service": ({ template }) => runs(template as Inputs),
    "gcp:cloudrunv2/workerPool:WorkerPool": ({ template }) => runs(template as Inputs),
    "gcp:cloudrunv2/job:Job": ({ template }) => runs((template as Inputs).template as Inputs),
    "gcp:compute/uRLMap:URLMap": ({ pathMatchers }) => ({ "path matchers": pathMatchers }),
};
type Lists = Record<string, unknown>;

/** Names that two things within one resource have: none in a sound plan. */
export function sameWithin(resources: PlanResource[]): { resource: string; what: string; name: string }[] {
    return resources.flatMap(({ type, name: resource, inputs }) =>
        Object.entries(within[type]?.(inputs) ?? {}).flatMap(([what, list]) => {
            const names = Array.isArray(list) ? list.map(({ name }: { name?: string }) => name) : [];
            const twice = names.filter((name, index) => names.indexOf(name) !== index);
            return [...new Set(twice)].map((name) => ({ resource, what, name: String(name) }));
        }),
    );
}

/** What a resource is to the cloud, where two may be one thing; undefined elsewhere, and where Pulumi makes up its name. */
export function identityOf({ type, inputs, provider }: Pick<PlanResource, "type" | "inputs" | "provider">) {
    const keys = ofBucket.test(type) ? ["bucket"] : identities[type];
    if (!keys || inputs[keys[0]] === undefined) return undefined;
    const values = keys.map((key) => (inputs[key] === undefined ? null : inputs[key]));
    // The providers of a stack differ in region or in what they wait for; a project's rights are the same by any.
    return JSON.stringify([type, type.startsWith("aws:") ? provider : "", ...values]);
}

/**
 * Names of resources that are one thing to the cloud, by type: none in a sound plan. Not for the plan of a preview, in which two
 * unknown values of one resource read the same.
 */
export function sameThings(resources: PlanResource[]): { type: string; names: string[] }[] {
    const things = new Map<string, PlanResource[]>();
    for (const resource of resources) {
        const identity = resource.custom ? identityOf(resource) : undefined;
        if (identity) things.set(identity, [...(things.get(identity) ?? []), resource]);
    }
    return [...things.values()]
        .filter((same) => same.length > 1)
        .map((same) => ({ type: same[0].type, names: same.map(({ name }) => name).sort() }));
}
