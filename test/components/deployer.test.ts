import assert from "node:assert/strict";

import * as iam from "@pulumi/aws/iam";
import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as gcpIam from "@pulumi/gcp/iam";
import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";

import type { AppInput, Cloud } from "../../topology/app";
import { invokes } from "../../plan/outputs";
import type { TestPlan } from "../recorded";
import { on, todoOnBoth } from "./stack";

const service = { ports: { http: 8000 }, health: { path: "/health" } };
const app = (provider: "create" | "existing" = "create") =>
    ({
        services: {
            api: { ...service, image: { context: "workloads/todo" } },
            proxy: { ...service, image: { reference: "example/proxy:1.0" }, routes: [{ path: "/proxy/*" }] },
        },
        jobs: { migrate: { service: "api", command: ["migrate"], run: "deployment" } },
        deployer: { github: "acme/demo", branches: ["main", "release"], aws: { provider } },
    }) satisfies Omit<AppInput, "name">;
const issuer = "token.actions.githubusercontent.com";

interface Statement {
    Action: string | string[];
    Resource?: string | string[];
    Condition?: unknown;
}
const statements = (document: unknown) => (JSON.parse(String(document)) as { Statement: Statement[] }).Statement;

describe("Deployer", () => {
    let plans: Record<Cloud, TestPlan>;
    before(async () => {
        plans = { aws: await on("aws", app()), gcp: await on("gcp", app()) };
    });

    it("trusts GitHub's tokens of the repository's branches alone, on both clouds", () => {
        const [trust] = statements(plans.aws.one(iam.Role, "-deployer").inputs.assumeRolePolicy);
        assert.equal(trust.Action, "sts:AssumeRoleWithWebIdentity");
        assert.deepEqual(trust.Condition, {
            StringEquals: {
                [`${issuer}:aud`]: "sts.amazonaws.com",
                [`${issuer}:sub`]: ["repo:acme/demo:ref:refs/heads/main", "repo:acme/demo:ref:refs/heads/release"],
            },
        });

        const provider = plans.gcp.one(gcpIam.WorkloadIdentityPoolProvider).inputs;
        assert.equal(provider.oidc?.issuerUri, `https://${issuer}`);
        assert.equal(
            provider.attributeCondition,
            'assertion.repository == "acme/demo" && assertion.ref in ["refs/heads/main", "refs/heads/release"]',
        );
        const assume = plans.gcp.one(serviceaccount.IAMMember, "-assume").inputs;
        assert.equal(assume.role, "roles/iam.workloadIdentityUser");
        assert.match(assume.member as string, /\/attribute\.repository\/acme\/demo$/);
    });

    it("trusts a job of an environment that is listed, whatever its branch, on both clouds", async () => {
        const { aws: _, ...deployer } = app().deployer;
        const listed = { ...app(), deployer: { ...deployer, branches: ["main"], environments: ["production"] } };
        const [trust] = statements((await on("aws", listed)).one(iam.Role, "-deployer").inputs.assumeRolePolicy);
        assert.deepEqual((trust.Condition as Record<string, object>).StringEquals, {
            [`${issuer}:aud`]: "sts.amazonaws.com",
            [`${issuer}:sub`]: ["repo:acme/demo:ref:refs/heads/main", "repo:acme/demo:environment:production"],
        });
        assert.equal(
            (await on("gcp", listed)).one(gcpIam.WorkloadIdentityPoolProvider).inputs.attributeCondition,
            'assertion.repository == "acme/demo" && (assertion.ref in ["refs/heads/main"] || ' +
                'assertion.sub in ["repo:acme/demo:environment:production"])',
        );
    });

    it("may push to the stack's repositories and move its services on AWS, and nothing else", () => {
        const allowed = statements(plans.aws.one(iam.RolePolicy, "-deployer-policy").inputs.policy);
        const of = (action: string) => allowed.find(({ Action }) => Action.includes(action));

        assert.deepEqual(of("ecr:PutImage")?.Resource, ["${demo-dev-api.arn}"]);
        assert.deepEqual(
            of("ecs:UpdateService")?.Resource,
            ["api", "proxy"].map(
                (name) => `arn:aws:ecs:ap-northeast-1:*:service/\${demo-dev-platform.name}/\${demo-dev-${name}.name}`,
            ),
        );
        assert.equal((of("iam:PassRole")?.Resource as string[]).length, 4);
        assert.deepEqual(of("iam:PassRole")?.Condition, {
            StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
        });
        const anywhere = allowed.filter(({ Resource }) => Resource === "*").flatMap(({ Action }) => Action);
        assert.deepEqual(anywhere, ["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"]);
        assert.deepEqual(
            of("ecs:RegisterTaskDefinition")?.Resource,
            ["api", "proxy"].map((name) => `arn:aws:ecs:ap-northeast-1:*:task-definition/demo-dev-${name}:*`),
        );
    });

    it("may push to the stack's repositories and change its services and jobs on GCP, and nothing in the project", () => {
        const { gcp } = plans;
        const member = "${demo-dev-deployer-account.member}";

        const push = gcp.one(artifactregistry.RepositoryIamMember).inputs;
        assert.deepEqual(
            [push.repository, push.role, push.member],
            ["${demo-dev-api.id}", "roles/artifactregistry.writer", member],
        );
        assert.deepEqual(
            gcp.of(cloudrunv2.ServiceIamMember).map(({ inputs }) => [inputs.name, inputs.role, inputs.member]),
            ["api", "proxy"].map((name) => [`\${demo-dev-${name}.name}`, "roles/run.developer", member]),
        );
        assert.deepEqual(
            gcp.of(serviceaccount.IAMMember, "-act-as").map(({ inputs }) => [inputs.role, inputs.member]),
            [1, 2, 3].map(() => ["roles/iam.serviceAccountUser", member]),
        );
        // A Cloud Run job has an image of its own, that a workflow moves and runs before it moves the service.
        const job = gcp.one(cloudrunv2.JobIamMember).inputs;
        assert.deepEqual([job.name, job.role, job.member], ["${demo-dev-migrate.name}", "roles/run.developer", member]);
        assert.match(
            String(gcp.one(serviceaccount.IAMMember, "-migrate-act-as").inputs.serviceAccountId),
            /\$\{demo-dev-migrate-account\.email\}$/,
        );
        assert.deepEqual(
            gcp.of(projects.IAMMember).filter(({ inputs }) => inputs.member === member),
            [],
        );
    });

    it("uses the account's provider for GitHub on AWS, or makes it and leaves it to the other stacks", async () => {
        const made = plans.aws.one(iam.OpenIdConnectProvider);
        assert.deepEqual([made.inputs.url, made.inputs.clientIdLists], [`https://${issuer}`, ["sts.amazonaws.com"]]);

        // The provider is the account's own stack's unless this one is told to make it.
        const { aws: _, ...deployer } = app().deployer;
        const existing = await on("aws", { ...app(), deployer });
        assert.deepEqual(existing.of(iam.OpenIdConnectProvider), []);
        const role = existing.one(iam.Role, "-deployer").inputs;
        assert.match(String(role.assumeRolePolicy), /"Federated":"\$\{oidc\.arn\}"/);
    });

    it("refuses to make a second provider of the account on AWS, and says what to write instead", async () => {
        const token = "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider";
        const answer = invokes[token];
        const tagged = (tags: object) => (inputs: Record<string, unknown>) => ({ ...answer(inputs), tags });
        try {
            invokes[token] = tagged({ app: "demo", stack: "another" });
            await assert.rejects(
                on("aws", app("create")),
                /only one\. Use it: set deployer\.aws\.provider to existing/,
            );
            invokes[token] = tagged({ app: "demo", stack: "dev" });
            await on("aws", app("create"));
            delete invokes[token];
            await assert.rejects(on("aws", app("existing")), /no OIDC provider for GitHub.*docs\/account\.md/);
            assert.equal((await on("aws", app("create"))).of(iam.OpenIdConnectProvider).length, 1);
        } finally {
            invokes[token] = answer;
        }
    });

    it("says as whom a workflow signs in", () => {
        assert.equal(plans.aws.outputs.deployer, "${demo-dev-deployer.arn}");
        assert.equal(plans.gcp.outputs.deployer, "${demo-dev-deployer-account.email}");
        assert.equal(plans.gcp.outputs.deployerProvider, "${demo-dev-deployer-github.name}");
    });

    it("is there only when asked for", async () => {
        const { aws, gcp } = await todoOnBoth();

        assert.ok(!("deployer" in aws.outputs) && !("deployer" in gcp.outputs));
        assert.deepEqual(gcp.of(gcpIam.WorkloadIdentityPool), []);
    });
});
