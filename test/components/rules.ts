import * as awsVpc from "@pulumi/aws/vpc";

import type { TestPlan } from "../recorded";

/** The security group rules of a plan, as edges of the chain. */
export function vpc({ of }: Pick<TestPlan, "of">) {
    const port = ({ fromPort, toPort }: { fromPort?: number; toPort?: number }) =>
        fromPort === toPort ? fromPort : NaN;
    return {
        ingress: of(awsVpc.SecurityGroupIngressRule).map(({ inputs }) => ({
            to: inputs.securityGroupId,
            port: port(inputs),
            from: inputs.referencedSecurityGroupId ?? inputs.cidrIpv4,
        })),
        egress: of(awsVpc.SecurityGroupEgressRule).map(({ inputs }) => ({
            from: inputs.securityGroupId,
            port: port(inputs),
            to: inputs.referencedSecurityGroupId ?? inputs.cidrIpv4,
        })),
    };
}
