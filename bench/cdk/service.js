"use strict";
// @ts-check

const { Duration, Size } = require("aws-cdk-lib");
const ec2 = require("aws-cdk-lib/aws-ec2");
const ecr = require("aws-cdk-lib/aws-ecr");
const ecs = require("aws-cdk-lib/aws-ecs");
const elb = require("aws-cdk-lib/aws-elasticloadbalancingv2");
const { Secret } = require("aws-cdk-lib/aws-secretsmanager");

const port = 8000;

/** One service on Fargate behind the load balancer: registry, secret, task, security group, target group, scaling. */
function service(scope, { name, index, prefix, vpc, cluster, logs, db, balancer, listener, imageTag }) {
    const repository = registry(scope, `${name}-registry`, ecr.TagMutability.IMMUTABLE, 10);
    registry(scope, `${name}-cache`, ecr.TagMutability.MUTABLE, 1);
    const token = new Secret(scope, `${name}-token`, {
        generateSecretString: { passwordLength: 40, excludePunctuation: true },
    });
    const access = new ec2.SecurityGroup(scope, `${name}-access`, {
        vpc,
        description: `Service ${prefix}-${name}`,
        allowAllOutbound: false,
    });
    access.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    access.connections.allowTo(db.access, ec2.Port.tcp(5432));

    const running = new ecs.FargateService(scope, name, {
        cluster,
        taskDefinition: task(scope, { name, prefix, logs, db, repository, imageTag, token }),
        desiredCount: 2,
        capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
        vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        securityGroups: [access],
        assignPublicIp: false,
        healthCheckGracePeriod: Duration.seconds(60),
        minHealthyPercent: 100,
        maxHealthyPercent: 200,
        circuitBreaker: { enable: true, rollback: true },
        propagateTags: ecs.PropagatedTagSource.SERVICE,
        enableECSManagedTags: true,
    });
    const target = listener.addTargets(`${name}-target`, {
        port,
        protocol: elb.ApplicationProtocol.HTTP,
        targets: [running],
        deregistrationDelay: Duration.seconds(30),
        healthCheck: {
            path: "/health-check",
            healthyHttpCodes: "200",
            interval: Duration.seconds(30),
            timeout: Duration.seconds(5),
            healthyThresholdCount: 2,
            unhealthyThresholdCount: 3,
        },
        ...(index > 0 && {
            priority: index,
            conditions: [elb.ListenerCondition.pathPatterns([`/${name}/*`, `/${name}`])],
        }),
    });
    running
        .autoScaleTaskCount({ minCapacity: 2, maxCapacity: 10 })
        .scaleOnCpuUtilization(`${name}-cpu`, { targetUtilizationPercent: 70 });
    return { name, running, target, balancer };
}

function task(scope, { name, prefix, logs, db, repository, imageTag, token }) {
    const definition = new ecs.FargateTaskDefinition(scope, `${name}-task`, {
        family: `${prefix}-${name}`,
        cpu: 512,
        memoryLimitMiB: 1024,
        runtimePlatform: {
            operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
            cpuArchitecture: ecs.CpuArchitecture.X86_64,
        },
        volumes: [{ name: "tmp" }],
    });
    const container = definition.addContainer(name, {
        image: ecs.ContainerImage.fromEcrRepository(repository, imageTag),
        portMappings: [{ containerPort: port }],
        environment: {
            PORT: String(port),
            DB_HOST: db.host,
            DB_PORT: "5432",
            DB_NAME: "app",
            DB_USER: "app",
        },
        secrets: {
            API_TOKEN: ecs.Secret.fromSecretsManager(token),
            DATABASE_URL: ecs.Secret.fromSecretsManager(db.url),
            DB_PASSWORD: ecs.Secret.fromSecretsManager(db.server.secret, "password"),
        },
        readonlyRootFilesystem: true,
        linuxParameters: new ecs.LinuxParameters(scope, `${name}-linux`, { initProcessEnabled: true }),
        stopTimeout: Duration.seconds(30),
        logging: ecs.LogDrivers.awsLogs({
            logGroup: logs,
            streamPrefix: name,
            mode: ecs.AwsLogDriverMode.NON_BLOCKING,
            maxBufferSize: Size.mebibytes(25),
        }),
    });
    container.addMountPoints({ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false });
    return definition;
}

const registry = (scope, id, imageTagMutability, maxImageCount) =>
    new ecr.Repository(scope, id, {
        imageTagMutability,
        imageScanOnPush: true,
        encryption: ecr.RepositoryEncryption.AES_256,
        lifecycleRules: [{ rulePriority: 1, description: `Keep the last ${maxImageCount} images`, maxImageCount }],
    });

module.exports = { service };
