import { table, type Replacing } from "./rules";

/**
 * Google Cloud. From the source of the Terraform provider google-beta (August 2026), which Pulumi's is built on: fields with
 * `ForceNew`, and those that a `CustomizeDiff` makes so. The provider's project is every resource's own unless it says another,
 * so another project replaces whatever has the input. Blocks that no plan has are left out.
 */
export const gcp: Replacing = table("gcp", {
    "artifactregistry/repository:Repository": "format kmsKeyName location mode project repositoryId",
    "artifactregistry/repositoryIamMember:RepositoryIamMember": "condition location member project repository role",
    "certificatemanager/certificate:Certificate": "location managed name project scope",
    "certificatemanager/certificateMap:CertificateMap": "name project",
    "certificatemanager/certificateMapEntry:CertificateMapEntry": "hostname map matcher name project",
    "certificatemanager/dnsAuthorization:DnsAuthorization": "domain location name project type",
    "cloudrunv2/job:Job": "location name project tags",
    "cloudrunv2/jobIamMember:JobIamMember": "condition location member name project role",
    "cloudrunv2/service:Service": "location name project tags",
    "cloudrunv2/serviceIamMember:ServiceIamMember": "condition location member name project role",
    "cloudrunv2/workerPool:WorkerPool": "location name project",
    "cloudrunv2/workerPoolIamMember:WorkerPoolIamMember": "condition location member name project role",
    "cloudbuild/trigger:Trigger": "location project",
    "cloudbuildv2/connection:Connection": "location name project",
    "cloudbuildv2/repository:Repository": "annotations location name parentConnection project remoteUri",
    "cloudscheduler/job:Job": "name project region",
    "compute/address:Address":
        "address addressType description ipCollection ipVersion ipv6EndpointType name network networkTier prefixLength project purpose region subnetwork",
    "compute/backendBucket:BackendBucket": "name project",
    "compute/backendService:BackendService": "name project",
    "compute/firewall:Firewall": "direction name project",
    "compute/globalAddress:GlobalAddress":
        "address addressType description ipVersion name network prefixLength project purpose",
    "compute/globalForwardingRule:GlobalForwardingRule":
        "allowPscGlobalAccess description ipAddress ipProtocol ipVersion name network networkTier noAutomateDnsZone portRange project sourceIpRanges subnetwork",
    "compute/globalNetworkEndpoint:GlobalNetworkEndpoint": "fqdn globalNetworkEndpointGroup ipAddress port project",
    "compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup":
        "defaultPort description name networkEndpointType project",
    "compute/managedSslCertificate:ManagedSslCertificate": "description managed name project type",
    "compute/network:Network": "autoCreateSubnetworks description internalIpv6Range name networkProfile project",
    "compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup":
        "cloudRun description name network networkEndpointType project pscTargetService region subnetwork",
    "compute/router:Router": "encryptedInterconnectRouter name nccGateway network project region",
    "compute/routerNat:RouterNat": "endpointTypes initialNatIps name project region router type",
    "compute/sSLPolicy:SSLPolicy": "description name project",
    "compute/securityPolicy:SecurityPolicy": "name project type",
    "compute/subnetwork:Subnetwork":
        "description externalIpv6Prefix internalIpv6Prefix ipCidrRange:shrinks name network project region reservedInternalRange resolveSubnetMask",
    "compute/targetHttpProxy:TargetHttpProxy": "description httpKeepAliveTimeoutSec name project proxyBind",
    "compute/targetHttpsProxy:TargetHttpsProxy":
        "description httpKeepAliveTimeoutSec name project proxyBind tlsEarlyData",
    "compute/uRLMap:URLMap": "name project",
    "dns/managedZone:ManagedZone": "dnsName name project reverseLookup visibility",
    "dns/recordSet:RecordSet": "managedZone name project routingPolicy.healthCheck",
    "eventarc/trigger:Trigger":
        "channel location matchingCriterias.attribute matchingCriterias.value name project transport",
    "filestore/instance:Instance":
        "fileShares.name fileShares.sourceBackup fileShares.sourceBackupdrBackup initialReplication kmsKeyName location networks project protocol tags tier zone",
    "firestore/database:Database":
        "cmekConfig databaseEdition firestoreDataAccessMode locationId mongodbCompatibleDataAccessMode name project realtimeUpdatesMode tags",
    "firestore/field:Field": "collection database field project ttlConfig.expirationOffset",
    "firestore/index:Index": "apiScope collection database density fields multikey project queryScope unique",
    "iam/workloadIdentityPool:WorkloadIdentityPool": "project workloadIdentityPoolId",
    "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider":
        "project workloadIdentityPoolId workloadIdentityPoolProviderId",
    "kms/cryptoKey:CryptoKey":
        "cryptoKeyBackend destroyScheduledDuration importOnly keyRing name purpose versionTemplate.protectionLevel",
    "kms/cryptoKeyIAMMember:CryptoKeyIAMMember": "condition cryptoKeyId member role",
    "kms/keyRing:KeyRing": "location name project",
    "logging/metric:Metric": "metricDescriptor.labels.key metricDescriptor.labels.valueType project",
    "logging/projectBucketConfig:ProjectBucketConfig": "bucketId location project",
    "logging/projectExclusion:ProjectExclusion": "name project",
    "logging/projectSink:ProjectSink": "name project",
    "monitoring/alertPolicy:AlertPolicy": "project",
    "monitoring/dashboard:Dashboard": "project",
    "monitoring/notificationChannel:NotificationChannel": "project",
    "memcache/instance:Instance":
        "authorizedNetwork name nodeConfig.cpuCount nodeConfig.memorySizeMb project region reservedIpRangeIds zones",
    "monitoring/uptimeCheckConfig:UptimeCheckConfig": "checkerType httpCheck.requestMethod monitoredResource project",
    "projects/iAMAuditConfig:IAMAuditConfig": "project service",
    "projects/iAMCustomRole:IAMCustomRole": "project roleId",
    "projects/iAMMember:IAMMember": "condition member project role",
    "projects/service:Service": "project service",
    "projects/serviceIdentity:ServiceIdentity": "project service",
    "pubsub/subscription:Subscription": "enableMessageOrdering filter name project tags topic",
    "pubsub/subscriptionIAMMember:SubscriptionIAMMember": "condition member project role subscription",
    "pubsub/topic:Topic": "name project tags",
    "pubsub/topicIAMMember:TopicIAMMember": "condition member project role topic",
    "redis/instance:Instance":
        "alternativeLocationId authorizedNetwork connectMode customerManagedKey locationId name project redisVersion:lower region reservedIpRange tier transitEncryptionMode",
    "secretmanager/secret:Secret": "project replication secretId tags",
    "secretmanager/secretIamMember:SecretIamMember": "condition member project role secretId",
    "secretmanager/secretVersion:SecretVersion": "isSecretDataBase64 project secret secretData secretDataWoVersion",
    "serviceaccount/account:Account": "accountId project",
    "serviceaccount/iAMMember:IAMMember": "condition member role serviceAccountId",
    "servicenetworking/connection:Connection": "network service",
    "sql/database:Database": "instance name project",
    "sql/databaseInstance:DatabaseInstance":
        "encryptionKeyName masterInstanceName name project region settings.collation settings.diskSize:shrunk settings.ipConfiguration.privateNetwork:gone",
    "sql/user:User": "host instance name project type",
    "storage/bucket:Bucket":
        "customPlacementConfig.dataLocations enableObjectRetention hierarchicalNamespace location name project",
    "storage/bucketIAMMember:BucketIAMMember": "bucket condition member role",
    "storage/bucketObject:BucketObject":
        "bucket cacheControl contentDisposition contentEncoding contentLanguage contentType customerEncryption.encryptionAlgorithm customerEncryption.encryptionKey forceEmptyContentType kmsKeyName metadata name source storageClass",
    "workflows/workflow:Workflow": "name namePrefix project region tags",
});

/** Types with labels, which the provider's default labels are added to. */
export const labelled = new Set([
    "gcp:artifactregistry/repository:Repository",
    "gcp:certificatemanager/certificate:Certificate",
    "gcp:certificatemanager/certificateMap:CertificateMap",
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
    "gcp:cloudrunv2/job:Job",
    "gcp:cloudrunv2/service:Service",
    "gcp:cloudrunv2/workerPool:WorkerPool",
    "gcp:compute/address:Address",
    "gcp:compute/globalAddress:GlobalAddress",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    "gcp:compute/securityPolicy:SecurityPolicy",
    "gcp:dns/managedZone:ManagedZone",
    "gcp:eventarc/trigger:Trigger",
    "gcp:filestore/instance:Instance",
    "gcp:kms/cryptoKey:CryptoKey",
    "gcp:memcache/instance:Instance",
    "gcp:pubsub/subscription:Subscription",
    "gcp:pubsub/topic:Topic",
    "gcp:redis/instance:Instance",
    "gcp:secretmanager/secret:Secret",
    "gcp:storage/bucket:Bucket",
    "gcp:workflows/workflow:Workflow",
]);
