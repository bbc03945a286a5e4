import * as ecs from "@pulumi/aws/ecs";
import type { input } from "@pulumi/aws/types";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { firstPort, isWorker } from "../../topology/endpoints";
import { ingressSidecar } from "../../topology/sidecars";
import { callEnvironment, readableSecrets, reachedBy } from "../contract";
import type * as roles from "../roles";
import { serviceAccess } from "./access";
import { records } from "./circle";
import { awsLogs, containerDefinitions, logName, volumes } from "./container";
import { executionPolicy, taskPolicy, taskRole } from "./permissions";
import { scaling } from "./scaling";
import { serviceTimeouts } from "./timeouts";

/**
 * An ECS service on Fargate, behind the load balancer unless it is private. Its twin is ../gcp/service.ts.
 *
 * It is the load balancer that asks for `health.path`: a private service, and a worker, is watched by its `health.container` alone.
 */
export class Service extends pulumi.ComponentResource implements roles.Service {
    readonly name: string;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    readonly port?: number;
    readonly worker: boolean;
    readonly securityGroupId: pulumi.Output<string>;
    readonly serviceName: pulumi.Output<string>;
    readonly privateUrl?: pulumi.Output<string>;
    readonly identity: pulumi.Output<string>;
    readonly taskDefinition: pulumi.Output<string>;
    readonly taskRoles: pulumi.Output<string>[];

    constructor(name: string, args: roles.ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Service", name, {}, opts);
        const { service, platform, ingress, endpoints } = args;
        const port = firstPort(service)?.port;
        this.name = args.name;
        this.port = port;
        this.worker = isWorker(service);

        const means = args.beside ? meansOf(args.beside) : this.means(name, args);
        const [executionRoleArn, taskRoleArn] = means.taskRoles;
        const { task, running } = this.run(
            name,
            args,
            taskInputs(name, args, { executionRoleArn, taskRoleArn }),
            means,
        );

        this.securityGroupId = means.securityGroupId;
        this.serviceName = running.name;
        // By way of the running service: its name is known only to tasks that start after it. `waitForSteadyState` is an
        // input that comes back, so that the URL is known in a preview.
        if (port !== undefined) this.privateUrl = running.waitForSteadyState.apply(() => `http://${args.name}:${port}`);
        this.environment = this.privateUrl ? callEnvironment(args.name, this.privateUrl) : {};
        this.identity = means.identity;
        scaling(
            name,
            {
                place: args.place,
                scale: service.scale,
                gates: args.gates,
                service: this,
                platform,
                ingress,
                target: endpoints[0]?.key,
                backlogOf: args.backlogOf,
            },
            this,
        );
        this.taskDefinition = task.arn;
        this.taskRoles = means.taskRoles;
        this.registerOutputs({ serviceName: this.serviceName });
    }

    /** The roles of its tasks, with what they may, and its ways in and out. */
    private means(name: string, args: roles.ServiceArgs): Means {
        const { place } = args;
        const { group, rules } = serviceAccess(name, args, this);
        const execution = taskRole(`${name}-execution`, { place, statements: executionPolicy(args) }, this);
        const role = taskRole(`${name}-task`, { place, statements: taskPolicy(args) }, this);
        const granted = reachedBy(args).flatMap(
            (backing) => backing.grant?.(`${name}-${backing.name}`, role.name, this) ?? [],
        );
        return {
            securityGroupId: group.id,
            access: rules,
            taskRoles: [execution.arn, role.arn],
            identity: role.name,
            granted,
        };
    }

