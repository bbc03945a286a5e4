import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import { callEnvironment } from "../contract";
import type * as roles from "../roles";
import { containers, volumes } from "./container";
import { serviceTag } from "./network";
import { permissions } from "./permissions";
import { minimums, scaling, scheduled } from "./scaling";

/**
 * A Cloud Run service that the load balancer reaches and, from within the network, whoever calls it. Its twin is
 * ../aws/service.ts.
 *
 * Cloud Run gives a container one port. A service of the topology with several has one of these for each that the load
 * balancer leads to, all of the same image, each with instances and an account of its own; `PORT` says which port it is.
 *
 * A private service admits only callers that were granted so, who send an identity token with each request. One that has
 * routes as well cannot ask for tokens, as a load balancer brings none: it admits whatever comes from the network.
 */
export class Service extends pulumi.ComponentResource implements roles.Service {
    readonly name: string;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    readonly serviceName: pulumi.Output<string>;
    readonly privateUrl: pulumi.Output<string>;
    readonly identity: pulumi.Output<string>;
    readonly grant?: roles.Backing["grant"];

    constructor(name: string, args: roles.ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Service", name, {}, opts);
        const { place, gates, deletionProtection } = args;
        const { scale } = args.service;
        const isPrivate = !args.endpoints.length;
        const minimum = minimums(scale);

        this.name = args.name;
        const { email, identity, permitted } = args.beside ? meansOf(args.beside) : this.means(name, args);
        this.identity = identity;
        const runs = {
            ingress: isPrivate ? "INGRESS_TRAFFIC_INTERNAL_ONLY" : "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
            // Whoever passes the load balancer is let in; the app asks for its own token. Unlike a role for
            // `allUsers`, an organisation's domain-restricted sharing does not refuse this.
            invokerIamDisabled: !isPrivate,
            template: template(args, email, minimum.revision),
        };
        // Cloud Run checks at once that the account may read its secrets.
        const dependsOn = [...permitted, ...(args.after ?? [])];
        const running = gates.pass(
            name,
            runs,
            (attempt) =>
                new cloudrunv2.Service(
                    name,
                    {
                        location: place.region,
                        deletionProtection,
                        ...scheduled(args),
                        ...runs,
                        // Another label is another revision.
                        template: { ...runs.template, labels: { attempt: pulumi.interpolate`${attempt}` } },
                    },
                    {
                        parent: this,
                        // Which tool deployed last is no difference.
                        ignoreChanges: ["client", "clientVersion"],
                        dependsOn,
                        protect: deletionProtection,
                    },
                ),
        );

        this.serviceName = running.name;
        scaling(name, { place, scale, gates, service: this, platform: args.platform }, this);
        this.privateUrl = running.uri;
        this.environment = callEnvironment(args.name, this.privateUrl);
        if (isPrivate)
            this.grant = (grant, member, parent) => [
                new cloudrunv2.ServiceIamMember(
                    grant,
                    { name: running.name, location: place.region, role: "roles/run.invoker", member },
                    { parent },
                ),
            ];
        this.registerOutputs({ serviceName: this.serviceName });
    }

    /** An account of its own, with what it may. */
    private means(name: string, args: roles.ServiceArgs): Means {
        const account = new serviceaccount.Account(
            `${name}-account`,
            { accountId: name, displayName: `Service ${name}` },
            { parent: this },
        );
        const identity = pulumi.interpolate`serviceAccount:${account.email}`;
        return { email: account.email, identity, permitted: permissions(name, args, identity, this) };
    }
}

/** Who a service is. */
interface Means {
    /** Its account's. */
    email: pulumi.Output<string>;
    /** The account, as a member of IAM policies. */
    identity: pulumi.Output<string>;
    /** What must exist before it runs. */
    permitted: pulumi.Resource[];
}

/** A candidate is who the service is that it stands beside, and may what that one may. */
const meansOf = (service: roles.Service & pulumi.Resource): Means => ({
    email: service.identity.apply((member) => member.replace("serviceAccount:", "")),
    identity: service.identity,
    permitted: [service],
});

/** What each revision runs. */
function template(
    args: roles.ServiceArgs,
    serviceAccount: pulumi.Input<string>,
    minInstanceCount: number | undefined,
): input.cloudrunv2.ServiceTemplate {
    const { service, network, mounts } = args;
    return {
        serviceAccount,
        // Cloud Run runs less than one vCPU in the first generation only, and mounts files in the second.
        executionEnvironment: `EXECUTION_ENVIRONMENT_GEN${service.cpu < 1 && !mounts.length ? 1 : 2}`,
        maxInstanceRequestConcurrency: service.gcp.concurrency,
        scaling: { minInstanceCount, maxInstanceCount: service.scale.max },
        vpcAccess: {
            networkInterfaces: [{ network: network.id, subnetwork: network.privateSubnetIds[0], tags: [serviceTag] }],
            // Without NAT the VPC leads nowhere, so that only private addresses go there.
            egress: network.nat ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY",
        },
        containers: containers(args),
        volumes: volumes(args),
    };
}
