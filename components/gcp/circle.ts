import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

/**
 * Services that call each other in a circle, of which one is there before the other. Cloud Run gives a service an address that is known
 * beforehand, of its name, the project's number and the region, beside the one that it tells: the later service has a name without random
 * digits. Its twin is ../aws/circle.ts.
 *
 * @see https://cloud.google.com/run/docs/triggering/https-request#deterministic
 */

/** Where a service is, whether it is there or not. Its first label has room for 63 characters: 49 of the name, a dash, the number. */
export const addressAhead = (
    service: string,
    { region }: roles.Place,
    { projectNumber }: roles.Platform,
): pulumi.Output<string> => pulumi.interpolate`https://${service}-${projectNumber}.${region}.run.app`;

/**
 * Lets services and jobs that were there before through to one that they call. The grants are the callee's: a service waits for all
 * that its jobs are made of.
 */
export function letThrough(
    callers: Record<string, pulumi.Resource & { identity?: pulumi.Output<string> }>,
    callee: roles.Service & pulumi.Resource,
): pulumi.Resource[] {
    return Object.entries(callers).flatMap(
        ([name, caller]) => callee.grant?.(`${name}-${callee.name}`, caller.identity!, callee, caller) ?? [],
    );
}
