import * as iam from "@pulumi/aws/iam";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";

import { deadLetterDays, queueEnvironment } from "../contract";
import type * as roles from "../roles";

const daySeconds = 24 * 60 * 60;

/** What sending, receiving and finishing messages takes. */
const messageActions = [
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ReceiveMessage",
    "SendMessage",
].map((action) => `sqs:${action}`);

/**
 * An Amazon SQS queue, and one for messages that nobody could handle. Both are encrypted and take TLS alone. Its twin is
 * ../gcp/queue.ts.
 */
export class Queue extends pulumi.ComponentResource implements roles.Queue {
    readonly name: string;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    readonly queue: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;
    readonly deadLetterId: pulumi.Output<string>;
    private readonly arn: pulumi.Output<string>;

    constructor(name: string, args: roles.QueueArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Queue", name, {}, opts);
        const { queue, deletionProtection } = args;
        this.name = args.name;

        const dead = this.make(
            `${name}-dead`,
            { ...ordered(queue.fifo), messageRetentionSeconds: deadLetterDays * daySeconds },
            deletionProtection,
        );
        const made = this.make(
            name,
            {
                ...ordered(queue.fifo),
                visibilityTimeoutSeconds: queue.visibilitySeconds,
                messageRetentionSeconds: queue.retentionDays * daySeconds,
                // A receiver waits for a message instead of asking again and again, each time for money.
                receiveWaitTimeSeconds: 20,
                redrivePolicy: pulumi.jsonStringify({
                    deadLetterTargetArn: dead.arn,
                    maxReceiveCount: queue.maxReceives,
                }),
            },
            deletionProtection,
        );
        new sqs.RedriveAllowPolicy(
            `${name}-redrive`,
            {
                queueUrl: dead.url,
                redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [made.arn] }),
            },
            { parent: this },
        );

        this.arn = made.arn;
        this.queue = made.name;
        this.monitoringId = made.name;
        this.deadLetterId = dead.name;
        this.environment = queueEnvironment(args.name, { queue: made.name, url: made.url });
        this.registerOutputs({ queue: this.queue });
    }

    grant(name: string, identity: pulumi.Output<string>, parent: pulumi.Resource): pulumi.Resource[] {
        const policy = pulumi.jsonStringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: messageActions, Resource: this.arn }],
        });
        return [new iam.RolePolicy(name, { role: identity, policy }, { parent })];
    }

    private make(name: string, inputs: sqs.QueueArgs, protect: boolean): sqs.Queue {
        const queue = new sqs.Queue(name, { ...inputs, sqsManagedSseEnabled: true }, { parent: this, protect });
        const policy = pulumi.jsonStringify({
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Deny",
                    Principal: "*",
                    Action: "sqs:*",
                    Resource: queue.arn,
                    Condition: { Bool: { "aws:SecureTransport": "false" } },
                },
            ],
        });
        new sqs.QueuePolicy(`${name}-tls`, { queueUrl: queue.url, policy }, { parent: this });
        return queue;
    }
}

/** In order within each group of messages, each once in five minutes; groups do not wait for one another. */
const ordered = (fifo: boolean): sqs.QueueArgs =>
    fifo
        ? {
              fifoQueue: true,
              contentBasedDeduplication: true,
              deduplicationScope: "messageGroup",
              fifoThroughputLimit: "perMessageGroupId",
          }
        : {};
