import assert from "node:assert/strict";

import * as iam from "@pulumi/aws/iam";
import * as kms from "@pulumi/aws/kms";
import * as s3 from "@pulumi/aws/s3";
import * as gcpIam from "@pulumi/gcp/iam";
import * as gcpKms from "@pulumi/gcp/kms";
import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as storage from "@pulumi/gcp/storage";

import { invokes } from "../../plan/outputs";
import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import type { AppInput, Cloud, Refinement } from "../../topology/app";
import { ProblemsError, resolve, type Problem } from "../../topology/validate";
import { plan, type TestPlan } from "../recorded";
import { settings } from "./stack";

const issuer = "token.actions.githubusercontent.com";
const shop = { name: "shop", services: {} as AppInput["services"] };
const defaults = { repositories: ["acme/shop"] };

/** An account's stack of a project that has one app, called shop, and says nothing of an account. */
function stackOn(cloud: Cloud, account: NonNullable<Refinement["account"]> = defaults, more: Refinement = {}) {
    const { stack, config } = settings(cloud, "prod", { account, ...more });
    const own = { ...config, "twinstack:app": "account", "twinstack:domain": undefined };
    return resolve({ stack, config: own }, { shop });
}
const on = (cloud: Cloud, account?: NonNullable<Refinement["account"]>, more?: Refinement): Promise<TestPlan> =>
    plan(() => deploy(stackOn(cloud, account, more), plannedGates()), { stack: "prod" });

interface Statement {
    Action: string | string[];
    Resource: string | string[];
    Condition: Record<string, Record<string, unknown>>;
}
const statements = (document: unknown) => (JSON.parse(String(document)) as { Statement: Statement[] }).Statement;
const problemsOf = (act: () => unknown): Problem[] => {
    try {
        act();
    } catch (error) {
        if (error instanceof ProblemsError) return error.problems;
        throw error;
    }
    return [];
};

