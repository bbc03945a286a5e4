import * as docker from "@pulumi/docker/network";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

/** A Docker network in which containers find each other by name. Its twins are ../aws/network.ts and ../gcp/network.ts. */
export class Network extends pulumi.ComponentResource implements roles.Network {
    readonly id: pulumi.Output<string>;
    readonly publicSubnetIds = pulumi.output<string[]>([]);
    readonly privateSubnetIds = pulumi.output<string[]>([]);
    readonly nat = true;

    constructor(name: string, args: Pick<roles.NetworkArgs, "place">, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:local:Network", name, {}, opts);
        // Docker chooses a range that is free on this machine; the topology's may be that of an office or a VPN.
        const network = new docker.Network(name, { name: args.place.prefix, driver: "bridge" }, { parent: this });
        this.id = network.name;
        this.registerOutputs({ id: this.id });
    }
}
