import { detailsOf } from "./details";
import type { Target } from "../topology/app";
import type { Plan } from "./plan";
import type { PlanResource } from "./resource";

/** A component of the stack with what it consists of, for people. */
export interface Branch {
    /** Class of the component: `Network`, `Service`. */
    role: string;
    name: string;
    leaves: Leaf[];
    /** Resources in it. */
    count: number;
}
/** Resources that look alike. */
export interface Leaf {
    /** Module and class in the cloud's SDK: `rds.Instance`. */
    kind: string;
    /** Logical names. */
    names: string[];
    /** The properties that matter, in words. */
    details: string[];
    /** A plugin makes it when the stack is deployed. */
    synthesised: boolean;
}

/** From the network up to the alarms: the order in which a stack is understood. */
const roles = [
    "Network",
    "Platform",
    "Firewall",
    "Cdn",
    "Ingress",
    "Dns",
    "Service",
    "Job",
    "Database",
    "Cache",
    "Table",
    "Bucket",
    "Queue",
    "Filesystem",
    "Secret",
    "Rotation",
    "Image",
    "Deployer",
    "Pipeline",
    "Account",
    "Alarms",
];

/** What a cloud is asked to create: neither components nor the configuration of a provider. */
export const created = (plan: Pick<Plan, "resources">): PlanResource[] =>
    plan.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));

/** `rds.Instance` from `aws:rds/instance:Instance`. */
export function kindOf(type: string): string {
    const [provider, module, name = ""] = type.split(":");
    const folder = module.split("/")[0];
    return `${folder === "index" ? provider : folder}.${name}`;
}

/** The stack as components with their resources; what has no component stands under the role `Stack`. */
export function tree(plan: Plan<Target>): Branch[] {
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const branches = new Map<string, Branch>();
    const leaves = new Map<Branch, Map<string, Leaf>>();
    for (const resource of created(plan)) {
        const component = componentOf(resource, byUrn);
        const key = component?.urn ?? "";
        const branch = branches.get(key) ?? {
            role: component ? component.type.split(":")[2] : "Stack",
            name: component?.name ?? plan.stack,
            leaves: [],
            count: 0,
        };
        branches.set(key, branch);
        branch.count++;
        const own = leaves.get(branch) ?? new Map<string, Leaf>();
        leaves.set(branch, own);
        addLeaf(branch, own, resource);
    }
    const order = ({ role }: Branch) => (roles.includes(role) ? roles.indexOf(role) : roles.length);
    for (const { leaves } of branches.values()) leaves.sort((a, b) => importance(a) - importance(b));
    return [...branches.values()].sort((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1));
}

/** Role → resources, in the tree's order. */
export function countsOf(branches: Branch[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { role, count } of branches) counts[role] = (counts[role] ?? 0) + count;
    return counts;
}

const importance = ({ details }: Leaf): number => (details.length > 0 ? 0 : 1);

function componentOf(resource: PlanResource, byUrn: Map<string, PlanResource>): PlanResource | undefined {
    for (let up = resource.parent; up; up = byUrn.get(up)?.parent) {
        const parent = byUrn.get(up);
        if (parent?.type.startsWith("twinstack:")) return parent;
    }
    return undefined;
}

/** Adds a resource, or its name to one that looks the same. `leaves`: those of the branch, by how they look. */
function addLeaf(
    branch: Branch,
    leaves: Map<string, Leaf>,
    { type, name, inputs, synthesised = false }: PlanResource,
): void {
    const [kind, details] = [kindOf(type), detailsOf(type, inputs)];
    const key = JSON.stringify([kind, details]);
    const alike = leaves.get(key);
    if (alike) return void alike.names.push(name);
    const leaf = { kind, names: [name], details, synthesised };
    leaves.set(key, leaf);
    branch.leaves.push(leaf);
}
