import { z } from "zod";

import { text, CertificateName, Cidr, Country, DeletionProtection, Hostname, Name, RoutePath } from "./forms";

/** The network and what stands before the services: firewall, names, certificates, CDN. */

/** A subnet of a GCP network, which belongs to a region. */
export const Subnet = z.strictObject({
    /** Region of GCP that the subnet is in. */
    region: z.string(),
    /** Its addresses, within those of the network. */
    cidr: Cidr,
});

const SubnetId = text(/^subnet-[0-9a-f]{8,17}$/, "a subnet's id, such as subnet-0123456789abcdef0");

export const Network = z.strictObject({
    /** All addresses of the network. */
    cidr: Cidr.default("10.0.0.0/16"),
    /**
     * How private instances reach the internet. `none`: no NAT is paid for (AWS tasks get public addresses that admit
     * only the load balancer). `single`: one gateway. `perZone`: one a zone; Cloud NAT is regional and makes no difference.
     */
    nat: z.enum(["none", "single", "perZone"]),
    aws: z
        .strictObject({
            /** One range a zone, for the load balancer and NAT. Default: the 1st and 2nd /24 of the network. */
            publicSubnets: z.array(Cidr).length(2).optional(),
            /** One range a zone, for tasks and databases. Default: the 10th and 20th /24 of the network. */
            privateSubnets: z.array(Cidr).length(2).optional(),
            /**
             * Who talks to whom, in a log of its own: nobody, whoever is refused, or all, which costs by what goes through. Set
             * per environment. A subnet on GCP logs a tenth of everything, always. Of a VPC of somebody else's: nobody.
             */
            flowLogs: z.enum(["none", "rejected", "all"]),
            /**
             * A VPC of somebody else's, which the stack uses and does not own: no VPC, subnet, NAT gateway or endpoint is made or
             * changed, whatever ranges are said. Where `nat` is not `none`, its private subnets must reach the internet. Default: the
             * stack makes its own.
             */
            existing: z
                .strictObject({
                    /** The VPC. */
                    vpcId: text(/^vpc-[0-9a-f]{8,17}$/, "a VPC's id, such as vpc-0123456789abcdef0"),
                    /** In at least two zones: of the load balancer, and of tasks without NAT. */
                    publicSubnets: z.array(SubnetId).min(2),
                    /** In at least two zones: of tasks, databases, caches and file systems. */
                    privateSubnets: z.array(SubnetId).min(2),
                })
                .optional(),
        })
        .prefault({} as never),
    gcp: z
        .strictObject({
            /**
             * Name → subnet. Services run in the one of the stack's region. Default: `main`, the 1st /24 of the network; also where an
             * app's own are all in other regions. A stack's own must have one in its region.
             */
            subnets: z.record(Name, Subnet).optional(),
            /**
             * A VPC of somebody else's, which the stack uses and does not own: no network, subnet, Cloud NAT, firewall rule, peering
             * or private zone is made or changed, whatever subnets are said. Default: the stack makes its own.
             */
            existing: z
                .strictObject({
                    /** `projects/PROJECT/global/networks/NAME`. */
                    network: text(
                        /^projects\/[a-z0-9:.-]+\/global\/networks\/[a-z0-9-]+$/,
                        "a network's path, such as projects/host-project/global/networks/shared",
                    ),
                    /** `projects/PROJECT/regions/REGION/subnetworks/NAME`, in the stack's region, with a /26 or more. */
                    subnetwork: text(
                        /^projects\/[a-z0-9:.-]+\/regions\/[a-z0-9-]+\/subnetworks\/[a-z0-9-]+$/,
                        "a subnet's path, such as projects/host-project/regions/asia-northeast1/subnetworks/apps",
                    ),
                })
                .optional(),
        })
        .prefault({}),
});

