import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";

import type { Place } from "../roles";
import { assumedBy, roleWith, type Statement } from "./role";

/**
 * What writing the log of a state machine takes, which knows no resources.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
const logging: Statement = {
    Effect: "Allow",
    Action: [
        "CreateLogDelivery",
        "DeleteLogDelivery",
        "DescribeLogGroups",
        "DescribeResourcePolicies",
        "GetLogDelivery",
        "ListLogDeliveries",
        "PutResourcePolicy",
        "UpdateLogDelivery",
    ].map((action) => `logs:${action}`),
    Resource: "*",
};

/**
 * A state machine, called `name`, with a role of its own, which writes down what failed in it: without a log nobody finds out
 * why. The input of an execution is left out.
 */
export function stateMachine(
    name: string,
    args: {
        place: Place;
        /** What its role, and its log group, begin with: the component's name. */
        base: string;
        definition: pulumi.Input<string>;
        statements: Statement[];
        logRetentionDays: number;
    },
    parent: pulumi.Resource,
): sfn.StateMachine {
    const { place, base, definition, statements, logRetentionDays } = args;
    // Beneath this name the groups need no room in the account's one resource policy.
    const group = new cloudwatch.LogGroup(
        `${base}-logs`,
        { name: `/aws/vendedlogs/states/${base}`, retentionInDays: logRetentionDays },
        { parent },
    );
    const role = roleWith(
        `${base}-role`,
        { place, trust: assumedBy("states.amazonaws.com"), statements: [...statements, logging] },
        parent,
    );
    return new sfn.StateMachine(
        name,
        {
            roleArn: role.arn,
            definition,
            loggingConfiguration: {
                level: "ERROR",
                includeExecutionData: false,
                logDestination: pulumi.interpolate`${group.arn}:*`,
            },
        },
        { parent },
    );
}
