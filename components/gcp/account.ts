import * as iam from "@pulumi/gcp/iam";
import * as kms from "@pulumi/gcp/kms";
import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { deployRole, githubIssuer, subjectsOf } from "../github";
import type * as roles from "../roles";
import { auditLogs } from "./audit";
import { privateBucket, softDelete } from "./bucket";
import { granted, rolesOf } from "./predefined";

/** Ids of service accounts, fixed, as a project has one of each. */
export const accountIds = { preview: "twinstack-preview", deploy: deployRole } as const;

/** What the stack itself calls. */
const apis = ["cloudkms", "cloudresourcemanager", "iam", "iamcredentials", "storage", "sts"];

/** How long an earlier state stays, in days. */
const earlierStateDays = 90;

/** A key gets a new version each quarter; earlier ones still decrypt. */
const rotationPeriod = `${90 * 24 * 60 * 60}s`;

/** What a GCP project has once. Its twin is ../aws/account.ts. */
export class Account extends pulumi.ComponentResource implements roles.Account {
    readonly preview: pulumi.Output<string>;
    readonly deploy: pulumi.Output<string>;
    readonly provider: pulumi.Output<string>;
    readonly state: pulumi.Output<string>;
    readonly secrets: pulumi.Output<string>;
    readonly variables: Record<string, pulumi.Output<string> | string>;

    constructor(name: string, args: roles.AccountArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Account", name, {}, opts);
        const { place, account, deletionProtection: protect } = args;
        const { project, region } = place;

        const enabled = apis.map(
            (api) =>
                new projects.Service(
                    `${name}-${api}`,
                    { project, service: `${api}.googleapis.com`, disableOnDestroy: false },
                    { parent: this },
                ),
        );
        auditLogs(name, project, enabled, this);
        // A deleted pool holds on to its id for thirty days.
        const suffix = new random.RandomId(`${name}-suffix`, { byteLength: 3 }, { parent: this });
        const pool = this.pool(name, suffix.hex, args, enabled);
        const key = this.key(name, args, enabled);
        const bucket = new storage.Bucket(
            `${name}-state`,
            {
                ...privateBucket,
                project,
                location: region.toUpperCase(),
                storageClass: "STANDARD",
                versioning: { enabled: true },
                lifecycleRules: [
                    {
                        action: { type: "Delete" },
                        condition: { daysSinceNoncurrentTime: earlierStateDays, withState: "ARCHIVED" },
                    },
                    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
                ],
                softDeletePolicy: softDelete(protect),
                forceDestroy: !protect,
            },
            { parent: this, protect, dependsOn: enabled },
        );
        const access = { pool: pool.name, bucket: bucket.name, key: key.id };
        this.preview = this.account(
            name,
            "preview",
            args,
            access,
            account.repositories.map((repository) => `attribute.repository/${repository}`),
        );
        this.deploy = this.account(
            name,
            "deploy",
            args,
            access,
            account.repositories
                .flatMap((repository) => subjectsOf(repository, account))
                .map((subject) => `attribute.subject/${subject}`),
        );

        this.provider = pool.provider;
        this.state = pulumi.interpolate`gs://${bucket.name}`;
        this.secrets = pulumi.interpolate`gcpkms://${key.id}`;
        this.variables = {
            GCP_DEPLOY_ACCOUNT: this.deploy,
            GCP_PREVIEW_ACCOUNT: this.preview,
            GCP_PROJECT: project,
            GCP_WORKLOAD_IDENTITY_PROVIDER: this.provider,
            PULUMI_BACKEND_URL: this.state,
            PULUMI_SECRETS_PROVIDER: this.secrets,
        };
        this.registerOutputs({ preview: this.preview, deploy: this.deploy, state: this.state, secrets: this.secrets });
    }

