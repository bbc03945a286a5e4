import * as projects from "@pulumi/gcp/projects";
import * as pubsub from "@pulumi/gcp/pubsub";
import * as pulumi from "@pulumi/pulumi";

import { deadLetterDays, queueEnvironment } from "../contract";
import type * as roles from "../roles";

const daySeconds = 24 * 60 * 60;

/**
 * A Pub/Sub topic with a subscription of the same name that services pull from; and a topic and a subscription for messages that
 * nobody could handle. Pub/Sub encrypts by itself and takes TLS alone. Its twin is ../aws/queue.ts.
 */
export class Queue extends pulumi.ComponentResource implements roles.Queue {
    readonly name: string;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    readonly queue: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;
    readonly deadLetterId: pulumi.Output<string>;
    private readonly topic: pulumi.Output<string>;

    constructor(name: string, args: roles.QueueArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Queue", name, {}, opts);
        const { place, queue, deletionProtection } = args;
        this.name = args.name;

        const dead = new pubsub.Topic(`${name}-dead`, {}, { parent: this, protect: deletionProtection });
        const kept = this.subscription(
            `${name}-dead`,
            { topic: dead.id, name: dead.name },
            deadLetterDays,
            deletionProtection,
        );
        const topic = new pubsub.Topic(name, {}, { parent: this, protect: deletionProtection });
        const pulled = this.subscription(
            name,
            {
                topic: topic.id,
                // As the topic's: whoever knows the queue's name knows both.
                name: topic.name,
                ackDeadlineSeconds: queue.visibilitySeconds,
                enableMessageOrdering: queue.fifo,
                deadLetterPolicy: { deadLetterTopic: dead.id, maxDeliveryAttempts: queue.maxReceives },
                retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
            },
            queue.retentionDays,
            deletionProtection,
        );
        // It is Pub/Sub itself that moves a message: it takes it from the subscription and puts it on the other topic.
        const mover = new projects.ServiceIdentity(
            `${name}-mover`,
            { service: "pubsub.googleapis.com" },
            { parent: this },
        );
        const parent = this;
        new pubsub.TopicIAMMember(
            `${name}-dead-publish`,
            { topic: dead.name, role: "roles/pubsub.publisher", member: mover.member },
            { parent },
        );
        new pubsub.SubscriptionIAMMember(
            `${name}-dead-take`,
            { subscription: pulled.name, role: "roles/pubsub.subscriber", member: mover.member },
            { parent },
        );

        this.topic = topic.name;
        // By way of the subscription: what is sent before it is there reaches nobody.
        this.queue = pulled.name;
        this.monitoringId = pulled.name;
        this.deadLetterId = kept.name;
        this.environment = queueEnvironment(args.name, {
            queue: this.queue,
            url: pulumi.interpolate`gcppubsub://projects/${place.project}/topics/${this.queue}`,
        });
        this.registerOutputs({ queue: this.queue });
    }

    grant(name: string, member: pulumi.Output<string>, parent: pulumi.Resource): pulumi.Resource[] {
        return [
            new pubsub.TopicIAMMember(
                `${name}-send`,
                { topic: this.topic, role: "roles/pubsub.publisher", member },
                { parent },
            ),
            new pubsub.SubscriptionIAMMember(
                `${name}-receive`,
                { subscription: this.queue, role: "roles/pubsub.subscriber", member },
                { parent },
            ),
        ];
    }

    /** By default a subscription is gone once nobody has asked for 31 days. */
    private subscription(
        name: string,
        inputs: pubsub.SubscriptionArgs,
        days: number,
        protect: boolean,
    ): pubsub.Subscription {
        return new pubsub.Subscription(
            name,
            { ...inputs, messageRetentionDuration: `${days * daySeconds}s`, expirationPolicy: { ttl: "" } },
            { parent: this, protect },
        );
    }
}
