import type * as ec2 from "@pulumi/aws/ec2";
import * as elasticache from "@pulumi/aws/elasticache";
import type * as pulumi from "@pulumi/pulumi";

import { cacheEngines, memcachedNodes } from "../../topology/engines";
import type * as roles from "../roles";

/** The newest of memcached 1.6 that ElastiCache has. */
const engineVersion = "1.6.22";

/**
 * Nodes of memcached on Amazon ElastiCache, two in two zones where it is to be available. It knows no password; TLS, which ElastiCache has
 * for it, most clients of memcached do not speak, and GCP has none: a security group lets in the services that use it, and nobody else.
 */
export function memcached(
    name: string,
    { cache, interruptible, deletionProtection }: roles.CacheArgs,
    at: { subnets: elasticache.SubnetGroup; group: ec2.SecurityGroup },
    parent: pulumi.Resource,
): elasticache.Cluster {
    const count = memcachedNodes(cache);
    return new elasticache.Cluster(
        name,
        {
            engine: "memcached",
            engineVersion,
            nodeType: cache.aws.nodeType,
            numCacheNodes: count,
            azMode: count > 1 ? "cross-az" : "single-az",
            port: cacheEngines.memcached.port,
            subnetGroupName: at.subnets.name,
            securityGroupIds: [at.group.id],
            maintenanceWindow: "sun:19:30-sun:20:30",
            applyImmediately: interruptible,
        },
        { parent, protect: deletionProtection },
    );
}
