import { basename } from "node:path";

import { environmentFrom } from "./import-env";
import { imageOf, type Around, type ServiceInput } from "./import-parts";
import {
    numberOf,
    textOf,
    checkOf,
    clamp,
    environmentOf,
    isRecord,
    listOf,
    mebibytesOf,
    nameFrom,
    portOf,
    secondsOf,
    sizeFor,
} from "./import-values";

type Raw = Record<string, unknown>;

/** What becomes of the keys that have no counterpart. Those that a platform does anyway are not worth a word. */
const reasons: Record<string, string> = {
    command: "the image's own command runs: put it into the Dockerfile's CMD",
    entrypoint: "the image's own entrypoint runs: put it into the Dockerfile",
    networks: "services of a stack share one private network",
    network_mode: "services of a stack share one private network",
    env_file: "not read: put plain variables into env, and the names of secret ones into secrets",
    secrets: "secrets are environment variables: put their names into secrets",
    configs: "nothing mounts files: put them into the image, or into env",
    labels: "tags of the app are on everything",
    extra_hosts: "names are the DNS's",
    dns: "names are the network's own",
    privileged: "no container is privileged",
    cap_add: "no container has more capabilities",
    devices: "there are no devices",
    user: "put USER into the Dockerfile",
    working_dir: "put WORKDIR into the Dockerfile",
    tmpfs: "/tmp is writable",
    shm_size: "no container has more shared memory",
    ulimits: "the platform's own limits hold",
    sysctls: "the platform's own kernel settings hold",
    links: "services find each other by calls",
    logging: "logs go to the cloud's own store",
    platform: "services run on x86_64; aws.architecture has arm64",
    extends: "not followed: write the service out",
    develop: "development stays with Compose, or with cloud local",
    profiles: "every service of a topology runs",
    pid: "containers share nothing",
    ipc: "containers share nothing",
};
const silent = ["restart", "container_name", "hostname", "stdin_open", "tty", "init", "pull_policy", "healthcheck"];
const mapped = [
    ...["image", "build", "ports", "expose", "environment", "depends_on", "volumes", "deploy"],
    ...["cpus", "mem_limit", "stop_grace_period"],
];

/** A service of a topology from one of a Compose file. Routes are said later, when all services are known. */
export function serviceFrom(raw: Raw, around: Around): ServiceInput {
    const { note } = around;
    for (const key of Object.keys(raw))
        if (!mapped.includes(key) && !silent.includes(key)) note([key], reasons[key] ?? "has no counterpart");
    const check = checkFrom(raw, around);
    const ports = portsFrom(raw, around, check?.port);
    const environment = environmentFrom(raw, around, Object.values(ports)[0]);
    const mounts = mountsFrom(raw, around);
    const size = sizeFrom(raw, around);
    const replicas = isRecord(raw.deploy) ? numberOf(raw.deploy.replicas) : NaN;
    const drain = secondsOf(raw.stop_grace_period);
    return {
        image: imageFrom(raw, around),
        ...(size && { cpu: size.cpu, memory: size.memory }),
        ports,
        health: { path: check?.path ?? "/", ...(check && { container: check.container }) },
        ...(replicas >= 1 && { scale: { min: Math.min(replicas, 1000), max: clamp(Math.max(10, replicas), 1, 1000) } }),
        ...(drain !== undefined && { drainSeconds: clamp(drain, 1, 120) }),
        ...environment,
        ...(Object.keys(mounts).length ? { mounts } : {}),
        ...(size?.gcp && { gcp: size.gcp }),
    };
}

function imageFrom(raw: Raw, { contextOf, note }: Around): ServiceInput["image"] {
    const { build } = raw;
    if (build === undefined || build === null) {
        const reference = imageOf(raw) ?? "";
        if (!/[:@][^/]*$/.test(reference) || reference.endsWith(":latest"))
            note(["image"], `${reference || "nothing"}: pin a tag or a digest, what \`latest\` is changes by itself`);
        return { reference };
    }
    const said: Raw = isRecord(build) ? build : { context: textOf(build) };
    for (const key of Object.keys(said))
        if (!["context", "dockerfile"].includes(key))
            note(
                ["build", key],
                key === "target" ? "the last stage is built" : "builds take a context and a Dockerfile",
            );
    const dockerfile = textOf(said.dockerfile ?? "Dockerfile");
    if (/dev/i.test(basename(dockerfile)))
        note(
            ["build", "dockerfile"],
            `${dockerfile} sounds like development; the cloud should get what production runs`,
        );
    const context = contextOf(textOf(said.context ?? "."));
    return { context, ...(dockerfile === "Dockerfile" ? {} : { dockerfile }) };
}

