import { secretInputs } from "../plan/outputs";
import { pendingOf, type Pending } from "../plan/pending";

/** A resource of a state, without secrets. */
export interface StateResource {
    urn: string;
    type: string;
    name: string;
    id?: string;
    custom: boolean;
    protect: boolean;
    retainOnDelete: boolean;
    /** As the provider was asked, defaults and made-up names included; secrets read `[secret]`. */
    inputs: Record<string, unknown>;
    /** URN of its provider. */
    provider?: string;
    /** A replaced one, whose deletion is still to be done. */
    delete: boolean;
}

/** An operation that had begun and whose end nobody saw. */
export interface PendingOperation {
    /** `creating`, `updating`, `deleting`, `reading` or `importing`. */
    type: string;
    resource: StateResource;
}

/** What `pulumi stack export` prints, as far as an operator needs it. */
export interface State {
    project: string;
    stack: string;
    resources: StateResource[];
    pending: PendingOperation[];
    /** Changes that the cloud refused, and the state has. */
    refused: Pending[];
    /** Changes that did not succeed, and that the next `up` tries again by itself. */
    tried: Pending[];
}

type Map = Record<string, unknown>;
const isMap = (value: unknown): value is Map => typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads an exported state; undefined if it is none. */
export function stateOf(json: unknown): State | undefined {
    if (!isMap(json) || !isMap(json.deployment)) return undefined;
    const { resources = [], pending_operations: operations = [] } = json.deployment;
    if (!Array.isArray(resources ?? []) || !Array.isArray(operations ?? [])) return undefined;
    const read = ((resources ?? []) as unknown[]).filter(isMap).map(resource);
    const pending = ((operations ?? []) as unknown[])
        .filter(isMap)
        .map(({ type, resource: of }) => ({ type: String(type), resource: resource(isMap(of) ? of : {}) }));
    const left = pendingOf(json);
    const [refused, tried] = [
        left.filter(({ kind }) => kind === "refused"),
        left.filter(({ kind }) => kind === "gate"),
    ];
    const [stack = "", project = ""] = (read[0] ?? pending[0]?.resource)?.urn.split("::") ?? [];
    return { project, stack: stack.replace("urn:pulumi:", ""), resources: read, pending, refused, tried };
}

function resource(raw: Map): StateResource {
    const urn = String(raw.urn ?? "");
    return {
        urn,
        type: String(raw.type ?? ""),
        name: urn.split("::").slice(3).join("::"),
        ...(typeof raw.id === "string" && raw.id && { id: raw.id }),
        custom: raw.custom === true,
        protect: raw.protect === true,
        retainOnDelete: raw.retainOnDelete === true,
        inputs: readable(isMap(raw.inputs) ? raw.inputs : {}) as Map,
        // `urn::id`, of which the last part is the provider's own id.
        ...(typeof raw.provider === "string" && { provider: raw.provider.split("::").slice(0, -1).join("::") }),
        delete: raw.delete === true,
    };
}

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value without its secrets: those that the engine marks, and inputs that are secret by their name. */
function readable(value: unknown, key = ""): unknown {
    if (secretInputs.has(key)) return "[secret]";
    if (Array.isArray(value)) return value.map((item) => readable(item));
    if (!isMap(value)) return value;
    if (value[signature] === secretSignature) return "[secret]";
    const own = Object.entries(value).filter(([name]) => name !== "__defaults" && name !== signature);
    return Object.fromEntries(own.map(([name, item]) => [name, readable(item, name)]));
}
