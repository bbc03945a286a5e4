import { absent, type Row } from "./row";

/** What queues say of themselves. */
export const queues: Row[] = [
    {
        field: "queues.*.visibilitySeconds",
        aws: "Visibility timeout of the SQS queue",
        gcp: "Acknowledgement deadline of the Pub/Sub subscription",
        note: "Pub/Sub takes 10 to 600; its clients ask for more while they work, those of SQS have to be told to",
    },
    {
        field: "queues.*.retentionDays",
        aws: "Message retention of the SQS queue",
        gcp: "Message retention of the Pub/Sub subscription",
    },
    {
        field: "queues.*.maxReceives",
        aws: "Redrive policy to a dead-letter queue",
        gcp: "Dead-letter policy to another topic, with a subscription that keeps what comes",
        note: "Pub/Sub takes 5 to 100 and counts roughly; SQS counts exactly",
    },
    {
        field: "queues.*.fifo",
        aws: "FIFO queue: in order within a message group, doubles within five minutes dropped, by their contents",
        gcp: "Message ordering: in order within an ordering key, and delivered at least once",
        note: "SQS drops doubles, Pub/Sub does not; on either the sender says the group or the key, and without one Pub/Sub keeps no order",
    },
    {
        field: "queues.*.deletionProtection",
        aws: "Pulumi refuses to delete the queue and its dead-letter queue",
        gcp: "Pulumi refuses to delete the topics and their subscriptions",
    },
];

/** How a service scales by a queue. */
export const backlog: Row[] = [
    {
        field: "services.*.scale.backlog.queue",
        aws: "Target tracking on the messages that wait in the SQS queue, for each running task",
        gcp: absent,
        note: "Cloud Run scales by requests and CPU, not by a queue: a minimum of instances pulls",
    },
    {
        field: "services.*.scale.backlog.perInstance",
        aws: "Its target",
        gcp: absent,
        note: "As the queue",
    },
];

/** The alarm of a queue. */
export const queueAge: Row = {
    field: "alarms.queueAgeSeconds",
    aws: "Alarm on the age of the oldest message",
    gcp: "Alert policy on the age of the oldest message that is not acknowledged",
};
