import { setting, type Kind } from "./kind";

const page = (path: string) => `https://console.cloud.google.com/${path}?project={project}`;
const bucket = page("storage/browser/{name}");

/** What keeps data, secrets and images. */
export const gcpData: Record<string, Kind> = {
    "gcp:sql/databaseInstance:DatabaseInstance": {
        name: "{name}",
        show: "gcloud sql instances describe {name} --format value(state)",
        remove: ["gcloud sql instances delete {name}"],
        console: page("sql/instances/{name}/overview"),
        lift: {
            input: "settings.deletionProtectionEnabled",
            is: true,
            run: "gcloud sql instances patch {name} --no-deletion-protection",
        },
        note: "it can be deleted when its state is RUNNABLE, some minutes after the kill; its name is then taken for a week, which is no matter: the next has another",
    },
    "gcp:sql/database:Database": {
        name: "{name}",
        show: "gcloud sql databases describe {name} --instance {instance} --format value(name)",
        remove: ["gcloud sql databases delete {name} --instance {instance}"],
        console: page("sql/instances/{instance}/databases"),
        note: "look that it is empty: it was made minutes ago",
    },
    "gcp:sql/user:User": {
        name: "{name}",
        show: "gcloud sql users list --instance {instance} --filter name={name} --format value(name)",
        remove: ["gcloud sql users delete {name} --instance {instance}"],
        console: page("sql/instances/{instance}/users"),
    },
    "gcp:memcache/instance:Instance": {
        name: "{name}",
        show: "gcloud memcache instances describe {name} --region {region} --format value(state)",
        remove: ["gcloud memcache instances delete {name} --region {region}"],
        console: page("memorystore/memcached/locations/{region}/instances/{name}/details"),
        note: "it can be deleted when its state is READY, some minutes after the kill",
    },
    "gcp:redis/instance:Instance": {
        name: "{name}",
        show: "gcloud redis instances describe {name} --region {region} --format value(state)",
        remove: ["gcloud redis instances delete {name} --region {region}"],
        console: page("memorystore/redis/locations/{region}/instances/{name}/details/overview"),
        note: "it can be deleted when its state is READY, some minutes after the kill",
    },
    "gcp:firestore/database:Database": {
        name: "{name}",
        show: "gcloud firestore databases describe --database {name} --format value(name)",
        remove: ["gcloud firestore databases delete --database {name}"],
        console: page("firestore/databases/{name}/data"),
        lift: {
            input: "deleteProtectionState",
            is: "DELETE_PROTECTION_ENABLED",
            run: "gcloud firestore databases update --database {name} --no-delete-protection",
        },
    },
    "gcp:firestore/index:Index": {
        show: "gcloud firestore indexes composite list --database {database} --filter collectionGroup={collection} --format value(name)",
        remove: ["gcloud firestore indexes composite delete ID --database {database}"],
        console: page("firestore/databases/{database}/indexes"),
    },
    "gcp:firestore/field:Field": {
        name: "{field}",
        ...setting(
            "gcloud firestore indexes fields describe {field} --collection-group {collection} --database {database}",
            "gcloud firestore fields ttls update {field} --collection-group {collection} --database {database} --disable-ttl",
            page("firestore/databases/{database}/indexes"),
        ),
    },
    "gcp:filestore/instance:Instance": {
        name: "{name}",
        show: "gcloud filestore instances describe {name} --location {location} --format value(state)",
        remove: ["gcloud filestore instances delete {name} --location {location}"],
        console: page("filestore/instances/locations/{location}/id/{name}"),
    },
    "gcp:storage/bucket:Bucket": {
        name: "{name}",
        show: "gcloud storage buckets describe gs://{name} --format value(name)",
        remove: ["gcloud storage buckets delete gs://{name}"],
        console: bucket,
    },
    "gcp:storage/bucketIAMMember:BucketIAMMember": setting(
        "gcloud storage buckets get-iam-policy gs://{bucket}",
        "gcloud storage buckets remove-iam-policy-binding gs://{bucket} --member {member} --role {role}",
        page("storage/browser/{bucket}"),
    ),
    "gcp:secretmanager/secret:Secret": {
        name: "{secretId}",
        show: "gcloud secrets describe {secretId} --format value(name)",
        remove: ["gcloud secrets delete {secretId}"],
        console: page("security/secret-manager/secret/{secretId}/versions"),
    },
    "gcp:secretmanager/secretIamMember:SecretIamMember": setting(
        "gcloud secrets get-iam-policy {secretId|last}",
        "gcloud secrets remove-iam-policy-binding {secretId|last} --member {member} --role {role}",
        page("security/secret-manager/secret/{secretId|last}/permissions"),
    ),
    "gcp:secretmanager/secretVersion:SecretVersion": {
        show: "gcloud secrets versions list {secret|last} --format value(name)",
        remove: ["gcloud secrets versions destroy ID --secret {secret|last}"],
        console: page("security/secret-manager/secret/{secret|last}/versions"),
        again: "the next version takes its place",
    },
    "gcp:artifactregistry/repository:Repository": {
        name: "{repositoryId}",
        show: "gcloud artifacts repositories describe {repositoryId} --location {location} --format value(name)",
        remove: ["gcloud artifacts repositories delete {repositoryId} --location {location}"],
        console: page("artifacts/docker/{project}/{location}/{repositoryId}"),
    },
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": setting(
        "gcloud artifacts repositories get-iam-policy {repository|last} --location {location}",
        "gcloud artifacts repositories remove-iam-policy-binding {repository|last} --location {location} --member {member} --role {role}",
        page("artifacts"),
    ),
};
