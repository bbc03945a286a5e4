import { createHash } from "node:crypto";
import { resolve } from "node:path";

import { Container, type ContainerArgs } from "@pulumi/docker/container";
import { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";

import { firstPort, isWorker } from "../../topology/endpoints";
import { ingressSidecar } from "../../topology/sidecars";
import { callEnvironment, environmentOf } from "../contract";
import { buildOf, buildTag } from "../context";
import { stageText } from "../layer";
import { sortedEntries } from "../map";
import { addedFiles, links, serviceFolders } from "../../topology/files";
import type * as roles from "../roles";
import { bucketPath } from "./bucket";
import { besideLabel } from "./labels";
import { container, published, replaced, running } from "./container";

export interface ServiceArgs extends Pick<
    roles.ServiceArgs,
    | "place"
    | "name"
    | "service"
    | "image"
    | "network"
    | "backings"
    | "env"
    | "secrets"
    | "secretFiles"
    | "sidecars"
    | "mounts"
> {
    /** Port's name → port of this machine. */
    publishedPorts: Record<string, number>;
    /** Those of the backings whose objects are in a volume. */
    buckets: roles.Bucket[];
    /** What must be there before it starts: everything it uses, mounts and calls, and the jobs that run before it. */
    after: pulumi.Resource[];
}

/** A service in a container, its ports published on this machine. Its twins are ../aws/service.ts and ../gcp/service.ts. */
export class Service extends pulumi.ComponentResource implements roles.Service {
    readonly name: string;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    readonly serviceName: pulumi.Output<string>;
    readonly privateUrl?: pulumi.Output<string>;
    readonly worker: boolean;
    readonly identity: pulumi.Output<string>;

    constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:local:Service", name, {}, opts);
        const { service } = args;
        const ports = Object.entries(service.ports);
        const first = firstPort(service);
        this.name = args.name;
        const folders = this.folders(name, args);
        const own = serviceContainer(name, args, args.name);
        const started = new Container(
            name,
            {
                ...own,
                ...running,
                volumes: [...own.volumes, ...serviceVolumes(folders)],
                command: service.command,
                ports: ports.map(([portName, port]) => published(args.publishedPorts[portName], port)),
                healthcheck: healthcheck(service),
                stopTimeout: service.drainSeconds,
                destroyGraceSeconds: service.drainSeconds,
            },
            { ...replaced(this), dependsOn: args.after },
        );
        for (const [key, sidecar] of sortedEntries(args.sidecars))
            this.beside(name, key, sidecar, args, started, folders);
        this.serviceName = started.name;
        this.identity = started.name;
        this.worker = isWorker(service);
        if (first) this.privateUrl = pulumi.output(`http://${args.name}:${first.port}`);
        this.environment = this.privateUrl ? callEnvironment(args.name, this.privateUrl) : {};
        this.registerOutputs({ serviceName: this.serviceName });
    }

    /**
     * Volumes for what sidecars take from the service's image: Docker fills a new one with what the image of the first container has
     * there. Another image is another name.
     */
    private folders(name: string, { service, sidecars }: ServiceArgs): Folder[] {
        const build = buildOf({ ...service.image, files: {} }, "local");
        const source = build ? buildTag(build) : service.image.reference!;
        const all = Object.entries(sidecars).flatMap(([sidecar, { sidecar: beside }]) =>
            serviceFolders(beside.image.files).map(([to, from]) => ({ sidecar, to, from })),
        );
        const made = new Map(
            [...new Set(all.map(({ from }) => from))].sort().map((from, index) => {
                const hash = createHash("sha256").update(`${source}\0${from}`).digest("hex").slice(0, 12);
                const volume = new Volume(`${name}-folder-${index + 1}`, { name: `${name}-${hash}` }, { parent: this });
                return [from, volume.name];
            }),
        );
        return all.map((each) => ({ ...each, volumeName: made.get(each.from)! }));
    }

    /** A sidecar, in the network of the service's own container: whoever replaces that replaces this. */
    private beside(
        name: string,
        key: string,
        { sidecar, image, env, secrets, mounts }: roles.SidecarArgs,
        { place, network, service, name: alias, after }: ServiceArgs,
        started: Container,
        folders: Folder[],
    ): void {
        const environment = { ...(sidecar.ingress ? portVariable(service) : {}), ...env };
        const {
            networksAdvanced: _,
            labels,
            ...made
        } = container(`${name}-${key}`, {
            place,
            network,
            alias,
            environment,
            secrets,
        });
        new Container(
            `${name}-${key}`,
            {
                ...made,
                labels: [...labels, { label: besideLabel, value: alias }],
                networkMode: pulumi.interpolate`container:${started.id}`,
                ...running,
                image: image.reference,
                entrypoints: sidecar.entrypoint,
                workingDir: sidecar.workingDirectory,
                command: sidecar.command,
                volumes: [
                    ...mounts.map(({ filesystem, path }) => ({ volumeName: filesystem.id, containerPath: path })),
                    ...folders
                        .filter((folder) => folder.sidecar === key)
                        .map(({ volumeName, to }) => ({ volumeName, containerPath: to, readOnly: true })),
                    ...filesOf(sidecar.image),
                ],
            },
            { ...replaced(this), dependsOn: [started, ...after] },
        );
    }
}

