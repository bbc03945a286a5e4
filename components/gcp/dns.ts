import * as dns from "@pulumi/gcp/dns";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { zoneOf } from "../contract";
import type * as roles from "../roles";

/** What Cloud DNS calls the zone of a domain, which must exist: registering a domain is nobody's side effect. */
export const managedZone = (domain: topology.Domain): string =>
    domain.gcp.managedZone ?? zoneOf(domain).replaceAll(".", "-");

/** A record with the load balancer's address for each host. Its twin is ../aws/dns.ts. */
export class Dns extends pulumi.ComponentResource {
    constructor(name: string, args: roles.DnsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Dns", name, {}, opts);
        const { domain, ingress } = args;

        for (const [index, host] of args.hosts.entries())
            new dns.RecordSet(
                index ? `${name}-${host.replaceAll(".", "-")}` : name,
                {
                    managedZone: managedZone(domain),
                    name: `${host}.`,
                    type: "A",
                    ttl: 300,
                    rrdatas: [ingress.address],
                },
                { parent: this },
            );
        this.registerOutputs({});
    }
}
