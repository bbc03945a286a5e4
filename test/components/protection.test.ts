import assert from "node:assert/strict";

import type { PlanResource } from "../../plan/record";
import { clouds, type AppInput, type Cloud, type Refinement } from "../../topology/app";
import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import { everything, full } from "../everything";
import { plan } from "../recorded";
import { stackOf } from "./stack";

/** The app with a part of every kind, which has a registry and a CDN as well. */
const app: AppInput = {
    ...everything,
    services: {
        ...everything.services,
        web: { ...everything.services.web, image: { context: "workloads/todo" }, secrets: ["TOKEN"] },
    },
    cdn: { host: "static.example.com", origins: { assets: { bucket: "assets" } } },
};

const resourcesOf = async (cloud: Cloud, part: Refinement = {}): Promise<PlanResource[]> => {
    const { cdn: _, ...overrides } = full.everything() as Refinement;
    const stack = stackOf(app, cloud, "prod", { overrides: merged(overrides, part) });
    return (await plan(() => deploy(stack, plannedGates()), { stack: "prod" })).resources;
};

const merged = <T extends object>(base: T, over: object): T => {
    const copy = { ...base } as Record<string, unknown>;
    for (const [key, value] of Object.entries(over)) {
        const old = copy[key];
        copy[key] =
            typeof old === "object" && typeof value === "object" ? merged(old as object, value as object) : value;
    }
    return copy as T;
};

/** What a part may be called by resources that hold its data: `<app>-<stack>-<part>`, and what begins so. */
const parts: Record<string, { said: Refinement; names: RegExp }> = {
    "a service": { said: { services: { web: { deletionProtection: false } } }, names: /^all-prod-web(-|$)/ },
    "a database": { said: { databases: { db: { deletionProtection: false } } }, names: /^all-prod-db(-|$)/ },
    "a cache": { said: { caches: { redis: { deletionProtection: false } } }, names: /^all-prod-redis(-|$)/ },
    "a table": { said: { tables: { facts: { deletionProtection: false } } }, names: /^all-prod-facts(-|$)/ },
    "a bucket": { said: { buckets: { assets: { deletionProtection: false } } }, names: /^all-prod-assets(-|$)/ },
    "a file system": { said: { filesystems: { files: { deletionProtection: false } } }, names: /^all-prod-files(-|$)/ },
    "a set of secrets": { said: { secrets: { keys: { deletionProtection: false } } }, names: /^all-prod-keys(-|$)/ },
    "the CDN": { said: { cdn: { deletionProtection: false } }, names: /^all-prod-cdn(-|$)/ },
};

describe("Protection from deletion", () => {
    for (const cloud of clouds) {
        let all: Map<string, PlanResource>;
        before(async () => {
            all = new Map((await resourcesOf(cloud)).map((resource) => [resource.urn, resource]));
        });

        for (const [what, { said, names }] of Object.entries(parts))
            it(`is lifted for ${what} alone on ${cloud}, and nothing else changes`, async () => {
                const changed = (await resourcesOf(cloud, said)).filter((resource) => {
                    const was = all.get(resource.urn);
                    assert.ok(was, `${resource.urn} is new`);
                    return JSON.stringify(was) !== JSON.stringify(resource);
                });
                // Cloud CDN holds nothing.
                if (what !== "the CDN" || cloud === "aws") assert.ok(changed.length > 0);
                for (const { name } of changed) assert.match(name, names);
                const unprotected = changed.filter(({ urn, protect }) => all.get(urn)!.protect && !protect);
                if (changed.length) assert.ok(unprotected.length > 0, "Pulumi would still refuse");
                const still = (await resourcesOf(cloud, said)).filter(
                    ({ name, protect }) => protect && names.test(name),
                );
                assert.deepEqual(still, [], "something of it is still protected");
            });
    }

    it("is on everything that a cloud would refuse to delete half-way: what the program says so of, it protects", async () => {
        for (const cloud of clouds)
            for (const { type, name, inputs, protect } of await resourcesOf(cloud)) {
                const refused =
                    (type === "aws:ecr/repository:Repository" && inputs.forceDelete !== true) ||
                    (type.endsWith("bucket:Bucket") && inputs.forceDestroy !== true) ||
                    inputs.deletionProtection === true ||
                    inputs.deletionProtectionEnabled === true ||
                    inputs.deleteProtectionState === "DELETE_PROTECTION_ENABLED" ||
                    (inputs.settings as { deletionProtectionEnabled?: boolean } | undefined)?.deletionProtectionEnabled;
                if (refused) assert.equal(protect, true, `${type} ${name}`);
            }
    });

    it("does not restart a database or a cache on the way out: changes wait for the window as before", async () => {
        const lifted = merged(parts["a database"].said, parts["a cache"].said);
        const servers = (await resourcesOf("aws", lifted)).filter(({ inputs }) => "applyImmediately" in inputs);
        assert.deepEqual([...new Set(servers.map(({ inputs }) => inputs.applyImmediately))], [false]);
        assert.ok(servers.length >= 2);
    });
});
