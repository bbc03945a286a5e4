import * as appautoscaling from "@pulumi/aws/appautoscaling";
import * as ec2 from "@pulumi/aws/ec2";
import * as ecs from "@pulumi/aws/ecs";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";

import { firstPort } from "../../topology/endpoints";
import { callEnvironment } from "../contract";
import type * as roles from "../roles";
import { containerDefinitions } from "./container";
import { executionPolicy, taskRole, tracingPolicy } from "./permissions";

/** An ECS service on Fargate behind the load balancer. Its twin is ../gcp/service.ts. */
export class Service extends pulumi.ComponentResource implements roles.Service {
    readonly name: string;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    readonly port: number;
    readonly securityGroupId: pulumi.Output<string>;
    readonly serviceName: pulumi.Output<string>;
    readonly privateUrl: pulumi.Output<string>;
    readonly identity: pulumi.Output<string>;
    readonly taskDefinition: pulumi.Output<string>;
    readonly taskRoles: pulumi.Output<string>[];

    constructor(name: string, args: roles.ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Service", name, {}, opts);
        const { service, platform, network, ingress, deletionProtection } = args;
        const { port } = firstPort(service);
        this.name = args.name;
        this.port = port;

        const group = this.access(name, args, port);
        const execution = taskRole(`${name}-execution`, executionPolicy(args), this);
        const role = taskRole(`${name}-task`, args.tracing.enabled ? tracingPolicy() : undefined, this);
        const task = this.task(name, args, execution.arn, role.arn);
        const running = new ecs.Service(
            name,
            {
                cluster: platform.cluster,
                taskDefinition: task.arn,
                desiredCount: service.scale.min,
                capacityProviderStrategies: [
                    { capacityProvider: service.aws.spot ? "FARGATE_SPOT" : "FARGATE", weight: 1 },
                ],
                // Otherwise a change between Fargate and Spot would replace the service. It costs nothing: whatever
                // else changes a service deploys it anyway.
                forceNewDeployment: true,
                networkConfiguration: {
                    subnets: network.nat ? network.privateSubnetIds : network.publicSubnetIds,
                    assignPublicIp: !network.nat,
                    securityGroups: [group.id],
                },
                loadBalancers: [
                    { targetGroupArn: ingress!.targets[args.name], containerName: args.name, containerPort: port },
                ],
                healthCheckGracePeriodSeconds: service.health.startSeconds,
                deploymentMinimumHealthyPercent: 100,
                deploymentMaximumPercent: 200,
                deploymentCircuitBreaker: { enable: true, rollback: true },
                propagateTags: "SERVICE",
                enableEcsManagedTags: true,
                // `up` succeeds when the new tasks are healthy, and fails when the circuit breaker rolls back.
                waitForSteadyState: true,
                forceDelete: !deletionProtection,
            },
            // Scaling owns the count. ECS refuses a target group that no listener leads to yet.
            { parent: this, ignoreChanges: ["desiredCount"], dependsOn: [ingress!] },
        );
        this.scale(name, args, running);

        this.securityGroupId = group.id;
        this.serviceName = running.name;
        this.privateUrl = pulumi.output(`http://${args.name}:${port}`);
        this.environment = callEnvironment(args.name, this.privateUrl);
        this.identity = role.name;
        this.taskDefinition = task.arn;
        this.taskRoles = [execution.arn, role.arn];
        this.registerOutputs({ serviceName: this.serviceName });
    }

    /** The service's link in the chain: load balancer → service → what it uses, and HTTPS to the outside. */
    private access(name: string, { network, ingress, backings }: roles.ServiceArgs, port: number): ec2.SecurityGroup {
        const parent = this;
        const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });
        const group = new ec2.SecurityGroup(
            `${name}-access`,
            { vpcId: network.id, description: `Service ${name}` },
            { parent },
        );
        const out = (role: string, from: pulumi.Input<string>, port: number, to: object) =>
            new vpc.SecurityGroupEgressRule(
                `${name}-${role}`,
                { securityGroupId: from, ...tcp(port), ...to },
                { parent },
            );
        const into = (role: string, to: pulumi.Input<string>, port: number, from: pulumi.Input<string>) =>
            new vpc.SecurityGroupIngressRule(
                `${name}-${role}`,
                { securityGroupId: to, ...tcp(port), referencedSecurityGroupId: from },
                { parent },
            );

        out("from-ingress", ingress!.securityGroupId!, port, { referencedSecurityGroupId: group.id });
        into("from-ingress", group.id, port, ingress!.securityGroupId!);
        for (const { name: backing, port, securityGroupId } of backings) {
            if (!port || !securityGroupId) continue;
            out(`to-${backing}`, group.id, port, { referencedSecurityGroupId: securityGroupId });
            into(`to-${backing}`, securityGroupId, port, group.id);
        }
        // Registry, secrets, logs and whatever API the app calls.
        out("to-internet", group.id, 443, { cidrIpv4: "0.0.0.0/0" });
        return group;
    }

    private task(
        name: string,
        args: roles.ServiceArgs,
        executionRoleArn: pulumi.Input<string>,
        taskRoleArn: pulumi.Input<string>,
    ): ecs.TaskDefinition {
        const { service } = args;
        return new ecs.TaskDefinition(
            name,
            {
                family: name,
                requiresCompatibilities: ["FARGATE"],
                networkMode: "awsvpc",
                cpu: String(service.cpu * 1024),
                memory: String(service.memory),
                runtimePlatform: {
                    operatingSystemFamily: "LINUX",
                    cpuArchitecture: service.aws.architecture === "arm64" ? "ARM64" : "X86_64",
                },
                executionRoleArn,
                taskRoleArn,
                volumes: service.aws.readonlyRootFilesystem ? [{ name: "tmp" }] : [],
                containerDefinitions: containerDefinitions(args),
            },
            { parent: this },
        );
    }

    private scale(name: string, { service, platform }: roles.ServiceArgs, running: ecs.Service): void {
        const target = new appautoscaling.Target(
            `${name}-scale`,
            {
                serviceNamespace: "ecs",
                scalableDimension: "ecs:service:DesiredCount",
                resourceId: pulumi.interpolate`service/${platform.cluster}/${running.name}`,
                minCapacity: service.scale.min,
                maxCapacity: service.scale.max,
            },
            { parent: this },
        );
        new appautoscaling.Policy(
            `${name}-cpu`,
            {
                serviceNamespace: target.serviceNamespace,
                scalableDimension: target.scalableDimension,
                resourceId: target.resourceId,
                policyType: "TargetTrackingScaling",
                targetTrackingScalingPolicyConfiguration: {
                    predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
                    targetValue: service.scale.cpuPercent,
                },
            },
            { parent: this },
        );
    }
}
