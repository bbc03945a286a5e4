import { createHash } from "node:crypto";

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

export const account = "123456789012";

/** Types whose outputs follow their contents when they are updated in place. */
export const recomputed = new Set(["docker-build:index:Image"]);

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);

/** Every name of a certificate, each once. */
const certified = ({ domainName, subjectAlternativeNames }: Properties): Value[] => [
    ...new Set([domainName ?? "", ...list(subjectAlternativeNames)]),
];
const provesName = (domain: Value) => createHash("sha256").update(text(domain).replace("*.", "")).digest("hex");
/** A private address, another for each thing. */
const address = (seed: string): string => `10.0.128.${3 + (parseInt(seed.slice(0, 2), 16) % 250)}`;

const byType: Record<string, (facts: Facts) => Properties> = {
    "aws:acm/certificate:Certificate": ({ inputs }) => ({
        domainValidationOptions: certified(inputs).map((domain) => ({
            domainName: domain,
            // One record for `*.example.com` and `example.com`, the same for every certificate of the account.
            resourceRecordName: `_${provesName(domain).slice(0, 16)}.${text(domain).replace("*.", "")}.`,
            resourceRecordType: "CNAME",
            resourceRecordValue: `_${provesName(domain).slice(16, 32)}.acm-validations.aws.`,
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
    "aws:rds/instance:Instance": ({ name, seed, inputs }) => ({
        address: `${name}.abc.ap-northeast-1.rds.amazonaws.com`,
        endpoint: `${name}.abc.ap-northeast-1.rds.amazonaws.com:${inputs.engine === "mysql" ? 3306 : 5432}`,
        port: inputs.engine === "mysql" ? 3306 : 5432,
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
    "aws:sqs/queue:Queue": ({ name }) => ({
        arn: `arn:aws:sqs:ap-northeast-1:${account}:${name}`,
        url: `https://sqs.ap-northeast-1.amazonaws.com/${account}/${name}`,
    }),
    "aws:codepipeline/pipeline:Pipeline": ({ name }) => ({
        arn: `arn:aws:codepipeline:ap-northeast-1:${account}:${name}`,
    }),
    "aws:codebuild/project:Project": ({ name }) => ({
        arn: `arn:aws:codebuild:ap-northeast-1:${account}:project/${name}`,
    }),
    "aws:codeconnections/connection:Connection": ({ seed }) => ({
        arn: `arn:aws:codeconnections:ap-northeast-1:${account}:connection/${seed.slice(0, 12)}`,
        connectionStatus: "PENDING",
    }),
    "gcp:cloudbuild/trigger:Trigger": ({ seed }) => ({ triggerId: seed.slice(0, 12) }),
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
    "gcp:compute/globalAddress:GlobalAddress": ({ inputs, seed }) => ({
        address: inputs.address ?? address(seed).replace("10.0.128.", "203.0.113."),
    }),
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": ({ seed }) => ({ uptimeCheckId: seed.slice(0, 12) }),
    "gcp:memcache/instance:Instance": ({ inputs }) => ({
        memcacheNodes: Array.from({ length: Number(inputs.nodeCount) }, (_, index) => ({
            host: `10.0.131.${index + 3}`,
            port: 11211,
        })),
    }),
    "aws:elasticache/cluster:Cluster": ({ name, inputs }) => ({
        clusterId: inputs.clusterId ?? name,
        cacheNodes: Array.from({ length: Number(inputs.numCacheNodes) }, (_, index) => ({
            id: `000${index + 1}`,
            address: `${name}.abc123.000${index + 1}.apne1.cache.amazonaws.com`,
            port: 11211,
        })),
    }),
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
    "gcp:sql/databaseInstance:DatabaseInstance": ({ name, seed }) => ({
        privateIpAddress: address(seed),
        firstIpAddress: address(seed),
        connectionName: `my-project:asia-northeast1:${name}`,
        serviceAccountEmailAddress: "sql@my-project.iam.gserviceaccount.com",
    }),
    "random:index/randomPassword:RandomPassword": ({ seed }) => ({
        result: secret(canary + seed.slice(0, 24)),
        bcryptHash: secret(canary + seed.slice(24)),
    }),
    "random:index/randomBytes:RandomBytes": ({ seed, inputs }) => {
        const bytes = Buffer.from(canary + seed.repeat(8)).subarray(0, Number(inputs.length));
        return { hex: secret(bytes.toString("hex")), base64: secret(bytes.toString("base64")) };
    },
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
