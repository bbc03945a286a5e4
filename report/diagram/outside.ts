import type { Plan, PlanResource } from "../../plan/resource";
import type { Graph, Node } from "./model";

type Members = Map<string, PlanResource[]>;
type Drawn = Pick<Graph, "nodes" | "edges">;
const outside = { group: undefined, details: [], count: 0 };

/** What no cloud builds: the people in front of a stack, GitHub, and the NAT on the way to the internet behind it. */
export function addOutside(graph: Drawn, plan: Plan, members: Members): void {
    addPeople(graph, members);
    addGitHub(graph);
    addNat(graph, plan, members);
}

/** People, and where they come in: by the firewall or else by the load balancer, and by a CDN that stands before them. */
function addPeople({ nodes, edges }: Drawn, members: Members): void {
    const ingress = nodes.find(({ role }) => role === "Ingress");
    const entrances = [
        nodes.find(({ role }) => role === "Cdn" && !edges.some(({ to }) => to === "Cdn")),
        ingress && (nodes.find(({ role }) => role === "Firewall") ?? ingress),
    ].filter((node): node is Node => node !== undefined);
    if (entrances.length === 0) return;
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
    const label = secure ? "HTTPS" : "HTTP";
    edges.unshift(
        ...entrances.map(({ id }) => ({ from: "people", to: id, label, main: true, verb: "send requests to" })),
    );
    if (nodes.some(({ id }) => id === "Dns"))
        edges.push({ from: "people", to: "Dns", main: false, verb: "look up the name in" });
}

/** Who deploys without a key: the workflows of a repository. */
function addGitHub({ nodes, edges }: Drawn): void {
    const signedIn = nodes.find(({ id }) => id === "Deployer" || id === "Account");
    if (!signedIn) return;
    nodes.push({
        ...outside,
        id: "github",
        role: "github",
        kicker: "Continuous delivery",
        title: "GitHub Actions",
        icon: "branch",
    });
    edges.push({ from: "github", to: signedIn.id, main: false, label: "OIDC", verb: "sign in, without a key, as" });
}

function addNat({ nodes, edges }: Drawn, { cloud }: Plan, members: Members): void {
    const network = members.get("Network") ?? [];
    const gateways = network.filter(({ type }) =>
        ["aws:ec2/natGateway:NatGateway", "gcp:compute/routerNat:RouterNat"].includes(type),
    );
    if (gateways.length === 0) return;
    const one = gateways.length === 1;
    nodes.push({
        id: "nat",
        role: "nat",
        kicker: "Way out to the internet",
        title: cloud === "gcp" ? "Cloud NAT" : one ? "NAT gateway" : `${gateways.length} NAT gateways`,
        details: cloud === "gcp" ? [] : [one ? "one for both zones" : "one in each zone"],
        icon: "door",
        group: cloud === "aws" ? "public" : "network",
        cost: { role: "Network" },
        count: network.length,
    });
    for (const { id } of nodes.filter(({ role }) => role === "Service"))
        edges.push({ from: id, to: "nat", main: false, verb: "reaches the internet by" });
}
