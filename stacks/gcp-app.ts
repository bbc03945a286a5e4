import type { Resource } from "@pulumi/pulumi";

import { letThrough } from "../components/gcp/circle";
import { minimums } from "../components/gcp/scaling";
import type { Job, Logged, Service } from "../components/roles";
import type { App } from "../topology/app";
import { cloudRunServices, isWorker } from "../topology/endpoints";
import { candidateName, splits } from "../topology/rollout";
import { rotations } from "../topology/rotations";
import { jobsOf } from "./shared";

/** What GCP wants to be told of an app beside its parts. */

/** The APIs of what not every app has. */
export function apisOf(app: App): string[] {
    const { caches, tables, buckets, queues, filesystems } = app;
    const rotates = Object.keys(rotations(app)).length > 0;
    const schedules =
        Object.values(app.jobs).some(({ run }) => run === "schedule") ||
        Object.values(app.services).some((service) =>
            isWorker(service) ? service.scale.hours : minimums(service.scale).service !== undefined,
        );
    const servers = Object.values(filesystems).filter(({ gcp }) => gcp.filestore);
    const needed: Record<string, boolean> = {
        cloudbuild: app.pipeline !== undefined,
        cloudscheduler: schedules,
        eventarc: rotates,
        file: servers.length > 0,
        firestore: Object.keys(tables).length > 0,
        iamcredentials: app.deployer !== undefined,
        pubsub: rotates || Object.keys(queues).length > 0,
        memcache: Object.values(caches).some(({ engine }) => engine === "memcached"),
        redis: Object.values(caches).some(({ engine }) => engine === "redis"),
        storage: Object.keys(buckets).length + Object.keys(filesystems).length > servers.length,
        sts: app.deployer !== undefined,
        workflowexecutions: rotates,
        workflows: rotates,
    };
    return Object.keys(needed).filter((api) => needed[api]);
}

/** What of the app logs into the project's one place for logs. */
export const loggedOf = (app: App): Logged => ({
    services: cloudRunServices(app).flatMap(({ key, service }) => {
        if (isWorker(app.services[service])) return [];
        return splits(app.services[service]) ? [key, candidateName(key)] : [key];
    }),
    workers: Object.keys(app.services).filter((name) => isWorker(app.services[name])),
    jobs: Object.keys(app.jobs),
    databases: Object.keys(app.databases),
    subnets: Object.keys(app.network.gcp.subnets),
});

/** Lets services and their jobs through to those that they call and that are made after them. */
export function closeCircles(
    app: App,
    ahead: Record<string, string[]>,
    prefix: string,
    running: Record<string, Service & Resource>,
    jobs: Record<string, Job & Resource>,
): void {
    for (const [caller, callees] of Object.entries(ahead)) {
        const own = cloudRunServices(app).filter(({ service }) => service === caller);
        const callers = [
            ...own.map(({ key }) => [`${prefix}-${key}`, running[key]] as const),
            ...Object.keys(jobsOf(app, caller)).map((key) => [`${prefix}-${key}`, jobs[key]] as const),
        ];
        for (const callee of callees) letThrough(Object.fromEntries(callers), running[callee]);
    }
}

/** A stack's name as a label's value. */
export const labelOf = (stack: string): string => stack.toLowerCase().replace(/[^a-z0-9_-]/g, "-");
