import * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { limitsAt } from "../../topology/hours";
import { digest } from "../gates";
import type * as roles from "../roles";
import { callerAccount, letUpdate, updaterRole } from "./caller";

/** Whether a service's minimum depends on the hour. */
const varies = ({ min, hours }: topology.Scale) => hours !== undefined && hours.outside.min !== min;

type Limits = Pick<topology.Scale, "min" | "max">;

/** How many instances a worker pool has: a number, or as many between two as keep its CPU at 60 %, which takes one at least. */
export const poolScaling = ({ min, max }: Limits) =>
    min === max || max === 0
        ? { scalingMode: "MANUAL", manualInstanceCount: max }
        : { scalingMode: "AUTOMATIC", minInstanceCount: Math.max(1, min), maxInstanceCount: max };

/**
 * Where a Cloud Run service says how many instances it keeps. The revision does, whose minimum holds while it gets traffic: the
 * service's is divided among revisions and says nothing of each. By the hours the service does, as it changes without a new
 * revision.
 */
export const minimums = (scale: topology.Scale): { service?: number; revision: number } =>
    varies(scale) ? { service: scale.min, revision: 0 } : { revision: scale.min };

/**
 * What a service whose minimum goes by the hours has now. Every change of it carries its minimum, so that it must be right at
 * that hour; and the schedule changes it behind Pulumi's back, so that another schedule, or none, must be a change of the service.
 */
export function scheduled({ service: { scale }, gates, image, after = [] }: roles.ServiceArgs) {
    if (!varies(scale)) return {};
    const known = pulumi.all([image.reference, ...after.map(({ jobName }) => jobName)]);
    const minInstanceCount = gates.late(known, scale.min, (now) => limitsAt(scale, now).min);
    return { scaling: { minInstanceCount }, labels: { hours: digest(JSON.stringify([scale.min, scale.hours])) } };
}

/** What a worker pool that goes by the hours has now, and by which schedule, as for a service. */
export function poolNow({ service: { scale }, gates, image, after = [] }: roles.ServiceArgs) {
    if (!scale.hours) return {};
    const known = pulumi.all([image.reference, ...after.map(({ jobName }) => jobName)]);
    const { min, max, hours } = scale;
    return {
        scaling: gates.late(known, poolScaling(scale), (now) => poolScaling(limitsAt(scale, now))),
        labels: { hours: digest(JSON.stringify([min, max, hours])) },
    };
}

/**
 * The hours in which a minimum of instances is kept: two jobs of Cloud Scheduler set it. Whatever else scales, Cloud Run does by
 * itself; its maximum stays, as nothing is paid for instances that no request started. A worker pool gets both of its limits. Its
 * twin is ../aws/scaling.ts.
 */
export function scaling(name: string, args: roles.ScalingArgs, parent: pulumi.Resource): void {
    const { place, scale, service } = args;
    if (!scale.hours || !(service.worker || varies(scale))) return;
    const { from, to, days, timeZone, outside } = scale.hours;

    const caller = callerAccount(`${name}-hours`, `Keeps the hours of ${name}`, parent);
    const permissions = letUpdate(
        `${name}-hours`,
        { place, service, member: caller.member, role: updaterRole(`${name}-hours`, [service], parent) },
        parent,
    );
    const change = (role: string, time: string, limits: Limits) => {
        const { collection, mask, description, body } = patchOf(service.worker, limits);
        new cloudscheduler.Job(
            `${name}-${role}`,
            {
                region: place.region,
                description,
                schedule: atTimes(time, days),
                timeZone,
                httpTarget: {
                    httpMethod: "PATCH",
                    uri: pulumi.interpolate`https://run.googleapis.com/v2/projects/${place.project}/locations/${place.region}/${collection}/${service.serviceName}?updateMask=${mask}`,
                    headers: { "Content-Type": "application/json" },
                    body: Buffer.from(JSON.stringify({ scaling: body })).toString("base64"),
                    oauthToken: { serviceAccountEmail: caller.email },
                },
                retryConfig: { retryCount: 3 },
            },
            { parent, dependsOn: permissions },
        );
    };
    change("begin", from, scale);
    change("end", to, outside);
}

/** What is asked of Cloud Run when hours begin or end. */
function patchOf(worker: boolean, { min, max }: Limits) {
    const description = `${min} instances at least`;
    return worker
        ? {
              collection: "workerPools",
              mask: "scaling",
              description: max > min ? `${description}, ${max} at most` : `${min} instances`,
              body: poolScaling({ min, max }),
          }
        : {
              collection: "services",
              mask: "scaling.minInstanceCount",
              description,
              body: { minInstanceCount: min },
          };
}

/** `08:30` on some days of the week, in five fields of cron. */
function atTimes(time: string, days: readonly string[]): string {
    const [hour, minute] = time.split(":").map(Number);
    return `${minute} ${hour} * * ${days.join(",")}`;
}
