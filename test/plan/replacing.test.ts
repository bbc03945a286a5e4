import assert from "node:assert/strict";

import { apps } from "../../apps";
import { planOf } from "../../plan/plan";
import { holding } from "../../plan/holding";
import { inheritsTags, replacedBy, replacing } from "../../plan/replacing";
import { table } from "../../plan/replacing/rules";
import { clouds, environmentNames, targets, type AppInput, type Cloud } from "../../topology/app";
import { resolve } from "../../topology/validate";
import { stackOf } from "../components/stack";
import { everything, full } from "../everything";

/** Types of everything that a plan registers. */
async function typesOf(app: AppInput, cloud: Cloud, environment: "dev" | "staging" | "prod", overrides = {}) {
    const { resources } = await planOf(stackOf(app, cloud, environment, { overrides, domain: true }));
    return resources.filter(({ custom }) => custom).map(({ type }) => type);
}

describe("The table of what replaces a resource", () => {
    for (const cloud of clouds)
        it(`has a row for every type of every plan on ${cloud}`, async () => {
            const types = new Set<string>();
            for (const environment of environmentNames) {
                for (const app of Object.values(apps))
                    for (const type of await typesOf(app, cloud, environment)) types.add(type);
                for (const type of await typesOf(apps.todo, cloud, environment, full.todo())) types.add(type);
                for (const overrides of [{}, full.everything()])
                    for (const type of await typesOf(everything, cloud, environment, overrides)) types.add(type);
            }
            assert.ok(types.size > 60);
            assert.deepEqual(
                [...types].filter((type) => !Object.hasOwn(replacing, type)),
                [],
                "plan/replacing/ lacks these types",
            );
        });

    it("has a row for every type of a local plan", async () => {
        // A laptop has no queues.
        const web = {
            ...everything.services.web,
            uses: everything.services.web.uses.filter((part) => part !== "mail"),
        };
        const local = { ...everything, services: { ...everything.services, web }, queues: {} };
        const config = { "twinstack:app": "all", "twinstack:cloud": targets[2], "twinstack:environment": "dev" };
        const stack = resolve<"local">({ stack: "dev", config }, { all: local });
        const { resources } = await planOf(stack);
        const types = new Set(resources.filter(({ custom }) => custom).map(({ type }) => type));
        assert.deepEqual(
            [...types].filter((type) => !Object.hasOwn(replacing, type)),
            [],
        );
    });

    it("has a row for everything that holds data", () => {
        assert.deepEqual(
            Object.keys(holding).filter((type) => !Object.hasOwn(replacing, type)),
            [],
        );
    });

    it("says of AWS what its provider answers", () => {
        const rds = "aws:rds/instance:Instance";
        assert.deepEqual(replacedBy(rds, { username: "a", instanceClass: "x" }, { username: "b" }), ["username"]);
        assert.deepEqual(replacedBy(rds, { identifier: "a" }, { identifier: "b" }), []);
        const record = "aws:route53/record:Record";
        assert.deepEqual(replacedBy(record, { name: "a", type: "A" }, { name: "b", type: "AAAA" }), ["name"]);
        assert.deepEqual(replacedBy(record, { type: "A" }, { type: "AAAA" }), []);
        assert.deepEqual(replacedBy("aws:s3/bucket:Bucket", { region: "us-east-1" }, { region: "us-west-2" }), [
            "region",
        ]);
        assert.deepEqual(replacedBy("aws:iam/role:Role", { region: "a" }, { region: "b" }), []);
    });

    it("takes a certificate's names for one set, with its own among them", () => {
        const [domainName, www] = ["example.com", "www.example.com"];
        const renamed = (from?: string[], to?: string[]) =>
            replacedBy(
                "aws:acm/certificate:Certificate",
                { domainName, subjectAlternativeNames: from },
                { domainName, subjectAlternativeNames: to },
            );
        assert.deepEqual(renamed(undefined, [domainName]), []);
        assert.deepEqual(renamed([www], [domainName, www]), []);
        assert.deepEqual(renamed([domainName, www], [domainName]), ["subjectAlternativeNames"]);
        assert.deepEqual(renamed([domainName], [domainName, www]), ["subjectAlternativeNames"]);
        // Why all are always said.
        assert.deepEqual(renamed([www], undefined), []);
    });

    it("says of Google Cloud what its provider's source says", () => {
        const sql = "gcp:sql/databaseInstance:DatabaseInstance";
        assert.deepEqual(replacedBy(sql, { databaseVersion: "POSTGRES_15" }, { databaseVersion: "POSTGRES_16" }), []);
        assert.deepEqual(replacedBy(sql, { region: "a" }, { region: "b" }), ["region"]);
        const disk = (diskSize: number, diskAutoresize: boolean) => ({ settings: { diskSize, diskAutoresize } });
        assert.deepEqual(replacedBy(sql, disk(20, false), disk(10, false)), ["settings.diskSize"]);
        assert.deepEqual(replacedBy(sql, disk(20, true), disk(10, true)), []);
        assert.deepEqual(replacedBy(sql, disk(10, false), disk(20, false)), []);
    });

    it("keeps a subnet that grows and replaces one that shrinks or moves", () => {
        const subnet = (from: string, to: string) =>
            replacedBy("gcp:compute/subnetwork:Subnetwork", { ipCidrRange: from }, { ipCidrRange: to });
        assert.deepEqual(subnet("10.0.1.0/24", "10.0.0.0/23"), []);
        assert.deepEqual(subnet("10.0.0.0/23", "10.0.1.0/24"), ["ipCidrRange"]);
        assert.deepEqual(subnet("10.0.1.0/24", "10.1.1.0/24"), ["ipCidrRange"]);
    });

    it("looks into blocks, wherever in a list they are", () => {
        const trigger = (value: string, extra: object[] = []) => ({
            matchingCriterias: [{ attribute: "type", value }, ...extra],
        });
        const type = "gcp:eventarc/trigger:Trigger";
        assert.deepEqual(replacedBy(type, trigger("a"), trigger("b")), ["matchingCriterias.value"]);
        assert.deepEqual(replacedBy(type, trigger("a"), trigger("a", [{ attribute: "x", value: "y" }])), [
            "matchingCriterias.attribute",
            "matchingCriterias.value",
        ]);
    });

    it("tells strategies of ECS that change in place from those that appear or go", () => {
        const service = (strategies?: object[]) => ({
            forceNewDeployment: true,
            capacityProviderStrategies: strategies,
        });
        const type = "aws:ecs/service:Service";
        assert.deepEqual(replacedBy(type, service([{ weight: 1 }]), service([{ weight: 2 }])), []);
        assert.deepEqual(replacedBy(type, service([{ weight: 1 }]), service()), ["capacityProviderStrategies"]);
    });

    it("takes a version of a cache that goes down for a new cache", () => {
        const version = (from: string, to: string) => [
            ...replacedBy("gcp:redis/instance:Instance", { redisVersion: from }, { redisVersion: to }),
        ];
        assert.deepEqual(version("REDIS_7_2", "REDIS_6_X"), ["redisVersion"]);
        assert.deepEqual(version("REDIS_6_X", "REDIS_7_2"), []);
    });

    it("takes a default that is said for no change, and what is left out for what it was", () => {
        const rows = table("x", { "a:b": "kind=plain zone~" });
        assert.deepEqual(
            rows["x:a:b"].map(({ path, stays, standsFor }) => [path, stays, standsFor]),
            [
                ["kind", false, "plain"],
                ["zone", true, undefined],
            ],
        );
        const type = "aws:ecs/service:Service";
        assert.deepEqual(replacedBy(type, {}, { schedulingStrategy: "REPLICA" }), []);
        assert.deepEqual(replacedBy(type, {}, { schedulingStrategy: "DAEMON" }), ["schedulingStrategy"]);
        assert.deepEqual(replacedBy(type, { launchType: "FARGATE" }, {}), []);
    });

    it("refuses a row with a condition that there is not", () => {
        assert.throws(() => table("x", { "a:b": "kind:sometimes" }), /no rule: kind:sometimes/);
    });

    it("knows what has its provider's tags", () => {
        assert.ok(inheritsTags("aws:rds/instance:Instance"));
        assert.ok(!inheritsTags("aws:route53/record:Record"));
        assert.ok(inheritsTags("gcp:storage/bucket:Bucket"));
        assert.ok(!inheritsTags("gcp:compute/network:Network"));
    });
});
