import { holding } from "../plan/holding";
import { fillCommand, lookup } from "./fill";
import { surroundings } from "./describe";
import type { State, StateResource } from "./state";

/**
 * Something that stands in the way of `pulumi destroy`, or outlives it; `destroy-check` finds it in a stack, and the runbook
 * lists all of them. `first`: destroy refuses until it is done. `waits`: destroy may stop there, and goes on when run again.
 * `goes`: what is lost with the stack. `stays`: what is left, on purpose.
 */
export interface Obstacle {
    id: string;
    when: "goes" | "first" | "waits" | "stays";
    cloud: "aws" | "gcp" | "both";
    title: string;
    /** What happens, and what to do about it: a sentence or two. */
    says: string;
    /** Command lines, as templates of the resource's inputs; in the runbook, which has none, a name reads `NAME`. */
    run: string[];
    /** Whether a resource is one, and how it shows. */
    shows: (resource: StateResource) => string | undefined;
}

const at = (inputs: Record<string, unknown>, path: string): unknown =>
    path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], inputs);

const notEmpty = "not deleted while anything is in it";

/** Inputs by which the clouds, or their providers, refuse to delete. */
const protections: [path: string, is: unknown, says: string][] = [
    ["deletionProtection", true, "deletionProtection"],
    ["enableDeletionProtection", true, "enableDeletionProtection"],
    ["deletionProtectionEnabled", true, "deletionProtectionEnabled"],
    ["settings.deletionProtectionEnabled", true, "settings.deletionProtectionEnabled"],
    ["deleteProtectionState", "DELETE_PROTECTION_ENABLED", "deleteProtectionState"],
    ["forceDestroy", false, notEmpty],
];

const isType =
    (...types: string[]) =>
    ({ type }: StateResource) =>
        types.includes(type);
const if_ = (condition: boolean, text: string): string | undefined => (condition ? text : undefined);

const rds = isType("aws:rds/instance:Instance");
const cloudSql = isType("gcp:sql/databaseInstance:DatabaseInstance");
const cloudRun = isType(
    "gcp:cloudrunv2/service:Service",
    "gcp:cloudrunv2/job:Job",
    "gcp:cloudrunv2/workerPool:WorkerPool",
);

