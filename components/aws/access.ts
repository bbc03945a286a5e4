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
    const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });
    const group = new ec2.SecurityGroup(
        `${name}-access`,
        { vpcId: network.id, description: `Service ${name}` },
        { parent },
    );
    const rules: pulumi.Resource[] = [];
    const opened = (role: string) => ({ parent, aliases: [{ name: `${name}-${role}` }] });
    const out = (role: string, description: string, from: pulumi.Input<string>, port: number, to: object) =>
        rules.push(
            new vpc.SecurityGroupEgressRule(
                `${name}-${role}-${port}`,
                { securityGroupId: from, description, ...tcp(port), ...to },
                opened(role),
            ),
        );
    const into = (
        role: string,
        description: string,
        to: pulumi.Input<string>,
        port: number,
        from: pulumi.Input<string>,
    ) =>
        rules.push(
            new vpc.SecurityGroupIngressRule(
                `${name}-${role}-${port}`,
                { securityGroupId: to, description, ...tcp(port), referencedSecurityGroupId: from },
                opened(role),
            ),
        );

    for (const { portName, port } of endpoints) {
        const role = portName === firstPort(service)?.name ? "from-ingress" : `${portName}-from-ingress`;
        const description = `Load balancer to ${name}`;
        out(role, description, ingress!.securityGroupId!, port, { referencedSecurityGroupId: group.id });
        into(role, description, group.id, port, ingress!.securityGroupId!);
    }
    for (const { name: backing, port, securityGroupId } of reachedBy(args)) {
        if (!port || !securityGroupId) continue;
        const description = `${name} to ${backing}`;
        out(`to-${backing}`, description, group.id, port, { referencedSecurityGroupId: securityGroupId });
        into(`to-${backing}`, description, securityGroupId, port, group.id);
    }
    // Registry, secrets, logs and whatever API the app calls.
    out("to-internet", "Registry, secrets, logs and APIs", group.id, 443, { cidrIpv4: "0.0.0.0/0" });
    return { group, rules };
}
