import type { CustomTimeouts } from "@pulumi/pulumi";

import type * as topology from "../../topology/app";

/**
 * How long Pulumi waits, where it follows from the topology; never less than the provider's own default. Distributions,
 * certificates and caches keep theirs (90, 75 and 60 minutes): what they take does not depend on what is said of them.
 */

const minute = 60;
/** Seconds that Fargate takes until a container begins: a network interface, the image. */
const provision = 180;

/** The provider's default is 20 minutes for each. */
const serviceDefault = 20 * minute;

/**
 * A deployment of an ECS service: tasks are replaced in turns, each of which runs the jobs, starts, becomes healthy and lets the
 * old ones drain. A bad one ends when as many tasks have failed as the circuit breaker bears, and is then rolled back.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function serviceTimeouts(service: topology.Service, before: Record<string, topology.Job>): CustomTimeouts {
    const { scale, health, drainSeconds, aws } = service;
    const { minimumHealthyPercent, maximumPercent } = aws.deployment;
    const tasks = Math.max(scale.max, scale.desired ?? 0, scale.min, 1);
    const more = Math.floor((tasks * maximumPercent) / 100) - tasks;
    const fewer = tasks - Math.ceil((tasks * minimumHealthyPercent) / 100);
    const atOnce = Math.max(1, more + fewer);
    const jobs = Object.values(before).reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0);
    const healthy = health.startSeconds + health.intervalSeconds * health.healthyThreshold;
    const turn = provision + jobs + healthy + drainSeconds;
    const good = Math.ceil(tasks / atOnce) * turn;
    const failures = Math.min(Math.max(Math.ceil(tasks / 2), 3), 200);
    const bad = Math.ceil(failures / atOnce) * turn + good;
    const deployment = Math.max(serviceDefault, good, bad) + 5 * minute;
    return inSeconds({
        create: deployment,
        update: deployment,
        delete: Math.max(serviceDefault, drainSeconds + 10 * minute),
    });
}

/** A server: by its storage, of which a copy is made for a standby, a replica, a snapshot. Defaults: 40, 80 and 60 minutes. */
export function databaseTimeouts({ storage, maxStorage }: topology.Database): CustomTimeouts {
    const copy = Math.ceil(Math.max(storage, maxStorage) / 100) * 10 * minute;
    return inSeconds({ create: 40 * minute + copy, update: 80 * minute + copy, delete: 60 * minute + copy });
}

const inSeconds = (seconds: Record<"create" | "update" | "delete", number>): CustomTimeouts => ({
    create: `${seconds.create}s`,
    update: `${seconds.update}s`,
    delete: `${seconds.delete}s`,
});