function checkFrom(raw: Raw, { note }: Around) {
    const { healthcheck } = raw;
    if (!isRecord(healthcheck) || healthcheck.disable === true || healthcheck.test === undefined) {
        note([], "no health check: / is asked, which must answer 200; say health.path");
        return undefined;
    }
    const check = checkOf(healthcheck.test);
    if (!check) return undefined;
    if (check.path === undefined)
        note(["healthcheck", "test"], "asks nothing over HTTP: load balancers ask /; say health.path");
    const seconds = (key: string, usual: number, min: number, max: number) =>
        clamp(secondsOf(healthcheck[key]) ?? usual, min, max);
    const intervalSeconds = seconds("interval", 30, 5, 300);
    const container = {
        command: check.command,
        intervalSeconds,
        // Less than the interval, as both clouds want it.
        timeoutSeconds: Math.min(seconds("timeout", 30, 2, 60), Math.max(2, intervalSeconds - 1)),
        retries: clamp(numberOf(healthcheck.retries ?? 3) || 3, 1, 10),
        startSeconds: seconds("start_period", 0, 0, 240),
    };
    return { ...check, container };
}

function portsFrom(raw: Raw, { note, calledAt }: Around, checked: number | undefined): Record<string, number> {
    const found = new Set<number>();
    for (const key of ["ports", "expose"])
        for (const [index, entry] of listOf(raw[key]).entries()) {
            const port = portOf(entry);
            if (typeof port === "number") found.add(port);
            else note([key, index], `${port}: services have single TCP ports`);
        }
    const said = new Map(environmentOf(raw.environment)).get("PORT");
    if (!found.size && said !== undefined && typeof portOf(said) === "number") found.add(numberOf(said));
    if (!found.size) for (const port of [...calledAt, ...(checked ? [checked] : [])]) found.add(port);
    if (!found.size) {
        note([], "no port: 8080 is assumed; a service has to listen, at least for its health check");
        found.add(8080);
    }
    const [first, ...others] = found;
    if (others.length)
        note(["ports"], `requests reach ${first} alone: give ${others.join(", ")} a route, or leave them out`);
    return { http: first, ...Object.fromEntries(others.map((port) => [`port-${port}`, port])) };
}

function mountsFrom(raw: Raw, { note, filesystems, volumes }: Around): Record<string, string> {
    const mounts: Record<string, string> = {};
    for (const [index, entry] of listOf(raw.volumes).entries()) {
        const [source, target] = isRecord(entry)
            ? [textOf(entry.source ?? ""), textOf(entry.target ?? "")]
            : volumeOf(textOf(entry));
        const at = ["volumes", index];
        if (/^[.~/]|^[A-Za-z]:\\|\$/.test(source))
            note(at, `${source} is a folder of this machine: put it into the image, or keep it in a bucket`);
        else if (source === "" || !volumes.includes(source))
            note(at, `${target}: an anonymous volume; say a file system, if it is to outlive the container`);
        else if (!/^(\/[\w.-]+)+$/.test(target))
            note(at, `${target} is no absolute path of letters, digits, _ . and -`);
        else {
            mounts[nameFrom(source)] = target;
            filesystems.add(nameFrom(source));
        }
    }
    return mounts;
}

function volumeOf(text: string): [source: string, target: string] {
    const parts = text.split(":");
    return parts.length === 1 ? ["", parts[0]] : [parts[0], parts[1]];
}

function sizeFrom(raw: Raw, { note }: Around) {
    const deploy = isRecord(raw.deploy) ? raw.deploy : {};
    for (const key of Object.keys(deploy))
        if (!["replicas", "resources"].includes(key))
            note(["deploy", key], "deployments are the platform's; aws.deployment has what there is to choose");
    const resources = isRecord(deploy.resources) ? deploy.resources : {};
    const limits = {
        ...(isRecord(resources.reservations) && resources.reservations),
        ...(isRecord(resources.limits) && resources.limits),
    } as Raw;
    const cpu = numberOf(limits.cpus ?? raw.cpus ?? NaN);
    const memory = mebibytesOf(limits.memory ?? raw.mem_limit);
    if (Number.isNaN(cpu) && memory === undefined) return undefined;
    const size = sizeFor(Number.isNaN(cpu) ? 0 : cpu, memory);
    if (!size)
        note(["deploy"], `${Number.isNaN(cpu) ? "" : `${cpu} vCPU `}${memory ?? ""} MiB: more than both clouds have`);
    return size;
}
