import * as certificatemanager from "@pulumi/gcp/certificatemanager";
import * as compute from "@pulumi/gcp/compute";
import * as dns from "@pulumi/gcp/dns";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { mapEntries } from "../map";
import type * as roles from "../roles";
import { managedZone } from "./dns";
import { urlMap } from "./routes";

const loadBalancingScheme = "EXTERNAL_MANAGED";

/** A global external HTTPS load balancer in front of Cloud Run. Its twin is ../aws/ingress.ts. */
export class Ingress extends pulumi.ComponentResource implements roles.Ingress {
    readonly url: pulumi.Output<string>;
    readonly address: pulumi.Output<string>;
    readonly targets: Record<string, pulumi.Output<string>>;
    readonly monitoringId: pulumi.Output<string>;
    readonly targetMonitoringIds: Record<string, pulumi.Output<string>>;

    constructor(name: string, args: roles.IngressArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Ingress", name, {}, opts);
        const { targets, domain, deletionProtection } = args;

        // The one thing of a load balancer that can't be made again as it was: the address that DNS records hold.
        const address = new compute.GlobalAddress(
            `${name}-address`,
            { addressType: "EXTERNAL" },
            { parent: this, protect: deletionProtection },
        );
        const backends = mapEntries(targets, (key, target) => this.backend(`${name}-${key}`, target, args));
        this.targets = mapEntries(backends, (_, backend) => backend.id);
        this.targetMonitoringIds = mapEntries(backends, (_, backend) => backend.name);
        const routes = new compute.URLMap(name, urlMap(targets, this.targets), { parent: this });
        this.serve(name, address, routes, domain);

        this.url = domain ? pulumi.output(`https://${domain.name}`) : pulumi.interpolate`http://${address.address}`;
        this.address = address.address;
        this.monitoringId = routes.name;
        this.registerOutputs({ url: this.url });
    }

    private backend(
        name: string,
        { service }: roles.Target,
        { place, firewall }: roles.IngressArgs,
    ): compute.BackendService {
        const group = new compute.RegionNetworkEndpointGroup(
            name,
            { region: place.region, networkEndpointType: "SERVERLESS", cloudRun: { service: service! } },
            { parent: this },
        );
        return new compute.BackendService(
            name,
            {
                loadBalancingScheme,
                protocol: "HTTPS",
                backends: [{ group: group.id }],
                securityPolicy: firewall?.id,
                logConfig: { enable: true, sampleRate: 1 },
            },
            { parent: this },
        );
    }

    /** HTTPS with a redirect from HTTP, or plain HTTP without a domain. */
    private serve(
        name: string,
        address: compute.GlobalAddress,
        routes: compute.URLMap,
        domain?: topology.Domain,
    ): void {
        if (!domain) return this.listen(`${name}-http`, "80", address, this.http(name, routes));

        const defaultUrlRedirect = {
            httpsRedirect: true,
            redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
            stripQuery: false,
        };
        const redirect = new compute.URLMap(`${name}-redirect`, { defaultUrlRedirect }, { parent: this });
        this.listen(`${name}-http`, "80", address, this.http(name, redirect));

        // 1.3 for whoever speaks it. 1.2, with forward secrecy only, for the clients that don't, as on the other cloud.
        const policy = new compute.SSLPolicy(
            name,
            { minTlsVersion: "TLS_1_2", profile: "RESTRICTED" },
            { parent: this },
        );
        const proxy = new compute.TargetHttpsProxy(
            `${name}-https`,
            {
                urlMap: routes.id,
                sslPolicy: policy.id,
                certificateMap: pulumi.interpolate`//certificatemanager.googleapis.com/${this.certificate(name, domain)}`,
            },
            { parent: this },
        );
        this.listen(`${name}-https`, "443", address, proxy);
    }

    private http(name: string, routes: compute.URLMap): compute.TargetHttpProxy {
        return new compute.TargetHttpProxy(`${name}-http`, { urlMap: routes.id }, { parent: this });
    }

    private listen(
        name: string,
        portRange: string,
        address: compute.GlobalAddress,
        target: pulumi.CustomResource,
    ): void {
        new compute.GlobalForwardingRule(
            name,
            { loadBalancingScheme, ipAddress: address.address, ipProtocol: "TCP", portRange, target: target.id },
            { parent: this },
        );
    }

    /**
     * Id of a certificate map. Certificate Manager proves the domain by a DNS record, so that a certificate is issued
     * before traffic depends on it; the older managed certificates are issued only once DNS points to the load balancer,
     * and replacing one takes HTTPS down until then.
     */
    private certificate(name: string, domain: topology.Domain): pulumi.Output<string> {
        const parent = this;
        const proof = new certificatemanager.DnsAuthorization(`${name}-proof`, { domain: domain.name }, { parent });
        const record = proof.dnsResourceRecords[0];
        const proven = new dns.RecordSet(
            `${name}-proof`,
            {
                managedZone: managedZone(domain),
                name: record.name,
                type: record.type,
                ttl: 300,
                rrdatas: [record.data],
            },
            { parent },
        );
        const certificate = new certificatemanager.Certificate(
            `${name}-certificate`,
            { managed: { domains: [domain.name], dnsAuthorizations: [proof.id] } },
            { parent, dependsOn: [proven] },
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
}
