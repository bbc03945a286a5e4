import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as awsSecrets from "@pulumi/aws/secretsmanager";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as gcpSecrets from "@pulumi/gcp/secretmanager";

import { databaseFields } from "../../components/contract";
import type { AppInput } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { api } from "./data";
import { on } from "./stack";

const app = (env: Record<string, string>, more: object = {}, parts: Partial<AppInput> = {}) => ({
    services: { api: { ...api, env, ...more } },
    databases: { db: {} },
    caches: { redis: {} },
    ...parts,
});

interface Variables {
    plain: Record<string, unknown>;
    secret: Record<string, unknown>;
}
/** What the first container of the only task gets. */
function onAws(plan: TestPlan, family = "demo-dev-api"): Variables {
    const task = plan.of(ecs.TaskDefinition).find(({ name }) => name === family)!;
    const [container] = JSON.parse(String(task.inputs.containerDefinitions)) as {
        environment: { name: string; value: unknown }[];
        secrets: { name: string; valueFrom: unknown }[];
    }[];
    return {
        plain: Object.fromEntries(container.environment.map(({ name, value }) => [name, value])),
        secret: Object.fromEntries(container.secrets.map(({ name, valueFrom }) => [name, valueFrom])),
    };
}
function onGcp(plan: TestPlan, service = "demo-dev-api"): Variables {
    const { inputs } = plan.of(cloudrunv2.Service).find(({ name }) => name === service)!;
    const { envs } = (
        inputs.template as unknown as {
            containers: { envs: { name: string; value?: unknown; valueSource?: unknown }[] }[];
        }
    ).containers[0];
    return {
        plain: Object.fromEntries(envs.filter((each) => !each.valueSource).map(({ name, value }) => [name, value])),
        secret: Object.fromEntries(
            envs.filter((each) => each.valueSource).map(({ name, valueSource }) => [name, valueSource]),
        ),
    };
}

