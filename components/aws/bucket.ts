import * as iam from "@pulumi/aws/iam";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { replicaRegions } from "../../topology/regions";
import { bucketEnvironment } from "../contract";
import type * as roles from "../roles";
import { encryptedOnly, privateBucket } from "./privatebucket";
import { assumedBy, roleWith } from "./role";

/** A bucket, and what makes it keep versions. */
interface Store {
    bucket: s3.Bucket;
    versions: s3.BucketVersioning;
}

/** Objects in Amazon S3, with a copy in a second region if asked for. Its twin is ../gcp/bucket.ts. */
export class Bucket extends pulumi.ComponentResource implements roles.Bucket {
    readonly name: string;
    readonly bucket: pulumi.Output<string>;
    readonly id: pulumi.Output<string>;
    readonly domainName: pulumi.Output<string>;
    readonly replica?: pulumi.Output<string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};

    constructor(name: string, args: roles.BucketArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Bucket", name, {}, opts);
        const { place, bucket, reader } = args;
        this.name = args.name;

        const store = this.store(name, args, { reader });
        if (bucket.replicate) this.replica = this.replicate(name, args, store);

        const made = store.bucket;
        this.bucket = made.bucket;
        this.id = made.arn;
        this.domainName = made.bucketRegionalDomainName;
        this.environment = bucketEnvironment(args.name, {
            bucket: made.bucket,
            url: pulumi.interpolate`s3://${made.bucket}?region=${place.region}`,
        });
        this.registerOutputs({ bucket: this.bucket });
    }

    grant(name: string, identity: pulumi.Output<string>, parent: pulumi.Resource): pulumi.Resource[] {
        const allow = (actions: string[], Resource: pulumi.Output<string>) => ({
            Effect: "Allow",
            Action: actions.map((action) => `s3:${action}`),
            Resource,
        });
        const policy = pulumi.jsonStringify({
            Version: "2012-10-17",
            Statement: [
                allow(["ListBucket"], this.id),
                // An upload in parts that fails is aborted by whoever began it.
                allow(
                    ["AbortMultipartUpload", "DeleteObject", "GetObject", "PutObject"],
                    pulumi.interpolate`${this.id}/*`,
                ),
            ],
        });
        return [new iam.RolePolicy(name, { role: identity, policy }, { parent })];
    }

    private store(
        name: string,
        { bucket: said, deletionProtection }: roles.BucketArgs,
        { region, reader }: { region?: string; reader?: pulumi.Input<string> },
    ): Store {
        const parent = this;
        const { bucket, locked } = privateBucket(
            name,
            { forceDestroy: !deletionProtection, protect: deletionProtection, region },
            this,
        );
        const versions = new s3.BucketVersioning(
            `${name}-versions`,
            {
                bucket: bucket.id,
                region,
                // A bucket that has had versions never is without again.
                versioningConfiguration: { status: said.versioned ? "Enabled" : "Suspended" },
            },
            { parent },
        );
        new s3.BucketLifecycleConfiguration(
            `${name}-lifecycle`,
            { bucket: bucket.id, region, rules: [lifecycle(said)] },
            { parent, dependsOn: [versions] },
        );
        const statements = [...(reader ? [readBy(reader, bucket.arn)] : []), encryptedOnly(bucket.arn)];
        new s3.BucketPolicy(
            `${name}-policy`,
            {
                bucket: bucket.id,
                region,
                policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }),
            },
            // The public access block first: S3 refuses two changes of a bucket's access at once.
            { parent, dependsOn: [locked] },
        );
        return { bucket, versions };
    }

    /** Every object, and what is deleted, copied to a bucket like this one in another region, whose name it returns. */
    private replicate(name: string, args: roles.BucketArgs, store: Store): pulumi.Output<string> {
        const region = args.bucket.aws.replicaRegion ?? replicaRegions[args.place.region];
        const replica = this.store(`${name}-replica`, args, { region });
        const [from, to] = [store.bucket.arn, replica.bucket.arn];
        const role = roleWith(
            `${name}-replication`,
            {
                place: args.place,
                trust: assumedBy("s3.amazonaws.com"),
                statements: [
                    { Effect: "Allow", Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: from },
                    {
                        Effect: "Allow",
                        Action: ["Acl", "ForReplication", "Tagging"].map((what) => `s3:GetObjectVersion${what}`),
                        Resource: pulumi.interpolate`${from}/*`,
                    },
                    {
                        Effect: "Allow",
                        Action: ["Delete", "Object", "Tags"].map((what) => `s3:Replicate${what}`),
                        Resource: pulumi.interpolate`${to}/*`,
                    },
                ],
            },
            this,
        );
        new s3.BucketReplicationConfig(
            `${name}-replication`,
            {
                bucket: store.bucket.id,
                role: role.arn,
                rules: [
                    {
                        id: "everything",
                        status: "Enabled",
                        filter: {},
                        deleteMarkerReplication: { status: "Enabled" },
                        // Metrics: without them S3 does not say that a copy failed.
                        destination: { bucket: to, metrics: { status: "Enabled" } },
                    },
                ],
            },
            // S3 copies versions, so both buckets must keep them by then.
            { parent: this, dependsOn: [store.versions, replica.versions] },
        );
        return replica.bucket.bucket;
    }
}

/** Statement of a bucket's policy: a distribution reads objects whose names it knows. */
const readBy = (distribution: pulumi.Input<string>, bucketArn: pulumi.Input<string>) => ({
    Sid: "CdnReads",
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Action: "s3:GetObject",
    Resource: pulumi.interpolate`${bucketArn}/*`,
    Condition: { StringEquals: { "aws:SourceArn": distribution } },
});

/** What goes by itself: objects in time, earlier versions, the marks that deletions leave, uploads that nobody finished. */
function lifecycle({ expireDays, noncurrentDays }: topology.Bucket) {
    return {
        id: "expire",
        status: "Enabled",
        filter: {},
        expiration: expireDays ? { days: expireDays } : { expiredObjectDeleteMarker: true },
        noncurrentVersionExpiration: { noncurrentDays },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    };
}
