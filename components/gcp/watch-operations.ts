import * as pulumi from "@pulumi/pulumi";

import type * as watched from "../watched";
import { failedExecutions, failedWorkflow, undelivered } from "./metrics";
import type { Rule } from "./rule";
import { failedScheduler } from "./watch-services";

/** Seconds that a message may wait for Eventarc to hand it on. */
const longestWait = 600;

/** What is watched of what runs by itself: jobs, and what starts services anew. One failure is enough. */
export const operationRules = ({ jobs, rotations, pipeline }: watched.AlarmsArgs): Rule[] => [
    ...(pipeline?.monitoringId
        ? [
              {
                  failure: "pipelineFailed" as const,
                  description: "A run of the pipeline failed",
                  log: failedBuild(pipeline.monitoringId),
              },
          ]
        : []),
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

/**
 * What Cloud Build itself writes at the end of a build that failed or took too long; what steps write begins with the step's name. Seen by
 * others, and not promised: https://go.googlesource.com/pkgsite-metrics/+/fdf85c21e780eafceb61910fca1add324b34d662. A build that never began, as one
 * that nobody approved in time or that waited too long in the queue, writes nothing: the end of its creation, a long operation, is in the
 * audit log with its status (https://cloud.google.com/build/docs/securing-builds/audit-logs).
 */
const failedBuild = (triggerId: pulumi.Output<string>): pulumi.Output<string> => {
    const ended = 'operation.last=true AND protoPayload.serviceName="cloudbuild.googleapis.com"';
    const badly =
        '(severity>=ERROR OR protoPayload.response.status=("FAILURE" OR "INTERNAL_ERROR" OR "TIMEOUT" OR "EXPIRED"))';
    return pulumi.interpolate`resource.type="build" AND resource.labels.build_trigger_id="${triggerId}" AND (textPayload=~"^(ERROR|TIMEOUT)" OR (${ended} AND ${badly}))`;
};
