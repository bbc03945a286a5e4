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

        // By origin, and not by their names: an origin `a-uncached` has a backend of its own beside those of `a`.
        const backends = { cached: new Map<string, Backend>(), uncached: new Map<string, Backend>() };
        this.routes = cdnPaths(args.cdn).map(({ prefix, origin, cached }) => {
            const made = cached ? backends.cached : backends.uncached;
            const backend = made.get(origin) ?? this.backend(called(name, origin, cached), args, origin, cached);
            made.set(origin, backend);
            return { prefix, rewrite: `${args.origins[origin].path ?? ""}${prefix}`, backend: backend.id };
        });
        for (const bucket of new Set(Object.values(args.origins).flatMap(({ bucket }) => bucket ?? []))) {
            const origins = Object.keys(args.origins).filter((origin) => args.origins[origin].bucket === bucket);
            const fetching = origins.flatMap((origin) =>
                Object.values(backends).flatMap((made) => made.get(origin) ?? []),
            );
            this.admit(name, bucket, origins[0], fetching);
        }
        this.host = args.cdn.host;
        this.registerOutputs({ host: this.host });
    }

    private backend(
        name: string,
        { place, firewall, origins }: roles.CdnArgs,
        origin: string,
        cached: boolean,
    ): Backend {
        const { service, bucket } = origins[origin];
        if (bucket) return this.bucketBackend(name, bucket, cached, firewall?.cdnId);
        const cdnPolicy = cached ? staticPolicy : undefined;
        const args = { place, service: service!, firewall, cdnPolicy, headers: [noGuessing], cdn: true };
        return cloudRunBackend(name, args, this);
    }

    private bucketBackend(
        name: string,
        { bucket }: roles.Bucket,
        cached: boolean,
        edgeSecurityPolicy?: pulumi.Output<string>,
    ): Backend {
        return new compute.BackendBucket(
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
    }

    /** The bucket stays private: its one new reader is the load balancers' own service agent, for all backends that fetch from it. */
    private admit(name: string, { bucket }: roles.Bucket, origin: string, backends: Backend[]): void {
        const { projectNumber } = storage.getBucketOutput({ name: bucket }, { parent: this });
        new storage.BucketIAMMember(
            `${called(name, origin, true)}-reader`,
            {
                bucket,
                role: "roles/storage.objectViewer",
                member: pulumi.interpolate`serviceAccount:service-${projectNumber}@https-lb.iam.gserviceaccount.com`,
            },
            {
                parent: this,
                // A project has the agent from its first backend bucket on.
                dependsOn: backends,
                aliases: [{ name: `${called(name, origin, false)}-reader` }],
            },
        );
    }
}

type Backend = compute.BackendBucket | compute.BackendService;

/** What the backend of an origin is called. */
const called = (name: string, origin: string, cached: boolean): string =>
    within(cached ? `${name}-${origin}` : `${name}-${origin}-uncached`, longestOnGcp);

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
