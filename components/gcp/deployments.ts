import * as monitoring from "@pulumi/gcp/monitoring";
import type * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

/**
 * Tells the channels when a revision of one of the services does not become ready. Cloud Run says so in the project's
 * system event log, which nothing can exclude; the old revision keeps the traffic.
 */
export function failedDeployments(
    name: string,
    { place }: Pick<roles.AlarmsArgs, "place">,
    channels: monitoring.NotificationChannel[],
    parent: pulumi.Resource,
): void {
    const description = "A revision does not become ready";
    new monitoring.AlertPolicy(
        name,
        {
            displayName: `${name}: ${description}`,
            combiner: "OR",
            conditions: [
                {
                    displayName: description,
                    conditionMatchedLog: {
                        filter: [
                            'resource.type="cloud_run_revision"',
                            `resource.labels.service_name=~"^${place.prefix}-"`,
                            `logName="projects/${place.project}/logs/cloudaudit.googleapis.com%2Fsystem_event"`,
                            "severity>=ERROR",
                        ].join(" AND "),
                    },
                },
            ],
            notificationChannels: channels.map((channel) => channel.id),
            // A policy on logs must say how often it may tell.
            alertStrategy: { autoClose: "1800s", notificationRateLimit: { period: "300s" } },
        },
        { parent },
    );
}