/** Requests that the web application firewall lets through. Which managed rules it has is no choice; where they hold is. */
export const Firewall = z.strictObject({
    /** Set per environment. */
    enabled: z.boolean(),
    /** `count` only records what would be blocked, to try the rules on live traffic. */
    mode: z.enum(["block", "count"]).default("block"),
    /** Requests from one address within the window, beyond which it is refused. */
    rateLimit: z
        .strictObject({
            requests: z.int().min(10).max(2_000_000).default(2000),
            windowSeconds: z.literal([60, 120, 300, 600]).default(300),
        })
        .prefault({}),
    /** Countries to admit (and no others) or to refuse. */
    countries: z
        .strictObject({
            /** Only these, by ISO 3166 code: `["JP"]`. */
            allow: z.array(Country).min(1).max(50).optional(),
            /** All but these. */
            block: z.array(Country).min(1).max(50).optional(),
        })
        .refine((countries) => !(countries.allow && countries.block), "allow or block, not both")
        .optional(),
    /**
     * KB of a request's body that are inspected. What AWS's load balancer hands to its firewall is 8 KB, always; a CDN on AWS
     * has a firewall of its own, which reads 16 KB at least.
     */
    bodyKb: z.literal([8, 16, 32, 48, 64]).default(8),
    /**
     * A body larger than that: `pass`, its beginning inspected, or `block`. AWS's own rule would block whatever exceeds 8 KB,
     * every upload among it. Cloud Armor goes by `Content-Length`, which a request in chunks does not have.
     */
    largeBodies: z.enum(["pass", "block"]).default("pass"),
    /**
     * Rules that take honest requests for attacks, and where they do. A rule is `sqli`, `xss`, `lfi`, `rce`, `scanner` or
     * `large-body`, which hold on both clouds; or one rule by the name that the cloud's firewall log gives it, which the other
     * cloud does not have.
     */
    exclude: z
        .array(
            z.strictObject({
                /** `sqli`, `xss`, `lfi`, `rce`, `scanner`, `large-body`, or one rule by its cloud's name for it. */
                rule: z.string(),
                /** Where it does not hold: a path such as `/api`, or a prefix such as `/api/*`. Default: everywhere. */
                path: RoutePath.optional(),
            }),
        )
        .max(20)
        .default([]),
    gcp: z
        .strictObject({
            /** Cloud Armor's learned layer-7 defence. Set per environment. */
            adaptiveProtection: z.boolean(),
            /**
             * OWASP's paranoia level. 1 has the signatures that Google trusts most; each level above finds more attacks, and
             * takes more honest requests for one. Cloud Armor's own default is 4: every signature.
             */
            sensitivity: z.int().min(1).max(4).default(1),
        })
        .prefault({} as never),
});

export const Domain = z.strictObject({
    /** The app's host name; its certificate and record are made in the zone. */
    name: Hostname,
    /** The zone's DNS name. Default: `name` without its first label (or `name` itself where that leaves one label). */
    zone: Hostname.optional(),
    /** Further names of the certificate. Hosts of routes and of the CDN are on it without being named here. */
    alternativeNames: z.array(CertificateName).max(90).default([]),
    /** Host names that answer by leading to `name`, for good and with path and query: `www.example.com`. They get records and certificates too. */
    redirects: z.array(Hostname).max(20).default([]),
    /** Take over records of the stack's hosts that the zone holds already, made by hand or by somebody else. */
    takeOver: z.boolean().default(false),
    gcp: z
        .strictObject({
            /** Cloud DNS's own name of the zone. Default: the DNS name with hyphens for dots. */
            managedZone: Name.optional(),
        })
        .prefault({}),
});

/** Where a CDN fetches from: a service behind the load balancer, or a bucket. */
export const CdnOrigin = z
    .strictObject({
        /** A service of the app. */
        service: Name.optional(),
        /** A bucket of the app, instead of a service. */
        bucket: Name.optional(),
        /** What is put before the path of a request, such as `/static`. */
        path: text(/^(\/[\w.-]+)+$/, "a path such as /static").optional(),
    })
    .refine((origin) => !origin.service !== !origin.bucket, "service or bucket, one of them");

/** A content delivery network under a name of its own: CloudFront, or Cloud CDN on the stack's load balancer. */
export const Cdn = z.strictObject({
    /** Its host name, in the zone of the app's domain. */
    host: Hostname,
    /** The first takes whatever no behavior matches, uncached. */
    origins: z.record(Name, CdnOrigin).refine((origins) => Object.keys(origins).length > 0, "at least one origin"),
    /** What is cached. Cloud CDN goes by the content type of a response instead of the end of a path. */
    behaviors: z
        .array(
            z.strictObject({
                /** An ending such as `*.js`, or a prefix such as `/assets/*`. */
                path: text(
                    /^(\*\.[a-z0-9]+|\/([\w.-]+\/)*\*)$/,
                    "an ending such as *.js, or a prefix such as /assets/*",
                ),
                /** Default: the first. */
                origin: Name.optional(),
            }),
        )
        .default([]),
    /** Refuse to delete its access logs (AWS); nothing else of it would be lost. Default: the app's. */
    deletionProtection: DeletionProtection,
});
