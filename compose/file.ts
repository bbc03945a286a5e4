import { basename, dirname } from "node:path";

import { besideLabel, secretFileLabel, secretLabel } from "../components/local/labels";
import { mapEntries } from "../components/map";
import type { Target } from "../topology/app";
import type { Plan } from "../plan/plan";
import type { PlanResource } from "../plan/resource";

/**
 * A file of the Compose Specification, as far as a local plan needs one. It has no `name`, which docker-compose 1.29, Debian's
 * of 2023, refuses: who runs it says the project's name.
 */
export interface Compose {
    services: Record<string, ComposeService>;
    networks: Record<string, object>;
    volumes?: Record<string, object>;
    /** Files of secrets, with `content`: Docker Compose 2.23 or later. */
    configs?: Record<string, { content: string }>;
}
export interface ComposeBuild {
    context: string;
    dockerfile: string;
    target?: string;
    args?: Record<string, string>;
}
export interface ComposeService {
    image: string;
    build?: ComposeBuild;
    [key: string]: unknown;
}

/** What of a container's inputs is read; the SDK's own types are those of a program, not of a plan. */
interface ContainerInputs {
    name: string;
    image: string;
    envs: string[];
    labels: { label: string; value: string }[];
    networksAdvanced?: { name: string; aliases: string[] }[];
    ports?: { internal: number; external: number; ip: string }[];
    /** Of a name, or a file of this machine that is mounted read-only. */
    volumes?: { volumeName?: string; hostPath?: string; containerPath: string; readOnly?: boolean }[];
    healthcheck?: { tests: string[]; interval: string; timeout: string; retries: number; startPeriod: string };
    command?: string[];
    entrypoints?: string[];
    workingDir?: string;
    user?: string;
    restart?: string;
    maxRetryCount?: number;
    init?: boolean;
    attach?: boolean;
    start?: boolean;
    cpus?: string;
    memory?: number;
    stopTimeout?: number;
}

const containerType = "docker:index/container:Container";
const of = (plan: Plan<Target>, type: string) => plan.resources.filter((resource) => resource.type === type);
const inputsOf = ({ inputs }: PlanResource) => inputs as unknown as ContainerInputs;
/** The service in whose network a sidecar is. */
const besideOf = (resource: PlanResource): string | undefined =>
    inputsOf(resource).labels.find(({ label }) => label === besideLabel)?.value;
/** A container's name in its network is its service's in the file; a sidecar, which has none there, has both names. */
function aliasOf(resource: PlanResource): string {
    const { name, networksAdvanced } = inputsOf(resource);
    const service = besideOf(resource);
    return service === undefined
        ? networksAdvanced![0].aliases[0]
        : `${service}${name.slice(name.lastIndexOf(`-${service}-`) + service.length + 1)}`;
}

/** The Compose file that runs what a local plan runs, and the variables that its secrets are read from. */
export function composeOf(plan: Plan<Target>): { compose: Compose; variables: string[] } {
    const containers = of(plan, containerType);
    const variables = new Set<string>();
    const prefix = `${plan.app}-${plan.stack}-`;
    const volumeKey = (name: string) => name.replace(prefix, "");
    const configs: Record<string, { content: string }> = {};
    const context: Context = { containers, builds: buildsOf(plan), variables, volumeKey, configs };
    const services = containers
        .map((resource): [string, ComposeService] => [aliasOf(resource), serviceOf(resource, context)])
        .sort(([a], [b]) => (a < b ? -1 : 1));
    const volumes = of(plan, "docker:index/volume:Volume").map(({ inputs }) => [volumeKey(String(inputs.name)), {}]);
    const compose: Compose = {
        services: Object.fromEntries(services),
        networks: { default: { driver: "bridge" } },
        ...(volumes.length ? { volumes: Object.fromEntries(volumes) as Record<string, object> } : {}),
        ...(said(configs) ? { configs } : {}),
    };
    return { compose, variables: [...variables].sort() };
}

interface Context {
    containers: PlanResource[];
    /** Image → what it is built from. */
    builds: Map<string, ComposeBuild>;
    /** Is told of every variable that is asked for. */
    variables: Set<string>;
    volumeKey: (name: string) => string;
    /** Is given every file of a secret. */
    configs: Record<string, { content: string }>;
}

function buildsOf(plan: Plan<Target>): Context["builds"] {
    return new Map(
        of(plan, "docker-build:index:Image").map(({ inputs }) => {
            const { tags, context, dockerfile, target, buildArgs } = inputs as {
                tags: string[];
                context: { location: string };
                dockerfile: { location: string };
                target?: string;
                buildArgs?: Record<string, string>;
            };
            const inside = dockerfile.location.slice(context.location.length + 1) || basename(dockerfile.location);
            const build = {
                context: context.location || dirname(dockerfile.location),
                dockerfile: inside,
                ...(target !== undefined && { target }),
                ...(buildArgs && { args: mapEntries(buildArgs, (_, value) => literal(value)) }),
            };
            return [tags[0], build];
        }),
    );
}

