import { kindOf } from "../../plan/tree";
import { detailsOf } from "../../plan/details";
import type { Plan, PlanResource } from "../../plan/plan";
import { prefixOf } from "../../topology/names";
import { roleNames, type Icon } from "../names";
import { groupOf, groupsOf, occupied, type Group } from "./groups";

/** A plan as boxes and arrows: one box for each component that a person would draw, arrows where the plan has references. */
export interface Graph {
    nodes: Node[];
    edges: Edge[];
    groups: Group[];
}
export interface Node {
    id: string;
    /** Class of the component, or `people` and `internet`, which no cloud builds. */
    role: string;
    /** What it is: `Service api`. */
    kicker: string;
    /** What plays the role: `Cloud Run`. */
    title: string;
    details: string[];
    icon: Icon;
    group?: string;
    /** Whose cost it shows: a role, and a part of the app if the role has several. */
    cost?: { role: string; service?: string };
    /** Resources in it. */
    count: number;
}
export interface Edge {
    from: string;
    to: string;
    /** What goes along it. */
    label?: string;
    /** Requests go along it; the others stand for what supports. */
    main: boolean;
    /** What it says in words: `answers for`. */
    verb: string;
}

/** Which references are drawn: from → to as requests and data flow, whichever of the two refers to the other. */
const drawn: { from: string; to: string; verb: string; main?: boolean }[] = [
    { from: "Cdn", to: "Ingress", verb: "forwards what it has not cached to", main: true },
    { from: "Firewall", to: "Ingress", verb: "guards", main: true },
    { from: "Ingress", to: "Service", verb: "distributes requests to", main: true },
    ...["Database", "Cache", "Table", "Bucket", "Filesystem"].map((to) => ({
        from: "Service",
        to,
        verb: "keeps its data in",
        main: true,
    })),
    { from: "Dns", to: "Ingress", verb: "names the address of" },
    { from: "Secret", to: "Service", verb: "gives credentials to" },
    { from: "Image", to: "Service", verb: "holds the image of" },
    { from: "Service", to: "Platform", verb: "writes its log to" },
    { from: "Service", to: "Alarms", verb: "is watched by" },
];

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
    const references = new Set<string>();
    for (const resource of plan.resources) {
        const own = nodeOf(resource.urn);
        if (own === undefined) continue;
        if (resource.custom) members.get(own)!.push(resource);
        for (const urn of [...resource.dependencies, ...Object.values(resource.propertyDependencies).flat()]) {
            const other = nodeOf(urn);
            if (other !== undefined && other !== own) references.add(`${own} ${other}`).add(`${other} ${own}`);
        }
        // A sink refers to the services by the beginning of their names.
        if (String(resource.inputs.filter).includes("cloud_run_revision"))
            for (const id of members.keys()) references.add(`${id} ${own}`);
    }

    const groups = groupsOf(plan, members);
    const nodes = [...new Set(components.map(idOf))]
        .filter((id) => id !== "Network")
        .map((id) => nodeFor(plan, id, members.get(id)!));
    const edges = drawn.flatMap(({ from, to, verb, main = false }): Edge[] =>
        pairs(nodes, from, to)
            .filter(([a, b]) => references.has(`${a.id} ${b.id}`))
            .map(([a, b]) => ({ from: a.id, to: b.id, verb, main, label: labelOf(a, b, plan, members) })),
    );
    addOutside({ nodes, edges }, plan, members);
    return { nodes, edges, groups: groups.filter(occupied(nodes)) };
}

const roleOf = (type: string): string => (type.startsWith("twinstack:") ? type.split(":")[2] : "");
const ownName = (plan: Plan, { name }: PlanResource) => name.replace(`${prefixOf(plan.app, plan.stack)}-`, "");
const pairs = (nodes: Node[], from: string, to: string): [Node, Node][] =>
    nodes
        .filter(({ role }) => role === from)
        .flatMap((a) => nodes.filter(({ role }) => role === to).map((b): [Node, Node] => [a, b]));

