import { setting, type Kind } from "./kind";

const page = (path: string) => `https://console.cloud.google.com/${path}?project={project}`;
/** Monitoring names its things by itself; people know them by what they are displayed as. */
const monitored = (noun: string, list: string, console: string): Kind => ({
    name: "{displayName}",
    show: `gcloud ${noun} ${list} --filter 'displayName="{displayName}"' --format value(name)`,
    remove: [`gcloud ${noun} delete ID`],
    console: page(console),
});
const account = "{accountId}@{project}.iam.gserviceaccount.com";

/** What runs, who it is, and who watches it. */
export const gcpCompute: Record<string, Kind> = {
    "gcp:cloudrunv2/service:Service": {
        name: "{name}",
        show: "gcloud run services describe {name} --region {location} --format value(metadata.name)",
        remove: ["gcloud run services delete {name} --region {location}"],
        console: page("run/detail/{location}/{name}/metrics"),
    },
    "gcp:cloudrunv2/job:Job": {
        name: "{name}",
        show: "gcloud run jobs describe {name} --region {location} --format value(metadata.name)",
        remove: ["gcloud run jobs delete {name} --region {location}"],
        console: page("run/jobs/details/{location}/{name}/executions"),
    },
    "gcp:cloudrunv2/workerPool:WorkerPool": {
        name: "{name}",
        show: "gcloud run worker-pools describe {name} --region {location} --format value(metadata.name)",
        remove: ["gcloud run worker-pools delete {name} --region {location}"],
        console: page("run/worker-pools/details/{location}/{name}/observability"),
    },
    "gcp:cloudrunv2/workerPoolIamMember:WorkerPoolIamMember": setting(
        "gcloud run worker-pools get-iam-policy {name} --region {location}",
        "gcloud run worker-pools remove-iam-policy-binding {name} --region {location} --member {member} --role {role}",
        page("run/worker-pools/details/{location}/{name}/observability"),
    ),
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": setting(
        "gcloud run services get-iam-policy {name} --region {location}",
        "gcloud run services remove-iam-policy-binding {name} --region {location} --member {member} --role {role}",
        page("run/detail/{location}/{name}/security"),
    ),
    "gcp:cloudrunv2/jobIamMember:JobIamMember": setting(
        "gcloud run jobs get-iam-policy {name} --region {location}",
        "gcloud run jobs remove-iam-policy-binding {name} --region {location} --member {member} --role {role}",
        page("run/jobs/details/{location}/{name}/executions"),
    ),
    "gcp:cloudscheduler/job:Job": {
        name: "{name}",
        show: "gcloud scheduler jobs describe {name} --location {region} --format value(name)",
        remove: ["gcloud scheduler jobs delete {name} --location {region}"],
        console: page("cloudscheduler/jobs/edit/{region}/{name}"),
    },
    "gcp:workflows/workflow:Workflow": {
        name: "{name}",
        show: "gcloud workflows describe {name} --location {region} --format value(name)",
        remove: ["gcloud workflows delete {name} --location {region}"],
        console: page("workflows/workflow/{region}/{name}/executions"),
    },
    "gcp:eventarc/trigger:Trigger": {
        name: "{name}",
        show: "gcloud eventarc triggers describe {name} --location {location} --format value(name)",
        remove: ["gcloud eventarc triggers delete {name} --location {location}"],
        console: page("eventarc/triggers/{location}/{name}"),
    },
    "gcp:cloudbuild/trigger:Trigger": {
        name: "{name}",
        show: "gcloud builds triggers describe {name} --region {location} --format value(name)",
        remove: ["gcloud builds triggers delete {name} --region {location}"],
        console: page("cloud-build/triggers"),
    },
    "gcp:cloudbuildv2/connection:Connection": {
        name: "{name}",
        show: "gcloud builds connections describe {name} --region {location} --format value(name)",
        remove: ["gcloud builds connections delete {name} --region {location}"],
        console: page("cloud-build/repositories/2nd-gen"),
        note: "another one has to be finished in the console again",
    },
    "gcp:cloudbuildv2/repository:Repository": {
        name: "{name}",
        show: "gcloud builds repositories describe {name} --connection {parentConnection} --region {location} --format value(name)",
        remove: ["gcloud builds repositories delete {name} --connection {parentConnection} --region {location}"],
        console: page("cloud-build/repositories/2nd-gen"),
        note: "only the link to the repository at GitHub goes",
    },
    "gcp:pubsub/topic:Topic": {
        name: "{name}",
        show: "gcloud pubsub topics describe {name} --format value(name)",
        remove: ["gcloud pubsub topics delete {name}"],
        console: page("cloudpubsub/topic/detail/{name}"),
    },
    "gcp:pubsub/subscription:Subscription": {
        name: "{name}",
        show: "gcloud pubsub subscriptions describe {name} --format value(name)",
        remove: ["gcloud pubsub subscriptions delete {name}"],
        console: page("cloudpubsub/subscription/detail/{name}"),
        note: "the messages in it are gone",
    },
    "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": setting(
        "gcloud pubsub subscriptions get-iam-policy {subscription}",
        "gcloud pubsub subscriptions remove-iam-policy-binding {subscription} --member {member} --role {role}",
        page("cloudpubsub/subscription/detail/{subscription}"),
    ),
    "gcp:pubsub/topicIAMMember:TopicIAMMember": setting(
        "gcloud pubsub topics get-iam-policy {topic|last}",
        "gcloud pubsub topics remove-iam-policy-binding {topic|last} --member {member} --role {role}",
        page("cloudpubsub/topic/detail/{topic|last}"),
    ),
    "gcp:serviceaccount/account:Account": {
        name: account,
        show: `gcloud iam service-accounts describe ${account} --format value(email)`,
        remove: [`gcloud iam service-accounts delete ${account}`],
        console: page("iam-admin/serviceaccounts"),
    },
    "gcp:serviceaccount/iAMMember:IAMMember": setting(
        "gcloud iam service-accounts get-iam-policy {serviceAccountId|last}",
        "gcloud iam service-accounts remove-iam-policy-binding {serviceAccountId|last} --member {member} --role {role}",
        page("iam-admin/serviceaccounts"),
    ),
    "gcp:projects/iAMMember:IAMMember": setting(
        "gcloud projects get-iam-policy {project} --flatten bindings[].members --filter bindings.members={member} --format value(bindings.role)",
        "gcloud projects remove-iam-policy-binding {project} --member {member} --role {role}",
        page("iam-admin/iam"),
    ),
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": {
        name: "{service}",
        show: "gcloud projects get-iam-policy {project} --format json(auditConfigs)",
        remove: [],
        console: page("iam-admin/audit"),
        again: "it is a setting of the project, which all its stacks set to the same",
    },
    "gcp:projects/iAMCustomRole:IAMCustomRole": {
        name: "{roleId}",
        show: "gcloud iam roles describe {roleId} --format value(name)",
        remove: ["gcloud iam roles delete {roleId}"],
        console: page("iam-admin/roles"),
        note: "a deleted role's id is taken for 37 days; the next `up` brings a role of that id back",
    },
    "gcp:projects/service:Service": {
        name: "{service}",
        ...setting(
            "gcloud services list --enabled --filter config.name={service} --format value(config.name)",
            "gcloud services disable {service}",
            page("apis/library/{service}"),
        ),
        again: "an API that is on stays on",
    },
    "gcp:projects/serviceIdentity:ServiceIdentity": {
        show: "gcloud services list --enabled --filter config.name={service} --format value(config.name)",
        remove: [],
        console: page("iam-admin/iam"),
        again: "a project has one account of Google's for each service, which is taken over",
    },
    "gcp:kms/keyRing:KeyRing": {
        name: "{name}",
        show: "gcloud kms keyrings describe {name} --location {location} --format value(name)",
        remove: [],
        console: page("security/kms/keyrings"),
        again: "a ring of another name is made; none can be deleted, and an empty one costs nothing",
    },
    "gcp:kms/cryptoKey:CryptoKey": {
        name: "{name}",
        show: "gcloud kms keys list --keyring {keyRing} --filter name~/{name}$ --format value(name)",
        remove: [],
        console: page("security/kms/keyrings"),
        again: "a key of another name is made; the one that nobody uses costs some cents until its version is destroyed",
    },
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": setting(
        "gcloud kms keys get-iam-policy {cryptoKeyId}",
        "gcloud kms keys remove-iam-policy-binding {cryptoKeyId} --member {member} --role {role}",
        page("security/kms/keyrings"),
    ),
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": {
        name: "{workloadIdentityPoolId}",
        show: "gcloud iam workload-identity-pools describe {workloadIdentityPoolId} --location global --format value(name)",
        remove: ["gcloud iam workload-identity-pools delete {workloadIdentityPoolId} --location global"],
        console: page("iam-admin/workload-identity-pools"),
        note: "a deleted pool's id is taken for 30 days, so another is needed: pulumi up --replace '**-deployer-suffix'",
    },
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
        name: "{workloadIdentityPoolProviderId}",
        show: "gcloud iam workload-identity-pools providers describe {workloadIdentityPoolProviderId} --workload-identity-pool {workloadIdentityPoolId} --location global --format value(name)",
        remove: [
            "gcloud iam workload-identity-pools providers delete {workloadIdentityPoolProviderId} --workload-identity-pool {workloadIdentityPoolId} --location global",
        ],
        console: page("iam-admin/workload-identity-pools"),
        note: "a deleted provider's id is taken for 30 days, so another pool is needed: pulumi up --replace '**-deployer-suffix'",
    },
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": {
        name: "{bucketId}",
        show: "gcloud logging buckets describe {bucketId} --location {location} --format value(lifecycleState)",
        remove: ["gcloud logging buckets delete {bucketId} --location {location}"],
        console: page("logs/storage"),
        again: "a bucket of that id is taken over; deleted, it would hold on to the id for seven days, in which `up` fails",
    },
    "gcp:logging/projectSink:ProjectSink": {
        name: "{name}",
        show: "gcloud logging sinks describe {name} --format value(name)",
        remove: ["gcloud logging sinks delete {name}"],
        console: page("logs/router"),
    },
    "gcp:logging/projectExclusion:ProjectExclusion": {
        name: "{name}",
        show: "gcloud logging sinks describe _Default --flatten exclusions --format value(exclusions.name)",
        remove: ["gcloud logging sinks update _Default --remove-exclusions {name}"],
        console: page("logs/router"),
    },
    "gcp:monitoring/alertPolicy:AlertPolicy": monitored("monitoring policies", "list", "monitoring/alerting/policies"),
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": monitored(
        "monitoring uptime",
        "list-configs",
        "monitoring/uptime",
    ),
    "gcp:monitoring/notificationChannel:NotificationChannel": monitored(
        "beta monitoring channels",
        "list",
        "monitoring/alerting/notifications",
    ),
    "gcp:monitoring/dashboard:Dashboard": {
        show: "gcloud monitoring dashboards list --format 'value(name, displayName)'",
        remove: ["gcloud monitoring dashboards delete ID"],
        console: page("monitoring/dashboards"),
    },
};
