import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

/** An S3 bucket that nothing can make public, encrypted with S3's own keys. Part of bucket and of access logs. */
export function privateBucket(
    name: string,
    args: { forceDestroy: boolean; protect?: boolean; region?: string },
    parent: pulumi.Resource,
): { bucket: s3.Bucket; locked: s3.BucketPublicAccessBlock } {
    const { forceDestroy, protect, region } = args;
    const bucket = new s3.Bucket(name, { forceDestroy, region }, { parent, protect });
    const locked = new s3.BucketPublicAccessBlock(
        `${name}-private`,
        {
            bucket: bucket.id,
            region,
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
        },
        { parent },
    );
    new s3.BucketOwnershipControls(
        `${name}-owner`,
        { bucket: bucket.id, region, rule: { objectOwnership: "BucketOwnerEnforced" } },
        { parent },
    );
    new s3.BucketServerSideEncryptionConfiguration(
        `${name}-encryption`,
        { bucket: bucket.id, region, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
        { parent },
    );
    return { bucket, locked };
}

/** Statement of a bucket's policy: TLS alone. */
export const encryptedOnly = (bucketArn: pulumi.Input<string>) => ({
    Sid: "EncryptedConnectionsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
});
