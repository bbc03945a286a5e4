import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as elasticache from "@pulumi/aws/elasticache";
import * as rds from "@pulumi/aws/rds";
import * as awsSecrets from "@pulumi/aws/secretsmanager";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as gcpSecrets from "@pulumi/gcp/secretmanager";
import * as sql from "@pulumi/gcp/sql";
import * as random from "@pulumi/random";

import { Gates, type Passage } from "../../components/gates";
import { deploy } from "../../stacks";
import { clouds, type AppInput, type Cloud } from "../../topology/app";
import { plan, type TestPlan } from "../recorded";
import { api } from "./data";
import { stackOf } from "./stack";

const app = (image = "registry.example.com/api:1", startSeconds = 60): AppInput => ({
    name: "demo",
    services: {
        api: {
            ...api,
            image: { reference: image },
            uses: ["db", "redis"],
            health: { ...api.health, startSeconds },
        },
        other: { ...api, routes: [] },
    },
    databases: { db: {} },
    caches: { redis: {} },
    jobs: { migrate: { service: "api", command: ["migrate"], run: "deployment" } },
});

const up = (cloud: Cloud, gates: Gates, what = app()): Promise<TestPlan> =>
    plan(() => deploy(stackOf(what, cloud, "dev"), gates), { stack: "dev" });

/** Gate → the attempt, where the resource has it. */
const attempts: Record<Cloud, (plan: TestPlan) => Record<string, unknown>> = {
    aws: (aws) => ({
        "demo-dev-api": Number(aws.one(ecs.Service, "-api").inputs.triggers?.attempt),
        "demo-dev-other": Number(aws.one(ecs.Service, "-other").inputs.triggers?.attempt),
        "demo-dev-db": aws.one(rds.Instance).inputs.passwordWoVersion,
        "demo-dev-redis": aws.one(elasticache.ReplicationGroup).inputs.authTokenWoVersion,
    }),
    gcp: (gcp) => ({
        "demo-dev-api": Number(gcp.one(cloudrunv2.Service, "-api").inputs.template.labels?.attempt),
        "demo-dev-other": Number(gcp.one(cloudrunv2.Service, "-other").inputs.template.labels?.attempt),
        "demo-dev-migrate": Number(gcp.one(random.RandomId, "-execution").inputs.keepers?.attempt),
        "demo-dev-db-user": gcp.one(sql.User).inputs.passwordWoVersion,
    }),
};

const passed = ({ outputs }: TestPlan) => outputs.passed as Record<string, Passage>;

/** The recorder runs no hooks. */
const gates = (remembered: Record<string, Passage>, attempt: number) =>
    new Gates(remembered, attempt, undefined, false);

/** Notes which hooks come to be read by the SDK, as it does of those that are among a resource's options. */
class Watched extends Gates {
    readonly handed = new Set<string>();

    override pass: Gates["pass"] = (name, what, make) =>
        Gates.prototype.pass.call(this, name, what, (attempt, hooks) => {
            const noted = (kind: "afterCreate" | "afterUpdate") => (this.handed.add(`${name} ${kind}`), hooks[kind]);
            return make(attempt, {
                get afterCreate() {
                    return noted("afterCreate");
                },
                get afterUpdate() {
                    return noted("afterUpdate");
                },
            });
        }) as never;
}

