import { secret, type Properties, type Value } from "./values";

/** What the stand-in cloud knows of a thing while it makes it. */
export interface Facts {
    type: string;
    urn: string;
    /** Physical name, or the resource's name where the type has none. */
    name: string;
    id: string;
    /** Inputs without secret wrappers. */
    inputs: Properties;
    /** Hexadecimal, the same at every run of the tests. */
    seed: string;
}

/** Begins every value that must never be read in a stack's state. */
export const canary = "canary-";

const account = "123456789012";

/**
 * The input that is a thing's physical name. Where a program leaves it out the provider makes one from the resource's
 * name and a random suffix (`autoNamed`), as the real ones do. Two things of a type may not share a name.
 */
export const physicalNames: Record<string, string> = {
    "aws:appautoscaling/policy:Policy": "name",
    "aws:cloudfront/originAccessControl:OriginAccessControl": "name",
    "aws:appautoscaling/scheduledAction:ScheduledAction": "name",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
    "aws:cloudwatch/eventRule:EventRule": "name",
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": "name",
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": "name",
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
    "aws:ec2/securityGroup:SecurityGroup": "name",
    "aws:dynamodb/table:Table": "name",
    "aws:ecr/repository:Repository": "name",
    "aws:ecs/cluster:Cluster": "name",
    "aws:ecs/service:Service": "name",
    "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
    "aws:elasticache/subnetGroup:SubnetGroup": "name",
    "aws:iam/policy:Policy": "name",
    "aws:iam/role:Role": "name",
    "aws:iam/rolePolicy:RolePolicy": "name",
    "aws:lb/loadBalancer:LoadBalancer": "name",
    "aws:lb/targetGroup:TargetGroup": "name",
    "aws:rds/instance:Instance": "identifier",
    "aws:rds/parameterGroup:ParameterGroup": "name",
    "aws:rds/subnetGroup:SubnetGroup": "name",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:scheduler/schedule:Schedule": "name",
    "aws:scheduler/scheduleGroup:ScheduleGroup": "name",
    "aws:secretsmanager/secret:Secret": "name",
    "aws:servicediscovery/httpNamespace:HttpNamespace": "name",
    "aws:sfn/stateMachine:StateMachine": "name",
    "aws:sns/topic:Topic": "name",
    "aws:wafv2/webAcl:WebAcl": "name",
    "gcp:artifactregistry/repository:Repository": "repositoryId",
    "gcp:certificatemanager/certificate:Certificate": "name",
    "gcp:certificatemanager/certificateMap:CertificateMap": "name",
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": "name",
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": "name",
    "gcp:cloudrunv2/job:Job": "name",
    "gcp:cloudrunv2/service:Service": "name",
    "gcp:cloudscheduler/job:Job": "name",
    "gcp:compute/backendBucket:BackendBucket": "name",
    "gcp:compute/backendService:BackendService": "name",
    "gcp:compute/firewall:Firewall": "name",
    "gcp:compute/globalAddress:GlobalAddress": "name",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": "name",
    "gcp:compute/managedSslCertificate:ManagedSslCertificate": "name",
    "gcp:compute/network:Network": "name",
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": "name",
    "gcp:compute/router:Router": "name",
    "gcp:compute/routerNat:RouterNat": "name",
    "gcp:compute/sSLPolicy:SSLPolicy": "name",
    "gcp:compute/securityPolicy:SecurityPolicy": "name",
    "gcp:compute/subnetwork:Subnetwork": "name",
    "gcp:compute/targetHttpProxy:TargetHttpProxy": "name",
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy": "name",
    "gcp:compute/uRLMap:URLMap": "name",
    "gcp:dns/managedZone:ManagedZone": "name",
    "gcp:filestore/instance:Instance": "name",
    "gcp:firestore/database:Database": "name",
    "gcp:redis/instance:Instance": "name",
    "gcp:eventarc/trigger:Trigger": "name",
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": "workloadIdentityPoolId",
    "gcp:projects/iAMCustomRole:IAMCustomRole": "roleId",
    "gcp:pubsub/topic:Topic": "name",
    "gcp:secretmanager/secret:Secret": "secretId",
    "gcp:serviceaccount/account:Account": "accountId",
    "gcp:sql/databaseInstance:DatabaseInstance": "name",
    "gcp:workflows/workflow:Workflow": "name",
    "gcp:storage/bucket:Bucket": "name",
};

