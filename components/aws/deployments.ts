import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

/**
 * Tells the topic when ECS gives up a deployment of one of the services: its tasks did not become healthy, or the circuit
 * breaker stopped it. ECS says so as an event, not as a metric.
 */
export function failedDeployments(
    name: string,
    { services, platform }: Pick<roles.AlarmsArgs, "services" | "platform">,
    topic: sns.Topic,
    parent: pulumi.Resource,
): void {
    const resources = Object.values(services).map(({ service }) => ({
        suffix: pulumi.interpolate`:service/${platform.cluster}/${service.serviceName}`,
    }));
    const rule = new cloudwatch.EventRule(
        name,
        {
            description: "Failed deployments",
            eventPattern: pulumi.jsonStringify({
                source: ["aws.ecs"],
                "detail-type": ["ECS Deployment State Change"],
                resources,
                detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
            }),
        },
        { parent },
    );
    // A policy of its own replaces the default one, by which the account's alarms reach the topic.
    const policy = new sns.TopicPolicy(
        `${name}-policy`,
        {
            arn: topic.arn,
            policy: pulumi.jsonStringify({
                Version: "2012-10-17",
                Statement: [
                    {
                        Effect: "Allow",
                        Principal: { Service: "cloudwatch.amazonaws.com" },
                        Action: "sns:Publish",
                        Resource: topic.arn,
                        Condition: { StringEquals: { "aws:SourceAccount": topic.owner } },
                    },
                    {
                        Effect: "Allow",
                        Principal: { Service: "events.amazonaws.com" },
                        Action: "sns:Publish",
                        // Without a condition: EventBridge brings SNS nothing to compare, and would be refused.
                        Resource: topic.arn,
                    },
                ],
            }),
        },
        { parent },
    );
    new cloudwatch.EventTarget(
        `${name}-target`,
        {
            rule: rule.name,
            arn: topic.arn,
            inputTransformer: {
                inputPaths: { service: "$.resources[0]", reason: "$.detail.reason" },
                inputTemplate: '"Deployment of <service> failed: <reason>"',
            },
        },
        { parent, dependsOn: [policy] },
    );
}
