import assert from "node:assert/strict";

import { TaskDefinition } from "@pulumi/aws/ecs";
import { Service as RunService } from "@pulumi/gcp/cloudrunv2";
import { Container } from "@pulumi/docker/container";
import { Volume } from "@pulumi/docker/volume";

import { warningsOf } from "../../plan/warnings";
import { deploy } from "../../stacks";
import { plannedGates as gates } from "../../stacks/memory";
import type { AppInput, Target } from "../../topology/app";
import { ProblemsError, resolve } from "../../topology/validate";
import { plan, type TestPlan } from "../recorded";

/** An app with everything that a service may use. */
const everything = {
    name: "demo",
    services: {
        web: {
            image: { reference: "registry.example.com/web:1" },
            ports: { http: 3000 },
            health: { path: "/" },
            calls: ["api"],
        },
        api: {
            image: { context: "workloads/todo" },
            ports: { http: 8080, admin: 9090 },
            routes: [{ path: "/api/*" }],
            health: { path: "/health", container: { command: ["app", "check"] } },
            drainSeconds: 20,
            env: { LOG_LEVEL: "info" },
            secrets: ["API_TOKEN"],
            uses: ["db", "redis", "facts", "assets", "keys"],
            mounts: { uploads: "/app/uploads" },
        },
    },
    databases: { db: { version: "15", replicas: 1 } },
    caches: { redis: {} },
    tables: {
        facts: {
            partitionKey: { name: "id" },
            sortKey: { name: "at", type: "number" },
            indexes: { topics: { partitionKey: { name: "topic" } } },
            ttl: "expires",
        },
    },
    buckets: { assets: {} },
    filesystems: { uploads: { owner: 1234 } },
    secrets: { keys: { keys: ["OPENAI_API_KEY"] } },
    jobs: {
        migrate: { service: "api", command: ["app", "migrate"], run: "deployment" },
        clean: { service: "api", command: ["app", "clean"], run: "demand", retries: 2 },
    },
} satisfies AppInput;

const stackOf = (cloud: Target, app: AppInput = everything, config: Record<string, unknown> = {}) =>
    resolve<Target>(
        {
            stack: "dev",
            config: {
                "twinstack:app": "demo",
                "twinstack:cloud": cloud,
                ...(cloud !== "local" && {
                    "twinstack:environment": "dev",
                    "aws:region": "ap-northeast-1",
                    "gcp:region": "asia-northeast1",
                    "gcp:project": "example-project",
                }),
                ...config,
            },
        },
        { demo: app },
    );