/** Types whose names the real providers never make up. */
const alwaysNamed = /^gcp:(artifactregistry|iam|projects|serviceaccount)\/|^aws:cloudwatch\/dashboard|^random:/;
export const autoNamed = (type: string): string | undefined =>
    alwaysNamed.test(type) ? undefined : physicalNames[type] || undefined;

/** Types whose outputs follow their contents when they are updated in place. */
export const recomputed = new Set(["docker-build:index:Image"]);

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);

const byType: Record<string, (facts: Facts) => Properties> = {
    "aws:acm/certificate:Certificate": ({ inputs, seed }) => ({
        domainValidationOptions: [inputs.domainName ?? "", ...list(inputs.subjectAlternativeNames)].map((domain) => ({
            domainName: domain,
            // One record for `*.example.com` and `example.com`.
            resourceRecordName: `_${seed.slice(0, 16)}.${text(domain).replace("*.", "")}.`,
            resourceRecordType: "CNAME",
            resourceRecordValue: `_${seed.slice(16, 32)}.acm-validations.aws.`,
        })),
        status: "ISSUED",
    }),
    "aws:cloudfront/distribution:Distribution": ({ id, seed }) => ({
        arn: `arn:aws:cloudfront::${account}:distribution/${id}`,
        domainName: `d${seed.slice(0, 12)}.cloudfront.net`,
        hostedZoneId: "Z2FDTNDATAQYW2",
    }),
    "aws:ec2/securityGroup:SecurityGroup": () => ({ ownerId: account }),
    "aws:ec2/vpc:Vpc": ({ seed }) => ({ defaultSecurityGroupId: `sg-${seed.slice(0, 12)}` }),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ({ seed }) => ({ prefixListId: `pl-${seed.slice(0, 12)}` }),
    "aws:ecr/repository:Repository": ({ name }) => ({
        repositoryUrl: `${account}.dkr.ecr.ap-northeast-1.amazonaws.com/${name}`,
        registryId: account,
    }),
    "aws:ecs/taskDefinition:TaskDefinition": ({ inputs, seed }) => ({
        arnWithoutRevision: `arn:aws:ecs:ap-northeast-1:${account}:task-definition/${text(inputs.family)}`,
        arn: `arn:aws:ecs:ap-northeast-1:${account}:task-definition/${text(inputs.family)}:${parseInt(seed.slice(0, 4), 16)}`,
        revision: parseInt(seed.slice(0, 4), 16),
    }),
    "aws:elasticache/replicationGroup:ReplicationGroup": ({ name }) => ({
        primaryEndpointAddress: `master.${name}.abc.apne1.cache.amazonaws.com`,
        readerEndpointAddress: `replica.${name}.abc.apne1.cache.amazonaws.com`,
        memberClusters: [`${name}-001`],
    }),
    "aws:iam/role:Role": ({ name }) => ({ arn: `arn:aws:iam::${account}:role/${name}` }),
    "aws:lb/loadBalancer:LoadBalancer": ({ name, seed }) => ({
        dnsName: `${name}.ap-northeast-1.elb.amazonaws.com`,
        zoneId: "Z14GRHDCWA56QT",
        arnSuffix: `app/${name}/${seed.slice(0, 16)}`,
    }),
    "aws:lb/targetGroup:TargetGroup": ({ name, seed }) => ({ arnSuffix: `targetgroup/${name}/${seed.slice(0, 16)}` }),
    "aws:rds/instance:Instance": ({ name, seed }) => ({
        address: `${name}.abc.ap-northeast-1.rds.amazonaws.com`,
        endpoint: `${name}.abc.ap-northeast-1.rds.amazonaws.com:5432`,
        port: 5432,
        resourceId: `db-${seed.slice(0, 12)}`,
    }),
    "aws:route53/record:Record": ({ inputs }) => ({ fqdn: inputs.name ?? "" }),
    "aws:s3/bucket:Bucket": ({ name }) => ({
        arn: `arn:aws:s3:::${name}`,
        region: "ap-northeast-1",
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${name}.s3.ap-northeast-1.amazonaws.com`,
    }),
    "aws:secretsmanager/secretVersion:SecretVersion": ({ seed }) => ({ versionId: seed.slice(0, 32) }),
    "docker-build:index:Image": ({ inputs, seed }) => ({
        digest: `sha256:${seed}`,
        ref: `${text(list(inputs.tags)[0])}@sha256:${seed}`,
        contextHash: seed,
    }),
    "aws:sns/topic:Topic": ({ name }) => ({ arn: `arn:aws:sns:ap-northeast-1:${account}:${name}`, owner: account }),
    "gcp:cloudrunv2/service:Service": ({ name }) => ({ uri: `https://${name}-abc-an.a.run.app` }),
    "gcp:artifactregistry/repository:Repository": ({ inputs }) => ({
        name: inputs.repositoryId ?? "",
        registryUri: `${text(inputs.location)}-docker.pkg.dev/my-project/${text(inputs.repositoryId)}`,
    }),
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": ({ inputs, seed }) => ({
        dnsResourceRecords: [
            {
                name: `_acme-challenge.${text(inputs.domain)}.`,
                type: "CNAME",
                data: `${seed.slice(0, 16)}.authorize.certificatemanager.goog.`,
            },
        ],
    }),
    "gcp:compute/globalAddress:GlobalAddress": ({ inputs }) => ({ address: inputs.address ?? "203.0.113.7" }),
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": ({ seed }) => ({ uptimeCheckId: seed.slice(0, 12) }),
    "gcp:redis/instance:Instance": ({ seed }) => ({
        host: "10.0.130.3",
        port: 6378,
        authString: secret(canary + seed.slice(0, 24)),
        serverCaCerts: [{ cert: "-----BEGIN CERTIFICATE-----" }],
    }),
    "gcp:projects/serviceIdentity:ServiceIdentity": ({ inputs }) => {
        const email = `service-123456@gcp-sa-${text(inputs.service).split(".")[0]}.iam.gserviceaccount.com`;
        return { email, member: `serviceAccount:${email}` };
    },
    "gcp:secretmanager/secret:Secret": ({ inputs }) => ({
        name: `projects/my-project/secrets/${text(inputs.secretId)}`,
    }),
    "gcp:secretmanager/secretVersion:SecretVersion": ({ inputs }) => ({
        name: `${text(inputs.secret)}/versions/1`,
        version: "1",
    }),
    "gcp:serviceaccount/account:Account": ({ inputs }) => ({
        email: `${text(inputs.accountId)}@my-project.iam.gserviceaccount.com`,
        member: `serviceAccount:${text(inputs.accountId)}@my-project.iam.gserviceaccount.com`,
        name: `projects/my-project/serviceAccounts/${text(inputs.accountId)}@my-project.iam.gserviceaccount.com`,
    }),
    "gcp:sql/databaseInstance:DatabaseInstance": ({ name }) => ({
        privateIpAddress: "10.0.128.3",
        firstIpAddress: "10.0.128.3",
        connectionName: `my-project:asia-northeast1:${name}`,
        serviceAccountEmailAddress: "sql@my-project.iam.gserviceaccount.com",
    }),
    "random:index/randomPassword:RandomPassword": ({ seed }) => ({
        result: secret(canary + seed.slice(0, 24)),
        bcryptHash: secret(canary + seed.slice(24)),
    }),
    "random:index/randomString:RandomString": ({ seed }) => ({ result: seed.slice(0, 8) }),
    "random:index/randomId:RandomId": ({ seed }) => ({ hex: seed.slice(0, 8) }),
};