    private run(
        name: string,
        args: roles.ServiceArgs,
        runs: ecs.TaskDefinitionArgs,
        { securityGroupId, access, granted }: Means,
    ): { task: ecs.TaskDefinition; running: ecs.Service } {
        const { service, platform, network, ingress, endpoints, deletionProtection } = args;
        const { deployment } = service.aws;
        const inputs: ecs.ServiceArgs = {
            cluster: platform.cluster,
            capacityProviderStrategies: capacity(service.aws),
            // Otherwise a change between Fargate and Spot would replace the service. It costs nothing: whatever
            // else changes a service deploys it anyway.
            forceNewDeployment: true,
            networkConfiguration: {
                subnets: network.nat ? network.privateSubnetIds : network.publicSubnetIds,
                assignPublicIp: !network.nat,
                securityGroups: [securityGroupId],
            },
            loadBalancers: endpoints.map((endpoint) => ({
                targetGroupArn: ingress!.targets[endpoint.key],
                containerName: ingressSidecar(service) ?? args.name,
                containerPort: endpoint.port,
            })),
            // ECS refuses it without a load balancer.
            healthCheckGracePeriodSeconds: endpoints.length ? service.health.startSeconds : undefined,
            serviceConnectConfiguration: this.connection(args),
            serviceRegistries: records(name, args, this),
            deploymentMinimumHealthyPercent: deployment.minimumHealthyPercent,
            deploymentMaximumPercent: deployment.maximumPercent,
            // By default ECS evens tasks out between zones, which it refuses to do without room for one more.
            availabilityZoneRebalancing: deployment.maximumPercent > 100 ? undefined : "DISABLED",
            deploymentCircuitBreaker: { enable: deployment.circuitBreaker, rollback: deployment.rollback },
            propagateTags: "SERVICE",
            enableEcsManagedTags: true,
            enableExecuteCommand: service.aws.exec || undefined,
            // `up` succeeds when the new tasks are healthy, and fails when the circuit breaker rolls back.
            waitForSteadyState: true,
        };
        // Tasks read secrets when they start: another version is another deployment.
        const versions = readableSecrets(args).map(([, { version }]) => version);
        let task!: ecs.TaskDefinition;
        const running = args.gates.pass(name, { inputs, runs, versions }, (attempt, hooks) => {
            // A revision for each attempt: after a failed deployment, which ECS rolls back, the state has the new one for the one
            // that runs, and the provider would not ask for it again.
            const containerDefinitions = pulumi
                .all([runs.containerDefinitions, attempt])
                .apply(([definitions, at]) => labelled(definitions, at));
            task = new ecs.TaskDefinition(
                name,
                { ...runs, containerDefinitions },
                { parent: this, dependsOn: granted },
            );
            return new ecs.Service(
                name,
                {
                    ...inputs,
                    // Nothing to deploy, and so not behind the gate.
                    forceDelete: !deletionProtection,
                    taskDefinition: task.arn,
                    desiredCount: service.scale.desired ?? service.scale.min,
                    // Another trigger is another deployment.
                    triggers: { attempt: pulumi.interpolate`${attempt}` },
                },
                // Scaling owns the count. ECS refuses a target group that no listener leads to.
                {
                    parent: this,
                    hooks,
                    ignoreChanges: ["desiredCount"],
                    dependsOn: [...access, ...endpoints.map(({ key }) => ingress!.tied![key])],
                    protect: deletionProtection,
                    customTimeouts: serviceTimeouts(service, args.before),
                },
            );
        });
        return { task, running };
    }

    /**
     * Service Connect: a proxy in each task by which the service finds those that it calls, and is found by its name. The
     * proxy takes some of the task's own CPU and memory: AWS advises a quarter vCPU and 64 MiB on top of the app's.
     */
    private connection(args: roles.ServiceArgs): input.ecs.ServiceServiceConnectConfiguration | undefined {
        const { service, platform, called } = args;
        if (!called && !service.calls.length) return undefined;
        const first = firstPort(service);
        return {
            enabled: true,
            namespace: platform.namespace,
            services:
                called && first
                    ? [
                          {
                              portName: first.name,
                              discoveryName: args.name,
                              clientAlias: [{ dnsName: args.name, port: first.port }],
                              // As on Cloud Run; 15 by default.
                              timeout: { perRequestTimeoutSeconds: service.timeoutSeconds ?? 300 },
                          },
                      ]
                    : undefined,
            logConfiguration: awsLogs(args, `${logName(args)}-connect`),
        };
    }
}

/** What a service's tasks are made of. */
function taskInputs(
    name: string,
    args: roles.ServiceArgs,
    taskRoles: { executionRoleArn: pulumi.Input<string>; taskRoleArn: pulumi.Input<string> },
): ecs.TaskDefinitionArgs {
    const { service } = args;
    return {
        family: name,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: String(service.cpu * 1024),
        memory: String(service.memory),
        runtimePlatform: {
            operatingSystemFamily: "LINUX",
            cpuArchitecture: service.aws.architecture === "arm64" ? "ARM64" : "X86_64",
        },
        ...taskRoles,
        volumes: volumes(args),
        containerDefinitions: containerDefinitions(args),
    };
}

/** Container definitions whose every container says the attempt, by which ECS tells one revision from another. */
const labelled = (definitions: string, attempt: number): string =>
    JSON.stringify(
        (JSON.parse(definitions) as object[]).map((container) => ({
            ...container,
            dockerLabels: { attempt: String(attempt) },
        })),
    );

/** What a service's tasks are, and may. */
interface Means {
    securityGroupId: pulumi.Output<string>;
    /** The rules of its ways in and out. */
    access: pulumi.Resource[];
    /** ARNs: of the role that starts a task, and of the task's own. */
    taskRoles: pulumi.Output<string>[];
    /** Name of the task's own role. */
    identity: pulumi.Output<string>;
    /** What must exist before tasks run. */
    granted: pulumi.Resource[];
}

/** A candidate has all of it from the service that it stands beside. */
const meansOf = (service: roles.Service & pulumi.Resource): Means => ({
    securityGroupId: service.securityGroupId!,
    access: [service],
    taskRoles: service.taskRoles!,
    identity: service.identity,
    granted: [],
});

/** Where tasks run: all on Fargate, all on Spot, or the first on Fargate and the others shared out by weight. */
function capacity({ spot, onDemand }: topology.Service["aws"]) {
    if (!spot) return [{ capacityProvider: "FARGATE", weight: 1 }];
    const onSpot = { capacityProvider: "FARGATE_SPOT", weight: 1 };
    return onDemand.base || onDemand.weight ? [{ capacityProvider: "FARGATE", ...onDemand }, onSpot] : [onSpot];
}