/** A folder of the service's image in a sidecar. */
interface Folder {
    sidecar: string;
    /** Where the sidecar has it, and where the service. */
    to: string;
    from: string;
    volumeName: pulumi.Output<string>;
}

/** Each folder once, where the service has it. */
const serviceVolumes = (folders: Folder[]) =>
    [...new Map(folders.map(({ from, volumeName }) => [from, volumeName]))].map(([containerPath, volumeName]) => ({
        volumeName,
        containerPath,
    }));

/** What takes requests has the port in its variables. */
const portVariable = (service: roles.ServiceArgs["service"]): Record<string, string> => {
    const first = firstPort(service);
    return first ? { PORT: String(first.port) } : {};
};

/** What a service's containers and those of its jobs have in common: image, size, variables, volumes. */
export function serviceContainer(name: string, args: ServiceArgs, alias: string) {
    const { place, service, image, network, buckets, mounts } = args;
    // Docker puts a file where a link would be.
    const linked = links(service.image.files).map(([path, to]) => [path, args.secretFiles[to]] as const);
    const secretFiles = { ...args.secretFiles, ...Object.fromEntries(linked) };
    const files = sortedEntries(secretFiles);
    const { plain, secrets } = environmentOf(args);
    const environment = { ...(ingressSidecar(service) === undefined ? portVariable(service) : {}), ...plain };
    const volumes = {
        ...Object.fromEntries(buckets.map((bucket) => [bucketPath(bucket.name), bucket.id])),
        ...Object.fromEntries(mounts.map(({ filesystem, path }) => [path, filesystem.id])),
    };
    return {
        ...container(name, { place, network, alias, environment, secrets, secretFiles }),
        // As `docker cp` does, before it starts.
        uploads: files.length
            ? files.map(([file, ref]) => ({ file, content: ref.valueFrom, permissions: "0444" }))
            : undefined,
        image: image.reference,
        entrypoints: service.entrypoint,
        workingDir: service.workingDirectory,
        // As the provider reads them back (`1.0`, and Docker's own default of swap): anything else replaces the container at every `up`.
        cpus: Number.isInteger(service.cpu) ? service.cpu.toFixed(1) : String(service.cpu),
        memory: service.memory,
        memorySwap: service.memory * 2,
        volumes: [
            ...sortedEntries(volumes).map(([containerPath, volumeName]) => ({ volumeName, containerPath })),
            ...filesOf(service.image),
        ],
    } satisfies Partial<ContainerArgs>;
}

/** What is added to an image: file by file, so that what the image has beside them stays. */
const filesOf = ({ files }: roles.ImageArgs["image"]) =>
    addedFiles(files).map((file) => ({
        hostPath: resolve(file.source ?? stageText(file)),
        containerPath: file.path,
        readOnly: true,
    }));

function healthcheck({ health }: roles.ServiceArgs["service"]): ContainerArgs["healthcheck"] {
    if (!health.container) return undefined;
    const { command, intervalSeconds, timeoutSeconds, retries, startSeconds } = health.container;
    return {
        tests: ["CMD", ...command],
        interval: `${intervalSeconds}s`,
        timeout: `${timeoutSeconds}s`,
        retries,
        startPeriod: `${startSeconds}s`,
    };
}