/** What every resource of a cloud has. */
function common({ type, name, id, seed }: Facts): Properties {
    const [cloud, module] = type.split(":");
    if (cloud === "aws") return { arn: `arn:aws:${module!.split("/")[0]}:ap-northeast-1:${account}:${id}` };
    if (cloud === "gcp")
        return {
            project: "my-project",
            name: `projects/my-project/${id}`,
            selfLink: `https://www.googleapis.com/compute/v1/projects/my-project/${module!.split("/")[1]}/${name}`,
            generatedId: parseInt(seed.slice(0, 8), 16),
        };
    return {};
}

/** The outputs that a program did not put in. What it did put in wins. */
export const computedOutputs = (facts: Facts): Properties => ({ ...common(facts), ...byType[facts.type]?.(facts) });

/** Inputs whose change the cloud answers with a new thing. `*`: any change. */
export const replacing: Record<string, string[]> = {
    "aws:dynamodb/table:Table": ["hashKey", "name", "rangeKey"],
    "aws:ec2/securityGroup:SecurityGroup": ["description", "name", "vpcId"],
    "aws:ec2/subnet:Subnet": ["availabilityZone", "cidrBlock", "vpcId"],
    "aws:ec2/vpc:Vpc": ["cidrBlock"],
    "aws:ecs/service:Service": ["cluster", "launchType", "name"],
    "aws:ecs/taskDefinition:TaskDefinition": ["*"],
    "aws:efs/fileSystem:FileSystem": ["creationToken", "encrypted", "kmsKeyId", "performanceMode"],
    "aws:efs/accessPoint:AccessPoint": ["fileSystemId", "posixUser", "rootDirectory"],
    "aws:efs/mountTarget:MountTarget": ["fileSystemId", "subnetId"],
    "aws:elasticache/replicationGroup:ReplicationGroup": [
        "atRestEncryptionEnabled",
        "port",
        "replicationGroupId",
        "subnetGroupName",
    ],
    "aws:lb/loadBalancer:LoadBalancer": ["internal", "loadBalancerType", "name"],
    "aws:lb/targetGroup:TargetGroup": ["name", "port", "protocol", "targetType", "vpcId"],
    "aws:rds/instance:Instance": [
        "availabilityZone",
        "dbName",
        "engine",
        "identifier",
        "kmsKeyId",
        "storageEncrypted",
        "username",
    ],
    "aws:rds/parameterGroup:ParameterGroup": ["description", "family", "name"],
    "aws:rds/subnetGroup:SubnetGroup": ["name"],
    "aws:s3/bucket:Bucket": ["bucket"],
    "aws:secretsmanager/secret:Secret": ["name"],
    "aws:secretsmanager/secretVersion:SecretVersion": ["secretId", "secretString"],
    "gcp:cloudrunv2/service:Service": ["location", "name", "project"],
    "gcp:compute/network:Network": ["autoCreateSubnetworks", "name"],
    "gcp:compute/subnetwork:Subnetwork": ["name", "network", "region"],
    "gcp:compute/managedSslCertificate:ManagedSslCertificate": ["*"],
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": ["*"],
    "gcp:filestore/instance:Instance": ["location", "name", "networks", "tier"],
    "gcp:firestore/database:Database": ["locationId", "name"],
    "gcp:firestore/index:Index": ["*"],
    "gcp:redis/instance:Instance": ["authorizedNetwork", "connectMode", "name", "tier", "transitEncryptionMode"],
    "gcp:secretmanager/secret:Secret": ["replication", "secretId"],
    "gcp:secretmanager/secretVersion:SecretVersion": ["secret", "secretData"],
    "gcp:sql/database:Database": ["instance", "name"],
    "gcp:sql/databaseInstance:DatabaseInstance": ["databaseVersion", "masterInstanceName", "name", "region"],
    "gcp:sql/user:User": ["host", "instance", "name"],
    "gcp:storage/bucket:Bucket": ["customPlacementConfig", "location", "name"],
    "gcp:storage/bucketIAMMember:BucketIAMMember": ["*"],
    "random:index/randomPassword:RandomPassword": ["*"],
};

