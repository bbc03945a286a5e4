import * as dns from "@pulumi/gcp/dns";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { zoneOf } from "../contract";
import { hostAliases, namedByHost } from "../hosts";
import type * as roles from "../roles";

/** What Cloud DNS calls the zone of a domain. */
export const managedZone = (domain: topology.Domain): string =>
    domain.gcp.managedZone ?? zoneOf(domain).replaceAll(".", "-");

/** The stack's records in a Cloud DNS zone, which must exist: registering a domain is nobody's side effect. Its twin is ../aws/dns.ts. */
export class Dns extends pulumi.ComponentResource implements roles.Dns {
    private readonly zone: string;
    private readonly led = new Map<string, pulumi.Resource[]>();
    private readonly proofs = new Map<string, dns.RecordSet>();

    constructor(
        private readonly name: string,
        private readonly args: roles.DnsArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:gcp:Dns", name, {}, opts);
        this.zone = managedZone(args.domain);
        this.registerOutputs({});
    }

    lead(
        host: string,
        to: roles.Led,
        after: pulumi.Resource[],
        aliases = hostAliases(this.name, host, this.args.hosts),
    ): pulumi.Resource[] {
        const known = this.led.get(host);
        if (known) return known;
        const record = new dns.RecordSet(
            namedByHost(this.name, host),
            {
                managedZone: this.zone,
                name: `${host}.`,
                type: "A",
                ttl: 300,
                rrdatas: [this.args.domain.takeOver ? to.address : this.unlessTaken(host, to.address)],
            },
            { parent: this, aliases, dependsOn: after },
        );
        this.led.set(host, [record]);
        return [record];
    }

    prove(name: string, record: pulumi.Input<roles.ProofRecord>, aliases: pulumi.Alias[]): pulumi.Output<string> {
        const { name: fqdn, type, data } = pulumi.output(record);
        const proof =
            this.proofs.get(name) ??
            new dns.RecordSet(
                `${namedByHost(this.name, name)}---proof`,
                { managedZone: this.zone, name: fqdn, type, ttl: 300, rrdatas: [data] },
                { parent: this, aliases },
            );
        this.proofs.set(name, proof);
        return proof.name;
    }

    /**
     * The address, unless the zone has a record of the host that leads elsewhere: Cloud DNS would replace it without a word.
     * A record of this stack leads to its own address; before there is one, whatever is found is somebody else's.
     */
    private unlessTaken(host: string, address: pulumi.Output<string>): pulumi.Output<string> {
        const asked = { managedZone: this.zone, name: `${host}.`, type: "A" };
        const found = dns.getRecordSets(asked, { parent: this }).then(async ({ rrsets }) => {
            const elsewhere = rrsets.map(({ rrdatas }) => rrdatas.join(", ") || "where a routing policy says");
            if (!elsewhere.length) return address;
            const refuse = () => {
                throw new pulumi.RunError(
                    `the zone ${this.zone} has a record of ${host} already, which leads to ${elsewhere.join(", ")} and not to this stack. ` +
                        "Delete it, or have the stack take it over: set domain.takeOver to true",
                );
            };
            if (!(await isKnown(address))) return refuse();
            return address.apply((own) => (elsewhere.every((other) => other === own) ? own : refuse()));
        });
        return pulumi.output(found);
    }
}

/** Whether a value is there already, which in a preview it is not where its resource is yet to be made. */
const isKnown = (value: pulumi.Output<unknown>): Promise<boolean> =>
    (value as unknown as { isKnown: Promise<boolean> }).isKnown;