export const obstacles: Obstacle[] = [
    {
        id: "data",
        when: "goes",
        cloud: "both",
        title: "Data",
        says: "What is in it goes with the stack. Copy what shall outlive it first; “Restoring a database” says how.",
        run: [],
        shows: ({ type, inputs }) => {
            // What only the network asks is made again as it was.
            if (inputs.visibility === "private") return undefined;
            const holds = Object.hasOwn(holding, type) ? holding[type]! : "";
            return if_(!/^(|a password|a secret|logs|images|what is cached)$/.test(holds), holds);
        },
    },
    {
        id: "protected",
        when: "first",
        cloud: "both",
        title: "Protection",
        says:
            "Pulumi, the cloud or both refuse to delete it. Lifted for the whole stack by one line of its file; take " +
            "that line out again afterwards. A part with a `deletionProtection` of its own has a line of its own.",
        run: ["pulumi config set --path twinstack:overrides.deletionProtection false", "pulumi up --yes"],
        shows: ({ type, protect, inputs }) => {
            const said = protections.filter(([path, is]) => at(inputs, path) === is).map(([, , text]) => text);
            // Of ECS services the same input means something else: whether they are drained first.
            const kept = type === "aws:ecr/repository:Repository" && inputs.forceDelete === false ? [notEmpty] : [];
            return [...(protect ? ["protected by Pulumi"] : []), ...said, ...kept].join(", ") || undefined;
        },
    },
    {
        id: "direct-vpc-egress",
        when: "waits",
        cloud: "gcp",
        title: "“subnetwork is already being used”",
        says: "Cloud Run holds the addresses of Direct VPC egress for one to two hours after the service is gone. Wait, and destroy again.",
        run: ["pulumi destroy --yes"],
        shows: (resource) =>
            if_(
                cloudRun(resource) &&
                    at(resource.inputs, "template") !== undefined &&
                    JSON.stringify(resource.inputs.template).includes("networkInterfaces"),
                "Direct VPC egress",
            ),
    },
    {
        id: "peering",
        when: "waits",
        cloud: "gcp",
        title: "network “in use” by a peering",
        says: "A deleted Cloud SQL instance keeps the peering for up to four days, so `destroy` abandons it to the network. Delete it there, and destroy again.",
        run: [
            "gcloud compute networks peerings delete servicenetworking-googleapis-com --network {network|last} --project {project} --quiet",
            "pulumi destroy --yes",
        ],
        shows: (resource) =>
            if_(isType("gcp:servicenetworking/connection:Connection")(resource), "private services access"),
    },
    {
        id: "interfaces",
        when: "waits",
        cloud: "aws",
        title: "network interfaces “in use”",
        says: "Those of ECS, RDS and the load balancer linger for some minutes after what they belonged to. Destroy again.",
        run: ["pulumi destroy --yes"],
        shows: (resource) => if_(isType("aws:ecs/service:Service")(resource) || rds(resource), "network interfaces"),
    },
    {
        id: "service-connect",
        when: "waits",
        cloud: "aws",
        title: "“namespace has associated services”",
        says: "ECS made them for Service Connect, and takes some minutes to delete them. Destroy again; what is still there then, delete by its id.",
        run: [
            "aws servicediscovery list-services --region {region}",
            "aws servicediscovery delete-service --id ID --region {region}",
            "pulumi destroy --yes",
        ],
        shows: (resource) =>
            if_(
                isType("aws:servicediscovery/httpNamespace:HttpNamespace")(resource) ||
                    isType("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace")(resource),
                "Service Connect",
            ),
    },
    {
        id: "distribution",
        when: "waits",
        cloud: "aws",
        title: "a distribution takes a quarter of an hour",
        says: "CloudFront disables a distribution everywhere before it deletes it. Nothing to do but wait.",
        run: [],
        shows: (resource) => if_(isType("aws:cloudfront/distribution:Distribution")(resource), "CloudFront"),
    },
    {
        id: "final-snapshot",
        when: "stays",
        cloud: "aws",
        title: "the last snapshot of a database",
        says: "Paid by its size until it is deleted.",
        run: ["aws rds delete-db-snapshot --db-snapshot-identifier {finalSnapshotIdentifier} --region {region}"],
        shows: (resource) =>
            if_(
                rds(resource) && resource.inputs.skipFinalSnapshot === false,
                String(resource.inputs.finalSnapshotIdentifier),
            ),
    },
    {
        id: "automated-backups",
        when: "stays",
        cloud: "aws",
        title: "the automated backups of a database",
        says: "Kept, and paid, for as many days as backups are kept. The resource id is in what the first line prints.",
        run: [
            "aws rds describe-db-instance-automated-backups --db-instance-identifier {identifier} --region {region}",
            "aws rds delete-db-instance-automated-backup --dbi-resource-id ID --region {region}",
        ],
        shows: (resource) =>
            if_(
                rds(resource) && resource.inputs.deleteAutomatedBackups === false,
                `${String(resource.inputs.backupRetentionPeriod)} days`,
            ),
    },
    {
        id: "final-backup",
        when: "stays",
        cloud: "gcp",
        title: "the last backup of a database",
        says: "Kept for 30 days, paid by its size.",
        run: [
            "gcloud sql backups list --filter instance={name} --project {project}",
            "gcloud sql backups delete ID --project {project} --quiet",
        ],
        shows: (resource) =>
            if_(
                cloudSql(resource) && at(resource.inputs, "settings.finalBackupConfig.enabled") === true,
                "final backup",
            ),
    },
    {
        id: "recovery-points",
        when: "stays",
        cloud: "aws",
        title: "the daily backups of a file system",
        says: "AWS Backup keeps them, paid by their size, for 35 days. The vault's own policy forbids to delete them earlier; edit it first, if you must.",
        run: [
            "aws backup list-recovery-points-by-backup-vault --backup-vault-name aws/efs/automatic-backup-vault --region {region}",
            "aws backup delete-recovery-point --backup-vault-name aws/efs/automatic-backup-vault --recovery-point-arn ID --region {region}",
        ],
        shows: (resource) =>
            if_(
                isType("aws:efs/backupPolicy:BackupPolicy")(resource) &&
                    at(resource.inputs, "backupPolicy.status") === "ENABLED",
                "daily backups",
            ),
    },
    {
        id: "secrets",
        when: "stays",
        cloud: "aws",
        title: "secrets, which can be brought back",
        says: "For 30 days, and free of charge. This line brings one back.",
        run: ["aws secretsmanager restore-secret --secret-id {name} --region {region}"],
        shows: ({ type, inputs }) =>
            if_(
                type === "aws:secretsmanager/secret:Secret" && Number(inputs.recoveryWindowInDays) > 0,
                `${String(inputs.recoveryWindowInDays)} days`,
            ),
    },
    {
        id: "soft-deleted",
        when: "stays",
        cloud: "gcp",
        title: "objects of deleted buckets",
        says: "Kept, and paid, for as long as the bucket's soft delete says. Nothing to do.",
        run: [],
        shows: ({ type, inputs }) => {
            const seconds = Number(at(inputs, "softDeletePolicy.retentionDurationSeconds"));
            return if_(type === "gcp:storage/bucket:Bucket" && seconds > 0, `${Math.round(seconds / 86400)} days`);
        },
    },
    {
        id: "log-bucket",
        when: "stays",
        cloud: "gcp",
        title: "the log bucket, for a week",
        says: "It can be brought back, and nothing is paid for it. A new stack's bucket has another id.",
        run: ["gcloud logging buckets undelete {bucketId} --location {location} --project {project}"],
        shows: (resource) => if_(isType("gcp:logging/projectBucketConfig:ProjectBucketConfig")(resource), "7 days"),
    },
    {
        id: "shared",
        when: "stays",
        cloud: "both",
        title: "what belongs to the account or the project",
        says: "Other stacks use it, too: GitHub's identity provider (AWS), the project's APIs and audit logs (GCP). Free, but for what audit logs store.",
        run: [],
        shows: ({ type, retainOnDelete, inputs }) =>
            type === "docker-build:index:Image"
                ? undefined
                : (if_(retainOnDelete, "kept on purpose") ?? if_(inputs.disableOnDestroy === false, "stays on")),
    },
];

