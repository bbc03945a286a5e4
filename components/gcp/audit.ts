import * as projects from "@pulumi/gcp/projects";
import type * as pulumi from "@pulumi/pulumi";

/** Services whose data access is logged too; administration always is. */
const audited = ["cloudsql", "run", "secretmanager"];

/**
 * A project has one audit configuration per service, whole and shared by all of its stacks: it stays when the stack that
 * wrote it goes.
 */
export function auditLogs(name: string, project: string, dependsOn: pulumi.Resource[], parent: pulumi.Resource): void {
    for (const service of audited)
        new projects.IAMAuditConfig(
            `${name}-audit-${service}`,
            {
                project,
                service: `${service}.googleapis.com`,
                auditLogConfigs: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"].map((logType) => ({ logType })),
            },
            { parent, dependsOn, retainOnDelete: true },
        );
}
