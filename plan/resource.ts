import type { Cloud, Environment, Target } from "../topology/app";

/** One resource as the program registered it: plain JSON, without secrets. */
export interface PlanResource {
    /** As the engine would build it: the types of all parents are in it. */
    urn: string;
    type: string;
    name: string;
    /** URN of the parent; absent for what stands directly in the stack. */
    parent?: string;
    /** False for components, which only group others. */
    custom: boolean;
    /** What the program asks for. Values known only after deployment read `${name.property}`, secrets `[secret]`. */
    inputs: Record<string, unknown>;
    /** URNs of everything that must exist before. */
    dependencies: string[];
    /** Input → URNs of what its value comes from; inputs without any are left out. */
    propertyDependencies: Record<string, string[]>;
    protect: boolean;
    ignoreChanges: string[];
    /** Former URNs. */
    aliases: string[];
    /** URN of an explicit provider. */
    provider?: string;
    deleteBeforeReplace?: boolean;
    replaceOnChanges?: string[];
    retainOnDelete?: boolean;
    /** The engine replaces the resource when this changes. */
    replacementTrigger?: unknown;
    additionalSecretOutputs?: string[];
    customTimeouts?: { create?: string; update?: string; delete?: string };
    /** The program does not register it: a remote component will, when it is deployed. */
    synthesised?: boolean;
}

/** A role as people read it. The class of a component is a word: `Cdn`. */
export const labelOf = (role: string): string => labels[role] ?? role;
const labels: Record<string, string> = { Cdn: "CDN", Dns: "DNS" };

/** What a stack would build, seen without a cloud: plain JSON, the same bytes every time, without secrets. */
export interface Plan<T extends Target = Cloud> {
    app: string;
    cloud: T;
    environment: Environment;
    stack: string;
    region: string;
    /** Sorted by URN. */
    resources: PlanResource[];
    /** What the stack tells the outside world; known only after deployment, so mostly `${name.property}`. */
    outputs: Record<string, unknown>;
}