/** An obstacle of a stack: what it is about, and the command lines with their names. */
export interface Met extends Omit<Obstacle, "shows" | "run"> {
    resources: { urn: string; type: string; name: string; shows: string }[];
    /** The command lines of each resource, once each. */
    run: string[];
}

/** What of a state stands in the way, in the order in which it does. */
export function obstaclesOf(state: State): Met[] {
    const there = state.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
    return obstacles.flatMap(({ shows, run, ...about }) => {
        const found = there.flatMap((resource) => {
            const shown = shows(resource);
            return shown === undefined ? [] : [{ resource, shown }];
        });
        if (found.length === 0) return [];
        const lines = found.flatMap(({ resource }) => {
            const look = lookup(resource.inputs, surroundings(resource, state));
            return run.map((template) => fillCommand(template, look).text);
        });
        // What concerns all alike stands once, and at the end: `pulumi destroy` after each resource would be one too many.
        const own = [...new Set(lines)].filter((line) => !line.startsWith("pulumi "));
        const common = [...new Set(lines)].filter((line) => line.startsWith("pulumi "));
        return [
            {
                ...about,
                resources: found.map(({ resource: { urn, type, name }, shown }) => ({ urn, type, name, shows: shown })),
                run: [...own, ...common],
            },
        ];
    });
}
