import type { Thing } from "./cloud";
import type { Value } from "./values";

/** Type → types that keep it from being deleted while they name it. */
const users: Record<string, RegExp> = {
    "aws:acm/certificate:Certificate": /^aws:(lb\/listener:|cloudfront\/distribution:)/,
    "aws:cloudfront/originAccessControl:OriginAccessControl": /^aws:cloudfront\/distribution:/,
    "aws:cloudwatch/eventRule:EventRule": /^aws:cloudwatch\/eventTarget:/,
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": /^aws:cloudwatch\/logDelivery:/,
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": /^aws:cloudwatch\/logDelivery:/,
    "aws:ec2/eip:Eip": /^aws:ec2\/natGateway:/,
    "aws:ec2/internetGateway:InternetGateway": /^aws:ec2\/route:/,
    "aws:ec2/routeTable:RouteTable": /^aws:ec2\/routeTableAssociation:/,
    "aws:ec2/securityGroup:SecurityGroup":
        /^aws:(ecs\/service|lb\/loadBalancer|rds\/instance|elasticache\/(replicationGroup|cluster)|efs\/mountTarget|ec2\/vpcEndpoint|vpc\/securityGroup(In|E)gressRule):/,
    "aws:ec2/subnet:Subnet":
        /^aws:(ecs\/service|lb\/loadBalancer|efs\/mountTarget|ec2\/natGateway|ec2\/vpcEndpoint|rds\/subnetGroup|elasticache\/subnetGroup):/,
    "aws:ec2/vpc:Vpc": /^aws:ec2\/(internetGateway|routeTable|securityGroup|subnet|vpcEndpoint):/,
    "aws:ecs/cluster:Cluster": /^aws:ecs\/service:/,
    "aws:efs/fileSystem:FileSystem": /^aws:efs\/mountTarget:/,
    "aws:elasticache/subnetGroup:SubnetGroup": /^aws:elasticache\/(replicationGroup|cluster):/,
    "aws:elasticache/parameterGroup:ParameterGroup": /^aws:elasticache\/replicationGroup:/,
    "aws:iam/policy:Policy": /^aws:iam\/(role|user)PolicyAttachment:/,
    "aws:iam/role:Role": /^aws:iam\/rolePolicy(Attachment)?:/,
    "aws:lb/targetGroup:TargetGroup": /^aws:lb\/listener(Rule)?:/,
    "aws:rds/parameterGroup:ParameterGroup": /^aws:rds\/instance:/,
    "aws:rds/subnetGroup:SubnetGroup": /^aws:rds\/instance:/,
    "aws:servicediscovery/httpNamespace:HttpNamespace": /^aws:ecs\/service:/,
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": /^aws:servicediscovery\/service:/,
    "aws:servicediscovery/service:Service": /^aws:ecs\/service:/,
    "aws:wafv2/webAcl:WebAcl": /^aws:(wafv2\/webAclAssociation|cloudfront\/distribution):/,
    "gcp:certificatemanager/certificate:Certificate": /^gcp:certificatemanager\/certificateMapEntry:/,
    "gcp:certificatemanager/certificateMap:CertificateMap":
        /^gcp:(certificatemanager\/certificateMapEntry|compute\/targetHttpsProxy):/,
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": /^gcp:certificatemanager\/certificate:/,
    "gcp:compute/backendBucket:BackendBucket": /^gcp:compute\/uRLMap:/,
    "gcp:compute/backendService:BackendService": /^gcp:compute\/uRLMap:/,
    "gcp:compute/globalAddress:GlobalAddress": /^gcp:(compute\/globalForwardingRule|servicenetworking\/connection):/,
    "gcp:compute/managedSslCertificate:ManagedSslCertificate": /^gcp:compute\/targetHttpsProxy:/,
    "gcp:compute/network:Network":
        /^gcp:(compute\/(subnetwork|firewall|router)|redis\/instance|memcache\/instance|filestore\/instance):/,
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": /^gcp:compute\/backendService:/,
    "gcp:compute/securityPolicy:SecurityPolicy": /^gcp:compute\/backendService:/,
    "gcp:compute/sSLPolicy:SSLPolicy": /^gcp:compute\/targetHttpsProxy:/,
    "gcp:compute/subnetwork:Subnetwork": /^gcp:cloudrunv2\/(service|job):/,
    "gcp:compute/targetHttpProxy:TargetHttpProxy": /^gcp:compute\/globalForwardingRule:/,
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy": /^gcp:compute\/globalForwardingRule:/,
    "gcp:compute/uRLMap:URLMap": /^gcp:compute\/targetHttps?Proxy:/,
    "gcp:sql/databaseInstance:DatabaseInstance": /^gcp:sql\/databaseInstance:/,
};

/**
 * What a service cannot run without, though its cloud deletes it all the same: the next instance does not start. The
 * stand-in refuses, so that a program which deletes in the wrong order is found.
 */
const needed: Record<string, RegExp> = {
    "aws:secretsmanager/secret:Secret": /^aws:ecs\/service:/,
    "gcp:secretmanager/secret:Secret": /^gcp:cloudrunv2\/(service|job):/,
    "gcp:serviceaccount/account:Account": /^gcp:cloudrunv2\/(service|job):/,
};

/** Inputs that name a thing and do not keep it: a clone is of its source's past, and its own server from the first moment on. */
const free: Record<string, string[]> = {
    "gcp:sql/databaseInstance:DatabaseInstance": ["clone", "restoreBackupContext"],
};

/** Every text in a value. */
export function texts(value: Value): string[] {
    if (typeof value === "string") return [value];
    if (Array.isArray(value)) return value.flatMap(texts);
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** Names that say nothing: something else in the same account may be called so. */
const anyones = new Set(["aws:servicediscovery/service:Service"]);

/** How others name a thing: its id, ARN, self link and name. */
export function namesOf({ id, type, outputs }: Thing): Set<string> {
    const { arn, selfLink, name, address, dbName } = outputs;
    const own = anyones.has(type) ? undefined : name;
    const named = [id, arn, selfLink, own, address !== dbName ? address : undefined];
    return new Set(named.filter((value): value is string => typeof value === "string" && value.length > 3));
}

/** Whether an input of `user` is one of the names, or ends in it as a path does. */
export function refersTo(user: Thing, names: Set<string>): boolean {
    const inputs = Object.entries({ ...user.inputs, ...user.pending });
    const inside = texts(Object.fromEntries(inputs.filter(([input]) => !free[user.type]?.includes(input))));
    const long = [...names].filter((name) => /^arn:|^https:|^projects\//.test(name));
    return inside.some((text) => names.has(text) || long.some((name) => text.includes(name)));
}

/** What keeps `thing` from being deleted; undefined if nothing does. */
export function userOf(thing: Thing, all: Iterable<Thing>): Thing | undefined {
    const [kinds, running] = [users[thing.type], needed[thing.type]];
    if (!kinds && !running) return undefined;
    const names = namesOf(thing);
    const things = [...all];
    for (const other of things) {
        if (other === thing) continue;
        if (kinds?.test(other.type) && refersTo(other, names)) return other;
        if (running?.test(other.type) && [other, ...taskOf(other, things)].some((part) => refersTo(part, names)))
            return other;
    }
    return undefined;
}

/** The task definition that an ECS service runs. */
const taskOf = (service: Thing, things: Thing[]): Thing[] =>
    things.filter(
        ({ type, outputs }) => type.startsWith("aws:ecs/task") && outputs.arn === service.inputs.taskDefinition,
    );
