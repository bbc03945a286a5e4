import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as iam from "@pulumi/aws/iam";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as storage from "@pulumi/gcp/storage";

import type { AppInput } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { taskContainers } from "./containers";
import { vpc } from "./rules";
import { on } from "./stack";

const app = {
    services: {
        web: {
            image: { reference: "registry.example.com/web:1" },
            ports: { http: 8501 },
            health: { path: "/health" },
            mounts: { cache: "/app/cache" },
            aws: { readonlyRootFilesystem: true },
        },
    },
    filesystems: { cache: { owner: 1001 } },
} satisfies Omit<AppInput, "name">;

describe("A service that mounts files", () => {
    let aws: TestPlan;
    let gcp: TestPlan;
    before(async () => {
        aws = await on("aws", app);
        gcp = await on("gcp", app);
    });

    const template = (plan: TestPlan) => plan.one(cloudrunv2.Service).inputs.template!;

    it("mounts them on ECS by the access point alone, inside TLS, as its task role", () => {
        assert.deepEqual(aws.one(ecs.TaskDefinition).inputs.volumes, [
            { name: "tmp" },
            {
                name: "cache-files",
                efsVolumeConfiguration: {
                    fileSystemId: "${demo-dev-cache.id}",
                    transitEncryption: "ENABLED",
                    authorizationConfig: { accessPointId: "${demo-dev-cache-point.id}", iam: "ENABLED" },
                },
            },
        ]);
        assert.deepEqual(taskContainers(aws)[0].mountPoints, [
            { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
            { sourceVolume: "cache-files", containerPath: "/app/cache", readOnly: false },
        ]);
    });

    it("reaches them by NFS, and nobody else does", () => {
        const { ingress, egress } = vpc(aws);
        const [web, cache] = ["web", "cache"].map((name) => `\${demo-dev-${name}-access.id}`);

        assert.deepEqual(
            ingress.filter(({ to }) => to === cache),
            [{ to: cache, port: 2049, from: web }],
        );
        assert.ok(egress.some(({ from, port, to }) => from === web && port === 2049 && to === cache));
    });

    it("may read and write them before its first task starts", () => {
        const grant = aws.one(iam.RolePolicy, "web-cache");
        assert.match(String(grant.inputs.policy), /elasticfilesystem:ClientWrite/);
        assert.equal(grant.inputs.role, "${demo-dev-web-task.name}");
        assert.ok(aws.one(ecs.TaskDefinition).dependencies.includes(grant.urn));

        const member = gcp.one(storage.BucketIAMMember);
        assert.equal(member.inputs.member, "serviceAccount:${demo-dev-web-account.email}");
        assert.ok(gcp.one(cloudrunv2.Service).dependencies.includes(member.urn));
    });

    it("mounts a bucket on Cloud Run as the owner that the image runs as", () => {
        const { volumes, containers, executionEnvironment } = template(gcp);

        assert.deepEqual(volumes, [
            {
                name: "cache",
                gcs: {
                    bucket: "${demo-dev-cache.name}",
                    readOnly: false,
                    mountOptions: ["implicit-dirs", "uid=1001", "gid=1001"],
                },
            },
        ]);
        assert.deepEqual(containers?.[0].volumeMounts, [{ name: "cache", mountPath: "/app/cache" }]);
        assert.equal(executionEnvironment, "EXECUTION_ENVIRONMENT_GEN2");
    });

    it("mounts a Filestore server by NFS where that is asked for", async () => {
        const filestore = await on("gcp", { ...app, filesystems: { cache: { gcp: { filestore: {} } } } });

        assert.deepEqual(template(filestore).volumes, [
            {
                name: "cache",
                nfs: {
                    server: "${demo-dev-cache.networks[0].ipAddresses[0]}",
                    path: "/files",
                    readOnly: false,
                },
            },
        ]);
    });

    it("is told where they are, by the same name on both clouds", () => {
        const variable = { name: "CACHE_PATH", value: "/app/cache" };
        assert.deepEqual(
            taskContainers(aws)[0].environment.find(({ name }) => name === variable.name),
            variable,
        );
        assert.deepEqual(
            template(gcp).containers?.[0].envs?.find(({ name }) => name === variable.name),
            variable,
        );
    });
});