describe("Account", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        plans = { aws: await on("aws"), gcp: await on("gcp") };
    });

    it("keeps Pulumi's state in a bucket with versions that nothing makes public, on both clouds", () => {
        const { aws, gcp } = plans;
        assert.equal(aws.one(s3.BucketVersioning).inputs.versioningConfiguration?.status, "Enabled");
        assert.equal(aws.one(s3.BucketPublicAccessBlock).inputs.restrictPublicBuckets, true);
        const [tls] = statements(aws.one(s3.BucketPolicy).inputs.policy);
        assert.deepEqual(tls.Condition, { Bool: { "aws:SecureTransport": "false" } });
        assert.deepEqual(aws.one(s3.BucketLifecycleConfiguration).inputs.rules?.[0].noncurrentVersionExpiration, {
            noncurrentDays: 90,
        });

        const bucket = gcp.one(storage.Bucket).inputs;
        assert.deepEqual(bucket.versioning, { enabled: true });
        assert.deepEqual([bucket.publicAccessPrevention, bucket.uniformBucketLevelAccess], ["enforced", true]);
        assert.equal(bucket.lifecycleRules?.[0].condition.daysSinceNoncurrentTime, 90);
    });

    it("encrypts the secrets in it with a key that is rotated, on both clouds", () => {
        assert.equal(plans.aws.one(kms.Key).inputs.enableKeyRotation, true);
        assert.equal(plans.gcp.one(gcpKms.CryptoKey).inputs.rotationPeriod, "7776000s");
    });

    it("protects bucket, key and provider unless the stack says otherwise, on both clouds", async () => {
        const protectedOn = ({ resources }: TestPlan) =>
            resources.filter(({ protect }) => protect).map(({ name }) => name.replace("account-prod-", ""));
        assert.deepEqual(protectedOn(plans.aws).sort(), ["github", "key", "state"]);
        assert.deepEqual(protectedOn(plans.gcp).sort(), ["github", "key", "pool", "state"]);
        for (const cloud of ["aws", "gcp"] as const) {
            const open = await on(cloud, defaults, { deletionProtection: false });
            assert.deepEqual(protectedOn(open), []);
        }
    });

    it("lets any branch and pull request of the repository preview, and named branches and environments deploy, on AWS", () => {
        const trust = (role: string) => statements(plans.aws.one(iam.Role, role).inputs.assumeRolePolicy);
        assert.deepEqual(
            trust("-deploy").map(({ Condition }) => Condition),
            [
                {
                    StringEquals: {
                        [`${issuer}:aud`]: "sts.amazonaws.com",
                        [`${issuer}:sub`]: [
                            "repo:acme/shop:ref:refs/heads/develop",
                            "repo:acme/shop:ref:refs/heads/main",
                            "repo:acme/shop:environment:staging",
                            "repo:acme/shop:environment:production",
                        ],
                    },
                },
            ],
        );
        const [exact, like] = trust("-preview").map(({ Condition }) => Condition);
        assert.deepEqual(exact.StringEquals[`${issuer}:sub`], [
            "repo:acme/shop:pull_request",
            "repo:acme/shop:environment:staging",
            "repo:acme/shop:environment:production",
        ]);
        assert.deepEqual(like, {
            StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
            StringLike: { [`${issuer}:sub`]: ["repo:acme/shop:ref:refs/heads/*"] },
        });
    });

    it("lets the same subjects in on GCP, by attributes of the pool", () => {
        const { gcp } = plans;
        const { attributeCondition, attributeMapping } = gcp.one(gcpIam.WorkloadIdentityPoolProvider).inputs;
        assert.equal(attributeCondition, 'assertion.repository in ["acme/shop"]');
        assert.equal(attributeMapping?.["attribute.subject"], "assertion.sub");
        const of = (account: string) =>
            gcp
                .of(serviceaccount.IAMMember)
                .filter(({ inputs }) => String(inputs.serviceAccountId).includes(`-${account}.name`))
                .map(({ inputs }) => [inputs.role, String(inputs.member).replace(/.*pool\.name\}/, "")]);
        const user = "roles/iam.workloadIdentityUser";
        assert.deepEqual(of("preview"), [[user, "/attribute.repository/acme/shop"]]);
        assert.deepEqual(
            of("deploy"),
            ["environment:production", "environment:staging", "ref:refs/heads/develop", "ref:refs/heads/main"].map(
                (subject) => [user, `/attribute.subject/repo:acme/shop:${subject}`],
            ),
        );
    });

    it("lets who previews read the state, and who deploys write it, on both clouds", () => {
        const { aws, gcp } = plans;
        const actions = (role: string) =>
            statements(aws.one(iam.RolePolicy, `-${role}-state`).inputs.policy).flatMap(({ Action }) => Action);
        assert.deepEqual(actions("preview"), ["s3:ListBucket", "s3:GetObject", "kms:Decrypt"]);
        assert.deepEqual(actions("deploy"), [
            "s3:ListBucket",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:PutObject",
            "kms:Decrypt",
            "kms:Encrypt",
        ]);
        assert.deepEqual(
            gcp.of(storage.BucketIAMMember).map(({ name, inputs }) => [name, inputs.role]),
            [
                ["account-prod-deploy-state", "roles/storage.objectUser"],
                ["account-prod-preview-state", "roles/storage.objectViewer"],
            ],
        );
        assert.deepEqual(
            gcp.of(gcpKms.CryptoKeyIAMMember).map(({ inputs }) => inputs.role),
            ["roles/cloudkms.cryptoKeyEncrypterDecrypter", "roles/cloudkms.cryptoKeyDecrypter"],
        );
    });

    it("says what to type next, and GitHub's variables, on both clouds", () => {
        const { aws, gcp } = { aws: plans.aws.outputs, gcp: plans.gcp.outputs };
        assert.equal(aws.login, "pulumi login 's3://${account-prod-state.bucket}?region=ap-northeast-1'");
        assert.equal(
            aws.init,
            "pulumi stack init <stack> --secrets-provider 'awskms:///${account-prod-key.arn}?region=ap-northeast-1'",
        );
        assert.equal(gcp.login, "pulumi login 'gs://${account-prod-state.name}'");
        assert.equal(gcp.init, "pulumi stack init <stack> --secrets-provider 'gcpkms://${account-prod-key.id}'");
        const variables = (outputs: Record<string, unknown>) =>
            String(outputs.variables)
                .split("\n")
                .map((line) => line.split("=")[0]);
        assert.deepEqual(variables(aws), [
            "AWS_DEPLOY_ROLE",
            "AWS_PREVIEW_ROLE",
            "AWS_REGION",
            "PULUMI_BACKEND_URL",
            "PULUMI_SECRETS_PROVIDER",
        ]);
        assert.deepEqual(variables(gcp), [
            "GCP_DEPLOY_ACCOUNT",
            "GCP_PREVIEW_ACCOUNT",
            "GCP_PROJECT",
            "GCP_WORKLOAD_IDENTITY_PROVIDER",
            "PULUMI_BACKEND_URL",
            "PULUMI_SECRETS_PROVIDER",
        ]);
    });

    it("writes down who read data in the project, and leaves that on when it goes", () => {
        const configs = plans.gcp.of(projects.IAMAuditConfig);
        assert.deepEqual(
            configs.map(({ inputs, retainOnDelete }) => [inputs.service, retainOnDelete]),
            ["cloudsql", "run", "secretmanager"].map((service) => [`${service}.googleapis.com`, true]),
        );
        for (const { inputs } of configs)
            assert.deepEqual(
                inputs.auditLogConfigs.map(({ logType }) => logType),
                ["ADMIN_READ", "DATA_READ", "DATA_WRITE"],
            );
    });

    it("uses a provider that the account has already, and refuses to make a second one", async () => {
        const used = await on("aws", { ...defaults, aws: { provider: "existing" } });
        assert.deepEqual(used.of(iam.OpenIdConnectProvider), []);
        assert.match(String(used.one(iam.Role, "-deploy").inputs.assumeRolePolicy), /"Federated":"\$\{oidc\.arn\}"/);

        const token = "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider";
        const answer = invokes[token];
        try {
            invokes[token] = (inputs) => ({ ...answer(inputs), tags: { app: "morrow", stack: "prod" } });
            await assert.rejects(on("aws"), /only one\. Use it: set account\.aws\.provider to existing/);
        } finally {
            invokes[token] = answer;
        }
    });

    it("is for the apps of the project unless it names others", () => {
        assert.deepEqual(stackOn("aws").app.account?.apps, ["shop"]);
        assert.deepEqual(stackOn("gcp", { ...defaults, apps: ["other"] }).app.account?.apps, ["other"]);
    });

    const overrides = "Pulumi.prod.yaml: twinstack:overrides";
    const refused: [what: string, account: NonNullable<Refinement["account"]>, more: Refinement, path: string][] = [
        ["no repository", {}, {}, `${overrides}.account.repositories`],
        ["what is no repository", { repositories: ["shop"] }, {}, `${overrides}.account.repositories[0]`],
        ["a pattern of branches", { ...defaults, branches: ["release/*"] }, {}, `${overrides}.account.branches[0]`],
        ["nobody who deploys", { ...defaults, branches: [], environments: [] }, {}, `${overrides}.account.branches`],
        [
            "an environment that no token can name",
            { ...defaults, environments: ["a b"] },
            {},
            `${overrides}.account.environments[0]`,
        ],
        [
            "an app whose names begin as the account's own do",
            { ...defaults, apps: ["shop", "account"] },
            {},
            `${overrides}.account.apps[1]`,
        ],
        ["an app called twinstack", { ...defaults, apps: ["twinstack"] }, {}, `${overrides}.account.apps[0]`],
        ["a deployer beside it", defaults, { deployer: { github: "acme/shop" } }, `${overrides}.deployer`],
    ];
    for (const [what, account, more, path] of refused)
        it(`refuses ${what}, at its place`, () => {
            for (const cloud of ["aws", "gcp"] as const)
                assert.deepEqual(
                    problemsOf(() => stackOn(cloud, account, more)).map((problem) => problem.path),
                    [path],
                );
        });

    it("refuses an app without services that is no account, and services beside an account", () => {
        const { stack, config } = settings("aws", "dev");
        const own = { ...config, "twinstack:app": "shop" };
        const [problem, ...others] = problemsOf(() => resolve({ stack, config: own }, { shop }));
        assert.deepEqual([problem.allowed, others], ["at least one service", []]);

        const api = { image: { reference: "example/api:1.0" }, ports: { http: 80 }, health: { path: "/" } };
        const both = { ...shop, services: { api }, account: { ...defaults, apps: ["shop"] } };
        const found = problemsOf(() =>
            resolve({ stack, config: { ...own, "twinstack:domain": undefined } }, { shop: both }),
        );
        assert.match(found[0].allowed, /an app of its own/);
    });
});
