import type { Plan, PlanResource } from "../../plan/resource";
import { cloudNames } from "../names";

/** A frame around what stands in the same place: the cloud, a network, its subnets. */
export interface Group {
    id: string;
    title: string;
    parent?: string;
}

/** All frames of a cloud, the outer ones first. */
export function groupsOf(plan: Plan, members: Map<string, PlanResource[]>): Group[] {
    const network = members.get("Network") ?? [];
    const range = network.find(({ type }) => type === "aws:ec2/vpc:Vpc")?.inputs.cidrBlock;
    const cloud = { id: "cloud", title: `${cloudNames[plan.cloud]}, ${plan.region}` };
    if (plan.cloud === "gcp") return [cloud, { id: "network", title: "VPC network", parent: "cloud" }];
    return [
        cloud,
        { id: "network", title: `VPC ${typeof range === "string" ? range : ""}`.trim(), parent: "cloud" },
        { id: "public", title: "Public subnets", parent: "network" },
        { id: "private", title: "Private subnets", parent: "network" },
    ];
}

/** What Google runs in a network of its own that is peered with the stack's. */
const peered = ["Database", "Cache", "Filesystem"];

/** Where a component stands, as its inputs say. */
export function groupOf({ cloud }: Plan, role: string, members: PlanResource[]): string {
    const bucket = members.some(({ type }) => type === "gcp:storage/bucket:Bucket");
    if (cloud === "gcp") return peered.includes(role) && !bucket ? "network" : "cloud";
    const subnets = JSON.stringify(
        members.map(({ inputs }) => [inputs.subnets, inputs.subnetIds, inputs.subnetId, inputs.networkConfiguration]),
    );
    return ["public", "private"].find((kind) => subnets.includes(`-${kind}-`)) ?? "cloud";
}

/** Whether a group holds one of the nodes, itself or in a group of its own; one that does not says nothing. */
export const occupied =
    (nodes: { group?: string }[]) =>
    ({ id }: Group): boolean => {
        const within: Record<string, string[]> = {
            cloud: ["cloud", "network", "public", "private"],
            network: ["network", "public", "private"],
        };
        return nodes.some(({ group }) => group !== undefined && (within[id] ?? [id]).includes(group));
    };
