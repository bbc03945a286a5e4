import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import { isWorker } from "../../topology/endpoints";
import { callEnvironment } from "../contract";
import type * as roles from "../roles";
import { accountId } from "./caller";
import { containers, volumes } from "./container";
import { vpcAccess } from "./network";
import { permissions } from "./permissions";
import { minimums, scaling, scheduled } from "./scaling";
import { workerPool } from "./workerpool";

/**
 * A Cloud Run service that the load balancer reaches and, from within the network, whoever calls it. Its twin is
 * ../aws/service.ts.
 *
 * Cloud Run gives a container one port. A service of the topology with several has one of these for each that the load
 * balancer leads to, all of the same image, each with instances and an account of its own; `PORT` says which port it is.
 *
 * A private service admits only callers that were granted so, who send an identity token with each request, unless it says
 * `gcp.callers: "network"`. One that has routes as well cannot ask for tokens, as a load balancer brings none. Both admit whatever
 * comes from the network.
 *
 * A worker, which has no port, is a worker pool instead (workerpool.ts).
 */
export class Service extends pulumi.ComponentResource implements roles.Service {
    readonly name: string;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    readonly serviceName: pulumi.Output<string>;
    readonly privateUrl?: pulumi.Output<string>;
    readonly worker: boolean;
    readonly identity: pulumi.Output<string>;
    readonly grant?: roles.Backing["grant"];

    constructor(name: string, args: roles.ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Service", name, {}, opts);
        this.name = args.name;
        this.worker = isWorker(args.service);
        const { email, identity, permitted } = args.beside ? meansOf(args.beside) : this.means(name, args);
        this.identity = identity;
        // Cloud Run checks at once that the account may read its secrets.
        const dependsOn = [...permitted, ...(args.after ?? [])];
        if (this.worker) {
            this.serviceName = workerPool(name, args, email, dependsOn, this).name;
            this.environment = {};
        } else {
            const running = this.run(name, args, email, dependsOn);
            this.serviceName = running.name;
            this.privateUrl = running.uri;
            this.environment = callEnvironment(args.name, running.uri);
        }
        const { place, gates, platform } = args;
        scaling(name, { place, scale: args.service.scale, gates, service: this, platform }, this);
        if (!this.worker && asksForTokens(args))
            // Of a caller that is there before this service it is this one's, and may become the caller's and back.
            this.grant = (grant, member, parent, formerly = this) => [
                new cloudrunv2.ServiceIamMember(
                    grant,
                    { name: this.serviceName, location: place.region, role: "roles/run.invoker", member },
                    { parent, aliases: [{ parent: formerly }] },
                ),
            ];
        this.registerOutputs({ serviceName: this.serviceName });
    }

    private run(
        name: string,
        args: roles.ServiceArgs,
        account: pulumi.Input<string>,
        dependsOn: pulumi.Resource[],
    ): cloudrunv2.Service {
        const { place, gates, deletionProtection } = args;
        const isPrivate = !args.endpoints.length;
        const runs = {
            ingress: isPrivate ? "INGRESS_TRAFFIC_INTERNAL_ONLY" : "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
            // Whoever passes the load balancer is let in; the app asks for its own token. Unlike a role for
            // `allUsers`, an organisation's domain-restricted sharing does not refuse this.
            invokerIamDisabled: !asksForTokens(args),
            template: template(args, account, minimums(args.service.scale).revision),
        };
        return gates.pass(
            name,
            runs,
            (attempt, hooks) =>
                new cloudrunv2.Service(
                    name,
                    {
                        // Its callers are told where it is before it is there.
                        name: args.calledAhead ? name : undefined,
                        location: place.region,
                        deletionProtection,
                        ...scheduled(args),
                        ...runs,
                        // Another label is another revision.
                        template: { ...runs.template, labels: { attempt: pulumi.interpolate`${attempt}` } },
                    },
                    {
                        parent: this,
                        hooks,
                        // Which tool deployed last is no difference.
                        ignoreChanges: ["client", "clientVersion"],
                        dependsOn,
                        protect: deletionProtection,
                    },
                ),
        );
    }

    /** An account of its own, with what it may. */
    private means(name: string, args: roles.ServiceArgs): Means {
        const account = new serviceaccount.Account(
            `${name}-account`,
            { accountId: accountId(name), displayName: `Service ${name}` },
            { parent: this },
        );
        const identity = pulumi.interpolate`serviceAccount:${account.email}`;
        return { email: account.email, identity, permitted: permissions(name, args, identity, this) };
    }
}

/** Whether whoever calls the service must say who he is. */
const asksForTokens = ({ endpoints, service }: roles.ServiceArgs): boolean =>
    !endpoints.length && service.gcp.callers === "granted";

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
        // Where nothing is said Cloud Run keeps what was.
        timeout: `${service.timeoutSeconds ?? 300}s`,
        sessionAffinity: service.stickySessions ? true : undefined,
        maxInstanceRequestConcurrency: service.gcp.concurrency,
        scaling: { minInstanceCount, maxInstanceCount: service.scale.max },
        vpcAccess: vpcAccess(network),
        containers: containers(args),
        volumes: volumes(args),
    };
}
