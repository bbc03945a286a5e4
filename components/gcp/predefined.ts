/**
 * Type → the predefined roles that whoever makes, changes and deletes such a resource needs, and those of whoever looks at it:
 * `service.role service.role | service.role`. `-` is none. Custom roles would be narrower, but who may change a role could widen its own; and
 * of two roles with what a type needs, the one of its own service is taken. The permissions that each type needs, as
 * JamesWoolfenden/pike (August 2026) lists the calls of the Terraform provider, are all in its roles, as iann0036/iam-dataset (August 2026)
 * lists them. A test fails when a plan has a type that is not in it.
 */
export const predefined: Record<string, string> = {
    "gcp:artifactregistry/repository:Repository": "artifactregistry.admin | artifactregistry.reader",
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": "artifactregistry.admin | iam.securityReviewer",
    "gcp:certificatemanager/certificate:Certificate": "certificatemanager.owner | certificatemanager.viewer",
    "gcp:certificatemanager/certificateMap:CertificateMap": "certificatemanager.owner | certificatemanager.viewer",
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry":
        "certificatemanager.owner | certificatemanager.viewer",
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": "certificatemanager.owner | certificatemanager.viewer",
    "gcp:cloudbuild/trigger:Trigger": "cloudbuild.builds.editor iam.serviceAccountUser | cloudbuild.builds.viewer",
    "gcp:cloudbuildv2/connection:Connection": "cloudbuild.connectionAdmin | cloudbuild.connectionViewer",
    "gcp:cloudbuildv2/repository:Repository": "cloudbuild.connectionAdmin | cloudbuild.connectionViewer",
    "gcp:cloudrunv2/job:Job": "run.admin iam.serviceAccountUser | run.viewer",
    "gcp:cloudrunv2/jobIamMember:JobIamMember": "run.admin | iam.securityReviewer",
    "gcp:cloudrunv2/service:Service": "run.admin iam.serviceAccountUser | run.viewer",
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": "run.admin | iam.securityReviewer",
    "gcp:cloudrunv2/workerPool:WorkerPool": "run.admin iam.serviceAccountUser | run.viewer",
    "gcp:cloudrunv2/workerPoolIamMember:WorkerPoolIamMember": "run.admin | iam.securityReviewer",
    "gcp:cloudscheduler/job:Job": "cloudscheduler.admin iam.serviceAccountUser | cloudscheduler.viewer",
    "gcp:compute/backendBucket:BackendBucket": "compute.loadBalancerAdmin | compute.viewer",
    "gcp:compute/backendService:BackendService": "compute.loadBalancerAdmin compute.securityAdmin | compute.viewer",
    "gcp:compute/firewall:Firewall": "compute.securityAdmin compute.networkAdmin | compute.viewer",
    "gcp:compute/globalAddress:GlobalAddress": "compute.loadBalancerAdmin | compute.viewer",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": "compute.loadBalancerAdmin | compute.viewer",
    "gcp:compute/network:Network": "compute.networkAdmin | compute.viewer",
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": "compute.loadBalancerAdmin | compute.viewer",
    "gcp:compute/router:Router": "compute.networkAdmin | compute.viewer",
    "gcp:compute/routerNat:RouterNat": "compute.networkAdmin | compute.viewer",
    "gcp:compute/sSLPolicy:SSLPolicy": "compute.loadBalancerAdmin compute.securityAdmin | compute.viewer",
    "gcp:compute/securityPolicy:SecurityPolicy": "compute.securityAdmin | compute.viewer",
    "gcp:compute/subnetwork:Subnetwork": "compute.networkAdmin | compute.viewer",
    "gcp:compute/targetHttpProxy:TargetHttpProxy": "compute.loadBalancerAdmin | compute.viewer",
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy":
        "compute.loadBalancerAdmin certificatemanager.owner | compute.viewer",
    "gcp:compute/uRLMap:URLMap": "compute.loadBalancerAdmin | compute.viewer",
    "gcp:dns/managedZone:ManagedZone": "dns.admin | dns.reader",
    "gcp:dns/recordSet:RecordSet": "dns.admin | dns.reader",
    "gcp:eventarc/trigger:Trigger": "eventarc.admin iam.serviceAccountUser | eventarc.viewer",
    "gcp:memcache/instance:Instance": "memcache.admin | memcache.viewer",
    "gcp:filestore/instance:Instance": "file.editor | file.viewer",
    // Its viewer reads documents, and that of logs below reads logs: who previews does neither.
    "gcp:firestore/database:Database": "datastore.owner | -",
    "gcp:firestore/field:Field": "datastore.owner | -",
    "gcp:firestore/index:Index": "datastore.owner | -",
    // An administrator makes these, for a deployer of a stack: whoever may change a pool says who signs in by it.
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": "- | iam.workloadIdentityPoolViewer",
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": "- | iam.workloadIdentityPoolViewer",
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": "logging.configWriter | -",
    "gcp:logging/projectExclusion:ProjectExclusion": "logging.configWriter | -",
    "gcp:logging/projectSink:ProjectSink": "logging.configWriter | -",
    "gcp:monitoring/alertPolicy:AlertPolicy": "monitoring.editor | monitoring.viewer",
    "gcp:monitoring/dashboard:Dashboard": "monitoring.editor | monitoring.viewer",
    "gcp:monitoring/notificationChannel:NotificationChannel": "monitoring.editor | monitoring.viewer",
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": "monitoring.editor | monitoring.viewer",
    "gcp:projects/iAMCustomRole:IAMCustomRole": "iam.roleAdmin | iam.roleViewer",
    "gcp:projects/iAMMember:IAMMember": "resourcemanager.projectIamAdmin | iam.securityReviewer",
    "gcp:projects/service:Service": "serviceusage.serviceUsageAdmin | serviceusage.serviceUsageViewer",
    "gcp:projects/serviceIdentity:ServiceIdentity": "serviceusage.serviceUsageAdmin | serviceusage.serviceUsageViewer",
    "gcp:pubsub/subscription:Subscription": "pubsub.admin | pubsub.viewer",
    "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": "pubsub.admin | iam.securityReviewer",
    "gcp:pubsub/topic:Topic": "pubsub.admin | pubsub.viewer",
    "gcp:pubsub/topicIAMMember:TopicIAMMember": "pubsub.admin | iam.securityReviewer",
    "gcp:redis/instance:Instance": "redis.admin | redis.viewer",
    "gcp:secretmanager/secret:Secret": "secretmanager.admin | secretmanager.viewer",
    "gcp:secretmanager/secretIamMember:SecretIamMember": "secretmanager.admin | iam.securityReviewer",
    "gcp:secretmanager/secretVersion:SecretVersion": "secretmanager.admin | secretmanager.viewer",
    "gcp:serviceaccount/account:Account": "iam.serviceAccountAdmin | iam.serviceAccountViewer",
    "gcp:serviceaccount/iAMMember:IAMMember": "iam.serviceAccountAdmin | iam.securityReviewer",
    "gcp:servicenetworking/connection:Connection":
        "compute.networkAdmin servicenetworking.networksAdmin | compute.viewer",
    "gcp:sql/database:Database": "cloudsql.admin | cloudsql.viewer",
    "gcp:sql/databaseInstance:DatabaseInstance": "cloudsql.admin | cloudsql.viewer",
    "gcp:sql/user:User": "cloudsql.admin | cloudsql.viewer",
    "gcp:storage/bucket:Bucket": "storage.admin | storage.bucketViewer",
    "gcp:storage/bucketIAMMember:BucketIAMMember": "storage.admin | iam.securityReviewer",
    "gcp:workflows/workflow:Workflow": "workflows.admin iam.serviceAccountUser | workflows.viewer",
    // Not a resource of Google's, but its image is pushed to Artifact Registry.
    "docker-build:index:Image": "artifactregistry.admin | artifactregistry.reader",
};

/** Who ships reads logs besides; see `twinstack ship` and `logs`. */
const asked = ["logging.viewer"];

/** Types that nothing at Google is made for. */
export const nowhere = new Set([
    "random:index/randomBytes:RandomBytes",
    "random:index/randomId:RandomId",
    "random:index/randomPassword:RandomPassword",
]);

/** Roles that an app's own accounts have in the project: whoever deploys may grant these and no others. */
export const granted = ["cloudtrace.agent", "datastore.user", "workflows.invoker"];

/** The roles of whoever deploys, or looks, each once. */
export const rolesOf = (kind: "preview" | "deploy"): string[] => {
    const said = Object.values(predefined).flatMap((row) => row.split(" | ")[kind === "deploy" ? 0 : 1].split(" "));
    return [...new Set([...said, ...(kind === "deploy" ? asked : [])])].filter((role) => role !== "-").sort();
};