function nodeFor(plan: Plan, id: string, members: PlanResource[]): Node {
    const [role, service] = id.split("/");
    const { title, icon, [plan.cloud]: product } = roleNames[role];
    const said = product.types.flatMap((type) => {
        const first = members.find((member) => member.type === type);
        return first ? detailsOf(type, first.inputs) : [];
    });
    return {
        id,
        role,
        kicker: service === undefined ? title : `${title} ${service}`,
        title: product.short ?? product.name,
        details: said.length > 0 ? said.map(shorter).filter((detail) => detail !== "") : countsIn(members),
        icon,
        group: groupOf(plan, role, members),
        cost: { role, ...(service !== undefined && { service }) },
        count: members.length,
    };
}

/** What of a detail fits into a box. */
const shorter = (detail: string): string =>
    detail
        .replace(/^starts with .*/, "")
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

/** What goes along the arrow: the port that is spoken to, or the way into the network. */
function labelOf(a: Node, b: Node, plan: Plan, members: Map<string, PlanResource[]>): string | undefined {
    const inputs = (id: string, type: string) => members.get(id)!.find((member) => member.type === type)?.inputs;
    if (a.role === "Ingress") {
        const balancers = inputs(b.id, "aws:ecs/service:Service")?.loadBalancers as
            { containerPort: number }[] | undefined;
        const template = inputs(b.id, "gcp:cloudrunv2/service:Service")?.template as Template | undefined;
        const port = balancers?.[0]?.containerPort ?? template?.containers?.[0]?.ports?.containerPort;
        return port === undefined ? undefined : `port ${port}`;
    }
    if (a.role === "Service" && b.group === "network" && plan.cloud === "gcp") {
        const template = inputs(a.id, "gcp:cloudrunv2/service:Service")?.template as Template | undefined;
        return template?.vpcAccess ? "direct VPC egress" : undefined;
    }
    return undefined;
}
interface Template {
    containers?: { ports?: { containerPort?: number } }[];
    vpcAccess?: unknown;
}

/** The people in front of a stack, the internet behind it, and the NAT on the way there. */
function addOutside(
    { nodes, edges }: Pick<Graph, "nodes" | "edges">,
    plan: Plan,
    members: Map<string, PlanResource[]>,
): void {
    const outside = { group: undefined, details: [], count: 0 };
    const entrance = nodes.find(({ role }) => role === "Cdn") ?? nodes.find(({ role }) => role === "Firewall");
    const target = entrance ?? nodes.find(({ role }) => role === "Ingress");
    if (target) {
        nodes.unshift({
            ...outside,
            id: "people",
            role: "people",
            kicker: "Whoever uses the app",
            title: "People",
            icon: "people",
        });
        const secure = [...members.values()]
            .flat()
            .some(
                ({ type, inputs }) =>
                    (type === "aws:lb/listener:Listener" && inputs.protocol === "HTTPS") ||
                    (type === "gcp:compute/globalForwardingRule:GlobalForwardingRule" && inputs.portRange === "443"),
            );
        edges.unshift({
            from: "people",
            to: target.id,
            label: secure ? "HTTPS" : "HTTP",
            main: true,
            verb: "send requests to",
        });
        if (nodes.some(({ id }) => id === "Dns"))
            edges.push({ from: "people", to: "Dns", main: false, verb: "look up the name in" });
    }
    const network = members.get("Network") ?? [];
    const gateways = network.filter(({ type }) =>
        ["aws:ec2/natGateway:NatGateway", "gcp:compute/routerNat:RouterNat"].includes(type),
    );
    if (gateways.length === 0) return;
    nodes.push({
        id: "nat",
        role: "nat",
        kicker: "Way out to the internet",
        title:
            plan.cloud === "gcp"
                ? "Cloud NAT"
                : gateways.length === 1
                  ? "NAT gateway"
                  : `${gateways.length} NAT gateways`,
        details: [gateways.length === 1 ? "one for both zones" : "one in each zone"].slice(
            plan.cloud === "gcp" ? 1 : 0,
        ),
        icon: "door",
        group: plan.cloud === "aws" ? "public" : "network",
        cost: { role: "Network" },
        count: network.length,
    });
    for (const { id } of nodes.filter(({ role }) => role === "Service"))
        edges.push({ from: id, to: "nat", main: false, verb: "reaches the internet by" });
}
