import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { firstPort, protocolOf } from "../../topology/endpoints";
import { isRootReadOnly, jobDirectory, jobEntrypoint } from "../../topology/images";
import { candidateName } from "../../topology/rollout";
import { ingressSidecar } from "../../topology/sidecars";
import { fileOf, folderOf } from "../../topology/secret-files";
import { plainEnvironment, secretsOf } from "../contract";
import { sortedEntries } from "../map";
import type * as roles from "../roles";

/** AWS Distro for OpenTelemetry; its ECS configuration takes OTLP and hands traces to X-Ray. */
const collectorImage = "public.ecr.aws/aws-observability/aws-otel-collector:v0.48.0";

/** Writes files of secrets: a shell, and nothing else, of Docker's official images in Amazon's public registry. */
const writerImage = "public.ecr.aws/docker/library/busybox:1.37.0";

/** The most seconds that Fargate takes for a limit on what runs before the app. */
const longestStartTimeout = 120;

/** The scratch volume of tasks whose image is mounted read-only. */
const scratch = "tmp";

/** The containers of a service's task, as the JSON that a task definition takes; lists sorted, so that order is no change. */
export function containerDefinitions(args: roles.ServiceArgs): pulumi.Output<string> {
    const { name, service, image, tracing, before } = args;
    const logConfiguration = awsLogs(args, logName(args));
    const process = processOf(args);
    const jobs = Object.keys(before);
    const writer = secretsWriter(args);
    const front = ingressSidecar(service);

    const app = {
        name,
        image: image.reference,
        essential: true,
        portMappings: front === undefined ? portMappings(args) : undefined,
        ...process,
        command: service.command,
        stopTimeout: service.drainSeconds,
        systemControls: front === undefined ? lowPorts(service) : undefined,
        logConfiguration,
        healthCheck: healthCheck(service.health.container),
        // The last of them: each waits for the one before it.
        dependsOn: after(jobs.at(-1) ?? writer?.name),
    };
    const beside = sortedEntries(args.sidecars).map(([key, { sidecar, image, env, secrets, mounts }]) => ({
        name: key,
        image: image.reference,
        // The service is all of them: a task in which one has ended is replaced.
        essential: true,
        portMappings: key === front ? portMappings(args) : undefined,
        systemControls: key === front ? lowPorts(service) : undefined,
        entryPoint: sidecar.entrypoint,
        workingDirectory: sidecar.workingDirectory,
        command: sidecar.command,
        environment: variables({ ...(key === front ? portVariable(service) : {}), ...env }),
        secrets: secretVariables(secrets),
        // Nobody knows that its image bears a root that is only read.
        readonlyRootFilesystem: false,
        mountPoints: mounts.length ? mountPoints(mounts) : undefined,
        linuxParameters: { initProcessEnabled: true },
        stopTimeout: service.drainSeconds,
        logConfiguration,
        dependsOn: after(jobs.at(-1)),
    }));
    const initial = jobs.map((job, index) => ({
        name: job,
        image: before[job].image?.reference ?? image.reference,
        essential: false,
        command: before[job].command,
        // Without a limit ECS waits for as long as it takes.
        startTimeout: before[job].timeoutSeconds <= longestStartTimeout ? before[job].timeoutSeconds : undefined,
        ...process,
        entryPoint: jobEntrypoint(before[job], service),
        workingDirectory: jobDirectory(before[job], service),
        // Nobody knows that another image bears a root that is only read.
        ...(before[job].image ? { readonlyRootFilesystem: false } : {}),
        logConfiguration,
        dependsOn: after(jobs[index - 1] ?? writer?.name),
    }));
    const collector = {
        name: "otel-collector",
        image: collectorImage,
        // An app outlives its collector.
        essential: false,
        command: ["--config=/etc/ecs/ecs-default-config.yaml"],
        readonlyRootFilesystem: true,
        logConfiguration,
    };
    return pulumi.jsonStringify([
        app,
        ...(writer ? [writer] : []),
        ...initial,
        ...beside,
        ...(tracing.enabled ? [collector] : []),
    ]);
}

/**
 * ECS gives secrets as variables alone. Where an app reads files, a container that ends before the app begins writes them into a volume of
 * the task, which is gone with it and encrypted at rest; nothing but the task's containers can mount it. They are for all users to read, as
 * Compose and Cloud Run have them, since which user an image has is not known here; the app has the folder read-only.
 */
function secretsWriter(args: roles.ServiceArgs) {
    const files = sortedEntries(args.secretFiles);
    if (!files.length) return undefined;
    const folders = secretFolders(args);
    const variable = (index: number) => `FILE_${index}`;
    const place = (path: string) => `/files/${folders.indexOf(folderOf(path))}/${fileOf(path)}`;
    const writes = files.map(
        ([path], index) => `printf %s "$${variable(index)}" > ${place(path)} && chmod 0444 ${place(path)}`,
    );
    return {
        name: "secret-files",
        image: writerImage,
        essential: false,
        command: ["sh", "-c", writes.join(" && ")],
        secrets: files.map(([, ref], index) => ({ name: variable(index), valueFrom: ref.valueFrom })),
        readonlyRootFilesystem: true,
        mountPoints: folders.map((_, index) => ({
            sourceVolume: secretVolume(index),
            containerPath: `/files/${index}`,
            readOnly: false,
        })),
        logConfiguration: awsLogs(args, logName(args)),
    };
}

