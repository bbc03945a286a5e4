import * as eventarc from "@pulumi/gcp/eventarc";
import * as projects from "@pulumi/gcp/projects";
import * as workflows from "@pulumi/gcp/workflows";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { callerAccount, letUpdate, letUseImages, updaterRole } from "./caller";

/**
 * Makes a new revision of services when a secret that they read gets another version: instances read `latest` when they start.
 * Secret Manager says so on a topic, Eventarc hands it to a workflow, and that marks the services. Its twin is
 * ../aws/rotation.ts.
 * @see https://cloud.google.com/run/docs/configuring/services/secrets
 */
export class Rotation extends pulumi.ComponentResource implements roles.Rotation {
    readonly monitoringId: pulumi.Output<string>;
    readonly listenerId: pulumi.Output<string>;

    constructor(name: string, args: roles.RotationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Rotation", name, {}, opts);
        const { place, secret, services, images } = args;

        const caller = callerAccount(name, `Restarts services (${name})`, this);
        const role = updaterRole(name, Object.values(services), this);
        // Services of several ports have one image: two rights to it would be one, that goes when either does.
        const firstOf = new Map(
            Object.keys(services)
                .map((key) => [images[key], key])
                .reverse() as [roles.Image, string][],
        );
        const beside = Object.entries(args.beside ?? {}).flatMap(([key, image]) =>
            letUseImages(`${name}-${key}`, image, "reader", caller.member, this),
        );
        const permissions = Object.entries(services).flatMap(([key, service]) => [
            ...letUpdate(`${name}-${key}`, { place, service, member: caller.member, role }, this),
            // Whoever makes a revision must be able to read its image.
            ...(firstOf.get(images[key]) === key
                ? letUseImages(`${name}-${key}`, images[key], "reader", caller.member, this)
                : []),
        ]);
        const workflow = new workflows.Workflow(
            name,
            {
                region: place.region,
                description: "A secret has another version",
                serviceAccount: caller.id,
                // Without it nobody finds out why it failed.
                callLogLevel: "LOG_ERRORS_ONLY",
                sourceContents: source(args),
                deletionProtection: false,
            },
            { parent: this, dependsOn: [...permissions, ...beside] },
        );
        // Workflows know no permissions of their own: this one may start others of the project, too.
        const start = new projects.IAMMember(
            `${name}-start`,
            { project: place.project, role: "roles/workflows.invoker", member: caller.member },
            { parent: this },
        );
        const trigger = new eventarc.Trigger(
            `${name}-trigger`,
            {
                location: place.region,
                matchingCriterias: [{ attribute: "type", value: "google.cloud.pubsub.topic.v1.messagePublished" }],
                transport: { pubsub: { topic: secret.topic } },
                destination: { workflow: workflow.id },
                serviceAccount: caller.email,
            },
            { parent: this, dependsOn: [start] },
        );
        this.monitoringId = workflow.name;
        this.listenerId = trigger.transport.apply(({ pubsub }) => lastOf(pubsub?.subscription));
        this.registerOutputs({});
    }
}

/** The workflow: nothing but a new version counts, and then each service gets an annotation, which makes a revision. */
function source({ place, services }: roles.RotationArgs): pulumi.Output<string> {
    const location = `projects/${place.project}/locations/${place.region}`;
    const marks = Object.entries(services).map(([key, { serviceName, worker }]) => ({
        [key.replaceAll("-", "_")]: {
            try: {
                call: "http.patch",
                args: {
                    url: pulumi.interpolate`https://run.googleapis.com/v2/${location}/${worker ? "workerPools" : "services"}/${serviceName}?updateMask=template.annotations`,
                    auth: { type: "OAuth2" },
                    body: { template: { annotations: { "secret-version": "${event.id}" } } },
                },
            },
            retry: "${http.default_retry}",
        },
    }));
    // A step has a name of its own, and so has each service.
    const taken = marks.flatMap(Object.keys);
    let guard = "check";
    while (taken.includes(guard)) guard += "_version";
    return pulumi.jsonStringify({
        main: {
            params: ["event"],
            steps: [
                {
                    [guard]: {
                        switch: [
                            {
                                condition: '${event.data.message.attributes.eventType != "SECRET_VERSION_ADD"}',
                                return: "no new version",
                            },
                        ],
                    },
                },
                ...marks,
            ],
        },
    });
}

/** The name at the end of a path. */
const lastOf = (path: string | undefined): string => path?.split("/").at(-1) ?? "";
