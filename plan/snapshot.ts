import type { Target } from "../topology/app";
import type { Plan } from "./plan";
import { secretInputs } from "./outputs";

/** Resources at one time, from a plan or from what is deployed: the two sides of a diff. */
export interface Snapshot {
    /** How a message calls it: `todo on aws in dev`, `state of stack dev`. */
    title: string;
    app?: string;
    stack: string;
    resources: SnapshotResource[];
}
export interface SnapshotResource {
    urn: string;
    type: string;
    name: string;
    inputs: Record<string, unknown>;
    aliases?: string[];
    ignoreChanges?: string[];
    synthesised?: boolean;
}

/** What `pulumi stack export` prints, as far as a diff reads it. */
interface Deployment {
    resources: {
        urn: string;
        type: string;
        custom?: boolean;
        inputs?: Record<string, unknown>;
        external?: boolean;
        delete?: boolean;
    }[];
}

const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

export function snapshotOfPlan(plan: Plan<Target>): Snapshot {
    const { app, cloud, environment, stack } = plan;
    // Components only group; what they consist of is compared.
    const resources = plan.resources.filter(({ custom }) => custom);
    return { title: `${app} on ${cloud} in ${environment} (stack ${stack})`, app, stack, resources };
}

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
        .map(({ urn, type, inputs }) => ({
            urn,
            type,
            name: urn.split("::").slice(3).join("::"),
            inputs: shown(inputs ?? {}) as Record<string, unknown>,
        }))
        // The engine adds a provider per package by itself; the program never sees it.
        .filter(({ type, name }) => !(type.startsWith("pulumi:providers:") && name.startsWith("default")));
    const stack = resources[0]?.urn.split("::")[0].slice("urn:pulumi:".length) ?? "";
    return { title: `the state of stack ${stack}`, stack, resources: deployed };
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
