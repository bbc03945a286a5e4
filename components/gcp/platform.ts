import * as logging from "@pulumi/gcp/logging";
import * as organizations from "@pulumi/gcp/organizations";
import * as projects from "@pulumi/gcp/projects";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type * as roles from "../roles";

/** What a stack calls. The one API that turns on these, `serviceusage`, is on in every new project. */
const apis = [
    "artifactregistry",
    "certificatemanager",
    "cloudresourcemanager",
    "cloudtrace",
    "compute",
    // Scans each pushed image once for known vulnerabilities, for about a quarter dollar an image.
    "containerscanning",
    "dns",
    "iam",
    "logging",
    "monitoring",
    "run",
    "secretmanager",
    "servicenetworking",
    "sqladmin",
];

/** The project's APIs, and a log bucket with the stack's retention. Audit logs are the project's: ./account.ts. Its twin is ../aws/platform.ts. */
export class Platform extends pulumi.ComponentResource implements roles.Platform {
    readonly cluster: pulumi.Output<string>;
    readonly logs: pulumi.Output<string>;
    readonly projectNumber?: pulumi.Output<string>;

    constructor(name: string, args: roles.PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Platform", name, {}, opts);
        const { place } = args;

        const enabled = [...apis, ...(args.apis ?? [])].map((api) => this.enable(name, api));
        const bucket = this.bucket(name, args, enabled);

        // Known in a preview, and yet it waits for every API: `service` is an input that comes back as an output.
        this.cluster = pulumi.all(enabled.map(({ service }) => service)).apply(() => place.project);
        this.logs = bucket.id;
        // By way of the APIs themselves: in a preview before they are on nobody would answer.
        if (args.circle)
            this.projectNumber = organizations.getProjectOutput(
                { projectId: pulumi.all(enabled.map(({ id }) => id)).apply(() => place.project) },
                { parent: this },
            ).number;
        this.registerOutputs({ cluster: this.cluster, logs: this.logs });
    }

    private enable(name: string, api: string): projects.Service {
        return new projects.Service(
            `${name}-${api}`,
            // The project may hold more than this stack: what it finds or turns on stays on.
            { service: `${api}.googleapis.com`, disableOnDestroy: false },
            { parent: this },
        );
    }

    /**
     * A bucket of the stack's own: the project's `_Default` has one retention for whoever else is in the project. The
     * stack's entries are routed here and kept out of `_Default`, where they would be paid and kept a second time.
     */
    private bucket(name: string, { place, logs, logged }: roles.PlatformArgs, dependsOn: pulumi.Resource[]) {
        // A deleted bucket holds on to its id for seven days, so `destroy` and `up` on one day need another.
        const suffix = new random.RandomId(`${name}-logs-suffix`, { byteLength: 3 }, { parent: this });
        const bucket = new logging.ProjectBucketConfig(
            `${name}-logs`,
            {
                project: place.project,
                location: place.region,
                bucketId: pulumi.interpolate`${name}-${suffix.hex}`,
                retentionDays: logs.retentionDays,
            },
            { parent: this, dependsOn },
        );
        const filter = ownEntries(place, logged!);
        const sink = new logging.ProjectSink(
            `${name}-sink`,
            // Within one project a sink needs no permission to write.
            {
                destination: pulumi.interpolate`logging.googleapis.com/${bucket.id}`,
                filter,
                uniqueWriterIdentity: true,
            },
            { parent: this },
        );
        new logging.ProjectExclusion(`${name}-exclusion`, { filter }, { parent: this, dependsOn: [sink] });
        return bucket;
    }
}

/**
 * Log entries of the stack's own resources. Their names are whole ones, with the end that Pulumi gives them: stack `dev` has no
 * business with what begins with `dev-eu`.
 */
export function ownEntries({ prefix, project }: roles.Place, logged: roles.Logged): string {
    const owned = (type: string, label: string, parts: string[], begin = "") =>
        parts.length
            ? [
                  `(resource.type="${type}" AND resource.labels.${label}=~"^${begin}${prefix}-(${parts.join("|")})-[0-9a-f]{7}$")`,
              ]
            : [];
    // Restored, and read replicas.
    const servers = logged.databases.map((name) => `${name}(-r[0-9a-f]{6})?(-replica-[0-9]+)?`);
    return [
        ...owned("cloud_run_revision", "service_name", logged.services),
        ...owned("cloud_run_worker_pool", "worker_pool_name", logged.workers),
        ...owned("cloud_run_job", "job_name", logged.jobs),
        ...owned("http_load_balancer", "url_map_name", ["lb", "lb-redirect"]),
        ...owned("cloudsql_database", "database_id", servers, `${project}:`),
        ...owned(
            "gce_subnetwork",
            "subnetwork_name",
            logged.subnets.map((name) => `network-${name}`),
        ),
        ...owned("nat_gateway", "gateway_name", ["network-nat"]),
    ].join(" OR ");
}
