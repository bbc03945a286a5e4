import { posix } from "node:path";

import * as cloudbuild from "@pulumi/gcp/cloudbuild";
import * as cloudbuildv2 from "@pulumi/gcp/cloudbuildv2";
import * as logging from "@pulumi/gcp/logging";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import { installNode, pipelineStages, scriptOf, step, stepTools, type Command } from "../../topology/steps";
import { deployRole } from "../github";
import type * as roles from "../roles";

/** Images of steps: Node; Docker's command line; and Google's, which need not have Docker's. */
const images = {
    test: `node:${stepTools.node}`,
    docker: `docker:${stepTools.docker}`,
    deploy: "gcr.io/google.com/cloudsdktool/google-cloud-cli:500.0.0",
} as const;

/**
 * A push to a branch through Cloud Build: somebody approves it where that is asked for, and one build tests and ships it, as the account's
 * deploying service account. Its twin is ../aws/pipeline.ts.
 */
export class Pipeline extends pulumi.ComponentResource implements roles.Pipeline {
    readonly monitoringId?: pulumi.Output<string>;
    readonly url: pulumi.Output<string>;
    readonly connection: pulumi.Output<string>;

    constructor(name: string, args: roles.PipelineArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Pipeline", name, {}, opts);
        const { place, pipeline } = args;
        const { project, region } = place;

        this.connection = pipeline.gcp.connection
            ? pulumi.output(pipeline.gcp.connection)
            : new cloudbuildv2.Connection(
                  `${name}-github`,
                  { location: region, githubConfig: {} },
                  // Whoever finishes it in the console says which installation and token of GitHub's it uses.
                  { parent: this, ignoreChanges: ["githubConfig"] },
              ).name;
        // Google refuses repositories of a connection that nobody has finished.
        if (pipeline.gcp.connection || pipeline.gcp.authorized) {
            const trigger = this.trigger(name, args);
            this.keepLog(name, trigger, args);
            this.monitoringId = trigger.triggerId;
        }

        this.url = pulumi.interpolate`https://console.cloud.google.com/cloud-build/${this.monitoringId ? "builds" : "repositories/2nd-gen"};region=${region}?project=${project}`;
        this.registerOutputs({ url: this.url, connection: this.connection });
    }

    private trigger(name: string, { place, pipeline }: roles.PipelineArgs): cloudbuild.Trigger {
        const { project, region } = place;
        const repository = new cloudbuildv2.Repository(
            `${name}-repository`,
            {
                location: region,
                parentConnection: this.connection,
                remoteUri: `https://github.com/${pipeline.repository}.git`,
            },
            { parent: this },
        );
        return new cloudbuild.Trigger(
            name,
            {
                location: region,
                description: `Tests and ships pushes to ${pipeline.branch} of ${pipeline.repository}`,
                repositoryEventConfig: {
                    repository: repository.id,
                    push: { branch: `^${escaped(pipeline.branch)}$` },
                },
                approvalConfig: { approvalRequired: pipeline.approval },
                serviceAccount: `projects/${project}/serviceAccounts/${deployRole}@${project}.iam.gserviceaccount.com`,
                build: build(place, pipeline),
            },
            { parent: this },
        );
    }

    /** Builds log into the stack's own place for logs, which keeps them as long as the stack says. */
    private keepLog(name: string, trigger: cloudbuild.Trigger, { platform }: roles.PipelineArgs): void {
        const filter = pulumi.interpolate`resource.type="build" AND resource.labels.build_trigger_id="${trigger.triggerId}"`;
        const sink = new logging.ProjectSink(
            `${name}-sink`,
            {
                destination: pulumi.interpolate`logging.googleapis.com/${platform.logs}`,
                filter,
                uniqueWriterIdentity: true,
            },
            { parent: this },
        );
        new logging.ProjectExclusion(`${name}-exclusion`, { filter }, { parent: this, dependsOn: [sink] });
    }
}

const [docker, buildx] = ["/usr/local/bin/docker", "/usr/local/libexec/docker/cli-plugins/docker-buildx"];
const tools = { name: "tools", path: "/tools" };

/**
 * Hands Docker and its builder on to the step that ships: an image of Google's command line has them where they are copied into it.
 * @see https://cloud.google.com/sdk/docs/dockerfile_example
 */
const handOnDocker: input.cloudbuild.TriggerBuildStep = {
    id: "docker",
    name: images.docker,
    script: `#!/bin/sh\nset -e\ncp ${docker} ${buildx} ${tools.path}/\n`,
    volumes: [tools],
};
const takeDocker = step(
    "Docker",
    [],
    `install -D -t ${posix.dirname(docker)} ${tools.path}/docker`,
    `install -D -t ${posix.dirname(buildx)} ${tools.path}/docker-buildx`,
);

/** A branch's name in a regular expression. */
const escaped = (branch: string): string => branch.replace(/[.+]/g, String.raw`\$&`);

/**
 * What Cloud Build runs: each command a step of its own, which fails where any part of it does.
 * @see https://cloud.google.com/build/docs/build-config-file-schema
 */
export function build(
    { stack, project }: Pick<roles.Place, "stack" | "project">,
    { folder, gcp, timeoutMinutes }: Pick<roles.PipelineArgs["pipeline"], "folder" | "gcp" | "timeoutMinutes">,
): input.cloudbuild.TriggerBuild {
    const told: Record<string, string> = { PULUMI_BACKEND_URL: gcp.state!, STACK: stack };
    const steps: { id: string; image: string; commands: readonly Command[] }[] = [
        { id: "test", image: images.test, commands: pipelineStages.test },
        { id: "deploy", image: images.deploy, commands: [takeDocker, installNode, ...pipelineStages.deploy] },
    ];
    const [test, deploy] = steps.map(({ id, image, commands }) => {
        const env = [...new Set(commands.flatMap((command) => command.env))].map((key) => `${key}=${told[key]}`);
        // What is installed lasts as long as a step does: the commands of a stage are one.
        const scripts = commands.map((command) => `(\n${scriptOf(command, folder)})\n`);
        return {
            id,
            name: image,
            script: `#!/usr/bin/env bash\nset -eo pipefail\n${scripts.join("")}`,
            ...(env.length && { envs: [...env, `GOOGLE_PROJECT=${project}`] }),
        };
    });
    return {
        timeout: `${timeoutMinutes * 60}s`,
        options: { logging: "CLOUD_LOGGING_ONLY" },
        steps: [test, handOnDocker, { ...deploy, volumes: [tools] }],
    };
}
