import { physicalNames } from "./names";
import { takenOver } from "./taken";
import type { Properties, Value } from "./values";

/**
 * What may be there once only. Two things of one key cannot both exist: the second is refused, as clouds do with names,
 * listener ports, rule priorities, address ranges.
 */
export function exclusiveKeys(type: string, inputs: Properties): string[] {
    const name = physicalNames[type] && inputs[physicalNames[type]];
    const place = text(inputs.region ?? inputs.location);
    const keys = typeof name === "string" ? [`${place}/${name}`] : [];
    const own = exclusive[type]?.(inputs);
    if (own) keys.push(...(Array.isArray(own) ? own : [own]));
    return keys.map((key) => `${type}#${key}`);
}

/**
 * What two resources of a program may both be without the cloud's minding: making it again takes it over, and deleting
 * either deletes the one that there is. A DNS record in Cloud DNS, a role's policy, a member of a role.
 */
export const sharedKey = (type: string, inputs: Properties): string | undefined => {
    const settings = manifold.test(type) ? undefined : takenOver[type];
    const key = (shared[type] ?? (settings && of(...settings)))?.(inputs);
    return key && `${type}#${key}`;
};

/** Whether this resource says that it may take over what exists. */
export const takesOver = (type: string, inputs: Properties): boolean =>
    type !== "aws:route53/record:Record" || inputs.allowOverwrite === true;

const text = (value: Value | undefined): string =>
    value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
const of =
    (...keys: string[]) =>
    (inputs: Properties): string =>
        keys.map((key) => text(inputs[key])).join("|");

const rule = of(
    "securityGroupId",
    "cidrIpv4",
    "referencedSecurityGroupId",
    "prefixListId",
    "ipProtocol",
    "fromPort",
    "toPort",
);

const exclusive: Record<string, (inputs: Properties) => string | string[]> = {
    "aws:ec2/route:Route": of("routeTableId", "destinationCidrBlock"),
    "aws:ec2/subnet:Subnet": of("vpcId", "cidrBlock"),
    "aws:efs/mountTarget:MountTarget": of("fileSystemId", "subnetId"),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": of("url"),
    "aws:lb/listener:Listener": of("loadBalancerArn", "port"),
    "aws:lb/listenerRule:ListenerRule": of("listenerArn", "priority"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule,
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": of("map", "hostname", "matcher"),
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": of("ipAddress", "portRange"),
    "gcp:compute/subnetwork:Subnetwork": of("network", "ipCidrRange"),
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": of(
        "workloadIdentityPoolId",
        "workloadIdentityPoolProviderId",
    ),
    "gcp:sql/database:Database": of("instance", "name"),
    "gcp:sql/user:User": of("instance", "host", "name"),
};

/**
 * Of what is taken over, what there is more than one of all the same: a version beside a version, and what is turned on for the
 * whole project by each of its stacks.
 */
const manifold = /\/(secretVersion|certificateValidation):|^gcp:projects\/(service|serviceIdentity|iAMAuditConfig):/;

const shared: Record<string, (inputs: Properties) => string> = {
    "aws:appautoscaling/policy:Policy": of("resourceId", "scalableDimension", "name"),
    "aws:iam/rolePolicy:RolePolicy": of("role", "name"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": of("role", "policyArn"),
    "aws:route53/record:Record": of("zoneId", "name", "type", "setIdentifier"),
};
