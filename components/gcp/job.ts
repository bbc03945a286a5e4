import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { hashOf } from "../gates";
import { jobDirectory, jobEntrypoint } from "../../topology/images";
import type * as roles from "../roles";
import { accountId, callerAccount } from "./caller";
import { program, volumes } from "./container";
import { vpcAccess } from "./network";
import { permissions } from "./permissions";
import { jobTimeouts } from "./timeouts";

/**
 * A Cloud Run job with an account of its own. Before a deployment it runs when it is changed, by another image or anything
 * else, and again at each `up` until it has succeeded: the service that depends on it keeps its old revision otherwise. Its
 * twin is ../aws/job.ts.
 */
export class Job extends pulumi.ComponentResource implements roles.Job {
    readonly start: pulumi.Output<string>;
    readonly jobName: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;
    readonly scheduleId?: pulumi.Output<string>;
    readonly identity: pulumi.Output<string>;

    constructor(name: string, args: roles.JobArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Job", name, {}, opts);
        const { place, job } = args;
        // It ends before a collector would have sent its traces.
        const as = withImageOf(job, { ...args.as, tracing: { ...args.as.tracing, enabled: false } });

        const account = new serviceaccount.Account(
            `${name}-account`,
            { accountId: accountId(name), displayName: `Job ${name}` },
            { parent: this },
        );
        this.identity = pulumi.interpolate`serviceAccount:${account.email}`;
        const deploys = job.run === "deployment";
        const template: input.cloudrunv2.JobTemplateTemplate = {
            serviceAccount: account.email,
            containers: [container(as, job)],
            volumes: volumes(as),
            timeout: `${job.timeoutSeconds}s`,
            maxRetries: job.retries,
            vpcAccess: vpcAccess(as.network),
        };
        const dependsOn = permissions(name, as, this.identity, this);
        const make = (runExecutionToken?: pulumi.Output<string>, hooks?: pulumi.ResourceHookBinding) =>
            new cloudrunv2.Job(
                name,
                {
                    location: place.region,
                    // By default the provider refuses to delete it, even once it is out of the program. It holds no data.
                    deletionProtection: false,
                    runExecutionToken,
                    template: { template },
                },
                {
                    parent: this,
                    hooks,
                    // Which tool deployed last is no difference.
                    ignoreChanges: ["client", "clientVersion"],
                    dependsOn,
                    customTimeouts: deploys ? jobTimeouts(job) : undefined,
                },
            );
        const task = deploys
            ? as.gates.pass(name, template, (attempt, hooks) =>
                  make(this.executionToken(name, template, attempt), hooks),
              )
            : make();
        if (job.run === "schedule") this.scheduleId = this.schedule(name, args, task);

        this.jobName = task.name;
        this.monitoringId = task.name;
        this.start = pulumi.interpolate`gcloud run jobs execute ${task.name} --project ${place.project} --region ${place.region} --wait`;
        this.registerOutputs({ start: this.start });
    }

    /**
     * Another at each change of what runs and at each attempt, even back to what ran before: Cloud Run executes the job when it
     * is changed with a token, and refuses one that it has seen. It ends the name of the execution.
     */
    private executionToken(name: string, what: pulumi.Input<unknown>, attempt: pulumi.Output<number>) {
        const keepers = { what: hashOf(what), attempt: pulumi.interpolate`${attempt}` };
        const execution = new random.RandomId(`${name}-execution`, { byteLength: 4, keepers }, { parent: this });
        return pulumi.interpolate`v${execution.hex}`;
    }

    private schedule(name: string, { place, job }: roles.JobArgs, task: cloudrunv2.Job): pulumi.Output<string> {
        const caller = callerAccount(`${name}-schedule`, `Starts job ${name}`, this);
        const permission = new cloudrunv2.JobIamMember(
            `${name}-schedule-run`,
            { location: place.region, name: task.name, role: "roles/run.invoker", member: caller.member },
            { parent: this },
        );
        const scheduled = new cloudscheduler.Job(
            `${name}-schedule`,
            {
                region: place.region,
                schedule: job.cron,
                timeZone: job.timeZone,
                httpTarget: {
                    httpMethod: "POST",
                    uri: pulumi.interpolate`https://run.googleapis.com/v2/projects/${place.project}/locations/${place.region}/jobs/${task.name}:run`,
                    oauthToken: { serviceAccountEmail: caller.email },
                },
            },
            { parent: this, dependsOn: [permission] },
        );
        return scheduled.name;
    }
}

/** What a job with an image of its own runs as. */
const withImageOf = ({ image }: roles.JobArgs["job"], as: roles.ServiceArgs): roles.ServiceArgs =>
    image ? { ...as, image: { ...as.image, reference: as.image.pulled(image.reference) } } : as;

/** The app's container without what serves requests. A job has at least a vCPU and 512 MiB: it runs in the second generation. */
function container(as: roles.ServiceArgs, job: roles.JobArgs["job"]): input.cloudrunv2.JobTemplateTemplateContainer {
    const { cpu, memory } = as.service;
    return {
        ...program(as),
        commands: jobEntrypoint(job, as.service),
        workingDir: jobDirectory(job, as.service),
        args: job.command,
        resources: { limits: { cpu: String(Math.max(cpu, 1)), memory: `${Math.max(memory, 512)}Mi` } },
    };
}
