import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

/** A bucket that load balancers of this account may write logs to, and that forgets them in time. Part of ingress. */
export class AccessLogs extends pulumi.ComponentResource {
    /** The bucket's name, once its policy admits the load balancer. */
    readonly bucket: pulumi.Output<string>;

    constructor(
        name: string,
        args: { accountId: pulumi.Input<string>; retentionDays: number; forceDestroy: boolean },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:aws:AccessLogs", name, {}, opts);
        const parent = this;

        const bucket = new s3.Bucket(name, { forceDestroy: args.forceDestroy }, { parent });
        const locked = new s3.BucketPublicAccessBlock(
            `${name}-private`,
            {
                bucket: bucket.id,
                blockPublicAcls: true,
                blockPublicPolicy: true,
                ignorePublicAcls: true,
                restrictPublicBuckets: true,
            },
            { parent },
        );
        new s3.BucketOwnershipControls(
            `${name}-owner`,
            { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
            { parent },
        );
        // Load balancers can write to buckets encrypted with S3's own keys only.
        new s3.BucketServerSideEncryptionConfiguration(
            `${name}-encryption`,
            { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
            { parent },
        );
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
            { bucket: bucket.id, policy: logPolicy(bucket.arn, args.accountId) },
            { parent, dependsOn: [locked] },
        );

        this.bucket = policy.bucket;
        this.registerOutputs({ bucket: this.bucket });
    }
}

const logPolicy = (bucketArn: pulumi.Input<string>, accountId: pulumi.Input<string>): pulumi.Output<string> =>
    pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "LoadBalancersWrite",
                Effect: "Allow",
                Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
                Action: "s3:PutObject",
                Resource: pulumi.interpolate`${bucketArn}/AWSLogs/${accountId}/*`,
            },
            {
                Sid: "EncryptedConnectionsOnly",
                Effect: "Deny",
                Principal: "*",
                Action: "s3:*",
                Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
                Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
        ],
    });
