import type { Plan } from "../plan/resource";
import type { PlanResource } from "../plan/resource";
import { prefixOf } from "../topology/prefix";

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
    "Queue",
    "Filesystem",
    "Secret",
    "Rotation",
    "Job",
    "Image",
    "Deployer",
    "Pipeline",
    "Account",
    "Alarms",
    "Platform",
    "Dns",
];
/** Roles whose components are named after a part of the app. */
const parts = ["Service", "Database", "Cache", "Table", "Bucket", "Queue", "Filesystem", "Job"];

/** Where a resource stands in the app. */
export interface Place {
    role: string;
    /** Name of the service or database; `shared` for what serves them all. */
    service: string;
    /** Where the role stands in a bill. */
    rank: number;
}

/** What a cloud is asked to create, each with its place; in the order of the roles, then by name. */
export function placesOf(plan: Plan, byUrn = byUrnOf(plan)): { resource: PlanResource; place: Place }[] {
    const prefix = `${prefixOf(plan.app, plan.stack)}-`;
    const own = (component: PlanResource) => component.name.replace(prefix, "");
    const partTypes = new Set(parts.map((role) => `twinstack:${plan.cloud}:${role}`));
    const names = new Set(plan.resources.filter(({ type }) => partTypes.has(type)).map(own));

    const serviceOf = (role: string, component: PlanResource | undefined) => {
        if (!component) return "shared";
        const name = own(component);
        if (parts.includes(role)) return name;
        if (role !== "Image" && role !== "Secret") return "shared";
        // An image bears its service's name, a secret begins with it: the longest that there is.
        let part = name;
        while (part !== "" && !names.has(part)) part = part.slice(0, Math.max(0, part.lastIndexOf("-")));
        return part || "shared";
    };
    /** Places, each once, with what stands there. */
    const groups = new Map<string, { place: Place; resources: PlanResource[] }>();
    /** Siblings stand in the same place. */
    const byParent = new Map<string, PlanResource[]>();
    const standing = (resource: PlanResource): PlanResource[] => {
        const around = componentsAround(resource, byUrn);
        const component = around.find(({ type }) => roles.includes(classOf(type))) ?? around[0];
        const role = component ? classOf(component.type) : "Stack";
        const place = { role, service: serviceOf(role, component), rank: rankOf(role) };
        const key = `${role}\n${place.service}`;
        const group = groups.get(key) ?? { place, resources: [] };
        groups.set(key, group);
        return group.resources;
    };
    for (const resource of plan.resources) {
        if (!resource.custom || resource.type.startsWith("pulumi:")) continue;
        const parent = resource.parent ?? "";
        let there = byParent.get(parent);
        if (!there) byParent.set(parent, (there = standing(resource)));
        there.push(resource);
    }
    return [...groups.values()]
        .sort((a, b) => a.place.rank - b.place.rank || compare(a.place.service, b.place.service))
        .flatMap(({ place, resources }) =>
            resources.sort((a, b) => compare(a.name, b.name)).map((resource) => ({ resource, place })),
        );
}

/** The resources of a plan by their URN. */
export function byUrnOf({ resources }: Plan): Map<string, PlanResource> {
    const byUrn = new Map<string, PlanResource>();
    for (const resource of resources) byUrn.set(resource.urn, resource);
    return byUrn;
}

const rankOf = (role: string): number => (roles.includes(role) ? roles.indexOf(role) : roles.length);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const classOf = (type: string): string => type.split(":")[2];

/** The components that a resource stands in, the innermost first. */
function componentsAround(resource: PlanResource, byUrn: Map<string, PlanResource>): PlanResource[] {
    const around: PlanResource[] = [];
    for (let up = resource.parent && byUrn.get(resource.parent); up; up = up.parent ? byUrn.get(up.parent) : undefined)
        if (up.type.startsWith("twinstack:")) around.push(up);
    return around;
}
