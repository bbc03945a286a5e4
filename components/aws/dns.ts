import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";

import { zoneOf } from "../contract";
import { hostAliases, namedByHost } from "../hosts";
import type * as roles from "../roles";

/** The stack's records in a Route 53 zone, which must exist: registering a domain is nobody's side effect. Its twin is ../gcp/dns.ts. */
export class Dns extends pulumi.ComponentResource implements roles.Dns {
    private readonly zoneId: pulumi.Output<string>;
    private readonly led = new Map<string, pulumi.Resource[]>();
    private readonly proofs = new Map<string, route53.Record>();

    constructor(
        private readonly name: string,
        private readonly args: roles.DnsArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:aws:Dns", name, {}, opts);
        this.zoneId = route53.getZoneOutput({ name: zoneOf(args.domain) }, { parent: this }).zoneId;
        this.registerOutputs({});
    }

    /** Alias records, free of query charges. */
    lead(
        host: string,
        to: roles.Led,
        after: pulumi.Resource[],
        formerly: pulumi.Alias[] = this.formerly(host),
    ): pulumi.Resource[] {
        const known = this.led.get(host);
        if (known) return known;
        const called = namedByHost(this.name, host);
        const before = formerly.map((alias) => ({ ...alias, name: `${String(alias.name)}-ipv6` }));
        const records = [
            this.alias(called, host, "A", to, { aliases: formerly, dependsOn: after }),
            ...(to.ipv6
                ? [this.alias(`${called}---ipv6`, host, "AAAA", to, { aliases: before, dependsOn: after })]
                : []),
        ];
        this.led.set(host, records);
        return records;
    }

    prove(name: string, record: pulumi.Input<roles.ProofRecord>, formerly: pulumi.Alias[]): pulumi.Output<string> {
        const { name: fqdn, type, data } = pulumi.output(record);
        const proof =
            this.proofs.get(name) ??
            new route53.Record(
                `${namedByHost(this.name, name)}---proof`,
                {
                    zoneId: this.zoneId,
                    name: fqdn,
                    type,
                    records: [data],
                    ttl: 300,
                    // ACM asks every certificate of an account for the same record: another stack may have made it.
                    allowOverwrite: true,
                },
                { parent: this, aliases: formerly },
            );
        this.proofs.set(name, proof);
        return proof.fqdn;
    }

    private alias(
        called: string,
        host: string,
        type: "A" | "AAAA",
        to: roles.Led,
        opts: pulumi.CustomResourceOptions,
    ): route53.Record {
        return new route53.Record(
            called,
            {
                zoneId: this.zoneId,
                name: host,
                type,
                aliases: [{ name: to.address, zoneId: to.addressZoneId!, evaluateTargetHealth: !to.ipv6 }],
                allowOverwrite: this.args.domain.takeOver || undefined,
            },
            { parent: this, ...opts },
        );
    }

    private formerly(host: string): pulumi.Alias[] {
        return hostAliases(this.name, host, this.args.hosts);
    }
}
