"use strict";
// @ts-check

const { RemovalPolicy } = require("aws-cdk-lib");
const ec2 = require("aws-cdk-lib/aws-ec2");
const { LogGroup, RetentionDays } = require("aws-cdk-lib/aws-logs");

const cidr = "10.0.0.0/16";
const subnets = ["10.0.1.0/24", "10.0.2.0/24", "10.0.10.0/24", "10.0.20.0/24"];

/** Gives out exactly the ranges of the design; CDK's own allocation has no gaps. */
const addresses = {
    allocateVpcCidr: () => ({ cidrBlock: cidr }),
    allocateSubnetsCidr: () => ({ allocatedSubnets: subnets.map((range) => ({ cidr: range })) }),
};

/** Two zones, public and private subnets, a NAT gateway a zone, S3 without NAT, a default security group that admits nothing. */
function network(scope) {
    return new ec2.Vpc(scope, "Network", {
        ipAddresses: addresses,
        availabilityZones: ["ap-northeast-1a", "ap-northeast-1c"],
        natGateways: 2,
        subnetConfiguration: [
            { name: "public", subnetType: ec2.SubnetType.PUBLIC },
            { name: "private", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        ],
        gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
        restrictDefaultSecurityGroup: true,
    });
}

const logGroup = (scope, id, logGroupName) =>
    new LogGroup(scope, id, {
        logGroupName,
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
    });

module.exports = { network, logGroup };
