import type { Target } from "../topology/app";
import type { Plan } from "./plan";
import { secretInputs } from "./outputs";
import type { PlanResource } from "./resource";

/** Resources at one time, from a plan or from what is deployed: the two sides of a diff. */
export interface Snapshot {
    /** How a message calls it: `todo on aws in dev`, `state of stack dev`. */
    title: string;
    app?: string;
    stack: string;
    /** It is a state, whose values are known; a plan has placeholders for what only a deployment tells. */
    deployed?: boolean;
    resources: SnapshotResource[];
    /** URN of a component → URNs of the resources that it consists of, however deep. */
    components?: ReadonlyMap<string, string[]>;
}

/** What of a resource a diff reads. Everything but the first four may be missing from what a test or a state says. */
export interface SnapshotResource extends Pick<PlanResource, "urn" | "type" | "name" | "inputs"> {
    dependencies?: string[];
    propertyDependencies?: Record<string, string[]>;
    /** URN of an explicit provider. */
    provider?: string;
    protect?: boolean;
    retainOnDelete?: boolean;
    deleteBeforeReplace?: boolean;
    replaceOnChanges?: string[];
    ignoreChanges?: string[];
    /** Former URNs, those included that follow from a parent's. */
    aliases?: string[];
    synthesised?: boolean;
}

/** What `pulumi stack export` prints, as far as a diff reads it. */
interface Deployment {
    resources: {
        urn: string;
        type: string;
        parent?: string;
        custom?: boolean;
        inputs?: Record<string, unknown>;
        external?: boolean;
        delete?: boolean;
        provider?: string;
        protect?: boolean;
        retainOnDelete?: boolean;
        dependencies?: string[];
        propertyDependencies?: Record<string, string[] | null>;
    }[];
}

const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

export function snapshotOfPlan(plan: Plan<Target>): Snapshot {
    const { app, cloud, environment, stack } = plan;
    const inherited = inheritedAliases(plan.resources);
    return {
        title: `${app} on ${cloud} in ${environment} (stack ${stack})`,
        app,
        stack,
        // Components only group; what they consist of is compared.
        resources: plan.resources
            .filter(({ custom }) => custom)
            .map((resource) => ({ ...resource, aliases: inherited.get(resource.urn) ?? [] })),
        components: componentsOf(plan.resources),
    };
}

/** URN of each component → URNs of the resources beneath it. */
function componentsOf(resources: { urn: string; parent?: string; custom?: boolean }[]): Map<string, string[]> {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const components = new Map<string, string[]>();
    for (const { urn, custom, parent } of resources)
        for (let above = byUrn.get(parent ?? ""); custom && above; above = byUrn.get(above.parent ?? ""))
            if (!above.custom) components.set(above.urn, [...(components.get(above.urn) ?? []), urn]);
    return components;
}

/**
 * Former URNs of every resource. As for the engine, what is beneath a parent that had another name had another URN, and
 * another name where its own begins with the parent's.
 */
function inheritedAliases(resources: PlanResource[]): Map<string, string[]> {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const aliases = new Map<string, string[]>();
    const of = (urn: string): string[] => {
        const known = aliases.get(urn);
        const resource = byUrn.get(urn);
        if (known || !resource) return known ?? [];
        const { type, name, parent } = resource;
        const parentName = parent === undefined ? "" : nameOf(parent);
        const inherited = (parent === undefined ? [] : of(parent)).map((former) => {
            const formerName = name.startsWith(parentName) ? nameOf(former) + name.slice(parentName.length) : name;
            return `${former.split("::").slice(0, 3).join("::")}$${type}::${formerName}`;
        });
        const all = [...new Set([...resource.aliases, ...inherited])];
        aliases.set(urn, all);
        return all;
    };
    for (const { urn } of resources) of(urn);
    return aliases;
}

export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** Reads a saved plan (`twinstack plan --json`) or a state (`pulumi stack export`); undefined if it is neither. */
export function snapshotOf(json: unknown): Snapshot | undefined {
    if (!isMap(json)) return undefined;
    if (Array.isArray(json.resources) && typeof json.app === "string" && typeof json.stack === "string")
        return snapshotOfPlan(json as unknown as Plan);
    if (!isMap(json.deployment)) return undefined;
    const { resources = [] } = json.deployment as unknown as Partial<Deployment>;
    if (!Array.isArray(resources)) return undefined;
    const deployed = resources
        .filter(({ custom, external, delete: gone }) => custom && !external && !gone)
        .map((resource) => ({
            urn: resource.urn,
            type: resource.type,
            name: nameOf(resource.urn),
            inputs: ownInputs(resource),
            protect: resource.protect ?? false,
            retainOnDelete: resource.retainOnDelete ?? false,
            dependencies: resource.dependencies ?? [],
            propertyDependencies: Object.fromEntries(
                Object.entries(resource.propertyDependencies ?? {}).map(([key, urns]) => [key, urns ?? []]),
            ),
            // A provider is known by its URN and id.
            ...(resource.provider !== undefined && { provider: resource.provider.replace(/::[^:]*$/, "") }),
        }))
        // The engine adds a provider per package by itself; the program never sees it.
        .filter(({ type, name }) => !(type.startsWith("pulumi:providers:") && name.startsWith("default")));
    const stack = resources[0]?.urn.split("::")[0].slice("urn:pulumi:".length) ?? "";
    return {
        title: `the state of stack ${stack}`,
        stack,
        deployed: true,
        resources: deployed,
        components: componentsOf(resources),
    };
}

/**
 * What a program asked for. The engine keeps a provider's version among its inputs, and the AWS provider the tags of all its resources
 * among those of each; said once, they are its own input.
 */
function ownInputs({ type, inputs = {} }: Deployment["resources"][number]): Record<string, unknown> {
    const added = type.startsWith("pulumi:providers:") ? ["__internal", "version"] : ["tagsAll"];
    const all = shown(inputs) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(all).filter(([key]) => !added.includes(key)));
}

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value of the state as a plan shows it: without what the provider filled in, and without secrets. */
function shown(value: unknown, key = ""): unknown {
    if (secretInputs.has(key)) return "[secret]";
    if (Array.isArray(value)) return value.map((item) => shown(item));
    if (!isMap(value)) return value;
    if (value[signature] === secretSignature) return "[secret]";
    const filledIn = new Set(["__defaults", signature, ...((value.__defaults as string[] | undefined) ?? [])]);
    const own = Object.entries(value).filter(([name]) => !filledIn.has(name));
    return Object.fromEntries(own.map(([name, item]) => [name, shown(item, name)]));
}
