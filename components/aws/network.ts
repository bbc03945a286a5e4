import * as ec2 from "@pulumi/aws/ec2";
import * as awsx from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { flowLogs } from "./flowlogs";

const natStrategy = { none: "None", single: "Single", perZone: "OnePerAz" } as const;

/**
 * A VPC over two zones, public and private subnets, NAT as asked, S3 and DynamoDB without NAT; or somebody else's, in which nothing is
 * made. Its twin is ../gcp/network.ts.
 */
export class Network extends pulumi.ComponentResource implements roles.Network {
    readonly id: pulumi.Output<string>;
    readonly publicSubnetIds: pulumi.Output<string[]>;
    readonly privateSubnetIds: pulumi.Output<string[]>;
    readonly nat: boolean;

    constructor(name: string, args: roles.NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Network", name, {}, opts);
        const { place, network } = args;
        this.nat = network.nat !== "none";
        if (network.aws.existing) {
            const { vpcId, publicSubnets, privateSubnets } = network.aws.existing;
            [this.id, this.publicSubnetIds, this.privateSubnetIds] = [
                pulumi.output(vpcId),
                pulumi.output(publicSubnets),
                pulumi.output(privateSubnets),
            ];
            this.registerOutputs({ id: this.id });
            return;
        }

        // "Auto" with a range for every subnet takes exactly those ranges; "Exact" fails where they leave gaps.
        const vpc = new awsx.Vpc(
            name,
            {
                cidrBlock: network.cidr,
                availabilityZoneNames: place.zones,
                subnetStrategy: "Auto",
                subnetSpecs: [
                    { type: "Public", name: "public", cidrBlocks: network.aws.publicSubnets },
                    { type: "Private", name: "private", cidrBlocks: network.aws.privateSubnets },
                ],
                natGateways: { strategy: natStrategy[network.nat] },
                enableDnsHostnames: true,
                enableDnsSupport: true,
            },
            { parent: this },
        );
        // Free, and it keeps image layers, backups and items off the NAT gateway's meter.
        for (const service of ["s3", ...(args.tables ? ["dynamodb"] : [])])
            new ec2.VpcEndpoint(
                `${name}-${service}`,
                {
                    vpcId: vpc.vpcId,
                    serviceName: `com.amazonaws.${place.region}.${service}`,
                    vpcEndpointType: "Gateway",
                    routeTableIds: vpc.routeTables.apply((tables) => tables.map((table) => table.id)),
                },
                { parent: this },
            );
        // Whatever lands in the VPC's default group by mistake reaches nothing and is reached by nothing.
        new ec2.DefaultSecurityGroup(
            `${name}-default`,
            { vpcId: vpc.vpcId, ingress: [], egress: [] },
            { parent: this },
        );

        flowLogs(name, args, vpc.vpcId, this);

        this.id = vpc.vpcId;
        // By way of the routes: what starts in a subnet may call the internet at once.
        const after = (ids: pulumi.Output<string[]>) =>
            pulumi.all([ids, vpc.routes, vpc.routeTableAssociations]).apply(([ids]) => ids);
        this.publicSubnetIds = after(vpc.publicSubnetIds);
        this.privateSubnetIds = after(vpc.privateSubnetIds);
        this.registerOutputs({ id: this.id });
    }
}
