import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { stateMachine } from "./machine";
import { assumedBy, roleWith } from "./role";

/**
 * Deploys services again when a secret that they read gets another value, by hand or by rotation. Secrets Manager says so to
 * EventBridge by itself, without a CloudTrail trail; a state machine then calls ECS. Its twin is ../gcp/rotation.ts.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/secret-event-notifications.html
 */
export class Rotation extends pulumi.ComponentResource implements roles.Rotation {
    readonly monitoringId: pulumi.Output<string>;
    readonly listenerId: pulumi.Output<string>;

    constructor(name: string, args: roles.RotationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Rotation", name, {}, opts);

        const machine = this.machine(name, args);
        const role = roleWith(
            `${name}-rule-role`,
            {
                place: args.place,
                trust: assumedBy("events.amazonaws.com"),
                statements: [{ Effect: "Allow", Action: ["states:StartExecution"], Resource: machine.arn }],
            },
            this,
        );
        const rule = new cloudwatch.EventRule(
            name,
            {
                description: "A secret has another value",
                eventPattern: pulumi.jsonStringify({
                    source: ["aws.secretsmanager"],
                    "detail-type": ["Secret Label Updated"],
                    resources: secretIds(args),
                    detail: { labelUpdated: ["AWSCURRENT"] },
                }),
            },
            { parent: this },
        );
        new cloudwatch.EventTarget(
            `${name}-target`,
            { rule: rule.name, arn: machine.arn, roleArn: role.arn },
            { parent: this },
        );
        this.monitoringId = machine.arn;
        this.listenerId = rule.name;
        this.registerOutputs({});
    }

    /** A state for each service, one after the other. */
    private machine(
        name: string,
        { place, services, platform, logRetentionDays }: roles.RotationArgs,
    ): sfn.StateMachine {
        const entries = Object.entries(services);
        const states = entries.map(([key, service], index) => [
            key,
            {
                Type: "Task",
                Resource: "arn:aws:states:::aws-sdk:ecs:updateService",
                Parameters: { Cluster: platform.cluster, Service: service.serviceName, ForceNewDeployment: true },
                Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 3, IntervalSeconds: 10 }],
                ...(index + 1 < entries.length ? { Next: entries[index + 1][0] } : { End: true }),
            },
        ]);
        const serviceArns = entries.map(
            ([, service]) =>
                pulumi.interpolate`arn:aws:ecs:${place.region}:*:service/${platform.cluster}/${service.serviceName}`,
        );
        return stateMachine(
            `${name}-machine`,
            {
                place,
                base: name,
                definition: pulumi.jsonStringify({ StartAt: entries[0][0], States: Object.fromEntries(states) }),
                statements: [{ Effect: "Allow", Action: ["ecs:UpdateService"], Resource: pulumi.all(serviceArns) }],
                logRetentionDays,
            },
            this,
        );
    }
}

/** ARNs of the secrets that hold the keys: one, as AWS keeps a set in one. */
const secretIds = ({ secret, keys }: roles.RotationArgs): pulumi.Output<string[]> =>
    pulumi.all(keys.map((key) => secret.ref(key).id)).apply((ids) => [...new Set(ids)].sort());
