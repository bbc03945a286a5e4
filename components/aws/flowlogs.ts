import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { assumedBy, roleWith } from "./role";

const trafficTypes = { rejected: "REJECT", all: "ALL" } as const;

/** Who talks to whom in a VPC, as far as that is asked for: summed up over ten minutes, in a log group of its own. */
export function flowLogs(
    name: string,
    { place, network, logRetentionDays }: roles.NetworkArgs,
    vpcId: pulumi.Output<string>,
    parent: pulumi.Resource,
): void {
    const asked = network.aws.flowLogs;
    if (asked === "none") return;
    const group = new cloudwatch.LogGroup(
        `${name}-flows`,
        { name: `/vpc/${name}`, retentionInDays: logRetentionDays },
        { parent },
    );
    const role = roleWith(
        `${name}-flows-role`,
        {
            place,
            trust: assumedBy("vpc-flow-logs.amazonaws.com"),
            statements: [
                {
                    Effect: "Allow",
                    Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    Resource: pulumi.interpolate`${group.arn}:*`,
                },
            ],
        },
        parent,
    );
    new ec2.FlowLog(
        `${name}-flows`,
        {
            vpcId,
            trafficType: trafficTypes[asked],
            logDestinationType: "cloud-watch-logs",
            logDestination: group.arn,
            iamRoleArn: role.arn,
            maxAggregationInterval: 600,
        },
        { parent },
    );
}
