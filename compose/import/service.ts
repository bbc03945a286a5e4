import { basename } from "node:path";

import { floats } from "../../topology/images";
import { isTree, placeIn, type Tree } from "../load/places";
import { directoryFrom, wordsFrom } from "./command";
import { configurationsOf } from "./configuration";
import { environmentFrom } from "./environment";
import { missingIn } from "./dockerfile";
import { elsewhere } from "./localhost";
import { sayModes } from "./modes";
import { mountsFrom } from "./mounts";
import { scriptsFrom } from "./scripts";
import { askRequired } from "./lacking";
import { isWritableInTmp } from "./writable";
import { portsFrom, speaks, withProtocols } from "./ports";
import type { Around } from "./around";
import { imageOf, type ServiceInput } from "./parts";
import { aloneAs, healthOf } from "./products";
import { builtCheck, checkFrom, portOf, sayCheck, sayPort } from "./checks";
import { clamp, environmentOf, mebibytesOf, numberOf, secondsOf, sizeFor, textOf, textsOf } from "./values";

/** Keys without a counterpart that the app can do without, and why. */
const notes: Record<string, string> = {
    networks: "services of a stack share one private network",
    labels: "tags of the app are on everything",
    annotations: "tags of the app are on everything",
    dns: "names are the network's own",
    dns_search: "names are the network's own",
    user: "the image's own USER runs",
    shm_size: "no container has more shared memory",
    ulimits: "the platform's own limits hold",
    sysctls: "the platform's own kernel settings hold",
    links: "services find each other by calls",
    logging: "logs go to the cloud's own store",
    develop: "development stays with Compose, or with cloud local",
    security_opt: "the platform's own rules hold",
    cap_drop: "the platform drops capabilities by itself",
    cgroup: "the platform's own limits hold",
    oom_score_adj: "the platform's own limits hold",
};
/** Keys without a counterpart that the app may need, and what to do. */
const mends: Record<string, string> = {
    network_mode: "no container shares a host's network: say ports, and calls",
    privileged: "no container is privileged",
    devices: "there are no devices",
    gpus: "there are no GPUs",
    pid: "containers share nothing",
    ipc: "containers share nothing",
    volumes_from: "say mounts, of a file system that both have",
    post_start: "no hooks: a job may run before each deployment",
    pre_stop: "no hooks: the app is told by SIGTERM",
};
/** What a platform does anyway is not worth a word. */
const silent = [
    ...["restart", "container_name", "hostname", "domainname", "stdin_open", "tty", "init", "pull_policy", "profiles"],
    ...["stop_signal", "mem_swappiness", "memswap_limit", "mem_reservation", "healthcheck", "attach", "runtime"],
];
const mapped = [
    ...["image", "build", "command", "entrypoint", "ports", "expose", "environment", "depends_on", "volumes", "deploy"],
    ...[
        "extra_hosts",
        "working_dir",
        "cap_add",
        "cpus",
        "mem_limit",
        "stop_grace_period",
        "read_only",
        "scale",
        "configs",
        "secrets",
        "platform",
    ],
];

/** What becomes of keys that have no counterpart. */
export function sayKeys(raw: Tree, around: Around): void {
    for (const key of Object.keys(raw)) {
        if (mapped.includes(key) || silent.includes(key) || key.startsWith("x-") || isEmpty(raw[key])) continue;
        if (Object.hasOwn(mends, key)) around.mend([key], mends[key]);
        else around.note([key], Object.hasOwn(notes, key) ? notes[key] : "has no counterpart");
    }
}

