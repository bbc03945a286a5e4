"use strict";
// @ts-check

const { Duration } = require("aws-cdk-lib");
const acm = require("aws-cdk-lib/aws-certificatemanager");
const ec2 = require("aws-cdk-lib/aws-ec2");
const elb = require("aws-cdk-lib/aws-elasticloadbalancingv2");
const s3 = require("aws-cdk-lib/aws-s3");

/** Load balancer with access logs, a certificate validated through the zone, HTTPS, and a redirect from HTTP. */
function ingress(scope, { vpc, zone, domain }) {
    const access = new ec2.SecurityGroup(scope, "BalancerAccess", {
        vpc,
        description: "Load balancer todo-prod",
        allowAllOutbound: false,
    });
    const logs = new s3.Bucket(scope, "BalancerLogs", {
        blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
        objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        encryption: s3.BucketEncryption.S3_MANAGED,
        enforceSSL: true,
        lifecycleRules: [
            { id: "expire", expiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ],
    });
    const balancer = new elb.ApplicationLoadBalancer(scope, "Balancer", {
        vpc,
        internetFacing: true,
        vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
        securityGroup: access,
        dropInvalidHeaderFields: true,
        deletionProtection: true,
    });
    balancer.logAccessLogs(logs);
    balancer.addRedirect();
    const certificate = new acm.Certificate(scope, "Certificate", {
        domainName: domain,
        validation: acm.CertificateValidation.fromDns(zone),
    });
    const listener = balancer.addListener("Https", {
        port: 443,
        protocol: elb.ApplicationProtocol.HTTPS,
        sslPolicy: elb.SslPolicy.TLS13_RES,
        certificates: [certificate],
    });
    return { balancer, listener };
}

module.exports = { ingress };
