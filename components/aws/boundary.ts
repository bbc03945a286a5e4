import type * as pulumi from "@pulumi/pulumi";
import { interpolate } from "@pulumi/pulumi";

import { deployRole } from "../github";
import { each } from "./actions";
import { named, type Grant } from "./grants";

/**
 * What a role that the deploying one makes may do at most, whatever its policies say: what services, jobs and their helpers do at runtime.
 * So whoever deploys cannot make a role that may more than that, nor hand a program one that is not an app's.
 */
export function boundary(apps: string[], state: pulumi.Output<string>): Grant[] {
    const ofApps = (service: string) => apps.flatMap(named[service]);
    return [
        {
            Effect: "Allow",
            Action: each(
                "ecr:BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload DescribeImages GetAuthorizationToken GetDownloadUrlForLayer InitiateLayerUpload PutImage UploadLayerPart; ecs:DescribeServices DescribeTaskDefinition DescribeTasks RegisterTaskDefinition RunTask StopTask UpdateService; elasticfilesystem:ClientMount ClientRootAccess ClientWrite; events:DescribeRule PutRule PutTargets; logs:CreateLogDelivery CreateLogStream DeleteLogDelivery DescribeLogGroups DescribeLogStreams DescribeResourcePolicies GetLogDelivery ListLogDeliveries PutLogEvents PutResourcePolicy UpdateLogDelivery; ssmmessages:CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel; xray:GetSamplingRules GetSamplingStatisticSummaries GetSamplingTargets PutTelemetryRecords PutTraceSegments",
            ),
            Resource: "*",
        },
        {
            Effect: "Allow",
            Action: each(
                "dynamodb:BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem DescribeTable GetItem PutItem Query Scan UpdateItem",
            ),
            Resource: [...ofApps("dynamodb"), ...ofApps("dynamodb").map((table) => `${table}/index/*`)],
        },
        {
            Effect: "Allow",
            Action: each("secretsmanager:GetSecretValue"),
            // The second is the password of a database, which RDS keeps.
            Resource: [...ofApps("secretsmanager"), "arn:aws:secretsmanager:*:*:secret:rds!*"],
        },
        {
            Effect: "Allow",
            Action: each(
                "s3:AbortMultipartUpload DeleteObject GetBucketVersioning GetObject GetObjectVersion GetObjectVersionAcl GetObjectVersionForReplication GetObjectVersionTagging GetReplicationConfiguration ListBucket PutObject ReplicateDelete ReplicateObject ReplicateTags",
            ),
            Resource: [...ofApps("s3"), ...ofApps("s3").map((bucket) => `${bucket}/*`)],
        },
        {
            Effect: "Allow",
            Action: each(
                "sqs:ChangeMessageVisibility DeleteMessage GetQueueAttributes GetQueueUrl ReceiveMessage SendMessage",
            ),
            Resource: ofApps("sqs"),
        },
        {
            Effect: "Allow",
            Action: each("codebuild:BatchGetBuilds StartBuild"),
            Resource: ofApps("codebuild"),
        },
        {
            Effect: "Allow",
            Action: each("codeconnections:UseConnection; codestar-connections:UseConnection"),
            Resource: "*",
        },
        // Of a pipeline, where that role trusts it: nothing that whoever makes the pipeline may not.
        { Effect: "Allow", Action: each("sts:AssumeRole"), Resource: `arn:aws:iam::*:role/${deployRole}` },
        { Effect: "Allow", Action: each("states:StartExecution"), Resource: ofApps("states") },
        {
            Effect: "Allow",
            Action: each("iam:PassRole"),
            Resource: apps.map((app) => `arn:aws:iam::*:role/${app}-*`),
        },
        { Sid: "NotTheState", Effect: "Deny", Action: ["s3:*"], Resource: [state, interpolate`${state}/*`] },
    ];
}