describe("Gates", () => {
    for (const cloud of clouds) {
        it(`gives everything whose success matters on ${cloud} the attempt of this up, until the stack remembers one that succeeded`, async () => {
            const first = await up(cloud, gates({}, 1000));
            assert.deepEqual([...new Set(Object.values(attempts[cloud](first)))], [1000]);
            assert.deepEqual(Object.keys(passed(first)).sort(), Object.keys(attempts[cloud](first)).sort());

            // A failed `up` writes no outputs: the next one remembers what this one did.
            const again = await up(cloud, gates({}, 2000));
            assert.deepEqual([...new Set(Object.values(attempts[cloud](again)))], [2000]);

            const settled = await up(cloud, gates(passed(again), 3000));
            assert.deepEqual(attempts[cloud](settled), attempts[cloud](again));
            assert.deepEqual(passed(settled), passed(again));
        });

        it(`tries on ${cloud} what has changed, and leaves alone what has not`, async () => {
            const remembered = passed(await up(cloud, gates({}, 1000)));

            const changed = await up(cloud, gates(remembered, 2000), app("registry.example.com/api:2", 90));
            const tried = Object.entries(attempts[cloud](changed)).filter(([, attempt]) => attempt === 2000);
            assert.deepEqual(
                tried.map(([gate]) => gate),
                cloud === "aws" ? ["demo-dev-api"] : ["demo-dev-api", "demo-dev-migrate"],
            );

            // Back to what succeeded once, after something else failed, is no change: that is what runs.
            const back = await up(cloud, gates(remembered, 3000));
            assert.deepEqual([...new Set(Object.values(attempts[cloud](back)))], [1000]);
        });
    }

    for (const cloud of clouds)
        it(`knows by hooks what has succeeded on ${cloud}: whoever passes one hands them on to its resource`, async () => {
            const watched = new Watched({}, 1, undefined, false);
            const worker = { image: api.image };
            const all = { ...app(), services: { ...app().services, worker } };
            const names = Object.keys(passed(await up(cloud, watched, all)));
            assert.ok(names.includes("demo-dev-worker"));
            assert.deepEqual(
                [...watched.handed].sort(),
                names.flatMap((name) => [`${name} afterCreate`, `${name} afterUpdate`]).sort(),
            );
        });

    it("refuses two of one name", () => {
        const two = gates({}, 1);
        const make = () => ({ id: "" }) as unknown as random.RandomId;
        two.pass("a", "what", make);
        assert.throws(() => two.pass("a", "what", make), /two gates are called a/);
    });

    it("tells nobody a database's or cache's new password before the server has it", async () => {
        const [aws, gcp] = await Promise.all(clouds.map((cloud) => up(cloud, gates({}, 1))));
        for (const [name, server] of [
            ["demo-dev-db-credentials-version", aws.one(rds.Instance)],
            ["demo-dev-redis-credentials-version", aws.one(elasticache.ReplicationGroup)],
        ] as const)
            assert.ok(
                aws.one(awsSecrets.SecretVersion, name).propertyDependencies.secretString.includes(server.urn),
                name,
            );
        const user = gcp.one(sql.User);
        for (const version of gcp.of(gcpSecrets.SecretVersion).filter(({ name }) => name.includes("-db-credentials-")))
            assert.ok(version.propertyDependencies.secretData.includes(user.urn), version.name);

        // Whoever reads it is deployed after that: by the version that it names, or that its tasks start with.
        const service = gcp.one(cloudrunv2.Service, "-api");
        const versions = aws.one(awsSecrets.SecretVersion, "-db-credentials-version").urn;
        assert.ok(service.dependencies.some((urn) => urn.endsWith("demo-dev-db-credentials-password-version")));
        assert.ok(aws.one(ecs.Service, "-api").propertyDependencies.triggers.includes(versions));
    });

    it("leaves the old version of a password readable on GCP: the revision that still serves reads it", async () => {
        const gcp = await up("gcp", gates({}, 1));
        const policies = (part: string) =>
            gcp.of(gcpSecrets.SecretVersion, part).map(({ inputs }) => inputs.deletionPolicy);
        assert.deepEqual(policies("-credentials-password-version"), ["ABANDON", "ABANDON"]);
        assert.deepEqual(policies("-credentials-url-version"), ["ABANDON", "ABANDON"]);
    });

    it("makes nothing in a Cloud SQL server before there is the server", async () => {
        const gcp = await up("gcp", gates({}, 1));
        const server = gcp.one(sql.DatabaseInstance).urn;
        for (const inside of [gcp.one(sql.Database), gcp.one(sql.User)])
            assert.ok(inside.dependencies.includes(server), inside.name);
    });

    it("keeps passwords themselves out of what a stack remembers", async () => {
        const aws = await up("aws", gates({}, 1));
        const { what } = passed(aws)["demo-dev-db"];
        assert.match(what, /^[0-9a-f]{16}$/);
        assert.ok(aws.of(random.RandomPassword).length > 0);
    });
});
