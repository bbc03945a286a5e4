import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ecs from "@pulumi/aws/ecs";
import * as servicediscovery from "@pulumi/aws/servicediscovery";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

/** An ECS cluster for Fargate, the log group of its tasks, and the namespace of their names. Its twin is ../gcp/platform.ts. */
export class Platform extends pulumi.ComponentResource implements roles.Platform {
    readonly cluster: pulumi.Output<string>;
    readonly logs: pulumi.Output<string>;
    readonly namespace?: pulumi.Output<string>;
    readonly zone?: roles.Platform["zone"];

    constructor(name: string, args: roles.PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Platform", name, {}, opts);
        const { place, logs, connected, circle, network } = args;

        const cluster = new ecs.Cluster(
            name,
            { settings: [{ name: "containerInsights", value: "enabled" }] },
            { parent: this },
        );
        const capacity = new ecs.ClusterCapacityProviders(
            `${name}-capacity`,
            { clusterName: cluster.name, capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
            { parent: this },
        );
        // /ecs/<app>, and the stack below it: two stacks of an app may share an account and region.
        const group = new cloudwatch.LogGroup(
            `${name}-logs`,
            { name: `/ecs/${place.app}/${place.stack}`, retentionInDays: logs.retentionDays },
            { parent: this },
        );

        // By way of the capacity providers: a service that names one too early is refused.
        this.cluster = pulumi.all([cluster.name, capacity.id]).apply(([clusterName]) => clusterName);
        this.logs = group.name;
        if (connected)
            this.namespace = new servicediscovery.HttpNamespace(
                `${name}-names`,
                { description: `Services of ${place.prefix}` },
                { parent: this },
            ).arn;
        if (circle)
            this.zone = new servicediscovery.PrivateDnsNamespace(
                `${name}-zone`,
                {
                    // Clients know the name before there is anything in it. `internal` is never a domain of the internet's.
                    name: `${place.prefix}.internal`,
                    description: `Services of ${place.prefix} that call each other in a circle`,
                    vpc: network!.id,
                },
                { parent: this },
            );
        this.registerOutputs({ cluster: this.cluster, logs: this.logs });
    }
}
