import type { Plan, PlanResource } from "../../plan/resource";
import { containersOf, jobOf } from "./details";
import type { Edge, Node } from "./model";

/** What a plan's nodes refer to: `from to` for each node that has something that depends on something of another. */
export type References = Set<string>;

interface Drawn {
    from: string;
    to: string;
    verb: string;
    main?: boolean;
    /** Whether it is drawn where the plan has a reference between the two in either direction; otherwise `from` must refer to `to`. */
    either?: boolean;
}

/** Which references are drawn: from → to as requests and data flow, whichever of the two refers to the other. */
const drawn: Drawn[] = [
    // A CDN of its own fetches from the load balancer; one that is part of the load balancer stands behind it.
    { from: "Cdn", to: "Ingress", verb: "forwards what it has not cached to", main: true },
    { from: "Ingress", to: "Cdn", verb: "hands what may be cached to", main: true },
    { from: "Cdn", to: "Service", verb: "fetches what it has not cached from", main: true },
    { from: "Cdn", to: "Bucket", verb: "fetches what it has not cached from", main: true, either: true },
    { from: "Firewall", to: "Ingress", verb: "guards", main: true, either: true },
    { from: "Ingress", to: "Service", verb: "distributes requests to", main: true, either: true },
    { from: "Service", to: "Service", verb: "calls", main: true },
    ...["Database", "Cache", "Table", "Bucket", "Queue", "Filesystem"].map((to) => ({
        from: "Service",
        to,
        verb: "keeps its data in",
        main: true,
        either: true,
    })),
    { from: "Dns", to: "Ingress", verb: "names the address of", either: true },
    { from: "Secret", to: "Service", verb: "gives credentials to", either: true },
    { from: "Secret", to: "Rotation", verb: "tells of a new value", either: true },
    { from: "Rotation", to: "Service", verb: "deploys anew", either: true },
    { from: "Deployer", to: "Image", verb: "pushes images to, and deploys them from,", either: true },
    { from: "Image", to: "Service", verb: "holds the image of", either: true },
    { from: "Service", to: "Platform", verb: "writes its log to", either: true },
    { from: "Service", to: "Alarms", verb: "is watched by", either: true },
];

/** The arrows of a plan: what is drawn of its references, and what it says in other ways. */
export function edgesOf(
    plan: Plan,
    nodes: Node[],
    members: Map<string, PlanResource[]>,
    references: References,
): Edge[] {
    const refers = (a: Node, b: Node) => references.has(`${a.id} ${b.id}`);
    const edges = drawn.flatMap(({ from, to, verb, main = false, either = false }): Edge[] =>
        pairs(nodes, from, to)
            .filter(([a, b]) => a.id !== b.id && (refers(a, b) || (either && refers(b, a))))
            .map(([a, b]) => ({ from: a.id, to: b.id, verb, main, label: labelOf(a, b, plan, members) })),
    );
    for (const job of nodes.filter(({ role }) => role === "Job")) {
        const { service, before } = jobOf(plan, job.id.slice("Job/".length), members.get(job.id)!);
        if (nodes.some(({ id }) => id === `Service/${service}`))
            edges.push({
                from: job.id,
                to: `Service/${service}`,
                main: false,
                verb: before ? "runs before each new version of" : "runs the program of",
            });
    }
    return edges;
}

const pairs = (nodes: Node[], from: string, to: string): [Node, Node][] =>
    nodes
        .filter(({ role }) => role === from)
        .flatMap((a) => nodes.filter(({ role }) => role === to).map((b): [Node, Node] => [a, b]));

interface Template {
    containers?: { ports?: { containerPort?: number }; volumeMounts?: { name: string; mountPath: string }[] }[];
    vpcAccess?: unknown;
}

