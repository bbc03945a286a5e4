import * as memcache from "@pulumi/gcp/memcache";
import type * as pulumi from "@pulumi/pulumi";

import { memcachedNodes } from "../../topology/engines";
import { memcachedNode } from "../../topology/limits";
import type * as roles from "../roles";

/**
 * Nodes of memcached on Memorystore, two in two zones where it is to be available. It knows neither a password nor TLS: whatever is in the
 * network reaches it.
 */
export function memcached(
    name: string,
    { place, cache, network, deletionProtection }: roles.CacheArgs,
    parent: pulumi.Resource,
): memcache.Instance {
    return new memcache.Instance(
        name,
        {
            region: place.region,
            memcacheVersion: "MEMCACHE_1_6_15",
            nodeCount: memcachedNodes(cache),
            nodeConfig: {
                cpuCount: cache.gcp.cpu ?? memcachedNode.fewestCpus(place.region),
                memorySizeMb: cache.gcp.memory * 1024,
            },
            // The network itself is a part of its peering, which has to be there first.
            authorizedNetwork: network.id,
            // UTC: at night in Japan.
            maintenancePolicy: {
                weeklyMaintenanceWindows: [
                    {
                        day: "SUNDAY",
                        startTime: { hours: 19, minutes: 0, seconds: 0, nanos: 0 },
                        duration: "10800s",
                    },
                ],
            },
            deletionProtection,
        },
        { parent, protect: deletionProtection },
    );
}