/** A service of a topology from one of a Compose file. Routes are said later, when all services are known. */
export function serviceFrom(raw: Tree, outer: Around): ServiceInput {
    const configurations = configurationsOf(raw, outer);
    const around = { ...outer, configurations };
    sayKeys(raw, around);
    capabilities(raw, around);
    hosts(raw, around);
    const check = checkFrom(raw, around.from);
    const ports = portsFrom(raw, around, check && portOf(check));
    const worker = Object.keys(ports).length === 0;
    const asked = Object.values(ports).some((port) => speaks(raw, port) !== "grpc");
    const own = around.front && "ways" in around.front ? around.front.health : undefined;
    const usual = asked && (check?.path ?? "/") === "/" && own === undefined ? healthOf(raw) : undefined;
    if (usual) around.note([], `is asked at ${usual.path}, which answers 200 to everybody (${usual.source})`);
    const asks = asked && !usual && own === undefined ? builtCheck(raw) : undefined;
    const built = asks && Object.values(ports).includes(asks.port) ? asks.path : undefined;
    if (asked && !usual && own === undefined) sayCheck(check, built, around);
    if (check) sayPort(check, Object.values(ports), around);
    const single = aloneAs(raw);
    if (single) {
        around.alone();
        around.note([], `one instance: ${single.why} (${single.source})`);
    }
    const environment = environmentFrom(raw, around, Object.values(ports)[0]);
    sayModes(environment.env ?? {}, around);
    askRequired(raw, environment, around);
    const { mounts, files: added } = mountsFrom(raw, around);
    const configured = configurations.made();
    const files = { ...added, ...scriptsFrom(raw, around, environment.uses ?? []), ...configured.files };
    const secretFiles = { ...environment.secretFiles, ...configured.secretFiles };
    const size = sizeFrom(raw, around);
    const replicas = numberOf((isTree(raw.deploy) ? raw.deploy.replicas : undefined) ?? raw.scale ?? NaN);
    const drain = secondsOf(raw.stop_grace_period);
    const words = (key: "command" | "entrypoint") => {
        const said = wordsFrom(raw, key, around, environment);
        return said.length ? { [key]: said } : {};
    };
    const [entrypoint, command] = [words("entrypoint"), words("command")];
    const image = imageFrom(raw, around);
    const aws = awsFrom(raw, image, around);
    return {
        image: Object.keys(files).length ? { ...image, files } : image,
        ...entrypoint,
        ...command,
        ...directoryFrom(raw, around.mend),
        ...(size && { cpu: size.cpu, memory: size.memory }),
        ...(worker ? {} : { ports: withProtocols(raw, ports) }),
        ...(asked || check
            ? {
                  health: {
                      ...(asked ? { path: usual?.path ?? check?.path ?? built ?? own ?? "/" } : {}),
                      ...(check && { container: check.container }),
                  },
              }
            : {}),
        ...(replicas >= 1 && { scale: { min: Math.min(replicas, 1000), max: clamp(Math.max(10, replicas), 1, 1000) } }),
        ...(drain !== undefined && { drainSeconds: clamp(drain, 1, 120) }),
        ...environment,
        ...(Object.keys(secretFiles).length ? { secretFiles } : {}),
        ...(Object.keys(mounts).length ? { mounts } : {}),
        ...(Object.keys(aws).length ? { aws } : {}),
        ...(size?.gcp && { gcp: size.gcp }),
    };
}

/** What every container has by itself; a file asks for it beside `cap_drop: [ALL]`. @see https://docs.docker.com/engine/containers/run */
const usualCapabilities =
    /^(CAP_)?(AUDIT_WRITE|CHOWN|DAC_OVERRIDE|FOWNER|FSETID|KILL|MKNOD|NET_BIND_SERVICE|NET_RAW|SETFCAP|SETGID|SETPCAP|SETUID|SYS_CHROOT)$/i;

function capabilities(raw: Tree, { note, mend }: Around): void {
    const asked = textsOf(raw.cap_add);
    const more = asked.filter((capability) => !usualCapabilities.test(capability));
    if (more.length) mend(["cap_add"], `no container has more capabilities (${more.join(", ")})`);
    else if (asked.length) note(["cap_add"], "containers have these by themselves");
}

/** Names that a file adds to those of the network. The machine's own is missed by nobody who does not say it, and then his variable is amiss. */
function hosts({ extra_hosts: said }: Tree, { note, mend }: Around): void {
    if (isEmpty(said)) return;
    const all = isTree(said) ? Object.entries(said).map(([name, to]) => `${name}:${textOf(to)}`) : textsOf(said);
    if (all.every((one) => /[:=]host-gateway$/.test(one)))
        note(["extra_hosts"], "names the machine that Compose runs on, which no cloud has");
    else mend(["extra_hosts"], "names are the DNS's: there is no hosts file");
}

const isEmpty = (value: unknown): boolean =>
    value === null ||
    value === undefined ||
    value === false ||
    (typeof value === "object" && Object.keys(value).length === 0);

/** What is said of AWS alone: instruction set, and whether the root is read-only. */
function awsFrom(raw: Tree, image: ServiceInput["image"], around: Around): NonNullable<ServiceInput["aws"]> {
    const { note } = around;
    const arm = /^linux\/(arm64|aarch64)/.test(textOf(raw.platform ?? ""));
    if (arm) note(["platform"], "arm64 on AWS; Cloud Run has x86_64 alone, for which the image must be there too");
    const readOnly = raw.read_only === true && isWritableInTmp(raw, around);
    return {
        ...(arm && { architecture: "arm64" as const }),
        // Only an image that is known to bear it is mounted read-only. What is built from a folder is by default, others are not.
        ...(readOnly !== "context" in image && { readonlyRootFilesystem: readOnly }),
    };
}

const isReference = /^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/;

