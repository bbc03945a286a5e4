import * as projects from "@pulumi/gcp/projects";
import * as secretmanager from "@pulumi/gcp/secretmanager";
import type * as pulumi from "@pulumi/pulumi";

import { reachedBy, resourceName, secretsOf } from "../contract";
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
    const secrets = Object.entries(secretsOf(args));
    // A secret under two names is read by one permission: the end of either would end both.
    const once = secrets.filter(([, ref], index) => secrets.findIndex(([, other]) => other === ref) === index);
    const readers = once.map(
        ([variable, { id }]) =>
            new secretmanager.SecretIamMember(
                `${name}-${resourceName(variable)}`,
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
