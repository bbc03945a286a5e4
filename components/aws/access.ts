import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import type * as pulumi from "@pulumi/pulumi";

import { firstPort } from "../../topology/endpoints";
import { reachedBy } from "../contract";
import type * as roles from "../roles";

/** A service's link in the chain: load balancer → service → what it reaches, and HTTPS to the outside. */
export function serviceAccess(name: string, args: roles.ServiceArgs, parent: pulumi.Resource): ec2.SecurityGroup {
    const { network, ingress, service, endpoints } = args;
    const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });
    const group = new ec2.SecurityGroup(
        `${name}-access`,
        { vpcId: network.id, description: `Service ${name}` },
        { parent },
    );
    const out = (role: string, description: string, from: pulumi.Input<string>, port: number, to: object) =>
        new vpc.SecurityGroupEgressRule(
            `${name}-${role}`,
            { securityGroupId: from, description, ...tcp(port), ...to },
            { parent },
        );
    const into = (
        role: string,
        description: string,
        to: pulumi.Input<string>,
        port: number,
        from: pulumi.Input<string>,
    ) =>
        new vpc.SecurityGroupIngressRule(
            `${name}-${role}`,
            { securityGroupId: to, description, ...tcp(port), referencedSecurityGroupId: from },
            { parent },
        );

    for (const { portName, port } of endpoints) {
        const role = portName === firstPort(service).name ? "from-ingress" : `${portName}-from-ingress`;
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
    return group;
}
