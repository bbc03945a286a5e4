import type { Snapshot, SnapshotResource } from "./snapshot";

/**
 * Types whose loss is the loss of something that no later deployment brings back → what they hold, to say what would be lost.
 * What replaces them is in replacing/.
 */
export const holding: Record<string, string> = {
    "aws:rds/instance:Instance": "the database",
    "gcp:sql/databaseInstance:DatabaseInstance": "the database",
    "gcp:sql/database:Database": "the database's tables",
    "aws:s3/bucket:Bucket": "objects",
    "gcp:storage/bucket:Bucket": "objects",
    "aws:secretsmanager/secret:Secret": "a secret",
    "gcp:secretmanager/secret:Secret": "a secret",
    "docker:index/volume:Volume": "local data",
    "random:index/randomBytes:RandomBytes": "a key",
    "random:index/randomPassword:RandomPassword": "a password",
    "aws:kms/key:Key": "the key that data is encrypted with",
    "gcp:kms/cryptoKey:CryptoKey": "the key that data is encrypted with",
    "aws:cloudwatch/logGroup:LogGroup": "logs",
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": "logs",
    "aws:ecr/repository:Repository": "images",
    "gcp:artifactregistry/repository:Repository": "images",
    "aws:route53/zone:Zone": "the name servers that a registrar points to",
    "gcp:dns/managedZone:ManagedZone": "the name servers that a registrar points to",
    "aws:dynamodb/table:Table": "the table's items",
    "gcp:firestore/database:Database": "documents",
    "gcp:filestore/instance:Instance": "files",
    "aws:elasticache/replicationGroup:ReplicationGroup": "what is cached",
    "gcp:redis/instance:Instance": "what is cached",
    "aws:elasticache/cluster:Cluster": "what is cached",
    "gcp:memcache/instance:Instance": "what is cached",
    "aws:efs/fileSystem:FileSystem": "files",
    "aws:sqs/queue:Queue": "messages that wait",
    "gcp:pubsub/subscription:Subscription": "messages that wait",
};

/** The build cache of an image, which the next build fills again; or copies of what another registry has. */
const isCache = (type: string, name: string): boolean =>
    (type === "aws:ecr/repository:Repository" && name.endsWith("-cache")) ||
    (type === "gcp:artifactregistry/repository:Repository" && name.endsWith("-remote"));

/** Versions of secrets → the input that is the value. */
const values: Record<string, string> = {
    "aws:secretsmanager/secretVersion:SecretVersion": "secretString",
    "gcp:secretmanager/secretVersion:SecretVersion": "secretData",
};

/**
 * URNs of the secrets whose values the program makes of other resources, such as a database's URL: whoever has those makes them
 * again. A value that begins as a random one (`…-initial`) is its owner's; so is one of which a snapshot does not say what it comes from.
 */
export function composedSecrets({ resources }: Pick<Snapshot, "resources">): ReadonlySet<string> {
    const composed = new Set<string>();
    const owned = new Set<string>();
    for (const { type, propertyDependencies = {} } of resources) {
        const input = values[type];
        if (input === undefined) continue;
        const sources = propertyDependencies[input] ?? [];
        const isComposed = sources.length > 0 && !sources.some((urn) => urn.endsWith("-initial"));
        for (const urn of propertyDependencies.secretId ?? propertyDependencies.secret ?? [])
            (isComposed ? composed : owned).add(urn);
    }
    return new Set([...composed].filter((urn) => !owned.has(urn)));
}

/**
 * What a resource holds, as a field of a change; nothing where nothing would be lost.
 * @param composed secrets that are made again, of `composedSecrets`
 */
export const holds = (
    { type, name, urn }: Pick<SnapshotResource, "type" | "name" | "urn">,
    composed: ReadonlySet<string>,
): { holds?: string } =>
    Object.hasOwn(holding, type) && !isCache(type, name) && !composed.has(urn) ? { holds: holding[type] } : {};
