import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as projects from "@pulumi/gcp/projects";
import * as secretmanager from "@pulumi/gcp/secretmanager";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";

import { callEnvironment, resourceName } from "../contract";
import type * as roles from "../roles";
import { containers, secretsOf } from "./container";
import { serviceTag } from "./network";

/** A Cloud Run service that only the load balancer reaches. Its twin is ../aws/service.ts. */
export class Service extends pulumi.ComponentResource implements roles.Service {
    readonly name: string;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    readonly serviceName: pulumi.Output<string>;
    readonly privateUrl: pulumi.Output<string>;
    readonly identity: pulumi.Output<string>;

    constructor(name: string, args: roles.ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Service", name, {}, opts);
        const { place, service, network, deletionProtection } = args;
        const { scale, gcp } = service;

        const account = new serviceaccount.Account(
            `${name}-account`,
            { accountId: name, displayName: `Service ${name}` },
            { parent: this },
        );
        this.name = args.name;
        this.identity = pulumi.interpolate`serviceAccount:${account.email}`;
        const permissions = this.permissions(name, args, this.identity);
        const running = new cloudrunv2.Service(
            name,
            {
                location: place.region,
                ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
                // Whoever passes the load balancer is let in; the app asks for its own token. Unlike a role for
                // `allUsers`, an organisation's domain-restricted sharing does not refuse this.
                invokerIamDisabled: true,
                deletionProtection,
                template: {
                    serviceAccount: account.email,
                    // Cloud Run runs less than one vCPU in the first generation only.
                    executionEnvironment: `EXECUTION_ENVIRONMENT_GEN${service.cpu < 1 ? 1 : 2}`,
                    maxInstanceRequestConcurrency: gcp.concurrency,
                    // Of the revision. Its `min` holds while it gets traffic; a service-level minimum, which would
                    // change without a new revision, is divided among revisions and says nothing of each.
                    scaling: { minInstanceCount: scale.min, maxInstanceCount: scale.max },
                    vpcAccess: {
                        networkInterfaces: [
                            { network: network.id, subnetwork: network.privateSubnetIds[0], tags: [serviceTag] },
                        ],
                        // Without NAT the VPC leads nowhere, so that only private addresses go there.
                        egress: network.nat ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY",
                    },
                    containers: containers(args),
                },
            },
            // Which tool deployed last is no difference. Cloud Run checks at once that the account may read its secrets.
            {
                parent: this,
                ignoreChanges: ["client", "clientVersion"],
                dependsOn: permissions,
                protect: deletionProtection,
            },
        );

        this.serviceName = running.name;
        this.privateUrl = running.uri;
        this.environment = callEnvironment(args.name, this.privateUrl);
        this.registerOutputs({ serviceName: this.serviceName });
    }

    /** What the service's account may do: read its own secrets, write traces, and nothing else. */
    private permissions(name: string, args: roles.ServiceArgs, member: pulumi.Output<string>): pulumi.Resource[] {
        const readers = Object.entries(secretsOf(args)).map(
            ([variable, { id }]) =>
                new secretmanager.SecretIamMember(
                    `${name}-${resourceName(variable)}`,
                    { secretId: id, role: "roles/secretmanager.secretAccessor", member },
                    { parent: this },
                ),
        );
        if (!args.tracing.enabled) return readers;
        const tracer = new projects.IAMMember(
            `${name}-tracing`,
            { project: args.place.project, role: "roles/cloudtrace.agent", member },
            { parent: this },
        );
        return [...readers, tracer];
    }
}
