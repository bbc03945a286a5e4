import * as compute from "@pulumi/gcp/compute";
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

import { longestOnGcp, within } from "../hosts";
import type * as roles from "../roles";
import { cloudRunBackend } from "./backend";

/** Seconds: a day, where a response says nothing of its age, at most a year, and an hour in a browser. */
const ttl = { defaultTtl: 86_400, maxTtl: 31_536_000, clientTtl: 3600 };

/** What is static by its content type. The query is no part of the key, as in CloudFront's policy for such content. */
const staticPolicy = {
    cacheMode: "CACHE_ALL_STATIC",
    ...ttl,
    negativeCaching: false,
    cacheKeyPolicy: { includeHost: true, includeProtocol: true, includeQueryString: false },
};

/**
 * What is in a bucket. Cloud Storage calls objects of a private bucket private, and Cloud CDN would keep none of them; how
 * old they may be is said here alone.
 */
const bucketPolicy = {
    cacheMode: "FORCE_CACHE_ALL",
    defaultTtl: ttl.defaultTtl,
    clientTtl: ttl.clientTtl,
    negativeCaching: false,
};

/**
 * What CloudFront's own policy says of security. Google's replace an origin's header: a bucket has none of its own, and of a
 * service's only the one that admits no other value is set.
 */
const noGuessing = "X-Content-Type-Options: nosniff";
const bucketHeaders = [
    noGuessing,
    "Strict-Transport-Security: max-age=31536000",
    "X-Frame-Options: SAMEORIGIN",
    "Referrer-Policy: strict-origin-when-cross-origin",
    "X-XSS-Protection: 1; mode=block",
];

/** Cloud CDN: backends that keep what they fetched, for the stack's load balancer. Its twin is ../aws/cdn.ts. */
export class Cdn extends pulumi.ComponentResource implements roles.Cdn {
    readonly host: string;
    readonly routes: roles.CdnRoute[];

    constructor(name: string, args: roles.CdnArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Cdn", name, {}, opts);

        const backends = new Map<string, pulumi.Output<string>>();
        this.routes = cdnPaths(args.cdn).map(({ prefix, origin, cached }) => {
            const called = within(cached ? `${name}-${origin}` : `${name}-${origin}-uncached`, longestOnGcp);
            const backend = backends.get(called) ?? this.backend(called, args, args.origins[origin], cached);
            backends.set(called, backend);
            return { prefix, rewrite: `${args.origins[origin].path ?? ""}${prefix}`, backend };
        });
        this.host = args.cdn.host;
        this.registerOutputs({ host: this.host });
    }

    private backend(
        name: string,
        { place, firewall }: roles.CdnArgs,
        { service, bucket }: roles.CdnOrigin,
        cached: boolean,
    ): pulumi.Output<string> {
        if (bucket) return this.bucketBackend(name, bucket, cached, firewall?.cdnId);
        const cdnPolicy = cached ? staticPolicy : undefined;
        const args = { place, service: service!, firewall, cdnPolicy, headers: [noGuessing], cdn: true };
        return cloudRunBackend(name, args, this).id;
    }

    /** The bucket stays private: its one new reader is the load balancers' own service agent. */
    private bucketBackend(
        name: string,
        { bucket }: roles.Bucket,
        cached: boolean,
        edgeSecurityPolicy?: pulumi.Output<string>,
    ): pulumi.Output<string> {
        const backend = new compute.BackendBucket(
            name,
            {
                bucketName: bucket,
                compressionMode: "AUTOMATIC",
                customResponseHeaders: bucketHeaders,
                enableCdn: cached,
                cdnPolicy: cached ? bucketPolicy : undefined,
                edgeSecurityPolicy,
            },
            { parent: this },
        );
        const { projectNumber } = storage.getBucketOutput({ name: bucket }, { parent: this });
        new storage.BucketIAMMember(
            `${name}-reader`,
            {
                bucket,
                role: "roles/storage.objectViewer",
                member: pulumi.interpolate`serviceAccount:service-${projectNumber}@https-lb.iam.gserviceaccount.com`,
            },
            // A project has the agent from its first backend bucket on.
            { parent: this, dependsOn: [backend] },
        );
        return backend.id;
    }
}

/**
 * Which paths go to which origin. Endings of paths make the first origin one whose responses are kept, by their content
 * type; a URL map tells prefixes apart, and no endings.
 */
export function cdnPaths(cdn: roles.CdnArgs["cdn"]): { prefix: string; origin: string; cached: boolean }[] {
    const [first] = Object.keys(cdn.origins);
    const isPrefix = ({ path }: { path: string }) => path.startsWith("/");
    return [
        ...cdn.behaviors
            .filter(isPrefix)
            .map(({ path, origin = first }) => ({ prefix: path.slice(0, -1), origin, cached: true })),
        { prefix: "/", origin: first, cached: !cdn.behaviors.every(isPrefix) },
    ];
}