describe("A reference in a variable", () => {
    it("puts what the contract gives under the image's own name, in whatever form the image reads", async () => {
        const env = {
            WORDPRESS_DB_HOST: "${db.host}:${db.port}",
            JDBC: "jdbc:postgresql://${db.host}:${db.port}/${db.name}?user=${db.user}",
            TEMPLATE: "$${db.host}",
        };
        const [aws, gcp] = [await on("aws", app(env)), await on("gcp", app(env))];

        assert.equal(onAws(aws).plain.WORDPRESS_DB_HOST, "${demo-dev-db.address}:5432");
        assert.equal(onAws(aws).plain.JDBC, "jdbc:postgresql://${demo-dev-db.address}:5432/app?user=app");
        for (const { plain } of [onAws(aws), onGcp(gcp)]) assert.equal(plain.TEMPLATE, "${db.host}");
        assert.match(String(onGcp(gcp).plain.JDBC), /^jdbc:postgresql:\/\/\$\{demo-dev-db[^}]*\}:5432\/app\?user=app$/);
        assert.match(String(onGcp(gcp).plain.WORDPRESS_DB_HOST), /:5432$/);
        // Referring is using: the contract is there as well.
        for (const { plain, secret } of [onAws(aws), onGcp(gcp)]) {
            assert.equal(plain.DB_NAME, "app");
            assert.ok("DATABASE_URL" in secret);
        }
    });

    it("says of TLS what each client calls it, on each cloud", async () => {
        const env = { PGSSLMODE: "${db.pgSslmode}", SSL: "${db.sslmode}" };
        for (const { plain } of [onAws(await on("aws", app(env))), onGcp(await on("gcp", app(env)))])
            assert.deepEqual([plain.PGSSLMODE, plain.SSL], ["no-verify", "require"]);
        assert.deepEqual(databaseFields("postgres", "off"), { sslmode: "disable", pgSslmode: "disable", tls: "false" });
        assert.equal(databaseFields("mysql").pgSslmode, undefined);
    });

    it("to a secret field alone is that field's own secret under another name, and costs no further one", async () => {
        const env = { WORDPRESS_DB_PASSWORD: "${db.password}" };
        const [aws, gcp] = [await on("aws", app(env)), await on("gcp", app(env))];

        assert.deepEqual(
            aws.of(awsSecrets.Secret).map(({ name }) => name),
            ["demo-dev-db-credentials", "demo-dev-redis-credentials"],
        );
        const { secret } = onAws(aws);
        assert.equal(secret.WORDPRESS_DB_PASSWORD, secret.DB_PASSWORD);
        assert.match(String(secret.WORDPRESS_DB_PASSWORD), /:password::$/);
        const cloudRun = onGcp(gcp).secret;
        assert.deepEqual(cloudRun.WORDPRESS_DB_PASSWORD, cloudRun.DB_PASSWORD);
        const readers = gcp.of(gcpSecrets.SecretIamMember).map(({ inputs }) => `${String(inputs.secretId)}`);
        assert.equal(new Set(readers).size, readers.length, "one permission for each secret, whatever it is called");
    });

    it("makes a secret of the whole value in which a secret occurs, and shows it nowhere", async () => {
        const env = { CELERY_BROKER_URL: "${redis.url}/0" };
        const [aws, gcp] = [await on("aws", app(env)), await on("gcp", app(env))];

        const kept = aws.of(awsSecrets.Secret).find(({ name }) => name === "demo-dev-api-celery-broker-url")!;
        assert.equal(kept.inputs.description, "Composed of redis.url");
        assert.equal(kept.inputs.recoveryWindowInDays, 0, "it is composed anew whenever it is asked for");
        const version = aws.of(awsSecrets.SecretVersion).find(({ name }) => name.includes("celery"))!;
        assert.equal(version.inputs.secretString, "[secret]");
        assert.deepEqual(version.ignoreChanges, [], "it follows a change of the password");
        assert.match(String(onAws(aws).secret.CELERY_BROKER_URL), /^\$\{demo-dev-api-celery-broker-url-version/);
        assert.ok(!("CELERY_BROKER_URL" in onAws(aws).plain));

        const onGoogle = gcp.of(gcpSecrets.Secret).find(({ name }) => name === "demo-dev-api-celery-broker-url")!;
        assert.deepEqual(onGoogle.inputs.annotations, { description: "Composed of redis.url" });
        const its = gcp.of(gcpSecrets.SecretVersion).find(({ name }) => name.includes("celery"))!;
        assert.deepEqual([its.inputs.secretData, its.inputs.deletionPolicy], ["[secret]", "ABANDON"]);
        assert.ok("CELERY_BROKER_URL" in onGcp(gcp).secret);
        assert.equal(
            gcp.of(gcpSecrets.SecretIamMember).filter(({ name }) => name.includes("celery")).length,
            1,
            "the service's account reads it",
        );
        for (const { resources } of [aws, gcp]) assert.doesNotMatch(JSON.stringify(resources), /rediss?:\/\//);
    });

    it("waits with a composed secret until the database has the password", async () => {
        const env = { URL: "postgresql+asyncpg://${db.user}:${db.password}@${db.host}/${db.name}" };
        const [aws, gcp] = [await on("aws", app(env)), await on("gcp", app(env))];

        const versions = [
            aws.of(awsSecrets.SecretVersion).find(({ name }) => name === "demo-dev-api-url-version")!,
            gcp.of(gcpSecrets.SecretVersion).find(({ name }) => name === "demo-dev-api-url-version")!,
        ];
        for (const [version, owner] of [
            [versions[0], /rds\/instance:Instance::demo-dev-db$/],
            [versions[1], /sql\/user:User::demo-dev-db-user$/],
        ] as const)
            assert.ok(
                version.dependencies.some((urn) => owner.test(urn)),
                version.dependencies.join("\n"),
            );
    });

    it("takes the place of the contract's variable of the same part", async () => {
        const env = { DATABASE_URL: "${db.url}&pool=5", DB_HOST: "${db.host}" };
        const [aws, gcp] = [await on("aws", app(env)), await on("gcp", app(env))];

        assert.match(String(onAws(aws).secret.DATABASE_URL), /demo-dev-api-database-url/);
        assert.match(JSON.stringify(onGcp(gcp).secret.DATABASE_URL), /demo-dev-api-database-url/);
        const names = gcp.of(gcpSecrets.SecretIamMember).map(({ name }) => name);
        assert.equal(new Set(names).size, names.length);
    });

    it("to a service calls it, and to a key of a set of secrets reads that very secret", async () => {
        const services = {
            api: { ...api, env: { UPSTREAM: "${back.url}/v1", TOKEN: "${keys.API_KEY}" } },
            back: { ...api, routes: [] },
        };
        const parts = { services, secrets: { keys: { keys: ["API_KEY"] } } };
        const [aws, gcp] = [await on("aws", parts), await on("gcp", parts)];

        assert.equal(onAws(aws).plain.UPSTREAM, "http://back:8080/v1");
        assert.equal(onGcp(gcp).plain.UPSTREAM, "${demo-dev-back.uri}/v1");
        assert.equal(onAws(aws).secret.TOKEN, onAws(aws).secret.API_KEY);
        assert.equal(gcp.of(cloudrunv2.ServiceIamMember).filter(({ name }) => name.endsWith("api-back")).length, 1);
    });

    it("gives a job what its service has", async () => {
        const jobs = { clean: { service: "api", command: ["clean"], run: "demand" as const } };
        const gcp = await on("gcp", app({ BROKER: "${redis.url}/1" }, {}, { jobs }));

        assert.match(JSON.stringify(gcp.of(cloudrunv2.Job)[0].inputs), /demo-dev-api-broker/);
        assert.equal(
            gcp.of(gcpSecrets.Secret).filter(({ name }) => name.includes("broker")).length,
            1,
            "one secret for both",
        );
    });
});
