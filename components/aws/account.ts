import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as iam from "@pulumi/aws/iam";
import * as kms from "@pulumi/aws/kms";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

import { deployRole, pullRequestOf, subjectsOf } from "../github";
import type * as roles from "../roles";
import { boundary } from "./boundary";
import { existingProvider, githubTrust, makeProvider } from "./github";
import { documents, reading, writing, type Grant } from "./grants";
import { encryptedOnly, privateBucket } from "./privatebucket";

/** Roles' names are fixed, as an account has one of each: a workflow can name them, and policies speak of them. */
export const accountRoles = { preview: "twinstack-preview", deploy: deployRole } as const;

/** Hours that a workflow may be signed in: a deployment in steps takes its time. */
const sessionHours = { preview: 1, deploy: 4 };

/** How long an earlier state stays, in days. */
const earlierStateDays = 90;

/** What an AWS account has once. Its twin is ../gcp/account.ts. */
export class Account extends pulumi.ComponentResource implements roles.Account {
    readonly preview: pulumi.Output<string>;
    readonly deploy: pulumi.Output<string>;
    readonly provider: pulumi.Output<string>;
    readonly state: pulumi.Output<string>;
    readonly secrets: pulumi.Output<string>;
    readonly permissionsBoundary: pulumi.Output<string>;
    readonly variables: Record<string, pulumi.Output<string> | string>;

    constructor(name: string, args: roles.AccountArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Account", name, {}, opts);
        const { place, account, deletionProtection } = args;
        const { region } = place;

        this.provider =
            account.aws.provider === "existing"
                ? existingProvider(place, this)
                : makeProvider(`${name}-github`, place, { parent: this, protect: deletionProtection });
        const bucket = this.bucket(`${name}-state`, deletionProtection);
        const key = new kms.Key(
            `${name}-key`,
            { description: "Secrets in the states of Pulumi's stacks", enableKeyRotation: true },
            { parent: this, protect: deletionProtection },
        );
        const bound = this.policy(`${name}-boundary`, "twinstack-boundary", boundary(account.apps, bucket.arn));
        const may = (what: string, grants: Grant[]) =>
            Object.fromEntries(
                documents(grants).map((document, index) => {
                    const called = `${what}-${index + 1}`;
                    return [called, this.policy(`${name}-${called}`, `twinstack-${called}`, document)];
                }),
            );
        const looks = may("read", reading());
        const writes = may("write", writing(account.apps, bound.arn));
        const access = { bucket: bucket.arn, key: key.arn };
        this.preview = this.role(name, "preview", { ...access, may: looks }, trusted(account).preview);
        this.deploy = this.role(
            name,
            "deploy",
            { ...access, may: { ...looks, ...writes } },
            trusted(account).deploy,
            account.pipelines ? account.apps : [],
        );
        this.permissionsBoundary = bound.arn;

        this.state = pulumi.interpolate`s3://${bucket.bucket}?region=${region}`;
        this.secrets = pulumi.interpolate`awskms:///${key.arn}?region=${region}`;
        this.variables = {
            AWS_DEPLOY_ROLE: this.deploy,
            AWS_PREVIEW_ROLE: this.preview,
            AWS_REGION: region,
            PULUMI_BACKEND_URL: this.state,
            PULUMI_SECRETS_PROVIDER: this.secrets,
        };
        this.registerOutputs({ preview: this.preview, deploy: this.deploy, state: this.state, secrets: this.secrets });
    }

