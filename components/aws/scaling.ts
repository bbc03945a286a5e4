import * as appautoscaling from "@pulumi/aws/appautoscaling";
import type { input } from "@pulumi/aws/types";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { limitsAt } from "../../topology/hours";
import { digest } from "../gates";
import type * as roles from "../roles";
import { atTimes } from "./cron";

/** What ECS waits after a change when a policy says nothing. */
const defaultCooldown = 300;

/**
 * Scaling of an ECS service: its limits, a policy for each of CPU, memory, requests and backlog (the one that wants most wins), and the
 * hours in which it runs. Its twin is ../gcp/scaling.ts.
 */
export function scaling(name: string, args: roles.ScalingArgs, parent: pulumi.Resource): void {
    const { scale, gates, service, platform, ingress, target: targetKey, backlogOf } = args;
    const { min, max } = gates.late(service.serviceName, { min: scale.min, max: scale.max }, (now) =>
        limitsAt(scale, now),
    );
    const target = new appautoscaling.Target(
        `${name}-scale`,
        {
            serviceNamespace: "ecs",
            scalableDimension: "ecs:service:DesiredCount",
            resourceId: pulumi.interpolate`service/${platform.cluster}/${service.serviceName}`,
            minCapacity: min,
            maxCapacity: max,
        },
        // Scheduled actions change its limits behind Pulumi's back: after another schedule, or none, it is registered anew.
        {
            parent,
            replacementTrigger: scale.hours ? digest(JSON.stringify(scale.hours)) : "always",
            deleteBeforeReplace: true,
        },
    );
    const of = {
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
    };
    // One after the other: Application Auto Scaling refuses a change of a target while another is pending.
    let last: pulumi.Resource = target;
    const policy = (
        metric: keyof topology.Scale["cooldowns"],
        targetValue: number,
        specification: Pick<
            input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration,
            "predefinedMetricSpecification" | "customizedMetricSpecification"
        >,
    ) => {
        last = new appautoscaling.Policy(
            `${name}-${metric}`,
            {
                ...of,
                policyType: "TargetTrackingScaling",
                targetTrackingScalingPolicyConfiguration: {
                    ...specification,
                    targetValue,
                    ...cooldowns(scale.cooldowns[metric]),
                },
            },
            { parent, dependsOn: last },
        );
    };

    const predefined = (predefinedMetricType: string, resourceLabel?: pulumi.Input<string>) => ({
        predefinedMetricSpecification: { predefinedMetricType, resourceLabel },
    });
    policy("cpu", scale.cpuPercent, predefined("ECSServiceAverageCPUUtilization"));
    if (scale.memoryPercent) policy("memory", scale.memoryPercent, predefined("ECSServiceAverageMemoryUtilization"));
    if (scale.requestsPerTarget && ingress && targetKey)
        policy(
            "requests",
            scale.requestsPerTarget,
            predefined(
                "ALBRequestCountPerTarget",
                pulumi.interpolate`${ingress.monitoringId}/${ingress.targetMonitoringIds[targetKey]}`,
            ),
        );
    if (scale.backlog && backlogOf)
        policy("backlog", scale.backlog.perInstance, {
            customizedMetricSpecification: backlogPerTask(backlogOf, platform, service),
        });

    if (!scale.hours) return;
    const { from, to, days, timeZone, outside } = scale.hours;
    const limits = (role: string, time: string, { min, max }: { min: number; max: number }) => {
        last = new appautoscaling.ScheduledAction(
            `${name}-${role}`,
            {
                ...of,
                schedule: atTimes(time, days),
                timezone: timeZone,
                scalableTargetAction: { minCapacity: min, maxCapacity: max },
            },
            { parent, dependsOn: last },
        );
    };
    limits("begin", from, scale);
    limits("end", to, outside);
}

/**
 * Messages that wait, for each task that runs. Without a task it is the whole backlog: then one more helps most.
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
 */
function backlogPerTask(
    queue: pulumi.Input<string>,
    platform: roles.Platform,
    service: Pick<roles.Service, "serviceName">,
): input.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecification {
    const metric = (
        id: string,
        namespace: string,
        metricName: string,
        stat: string,
        dimensions: Record<string, pulumi.Input<string>>,
    ) => ({
        id,
        returnData: false,
        metricStat: {
            stat,
            metric: {
                namespace,
                metricName,
                dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
            },
        },
    });
    return {
        metrics: [
            metric("waiting", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Sum", { QueueName: queue }),
            metric("running", "ECS/ContainerInsights", "RunningTaskCount", "Average", {
                ClusterName: platform.cluster,
                ServiceName: service.serviceName,
            }),
            {
                id: "backlog",
                label: "messages that wait for each task",
                expression: "waiting / IF(FILL(running, 0) > 0, running, 1)",
                returnData: true,
            },
        ],
    };
}

/** A cooldown of the default length is left to ECS. */
function cooldowns({ outSeconds, inSeconds }: topology.Scale["cooldowns"]["cpu"]) {
    return {
        scaleOutCooldown: outSeconds === defaultCooldown ? undefined : outSeconds,
        scaleInCooldown: inSeconds === defaultCooldown ? undefined : inSeconds,
    };
}
