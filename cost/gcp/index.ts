import type { PricingTable } from "../cost";
import { sharedFree } from "../free";
import { buildTrigger, cluster, runService, workerPool } from "./compute";
import { firestore, memcached, redis, registry, sqlInstance } from "./data";
import { runJob, schedule, workflow } from "./jobs";
import {
    address,
    backend,
    connector,
    forwardingRule,
    managedZone,
    recordSet,
    routerNat,
    securityPolicy,
    subnetwork,
} from "./network";
import { alertPolicy, cryptoKey, logBucket, secretVersion } from "./observability";
import { subscription } from "./queue";
import { bucket, filestore } from "./storage";

const settings = "a setting of another resource";
const permissions = "permissions are free";
const routing = "the network itself is free: NAT, addresses and data are paid";
const balancer = "paid with the forwarding rules";
const certificates = "Google-managed certificates are free, up to a hundred";

/** How GCP is priced. Its twin is ../aws/index.ts. */
export const gcpTable: PricingTable = {
    priced: {
        "gcp:artifactregistry/repository:Repository": registry,
        "gcp:cloudbuild/trigger:Trigger": buildTrigger,
        "gcp:cloudrunv2/job:Job": runJob,
        "gcp:cloudrunv2/service:Service": runService,
        "gcp:cloudrunv2/workerPool:WorkerPool": workerPool,
        "gcp:cloudscheduler/job:Job": schedule,
        "gcp:compute/address:Address": address,
        "gcp:compute/backendBucket:BackendBucket": backend,
        "gcp:compute/backendService:BackendService": backend,
        "gcp:compute/globalAddress:GlobalAddress": address,
        "gcp:compute/globalForwardingRule:GlobalForwardingRule": forwardingRule,
        "gcp:compute/routerNat:RouterNat": routerNat,
        "gcp:compute/securityPolicy:SecurityPolicy": securityPolicy,
        "gcp:compute/subnetwork:Subnetwork": subnetwork,
        "gcp:container/cluster:Cluster": cluster,
        "gcp:dns/managedZone:ManagedZone": managedZone,
        "gcp:dns/recordSet:RecordSet": recordSet,
        "gcp:filestore/instance:Instance": filestore,
        "gcp:firestore/database:Database": firestore,
        "gcp:kms/cryptoKey:CryptoKey": cryptoKey,
        "gcp:logging/projectBucketConfig:ProjectBucketConfig": logBucket,
        "gcp:monitoring/alertPolicy:AlertPolicy": alertPolicy,
        "gcp:pubsub/subscription:Subscription": subscription,
        "gcp:redis/instance:Instance": redis,
        "gcp:memcache/instance:Instance": memcached,
        "gcp:secretmanager/secretVersion:SecretVersion": secretVersion,
        "gcp:sql/databaseInstance:DatabaseInstance": sqlInstance,
        "gcp:storage/bucket:Bucket": bucket,
        "gcp:vpcaccess/connector:Connector": connector,
        "gcp:workflows/workflow:Workflow": workflow,
    },
    free: {
        ...sharedFree,
        "gcp:cloudbuildv2/connection:Connection": "connections are free; the builds are paid",
        "gcp:cloudbuildv2/repository:Repository": "links to repositories are free; the builds are paid",
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": permissions,
        "gcp:certificatemanager/certificate:Certificate": certificates,
        "gcp:certificatemanager/certificateMap:CertificateMap": certificates,
        "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": certificates,
        "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": certificates,
        "gcp:cloudrunv2/jobIamMember:JobIamMember": permissions,
        "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": permissions,
        "gcp:cloudrunv2/workerPoolIamMember:WorkerPoolIamMember": permissions,
        "gcp:compute/firewall:Firewall": "rules of the network are free; Cloud Armor is not",
        "gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup": balancer,
        "gcp:compute/managedSslCertificate:ManagedSslCertificate": certificates,
        "gcp:compute/network:Network": routing,
        "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": balancer,
        "gcp:compute/router:Router": "paid with its NAT",
        "gcp:compute/sSLPolicy:SSLPolicy": settings,
        "gcp:compute/securityPolicyRule:SecurityPolicyRule": "paid with its policy",
        "gcp:compute/targetHttpProxy:TargetHttpProxy": balancer,
        "gcp:compute/targetHttpsProxy:TargetHttpsProxy": balancer,
        "gcp:compute/uRLMap:URLMap": balancer,
        "gcp:eventarc/trigger:Trigger": "events of Google's own services are free",
        "gcp:firestore/field:Field": settings,
        "gcp:firestore/index:Index": "within the storage of its database",
        "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": permissions,
        "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": permissions,
        "gcp:logging/projectExclusion:ProjectExclusion": settings,
        "gcp:logging/projectSink:ProjectSink": "paid with the bucket that it fills",
        "gcp:monitoring/dashboard:Dashboard": "dashboards are free",
        "gcp:monitoring/notificationChannel:NotificationChannel": "notifications by e-mail are free",
        "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig":
            "a million checks a month are free, and this makes some 300,000",
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": permissions,
        "gcp:kms/keyRing:KeyRing": "its keys are paid",
        "gcp:projects/iAMAuditConfig:IAMAuditConfig": "its entries are paid with the logs",
        "gcp:projects/iAMCustomRole:IAMCustomRole": permissions,
        "gcp:projects/iAMMember:IAMMember": permissions,
        "gcp:projects/service:Service": "turning an API on is free; what it does is paid with what uses it",
        "gcp:projects/serviceIdentity:ServiceIdentity": permissions,
        "gcp:pubsub/topic:Topic": "what passes is paid with the subscription of a queue; news of secrets are a few KB",
        "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": permissions,
        "gcp:pubsub/topicIAMMember:TopicIAMMember": permissions,
        "gcp:secretmanager/secret:Secret": "paid with its versions",
        "gcp:secretmanager/secretIamMember:SecretIamMember": permissions,
        "gcp:serviceaccount/account:Account": permissions,
        "gcp:serviceaccount/iAMMember:IAMMember": permissions,
        "gcp:servicenetworking/connection:Connection": routing,
        "gcp:sql/database:Database": "paid with its server",
        "gcp:sql/user:User": "paid with its server",
        "gcp:storage/bucketIAMMember:BucketIAMMember": permissions,
    },
};
