import * as projects from "@pulumi/gcp/projects";
import * as secretmanager from "@pulumi/gcp/secretmanager";
import type * as pulumi from "@pulumi/pulumi";

import { reachedBy, resourceName, readableSecrets } from "../contract";
import type * as roles from "../roles";

/**
 * What the account of a service or job may do: read its own secrets, use what it reaches, write traces, and nothing else.
 * @returns what must exist before it runs
 */
export function permissions(
    name: string,
    args: roles.ServiceArgs,
    member: pulumi.Output<string>,
    parent: pulumi.Resource,
): pulumi.Resource[] {
    // A secret under two names is read by one permission: the end of either would end both.
    const readers = readableSecrets(args).map(
        ([read, { id }]) =>
            new secretmanager.SecretIamMember(
                `${name}-${resourceName(read)}`,
                { secretId: id, role: "roles/secretmanager.secretAccessor", member },
                { parent },
            ),
    );
    const granted = reachedBy(args).flatMap(
        (backing) => backing.grant?.(`${name}-${backing.name}`, member, parent) ?? [],
    );
    if (!args.tracing.enabled) return [...readers, ...granted];
    const tracer = new projects.IAMMember(
        `${name}-tracing`,
        { project: args.place.project, role: "roles/cloudtrace.agent", member },
        { parent },
    );
    return [...readers, ...granted, tracer];
}
