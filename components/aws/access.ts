import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import type * as pulumi from "@pulumi/pulumi";

import { firstPort } from "../../topology/endpoints";
import { reachedBy } from "../contract";
import type * as roles from "../roles";

/**
 * A service's link in the chain: load balancer → service → what it reaches, and HTTPS to the outside. Rules are called by their
 * port, so that another port has a rule before the service gets it, and the old one goes after the last task that has it.
 */
export function serviceAccess(name: string, args: roles.ServiceArgs, parent: pulumi.Resource) {
    const { network, ingress, service, endpoints } = args;
    const group = new ec2.SecurityGroup(
        `${name}-access`,
        { vpcId: network.id, description: `Service ${name}` },
        { parent },
    );
    const way = { name, parent };
    const entries = endpoints.flatMap(({ portName, port }) => {
        const role = portName === firstPort(service)?.name ? "from-ingress" : `${portName}-from-ingress`;
        return between(
            { ...way, role, description: `Load balancer to ${name}` },
            ingress!.securityGroupId!,
            group.id,
            port,
        );
    });
    const exits = reachedBy(args).flatMap((backing) => wayTo(backing, name, group.id, parent));
    // Registry, secrets, logs and whatever API the app calls.
    const internet = out(
        { ...way, role: "to-internet", description: "Registry, secrets, logs and APIs" },
        group.id,
        443,
        {
            cidrIpv4: "0.0.0.0/0",
        },
    );
    return { group, rules: [...entries, ...exits, internet] };
}

/** The way from a service's security group to what the service reaches; none to what is reached by the cloud's own API. */
export const wayTo = (
    { name: backing, port, securityGroupId }: Pick<roles.Backing, "name" | "port" | "securityGroupId">,
    name: string,
    from: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Resource[] =>
    port && securityGroupId
        ? between(
              { name, parent, role: `to-${backing}`, description: `${name} to ${backing}` },
              from,
              securityGroupId,
              port,
          )
        : [];

interface Way {
    /** What its rules' names begin with. */
    name: string;
    role: string;
    description: string;
    parent: pulumi.Resource;
}

/** A rule at each end. */
const between = (way: Way, from: pulumi.Input<string>, to: pulumi.Input<string>, port: number): pulumi.Resource[] => [
    out(way, from, port, { referencedSecurityGroupId: to }),
    into(way, to, port, from),
];

const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });

const out = ({ name, role, description, parent }: Way, from: pulumi.Input<string>, port: number, to: object) =>
    new vpc.SecurityGroupEgressRule(
        `${name}-${role}-${port}`,
        { securityGroupId: from, description, ...tcp(port), ...to },
        { parent, aliases: [{ name: `${name}-${role}` }] },
    );

const into = (
    { name, role, description, parent }: Way,
    to: pulumi.Input<string>,
    port: number,
    from: pulumi.Input<string>,
) =>
    new vpc.SecurityGroupIngressRule(
        `${name}-${role}-${port}`,
        { securityGroupId: to, description, ...tcp(port), referencedSecurityGroupId: from },
        { parent, aliases: [{ name: `${name}-${role}` }] },
    );
