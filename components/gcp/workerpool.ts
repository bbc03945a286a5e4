import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { volumes, workerContainers } from "./container";
import { vpcAccess } from "./network";
import { poolNow, poolScaling } from "./scaling";

/**
 * A Cloud Run worker pool: instances that run all the time and take no requests, so that nothing leads to them and nobody is
 * granted to call them.
 * @see https://cloud.google.com/run/docs/deploy-worker-pools
 */
export function workerPool(
    name: string,
    args: roles.ServiceArgs,
    serviceAccount: pulumi.Input<string>,
    dependsOn: pulumi.Resource[],
    parent: pulumi.Resource,
): cloudrunv2.WorkerPool {
    const { place, gates, deletionProtection, network, service } = args;
    const template = {
        serviceAccount,
        vpcAccess: vpcAccess(network),
        containers: workerContainers(args),
        volumes: volumes(args),
    };
    return gates.pass(
        name,
        template,
        (attempt, hooks) =>
            new cloudrunv2.WorkerPool(
                name,
                {
                    location: place.region,
                    deletionProtection,
                    scaling: poolScaling(service.scale),
                    ...poolNow(args),
                    // Another label is another revision.
                    template: { ...template, labels: { attempt: pulumi.interpolate`${attempt}` } },
                },
                {
                    parent,
                    hooks,
                    // Which tool deployed last is no difference.
                    ignoreChanges: ["client", "clientVersion"],
                    dependsOn,
                    protect: deletionProtection,
                },
            ),
    );
}
