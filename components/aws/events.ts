import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";

import { alarmName, type FailureId } from "../failures";
import type * as watched from "../watched";

/** Something that a cloud says once, as an event, and of which it has no metric. */
export interface EventNotice {
    failure: FailureId;
    part?: string;
    description: string;
    /** EventBridge's pattern of the events. */
    pattern: Record<string, pulumi.Input<unknown>>;
    /** What is told of an event: paths into it by name, and a sentence with `<name>` for each. */
    paths: Record<string, string>;
    sentence: string;
}

/** Deployments that ECS gave up, as their tasks did not become healthy; backups of file systems; runs of the pipeline. */
export function eventNotices({
    alarms,
    services,
    platform,
    filesystems,
    pipeline,
    app,
}: watched.AlarmsArgs): EventNotice[] {
    return [
        ...(alarms.failedDeployments
            ? [
                  {
                      failure: "failedDeployments" as const,
                      description: "Failed deployments",
                      pattern: {
                          source: ["aws.ecs"],
                          "detail-type": ["ECS Deployment State Change"],
                          resources: Object.values(services).map(({ service }) => ({
                              suffix: pulumi.interpolate`:service/${platform.cluster}/${service.serviceName}`,
                          })),
                          detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
                      },
                      paths: { service: "$.resources[0]", reason: "$.detail.reason" },
                      sentence: "Deployment of <service> failed: <reason>",
                  },
              ]
            : []),
        ...Object.entries(filesystems).flatMap(([part, { monitoringId }]): EventNotice[] =>
            app.filesystems[part].backup
                ? [
                      {
                          failure: "filesystemBackup",
                          part,
                          description: `Failed backups of ${part}`,
                          pattern: {
                              source: ["aws.backup"],
                              "detail-type": ["Backup Job State Change"],
                              detail: {
                                  state: ["FAILED", "EXPIRED", "ABORTED"],
                                  resourceArn: [{ suffix: pulumi.interpolate`:file-system/${monitoringId!}` }],
                              },
                          },
                          paths: { files: "$.detail.resourceArn", state: "$.detail.state" },
                          sentence: "Backup of <files> is <state>",
                      },
                  ]
                : [],
        ),
        ...(pipeline
            ? [
                  {
                      failure: "pipelineFailed" as const,
                      description: "Failed runs of the pipeline",
                      pattern: {
                          source: ["aws.codepipeline"],
                          "detail-type": ["CodePipeline Pipeline Execution State Change"],
                          detail: { pipeline: [pipeline.monitoringId!], state: ["FAILED"] },
                      },
                      paths: { pipeline: "$.detail.pipeline", run: "$.detail.execution-id" },
                      sentence: "Run <run> of pipeline <pipeline> failed",
                  },
              ]
            : []),
    ];
}

/** Lets EventBridge tell the topic. A policy of its own replaces the default one, by which the account's alarms reach it. */
export function letEventsTell(name: string, topic: sns.Topic, parent: pulumi.Resource): sns.TopicPolicy {
    return new sns.TopicPolicy(
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
        // What it was called while deployments were the only events.
        { parent, aliases: [{ name: `${name}-deployments-policy` }] },
    );
}

/** Tells the topic of events. */
export function tellOf(
    name: string,
    notice: EventNotice,
    topic: sns.Topic,
    policy: sns.TopicPolicy,
    parent: pulumi.Resource,
): void {
    const called = `${name}-${alarmName(notice.failure, notice.part)}`;
    const rule = new cloudwatch.EventRule(
        called,
        { description: notice.description, eventPattern: pulumi.jsonStringify(notice.pattern) },
        { parent },
    );
    new cloudwatch.EventTarget(
        `${called}-target`,
        {
            rule: rule.name,
            arn: topic.arn,
            inputTransformer: { inputPaths: notice.paths, inputTemplate: JSON.stringify(notice.sentence) },
        },
        { parent, dependsOn: [policy] },
    );
}
