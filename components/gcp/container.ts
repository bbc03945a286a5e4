import type { input } from "@pulumi/gcp/types";
import type * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { firstPort, healthPaths, protocolOf, type Protocol } from "../../topology/endpoints";
import { fileOf, folderOf } from "../../topology/secret-files";
import { ingressSidecar } from "../../topology/sidecars";
import { plainEnvironment, secretsOf } from "../contract";
import { sortedEntries } from "../map";
import type * as roles from "../roles";

type Container = input.cloudrunv2.ServiceTemplateContainer;
type WorkerContainer = input.cloudrunv2.WorkerPoolTemplateContainer;

/** Google's build of the OpenTelemetry Collector. */
const collectorImage =
    "us-docker.pkg.dev/cloud-ops-agents-artifacts/google-cloud-opentelemetry-collector/otelcol-google:0.160.0";
const collectorHealthPort = 13133;

/** Cloud Run kills an instance that is not up within four minutes. */
const longestStart = 240;

/** The containers of a service's instance; lists sorted, so that order is no change. */
export function containers(args: roles.ServiceArgs): Container[] {
    const { service, tracing } = args;
    const { cpu, memory, gcp } = service;
    const { port, protocol, ...paths } = ingressOf(args);
    const resources = (limits: Limits) => ({
        limits,
        cpuIdle: gcp.cpuBilling === "request",
        startupCpuBoost: true,
    });
    const front = ingressSidecar(service);
    // HTTP/2 without TLS, as Cloud Run calls it.
    const ports = { name: protocol === "http" ? undefined : "h2c", containerPort: port };
    const asked = probes(service.health, paths, protocol);

    const app: Container = {
        ...program(args),
        args: service.command,
        ...(front === undefined && { ports }),
        resources: resources({ cpu: String(cpu), memory: `${memory}Mi` }),
        ...(front === undefined && asked),
    };
    return [
        tracing.enabled ? { ...app, dependsOns: ["collector"] } : app,
        ...(tracing.enabled ? [{ ...collector, resources: resources(collectorLimits) }] : []),
        ...sortedEntries(args.sidecars).map(([name, one]) => ({
            ...sidecar(name, one),
            ...(name === front && { ports }),
            resources: resources(limitsOf(one)),
            ...(name === front && asked),
        })),
    ];
}

type Limits = Record<"cpu" | "memory", string>;

const limitsOf = ({ sidecar: { gcp } }: roles.SidecarArgs): Limits => ({
    cpu: String(gcp.cpu),
    memory: `${gcp.memory}Mi`,
});

/** A container beside the service's own. */
const sidecar = (name: string, { sidecar, image, env, secrets, mounts }: roles.SidecarArgs) => ({
    name,
    image: image.reference,
    commands: sidecar.entrypoint,
    workingDir: sidecar.workingDirectory,
    args: sidecar.command,
    envs: variables(env, secrets),
    volumeMounts: orNone(volumeMounts(mounts)),
});

/**
 * The containers of a worker's instance. CPU is always theirs, and nothing is asked of the app: a probe is a request to a port, and
 * a worker has none. One that ends is started anew.
 */
export function workerContainers(args: roles.ServiceArgs): WorkerContainer[] {
    const { service, tracing } = args;
    const app: WorkerContainer = {
        ...program(args),
        args: service.command,
        resources: { limits: { cpu: String(service.cpu), memory: `${service.memory}Mi` } },
    };
    return [
        tracing.enabled ? { ...app, dependsOns: ["collector"] } : app,
        ...(tracing.enabled ? [{ ...collector, resources: { limits: collectorLimits } }] : []),
        ...sortedEntries(args.sidecars).map(([name, one]) => ({
            ...sidecar(name, one),
            resources: { limits: limitsOf(one) },
        })),
    ];
}

/** What a service's container and its jobs' have in common: the image, its entry point and folder, the environment and the files. */
export const program = (args: roles.ServiceArgs) => ({
    name: args.name,
    image: args.image.reference,
    // What Cloud Run calls a command is an image's entry point, and its arguments are the image's command.
    commands: args.service.entrypoint,
    workingDir: args.service.workingDirectory,
    // Cloud Run sets PORT itself, from the container's port, and refuses a service that sets it.
    envs: variables(plainEnvironment(args), secretsOf(args)),
    volumeMounts: orNone([
        ...volumeMounts(args.mounts),
        ...sortedEntries(args.secretFiles).map(([path], index) => ({
            name: secretVolume(index),
            mountPath: folderOf(path),
        })),
    ]),
});

const variables = (plain: Record<string, pulumi.Input<string>>, secrets: Record<string, roles.SecretRef>) => [
    ...sortedEntries(plain).map(([name, value]) => ({ name, value })),
    ...sortedEntries(secrets).map(([name, { valueFrom, version }]) => ({
        name,
        valueSource: { secretKeyRef: { secret: valueFrom, version } },
    })),
];

