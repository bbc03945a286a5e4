import * as compute from "@pulumi/gcp/compute";
import * as dns from "@pulumi/gcp/dns";
import * as servicenetworking from "@pulumi/gcp/servicenetworking";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

/** What Google's load balancers and health checks come from. */
const loadBalancerRanges = ["130.211.0.0/22", "35.191.0.0/16"];

/** private.googleapis.com, 199.36.153.8/30: Google's APIs and Cloud Run as the network reaches them. */
const privateGoogle = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"];

/** Network tag that Cloud Run instances carry. */
export const serviceTag = "cloud-run";

/** How what runs at Cloud Run reaches the network. Without NAT the network leads nowhere else, so that only private addresses go there. */
export const vpcAccess = ({ id, privateSubnetIds, nat }: roles.Network) => ({
    networkInterfaces: [{ network: id, subnetwork: privateSubnetIds[0], tags: [serviceTag] }],
    egress: nat ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY",
});

/**
 * A custom VPC with a subnet per region, NAT as asked, and private services access for Cloud SQL; or somebody else's, in which
 * nothing is made. Its twin is ../aws/network.ts.
 *
 * Destroying it takes patience: Cloud Run holds on to the addresses of Direct VPC egress for an hour or two after the
 * last revision is gone, and until then the subnet is "in use". Run `pulumi destroy` again later.
 */
export class Network extends pulumi.ComponentResource implements roles.Network {
    readonly id: pulumi.Output<string>;
    readonly publicSubnetIds: pulumi.Output<string[]>;
    readonly privateSubnetIds: pulumi.Output<string[]>;
    readonly nat: boolean;

    constructor(name: string, args: roles.NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Network", name, {}, opts);
        const { place, network, connected } = args;
        this.nat = network.nat !== "none";
        if (network.gcp.existing) {
            const { network: id, subnetwork } = network.gcp.existing;
            this.id = pulumi.output(id);
            this.publicSubnetIds = this.privateSubnetIds = pulumi.output([subnetwork]);
            this.registerOutputs({ id: this.id });
            return;
        }

        const vpc = new compute.Network(
            name,
            { autoCreateSubnetworks: false, routingMode: "REGIONAL", deleteDefaultRoutesOnCreate: false },
            { parent: this },
        );
        const subnets = Object.entries(network.gcp.subnets).map(([key, { region, cidr }]) => ({
            region,
            subnet: this.subnet(`${name}-${key}`, vpc, region, cidr),
        }));
        const nat = this.nat ? this.gateway(name, vpc, place.region) : undefined;
        this.firewall(name, vpc);
        const peering = this.privateServices(name, vpc);
        const names = connected ? this.cloudRunNames(name, vpc) : undefined;

        // By way of the peering: a database is refused before it. Its `network` is an input that comes back, so that
        // the id stays known in a preview.
        this.id = pulumi.all([vpc.id, peering.network]).apply(([id]) => id);
        const own = subnets.filter(({ region }) => region === place.region).map(({ subnet }) => subnet.id);
        this.publicSubnetIds = pulumi.all(own);
        // By way of gateway and names: a service may call the internet, or another one, while it starts.
        this.privateSubnetIds = pulumi.all([pulumi.all(own), nat?.router, names?.ttl]).apply(([ids]) => ids);
        this.registerOutputs({ id: this.id });
    }

    private subnet(name: string, vpc: compute.Network, region: string, ipCidrRange: string): compute.Subnetwork {
        return new compute.Subnetwork(
            name,
            {
                network: vpc.id,
                region,
                ipCidrRange,
                // Google's APIs without NAT.
                privateIpGoogleAccess: true,
                // Enough to see who talked to whom, for cents: a tenth of the packets, summed up over ten minutes.
                logConfig: {
                    aggregationInterval: "INTERVAL_10_MIN",
                    flowSampling: 0.1,
                    metadata: "EXCLUDE_ALL_METADATA",
                },
            },
            { parent: this },
        );
    }

    /** Cloud NAT is regional and redundant over its zones by itself. */
    private gateway(name: string, vpc: compute.Network, region: string): compute.RouterNat {
        const router = new compute.Router(`${name}-router`, { network: vpc.id, region }, { parent: this });
        return new compute.RouterNat(
            `${name}-nat`,
            {
                router: router.name,
                region,
                natIpAllocateOption: "AUTO_ONLY",
                sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
                logConfig: { enable: true, filter: "ERRORS_ONLY" },
            },
            { parent: this },
        );
    }

    /**
     * The rules of the architecture document on top of a default deny that is written down and logged. They hold for
     * machines in the VPC that carry the tags. Requests to Cloud Run never pass here: it takes them from the load
     * balancer on the port that its container names, whatever `allow-cloud-run` says (8080 in the document).
     */
    private firewall(name: string, vpc: compute.Network): void {
        const rule = (role: string, args: Omit<compute.FirewallArgs, "network">) =>
            new compute.Firewall(
                `${name}-${role}`,
                { network: vpc.id, direction: "INGRESS", ...args },
                { parent: this },
            );

        rule("allow-https-http", {
            allows: [{ protocol: "tcp", ports: ["80", "443"] }],
            sourceRanges: ["0.0.0.0/0"],
            targetTags: ["http-server"],
        });
        rule("allow-cloud-run", {
            allows: [{ protocol: "tcp", ports: ["8080"] }],
            sourceRanges: loadBalancerRanges,
            targetTags: [serviceTag],
        });
        rule("deny-ingress", {
            priority: 65534,
            denies: [{ protocol: "all" }],
            sourceRanges: ["0.0.0.0/0"],
            logConfig: { metadata: "EXCLUDE_ALL_METADATA" },
        });
    }

    /** Addresses for Google's own network, where Cloud SQL runs, and the peering with it. */
    private privateServices(name: string, vpc: compute.Network): servicenetworking.Connection {
        const range = new compute.GlobalAddress(
            `${name}-services`,
            { network: vpc.id, purpose: "VPC_PEERING", addressType: "INTERNAL", prefixLength: 20 },
            { parent: this },
        );
        return new servicenetworking.Connection(
            `${name}-services`,
            {
                network: vpc.id,
                service: "servicenetworking.googleapis.com",
                reservedPeeringRanges: [range.name],
                // A deleted Cloud SQL instance keeps the connection "in use" for up to four days, in which deleting it
                // fails; abandoned, it goes with the VPC. If the VPC then is "in use by a peering", remove that with
                // `gcloud compute networks peerings delete servicenetworking-googleapis-com`.
                deletionPolicy: "ABANDON",
                // Abandoned by a `destroy` that failed at the VPC, it is still there for the next `up` to take over.
                updateOnCreationFail: true,
            },
            { parent: this },
        );
    }

    /**
     * Makes the names of Cloud Run services lead to them by way of the network. Without it they lead to public addresses,
     * to which requests go outside the network, and a service that admits internal ones only refuses them.
     */
    private cloudRunNames(name: string, vpc: compute.Network): dns.RecordSet {
        const zone = new dns.ManagedZone(
            `${name}-run`,
            {
                dnsName: "run.app.",
                description: "Cloud Run services, reached privately",
                visibility: "private",
                privateVisibilityConfig: { networks: [{ networkUrl: vpc.id }] },
            },
            { parent: this },
        );
        return new dns.RecordSet(
            `${name}-run`,
            { managedZone: zone.name, name: "*.run.app.", type: "A", ttl: 300, rrdatas: privateGoogle },
            { parent: this },
        );
    }
}
