import * as compute from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";

import { mapEntries } from "../map";
import type * as roles from "../roles";
import { cloudRunBackend, loadBalancingScheme } from "./backend";
import { certificateMap } from "./certificate";
import { urlMap } from "./routes";

/** A global external HTTPS load balancer in front of Cloud Run. Its twin is ../aws/ingress.ts. */
export class Ingress extends pulumi.ComponentResource implements roles.Ingress {
    readonly url: pulumi.Output<string>;
    readonly address: pulumi.Output<string>;
    readonly targets: Record<string, pulumi.Output<string>>;
    readonly monitoringId: pulumi.Output<string>;
    readonly targetMonitoringIds: Record<string, pulumi.Output<string>>;

    constructor(name: string, args: roles.IngressArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Ingress", name, {}, opts);
        const { place, targets, domain, firewall, deletionProtection } = args;

        // The one thing of a load balancer that can't be made again as it was: the address that DNS records hold.
        const address = new compute.GlobalAddress(
            `${name}-address`,
            { addressType: "EXTERNAL" },
            { parent: this, protect: deletionProtection },
        );
        const backends = mapEntries(targets, (key, { service, protocol }) =>
            cloudRunBackend(`${name}-${key}`, { place, service: service!, firewall, protocol }, this),
        );
        this.targets = mapEntries(backends, (_, backend) => backend.id);
        this.targetMonitoringIds = mapEntries(backends, (_, backend) => backend.name);
        // Hosts that only lead to the domain send nobody to a name that is not there yet. One that is taken over is moved last.
        const named =
            domain?.redirects.length && !domain.takeOver
                ? args.dns!.lead(domain.name, { address: address.address }, [address])
                : [];
        const routes = new compute.URLMap(name, urlMap(targets, this.targets, args.cdn, domain), {
            parent: this,
            dependsOn: named,
        });
        this.serve(name, address, routes, args);

        this.url = domain ? pulumi.output(`https://${domain.name}`) : pulumi.interpolate`http://${address.address}`;
        this.address = address.address;
        this.monitoringId = routes.name;
        this.registerOutputs({ url: this.url });
    }

    /** HTTPS with a redirect from HTTP, or plain HTTP without a domain. */
    private serve(
        name: string,
        address: compute.GlobalAddress,
        routes: compute.URLMap,
        { domain, dns, certificateNames: names }: roles.IngressArgs,
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
                certificateMap: pulumi.interpolate`//certificatemanager.googleapis.com/${certificateMap(name, { dns: dns!, names }, this)}`,
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
}
