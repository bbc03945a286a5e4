import * as cloudfront from "@pulumi/aws/cloudfront";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import type { input } from "@pulumi/aws/types";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { AccessLogs } from "./accesslogs";
import { certificate } from "./certificate";

/** Where CloudFront's certificates, web ACLs and log deliveries live, wherever the stack does. */
const region = "us-east-1";

/** Ids of AWS's own policies. What is cached goes by path alone; what is not gets all of a request but its host. */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
/** HTTPS only, no guessing of content types, no foreign frames: each where the origin says nothing of it itself. */
const securityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03";

/** A CloudFront distribution under a name of its own. Its twin is ../gcp/cdn.ts. */
export class Cdn extends pulumi.ComponentResource implements roles.Cdn {
    readonly host: string;
    readonly id: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;
    readonly certificate: pulumi.Output<string>;
    readonly address: pulumi.Output<string>;
    readonly addressZoneId: pulumi.Output<string>;
    readonly ipv6 = true;

    constructor(name: string, args: roles.CdnArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Cdn", name, {}, opts);
        const { cdn, dns, origins, firewall } = args;
        const parent = this;

        const access = Object.values(origins).some(({ bucket }) => bucket)
            ? new cloudfront.OriginAccessControl(
                  name,
                  { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
                  { parent },
              )
            : undefined;
        this.certificate = certificate(name, { dns: dns!, names: [cdn.host], region }, this);
        const distribution = new cloudfront.Distribution(
            name,
            {
                enabled: true,
                aliases: [cdn.host],
                httpVersion: "http2and3",
                isIpv6Enabled: true,
                origins: Object.entries(origins).map(([id, origin]) => originOf(id, origin, access, firewall)),
                ...behaviors(cdn, origins),
                viewerCertificate: {
                    acmCertificateArn: this.certificate,
                    sslSupportMethod: "sni-only",
                    minimumProtocolVersion: "TLSv1.2_2021",
                },
                restrictions: { geoRestriction: { restrictionType: "none" } },
                webAclId: firewall?.cdnId,
            },
            { parent },
        );
        this.log(name, args, distribution);

        this.host = cdn.host;
        this.id = distribution.arn;
        this.monitoringId = distribution.id;
        this.address = distribution.domainName;
        this.addressZoneId = distribution.hostedZoneId;
        this.registerOutputs({ id: this.id });
    }

    /** Every request into a locked-down bucket, by way of CloudWatch's deliveries, which need no ACLs on the bucket. */
    private log(name: string, args: roles.CdnArgs, distribution: cloudfront.Distribution): void {
        const parent = this;
        const logs = new AccessLogs(
            `${name}-logs`,
            {
                accountId: getCallerIdentityOutput({}, { parent }).accountId,
                writer: "cdn",
                retentionDays: args.logRetentionDays,
                forceDestroy: !args.deletionProtection,
            },
            { parent },
        );
        const source = new cloudwatch.LogDeliverySource(
            `${name}-logs`,
            { logType: "ACCESS_LOGS", resourceArn: distribution.arn, region },
            { parent },
        );
        const destination = new cloudwatch.LogDeliveryDestination(
            `${name}-logs`,
            {
                outputFormat: "json",
                deliveryDestinationConfiguration: { destinationResourceArn: logs.arn },
                region,
            },
            { parent },
        );
        new cloudwatch.LogDelivery(
            `${name}-logs`,
            { deliverySourceName: source.name, deliveryDestinationArn: destination.arn, region },
            { parent },
        );
    }
}

/** A service by its own host, over TLS alone; or a bucket, with requests that CloudFront signs. */
function originOf(
    originId: string,
    { host, bucket, path, timeoutSeconds }: roles.CdnOrigin,
    access: cloudfront.OriginAccessControl | undefined,
    firewall: roles.Firewall | undefined,
): input.cloudfront.DistributionOrigin {
    if (bucket)
        return { originId, domainName: bucket.domainName!, originPath: path, originAccessControlId: access?.id };
    return {
        originId,
        domainName: host!,
        originPath: path,
        customHeaders: firewall?.cdnHeader ? [firewall.cdnHeader] : undefined,
        customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "https-only",
            originSslProtocols: ["TLSv1.2"],
            originReadTimeout: timeoutSeconds,
        },
    };
}

/** The first origin uncached for whatever matches nothing else, and what is cached, in the order in which it was said. */
function behaviors(
    cdn: roles.CdnArgs["cdn"],
    origins: Record<string, roles.CdnOrigin>,
): Pick<cloudfront.DistributionArgs, "defaultCacheBehavior" | "orderedCacheBehaviors"> {
    const [first] = Object.keys(cdn.origins);
    const reading = ["GET", "HEAD", "OPTIONS"];
    const common = {
        viewerProtocolPolicy: "redirect-to-https",
        compress: true,
        cachedMethods: ["GET", "HEAD"],
        responseHeadersPolicyId: securityHeaders,
    };
    return {
        defaultCacheBehavior: {
            ...common,
            targetOriginId: first,
            allowedMethods: origins[first].bucket ? reading : [...reading, "PUT", "POST", "PATCH", "DELETE"],
            cachePolicyId: cachingDisabled,
            // A bucket would take a viewer's headers for part of the signature.
            originRequestPolicyId: origins[first].bucket ? undefined : allViewerExceptHostHeader,
        },
        orderedCacheBehaviors: cdn.behaviors.map(({ path, origin = first }) => ({
            ...common,
            pathPattern: path,
            targetOriginId: origin,
            allowedMethods: reading,
            cachePolicyId: cachingOptimized,
        })),
    };
}
