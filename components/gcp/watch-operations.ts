import * as pulumi from "@pulumi/pulumi";

import type * as watched from "../watched";
import { failedExecutions, failedWorkflow, undelivered } from "./metrics";
import type { Rule } from "./rule";
import { failedScheduler } from "./watch-services";

/** Seconds that a message may wait for Eventarc to hand it on. */
const longestWait = 600;

/** What is watched of what runs by itself: jobs, and what starts services anew. One failure is enough. */
export const operationRules = ({ jobs, rotations }: watched.AlarmsArgs): Rule[] => [
    ...Object.entries(jobs).flatMap(([part, { monitoringId, scheduleId }]): Rule[] => [
        {
            failure: "jobFailed",
            part,
            description: `Runs of ${part} that failed or did not end in time`,
            metric: failedExecutions(monitoringId!),
            threshold: 0,
            minutes: 0,
        },
        ...(scheduleId
            ? [
                  {
                      failure: "jobStart" as const,
                      part,
                      description: `Its schedule could not start ${part}`,
                      log: failedScheduler(pulumi.interpolate`="${scheduleId}"`),
                  },
              ]
            : []),
    ]),
    ...Object.entries(rotations).flatMap(([part, { monitoringId, listenerId }]): Rule[] => [
        {
            failure: "rotationFailed",
            part,
            description: `Services were not started anew after ${part} had another value`,
            metric: failedWorkflow(monitoringId),
            threshold: 0,
            minutes: 0,
        },
        {
            failure: "rotationUndelivered",
            part,
            description: `Another value of ${part}, of which nobody heard: seconds`,
            metric: undelivered(listenerId),
            threshold: longestWait,
        },
    ]),
];
