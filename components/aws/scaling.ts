import * as appautoscaling from "@pulumi/aws/appautoscaling";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { limitsAt } from "../../topology/hours";
import { digest } from "../gates";
import type * as roles from "../roles";
import { atTimes } from "./cron";

/** What ECS waits after a change when a policy says nothing. */
const defaultCooldown = 300;

/**
 * Scaling of an ECS service: its limits, a policy for each of CPU, memory and requests (the one that wants most wins), and the
 * hours in which it runs. Its twin is ../gcp/scaling.ts.
 */
export function scaling(name: string, args: roles.ScalingArgs, parent: pulumi.Resource): void {
    const { scale, gates, service, platform, ingress, target: targetKey } = args;
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
        predefinedMetricSpecification: { predefinedMetricType: string; resourceLabel?: pulumi.Input<string> },
    ) => {
        last = new appautoscaling.Policy(
            `${name}-${metric}`,
            {
                ...of,
                policyType: "TargetTrackingScaling",
                targetTrackingScalingPolicyConfiguration: {
                    predefinedMetricSpecification,
                    targetValue,
                    ...cooldowns(scale.cooldowns[metric]),
                },
            },
            { parent, dependsOn: last },
        );
    };

    policy("cpu", scale.cpuPercent, { predefinedMetricType: "ECSServiceAverageCPUUtilization" });
    if (scale.memoryPercent)
        policy("memory", scale.memoryPercent, { predefinedMetricType: "ECSServiceAverageMemoryUtilization" });
    if (scale.requestsPerTarget && ingress && targetKey)
        policy("requests", scale.requestsPerTarget, {
            predefinedMetricType: "ALBRequestCountPerTarget",
            resourceLabel: pulumi.interpolate`${ingress.monitoringId}/${ingress.targetMonitoringIds[targetKey]}`,
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

/** A cooldown of the default length is left to ECS. */
function cooldowns({ outSeconds, inSeconds }: topology.Scale["cooldowns"]["cpu"]) {
    return {
        scaleOutCooldown: outSeconds === defaultCooldown ? undefined : outSeconds,
        scaleInCooldown: inSeconds === defaultCooldown ? undefined : inSeconds,
    };
}
