import type { Plan } from "../plan/plan";
import type { PlanResource } from "../plan/resource";
import { prefixOf } from "../topology/names";

/** Classes of components, in the order in which a bill is read. What is none of them is part of the one around it. */
export const roles = [
    "Service",
    "Database",
    "Network",
    "Ingress",
    "Firewall",
    "Cdn",
    "Cache",
    "Table",
    "Bucket",
    "Filesystem",
    "Secret",
    "Image",
    "Alarms",
    "Platform",
    "Dns",
];
/** Roles whose components are named after a part of the app. */
const parts = ["Service", "Database", "Cache", "Table", "Bucket", "Filesystem"];

/** Where a resource stands in the app. */
export interface Place {
    role: string;
    /** Name of the service or database; `shared` for what serves them all. */
    service: string;
    /** Where the role stands in a bill. */
    rank: number;
}

/** What a cloud is asked to create, each with its place; in the order of the roles, then by name. */
export function placesOf(plan: Plan): { resource: PlanResource; place: Place }[] {
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const prefix = `${prefixOf(plan.app, plan.stack)}-`;
    const own = (component: PlanResource) => component.name.replace(prefix, "");
    const partTypes = new Set(parts.map((role) => `twinstack:${plan.cloud}:${role}`));
    const names = plan.resources
        .filter(({ type }) => partTypes.has(type))
        .map(own)
        .sort((a, b) => b.length - a.length);

    const serviceOf = (role: string, component: PlanResource | undefined) => {
        if (!component) return "shared";
        const name = own(component);
        if (parts.includes(role)) return name;
        // An image bears its service's name, a secret begins with it.
        const whose = (part: string) => part === name || name.startsWith(`${part}-`);
        return (["Image", "Secret"].includes(role) && names.find(whose)) || "shared";
    };
    /** Siblings stand in the same place. */
    const byParent = new Map<string, Place>();
    const placed = plan.resources
        .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
        .map((resource) => {
            const parent = resource.parent ?? "";
            let place = byParent.get(parent);
            if (!place) {
                const around = componentsAround(resource, byUrn);
                const component = around.find(({ type }) => roles.includes(classOf(type))) ?? around[0];
                const role = component ? classOf(component.type) : "Stack";
                const rank = roles.includes(role) ? roles.indexOf(role) : roles.length;
                byParent.set(parent, (place = { role, service: serviceOf(role, component), rank }));
            }
            return { resource, place };
        });
    return placed.sort(
        ({ resource: a, place: inA }, { resource: b, place: inB }) =>
            inA.rank - inB.rank || compare(inA.service, inB.service) || compare(a.name, b.name),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const classOf = (type: string): string => type.split(":")[2];

/** The components that a resource stands in, the innermost first. */
function componentsAround(resource: PlanResource, byUrn: Map<string, PlanResource>): PlanResource[] {
    const around: PlanResource[] = [];
    for (let up = resource.parent && byUrn.get(resource.parent); up; up = up.parent ? byUrn.get(up.parent) : undefined)
        if (up.type.startsWith("twinstack:")) around.push(up);
    return around;
}
