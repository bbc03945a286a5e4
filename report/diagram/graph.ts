import type { Plan, PlanResource } from "../../plan/resource";
import { prefixOf } from "../../topology/prefix";
import { roleNames } from "../names";
import { jobOf, saidOf } from "./details";
import { edgesOf, referencesOf } from "./edges";
import { groupOf, groupsOf, occupied } from "./groups";
import type { Graph, Node } from "./model";
import { addOutside } from "./outside";

/** What a person would draw of a plan. */
export function graphOf(plan: Plan): Graph {
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const components = plan.resources.filter(({ type }) => roleOf(type) in roleNames);
    const idOf = (component: PlanResource): string => {
        const role = roleOf(component.type);
        return roleNames[role].many ? `${role}/${ownName(plan, component)}` : role;
    };
    /** The node that a resource belongs to: that of the innermost component that is one. */
    const nodeOf = (urn: string): string | undefined => {
        for (let up = byUrn.get(urn); up; up = up.parent ? byUrn.get(up.parent) : undefined)
            if (roleOf(up.type) in roleNames) return idOf(up);
        return undefined;
    };
    const members = new Map<string, PlanResource[]>(components.map((component) => [idOf(component), []]));
    for (const resource of plan.resources) {
        const own = nodeOf(resource.urn);
        if (own !== undefined && resource.custom) members.get(own)!.push(resource);
    }

    const groups = groupsOf(plan, members);
    const nodes = [...new Set(components.map(idOf))]
        .filter((id) => id !== "Network")
        .map((id) => nodeFor(plan, id, members));
    const edges = edgesOf(plan, nodes, members, referencesOf(plan, members, nodeOf));
    addOutside({ nodes, edges }, plan, members);
    // An image that is only referenced has nothing in the plan, and nothing to say.
    const shown = nodes.filter(({ id, count }) => count > 0 || edges.some(({ from, to }) => from === id || to === id));
    return { nodes: shown, edges, groups: groups.filter(occupied(shown)) };
}

const roleOf = (type: string): string => (type.startsWith("twinstack:") ? type.split(":")[2] : "");
const ownName = (plan: Plan, { name }: PlanResource) => name.replace(`${prefixOf(plan.app, plan.stack)}-`, "");
function nodeFor(plan: Plan, id: string, all: Map<string, PlanResource[]>): Node {
    const members = all.get(id)!;
    const [role, own] = id.split("/");
    const { title, icon, [plan.cloud]: product } = roleNames[role];
    // A file system on GCP is a bucket or a server, a job before a deployment on AWS a container of a service.
    const variant = product.variants?.find(({ type }) => members.some((member) => member.type === type));
    const place = role === "Job" ? `Service/${jobOf(plan, own, members).service}` : undefined;
    return {
        id,
        role,
        kicker: own === undefined ? title : `${title} ${own}`,
        title: variant?.name ?? product.short ?? product.name,
        details: saidOf(plan, role, own, members),
        icon,
        group: groupOf(plan, role, all.get(place ?? id) ?? members),
        ...(members.length > 0 && { cost: { role, ...(own !== undefined && { service: own }) } }),
        count: members.length,
    };
}