const volumeMounts = (mounts: roles.ServiceArgs["mounts"]) =>
    mounts.map(({ filesystem, path }) => ({ name: filesystem.name, mountPath: path }));

const orNone = <T>(list: T[]): T[] | undefined => (list.length ? list : undefined);
/** No file system can have such a volume's name. */
const secretVolume = (index: number) => `secret-file-${index}`;

/** The port by which a Cloud Run service takes requests, and what is asked of it: its endpoint's, or its first. */
function ingressOf({ service, endpoints: [endpoint] }: roles.ServiceArgs) {
    const first = firstPort(service);
    const name = first?.name ?? "";
    return endpoint ?? { port: first?.port, protocol: protocolOf(service, name), ...healthPaths(service.health, name) };
}

/** What an instance mounts: buckets by Cloud Storage FUSE, or Filestore servers by NFS; and each secret that is a file. */
export const volumes = ({ mounts, secretFiles }: roles.ServiceArgs) =>
    orNone([
        ...mounts.map(({ filesystem }) => volume(filesystem)),
        ...sortedEntries(secretFiles).map(([path, { valueFrom, version }], index) => ({
            name: secretVolume(index),
            secret: { secret: valueFrom, items: [{ path: fileOf(path), version }] },
        })),
    ]);

const volume = ({ name, id, share, owner }: roles.Filesystem) =>
    share
        ? { name, nfs: { server: id, path: share, readOnly: false } }
        : {
              name,
              gcs: {
                  bucket: id,
                  readOnly: false,
                  // The app's user owns the files, and folders are there without an object of their own.
                  mountOptions: ["implicit-dirs", `uid=${owner}`, `gid=${owner}`],
              },
          };

/**
 * The health figures as Cloud Run knows them. One success starts an instance; `healthyThreshold` is how many let one that
 * was not ready have requests again. Probes over HTTP speak HTTP/1: of a port of HTTP/2 only that it is open can be known.
 */
function probes(
    health: topology.Health,
    { healthPath, livePath }: { healthPath: string; livePath: string },
    protocol: Protocol,
) {
    const { intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold, startSeconds } = health;
    const periodSeconds = Math.max(5, timeoutSeconds);
    const patience = Math.min(Math.max(startSeconds, 2 * periodSeconds), longestStart);
    const recurring = { periodSeconds: intervalSeconds, timeoutSeconds, failureThreshold: unhealthyThreshold };
    const startup = { periodSeconds, timeoutSeconds, failureThreshold: Math.floor(patience / periodSeconds) };
    if (protocol === "http2") return { startupProbe: { tcpSocket: {}, ...startup } };
    if (protocol === "grpc")
        return { startupProbe: { grpc: {}, ...startup }, livenessProbe: { grpc: {}, ...recurring } };
    return {
        startupProbe: { httpGet: { path: healthPath }, ...startup },
        readinessProbe:
            healthPath === livePath
                ? undefined
                : { httpGet: { path: healthPath }, ...recurring, successThreshold: healthyThreshold },
        livenessProbe: { httpGet: { path: livePath }, ...recurring },
    };
}

const collectorConfig = {
    receivers: {
        otlp: { protocols: { grpc: { endpoint: "localhost:4317" }, http: { endpoint: "localhost:4318" } } },
    },
    processors: {
        memory_limiter: { check_interval: "1s", limit_percentage: 65, spike_limit_percentage: 20 },
        resourcedetection: { detectors: ["gcp"], timeout: "10s" },
        batch: { send_batch_size: 200, send_batch_max_size: 200, timeout: "5s" },
    },
    exporters: { googlecloud: {} },
    extensions: { health_check: { endpoint: `0.0.0.0:${collectorHealthPort}` } },
    service: {
        extensions: ["health_check"],
        pipelines: {
            traces: {
                receivers: ["otlp"],
                processors: ["memory_limiter", "resourcedetection", "batch"],
                exporters: ["googlecloud"],
            },
        },
    },
};

/** Takes OTLP on localhost and hands traces to Cloud Trace. It costs a vCPU and 512 MiB on top of the app's. */
const collector = {
    name: "collector",
    image: collectorImage,
    args: ["--config=env:OTELCOL_CONFIG"],
    envs: [{ name: "OTELCOL_CONFIG", value: JSON.stringify(collectorConfig) }],
    startupProbe: {
        httpGet: { path: "/", port: collectorHealthPort },
        periodSeconds: 5,
        timeoutSeconds: 5,
        failureThreshold: 12,
    },
};
const collectorLimits = { cpu: "1", memory: "512Mi" };
