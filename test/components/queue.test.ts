import assert from "node:assert/strict";

import * as appautoscaling from "@pulumi/aws/appautoscaling";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ecs from "@pulumi/aws/ecs";
import * as iam from "@pulumi/aws/iam";
import * as sqs from "@pulumi/aws/sqs";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as monitoring from "@pulumi/gcp/monitoring";
import * as projects from "@pulumi/gcp/projects";
import * as pubsub from "@pulumi/gcp/pubsub";

import { estimate } from "../../cost/estimate";
import { usageOf } from "../../cost/usage";
import { planOf } from "../../plan/plan";
import type { AppInput } from "../../topology/app";
import { ProblemsError, resolve } from "../../topology/validate";
import { actionsOf, api, onBoth, type Both } from "./data";
import { on, stackOf } from "./stack";

const app = {
    services: {
        api: { ...api, uses: ["mail"], env: { BROKER: "${mail.url}" } },
        other: { ...api, routes: [] },
    },
    queues: { mail: { visibilitySeconds: 60, retentionDays: 7, maxReceives: 8 }, steps: { fifo: true } },
    alarms: { enabled: true, emails: ["ops@example.com"] },
} satisfies Omit<AppInput, "name">;

describe("Queue", () => {
    let dev: Both, prod: Both;
    before(async () => {
        dev = await onBoth(app);
        prod = await onBoth(app, "prod");
    });
    const queue = (name: string) => dev.aws.of(sqs.Queue).find((one) => one.name === `demo-dev-${name}`)!.inputs;
    const subscription = (name: string) =>
        dev.gcp.of(pubsub.Subscription).find((one) => one.name === `demo-dev-${name}`)!.inputs;

    it("gives a message time, keeps it for days, and puts it aside when nobody could handle it", () => {
        const { visibilityTimeoutSeconds, messageRetentionSeconds, redrivePolicy, receiveWaitTimeSeconds } =
            queue("mail");
        assert.deepEqual(
            [visibilityTimeoutSeconds, messageRetentionSeconds, receiveWaitTimeSeconds],
            [60, 604_800, 20],
        );
        assert.deepEqual(JSON.parse(String(redrivePolicy)), {
            deadLetterTargetArn: "${demo-dev-mail-dead.arn}",
            maxReceiveCount: 8,
        });
        assert.equal(queue("mail-dead").messageRetentionSeconds, 14 * 86_400);
        assert.equal(queue("mail-dead").redrivePolicy, undefined);
        assert.equal(dev.aws.of(sqs.RedriveAllowPolicy).length, 2);

        const pulled = subscription("mail");
        assert.deepEqual([pulled.ackDeadlineSeconds, pulled.messageRetentionDuration], [60, "604800s"]);
        assert.deepEqual(pulled.deadLetterPolicy, {
            deadLetterTopic: "${demo-dev-mail-dead.id}",
            maxDeliveryAttempts: 8,
        });
        assert.equal(subscription("mail-dead").messageRetentionDuration, "1209600s");
        for (const { inputs } of dev.gcp.of(pubsub.Subscription))
            assert.deepEqual(inputs.expirationPolicy, { ttl: "" }, "else it goes after 31 days of silence");
    });

    it("on GCP lets Pub/Sub itself move messages that nobody could handle", () => {
        assert.equal(
            dev.gcp.of(projects.ServiceIdentity).filter(({ inputs }) => inputs.service === "pubsub.googleapis.com")
                .length,
            2,
        );
        const moved = [
            ...dev.gcp.of(pubsub.TopicIAMMember).filter(({ name }) => name.endsWith("mail-dead-publish")),
            ...dev.gcp.of(pubsub.SubscriptionIAMMember).filter(({ name }) => name.endsWith("mail-dead-take")),
        ].map(({ inputs }) => [inputs.role, inputs.member]);
        assert.deepEqual(moved, [
            ["roles/pubsub.publisher", "${demo-dev-mail-mover.member}"],
            ["roles/pubsub.subscriber", "${demo-dev-mail-mover.member}"],
        ]);
        const apis = dev.gcp.of(projects.Service).map(({ inputs }) => inputs.service);
        assert.ok(apis.includes("pubsub.googleapis.com"));
    });

    it("is encrypted, and takes TLS alone", () => {
        for (const { inputs } of dev.aws.of(sqs.Queue)) assert.equal(inputs.sqsManagedSseEnabled, true);
        const policies = dev.aws.of(sqs.QueuePolicy);
        assert.equal(policies.length, dev.aws.of(sqs.Queue).length);
        for (const { inputs } of policies) {
            const [{ Effect, Condition }] = (
                JSON.parse(String(inputs.policy)) as { Statement: { Effect: string; Condition: object }[] }
            ).Statement;
            assert.deepEqual([Effect, Condition], ["Deny", { Bool: { "aws:SecureTransport": "false" } }]);
        }
    });

    it("in order is a FIFO queue, or a subscription with ordering", () => {
        const { fifoQueue, contentBasedDeduplication, deduplicationScope } = queue("steps");
        assert.deepEqual([fifoQueue, contentBasedDeduplication, deduplicationScope], [true, true, "messageGroup"]);
        assert.equal(queue("steps-dead").fifoQueue, true, "a FIFO queue's dead letters go to a FIFO queue");
        assert.equal(queue("mail").fifoQueue, undefined);
        assert.deepEqual(
            [subscription("steps"), subscription("mail")].map((one) => one.enableMessageOrdering),
            [true, false],
        );
    });

    it("is for services that use it alone, to send, to receive and to finish", () => {
        const policies = dev.aws.of(iam.RolePolicy).filter(({ inputs }) => String(inputs.policy).includes("sqs:"));
        assert.deepEqual(
            policies.map(({ name }) => name),
            ["demo-dev-api-mail"],
        );
        const { actions, resources } = actionsOf(policies[0].inputs.policy);
        assert.deepEqual(actions.sort(), [
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ]);
        assert.deepEqual(resources, ["${demo-dev-mail.arn}"]);

        const grants = [...dev.gcp.of(pubsub.TopicIAMMember), ...dev.gcp.of(pubsub.SubscriptionIAMMember)]
            .filter(({ name }) => name.startsWith("demo-dev-api"))
            .map(({ name, inputs }) => [name, inputs.role]);
        assert.deepEqual(grants, [
            ["demo-dev-api-mail-send", "roles/pubsub.publisher"],
            ["demo-dev-api-mail-receive", "roles/pubsub.subscriber"],
        ]);
    });

    it("tells services its name and its URL, by references too", () => {
        const [task] = dev.aws.of(ecs.TaskDefinition).filter(({ name }) => name === "demo-dev-api");
        const [{ environment }] = JSON.parse(String(task.inputs.containerDefinitions)) as {
            environment: { name: string; value: string }[];
        }[];
        const onAws = Object.fromEntries(environment.map(({ name, value }) => [name, value]));
        assert.deepEqual([onAws.MAIL_QUEUE, onAws.MAIL_URL], ["${demo-dev-mail.name}", "${demo-dev-mail.url}"]);
        assert.equal(onAws.BROKER, onAws.MAIL_URL);
        const service = dev.gcp.of(cloudrunv2.Service).find(({ name }) => name === "demo-dev-api")!;
        assert.match(
            JSON.stringify(service.inputs),
            /"MAIL_URL","value":"gcppubsub:\/\/projects\/example-project\/topics\/\$\{demo-dev-mail\.name\}"/,
        );
        assert.equal(subscription("mail").name, "${demo-dev-mail.name}", "the subscription has the topic's name");
    });

    it("rings when messages wait, and when one could not be handled", () => {
        const alarm = (name: string) => prod.aws.one(cloudwatch.MetricAlarm, `-alarms-${name}`).inputs;
        assert.deepEqual(
            [alarm("mail-age"), alarm("mail-dead")].map(({ metricName, threshold, dimensions }) => [
                metricName,
                threshold,
                dimensions,
            ]),
            [
                ["ApproximateAgeOfOldestMessage", 900, { QueueName: "${demo-prod-mail.name}" }],
                ["ApproximateNumberOfMessagesVisible", 0, { QueueName: "${demo-prod-mail-dead.name}" }],
            ],
        );
        const filter = (name: string) =>
            prod.gcp.one(monitoring.AlertPolicy, `-alarms-${name}`).inputs.conditions![0].conditionThreshold?.filter;
        assert.match(filter("mail-age")!, /oldest_unacked_message_age.*\$\{demo-prod-mail\.name\}/);
        assert.match(filter("mail-dead")!, /num_undelivered_messages.*\$\{demo-prod-mail-dead\.name\}/);
    });

    it("is protected with the app", () => {
        for (const { protect } of [
            ...prod.aws.of(sqs.Queue),
            ...prod.gcp.of(pubsub.Topic),
            ...prod.gcp.of(pubsub.Subscription),
        ])
            assert.equal(protect, true);
        for (const { protect } of [...dev.aws.of(sqs.Queue), ...dev.gcp.of(pubsub.Subscription)])
            assert.equal(protect, false);
    });

    it("is what a service may scale by on ECS: the messages that wait for each task", async () => {
        const worker = { ...app.services.api, scale: { backlog: { queue: "mail", perInstance: 50 } } };
        const aws = await on("aws", { ...app, services: { ...app.services, api: worker } });
        const { targetTrackingScalingPolicyConfiguration: target } = aws.one(
            appautoscaling.Policy,
            "api-backlog",
        ).inputs;
        assert.equal(target?.targetValue, 50);
        const metrics = target?.customizedMetricSpecification?.metrics ?? [];
        assert.deepEqual(
            metrics.map(({ id, metricStat, expression, returnData }) => [
                id,
                metricStat?.metric.metricName ?? expression,
                returnData,
            ]),
            [
                ["waiting", "ApproximateNumberOfMessagesVisible", false],
                ["running", "RunningTaskCount", false],
                ["backlog", "waiting / IF(FILL(running, 0) > 0, running, 1)", true],
            ],
        );
    });

    it("is refused beyond what a cloud admits, and on a laptop", () => {
        const found = (cloud: string, queues: object, scale?: object) => {
            const said = {
                name: "demo",
                services: { api: { ...api, uses: ["mail"], ...(scale && { scale }) } },
                queues,
            } as AppInput;
            try {
                resolve(
                    {
                        stack: "dev",
                        config: {
                            "twinstack:app": "demo",
                            "twinstack:cloud": cloud,
                            ...(cloud !== "local" && { "twinstack:environment": "dev" }),
                            ...(cloud === "gcp" && {
                                "gcp:project": "example-project",
                                "gcp:region": "asia-northeast1",
                            }),
                            ...(cloud === "aws" && { "aws:region": "ap-northeast-1" }),
                        },
                    },
                    { demo: said },
                );
            } catch (error) {
                if (error instanceof ProblemsError)
                    return error.problems.map(
                        ({ path, allowed }) => `${path.replace("apps/demo.ts: ", "")}: ${allowed}`,
                    );
                throw error;
            }
            return [];
        };
        const extreme = { mail: { visibilitySeconds: 3600, maxReceives: 3 } };
        assert.deepEqual(found("aws", extreme), []);
        assert.deepEqual(
            found("gcp", extreme).map((line) => line.replace(/ on gcp.*/, "")),
            ["queues.mail.visibilitySeconds: 10 to 600", "queues.mail.maxReceives: 5 to 100"],
        );
        assert.match(found("local", { mail: {} }).join(), /queues\.mail: no queues on cloud local/);
        assert.match(
            found("aws", { mail: {}, jobs: {} }, { backlog: { queue: "jobs", perInstance: 1 } }).join(),
            /uses: \[jobs\]/,
        );
        assert.match(found("aws", { mail: {} }, { backlog: { queue: "male", perInstance: 1 } }).join(), /queue: mail/);
    });

    it("has a price on both clouds", async () => {
        const priced = async (cloud: "aws" | "gcp", messages: number) => {
            const stack = stackOf({ name: "demo", ...app } as AppInput, cloud, "dev");
            const cost = estimate(await planOf(stack), { ...usageOf(stack.app), monthlyQueueMessages: messages });
            return cost.monthly.expected;
        };
        // Two queues. SQS: three requests each; Pub/Sub: 2 KB, in and out, of a TiB.
        const million = 1e6;
        const aws = (await priced("aws", 11 * million)) - (await priced("aws", million));
        assert.ok(Math.abs(aws - (30 * 0.4 + 30 * 0.5)) < 0.01, `${aws}`);
        const gcp = (await priced("gcp", 11 * million)) - (await priced("gcp", million));
        assert.ok(
            gcp > 2 * ((10 * million * 4) / 1024 ** 3) * 40 * 0.9 &&
                gcp < 2 * ((10 * million * 4) / 1024 ** 3) * 40 * 1.1,
            `${gcp}`,
        );
    });
});
