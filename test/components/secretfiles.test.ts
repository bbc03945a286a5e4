import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as iam from "@pulumi/aws/iam";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as secretmanager from "@pulumi/gcp/secretmanager";

import { composeOf } from "../../compose/file";
import { detailsOf } from "../../plan/details";
import { planOf } from "../../plan/plan";
import { clouds, type AppInput, type Target } from "../../topology/app";
import { ProblemsError } from "../../topology/problems";
import { resolve } from "../../topology/validate";
import type { TestPlan } from "../recorded";
import { taskContainers, type TaskContainer } from "./containers";
import { api } from "./data";
import { on } from "./stack";

const files = {
    "/run/secrets/db_password": "${db.password}",
    "/run/smtp/password": "SMTP_PASSWORD",
    "/run/url/dsn": "postgres://${db.user}:${db.password}@${db.host}/x",
};
const app = {
    services: {
        api: {
            ...api,
            secrets: ["API_TOKEN"],
            secretFiles: files,
            env: { DB_PASSWORD_FILE: "/run/secrets/db_password" },
        },
        work: { image: api.image, secretFiles: { "/run/smtp/password": "SMTP_PASSWORD" } },
    },
    databases: { db: {} },
    jobs: {
        migrate: { service: "api", command: ["migrate"], run: "deployment" },
        clean: { service: "api", command: ["clean"], run: "demand" },
    },
} satisfies Omit<AppInput, "name">;

