import { credentials } from "@grpc/grpc-js";
import { ConstructResponse, type ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
    RegisterResourceOutputsRequest,
    RegisterResourceRequest,
    type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { reference, unknown, type Properties } from "./values";

interface Made {
    urn: string;
    id: string;
}
interface SubnetSpec {
    type: "Public" | "Private" | "Isolated";
    name?: string;
    cidrBlocks?: string[];
}
interface VpcInputs {
    cidrBlock?: string;
    enableDnsHostnames?: boolean;
    enableDnsSupport?: boolean;
    availabilityZoneNames?: string[];
    subnetSpecs?: SubnetSpec[];
    natGateways?: { strategy?: "None" | "Single" | "OnePerAz" };
}

/** Registers resources with the engine as a remote component does. */
class Registrar {
    private readonly monitor: ResourceMonitorClient;
    readonly made: (Made & { type: string })[] = [];

    constructor(
        private readonly request: ConstructRequest,
        private readonly awsVersion: string,
    ) {
        this.monitor = new ResourceMonitorClient(request.getMonitorendpoint(), credentials.createInsecure());
    }

    /** `from`: what the inputs come from, which is made before and goes after it. */
    async register(type: string, name: string, parent: string, inputs?: Properties, from: Made[] = []): Promise<Made> {
        const message = new RegisterResourceRequest()
            .setType(type)
            .setName(name)
            .setParent(parent)
            .setCustom(inputs !== undefined)
            .setDependenciesList(from.map(({ urn }) => urn))
            .setObject(Struct.fromJavaScript(inputs ?? {}))
            .setAcceptsecrets(true)
            .setAcceptresources(true)
            .setSupportsresultreporting(false);
        const provider = this.request.getProvidersMap().get("aws");
        if (inputs && provider) message.setProvider(provider);
        else if (inputs) message.setVersion(this.awsVersion);
        const response = await new Promise<RegisterResourceResponse>((resolve, reject) =>
            this.monitor.registerResource(message, (error, answer) => (error ? reject(error) : resolve(answer))),
        );
        const made = { urn: response.getUrn(), id: response.getId() || unknown };
        this.made.push({ type, ...made });
        return made;
    }

    /** References to the children of one type, in the same order at every run. */
    references(type: string): ReturnType<typeof reference>[] {
        return this.made
            .filter((m) => m.type === type)
            .sort((a, b) => (a.urn < b.urn ? -1 : 1))
            .map((m) => reference(m.urn, m.id, this.awsVersion));
    }

    async finish(urn: string, outputs: Properties): Promise<void> {
        const message = new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(Struct.fromJavaScript(outputs));
        await new Promise<void>((resolve, reject) =>
            this.monitor.registerResourceOutputs(message, (error) => (error ? reject(error) : resolve())),
        );
        this.monitor.close();
    }
}

const types = {
    vpc: "aws:ec2/vpc:Vpc",
    gateway: "aws:ec2/internetGateway:InternetGateway",
    subnet: "aws:ec2/subnet:Subnet",
    table: "aws:ec2/routeTable:RouteTable",
    association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    route: "aws:ec2/route:Route",
    eip: "aws:ec2/eip:Eip",
    nat: "aws:ec2/natGateway:NatGateway",
};

/** Waits for all, also where some fail: what does not depend on a failure is made all the same, as awsx does. */
async function all(jobs: Promise<unknown>[]): Promise<void> {
    const failed = (await Promise.allSettled(jobs)).find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
}

/** `awsx:ec2:Vpc` with the children, names and parents that awsx gives them. */
export async function constructVpc(request: ConstructRequest, awsVersion: string): Promise<ConstructResponse> {
    const engine = new Registrar(request, awsVersion);
    const name = request.getName();
    const inputs = (request.getInputs()?.toJavaScript() ?? {}) as VpcInputs;
    const zones = inputs.availabilityZoneNames ?? [];
    const strategy = inputs.natGateways?.strategy ?? "OnePerAz";
    const natCount = { None: 0, Single: 1, OnePerAz: zones.length }[strategy];

    const self = await engine.register("awsx:ec2:Vpc", name, request.getParent());
    const tagged = (own: string, more: Properties = {}) => ({ tags: { Name: own, ...more } });
    const vpc = await engine.register(types.vpc, name, self.urn, {
        cidrBlock: inputs.cidrBlock ?? "10.0.0.0/16",
        enableDnsHostnames: inputs.enableDnsHostnames ?? true,
        enableDnsSupport: inputs.enableDnsSupport ?? true,
        ...tagged(name),
    });
    const subnetIds: Record<SubnetSpec["type"], string[]> = { Public: [], Private: [], Isolated: [] };
    const nats: Promise<Made>[] = [];
    const subnet = async (spec: SubnetSpec, i: number): Promise<void> => {
        const child = `${name}-${spec.name ?? spec.type.toLowerCase()}-${i + 1}`;
        const cidrBlock = spec.cidrBlocks?.[i];
        if (!cidrBlock) throw new Error(`subnet ${child} has no CIDR block: the stand-in computes none`);
        const placed = { vpcId: vpc.id, cidrBlock, availabilityZone: zones[i]! };
        const tags = tagged(child, { SubnetType: spec.type });
        const own = { ...placed, mapPublicIpOnLaunch: spec.type === "Public", ...tags };
        const made = engine.register(types.subnet, child, vpc.urn, own, [vpc]);
        // Before anything is awaited: private subnets look for it.
        if (spec.type === "Public" && i < natCount) nats.push(made.then((subnet) => nat(subnet, i)));
        const { urn, id } = await made;
        subnetIds[spec.type][i] = id;
        const table = await engine.register(types.table, child, urn, { vpcId: vpc.id, ...tags }, [vpc]);
        const association = { routeTableId: table.id, subnetId: id };
        const route = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0" };
        const through = async (): Promise<void> => {
            const out = spec.type === "Private" ? await nats[Math.min(i, nats.length - 1)] : undefined;
            const way: Properties | undefined =
                spec.type === "Public" ? { gatewayId: (await gateway).id } : out && { natGatewayId: out.id };
            const from = [table, out ?? (await gateway)];
            if (way) await engine.register(types.route, child, table.urn, { ...route, ...way }, from);
        };
        await all([engine.register(types.association, child, table.urn, association, [table, { urn, id }]), through()]);
    };
    const nat = async ({ urn, id }: Made, i: number): Promise<Made> => {
        const own = `${name}-${i + 1}`;
        const eip = await engine.register(types.eip, own, urn, { domain: "vpc", ...tagged(own) });
        const inputs = { subnetId: id, allocationId: eip.id, ...tagged(own) };
        return engine.register(types.nat, own, urn, inputs, [{ urn, id }, eip]);
    };
    const gateway = engine.register(types.gateway, name, vpc.urn, { vpcId: vpc.id, ...tagged(name) }, [vpc]);
    const specs = [...(inputs.subnetSpecs ?? [])].sort((a) => (a.type === "Public" ? -1 : 1));
    const subnets = specs.flatMap((spec) => zones.map((_, i) => subnet(spec, i)));
    await all([gateway, ...nats, ...subnets]);

    const state: Properties = {
        vpcId: vpc.id,
        publicSubnetIds: subnetIds.Public,
        privateSubnetIds: subnetIds.Private,
        isolatedSubnetIds: subnetIds.Isolated,
        vpc: engine.references(types.vpc)[0]!,
        internetGateway: engine.references(types.gateway)[0]!,
        subnets: engine.references(types.subnet),
        routeTables: engine.references(types.table),
        routeTableAssociations: engine.references(types.association),
        routes: engine.references(types.route),
        eips: engine.references(types.eip),
        natGateways: engine.references(types.nat),
        vpcEndpoints: [],
    };
    await engine.finish(self.urn, state);
    return new ConstructResponse().setUrn(self.urn).setState(Struct.fromJavaScript(state));
}
