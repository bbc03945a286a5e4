import assert from "node:assert/strict";

import { awsTable } from "../../cost/aws";
import { vcpus } from "../../cost/aws/data";
import { compute } from "./cases/aws-compute";
import { data } from "./cases/aws-data";
import { network } from "./cases/aws-network";
import { rest } from "./cases/aws-rest";
import { roles } from "./cases/aws-roles";
import { describeCases } from "./cases/checks";

/** Types that cost the same whatever is said of them. */
const indifferent = [
    "aws:cloudfront/distribution:Distribution",
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:ec2/eip:Eip",
    "aws:ec2/natGateway:NatGateway",
    "aws:ecr/repository:Repository",
    "aws:eks/cluster:Cluster",
    "aws:kms/key:Key",
    "aws:route53/zone:Zone",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    "aws:secretsmanager/secret:Secret",
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
];

describe("AWS is priced as by hand", () => {
    describeCases("aws", awsTable, [...compute, ...network, ...data, ...rest, ...roles], indifferent);

    it("with two vCPUs up to large, and four for each xlarge", () => {
        const sizes = { "t4g.micro": 2, "r5.large": 2, "m7g.xlarge": 4, "m7g.12xlarge": 48 };
        for (const [size, count] of Object.entries(sizes)) assert.equal(vcpus(`db.${size}`), count, size);
    });
});