    /** Versions: what an `up` broke, or somebody deleted, can be brought back. */
    private bucket(name: string, protect: boolean): s3.Bucket {
        const parent = this;
        const { bucket, locked } = privateBucket(name, { forceDestroy: !protect, protect }, this);
        const versions = new s3.BucketVersioning(
            `${name}-versions`,
            { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
            { parent },
        );
        new s3.BucketLifecycleConfiguration(
            `${name}-lifecycle`,
            {
                bucket: bucket.id,
                rules: [
                    {
                        id: "expire",
                        status: "Enabled",
                        filter: {},
                        expiration: { expiredObjectDeleteMarker: true },
                        noncurrentVersionExpiration: { noncurrentDays: earlierStateDays },
                        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
                    },
                ],
            },
            { parent, dependsOn: [versions] },
        );
        new s3.BucketPolicy(
            `${name}-policy`,
            {
                bucket: bucket.id,
                policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [encryptedOnly(bucket.arn)] }),
            },
            { parent, dependsOn: [locked] },
        );
        return bucket;
    }

    private policy(name: string, called: string, Statement: Grant[]): iam.Policy {
        return new iam.Policy(
            name,
            { name: called, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement }) },
            { parent: this },
        );
    }

    private role(
        name: string,
        kind: keyof typeof accountRoles,
        {
            bucket,
            key,
            may,
        }: { bucket: pulumi.Output<string>; key: pulumi.Output<string>; may: Record<string, iam.Policy> },
        trust: { subjects: string[]; patterns: string[] },
        pipelines: string[] = [],
    ): pulumi.Output<string> {
        const writes = kind === "deploy";
        const role = new iam.Role(
            `${name}-${kind}`,
            {
                name: accountRoles[kind],
                description: writes ? "Deploys twinstack's apps from GitHub" : "Previews twinstack's apps from GitHub",
                assumeRolePolicy: githubTrust(
                    this.provider,
                    trust.subjects,
                    trust.patterns,
                    pipelines.length ? [pipelineTrust(pipelines, this)] : [],
                ),
                maxSessionDuration: sessionHours[kind] * 3600,
            },
            { parent: this },
        );
        const state = new iam.RolePolicy(
            `${name}-${kind}-state`,
            {
                role: role.id,
                policy: pulumi.jsonStringify({
                    Version: "2012-10-17",
                    Statement: [
                        { Effect: "Allow", Action: "s3:ListBucket", Resource: bucket },
                        {
                            Effect: "Allow",
                            Action: writes ? ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"] : "s3:GetObject",
                            Resource: pulumi.interpolate`${bucket}/*`,
                        },
                        {
                            Effect: "Allow",
                            Action: writes ? ["kms:Decrypt", "kms:Encrypt"] : "kms:Decrypt",
                            Resource: key,
                        },
                    ],
                }),
            },
            { parent: this },
        );
        const attached = Object.entries(may).map(
            ([called, policy]) =>
                new iam.RolePolicyAttachment(
                    `${name}-${kind}-${called}`,
                    { role: role.name, policyArn: policy.arn },
                    { parent: this },
                ).id,
        );
        return pulumi.all([role.arn, state.id, ...attached]).apply(([arn]) => arn);
    }
}

/** Trust in the roles of apps' pipelines in this account, by the names that ./pipeline.ts gives them. */
const pipelineTrust = (apps: string[], parent: pulumi.Resource) => ({
    Effect: "Allow",
    Principal: { AWS: pulumi.interpolate`arn:aws:iam::${getCallerIdentityOutput({}, { parent }).accountId}:root` },
    Action: "sts:AssumeRole",
    Condition: { ArnLike: { "aws:PrincipalArn": apps.map((app) => `arn:aws:iam::*:role/${app}-*-pipeline-deploy-*`) } },
});

/** Whose tokens each role takes. */
function trusted({ repositories, branches, environments }: roles.AccountArgs["account"]) {
    const each = (subjects: (repository: string) => string[]) => repositories.flatMap(subjects);
    return {
        preview: {
            subjects: each((repository) => [pullRequestOf(repository), ...subjectsOf(repository, { environments })]),
            patterns: each((repository) => subjectsOf(repository, { branches: ["*"] })),
        },
        deploy: { subjects: each((repository) => subjectsOf(repository, { branches, environments })), patterns: [] },
    };
}
