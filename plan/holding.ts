/** A resource type whose loss is the loss of something that no later deployment brings back. */
export interface Holding {
    /** What is in it, to say what would be lost. */
    holds: string;
    /** Inputs that the provider cannot change in place: a new value deletes the resource and makes an empty one. */
    replacedBy: readonly string[];
}

/** Type → what it holds. One table for the diff, whatever it compares. `region` and `project` replace everything. */
export const holding: Record<string, Holding> = {
    "aws:rds/instance:Instance": {
        holds: "the database",
        replacedBy: [
            "availabilityZone",
            "characterSetName",
            "customIamInstanceProfile",
            "dbName",
            "engine",
            "identifierPrefix",
            "kmsKeyId",
            "restoreToPointInTime",
            "s3Import",
            "snapshotIdentifier",
            "storageEncrypted",
            "timezone",
            "username",
        ],
    },
    "gcp:sql/databaseInstance:DatabaseInstance": {
        holds: "the database",
        replacedBy: [
            "clone",
            "encryptionKeyName",
            "name",
            "settings.collation",
            "settings.ipConfiguration.privateNetwork",
            "settings.timeZone",
        ],
    },
    "gcp:sql/database:Database": { holds: "the database's tables", replacedBy: ["instance", "name"] },
    "aws:s3/bucket:Bucket": { holds: "objects", replacedBy: ["bucket", "bucketPrefix", "objectLockEnabled"] },
    "gcp:storage/bucket:Bucket": {
        holds: "objects",
        replacedBy: ["customPlacementConfig", "enableObjectRetention", "hierarchicalNamespace", "location", "name"],
    },
    "aws:secretsmanager/secret:Secret": { holds: "a secret", replacedBy: ["name", "namePrefix"] },
    "gcp:secretmanager/secret:Secret": { holds: "a secret", replacedBy: ["replication", "secretId"] },
    "docker:index/volume:Volume": { holds: "local data", replacedBy: ["driver", "driverOpts", "labels", "name"] },
    "random:index/randomPassword:RandomPassword": {
        holds: "a password",
        replacedBy: [
            "keepers",
            "length",
            "lower",
            "minLower",
            "minNumeric",
            "minSpecial",
            "minUpper",
            "number",
            "numeric",
            "overrideSpecial",
            "special",
            "upper",
        ],
    },
    "aws:kms/key:Key": {
        holds: "the key that data is encrypted with",
        replacedBy: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion"],
    },
    "gcp:kms/cryptoKey:CryptoKey": {
        holds: "the key that data is encrypted with",
        replacedBy: ["destroyScheduledDuration", "importOnly", "keyRing", "name", "purpose"],
    },
    "aws:cloudwatch/logGroup:LogGroup": { holds: "logs", replacedBy: ["logGroupClass", "name", "namePrefix"] },
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": { holds: "logs", replacedBy: ["bucketId", "location"] },
    "aws:ecr/repository:Repository": { holds: "images", replacedBy: ["encryptionConfigurations", "name"] },
    "gcp:artifactregistry/repository:Repository": {
        holds: "images",
        replacedBy: ["format", "kmsKeyName", "location", "mode", "repositoryId"],
    },
    "aws:route53/zone:Zone": { holds: "the name servers that a registrar points to", replacedBy: ["name"] },
    "gcp:dns/managedZone:ManagedZone": {
        holds: "the name servers that a registrar points to",
        replacedBy: ["dnsName", "name", "visibility"],
    },
    "aws:dynamodb/table:Table": {
        holds: "the table's items",
        replacedBy: ["hashKey", "importTable", "localSecondaryIndexes", "name", "rangeKey", "restoreSourceName"],
    },
    "gcp:firestore/database:Database": {
        holds: "documents",
        replacedBy: ["cmekConfig", "databaseEdition", "locationId", "name", "tags"],
    },
    "gcp:filestore/instance:Instance": {
        holds: "files",
        replacedBy: ["fileShares.name", "kmsKeyName", "location", "name", "networks", "protocol", "tier", "zone"],
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        holds: "what is cached",
        replacedBy: [
            "atRestEncryptionEnabled",
            "dataTieringEnabled",
            "globalReplicationGroupId",
            "kmsKeyId",
            "networkType",
            "port",
            "replicationGroupId",
            "snapshotArns",
            "snapshotName",
            "subnetGroupName",
        ],
    },
    "gcp:redis/instance:Instance": {
        holds: "what is cached",
        replacedBy: [
            "alternativeLocationId",
            "authorizedNetwork",
            "connectMode",
            "customerManagedKey",
            "locationId",
            "name",
            "reservedIpRange",
            "tier",
            "transitEncryptionMode",
        ],
    },
    "aws:efs/fileSystem:FileSystem": {
        holds: "files",
        replacedBy: ["availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"],
    },
};

/** Whether a change of the input at `path` makes the provider delete the resource. */
export function replaces(type: string, path: string): boolean {
    const properties = holding[type]?.replacedBy;
    if (!properties) return false;
    return [...properties, "region", "project"].some(
        (property) => path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`),
    );
}
