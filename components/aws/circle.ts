import * as servicediscovery from "@pulumi/aws/servicediscovery";
import type { input } from "@pulumi/aws/types";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { wayTo } from "./access";

/**
 * Services that call each other in a circle, of which one is there before the other. A task knows the names of Service Connect that
 * there were at its deployment, so that the later service is found by DNS: each of its tasks has a record. Its twin is ../gcp/circle.ts.
 */

/** Seconds for which a client may keep a record, and so ask a task that has ended. */
const ttl = 10;

/** Where a service is, whether it is there or not. */
export const addressAhead = (name: string, port: number, { zone }: roles.Platform): pulumi.Output<string> =>
    pulumi.interpolate`http://${name}.${zone!.name}:${port}`;

/** The record of a service's tasks, by its name in the topology. */
export function records(
    name: string,
    args: roles.ServiceArgs,
    parent: pulumi.Resource,
): input.ecs.ServiceServiceRegistries | undefined {
    if (!args.calledAhead) return undefined;
    const record = new servicediscovery.Service(
        `${name}-name`,
        {
            name: args.name,
            dnsConfig: {
                namespaceId: args.platform.zone!.id,
                dnsRecords: [{ type: "A", ttl }],
                routingPolicy: "MULTIVALUE",
            },
            // ECS says which tasks are healthy: one that starts is not asked. The only threshold that there is, without which the
            // provider would leave all of it out.
            healthCheckCustomConfig: { failureThreshold: 1 },
            // A task that ECS has not struck off yet would be in the way of a `destroy`.
            forceDestroy: true,
        },
        { parent },
    );
    return { registryArn: record.arn };
}

/** Lets a service that was there before through to one that it calls. */
export function letThrough(
    prefix: string,
    caller: roles.Service & pulumi.Resource,
    callee: roles.Service,
): pulumi.Resource[] {
    return wayTo(callee, `${prefix}-${caller.name}`, caller.securityGroupId!, caller);
}
