import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

import { encryptedOnly, privateBucket } from "./privatebucket";

/** Who writes access logs: this account's load balancers, or CloudFront by way of CloudWatch's log deliveries. */
type Writer = "loadBalancer" | "cdn";

/** A bucket that a writer of this account may write logs to, and that forgets them in time. Part of ingress and cdn. */
export class AccessLogs extends pulumi.ComponentResource {
    /** The bucket's name, once its policy admits the writer. */
    readonly bucket: pulumi.Output<string>;
    /** Its ARN, likewise. */
    readonly arn: pulumi.Output<string>;

    constructor(
        name: string,
        args: { accountId: pulumi.Input<string>; retentionDays: number; forceDestroy: boolean; writer?: Writer },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:aws:AccessLogs", name, {}, opts);
        const parent = this;

        // Encrypted with S3's own keys: nobody could write logs with others.
        const { forceDestroy } = args;
        // S3 refuses to delete a bucket with logs in it: better Pulumi does so, before anything is touched.
        const { bucket, locked } = privateBucket(name, { forceDestroy, protect: !forceDestroy }, this);
        new s3.BucketLifecycleConfiguration(
            `${name}-lifecycle`,
            {
                bucket: bucket.id,
                rules: [
                    {
                        id: "expire",
                        status: "Enabled",
                        filter: {},
                        expiration: { days: args.retentionDays },
                        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
                    },
                ],
            },
            { parent },
        );
        // The public access block first: S3 refuses two changes of a bucket's access at once.
        const policy = new s3.BucketPolicy(
            `${name}-policy`,
            { bucket: bucket.id, policy: logPolicy(bucket.arn, args.accountId, args.writer) },
            { parent, dependsOn: [locked] },
        );

        this.bucket = policy.bucket;
        this.arn = pulumi.all([bucket.arn, policy.id]).apply(([arn]) => arn);
        this.registerOutputs({ bucket: this.bucket });
    }
}

const logPolicy = (
    bucketArn: pulumi.Input<string>,
    accountId: pulumi.Input<string>,
    writer: Writer = "loadBalancer",
): pulumi.Output<string> => {
    const statement = {
        loadBalancer: {
            Sid: "LoadBalancersWrite",
            Effect: "Allow",
            Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        },
        cdn: {
            Sid: "DeliveriesWrite",
            Effect: "Allow",
            Principal: { Service: "delivery.logs.amazonaws.com" },
            Condition: {
                StringEquals: { "aws:SourceAccount": accountId, "s3:x-amz-acl": "bucket-owner-full-control" },
                ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:aws:logs:us-east-1:${accountId}:delivery-source:*` },
            },
        },
    }[writer];
    return pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                ...statement,
                Action: "s3:PutObject",
                Resource: pulumi.interpolate`${bucketArn}/AWSLogs/${accountId}/*`,
            },
            encryptedOnly(bucketArn),
        ],
    });
};