describe("cloud: local", () => {
    let local: TestPlan;
    const container = (name: string) => {
        const found = local.of(Container).find((one) => one.name === `demo-dev-${name}`);
        assert.ok(found, `no container ${name}`);
        return found;
    };
    const env = (name: string) =>
        Object.fromEntries(
            container(name).inputs.envs!.map((entry) => [entry.split("=")[0], entry.slice(entry.indexOf("=") + 1)]),
        );
    const secretsOf = (name: string) =>
        Object.fromEntries(
            container(name)
                .inputs.labels!.filter(({ label }) => label.startsWith("dev.twinstack.secret."))
                .map(({ label, value }) => [label.replace("dev.twinstack.secret.", ""), value]),
        );
    before(async () => (local = await plan(() => deploy(stackOf("local"), gates()), { stack: "dev" })));

    it("runs PostgreSQL of the topology's version, its data in a volume of its own, and waits for it", () => {
        const { image, volumes, healthcheck, wait, ports } = container("db").inputs;
        assert.equal(image, "postgres:15-alpine");
        assert.deepEqual(volumes, [{ volumeName: "demo-dev-db-data", containerPath: "/var/lib/postgresql/data" }]);
        assert.deepEqual(healthcheck?.tests?.slice(0, 4), ["CMD", "pg_isready", "-h", "127.0.0.1"]);
        assert.equal(wait, true);
        assert.deepEqual(ports, [{ internal: 5432, external: 5432, ip: "127.0.0.1" }]);
    });

    it("runs Redis 7 behind a password", () => {
        const { image, command } = container("redis").inputs;
        assert.equal(image, "redis:7-alpine");
        assert.match(command!.join(" "), /--requirepass "\$REDISCLI_AUTH"/);
        assert.deepEqual(secretsOf("redis"), { REDISCLI_AUTH: "${REDIS_PASSWORD}" });
    });

    it("tells services where everything is, without TLS", () => {
        const variables = env("api");
        assert.equal(variables.DB_HOST, "db");
        assert.equal(variables.DB_REPLICA_HOST, "db");
        assert.equal(variables.REDIS_HOST, "redis");
        assert.equal(variables.ASSETS_URL, "file:///var/lib/twinstack/assets");
        assert.equal(variables.UPLOADS_PATH, "/app/uploads");
        assert.match(variables.FACTS_URL, /^dynamodb:\/\/demo-dev-facts\?partition_key=id&sort_key=at$/);
        assert.equal(variables.AWS_ENDPOINT_URL_DYNAMODB, "http://dynamodb-local:8000");
        assert.equal(env("web").BACKEND_URL, undefined);
        assert.equal(env("web").API_URL, "http://api:8080");
        assert.equal(secretsOf("api").DATABASE_URL, "postgresql://app:${DB_PASSWORD}@db:5432/app?sslmode=disable");
        assert.equal(secretsOf("api").REDIS_URL, "redis://:${REDIS_PASSWORD}@redis:6379");
    });

    it("publishes ports on this machine alone, and gives containers names that a person can type", () => {
        for (const { inputs } of local.of(Container))
            for (const { ip } of inputs.ports ?? []) assert.equal(ip, "127.0.0.1", inputs.name);
        assert.deepEqual(
            container("api").inputs.ports?.map(({ external, internal }) => [external, internal]),
            [
                [8080, 8080],
                [9090, 9090],
            ],
        );
        assert.equal(container("api").inputs.name, "demo-dev-api");
        // Two containers cannot have one port.
        for (const { deleteBeforeReplace, name } of local.of(Container)) assert.equal(deleteBeforeReplace, true, name);
    });

    it("mounts buckets and file systems, and gives them to whoever writes them", () => {
        assert.deepEqual(container("api").inputs.volumes, [
            { volumeName: "demo-dev-uploads", containerPath: "/app/uploads" },
            { volumeName: "demo-dev-assets", containerPath: "/var/lib/twinstack/assets" },
        ]);
        assert.deepEqual(container("uploads-prepare").inputs.command, ["chown", "1234:1234", "/data"]);
        assert.deepEqual(container("assets-prepare").inputs.command, ["chmod", "0777", "/data"]);
    });

    it("never replaces a volume: it has a name, and nothing else that could change", () => {
        for (const { inputs } of local.of(Volume)) assert.deepEqual(Object.keys(inputs), ["name"]);
    });

    it("makes a table with its keys, its indexes and its expiry, unless it is there", () => {
        const [script] = container("facts-create").inputs.command!;
        const [, json] = /--cli-input-json '([^']+)'/.exec(script)!;
        assert.deepEqual(JSON.parse(json), {
            TableName: "demo-dev-facts",
            BillingMode: "PAY_PER_REQUEST",
            KeySchema: [
                { AttributeName: "id", KeyType: "HASH" },
                { AttributeName: "at", KeyType: "RANGE" },
            ],
            AttributeDefinitions: [
                { AttributeName: "at", AttributeType: "N" },
                { AttributeName: "id", AttributeType: "S" },
                { AttributeName: "topic", AttributeType: "S" },
            ],
            GlobalSecondaryIndexes: [
                {
                    IndexName: "topics",
                    KeySchema: [{ AttributeName: "topic", KeyType: "HASH" }],
                    Projection: { ProjectionType: "ALL" },
                },
            ],
        });
        assert.match(script, /describe-table --table-name demo-dev-facts .*\|\| \{/);
        assert.match(script, /Enabled=true,AttributeName=expires/);
    });

    it("runs a deployment's job to its end before its service, and leaves others to be started", () => {
        const migrate = container("migrate");
        assert.deepEqual(migrate.inputs.command, ["app", "migrate"]);
        assert.deepEqual([migrate.inputs.attach, migrate.inputs.mustRun], [true, false]);
        assert.ok(container("api").dependencies.includes(migrate.urn));
        assert.deepEqual(migrate.inputs.envs, container("api").inputs.envs);
        const { start, mustRun, restart, maxRetryCount } = container("clean").inputs;
        assert.deepEqual([start, mustRun, restart, maxRetryCount], [false, false, "on-failure", 2]);
        assert.ok(!container("api").dependencies.includes(container("clean").urn));
        assert.deepEqual(local.outputs.job, {
            migrate: "docker start --attach demo-dev-migrate",
            clean: "docker start --attach demo-dev-clean",
        });
    });

    it("starts a service after what it uses, mounts and calls", () => {
        const urns = (...names: string[]) => names.map((name) => container(name).urn);
        const { dependencies } = container("api");
        for (const urn of urns("db", "redis", "facts-create", "assets-prepare", "uploads-prepare"))
            assert.ok(dependencies.includes(urn), urn);
        assert.ok(container("web").dependencies.includes(container("api").urn));
    });

    it("gives containers the topology's size, time to finish, and check", () => {
        const { cpus, memory, stopTimeout, destroyGraceSeconds, healthcheck } = container("api").inputs;
        assert.deepEqual([cpus, memory, stopTimeout, destroyGraceSeconds], ["1.0", 2048, 20, 20]);
        assert.deepEqual(healthcheck?.tests, ["CMD", "app", "check"]);
        assert.equal(container("web").inputs.healthcheck, undefined);
    });

    it("shows no secret in the plan, and marks each as one", () => {
        for (const { inputs, name } of local.resources.filter(({ type }) => type.startsWith("docker:")))
            assert.doesNotMatch(JSON.stringify(inputs), /-password\.result|api-token\.result/, name);
        assert.equal(container("api").inputs.envs!.filter((entry) => entry === "[secret]").length, 6);
    });

    it("parents every resource, in components that its clouds have, too, or that are part of one", () => {
        for (const { parent, type, name } of local.resources.filter(({ custom }) => custom))
            assert.ok(parent, `${type} ${name}`);
    });

    it("answers at the port that takes all paths", () => assert.equal(local.outputs.url, "http://localhost:3000"));

    it("gives services the same variables as the clouds do", async () => {
        // What only an SDK of DynamoDB Local reads; and a CA that not every server needs.
        const only = /^(AWS_.*|.*_CA|PORT)$/;
        const names = (all: string[]) => [...new Set(all.filter((name) => !only.test(name)))].sort();
        const [aws, gcp] = await Promise.all(
            (["aws", "gcp"] as const).map((cloud) => plan(() => deploy(stackOf(cloud), gates()), { stack: "dev" })),
        );
        for (const service of ["web", "api"]) {
            const [task] = aws.of(TaskDefinition).filter(({ name }) => name === `demo-dev-${service}`);
            const containers = JSON.parse(task.inputs.containerDefinitions) as {
                name: string;
                environment: { name: string }[];
                secrets: { name: string }[];
            }[];
            const main = containers.find(({ name }) => name === service)!;
            const [run] = gcp.of(RunService).filter(({ name }) => name === `demo-dev-${service}`);
            const onLocal = names([
                ...Object.keys(env(service)).filter((key) => !key.startsWith("[")),
                ...Object.keys(secretsOf(service)),
            ]);
            assert.deepEqual(onLocal, names([...main.environment, ...main.secrets].map(({ name }) => name)), "aws");
            assert.deepEqual(onLocal, names(run.inputs.template.containers![0].envs!.map(({ name }) => name)), "gcp");
        }
    });
});