describe("Files of secrets", () => {
    let aws: TestPlan, gcp: TestPlan;
    before(async () => {
        [aws, gcp] = [await on("aws", app), await on("gcp", app)];
    });
    const named = (plan: TestPlan, name: string): TaskContainer =>
        taskContainers(plan, "-api").find((container) => container.name === name)!;
    const mounted = (container: TaskContainer) =>
        (container.mountPoints as { sourceVolume: string; containerPath: string; readOnly: boolean }[])
            .filter(({ sourceVolume }) => sourceVolume.startsWith("secrets-"))
            .map(({ sourceVolume, containerPath, readOnly }) => [sourceVolume, containerPath, readOnly]);

    it("are written on AWS by a container that ends before anything else of the task begins", () => {
        const writer = named(aws, "secret-files");
        assert.match(writer.image, /^public\.ecr\.aws\/docker\/library\/busybox:\d/);
        assert.deepEqual(
            [writer.essential, writer.readonlyRootFilesystem, writer.environment],
            [false, true, undefined],
        );
        assert.deepEqual(
            writer.secrets.map(({ name, valueFrom }) => [name, valueFrom]),
            [
                ["FILE_0", "${demo-dev-db-credentials-version.arn}:password::"],
                ["FILE_1", "${demo-dev-api-smtp-password-version.arn}"],
                ["FILE_2", "${demo-dev-api-file-run-url-dsn-version.arn}"],
            ],
        );
        const [sh, flag, script] = writer.command as string[];
        assert.deepEqual([sh, flag], ["sh", "-c"]);
        assert.equal(
            script,
            'printf %s "$FILE_0" > /files/0/db_password && chmod 0444 /files/0/db_password && ' +
                'printf %s "$FILE_1" > /files/1/password && chmod 0444 /files/1/password && ' +
                'printf %s "$FILE_2" > /files/2/dsn && chmod 0444 /files/2/dsn',
        );
        assert.deepEqual(mounted(writer), [
            ["secrets-0", "/files/0", false],
            ["secrets-1", "/files/1", false],
            ["secrets-2", "/files/2", false],
        ]);
        assert.deepEqual(named(aws, "migrate").dependsOn, [{ containerName: "secret-files", condition: "SUCCESS" }]);
        assert.deepEqual(named(aws, "api").dependsOn, [{ containerName: "migrate", condition: "SUCCESS" }]);
        const [work] = taskContainers(aws, "-work");
        assert.deepEqual(work.dependsOn, [{ containerName: "secret-files", condition: "SUCCESS" }]);
    });

    it("are read-only in the app and in its jobs, and in no variable of theirs", () => {
        for (const name of ["api", "migrate"]) {
            assert.deepEqual(mounted(named(aws, name)), [
                ["secrets-0", "/run/secrets", true],
                ["secrets-1", "/run/smtp", true],
                ["secrets-2", "/run/url", true],
            ]);
            const secrets = named(aws, name).secrets.map((secret) => secret.name);
            assert.deepEqual(secrets, ["API_TOKEN", "DATABASE_URL", "DB_PASSWORD"]);
        }
        assert.deepEqual(
            aws.one(ecs.TaskDefinition, "-api").inputs.volumes?.filter(({ name }) => name.startsWith("secrets-")),
            [{ name: "secrets-0" }, { name: "secrets-1" }, { name: "secrets-2" }],
        );
        for (const plan of [aws, gcp])
            assert.doesNotMatch(JSON.stringify(plan.resources), /"name\\*":\\*"SMTP_PASSWORD/);
    });

    it("are Secret Manager's volumes on Cloud Run, for services, jobs and workers alike", () => {
        interface Template {
            containers: { volumeMounts: unknown }[];
            volumes: { name: string; secret: { secret: string; items: { path: string; version: string }[] } }[];
        }
        const service = gcp.one(cloudrunv2.Service, "-api").inputs.template as unknown as Template;
        const job = gcp.one(cloudrunv2.Job, "-clean").inputs.template.template as unknown as Template;
        for (const { containers, volumes } of [service, job]) {
            assert.deepEqual(containers[0].volumeMounts, [
                { name: "secret-file-0", mountPath: "/run/secrets" },
                { name: "secret-file-1", mountPath: "/run/smtp" },
                { name: "secret-file-2", mountPath: "/run/url" },
            ]);
            assert.deepEqual(
                volumes.map(({ name, secret }) => [name, secret.items[0].path]),
                [
                    ["secret-file-0", "db_password"],
                    ["secret-file-1", "password"],
                    ["secret-file-2", "dsn"],
                ],
            );
            assert.match(volumes[0].secret.secret, /demo-dev-db-credentials-password/);
            assert.match(volumes[0].secret.items[0].version, /version/);
        }
        const pool = gcp.one(cloudrunv2.WorkerPool).inputs.template as unknown as Template;
        assert.equal(pool.volumes[0].secret.items[0].path, "password");
    });

    it("may be read by the service that has them, and a secret under two names by one permission", () => {
        const readers = gcp.of(secretmanager.SecretIamMember).map(({ name, inputs }) => [name, inputs.secretId]);
        for (const end of ["demo-dev-api-file-run-smtp-password", "demo-dev-work-file-run-smtp-password"])
            assert.equal(readers.filter(([name]) => name === end).length, 1, end);
        const ofApi = readers.filter(([name]) => String(name).startsWith("demo-dev-api-"));
        assert.equal(new Set(ofApi.map(([, secret]) => secret)).size, ofApi.length);
        const policy = JSON.stringify(
            aws.of(iam.RolePolicy).filter(({ name }) => name.startsWith("demo-dev-api-execution")),
        );
        for (const secret of ["demo-dev-api-smtp-password", "demo-dev-api-file-run-url-dsn", "demo-dev-db-credentials"])
            assert.ok(policy.includes(secret), secret);
    });

    it("are counted in the plan's details", () => {
        const shown = (plan: TestPlan, type: string) =>
            detailsOf(type, plan.resources.find((one) => one.type === type && one.name === "demo-dev-api")!.inputs);
        assert.ok(shown(aws, "aws:ecs/taskDefinition:TaskDefinition").includes("3 secret files"));
        assert.ok(shown(gcp, "gcp:cloudrunv2/service:Service").includes("3 secret files"));
    });

    it("are put into local containers, and what Compose needs of them is a variable", async () => {
        const config = { "twinstack:app": "demo", "twinstack:cloud": "local" };
        const plan = await planOf(resolve<Target>({ stack: "dev", config }, { demo: { name: "demo", ...app } }));
        const { inputs } = plan.resources.find(({ name, custom }) => custom && name === "demo-dev-api")!;
        const uploads = inputs.uploads as { file: string; permissions: string; content: unknown }[];
        assert.deepEqual(
            uploads.map(({ file, permissions }) => [file, permissions]),
            Object.keys(files).map((path) => [path, "0444"]),
        );
        for (const { content } of uploads) assert.equal(content, "[secret]");

        const { compose, variables } = composeOf(plan);
        assert.deepEqual(compose.services.api.configs, [
            { source: "api-run-secrets-db_password", target: "/run/secrets/db_password" },
            { source: "api-run-smtp-password", target: "/run/smtp/password" },
            { source: "api-run-url-dsn", target: "/run/url/dsn" },
        ]);
        assert.deepEqual(compose.configs!["api-run-url-dsn"], {
            content: "postgres://app:${DB_PASSWORD:?}@db/x",
        });
        assert.deepEqual(compose.configs!["api-run-smtp-password"], { content: "${SMTP_PASSWORD:?}" });
        assert.deepEqual(variables, ["API_TOKEN", "DB_PASSWORD", "SMTP_PASSWORD"]);
    });

    it("are each a config of Compose's, also where their names come to the same", async () => {
        const alike = { "/run/a-b/x": "ONE_KEY", "/run/a/b-x": "OTHER_KEY" };
        const demo = { name: "demo", services: { api: { ...api, secretFiles: alike } } };
        const config = { "twinstack:app": "demo", "twinstack:cloud": "local" };
        const { compose } = composeOf(await planOf(resolve<Target>({ stack: "dev", config }, { demo })));
        assert.deepEqual(Object.values(compose.configs!), [{ content: "${ONE_KEY:?}" }, { content: "${OTHER_KEY:?}" }]);
        const mounted = compose.services.api.configs as { source: string; target: string }[];
        assert.deepEqual(
            mounted.map(({ source, target }) => [compose.configs![source].content, target]),
            [
                ["${ONE_KEY:?}", "/run/a-b/x"],
                ["${OTHER_KEY:?}", "/run/a/b-x"],
            ],
        );
    });
});

describe("A file of a secret", () => {
    const faults = (secretFiles: Record<string, string>, cloud = "aws", more: object = {}) => {
        const demo = {
            name: "demo",
            ...app,
            services: { api: { ...api, secretFiles, ...more } },
            jobs: {},
            filesystems: { f: {} },
        };
        const config = {
            "twinstack:app": "demo",
            "twinstack:cloud": cloud,
            "twinstack:environment": "dev",
            "aws:region": "ap-northeast-1",
            "gcp:project": "example-project",
            "gcp:region": "asia-northeast1",
        };
        try {
            resolve({ stack: "dev", config }, { demo: demo as AppInput });
            return [];
        } catch (error) {
            if (error instanceof ProblemsError)
                return error.problems.map(({ path, found, allowed }) => `${path}: ${found}: ${allowed}`);
            throw error;
        }
    };
    const one = (...args: Parameters<typeof faults>) => {
        const all = faults(...args);
        assert.equal(all.length, 1, all.join("\n"));
        return all[0];
    };

    it("is one secret a folder on Cloud Run, which says where another may be", () => {
        const two = { "/run/secrets/a": "A_KEY", "/run/secrets/b": "B_KEY" };
        assert.deepEqual(faults(two), []);
        assert.match(
            one(two, "gcp"),
            /secretFiles\["\/run\/secrets\/b"\].*\/run\/secrets-b\/b: Cloud Run mounts one secret/,
        );
        for (const cloud of clouds)
            assert.deepEqual(faults({ "/run/secrets/a": "A_KEY", "/run/b/b": "B_KEY" }, cloud), []);
    });

    it("is a secret, in a folder that nothing else needs", () => {
        assert.match(one({ "/run/secrets/host": "${db.host}" }), /in which nothing is secret/);
        assert.match(one({ "/run/secrets/host": "some text" }), /in which nothing is secret/);
        assert.match(one({ "/run/secrets/x": "${dbb.password}" }), /did you mean db/);
        assert.match(one({ "/password": "A_KEY" }), /an absolute path in a folder/);
        assert.match(one({ "/proc/x/password": "A_KEY" }), /a folder of its own/);
        assert.match(one({ "/var/log/password": "A_KEY" }), /a folder of its own/);
        assert.match(one({ "/tmp/password": "A_KEY" }), /a folder of its own/);
        assert.match(one({ "/run/../x": "A_KEY" }), /without \. and \.\./);
        assert.match(
            one({ "/data/secrets/x": "A_KEY" }, "aws", { mounts: { f: "/data" } }),
            /where f is mounted at \/data/,
        );
        const image = { ...api.image, files: { "/etc/app/app.conf": { content: "x" } } };
        assert.match(one({ "/etc/app/key": "A_KEY" }, "aws", { image }), /would hide \/etc\/app\/app\.conf/);
        assert.match(one({ "/run/a/x": "A_KEY", "/run/a/b/y": "B_KEY" }), /in a folder inside \/run\/a/);
    });
});
