import { detailsOf } from "../../plan/details";
import type { Plan, PlanResource } from "../../plan/resource";
import { kindOf } from "../../plan/tree";
import { prefixOf } from "../../topology/prefix";
import { roleNames } from "../names";

/** What a box says beside its name, the most telling first; a box has room for two lines, the text for all of it. */
export function saidOf(plan: Plan, role: string, own: string | undefined, members: PlanResource[]): string[] {
    const special = specials[role]?.(members, plan, own);
    if (special) return special.filter((detail) => detail !== "");
    const said = roleNames[role][plan.cloud].types.flatMap((type) => {
        const first = members.find((member) => member.type === type);
        return first ? detailsOf(type, first.inputs) : [];
    });
    return said.length > 0 ? said.map(shorter).filter((detail) => detail !== "") : countsIn(members);
}

type Special = (members: PlanResource[], plan: Plan, own: string | undefined) => string[];

/** Roles whose boxes say more than the details of one resource. */
const specials: Record<string, Special> = {
    // Every name once, and without the dot that ends it in Cloud DNS.
    Dns: (members) => {
        const said = members.flatMap(({ type, inputs }) => detailsOf(type, inputs));
        return [...new Set(said.filter((name) => !name.includes("${")).map((name) => name.replace(/\.$/, "")))];
    },
    Firewall: (members) =>
        members.flatMap(({ type, inputs }) =>
            detailsOf(type, inputs).slice(-1).map(edged(inputs.scope)).filter(isRules),
        ),
    Cdn: (members, plan) => {
        const distribution = one(members, "aws:cloudfront/distribution:Distribution");
        if (distribution) return detailsOf(distribution.type, distribution.inputs);
        const caching = members.filter(({ type }) => type.startsWith("gcp:compute/backend"));
        return [...hostsOf(plan, caching), ...new Set(caching.flatMap(({ type, inputs }) => detailsOf(type, inputs)))];
    },
    Bucket: (members) => {
        const stored = one(members, "gcp:storage/bucket:Bucket");
        if (stored)
            return detailsOf(stored.type, stored.inputs).map((detail) =>
                detail.replace(/^[A-Z]+\d$/, "dual-region $&"),
            );
        const versions = members.some(({ type }) => type === "aws:s3/bucketVersioning:BucketVersioning");
        const copies = members.filter(({ type, inputs }) => type === "aws:s3/bucket:Bucket" && inputs.region);
        return [...copies.map(({ inputs }) => `copy in ${String(inputs.region)}`), ...(versions ? ["versioned"] : [])];
    },
    Secret: (members, plan) => [
        ...countsIn(members),
        ...new Set(
            plan.resources
                .filter(({ type }) => type === `twinstack:${plan.cloud}:Secret`)
                .map(({ name }) => name.replace(`${prefixOf(plan.app, plan.stack)}-`, ""))
                .sort(),
        ),
    ],
    Job: (members, plan, own) => {
        const started = members.find(({ type }) => type.includes("cheduler/"));
        const { command, before } = jobOf(plan, own!, members);
        return [
            ...(before ? ["before a new version"] : started ? detailsOf(started.type, started.inputs) : ["by hand"]),
            command,
        ];
    },
    Account: (members) => {
        const trust = JSON.stringify(members.map(({ inputs }) => [inputs.assumeRolePolicy, inputs.attributeCondition]));
        const found = [...trust.matchAll(/repo:([\w.-]+\/[\w.-]+)|[\\"]+([\w.-]+\/[\w.-]+)[\\"]+[,\]]/g)];
        return [[...new Set(found.map(([, aws, gcp]) => aws ?? gcp))].sort().join(", ")];
    },
    Deployer: (members) => {
        const trust = JSON.stringify(members.map(({ inputs }) => [inputs.assumeRolePolicy, inputs.attributeCondition]));
        const repository = /repo:([\w./-]+)|repository == [\\"]+([\w./-]+)/.exec(trust);
        const branches = [...trust.matchAll(/refs\/heads\/([\w./*-]+)/g)].map(([, branch]) => branch);
        return [repository?.[1] ?? repository?.[2] ?? "", branches.join(", ")];
    },
};

const one = (members: PlanResource[], type: string) => members.find((member) => member.type === type);
const isRules = (detail: string): boolean => /^\d+ rules/.test(detail);
const edged =
    (scope: unknown) =>
    (detail: string): string =>
        scope === "CLOUDFRONT" ? `${detail} at the CDN` : detail;

/** Host names that the load balancer hands to a backend of the CDN (GCP). */
function hostsOf({ resources }: Plan, caching: PlanResource[]): string[] {
    const map = resources.find(({ type, inputs }) => type === "gcp:compute/uRLMap:URLMap" && inputs.hostRules);
    const { hostRules = [], pathMatchers = [] } = (map?.inputs ?? {}) as {
        hostRules?: { hosts: string[]; pathMatcher: string }[];
        pathMatchers?: { name: string }[];
    };
    const leading = pathMatchers.filter((matcher) =>
        caching.some(({ name }) => JSON.stringify(matcher).includes(`\${${name}.`)),
    );
    return hostRules
        .filter(({ pathMatcher }) => leading.some(({ name }) => name === pathMatcher))
        .flatMap(({ hosts }) => hosts);
}

interface Container {
    name: string;
    command?: string[];
    args?: string[];
}

/**
 * The service whose program a job runs, its command, and whether it runs before each new version. Before a deployment ECS
 * runs it as a container of the service's task: then nothing of the job's own is in the plan.
 */
export function jobOf(
    plan: Plan,
    own: string,
    members: PlanResource[],
): { service?: string; command: string; before: boolean } {
    const said = ({ command, args }: Container) => (command ?? args ?? []).join(" ");
    const run = one(members, "gcp:cloudrunv2/job:Job")?.inputs as
        | { template: { template: { containers: Container[] } }; runExecutionToken?: unknown }
        | undefined;
    if (run) {
        const [container] = run.template.template.containers;
        return { service: container.name, command: said(container), before: run.runExecutionToken !== undefined };
    }
    const machine = one(members, "aws:sfn/stateMachine:StateMachine")?.inputs.definition;
    const [, service, command] =
        /"ContainerOverrides":\[\{"Name":"([^"]+)","Command":(\[[^\]]*\])/.exec(String(machine)) ?? [];
    if (service) return { service, command: (JSON.parse(command) as string[]).join(" "), before: false };
    for (const { type, inputs } of plan.resources) {
        if (type !== "aws:ecs/taskDefinition:TaskDefinition") continue;
        const containers = containersOf(inputs.containerDefinitions);
        const job = containers.find(({ name }) => name === own);
        if (job) return { service: containers[0].name, command: said(job), before: true };
    }
    return { command: "", before: false };
}

/** The containers of a task definition, whose input is JSON. */
export const containersOf = (definitions: unknown): (Container & { mountPoints?: MountPoint[] })[] =>
    typeof definitions === "string" ? (JSON.parse(definitions) as Container[]) : [];
interface MountPoint {
    sourceVolume: string;
    containerPath: string;
}

/** What of a detail fits into a box. */
const shorter = (detail: string): string =>
    detail
        .replace(/^starts with .*/, "")
        .replace(/^called .*/, "")
        .replace(/^FARGATE_SPOT$/, "Spot")
        .replace(/^FARGATE$/, "")
        .replace(/^X86_64$/, "x86")
        .replace(/^(\d+)(Mi| MiB)$/, (_, mib: string) => `${Number(mib) / 1024} GiB`)
        .replace(/^\/.*|^\$\{.*/, "");

/** `2 secrets`, for what has no details of its own. */
function countsIn(members: PlanResource[]): string[] {
    const nouns: Record<string, string> = {
        Secret: "secret",
        Repository: "repository",
        MetricAlarm: "alarm",
        AlertPolicy: "alarm",
        Dashboard: "dashboard",
    };
    const counts = new Map<string, number>();
    for (const { type } of members) {
        const noun = nouns[kindOf(type).split(".")[1]];
        if (noun) counts.set(noun, (counts.get(noun) ?? 0) + 1);
    }
    return [...counts].map(([noun, count]) => `${count} ${count === 1 ? noun : plural(noun)}`);
}
const plural = (noun: string): string => (noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`);
