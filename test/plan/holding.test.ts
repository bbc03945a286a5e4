import assert from "node:assert/strict";

import { diff } from "../../plan/diff";
import { composedSecrets } from "../../plan/holding";
import { planOf } from "../../plan/plan";
import { snapshotOfPlan } from "../../plan/snapshot";
import { clouds, type AppInput, type Cloud } from "../../topology/app";
import { resolve } from "../../topology/validate";

const service = { image: { reference: "example/api:1.0" }, ports: { http: 80 }, health: { path: "/" } };

/** What a change of an app's parts would lose on a cloud: type and the inputs that are to blame. */
async function losses(cloud: Cloud, before: Partial<AppInput>, after: Partial<AppInput>): Promise<string[]> {
    const config = {
        "twinstack:app": "demo",
        "twinstack:cloud": cloud,
        "twinstack:environment": "dev",
        "aws:region": "ap-northeast-1",
        "gcp:project": "my-project",
        "gcp:region": "asia-northeast1",
    };
    const planned = async (parts: Partial<AppInput>) => {
        const demo: AppInput = { name: "demo", services: { api: service }, ...parts };
        return snapshotOfPlan(await planOf(resolve({ stack: "dev", config }, { demo })));
    };
    const [from, to] = [await planned(before), await planned(after)];
    return diff(from, to).dangers.map(({ type, properties }) =>
        [type.split(":").at(-1), ...properties.filter(({ replaces }) => replaces).map(({ path }) => path)].join(" "),
    );
}

describe("What holds data", () => {
    it("moves on GCP when a bucket gets a second region, and stays on AWS", async () => {
        const assets = (replicate: boolean) => ({ buckets: { assets: { versioned: true, replicate } } });

        assert.deepEqual(await losses("gcp", assets(false), assets(true)), ["Bucket location"]);
        assert.deepEqual(await losses("aws", assets(false), assets(true)), []);
    });

    it("is lost with another key of a table, where tables have keys of their own", async () => {
        const facts = (name: string) => ({ tables: { facts: { partitionKey: { name } } } });

        assert.deepEqual(await losses("aws", facts("id"), facts("fact")), ["Table hashKey"]);
        assert.deepEqual(await losses("gcp", facts("id"), facts("fact")), []);
    });

    for (const cloud of clouds)
        it(`survives a key more in a set of secrets, and a size of a cache, on ${cloud}`, async () => {
            const parts = (keys: string[], memory: number) => ({
                secrets: { keys: { keys } },
                caches: {
                    redis: { gcp: { memory }, aws: { nodeType: `cache.t4g.${memory > 1 ? "small" : "micro"}` } },
                },
            });
            assert.deepEqual(await losses(cloud, parts(["FIRST"], 1), parts(["FIRST", "SECOND"], 2)), []);
        });

    for (const cloud of clouds) {
        const using = (env: Record<string, string>, secrets: string[] = []): Partial<AppInput> => ({
            services: { api: { ...service, uses: ["db"], env, secrets } },
            databases: { db: {} },
        });

        it(`is not a secret that is composed of what stays, on ${cloud}`, async () => {
            const url = "postgresql+asyncpg://${db.user}:${db.password}@${db.host}/${db.name}";
            assert.deepEqual(await losses(cloud, using({ ORM_URL: url }), using({})), []);
        });

        it(`is a secret whose value is its owner's, on ${cloud}`, async () => {
            assert.deepEqual((await losses(cloud, using({}, ["API_TOKEN"]), using({}))).sort(), [
                "RandomPassword",
                "Secret",
            ]);
        });

        it(`is the password, not the secret that tells it, when a database goes, on ${cloud}`, async () => {
            const lost = await losses(cloud, using({}), { databases: {} });
            assert.ok(lost.includes("RandomPassword"), lost.join());
            assert.ok(!lost.includes("Secret"), lost.join());
        });
    }

    it("is a secret of which a state does not say what its value comes from", () => {
        const secret = {
            urn: "urn:pulumi:dev::p::aws:secretsmanager/secret:Secret::x",
            type: "",
            name: "x",
            inputs: {},
        };
        const type = "aws:secretsmanager/secretVersion:SecretVersion";
        const version = { type, urn: "v", name: "v", inputs: {}, propertyDependencies: { secretId: [secret.urn] } };
        assert.deepEqual([...composedSecrets({ resources: [secret, version] })], []);
    });
});
