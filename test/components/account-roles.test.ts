import assert from "node:assert/strict";

import * as projects from "@pulumi/gcp/projects";

import { granted, nowhere, predefined, rolesOf } from "../../components/gcp/predefined";
import type { Plan } from "../../plan/plan";
import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import { plan, type TestPlan } from "../recorded";
import { plansOn } from "./plans";
import { account, stackOf } from "./stack";

describe("What the account's service accounts may on GCP", () => {
    let made: TestPlan;
    let plans: Plan[];
    before(async function () {
        this.timeout(120_000);
        made = await plan(() => deploy(stackOf(account, "gcp", "prod"), plannedGates()), { stack: "prod" });
        plans = await plansOn("gcp");
    });
    const resources = () =>
        plans.flatMap((each) => each.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")));
    const bound = (kind: "preview" | "deploy") =>
        made.of(projects.IAMMember).filter(({ inputs }) => String(inputs.member) === `\${account-prod-${kind}.member}`);

    it("know every type that a plan makes", () => {
        const types = new Set(resources().map(({ type }) => type));
        assert.ok(types.size > 60);
        assert.deepEqual(
            [...types].filter((type) => !nowhere.has(type) && !Object.hasOwn(predefined, type)),
            [],
        );
        assert.deepEqual(
            Object.keys(predefined).filter((type) => !types.has(type)),
            [],
            "types that no plan makes any more",
        );
    });

    it("are the roles of the table, each once, in the project", () => {
        for (const kind of ["preview", "deploy"] as const) {
            const roles = bound(kind).map(({ inputs }) => String(inputs.role).replace("roles/", ""));
            assert.deepEqual(roles.sort(), rolesOf(kind));
        }
        for (const role of ["run.admin", "cloudsql.admin", "secretmanager.admin"])
            assert.ok(rolesOf("deploy").includes(role), role);
    });

    it("are for looking alone where somebody previews, and read no secret, document or log", () => {
        for (const role of rolesOf("preview")) assert.match(role, /(viewer|Viewer|reader|securityReviewer)$/);
        const tell = ["datastore.viewer", "logging.viewer", "secretmanager.secretAccessor", "storage.objectViewer"];
        assert.deepEqual(
            rolesOf("preview").filter((role) => tell.includes(role)),
            [],
        );
    });

    it("let nobody who deploys make himself an owner, or say who may sign in", () => {
        const never = ["owner", "editor", "iam.securityAdmin", "iam.workloadIdentityPoolAdmin", "iam.denyAdmin"];
        assert.deepEqual(
            rolesOf("deploy").filter((role) => never.includes(role)),
            [],
        );
        const [admin] = bound("deploy").filter(({ inputs }) => inputs.role === "roles/resourcemanager.projectIamAdmin");
        assert.equal(
            admin.inputs.condition?.expression,
            'api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(' +
                '["roles/cloudtrace.agent","roles/datastore.user","roles/workflows.invoker"])',
        );
    });

    it("let who deploys grant in the project exactly what plans grant there", () => {
        const roles = resources()
            .filter(({ type }) => type === "gcp:projects/iAMMember:IAMMember")
            .map(({ inputs }) => String(inputs.role).replace("roles/", ""));
        assert.deepEqual([...new Set(roles)].sort(), granted);
    });

    it("leave the bucket of the state alone but for its objects", () => {
        const [storage] = bound("deploy").filter(({ inputs }) => inputs.role === "roles/storage.admin");
        assert.equal(
            storage.inputs.condition?.expression,
            '!resource.name.startsWith("projects/_/buckets/${account-prod-state.name}")',
        );
    });
});
