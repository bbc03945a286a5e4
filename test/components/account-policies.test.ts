import assert from "node:assert/strict";

import * as iam from "@pulumi/aws/iam";

import { apps } from "../../apps";
import { actions, each, nowhere } from "../../components/aws/actions";
import { documents, longestPolicy, mostPolicies, named, reading, writing } from "../../components/aws/grants";
import type { Plan } from "../../plan/plan";
import { everything, full } from "../everything";
import { plan, type TestPlan } from "../recorded";
import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import { accountId, arn, arnOf, may, policiesOf, statementsOf, type Request } from "./policies";
import { plansOn } from "./plans";
import { account, on, stackOf } from "./stack";

const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

describe("What the account's roles may on AWS", () => {
    let made: TestPlan;
    let preview: string[];
    let deploying: string[];
    let boundary: string;
    let plans: Plan[];
    const boundaryArn = "${account-prod-boundary.arn}";
    const bounded = { "iam:PermissionsBoundary": boundaryArn };
    before(async function () {
        this.timeout(120_000);
        made = await plan(() => deploy(stackOf(account, "aws", "prod"), plannedGates()), { stack: "prod" });
        preview = policiesOf(made, "preview");
        deploying = policiesOf(made, "deploy");
        boundary = String(made.one(iam.Policy, "-boundary").inputs.policy);
        plans = await plansOn("aws");
    });
    const made_ = (plan: Plan) => plan.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));

    it("know every type that a plan makes, with what makes, reads and deletes it", () => {
        const types = new Set(plans.flatMap(made_).map(({ type }) => type));
        assert.deepEqual(
            [...types].filter((type) => !nowhere.has(type) && !Object.hasOwn(actions, type)),
            [],
        );
        assert.deepEqual(
            Object.keys(actions).filter((type) => !types.has(type)),
            [],
            "types that no plan makes any more",
        );
        // What is set on something else is deleted by setting it; what waits for something else makes nothing.
        const only =
            /Validation:|Attachment|Controls|Block:|Versioning|Encryption|backupPolicy|TopicPolicy|queuePolicy|redrive|CapacityProviders|docker-build/;
        for (const [type, said] of Object.entries(actions)) {
            const all = each(said);
            assert.ok(
                all.some((action) => /:(Describe|Get|List|BatchGet)/.test(action)),
                `${type} cannot be read`,
            );
            if (only.test(type)) continue;
            assert.ok(
                all.some((action) =>
                    /:(Create|Put|Register|Request|Allocate|Run|Authorize|Change|Subscribe|Associate)/.test(action),
                ),
                `${type} cannot be made`,
            );
            assert.ok(
                all.some((action) =>
                    /:(Delete|Remove|Deregister|Release|Revoke|Change|Unsubscribe|Put|Disassociate)/.test(action),
                ),
                `${type} cannot be deleted`,
            );
        }
    });

    it("begin their names' ARNs with what begins every name that a plan gives", () => {
        const named_ = plans.flatMap((plan) =>
            made_(plan)
                .filter(({ type }) => type.startsWith("aws:"))
                .flatMap(({ type, name, inputs }) => {
                    // A name that says nothing of its own is made up from the resource's.
                    const said = inputs.name ?? inputs.identifier ?? inputs.family ?? inputs.dashboardName;
                    return [{ app: plan.app, type, name: typeof said === "string" ? said : name }];
                }),
        );
        const outside = named_.filter(({ app, type, name }) => {
            const [key, of] = arnOf[type] ?? [];
            if (!key || !of) return false;
            const grant = { Effect: "Allow" as const, Action: "x:Y", Resource: named[key](app) };
            const text = JSON.stringify({ Statement: [grant] });
            return !may([text], { action: "x:Y", resource: of(name) });
        });
        assert.deepEqual(outside, []);
        assert.ok(new Set(named_.map(({ type }) => type)).size > 40);
    });

    const requests: [who: "preview" | "deploy", what: string, request: Request, allowed: boolean][] = [
        ["preview", "look at a cluster", { action: "ecs:DescribeClusters", resource: arn("ecs", "cluster/x") }, true],
        ["preview", "make one", { action: "ecs:CreateCluster", resource: arn("ecs", "cluster/todo-x") }, false],
        [
            "preview",
            "read a secret",
            { action: "secretsmanager:GetSecretValue", resource: arn("secretsmanager", "secret:todo-x") },
            false,
        ],
        ["deploy", "make a cluster", { action: "ecs:CreateCluster", resource: arn("ecs", "cluster/todo-x") }, true],
        [
            "deploy",
            "delete another app's cluster",
            { action: "ecs:DeleteCluster", resource: arn("ecs", "cluster/bank-x") },
            false,
        ],
        [
            "deploy",
            "delete its own network",
            { action: "ec2:DeleteVpc", resource: arn("ec2", "vpc/1"), context: { "aws:ResourceTag/app": "todo" } },
            true,
        ],
        [
            "deploy",
            "delete another app's network",
            { action: "ec2:DeleteVpc", resource: arn("ec2", "vpc/1"), context: { "aws:ResourceTag/app": "bank" } },
            false,
        ],
        ["deploy", "make a role without bounds", { action: "iam:CreateRole", resource: role("todo-x") }, false],
        [
            "deploy",
            "make one within the boundary",
            { action: "iam:CreateRole", resource: role("todo-x"), context: bounded },
            true,
        ],
        [
            "deploy",
            "make one within other bounds",
            {
                action: "iam:CreateRole",
                resource: role("todo-x"),
                context: { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" },
            },
            false,
        ],
        [
            "deploy",
            "make a role of another name",
            { action: "iam:CreateRole", resource: role("admin"), context: bounded },
            false,
        ],
        [
            "deploy",
            "give a role without bounds a policy",
            { action: "iam:PutRolePolicy", resource: role("todo-x") },
            false,
        ],
        [
            "deploy",
            "take the bounds away",
            { action: "iam:DeleteRolePermissionsBoundary", resource: role("todo-x"), context: bounded },
            false,
        ],
        [
            "deploy",
            "attach a policy of AWS's",
            { action: "iam:AttachRolePolicy", resource: role("todo-x"), context: bounded },
            false,
        ],
        [
            "deploy",
            "change its own role",
            { action: "iam:PutRolePolicy", resource: role("twinstack-deploy"), context: bounded },
            false,
        ],
        [
            "deploy",
            "change who may be it",
            { action: "iam:UpdateAssumeRolePolicy", resource: role("twinstack-deploy") },
            false,
        ],
        [
            "deploy",
            "change the boundary",
            {
                action: "iam:CreatePolicyVersion",
                resource: `arn:aws:iam::${accountId}:policy/twinstack-boundary`,
                context: bounded,
            },
            false,
        ],
        [
            "deploy",
            "hand ECS an app's role",
            {
                action: "iam:PassRole",
                resource: role("todo-x"),
                context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
            },
            true,
        ],
        [
            "deploy",
            "hand EC2 one",
            {
                action: "iam:PassRole",
                resource: role("todo-x"),
                context: { "iam:PassedToService": "ec2.amazonaws.com" },
            },
            false,
        ],
        [
            "deploy",
            "hand ECS an administrator's role",
            {
                action: "iam:PassRole",
                resource: role("admin"),
                context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
            },
            false,
        ],
        [
            "deploy",
            "make a user",
            { action: "iam:CreateUser", resource: `arn:aws:iam::${accountId}:user/todo-x` },
            false,
        ],
        [
            "deploy",
            "open the state's bucket",
            { action: "s3:PutBucketPolicy", resource: "arn:aws:s3:::account-prod-state-1234567" },
            false,
        ],
    ];
    for (const [who, what, request, allowed] of requests)
        it(`${allowed ? "let" : "do not let"} who ${who === "preview" ? "previews" : "deploys"} ${what}`, () => {
            assert.equal(may(who === "preview" ? preview : deploying, request), allowed);
        });

    it("bound what a role of an app's can be given, whatever its policies say", () => {
        const admin = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
        const within = (action: string, resource: string) => may([admin], { action, resource }, boundary);
        assert.ok(within("s3:GetObject", "arn:aws:s3:::todo-prod-assets-1234567/a"));
        assert.ok(within("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:todo-x")));
        const never: [string, string][] = [
            ["iam:CreateUser", `arn:aws:iam::${accountId}:user/x`],
            ["iam:PutRolePolicy", role("todo-x")],
            ["iam:PassRole", role("admin")],
            ["sts:AssumeRole", role("admin")],
            ["secretsmanager:GetSecretValue", arn("secretsmanager", "secret:bank")],
            ["s3:GetObject", "arn:aws:s3:::bank/a"],
            ["s3:DeleteObject", "${account-prod-state.arn}/a"],
            ["kms:Decrypt", arn("kms", "key/1")],
            ["ec2:DeleteVpc", arn("ec2", "vpc/1")],
        ];
        for (const [action, resource] of never) assert.equal(within(action, resource), false, action);
    });

    it("bound nothing that a plan's own roles need", () => {
        const bounds = statementsOf(boundary).flatMap(({ Effect, Action }) => (Effect === "Allow" ? Action : []));
        const needed = plans
            .flatMap(made_)
            .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
            .flatMap(({ inputs }) => statementsOf(inputs.policy).flatMap(({ Action }) => Action));
        assert.ok(needed.length > 100);
        assert.deepEqual(
            [...new Set(needed)].filter((action) => !bounds.includes(action)),
            [],
        );
    });

    it("fit in as many policies as a role can have, each as long as one can be, for a dozen apps of long names", () => {
        const long = Array.from({ length: 12 }, (_, index) => `an-app-of-long-name-${index}`);
        for (const names of [["a"], Object.keys(apps), long]) {
            const all = [...documents(reading()), ...documents(writing(names, "x".repeat(100)))];
            assert.ok(all.length <= mostPolicies, `${names.length} apps need ${all.length} policies`);
            for (const Statement of all) {
                const { length } = JSON.stringify({ Version: "2012-10-17", Statement });
                assert.ok(length <= longestPolicy, `a policy of ${length} characters`);
            }
        }
        for (const { inputs } of made.of(iam.Policy))
            assert.ok(String(inputs.policy).length <= longestPolicy, `${String(inputs.name)}`);
    });

    it("are on every role of a stack that is told of the boundary, and on none of one that is not", async () => {
        const arn = `arn:aws:iam::${accountId}:policy/twinstack-boundary`;
        const { name: _, ...app } = everything;
        const bound = await on("aws", app, "prod", {
            "twinstack:permissionsBoundary": arn,
            "twinstack:overrides": full.everything!(),
        });
        const roles = bound.of(iam.Role);
        assert.ok(roles.length > 8);
        assert.deepEqual([...new Set(roles.map(({ inputs }) => inputs.permissionsBoundary))], [arn]);

        const free = await on("aws", app, "prod", { "twinstack:overrides": full.everything!() });
        assert.ok(free.of(iam.Role).every(({ inputs }) => inputs.permissionsBoundary === undefined));
    });
});
