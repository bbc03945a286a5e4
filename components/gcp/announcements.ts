import * as projects from "@pulumi/gcp/projects";
import * as pubsub from "@pulumi/gcp/pubsub";
import * as pulumi from "@pulumi/pulumi";

/**
 * A topic on which Secret Manager says when a secret gets another value.
 * @returns its id, once Secret Manager may publish there: it refuses a secret whose topic it can't reach
 * @see https://cloud.google.com/secret-manager/docs/event-notifications
 */
export function announcements(name: string, parent: pulumi.Resource): pulumi.Output<string> {
    const publisher = new projects.ServiceIdentity(
        `${name}-publisher`,
        { service: "secretmanager.googleapis.com" },
        { parent },
    );
    const topic = new pubsub.Topic(`${name}-topic`, {}, { parent });
    const permission = new pubsub.TopicIAMMember(
        `${name}-publish`,
        { topic: topic.name, role: "roles/pubsub.publisher", member: publisher.member },
        { parent },
    );
    return pulumi.all([topic.id, permission.id]).apply(([id]) => id);
}
