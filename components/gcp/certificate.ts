import * as certificatemanager from "@pulumi/gcp/certificatemanager";
import * as dns from "@pulumi/gcp/dns";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { managedZone } from "./dns";

/**
 * A certificate for several names, `*.example.com` among them, in a map of its own. Certificate Manager proves names by
 * DNS records, so that a certificate is issued before traffic depends on it; the older managed certificates are issued
 * only once DNS points to the load balancer, and replacing one takes HTTPS down until then.
 * @returns id of the certificate map
 */
export function certificateMap(
    name: string,
    { domain, names }: { domain: topology.Domain; names: string[] },
    parent: pulumi.Resource,
): pulumi.Output<string> {
    // The authorization of a name is one for `*.name` too.
    const proofs = [...new Set(names.map((certified) => certified.replace(/^\*\./, "")))].map((base, index) => {
        const called = index ? `${name}-proof-${base.replaceAll(".", "-")}` : `${name}-proof`;
        const authorization = new certificatemanager.DnsAuthorization(called, { domain: base }, { parent });
        const record = authorization.dnsResourceRecords[0];
        const proven = new dns.RecordSet(
            called,
            {
                managedZone: managedZone(domain),
                name: record.name,
                type: record.type,
                ttl: 300,
                rrdatas: [record.data],
            },
            { parent },
        );
        return { authorization, proven };
    });
    const certificate = new certificatemanager.Certificate(
        `${name}-certificate`,
        { managed: { domains: names, dnsAuthorizations: proofs.map(({ authorization }) => authorization.id) } },
        { parent, dependsOn: proofs.map(({ proven }) => proven) },
    );
    const map = new certificatemanager.CertificateMap(`${name}-certificates`, {}, { parent });
    const entry = new certificatemanager.CertificateMapEntry(
        `${name}-certificates`,
        // For every name: requests without one are answered too, and the map holds no other certificate.
        { map: map.name, matcher: "PRIMARY", certificates: [certificate.id] },
        { parent },
    );
    return pulumi.all([map.id, entry.map]).apply(([id]) => id);
}
