import assert from "node:assert/strict";

import * as efs from "@pulumi/aws/efs";
import * as iam from "@pulumi/aws/iam";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as filestore from "@pulumi/gcp/filestore";
import * as projects from "@pulumi/gcp/projects";
import * as storage from "@pulumi/gcp/storage";

import type { AppInput } from "../../topology/app";
import { actionsOf, api, onBoth, type Both } from "./data";
import { vpc } from "./rules";
import { on } from "./stack";

const app = {
    services: { api: { ...api, mounts: { cache: "/app/cache" } } },
    filesystems: { cache: {}, root: { owner: 0, infrequentAccessDays: 0 } },
} satisfies Omit<AppInput, "name">;

describe("Filesystem", () => {
    let dev: Both, prod: Both;
    before(async () => {
        dev = await onBoth(app);
        prod = await onBoth(app, "prod");
    });

    const servers = () =>
        on("gcp", {
            ...app,
            services: { api: { ...app.services.api, gcp: { cpuBilling: "instance" } } },
            filesystems: { cache: { gcp: { filestore: { capacity: 2048 } } } },
        });

    it("moves what nobody reads for 30 days to cheaper storage and back, or leaves it alone", () => {
        const [cache, root] = ["cache", "root"].map((name) => dev.aws.one(efs.FileSystem, name).inputs);
        assert.deepEqual(cache.lifecyclePolicies, [
            { transitionToIa: "AFTER_30_DAYS" },
            { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
        ]);
        assert.deepEqual([cache.throughputMode, cache.performanceMode], ["bursting", "generalPurpose"]);
        assert.equal(root.lifecyclePolicies, undefined);
        const gcp = dev.gcp;
        assert.deepEqual(gcp.one(storage.Bucket, "cache").inputs.autoclass, {
            enabled: true,
            terminalStorageClass: "NEARLINE",
        });
        assert.equal(gcp.one(storage.Bucket, "root").inputs.autoclass, undefined);
    });

    it("is encrypted at rest and on the way, and closed to the anonymous", () => {
        const aws = dev.aws;
        assert.equal(aws.one(efs.FileSystem, "cache").inputs.encrypted, true);
        const policy = String(aws.one(efs.FileSystemPolicy, "cache-policy").inputs.policy);
        assert.match(policy, /"Effect":"Deny".*"aws:SecureTransport":"false"/);
        assert.doesNotMatch(policy, /"Allow"/, "who may enter is said by roles");
        const { inputs } = dev.gcp.one(storage.Bucket, "cache");
        assert.deepEqual([inputs.uniformBucketLevelAccess, inputs.publicAccessPrevention], [true, "enforced"]);
    });

    it("has a mount target in each zone, open on AWS to the services that mount it", () => {
        const aws = dev.aws;
        assert.deepEqual(
            aws
                .of(efs.MountTarget)
                .filter(({ name }) => /cache/.test(name))
                .map(({ inputs }) => [inputs.subnetId, inputs.securityGroups]),
            [1, 2].map((zone) => [`\${demo-dev-network-private-${zone}.id}`, ["${demo-dev-cache-access.id}"]]),
        );
        const { ingress, egress } = vpc(aws);
        const group = "${demo-dev-cache-access.id}";
        assert.deepEqual(
            ingress.filter(({ to }) => to === group).map(({ from, port }) => [from, port]),
            [["${demo-dev-api-access.id}", 2049]],
        );
        assert.deepEqual(
            egress.filter(({ from }) => from === group),
            [],
        );
    });

    it("belongs to its owner, whoever the container's user is", () => {
        for (const [name, owner] of [
            ["cache", 1000],
            ["root", 0],
        ] as const) {
            const { posixUser, rootDirectory } = dev.aws.one(efs.AccessPoint, `${name}-point`).inputs;
            assert.deepEqual(posixUser, { uid: owner, gid: owner });
            assert.deepEqual(rootDirectory?.creationInfo, { ownerUid: owner, ownerGid: owner, permissions: "0750" });
        }
    });

    it("is mounted by the service's own identity, by the access point alone", () => {
        const granted = dev.aws
            .of(iam.RolePolicy)
            .filter(({ inputs }) => /elasticfilesystem/.test(String(inputs.policy)));
        assert.deepEqual(
            granted.map(({ name }) => name),
            ["demo-dev-api-cache"],
        );
        const { actions, resources } = actionsOf(granted[0].inputs.policy);
        assert.deepEqual(actions, ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]);
        assert.deepEqual(resources, ["${demo-dev-cache.arn}"]);
        assert.match(
            String(granted[0].inputs.policy),
            /"elasticfilesystem:AccessPointArn":"\$\{demo-dev-cache-point\.arn\}"/,
        );
        assert.deepEqual(
            dev.gcp.of(storage.BucketIAMMember).map(({ inputs }) => [inputs.bucket, inputs.role, inputs.member]),
            [["${demo-dev-cache.name}", "roles/storage.objectUser", "serviceAccount:${demo-dev-api-account.email}"]],
        );
    });

    it("is backed up and kept in prod", () => {
        for (const [{ aws, gcp }, kept] of [
            [dev, false],
            [prod, true],
        ] as const) {
            const status = aws.one(efs.BackupPolicy, "cache-backup").inputs.backupPolicy?.status;
            assert.equal(status, kept ? "ENABLED" : "DISABLED");
            assert.equal(aws.one(efs.FileSystem, "cache").protect, kept);
            const bucket = gcp.one(storage.Bucket, "cache");
            assert.equal(bucket.inputs.softDeletePolicy?.retentionDurationSeconds, kept ? 7 * 86_400 : 0);
            assert.deepEqual([bucket.inputs.forceDestroy, bucket.protect], [!kept, kept]);
        }
    });

    it("is a Filestore server in the private network on request", async () => {
        const plan = await servers();
        const { tier, location, fileShares, networks } = plan.one(filestore.Instance).inputs;
        assert.deepEqual([tier, location], ["BASIC_HDD", "asia-northeast1-b"]);
        assert.deepEqual(fileShares, { name: "files", capacityGb: 2048 });
        assert.deepEqual(networks, [
            { network: "${demo-dev-network.id}", modes: ["MODE_IPV4"], connectMode: "PRIVATE_SERVICE_ACCESS" },
        ]);
        assert.equal(plan.of(storage.Bucket).length, 0);
        assert.equal(plan.of(storage.BucketIAMMember).length, 0);
        const volumes = plan.one(cloudrunv2.Service).inputs.template?.volumes ?? [];
        assert.deepEqual(
            volumes.map(({ nfs }) => [nfs?.server, nfs?.path]),
            [["${demo-dev-cache.networks[0].ipAddresses[0]}", "/files"]],
        );
        const apis = plan.of(projects.Service).map(({ inputs }) => inputs.service);
        assert.ok(apis.includes("file.googleapis.com") && !apis.includes("storage.googleapis.com"));
    });

    it("tells services where it is", () => {
        const [aws, gcp] = [dev.aws, dev.gcp].map(({ resources }) => JSON.stringify(resources));
        assert.match(aws, /CACHE_PATH[^}]*\/app\/cache/);
        assert.match(gcp, /"CACHE_PATH","value":"\/app\/cache"/);
    });
});