describe("The settings of cloud local", () => {
    const problems = (app: AppInput, config: Record<string, unknown> = {}) => {
        try {
            stackOf("local", app, config);
            return [];
        } catch (error) {
            if (error instanceof ProblemsError) return error.problems;
            throw error;
        }
    };
    const small = (name: string, port: number) => ({
        [name]: {
            image: { reference: `registry.example.com/${name}:1` },
            ports: { http: port },
            health: { path: "/" },
        },
    });

    it("need no region, no project and no environment, and bear those of the clouds", () => {
        const { environment, cloud, place } = stackOf("local");
        assert.deepEqual([cloud, environment, place.region, place.zones], ["local", "dev", "local", []]);
        assert.deepEqual(
            problems(everything, { "aws:region": "ap-northeast-1", "gcp:project": "example-project" }),
            [],
        );
    });

    it("refuse any environment but dev, with advice", () => {
        const [{ path, allowed }, ...others] = problems(everything, { "twinstack:environment": "staging" });
        assert.deepEqual([path, others], ["Pulumi.dev.yaml: twinstack:environment", []]);
        assert.match(allowed, /^dev: .*staging needs aws or gcp/);
    });

    it("give two services with one port a port of this machine each, and say so", async () => {
        const services = {
            ...small("api", 8080),
            ...small("web", 8080),
            ...small("docs", 8081),
            ...small("old", 5432),
        };
        const app = { name: "demo", services, databases: { db: {} } };
        assert.deepEqual(problems(app), []);
        const made = await plan(() => deploy(stackOf("local", app), gates()), { stack: "dev" });
        const ports = made
            .of(Container)
            .map(({ name, inputs }) => [name, inputs.ports?.map(({ external }) => external)]);
        assert.deepEqual(Object.fromEntries(ports), {
            "demo-dev-api": [8080],
            "demo-dev-web": [8082],
            "demo-dev-docs": [8081],
            "demo-dev-old": [5432],
            "demo-dev-db": [5433],
        });
        assert.ok(
            warningsOf(stackOf("local", app)).includes(
                "Port 8080 is another service's, too: web's http is at localhost:8082.",
            ),
        );
    });

    it("do not mind what nothing local is made from", () => {
        const [web] = Object.values(small("web", 80));
        const app: AppInput = { name: "demo", services: { web: { ...web, routes: [{ host: "www.example.com" }] } } };
        assert.deepEqual(problems(app), []);
        const [{ path }] = problems({ ...app, services: { web: { ...web, uses: ["nothing"] } } });
        assert.equal(path, "apps/demo.ts: services.web.uses[0]");
    });

    it("lead to warnings of all that is not there", () => {
        const said = warningsOf(
            stackOf("local", { ...everything, alarms: { enabled: true }, firewall: { enabled: true } }),
        );
        assert.match(said[0], /^No load balancer, no firewall, no alarm:/);
        for (const what of [/scales/, /migrate/, /replica/, /random values/, /volumes/])
            assert.ok(
                said.some((sentence) => what.test(sentence)),
                String(what),
            );
    });
});
