import type { PlanResource } from "./resource";

/**
 * `awsx.ec2.Vpc` is a remote component: a program registers one resource, and its plugin makes the others when it is
 * deployed. So that counts and costs are honest, this makes them from its inputs, marked as synthesised. Names, parents
 * and inputs are those that the plugin was seen to make.
 */
export function expandVpc(vpc: PlanResource): PlanResource[] {
    const made: PlanResource[] = [];
    const make = (type: string, name: string, parent: PlanResource, inputs: Record<string, unknown>): PlanResource => {
        const chain = parent.urn.split("::").slice(0, 3).join("::");
        const dependencies = [...new Set([vpc.urn, parent.urn])].sort();
        const resource: PlanResource = {
            urn: `${chain}$${type}::${name}`,
            type,
            name,
            parent: parent.urn,
            custom: true,
            inputs,
            dependencies: parent === vpc ? [] : dependencies.filter((urn) => urn !== vpc.urn),
            propertyDependencies: sourcesOf(inputs, made),
            protect: vpc.protect,
            ignoreChanges: [],
            aliases: [],
            ...(vpc.provider !== undefined && { provider: vpc.provider }),
            synthesised: true,
        };
        made.push(resource);
        return resource;
    };

    const { name, inputs } = vpc;
    const tags = (own: string) => ({ ...(inputs.tags as Record<string, string> | undefined), Name: own });
    const id = (of: string) => `\${${of}.id}`;
    const zones = (inputs.availabilityZoneNames as string[] | undefined) ?? [];
    const specs = (inputs.subnetSpecs as { type: string; name?: string; cidrBlocks?: string[] }[] | undefined) ?? [
        { type: "Public" },
        { type: "Private" },
    ];
    const strategy = (inputs.natGateways as { strategy?: string } | undefined)?.strategy ?? "OnePerAz";
    const gateways = { None: 0, Single: 1 }[strategy] ?? (zones.length || 2);

    const network = make("aws:ec2/vpc:Vpc", name, vpc, {
        cidrBlock: inputs.cidrBlock ?? "10.0.0.0/16",
        enableDnsHostnames: inputs.enableDnsHostnames ?? true,
        enableDnsSupport: inputs.enableDnsSupport ?? true,
        tags: tags(name),
    });
    make("aws:ec2/internetGateway:InternetGateway", name, network, { vpcId: id(name), tags: tags(name) });

    for (const spec of specs) {
        const type = spec.type.toLowerCase();
        for (let zone = 1; zone <= (zones.length || 2); zone++) {
            const own = `${name}-${spec.name ?? type}-${zone}`;
            const subnet = make("aws:ec2/subnet:Subnet", own, network, {
                vpcId: id(name),
                cidrBlock: spec.cidrBlocks?.[zone - 1],
                availabilityZone: zones[zone - 1],
                mapPublicIpOnLaunch: type === "public",
                tags: { ...tags(own), SubnetType: spec.type },
            });
            const table = make("aws:ec2/routeTable:RouteTable", own, subnet, {
                vpcId: id(name),
                tags: { ...tags(own), SubnetType: spec.type },
            });
            make("aws:ec2/routeTableAssociation:RouteTableAssociation", own, table, {
                routeTableId: id(own),
                subnetId: id(own),
            });
            const route = { routeTableId: id(own), destinationCidrBlock: "0.0.0.0/0" };
            if (type === "public") {
                make("aws:ec2/route:Route", own, table, { ...route, gatewayId: id(name) });
                if (zone > gateways) continue;
                const nat = `${name}-${zone}`;
                make("aws:ec2/eip:Eip", nat, subnet, { domain: "vpc", tags: tags(nat) });
                make("aws:ec2/natGateway:NatGateway", nat, subnet, {
                    subnetId: id(own),
                    allocationId: id(nat),
                    tags: tags(nat),
                });
            } else if (type === "private" && gateways > 0)
                make("aws:ec2/route:Route", own, table, {
                    ...route,
                    natGatewayId: id(`${name}-${Math.min(zone, gateways)}`),
                });
        }
    }
    return made;
}

/** Input → type of the sibling that its value is the id of. */
const siblings: Record<string, string> = {
    allocationId: "aws:ec2/eip:Eip",
    gatewayId: "aws:ec2/internetGateway:InternetGateway",
    natGatewayId: "aws:ec2/natGateway:NatGateway",
    routeTableId: "aws:ec2/routeTable:RouteTable",
    subnetId: "aws:ec2/subnet:Subnet",
    vpcId: "aws:ec2/vpc:Vpc",
};

/** Input → URN of what its value comes from. */
function sourcesOf(inputs: Record<string, unknown>, made: PlanResource[]): Record<string, string[]> {
    return Object.fromEntries(
        Object.entries(inputs).flatMap(([key, value]) => {
            const source = made.find(({ type, name }) => type === siblings[key] && value === `\${${name}.id}`);
            return source ? [[key, [source.urn]]] : [];
        }),
    );
}
