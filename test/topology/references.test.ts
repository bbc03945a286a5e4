import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { variablesDocument } from "../../scripts/variables-doc";
import { piecesOf, referenceFields, withoutReferences } from "../../topology/references";
import {
    bucketVariables,
    cacheVariables,
    callVariables,
    databaseVariables,
    filesystemVariables,
    tableVariables,
} from "../../topology/variables";
import type { AppInput } from "../../topology/app";
import { resolve, ProblemsError } from "../../topology/validate";

const service = { image: { reference: "registry.example.com/web:1" }, ports: { http: 80 }, health: { path: "/" } };
const shop = (env: Record<string, string>, more: object = {}): AppInput => ({
    name: "shop",
    services: { web: { ...service, env, ...more }, back: { ...service, routes: [] } },
    databases: { db: {} },
    caches: { redis: {} },
    filesystems: { files: {} },
    secrets: { keys: { keys: ["API_KEY"] } },
});
const settings = (cloud: string, overrides: object = {}) => ({
    stack: "dev",
    config: {
        "twinstack:app": "shop",
        "twinstack:cloud": cloud,
        "twinstack:environment": "dev",
        "twinstack:overrides": overrides,
        "aws:region": "ap-northeast-1",
        "gcp:region": "asia-northeast1",
        "gcp:project": "example-project",
    },
});
const web = (app: AppInput, overrides = {}) => resolve(settings("aws", overrides), { shop: app }).app.services.web;
function problems(app: AppInput, cloud = "aws") {
    try {
        resolve(settings(cloud), { shop: app });
    } catch (error) {
        if (error instanceof ProblemsError)
            return error.problems.map(({ path, found, allowed }) => [
                path.replace("apps/shop.ts: services.", ""),
                found,
                allowed,
            ]);
        throw error;
    }
    return [];
}

describe("References", () => {
    it("have one list of fields, which is what the environment contract gives", () => {
        const ofFields = (kind: keyof typeof referenceFields, part: string) =>
            referenceFields[kind].flatMap((field) => field.variable?.(part) ?? []).sort();

        for (const name of ["db", "orders-db"])
            assert.deepEqual(ofFields("databases", name), databaseVariables(name, 1).sort());
        assert.deepEqual(ofFields("caches", "redis"), cacheVariables("redis").sort());
        assert.deepEqual(ofFields("memcached", "sessions"), cacheVariables("sessions", "memcached").sort());
        assert.deepEqual(ofFields("tables", "facts"), tableVariables("facts").sort());
        assert.deepEqual(ofFields("buckets", "assets"), bucketVariables("assets").sort());
        assert.deepEqual(ofFields("filesystems", "files"), filesystemVariables("files").sort());
        assert.deepEqual(ofFields("services", "back"), callVariables("back").sort());
    });

    it("are what docs/variables.md says: npm run golden", async () => {
        assert.equal(readFileSync("docs/variables.md", "utf8"), await variablesDocument());
    });

    it("are told from text, in which $${ is ${", () => {
        assert.deepEqual(piecesOf("a${db.host}b$${c}${redis.url}"), [
            { text: "a" },
            { part: "db", field: "host", written: "${db.host}" },
            { text: "b${c}" },
            { part: "redis", field: "url", written: "${redis.url}" },
        ]);
        for (const text of ["", "$", "$5", "a$${b", "${", "${x.y}", "$${{}", "{}$"])
            assert.deepEqual(piecesOf(withoutReferences(text)), text ? [{ text }] : []);
    });

    it("imply what they refer to, which the resolved app says", () => {
        const { uses, calls } = web(shop({ A: "${db.host}", B: "${db.port}", C: "${back.url}", D: "${keys.API_KEY}" }));
        assert.deepEqual([uses, calls], [["db", "keys"], ["back"]]);
        assert.deepEqual(web(shop({ A: "${db.host}" }, { uses: ["db"] })).uses, ["db"]);
        assert.deepEqual(web(shop({ A: "${files.path}" }, { mounts: { files: "/data" } })).mounts, { files: "/data" });
    });

    it("may be said by an environment's refinement or a stack's overrides", () => {
        const overrides = { services: { web: { env: { A: "${redis.host}" } } } };
        assert.deepEqual(web(shop({ A: "x" }), overrides).uses, ["redis"]);
    });

    it("to what is not there are refused, with what was probably meant", () => {
        assert.deepEqual(problems(shop({ A: "${dd.host}:${dd.port}" })), [
            [
                "web.env.A",
                '"${dd.host}": the app has no dd to refer to',
                "did you mean db? one of db, redis, files, keys or back",
            ],
        ]);
        assert.deepEqual(problems(shop({ A: "${db.hots}" })), [
            [
                "web.env.A",
                '"${db.hots}": db has no hots',
                "did you mean host? one of host, port, name, user, password, url, tls, sslmode or pgSslmode",
            ],
        ]);
        assert.match(problems(shop({ A: "${db.replicaHost}" }))[0][1], /no replicaHost/);
        assert.match(problems(shop({ A: "${HOME}/x" }))[0].join(), /"\$\{HOME\}", which is no reference,.*\$\$\{/);
        assert.match(problems(shop({ A: "${db.host" }))[0][1], /"\$\{", which is no reference/);
        assert.match(problems(shop({ A: "${web.url}" }))[0][1], /refers to the service itself/);
        assert.match(problems(shop({ A: "${files.path}" }))[0].join(), /does not mount,mounts, with the path/);
        assert.match(
            problems(shop({ A: "${keys.API_KEY}!" }))[0].join(),
            /as a part of a value,\$\{keys.API_KEY\} alone/,
        );
        assert.deepEqual(problems(shop({ A: "${keys.API_KEY}" })), []);
    });

    it("let a service say a contract's variable of that part otherwise, and no other", () => {
        assert.deepEqual(problems(shop({ DATABASE_URL: "${db.url}&pool=1", DB_HOST: "${db.host}" })), []);
        assert.deepEqual(problems(shop({ DB_HOST: "elsewhere", A: "${db.port}" })), [
            ["web.env.DB_HOST", "DB_HOST, which the database db sets", "a name of its own"],
        ]);
        assert.equal(problems(shop({ DB_HOST: "${redis.host}", A: "${db.port}" })).length, 1);
    });

    it("that are composed with a secret have a name for it that no other secret has", () => {
        const twice = shop({ api_key: "${db.url}!" }, { secrets: ["API_KEY"] });
        assert.match(problems(twice)[0][1], /api_key, which makes the same secret as API_KEY of web/);
        assert.deepEqual(problems(shop({ api_key: "${db.host}!" }, { secrets: ["API_KEY"] })), []);
    });

    it("may lead in a circle, as calls may", () => {
        const app = shop({ A: "${back.url}" });
        app.services.back = { ...app.services.back, env: { B: "${web.url}" } };
        assert.deepEqual(problems(app), []);
    });
});
