import {
    aims,
    at,
    cached,
    counted,
    days,
    document,
    found,
    instance,
    job,
    list,
    ports,
    protectedFromDeletion,
    runs,
    said,
    size,
    task,
    text,
    weights,
    type Detail,
    type Inputs,
} from "./details-words";
import { servers } from "./details-servers";

/** What of a resource a reader of the plan cares about, in words. Units: GiB, MiB, vCPU, days. */

/** Type → details of its inputs. A type without a row is shown by its kind alone. */
const table: Record<string, (inputs: Inputs) => Detail[]> = {
    "aws:ec2/vpc:Vpc": (i) => [text(i.cidrBlock)],
    "aws:ec2/subnet:Subnet": (i) => [
        text(i.cidrBlock),
        text(i.availabilityZone),
        i.mapPublicIpOnLaunch === true && "public",
    ],
    "aws:ec2/natGateway:NatGateway": () => ["way out to the internet"],
    "aws:ec2/vpcEndpoint:VpcEndpoint": (i) => [text(i.serviceName), text(i.vpcEndpointType)],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (i) => [
        ports(i),
        said(i.cidrIpv4 ?? i.referencedSecurityGroupId, (from) => `from ${from}`),
    ],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (i) => [
        ports(i),
        said(i.cidrIpv4 ?? i.referencedSecurityGroupId, (to) => `to ${to}`),
    ],
    "aws:ec2/securityGroupRule:SecurityGroupRule": (i) => [text(i.type), ports(i)],
    "aws:lb/loadBalancer:LoadBalancer": (i) => [
        i.internal === true ? "internal" : "open to the internet",
        protectedFromDeletion(i),
    ],
    "aws:lb/listener:Listener": (i) => [
        [text(i.protocol), text(i.port)].filter(Boolean).join(" "),
        text(i.sslPolicy),
        text(at(i, "defaultActions.0.type")),
        weights(at(i, "defaultActions.0.forward.targetGroups")),
    ],
    "aws:lb/listenerRule:ListenerRule": (i) => [
        said(
            at(i, "actions.0.redirect.host"),
            (host) => `${text(at(i, "conditions.0.hostHeader.values.0"))} leads to ${host}`,
        ),
        weights(at(i, "actions.0.forward.targetGroups")),
        said(
            at(i, "transforms.0.urlRewriteConfig.rewrite.regex"),
            (regex) => `without ${regex.replace(/^\^|\/\?\(\.\*\)\$$/g, "").replaceAll("\\", "")}`,
        ),
    ],
    // Its port is nobody's: each task is registered with its own.
    "aws:lb/targetGroup:TargetGroup": (i) => [
        said(i.protocolVersion, (version) => version),
        said(at(i, "healthCheck.path"), (path) => `health ${path}`),
        at(i, "stickiness.enabled") === true && "sticky sessions",
    ],
    "aws:acm/certificate:Certificate": (i) => [
        text(i.domainName),
        Array.isArray(i.subjectAlternativeNames) &&
            list(i.subjectAlternativeNames.filter((name) => name !== i.domainName)),
    ],
    "aws:cloudfront/distribution:Distribution": (i) => [
        list(i.aliases),
        Array.isArray(i.origins) && counted(i.origins.length, "origin"),
        Array.isArray(i.orderedCacheBehaviors) && counted(i.orderedCacheBehaviors.length, "cached path"),
        text(at(i, "viewerCertificate.minimumProtocolVersion")),
    ],
    "aws:route53/record:Record": (i) => [text(i.type), text(i.name)],
    "aws:ecs/taskDefinition:TaskDefinition": (i) => [
        said(i.cpu, (cpu) => `${Number(cpu) / 1024} vCPU`),
        said(i.memory, (memory) => `${memory} MiB`),
        text(at(i, "runtimePlatform.cpuArchitecture")),
        at(document(i.containerDefinitions), "0.readonlyRootFilesystem") === true ? "read-only root" : "writable root",
        ...task(document(i.containerDefinitions)),
    ],
    "aws:ecs/service:Service": (i) => [
        said(i.desiredCount, (count) => `starts with ${count} ${count === "1" ? "task" : "tasks"}`),
        said(at(i, "capacityProviderStrategies.0.capacityProvider") ?? i.launchType, (provider) => provider),
        said(at(i, "capacityProviderStrategies.1.capacityProvider"), (provider) => provider),
        i.enableExecuteCommand === true && "takes commands",
        said(at(i, "serviceConnectConfiguration.services.0.discoveryName"), (name) => `called ${name}`),
    ],
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": (i) => [text(i.name), "private"],
    "aws:servicediscovery/service:Service": (i) => [said(i.name, (name) => `found by DNS as ${name}`)],
    "aws:appautoscaling/target:Target": (i) => [`${text(i.minCapacity)}–${text(i.maxCapacity)} tasks`],
    "aws:appautoscaling/policy:Policy": (i) => [aims(i.targetTrackingScalingPolicyConfiguration)],
    "aws:appautoscaling/scheduledAction:ScheduledAction": (i) => [
        `${text(at(i, "scalableTargetAction.minCapacity"))}–${text(at(i, "scalableTargetAction.maxCapacity"))} tasks`,
        text(i.schedule),
        text(i.timezone),
    ],
    "aws:scheduler/schedule:Schedule": (i) => [text(i.scheduleExpression), text(i.scheduleExpressionTimezone)],
    "aws:cloudwatch/eventRule:EventRule": (i) => [text(i.description)],
    "aws:dynamodb/table:Table": (i) => [
        list([i.hashKey, i.rangeKey].filter(Boolean)),
        i.billingMode === "PAY_PER_REQUEST" && "paid by request",
        at(i, "pointInTimeRecovery.enabled") === true && "point-in-time recovery",
        i.deletionProtectionEnabled === true && "protected from deletion",
    ],
    "aws:s3/bucket:Bucket": (i) => [said(i.region, (region) => `in ${region}`)],
    "aws:sqs/queue:Queue": (i) => [
        i.fifoQueue === true && "in order",
        said(at(document(i.redrivePolicy), "maxReceiveCount"), (count) => `received up to ${count} times`),
        said(i.messageRetentionSeconds, (seconds) => `${Number(seconds) / 86_400} days of messages`),
        i.sqsManagedSseEnabled === true ? "encrypted" : "NOT ENCRYPTED",
    ],
    "aws:efs/fileSystem:FileSystem": (i) => [
        said(i.throughputMode, (mode) => `${mode} throughput`),
        said(
            at(i, "lifecyclePolicies.0.transitionToIa"),
            (after) => `cheaper ${after.toLowerCase().replaceAll("_", " ")}`,
        ),
        i.encrypted === true ? "encrypted" : "NOT ENCRYPTED",
    ],
    "aws:efs/backupPolicy:BackupPolicy": (i) => [
        at(i, "backupPolicy.status") === "ENABLED" ? "daily backups" : "no backups",
    ],
    "aws:wafv2/webAcl:WebAcl": (i) => [
        i.scope === "CLOUDFRONT" && "at the edge",
        Array.isArray(i.rules) && `${i.rules.length} rules`,
        `inspects ${(text(at(i, "associationConfig.requestBodies.0.cloudfront.defaultSizeInspectionLimit")) ?? "KB_8").slice(3)} KB of a body`,
    ],
    "aws:cloudwatch/logGroup:LogGroup": (i) => [text(i.name), days(i.retentionInDays, "logs")],
    "aws:cloudwatch/metricAlarm:MetricAlarm": (i) => [
        said(i.alarmDescription, (what) => what),
        said(i.threshold, (threshold) => `beyond ${threshold}`),
    ],
    "aws:sns/topicSubscription:TopicSubscription": (i) => [text(i.endpoint)],
    "aws:ecr/repository:Repository": (i) => [
        text(i.imageTagMutability)?.toLowerCase().replace("_with_exclusion", " but what is built here"),
    ],
    "gcp:artifactregistry/repository:Repository": (i) => [
        text(at(i, "remoteRepositoryConfig.description"))?.toLowerCase(),
    ],
    "random:index/randomBytes:RandomBytes": (i) => [`${text(i.length)} random bytes`],
    "aws:secretsmanager/secret:Secret": (i) => [text(i.description)],
    "docker-build:index:Image": (i) => [
        text(at(i, "context.location")),
        said(i.target, (target) => `stage ${target}`),
        list(i.platforms),
    ],
    "gcp:certificatemanager/certificate:Certificate": (i) => [list(at(i, "managed.domains"))],
    "gcp:compute/uRLMap:URLMap": (i) => [...new Set(found(i, "weightedBackendServices").map(weights))],
    "gcp:compute/backendBucket:BackendBucket": (i) => [cached(i)],
    "gcp:compute/backendService:BackendService": (i) => [cached(i)],
    "gcp:compute/subnetwork:Subnetwork": (i) => [text(i.ipCidrRange), text(i.region)],
    "gcp:compute/firewall:Firewall": (i) => [text(i.direction)?.toLowerCase(), list(i.sourceRanges)],
    "gcp:compute/routerNat:RouterNat": () => ["way out to the internet"],
    "gcp:compute/managedSslCertificate:ManagedSslCertificate": (i) => [list(at(i, "managed.domains"))],
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": (i) => [said(i.portRange, (port) => `port ${port}`)],
    "gcp:compute/securityPolicy:SecurityPolicy": (i) => [
        i.type === "CLOUD_ARMOR_EDGE" && "before caches",
        Array.isArray(i.rules) && `${i.rules.length} rules`,
        said(
            at(i, "advancedOptionsConfig.requestBodyInspectionSize"),
            (size) => `inspects ${size.replace("KB", " KB")} of a body`,
        ),
    ],
    "gcp:cloudrunv2/service:Service": (i) => [
        ...size(i),
        `${text(at(i, "scaling.minInstanceCount") ?? at(i, "template.scaling.minInstanceCount")) ?? 0}–${text(at(i, "template.scaling.maxInstanceCount")) ?? "?"} instances`,
        said(at(i, "template.maxInstanceRequestConcurrency"), (count) => `${count} requests each`),
        at(i, "template.sessionAffinity") === true && "sticky sessions",
        found(at(i, "template.containers"), "ports").some((ports) => at(ports, "name") === "h2c") && "HTTP/2",
        i.ingress === "INGRESS_TRAFFIC_INTERNAL_ONLY" &&
            (i.invokerIamDisabled === true ? "private, for all of the network" : "private"),
        ...instance(i),
        protectedFromDeletion(i),
    ],
    "gcp:cloudrunv2/workerPool:WorkerPool": (i) => [
        ...size(i),
        at(i, "scaling.scalingMode") === "AUTOMATIC"
            ? `${text(at(i, "scaling.minInstanceCount"))}–${text(at(i, "scaling.maxInstanceCount"))} instances`
            : counted(Number(at(i, "scaling.manualInstanceCount")), "instance"),
        "takes no requests",
        ...instance(i),
        protectedFromDeletion(i),
    ],
    "gcp:dns/managedZone:ManagedZone": (i) => [text(i.dnsName), text(i.visibility)],
    "gcp:cloudrunv2/job:Job": (i) => [
        ...job(at(i, "template.template.containers.0")),
        said(at(i, "template.template.timeout"), (time) => `stopped after ${time}`),
        said(at(i, "template.template.maxRetries"), (count) => `tried ${counted(Number(count) + 1, "time")}`),
        i.runExecutionToken !== undefined && "runs before a deployment",
    ],
    "gcp:cloudscheduler/job:Job": (i) => [text(i.description), text(i.schedule), text(i.timeZone)],
    "gcp:workflows/workflow:Workflow": (i) => [text(i.description)],
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (i) => [text(i.attributeCondition)],
    "gcp:secretmanager/secret:Secret": (i) => [text(at(i, "annotations.description"))],
    "gcp:storage/bucket:Bucket": (i) => [
        text(i.location),
        at(i, "versioning.enabled") === true && "versioned",
        at(i, "autoclass.enabled") === true && "cheaper after 30 days",
        Number(at(i, "softDeletePolicy.retentionDurationSeconds")) > 0 && "brings back what is deleted",
    ],
    "gcp:pubsub/subscription:Subscription": (i) => [
        i.enableMessageOrdering === true && "in order",
        said(at(i, "deadLetterPolicy.maxDeliveryAttempts"), (count) => `received up to ${count} times`),
        said(i.messageRetentionDuration, (seconds) => `${Number.parseInt(seconds, 10) / 86_400} days of messages`),
    ],
    "gcp:filestore/instance:Instance": (i) => [
        text(i.tier),
        said(at(i, "fileShares.capacityGb"), (size) => `${size} GiB`),
    ],
    "gcp:firestore/database:Database": (i) => [
        text(i.locationId),
        i.pointInTimeRecoveryEnablement === "POINT_IN_TIME_RECOVERY_ENABLED" && "point-in-time recovery",
        i.deleteProtectionState === "DELETE_PROTECTION_ENABLED" && "protected from deletion",
    ],
    "gcp:dns/recordSet:RecordSet": (i) => [text(i.type), text(i.name)],
    "gcp:monitoring/alertPolicy:AlertPolicy": (i) => [text(i.displayName)?.replace(/^[^:]*: /, "")],
    "gcp:monitoring/notificationChannel:NotificationChannel": (i) => [text(at(i, "labels.email_address"))],
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": (i) => [days(i.retentionDays, "logs")],
    ...servers,
    "docker:index/container:Container": (i) => [
        text(i.image),
        said(at(i, "ports.0.external"), (port) => `localhost:${port}`),
        said(i.cpus, (cpus) => `${cpus} vCPU`),
        said(i.memory, (memory) => `${memory} MiB`),
        ...runs(i, "entrypoints", "command", "workingDir"),
        i.attach === true && "once",
        i.start === false && "when it is started",
    ],
    "docker:index/volume:Volume": (i) => [text(i.name)],
    "docker:index/network:Network": (i) => [text(i.name)],
};

/** The properties that matter, in words; none for types that say enough by their kind. */
export const detailsOf = (type: string, inputs: Inputs): string[] =>
    (table[type]?.(inputs) ?? []).filter((detail): detail is string => Boolean(detail));
