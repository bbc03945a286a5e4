import { Container } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";

import { jobDirectory, jobEntrypoint } from "../../topology/images";
import type * as roles from "../roles";
import { once, replaced } from "./container";
import { serviceContainer, type ServiceArgs } from "./service";

/**
 * A container that ends: at once before its service starts, or whenever somebody starts it. Its twins are ../aws/job.ts and
 * ../gcp/job.ts.
 */
export class Job extends pulumi.ComponentResource implements roles.Job {
    readonly start: pulumi.Output<string>;

    constructor(
        name: string,
        args: Pick<roles.JobArgs, "name" | "job"> & { as: ServiceArgs },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:local:Job", name, {}, opts);
        const { job } = args;
        const made = new Container(
            name,
            {
                ...serviceContainer(name, args.as, args.name),
                ...(job.image ? { image: job.image.reference } : {}),
                entrypoints: jobEntrypoint(job, args.as.service),
                workingDir: jobDirectory(job, args.as.service),
                // One that waits to be started keeps its secrets to itself: no command has to name them.
                ...(job.run === "deployment" ? once : { start: false, mustRun: false }),
                command: job.command,
                ...(job.retries > 0 ? { restart: "on-failure", maxRetryCount: job.retries } : {}),
            },
            { ...replaced(this), dependsOn: args.as.after },
        );
        this.start = pulumi.interpolate`docker start --attach ${made.name}`;
        this.registerOutputs({ start: this.start });
    }
}
