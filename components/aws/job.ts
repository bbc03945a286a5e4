import * as scheduler from "@pulumi/aws/scheduler";
import type * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { awsCron } from "./cron";
import { stateMachine } from "./machine";
import { assumedBy, passTaskRoles, roleWith, type Statement } from "./role";

/**
 * A task of a service with a command of its own, run by a state machine: ECS by itself neither stops a task after a time nor
 * tries a failed one again, and EventBridge Scheduler only sees to it that one starts. It runs the newest task definition, so
 * that what was deployed without Pulumi counts too. Its twin is ../gcp/job.ts.
 *
 * Before a deployment ECS runs the job itself, as the first container of each new task: then nothing is made here.
 */
export class Job extends pulumi.ComponentResource implements roles.Job {
    readonly start: pulumi.Output<string>;
    readonly monitoringId?: pulumi.Output<string>;
    readonly scheduleId?: pulumi.Output<string>;

    constructor(name: string, args: roles.JobArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Job", name, {}, opts);
        const { place, job, as, service } = args;

        if (job.run === "deployment")
            this.start = pulumi.interpolate`aws ecs update-service --region ${place.region} --cluster ${as.platform.cluster} --service ${service!.serviceName} --force-new-deployment`;
        else {
            const machine = stateMachine(
                name,
                {
                    place,
                    base: name,
                    definition: definition(args),
                    statements: permissions(args),
                    logRetentionDays: args.logRetentionDays,
                },
                this,
            );
            this.monitoringId = machine.arn;
            if (job.run === "schedule") this.scheduleId = this.schedule(name, args, machine);
            this.start = pulumi.interpolate`aws stepfunctions start-execution --region ${place.region} --state-machine-arn ${machine.arn}`;
        }
        this.registerOutputs({ start: this.start });
    }

    /** A group of its own, by which alone Scheduler says what could not be started. */
    private schedule(name: string, { place, job }: roles.JobArgs, machine: sfn.StateMachine): pulumi.Output<string> {
        const group = new scheduler.ScheduleGroup(`${name}-schedule`, {}, { parent: this });
        const role = roleWith(
            `${name}-schedule-role`,
            {
                place,
                trust: assumedBy("scheduler.amazonaws.com"),
                statements: [{ Effect: "Allow", Action: ["states:StartExecution"], Resource: machine.arn }],
            },
            this,
        );
        new scheduler.Schedule(
            `${name}-schedule`,
            {
                groupName: group.name,
                scheduleExpression: awsCron(job.cron!),
                scheduleExpressionTimezone: job.timeZone,
                flexibleTimeWindow: { mode: "OFF" },
                target: { arn: machine.arn, roleArn: role.arn },
            },
            { parent: this },
        );
        return group.name;
    }
}

/** The service's task definition whatever its revision: without one, ECS runs the newest. */
const family = (service: roles.Service): pulumi.Output<string> =>
    service.taskDefinition!.apply((arn) => arn.replace(/:\d+$/, ""));

/** One state: run the task, wait until it has stopped, and fail if it did not end with 0. */
function definition({ job, as, service }: roles.JobArgs): pulumi.Output<string> {
    const { platform, network } = as;
    return pulumi.jsonStringify({
        StartAt: "run",
        States: {
            run: {
                Type: "Task",
                Resource: "arn:aws:states:::ecs:runTask.sync",
                TimeoutSeconds: job.timeoutSeconds,
                Parameters: {
                    LaunchType: "FARGATE",
                    Cluster: platform.cluster,
                    TaskDefinition: family(service!),
                    NetworkConfiguration: {
                        AwsvpcConfiguration: {
                            Subnets: network.nat ? network.privateSubnetIds : network.publicSubnetIds,
                            AssignPublicIp: network.nat ? "DISABLED" : "ENABLED",
                            SecurityGroups: [service!.securityGroupId],
                        },
                    },
                    Overrides: { ContainerOverrides: [{ Name: as.name, Command: job.command }] },
                },
                Retry: job.retries
                    ? [{ ErrorEquals: ["States.ALL"], MaxAttempts: job.retries, IntervalSeconds: 10 }]
                    : undefined,
                End: true,
            },
        },
    });
}

/**
 * What waiting for an ECS task takes.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
 */
function permissions({ place, as, service }: roles.JobArgs): Statement[] {
    const { platform } = as;
    const taskDefinition = family(service!);
    return [
        {
            Effect: "Allow",
            Action: ["ecs:RunTask"],
            Resource: taskDefinition.apply((arn) => [arn, `${arn}:*`]),
            Condition: {
                ArnLike: {
                    "ecs:cluster": pulumi.interpolate`arn:aws:ecs:${place.region}:*:cluster/${platform.cluster}`,
                },
            },
        },
        {
            Effect: "Allow",
            Action: ["ecs:DescribeTasks", "ecs:StopTask"],
            Resource: pulumi.interpolate`arn:aws:ecs:${place.region}:*:task/${platform.cluster}/*`,
        },
        passTaskRoles(service!.taskRoles!),
        // Step Functions' own rule, by which it hears that a task has stopped.
        {
            Effect: "Allow",
            Action: ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            Resource: `arn:aws:events:${place.region}:*:rule/StepFunctionsGetEventsForECSTaskRule`,
        },
    ];
}