    /** Takes tokens of the repositories; which of them may what, the service accounts say. */
    private pool(
        name: string,
        suffix: pulumi.Output<string>,
        { place: { project }, account, deletionProtection: protect }: roles.AccountArgs,
        dependsOn: pulumi.Resource[],
    ) {
        const pool = new iam.WorkloadIdentityPool(
            `${name}-pool`,
            { project, workloadIdentityPoolId: pulumi.interpolate`github-${suffix}`, displayName: "GitHub" },
            { parent: this, protect, dependsOn },
        );
        const provider = new iam.WorkloadIdentityPoolProvider(
            `${name}-github`,
            {
                project,
                workloadIdentityPoolId: pool.workloadIdentityPoolId,
                workloadIdentityPoolProviderId: "github",
                displayName: "GitHub",
                oidc: { issuerUri: `https://${githubIssuer}` },
                attributeMapping: {
                    // 127 characters at most, which the token's own subject exceeds with the name of a long branch.
                    "google.subject": "assertion.repository_id + ':' + assertion.run_id",
                    "attribute.repository": "assertion.repository",
                    "attribute.subject": "assertion.sub",
                },
                attributeCondition: `assertion.repository in ${JSON.stringify(account.repositories)}`,
            },
            { parent: this, protect },
        );
        return { name: pool.name, provider: provider.name };
    }

    /** A ring cannot be deleted: its name, which Pulumi makes up, is another each time. */
    private key(
        name: string,
        { place: { project, region }, deletionProtection: protect }: roles.AccountArgs,
        dependsOn: pulumi.Resource[],
    ): kms.CryptoKey {
        const ring = new kms.KeyRing(`${name}-keys`, { project, location: region }, { parent: this, dependsOn });
        return new kms.CryptoKey(
            `${name}-key`,
            { keyRing: ring.id, purpose: "ENCRYPT_DECRYPT", rotationPeriod },
            { parent: this, protect },
        );
    }

    private account(
        name: string,
        kind: keyof typeof accountIds,
        { place: { project }, account: { pipelines } }: roles.AccountArgs,
        { pool, bucket, key }: Record<"pool" | "bucket" | "key", pulumi.Output<string>>,
        whose: string[],
    ): pulumi.Output<string> {
        const writes = kind === "deploy";
        const parent = this;
        const account = new serviceaccount.Account(
            `${name}-${kind}`,
            {
                project,
                accountId: accountIds[kind],
                displayName: `${writes ? "Deploys" : "Previews"} twinstack's apps from GitHub`,
            },
            { parent },
        );
        const { member } = account;
        for (const attribute of new Set(whose))
            new serviceaccount.IAMMember(
                `${name}-${kind}-${attribute.split("/").slice(1).join("/")}`,
                {
                    serviceAccountId: account.name,
                    role: "roles/iam.workloadIdentityUser",
                    member: pulumi.interpolate`principalSet://iam.googleapis.com/${pool}/${attribute}`,
                },
                { parent },
            );
        const state = new storage.BucketIAMMember(
            `${name}-${kind}-state`,
            { bucket, role: `roles/storage.object${writes ? "User" : "Viewer"}`, member },
            { parent },
        );
        const secrets = new kms.CryptoKeyIAMMember(
            `${name}-${kind}-key`,
            {
                cryptoKeyId: key,
                role: `roles/cloudkms.cryptoKey${writes ? "EncrypterDecrypter" : "Decrypter"}`,
                member,
            },
            { parent },
        );
        const roles = [...rolesOf(kind), ...(writes && pipelines ? [builder] : [])].map(
            (role) =>
                new projects.IAMMember(
                    `${name}-${kind}-${role}`,
                    { project, role: `roles/${role}`, member, condition: limits(role, bucket) },
                    { parent },
                ).id,
        );
        return pulumi.all([account.email, state.id, secrets.id, ...roles]).apply(([email]) => email);
    }
}

/** What an account that builds as itself needs besides: it writes the build's log. */
const builder = "logging.logWriter";

/** What narrows a role: not every administrator of a service may do everything. */
function limits(role: string, bucket: pulumi.Output<string>) {
    switch (role) {
        case "resourcemanager.projectIamAdmin":
            return {
                title: "Roles of apps alone",
                description: "Nobody who deploys can make himself an owner",
                expression: `api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(${JSON.stringify(granted.map((each) => `roles/${each}`))})`,
            };
        case "storage.admin":
            return {
                title: "Not the bucket of the state",
                expression: pulumi.interpolate`!resource.name.startsWith("projects/_/buckets/${bucket}")`,
            };
        default:
            return undefined;
    }
}