let calls = 0;
/** What the functions that programs call answer. Tokens are new at every call, as real ones are. */
export const functions: Record<string, (args: Properties) => Properties> = {
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": () => ({
        id: "ap-northeast-1",
        userName: "AWS",
        password: `${canary}ecr-${calls++}`,
        authorizationToken: `${canary}ecr-${calls++}`,
        proxyEndpoint: `https://${account}.dkr.ecr.ap-northeast-1.amazonaws.com`,
        expiresAt: "2030-01-01T00:00:00Z",
    }),
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": ({ url }) => ({
        id: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
        arn: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
        url: url ?? "",
        clientIdLists: ["sts.amazonaws.com"],
        thumbprintLists: [],
        tags: {},
    }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({
        id: account,
        accountId: account,
        arn: `arn:aws:iam::${account}:user/ci`,
        userId: "AIDA",
    }),
    "aws:index/getRegion:getRegion": () => ({ id: "ap-northeast-1", name: "ap-northeast-1", region: "ap-northeast-1" }),
    "aws:index/getPartition:getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" }),
    "aws:lb/getServiceAccount:getServiceAccount": () => ({ id: account, arn: `arn:aws:iam::${account}:root` }),
    "aws:route53/getZone:getZone": ({ name }) => ({ id: "Z1", zoneId: "Z1", name: name ?? "", nameServers: [] }),
    "gcp:storage/getBucket:getBucket": ({ name }) => ({ id: name ?? "", name: name ?? "", projectNumber: 123456 }),
    "gcp:dns/getManagedZone:getManagedZone": ({ name }) => ({ id: "z1", name: name ?? "", dnsName: "example.com." }),
    "gcp:organizations/getClientConfig:getClientConfig": () => ({
        id: "client",
        accessToken: `${canary}gcp-${calls++}`,
        project: "my-project",
        region: "asia-northeast1",
    }),
    "gcp:organizations/getProject:getProject": () => ({ id: "my-project", projectId: "my-project", number: "123456" }),
};
