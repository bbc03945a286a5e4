import * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { limitsAt } from "../../topology/hours";
import { digest } from "../gates";
import type * as roles from "../roles";
import { callerAccount, letUpdate, updaterRole } from "./caller";

/** Whether a service's minimum depends on the hour. */
const varies = ({ min, hours }: topology.Scale) => hours !== undefined && hours.outside.min !== min;

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

/**
 * The hours in which a minimum of instances is kept: two jobs of Cloud Scheduler set it. Whatever else scales, Cloud Run does by
 * itself; its maximum stays, as nothing is paid for instances that no request started. Its twin is ../aws/scaling.ts.
 */
export function scaling(name: string, args: roles.ScalingArgs, parent: pulumi.Resource): void {
    const { place, scale, service } = args;
    if (!scale.hours || !varies(scale)) return;
    const { from, to, days, timeZone, outside } = scale.hours;

    const caller = callerAccount(`${name}-hours`, `Keeps the hours of ${name}`, parent);
    const permissions = letUpdate(
        `${name}-hours`,
        { place, service, member: caller.member, role: updaterRole(`${name}-hours`, parent) },
        parent,
    );
    const minimum = (role: string, time: string, minInstanceCount: number) =>
        new cloudscheduler.Job(
            `${name}-${role}`,
            {
                region: place.region,
                description: `${minInstanceCount} instances at least`,
                schedule: atTimes(time, days),
                timeZone,
                httpTarget: {
                    httpMethod: "PATCH",
                    uri: pulumi.interpolate`https://run.googleapis.com/v2/projects/${place.project}/locations/${place.region}/services/${service.serviceName}?updateMask=scaling.minInstanceCount`,
                    headers: { "Content-Type": "application/json" },
                    body: Buffer.from(JSON.stringify({ scaling: { minInstanceCount } })).toString("base64"),
                    oauthToken: { serviceAccountEmail: caller.email },
                },
                retryConfig: { retryCount: 3 },
            },
            { parent, dependsOn: permissions },
        );
    minimum("begin", from, scale.min);
    minimum("end", to, outside.min);
}

/** `08:30` on some days of the week, in five fields of cron. */
function atTimes(time: string, days: readonly string[]): string {
    const [hour, minute] = time.split(":").map(Number);
    return `${minute} ${hour} * * ${days.join(",")}`;
}
