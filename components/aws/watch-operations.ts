import type * as roles from "../roles";
import type * as watched from "../watched";
import { metricOf } from "./metrics";
import { sumOf, type Rule } from "./rule";

/** What is watched of what runs by itself: jobs, and what starts services anew. One failure is enough. */
export const operationRules = ({ jobs, rotations }: watched.AlarmsArgs): Rule[] => [
    ...Object.entries(jobs).flatMap(([part, { monitoringId, scheduleId }]): Rule[] => [
        ...(monitoringId
            ? [
                  {
                      failure: "jobFailed" as const,
                      part,
                      description: `Runs of ${part} that failed or did not end in time`,
                      metric: failedExecutions(monitoringId),
                      threshold: 0,
                      minutes: 1,
                  },
              ]
            : []),
        ...(scheduleId
            ? [
                  {
                      failure: "jobStart" as const,
                      part,
                      description: `Starts of ${part} that its schedule could not make`,
                      metric: metricOf("AWS/Scheduler", { ScheduleGroup: scheduleId })("TargetErrorCount"),
                      threshold: 0,
                      minutes: 1,
                  },
              ]
            : []),
    ]),
    ...Object.entries(rotations).flatMap(([part, { monitoringId, listenerId }]): Rule[] => [
        {
            failure: "rotationFailed",
            part,
            description: `Services were not started anew after ${part} had another value`,
            metric: failedExecutions(monitoringId),
            threshold: 0,
            minutes: 1,
        },
        {
            failure: "rotationUndelivered",
            part,
            description: `Another value of ${part}, of which nobody heard`,
            metric: metricOf("AWS/Events", { RuleName: listenerId })("FailedInvocations"),
            threshold: 0,
            minutes: 1,
        },
    ]),
];

function failedExecutions(StateMachineArn: roles.Rotation["monitoringId"]): Rule["metric"] {
    const metric = metricOf("AWS/States", { StateMachineArn });
    return sumOf({ failed: metric("ExecutionsFailed"), late: metric("ExecutionsTimedOut") });
}
