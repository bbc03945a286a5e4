import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { zoneOf } from "../contract";
import type * as roles from "../roles";

/** The Route 53 zone of a domain, which must exist: registering a domain is nobody's side effect. */
export const zoneId = (domain: topology.Domain, parent: pulumi.Resource): pulumi.Output<string> =>
    route53.getZoneOutput({ name: zoneOf(domain) }, { parent }).zoneId;

/** An alias record to the load balancer for each host, free of query charges. Its twin is ../gcp/dns.ts. */
export class Dns extends pulumi.ComponentResource {
    constructor(name: string, args: roles.DnsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Dns", name, {}, opts);
        const { domain, ingress } = args;

        const zone = zoneId(domain, this);
        for (const [index, host] of args.hosts.entries())
            new route53.Record(
                index ? `${name}-${host.replaceAll(".", "-")}` : name,
                {
                    zoneId: zone,
                    name: host,
                    type: "A",
                    aliases: [{ name: ingress.address, zoneId: ingress.addressZoneId!, evaluateTargetHealth: true }],
                },
                { parent: this },
            );
        this.registerOutputs({});
    }
}