function serviceOf(resource: PlanResource, context: Context): ComposeService {
    const { containers, builds, variables, volumeKey } = context;
    const inputs = inputsOf(resource);
    const { healthcheck: check, ports = [], volumes = [], attach, start } = inputs;
    const build = builds.get(inputs.image);
    const dependsOn = containers.filter(({ urn }) => resource.dependencies.includes(urn));
    const all: Record<string, unknown> = {
        image: inputs.image,
        build,
        entrypoint: inputs.entrypoints?.map(literal),
        command: inputs.command?.map(literal),
        working_dir: inputs.workingDir && literal(inputs.workingDir),
        user: inputs.user,
        environment: environmentOf(inputs, variables),
        ports: ports.map(({ ip, external, internal }) => `${ip}:${external}:${internal}`),
        volumes: volumes.map(({ volumeName, hostPath, containerPath, readOnly }) =>
            hostPath === undefined
                ? `${volumeKey(volumeName!)}:${containerPath}${readOnly ? ":ro" : ""}`
                : `${literal(hostPath)}:${containerPath}:ro`,
        ),
        configs: secretFilesOf(resource, context),
        network_mode: besideOf(resource) && `service:${besideOf(resource)}`,
        depends_on: Object.fromEntries(
            dependsOn
                .map((other): [string, object] => [aliasOf(other), { condition: conditionOf(inputsOf(other)) }])
                .sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
        healthcheck: check && {
            test: check.tests.map(literal),
            interval: check.interval,
            timeout: check.timeout,
            retries: check.retries,
            start_period: check.startPeriod,
        },
        cpus: inputs.cpus && Number(inputs.cpus),
        mem_limit: inputs.memory && `${inputs.memory}m`,
        init: inputs.init,
        stop_grace_period: inputs.stopTimeout && `${inputs.stopTimeout}s`,
        restart: inputs.maxRetryCount
            ? `${inputs.restart}:${inputs.maxRetryCount}`
            : (inputs.restart ?? (attach ? "no" : undefined)),
        // `up` leaves it alone; `docker compose run --rm <name>` starts it.
        profiles: start === false ? ["jobs"] : undefined,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => said(value))) as ComposeService;
}

const said = (value: unknown): boolean =>
    value !== undefined && (typeof value !== "object" || value === null || Object.keys(value).length > 0);

function conditionOf({ attach, healthcheck }: ContainerInputs): string {
    if (attach) return "service_completed_successfully";
    return healthcheck ? "service_healthy" : "service_started";
}

/** Variables by name: plain ones as they are, secret ones as their labels say that they are made. */
function environmentOf({ envs, labels }: ContainerInputs, variables: Set<string>): Record<string, string> {
    const plain = envs.flatMap((entry): [string, string][] => {
        const at = entry.indexOf("=");
        return at < 0 ? [] : [[entry.slice(0, at), literal(entry.slice(at + 1))]];
    });
    const secret = labels.flatMap(({ label, value }): [string, string][] =>
        label.startsWith(secretLabel) ? [[label.slice(secretLabel.length), asked(value, variables)]] : [],
    );
    return Object.fromEntries([...plain, ...secret].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Files of secrets, as configs: a secret of Compose is one variable's value, or a file's, and nothing that is made of several. */
function secretFilesOf(resource: PlanResource, { variables, configs }: Context): object[] {
    const alias = aliasOf(resource);
    return inputsOf(resource).labels.flatMap(({ label, value }) => {
        if (!label.startsWith(secretFileLabel)) return [];
        const target = label.slice(secretFileLabel.length);
        const named = `${alias}${target.replaceAll("/", "-")}`;
        let source = named;
        for (let count = 2; Object.hasOwn(configs, source); count++) source = `${named}-${count}`;
        configs[source] = { content: asked(value, variables) };
        return [{ source, target }];
    });
}

/** Compose reads `$` as the beginning of a variable. */
const literal = (text: string): string => text.replaceAll("$", "$$$$");

/** `${DB_PASSWORD}` becomes a variable without which Compose refuses to start. */
function asked(words: string, variables: Set<string>): string {
    return words.replace(/\$\$|\$\{(\w+)\}/g, (found, name: string | undefined) => {
        // Compose, too, writes a `$` twice.
        if (name === undefined) return found;
        variables.add(name);
        return `\${${name}:?}`;
    });
}
