import * as compute from "@pulumi/gcp/compute";
import type { input } from "@pulumi/gcp/types";
import type * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";

export const loadBalancingScheme = "EXTERNAL_MANAGED";

/** A Cloud Run service as a load balancer knows it: a serverless endpoint group and a backend, both called `name`. */
export function cloudRunBackend(
    name: string,
    args: {
        place: roles.Place;
        /** The Cloud Run service's name. */
        service: pulumi.Input<string>;
        firewall?: roles.Firewall;
        /** What Cloud CDN keeps of its responses. @default nothing */
        cdnPolicy?: input.compute.BackendServiceCdnPolicy;
        /** Headers that every response gets. @default none */
        headers?: string[];
        /** What its port speaks. @default "http" */
        protocol?: roles.Target["protocol"];
        /** Whether it is one of the CDN's. @default false */
        cdn?: boolean;
    },
    parent: pulumi.Resource,
): compute.BackendService {
    const { place, service, firewall, cdnPolicy, headers, cdn, protocol = "http" } = args;
    const group = new compute.RegionNetworkEndpointGroup(
        name,
        { region: place.region, networkEndpointType: "SERVERLESS", cloudRun: { service } },
        { parent },
    );
    return new compute.BackendService(
        name,
        {
            loadBalancingScheme,
            protocol: protocol === "http" ? "HTTPS" : "HTTP2",
            backends: [{ group: group.id }],
            securityPolicy: firewall?.id,
            edgeSecurityPolicy: cdn ? firewall?.cdnId : undefined,
            logConfig: { enable: true, sampleRate: 1 },
            customResponseHeaders: headers,
            ...(cdnPolicy ? { enableCdn: true, cdnPolicy, compressionMode: "AUTOMATIC" } : {}),
        },
        { parent },
    );
}
