import assert from "node:assert/strict";

import * as iam from "@pulumi/aws/iam";
import * as s3 from "@pulumi/aws/s3";
import * as storage from "@pulumi/gcp/storage";

import type { AppInput } from "../../topology/app";
import { awsRegions, replicaRegions } from "../../topology/regions";
import { actionsOf, api, onBoth, type Both } from "./data";
import { on } from "./stack";

const app = {
    services: { api: { ...api, uses: ["assets"] } },
    buckets: { assets: { noncurrentDays: 14 }, inbox: { versioned: false, expireDays: 90, replicate: false } },
} satisfies Omit<AppInput, "name">;

describe("Bucket", () => {
    let dev: Both, prod: Both;
    before(async () => {
        dev = await onBoth(app);
        prod = await onBoth(app, "prod");
    });

    const ofApp = ({ name }: { name: string }) => /-(assets|inbox)/.test(name);

    it("is private, encrypted, and reached by TLS alone", () => {
        const aws = prod.aws;
        const buckets = aws.of(s3.Bucket).filter(ofApp);
        assert.deepEqual(
            buckets.map(({ name }) => name),
            ["demo-prod-assets", "demo-prod-assets-replica", "demo-prod-inbox"],
        );
        for (const { name } of buckets) {
            const lock = aws.one(s3.BucketPublicAccessBlock, `${name}-private`).inputs;
            assert.deepEqual(
                [lock.blockPublicAcls, lock.blockPublicPolicy, lock.ignorePublicAcls, lock.restrictPublicBuckets],
                [true, true, true, true],
            );
            const encryption = aws.one(s3.BucketServerSideEncryptionConfiguration, `${name}-encryption`).inputs;
            assert.equal(encryption.rules?.[0].applyServerSideEncryptionByDefault?.sseAlgorithm, "AES256");
            assert.match(
                String(aws.one(s3.BucketPolicy, `${name}-policy`).inputs.policy),
                /"Effect":"Deny".*"aws:SecureTransport":"false"/,
            );
        }
        for (const { inputs } of prod.gcp.of(storage.Bucket))
            assert.deepEqual(
                [inputs.uniformBucketLevelAccess, inputs.publicAccessPrevention, inputs.storageClass],
                [true, "enforced", "STANDARD"],
            );
    });

    it("keeps versions as long as said, and deletes objects in time where said", () => {
        const aws = dev.aws;
        const versions = (name: string) => aws.one(s3.BucketVersioning, name).inputs.versioningConfiguration?.status;
        assert.deepEqual([versions("assets-versions"), versions("inbox-versions")], ["Enabled", "Suspended"]);
        const rule = (name: string) => aws.one(s3.BucketLifecycleConfiguration, name).inputs.rules?.[0];
        assert.equal(rule("assets-lifecycle")?.noncurrentVersionExpiration?.noncurrentDays, 14);
        assert.deepEqual(rule("assets-lifecycle")?.expiration, { expiredObjectDeleteMarker: true });
        assert.deepEqual(rule("inbox-lifecycle")?.expiration, { days: 90 });

        const gcp = dev.gcp;
        const [assets, inbox] = ["assets", "inbox"].map((name) => gcp.one(storage.Bucket, name).inputs);
        assert.deepEqual([assets.versioning?.enabled, inbox.versioning?.enabled], [true, false]);
        const deleted = (rules: typeof assets.lifecycleRules) =>
            (rules ?? []).filter(({ action }) => action.type === "Delete").map(({ condition }) => condition);
        const noncurrent = { withState: "ARCHIVED", daysSinceNoncurrentTime: 14 };
        assert.deepEqual(deleted(assets.lifecycleRules), [noncurrent]);
        assert.deepEqual(deleted(inbox.lifecycleRules), [
            // An earlier version as old stays as long as versions stay.
            { age: 90, withState: "LIVE" },
            { ...noncurrent, daysSinceNoncurrentTime: 30 },
        ]);
    });

    it("has a copy in a second region in prod: a replica, or a dual-region", () => {
        assert.equal(dev.aws.of(s3.BucketReplicationConfig).length, 0);
        const aws = prod.aws;
        const replica = aws.one(s3.Bucket, "assets-replica");
        assert.equal(replica.inputs.region, "ap-northeast-3");
        for (const type of [
            s3.BucketVersioning,
            s3.BucketPolicy,
            s3.BucketPublicAccessBlock,
            s3.BucketLifecycleConfiguration,
        ])
            assert.deepEqual(
                aws
                    .of(type)
                    .filter(({ name }) => /replica-/.test(name))
                    .map(({ inputs }) => inputs.region),
                ["ap-northeast-3"],
                "what belongs to a bucket is managed in its region",
            );
        const replication = aws.one(s3.BucketReplicationConfig);
        const [rule] = replication.inputs.rules ?? [];
        assert.deepEqual(
            [rule.status, rule.destination.bucket, rule.deleteMarkerReplication?.status],
            ["Enabled", "${demo-prod-assets-replica.arn}", "Enabled"],
        );
        for (const versions of aws.of(s3.BucketVersioning).filter(({ name }) => /assets/.test(name)))
            assert.ok(replication.dependencies.includes(versions.urn), "S3 copies versions");

        const { location, rpo, customPlacementConfig } = prod.gcp.one(storage.Bucket, "assets").inputs;
        assert.deepEqual([location, rpo, customPlacementConfig], ["ASIA1", "DEFAULT", undefined], "Tokyo and Osaka");
        const single = dev.gcp.one(storage.Bucket, "assets").inputs;
        assert.deepEqual([single.location, single.rpo], ["ASIA-NORTHEAST1", undefined]);
    });

    it("copies to the regions that are named", async () => {
        const named = {
            ...app,
            buckets: {
                assets: { replicate: true, aws: { replicaRegion: "eu-west-1" }, gcp: { secondRegion: "europe-west9" } },
            },
        } satisfies Omit<AppInput, "name">;
        const aws = await on("aws", named, "dev", { "aws:region": "eu-central-1" });
        assert.equal(aws.one(s3.Bucket, "assets-replica").inputs.region, "eu-west-1");
        const gcp = await on("gcp", named, "dev", { "gcp:region": "europe-west1" });
        const { location, customPlacementConfig } = gcp.one(storage.Bucket, "assets").inputs;
        assert.deepEqual([location, customPlacementConfig?.dataLocations], ["EU", ["EUROPE-WEST1", "EUROPE-WEST9"]]);
    });

    it("knows another region for the copy of each AWS region", () => {
        assert.deepEqual(Object.keys(replicaRegions).sort(), Object.keys(awsRegions).sort());
        for (const [region, copy] of Object.entries(replicaRegions)) {
            assert.notEqual(copy, region);
            assert.ok(awsRegions[copy], copy);
        }
    });

    it("replicates with a role that reads the one bucket and writes to the other", () => {
        const policy = prod.aws.one(iam.RolePolicy, "assets-replication-policy").inputs.policy;
        const { actions, resources } = actionsOf(policy);
        assert.deepEqual(resources, [
            "${demo-prod-assets.arn}",
            "${demo-prod-assets.arn}/*",
            "${demo-prod-assets-replica.arn}/*",
        ]);
        assert.ok(!actions.some((action) => action.includes("*")), String(actions));
    });

    it("goes with its objects in dev, and is kept with what was deleted in prod", () => {
        for (const [{ aws, gcp }, kept] of [
            [dev, false],
            [prod, true],
        ] as const) {
            for (const bucket of aws.of(s3.Bucket).filter(ofApp))
                assert.deepEqual([bucket.inputs.forceDestroy, bucket.protect], [!kept, kept]);
            for (const { inputs, protect } of gcp.of(storage.Bucket))
                assert.deepEqual(
                    [inputs.forceDestroy, protect, inputs.softDeletePolicy?.retentionDurationSeconds],
                    [!kept, kept, kept ? 7 * 86_400 : 0],
                );
        }
    });

    it("is open to the services that use it: objects, and nothing of the bucket itself", () => {
        const granted = dev.aws.of(iam.RolePolicy).filter(({ inputs }) => /s3:/.test(String(inputs.policy)));
        assert.deepEqual(
            granted.map(({ name }) => name),
            ["demo-dev-api-assets"],
        );
        const { actions, resources } = actionsOf(granted[0].inputs.policy);
        assert.deepEqual(resources, ["${demo-dev-assets.arn}", "${demo-dev-assets.arn}/*"]);
        assert.deepEqual(actions, [
            "s3:ListBucket",
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:PutObject",
        ]);
        assert.deepEqual(
            dev.gcp.of(storage.BucketIAMMember).map(({ inputs }) => [inputs.bucket, inputs.role, inputs.member]),
            [["${demo-dev-assets.name}", "roles/storage.objectUser", "serviceAccount:${demo-dev-api-account.email}"]],
        );
    });

    it("admits the CDN that fetches from it, and no other distribution", async () => {
        const served = {
            ...app,
            domain: { name: "demo.example.com" },
            cdn: { host: "cdn.example.com", origins: { files: { bucket: "assets" } } },
        } satisfies Omit<AppInput, "name">;
        const aws = await on("aws", served);
        const policy = String(aws.one(s3.BucketPolicy, "assets-policy").inputs.policy);
        assert.match(policy, /"cloudfront.amazonaws.com".*"s3:GetObject".*"aws:SourceArn":"\$\{demo-dev-cdn\.arn\}"/);
        assert.match(policy, /SecureTransport/);
        assert.doesNotMatch(String(aws.one(s3.BucketPolicy, "inbox-policy").inputs.policy), /cloudfront/);
    });

    it("tells services its name and URL, and the stack its name", () => {
        const [aws, gcp] = [dev.aws, dev.gcp];
        assert.match(JSON.stringify(aws.resources), /s3:\/\/\$\{demo-dev-assets\.bucket\}\?region=ap-northeast-1/);
        assert.match(JSON.stringify(gcp.resources), /"ASSETS_URL","value":"gs:\/\/\$\{demo-dev-assets\.name\}"/);
        for (const { outputs } of [aws, gcp])
            assert.deepEqual(Object.keys(outputs.bucket as object).sort(), ["assets", "inbox"]);
    });
});