/** Folders in which a service reads secrets: a volume each. */
const secretFolders = ({ secretFiles }: roles.ServiceArgs): string[] =>
    [...new Set(Object.keys(secretFiles).map(folderOf))].sort();
/** No file system can have such a volume's name. */
const secretVolume = (index: number) => `secrets-${index}`;

/** Lets a program that is not root listen below 1024: Fargate does not do so by itself, other runtimes do. */
const lowPorts = ({ ports }: topology.Service) =>
    Object.values(ports).some((port) => port < 1024)
        ? [{ namespace: "net.ipv4.ip_unprivileged_port_start", value: "0" }]
        : undefined;

/** A task's volumes: a scratch one where the image is read-only, those of secrets, and the file systems that it mounts. */
export const volumes = (args: roles.ServiceArgs) => [
    ...(isRootReadOnly(args.service) ? [{ name: scratch }] : []),
    ...secretFolders(args).map((_, index) => ({ name: secretVolume(index) })),
    ...args.mounts.map(({ filesystem }) => ({
        name: volumeName(filesystem),
        efsVolumeConfiguration: {
            fileSystemId: filesystem.id,
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId: filesystem.accessPointId, iam: "ENABLED" },
        },
    })),
];

/** Begins the log streams of a service's tasks: its candidate has streams of its own. */
export const logName = ({ name, beside }: roles.ServiceArgs): string => (beside ? candidateName(name) : name);

/** Where containers write what they have to say. */
export const awsLogs = ({ platform, place }: roles.ServiceArgs, streamPrefix: string) => ({
    logDriver: "awslogs",
    options: {
        "awslogs-group": platform.logs,
        "awslogs-region": place.region,
        "awslogs-stream-prefix": streamPrefix,
        // A slow log service must not stop the app; what does not fit into the buffer is lost.
        mode: "non-blocking",
        "max-buffer-size": "25m",
    },
});

/** What the app and the jobs before it have in common. */
function processOf(args: roles.ServiceArgs) {
    const { service, mounts } = args;
    const readonlyRootFilesystem = isRootReadOnly(service);
    const port = ingressSidecar(service) === undefined ? portVariable(service) : {};
    const environment = { ...port, ...plainEnvironment(args) };
    return {
        entryPoint: service.entrypoint,
        workingDirectory: service.workingDirectory,
        environment: variables(environment),
        secrets: secretVariables(secretsOf(args)),
        readonlyRootFilesystem,
        mountPoints: [
            ...(readonlyRootFilesystem ? [{ sourceVolume: scratch, containerPath: "/tmp", readOnly: false }] : []),
            ...secretFolders(args).map((folder, index) => ({
                sourceVolume: secretVolume(index),
                containerPath: folder,
                readOnly: true,
            })),
            ...mountPoints(mounts),
        ],
        // PID 1 passes signals on and reaps children.
        linuxParameters: { initProcessEnabled: true },
    };
}

const variables = (values: Record<string, pulumi.Input<string>>) =>
    sortedEntries(values).map(([name, value]) => ({ name, value }));
const secretVariables = (secrets: Record<string, roles.SecretRef>) =>
    sortedEntries(secrets).map(([name, { valueFrom }]) => ({ name, valueFrom }));

/** Where a container has file systems. */
const mountPoints = (mounts: roles.ServiceArgs["mounts"]) =>
    mounts.map(({ filesystem, path }) => ({
        sourceVolume: volumeName(filesystem),
        containerPath: path,
        readOnly: false,
    }));

/** What says to a program where to listen. */
function portVariable(service: topology.Service): Record<string, string> {
    const port = firstPort(service)?.port;
    return port === undefined ? {} : { PORT: String(port) };
}

/** Every port of the service; the one that others call has the name by which Service Connect knows it. */
function portMappings({ service, called }: roles.ServiceArgs) {
    const first = firstPort(service)?.name;
    return Object.entries(service.ports).map(([name, containerPort]) => ({
        containerPort,
        protocol: "tcp",
        ...(called && name === first ? { name, appProtocol: protocolOf(service, name) } : {}),
    }));
}

function healthCheck(check: topology.Health["container"]) {
    if (!check) return undefined;
    const { command, intervalSeconds, timeoutSeconds, retries, startSeconds } = check;
    return {
        command: ["CMD", "CMD-SHELL"].includes(command[0]) ? command : ["CMD", ...command],
        interval: intervalSeconds,
        timeout: timeoutSeconds,
        retries,
        startPeriod: startSeconds,
    };
}

const after = (containerName?: string) => (containerName ? [{ containerName, condition: "SUCCESS" }] : undefined);

/** No file system can have the scratch volume's name. */
const volumeName = ({ name }: roles.Filesystem) => `${name}-files`;