/** What goes along the arrow: the port that is spoken to, the path of a file system, or the way into the network. */
function labelOf(a: Node, b: Node, plan: Plan, members: Map<string, PlanResource[]>): string | undefined {
    const inputs = (id: string, type: string) => members.get(id)!.find((member) => member.type === type)?.inputs;
    const templateOf = (id: string) =>
        (inputs(id, "gcp:cloudrunv2/service:Service") ?? inputs(id, "gcp:cloudrunv2/workerPool:WorkerPool"))
            ?.template as Template | undefined;
    if (a.role === "Ingress" && b.role === "Service") {
        const balancers = inputs(b.id, "aws:ecs/service:Service")?.loadBalancers as
            | { containerPort: number }[]
            | undefined;
        const one = templateOf(b.id)?.containers?.find(({ ports }) => ports)?.ports?.containerPort;
        const ports = balancers?.map(({ containerPort }) => containerPort) ?? (one === undefined ? [] : [one]);
        return ports.length > 0 ? `${ports.length > 1 ? "ports" : "port"} ${ports.join(", ")}` : undefined;
    }
    if (a.role === "Service" && b.role === "Service") return "private";
    if (a.role === "Service" && b.role === "Filesystem") {
        const volume = b.id.slice("Filesystem/".length);
        const [task] = containersOf(inputs(a.id, "aws:ecs/taskDefinition:TaskDefinition")?.containerDefinitions);
        return (
            task?.mountPoints?.find(({ sourceVolume }) => sourceVolume === `${volume}-files`)?.containerPath ??
            templateOf(a.id)?.containers?.[0]?.volumeMounts?.find(({ name }) => name === volume)?.mountPath
        );
    }
    if (a.role === "Service" && b.group === "network" && plan.cloud === "gcp")
        return templateOf(a.id)?.vpcAccess ? "direct VPC egress" : undefined;
    return undefined;
}

/**
 * What a plan refers to: dependencies, and what resources name in other ways.
 * @param nodeOf the node that a resource belongs to, by its URN
 */
export function referencesOf(
    plan: Plan,
    members: Map<string, PlanResource[]>,
    nodeOf: (urn: string) => string | undefined,
): References {
    const references: References = new Set();
    /** Host names whose records lead to the load balancer. */
    const hosts = new Set((members.get("Dns") ?? []).map(({ inputs }) => inputs.name));
    const ahead = addressesAhead(plan, nodeOf);
    for (const resource of plan.resources) {
        const own = nodeOf(resource.urn);
        if (own === undefined) continue;
        const refer = (from: string | undefined, to: string | undefined): void => {
            if (from !== undefined && to !== undefined && from !== to) references.add(`${from} ${to}`);
        };
        // In a circle of calls it is the callee's: whoever may call refers to what is called.
        if (resource.type === "gcp:cloudrunv2/serviceIamMember:ServiceIamMember") {
            const { member = [], name = [] } = resource.propertyDependencies;
            for (const from of member) for (const to of name) refer(nodeOf(from), nodeOf(to));
            continue;
        }
        for (const urn of [...resource.dependencies, ...Object.values(resource.propertyDependencies).flat()])
            refer(own, nodeOf(urn));
        for (const [callee, address] of ahead)
            if (address.test(String(JSON.stringify(resource.inputs.template)))) refer(own, callee);
        // A sink refers to the services by the beginning of their names.
        if (String(resource.inputs.filter).includes("cloud_run_revision"))
            for (const id of members.keys()) references.add(`${own} ${id}`);
        // A distribution refers to the load balancer by a host name of its services.
        const { origins } = resource.inputs as { origins?: { domainName?: unknown }[] };
        if (Array.isArray(origins) && origins.some(({ domainName }) => hosts.has(domainName)))
            references.add(`${own} Ingress`);
    }
    return references;
}

/** What Cloud Run services are called by before they are there: node → an address with the service's own name and the project's number. */
const addressesAhead = (plan: Plan, nodeOf: (urn: string) => string | undefined): [string | undefined, RegExp][] =>
    plan.resources
        .filter(({ type, inputs }) => type === "gcp:cloudrunv2/service:Service" && typeof inputs.name === "string")
        .map(({ urn, inputs }) => [nodeOf(urn), new RegExp(`https://${String(inputs.name)}-(\\$\\{[^}]*\\}|\\d+)\\.`)]);
