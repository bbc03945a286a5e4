import * as redis from "@pulumi/gcp/redis";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { cacheEngineOf } from "../../topology/engines";
import { shortened } from "../../topology/names";
import { cacheEnvironment, cacheFields, cacheSecretNames, cacheUrl, memcachedEnvironment } from "../contract";
import type * as roles from "../roles";
import { memcached } from "./memcached";
import { Secret } from "./secret";

/** An instance of Memorystore has 40 characters, of which Pulumi takes eight. */
const longestName = 32;

/** Memorystore's port for TLS; 6379 is closed then. */
const tlsPort = 6378;

/** Redis or memcached on Memorystore. Its twin is ../aws/cache.ts. */
export class Cache extends pulumi.ComponentResource implements roles.Cache {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port: number;
    readonly fields: Record<string, string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly monitoringId: pulumi.Output<string>;

    constructor(name: string, args: roles.CacheArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Cache", name, {}, opts);
        this.name = args.name;
        const short = shortened(name, longestName);
        if (args.cache.engine === "memcached") {
            const server = memcached(short, args, this);
            const hosts = server.memcacheNodes.apply((nodes) => nodes.map(({ host }) => host));
            this.host = hosts.apply(([first]) => first);
            this.port = cacheEngineOf("memcached").port;
            this.fields = { tls: "false" };
            this.monitoringId = server.name;
            this.environment = memcachedEnvironment(args.name, hosts, this.port);
            this.secrets = {};
        } else {
            const server = this.redis(short, args);
            const isPlain = args.cache.tls === "optional";
            this.host = server.host;
            this.port = isPlain ? cacheEngineOf("redis").port : tlsPort;
            // Its authority is its own, of which no client knows unless it is given REDIS_CA.
            this.fields = cacheFields(isPlain ? undefined : "none");
            this.monitoringId = server.id;
            // Its certificate is signed by an authority of its own; while that is being replaced there are two.
            const ca = isPlain
                ? undefined
                : server.serverCaCerts.apply((authorities) => authorities.map(({ cert }) => cert).join("\n"));
            this.environment = cacheEnvironment(args.name, { host: this.host, port: this.port, ca });
            this.secrets = this.credentials(name, args, server);
        }
        this.registerOutputs({ host: this.host });
    }

    private redis(name: string, { place, cache, network, deletionProtection }: roles.CacheArgs): redis.Instance {
        return new redis.Instance(
            name,
            {
                region: place.region,
                redisVersion: "REDIS_7_2",
                ...size(cache),
                authorizedNetwork: network.id,
                connectMode: "PRIVATE_SERVICE_ACCESS",
                authEnabled: true,
                // It takes clients with TLS or without, never both.
                transitEncryptionMode: cache.tls === "optional" ? "DISABLED" : "SERVER_AUTHENTICATION",
                maintenancePolicy,
                deletionProtection,
            },
            { parent: this, protect: deletionProtection },
        );
    }

    private credentials(name: string, args: roles.CacheArgs, server: redis.Instance): Record<string, roles.SecretRef> {
        // Memorystore makes the password.
        const password = pulumi.secret(server.authString);
        const url = pulumi
            .all([server.host, password])
            .apply(([host, value]) => cacheUrl(host, value, this.port, args.cache));
        const credentials = new Secret(`${name}-credentials`, { values: { password, url } }, { parent: this });
        const variables = cacheSecretNames(args.name);
        return { [variables.password]: credentials.ref("password"), [variables.url]: credentials.ref("url") };
    }
}

/** One node, or two in two zones with a copy a day of what they hold. */
const size = ({ highAvailability, gcp: { memory } }: topology.Cache) => ({
    tier: highAvailability ? "STANDARD_HA" : "BASIC",
    memorySizeGb: memory,
    persistenceConfig: highAvailability
        ? { persistenceMode: "RDB", rdbSnapshotPeriod: "TWENTY_FOUR_HOURS" }
        : { persistenceMode: "DISABLED" },
});

/** UTC: at night in Japan. */
const maintenancePolicy: input.redis.InstanceMaintenancePolicy = {
    weeklyMaintenanceWindows: [{ day: "SUNDAY", startTime: { hours: 19, minutes: 30, seconds: 0, nanos: 0 } }],
};