export function imageFrom(raw: Tree, around: Around): ServiceInput["image"] {
    const { contextOf, note, mend } = around;
    const { build } = raw;
    if (!isTree(build)) {
        const reference = imageOf(raw);
        const unset = placeIn(raw, "image")?.unset ?? [];
        if (!reference && !unset.length) mend(["image"], "neither image nor build says what runs");
        else if (unset.length && !isReference.test(reference ?? ""))
            mend(
                ["image"],
                `${reference ?? ""} is no image, as ${unset.join(" and ")} has no value: give it in .env, or in a file that --env-file names`,
            );
        else if (!reference) mend(["image"], "neither image nor build says what runs");
        else if (!isReference.test(reference))
            mend(["image"], `${reference} is no image: say one such as registry/name:1.2`);
        else if (
            /(^|[/_.-])your([-_]|(name|user|username|org|image|repo|app|account|company|registry)\b)|change[-_]?me|^(user|username|dockerhub-?user(name)?)\//i.test(
                reference,
            )
        )
            mend(
                ["image"],
                `${reference} stands for a name that everybody puts in himself: give it in .env, or say the image`,
            );
        else if (floats(reference))
            note(["image"], `${reference} is another image from day to day: prod wants a tag that stays, or a digest`);
        return { reference: reference ?? "" };
    }
    for (const key of Object.keys(build)) {
        if (
            isEmpty(build[key]) ||
            [
                "context",
                "dockerfile",
                "cache_from",
                "cache_to",
                "tags",
                "labels",
                "target",
                "args",
                "platforms",
            ].includes(key)
        )
            continue;
        if (["additional_contexts", "ssh", "secrets", "dockerfile_inline"].includes(key))
            mend(["build", key], "builds take a context and a Dockerfile");
        else note(["build", key], "builds take a context and a Dockerfile");
    }
    const dockerfile = textOf(build.dockerfile ?? "Dockerfile");
    if (/dev/i.test(basename(dockerfile)))
        note(
            ["build", "dockerfile"],
            `${dockerfile} sounds like development; the cloud should get what production runs`,
        );
    const remote = textOf(build.context);
    if (/^[a-z][a-z0-9+.-]*:\/\/|^git@/i.test(remote)) {
        const image = imageOf({ ...raw, build: null } as Tree);
        if (image !== undefined && isReference.test(image)) {
            note(["build", "context"], `${remote} is a repository elsewhere, of which ${image} is built`);
            return { reference: image };
        }
        mend(
            ["build", "context"],
            `${remote} is built from a repository elsewhere: say an image, or the folder of a clone in this project`,
        );
        return { reference: image ?? "" };
    }
    for (const missing of missingIn(raw))
        if (/^(\.\/)?([\w.-]+\/)*(target|build|dist|out|publish|bin)(\/|$)|\.[jw]ar$/.test(missing))
            note(["build"], `${dockerfile} copies ${missing}, which has to be built before it`);
        else mend(["build"], `${dockerfile} copies ${missing}, which is not there`);
    for (const [name, value] of environmentOf({ environment: build.args } as Tree))
        if (value !== undefined) elsewhere(value, around, ["build", "args", name]);
    if (!isEmpty(build.target) && /^(.*[-_])?(dev|development|debug)([-_].*)?$/i.test(textOf(build.target)))
        note(
            ["build", "target"],
            `${textOf(build.target)} sounds like development; the cloud should get what production runs`,
        );
    const args = argumentsOf(build.args, (name) =>
        note(["build", "args", name], `${name} has no value here: the Dockerfile's default holds`),
    );
    return {
        context: contextOf(textOf(build.context)),
        ...(dockerfile === "Dockerfile" ? {} : { dockerfile }),
        ...(isEmpty(build.target) ? {} : { target: textOf(build.target) }),
        ...(Object.keys(args).length ? { args } : {}),
    };
}

/** Build arguments; one without a value is the shell's, which nobody else has. */
function argumentsOf(args: unknown, without: (name: string) => void): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [name, value] of environmentOf({ environment: args } as Tree))
        if (value === undefined) without(name);
        else found[name] = value;
    return found;
}

function sizeFrom(raw: Tree, { note }: Around) {
    const deploy = isTree(raw.deploy) ? raw.deploy : {};
    for (const key of Object.keys(deploy))
        if (!["replicas", "resources", "restart_policy", "labels", "mode"].includes(key))
            note(["deploy", key], "deployments are the platform's; aws.deployment has what there is to choose");
    const resources = isTree(deploy.resources) ? deploy.resources : {};
    const limits: Tree = {
        ...(isTree(resources.reservations) && resources.reservations),
        ...(isTree(resources.limits) && resources.limits),
    };
    const cpu = numberOf(limits.cpus ?? raw.cpus ?? NaN);
    const memory = mebibytesOf(limits.memory ?? raw.mem_limit);
    if (Number.isNaN(cpu) && memory === undefined) return undefined;
    const size = sizeFor(Number.isNaN(cpu) ? 0 : cpu, memory);
    if (!size)
        note(["deploy"], `${Number.isNaN(cpu) ? "" : `${cpu} vCPU `}${memory ?? ""} MiB: more than both clouds have`);
    return size;
}
