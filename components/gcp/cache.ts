import * as redis from "@pulumi/gcp/redis";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { cacheEnvironment, cacheSecretNames, cacheUrl } from "../contract";
import { shortened } from "../../topology/names";
import type * as roles from "../roles";
import { Secret } from "./secret";

/** An instance of Memorystore has 40 characters, of which Pulumi takes eight. */
const longestName = 32;

/** Memorystore's port for TLS; 6379 is closed then. */
const port = 6378;

/** Redis on Memorystore. Its twin is ../aws/cache.ts. */
export class Cache extends pulumi.ComponentResource implements roles.Cache {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port = port;
    readonly fields = { tls: "true" };
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly monitoringId: pulumi.Output<string>;

    constructor(name: string, args: roles.CacheArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Cache", name, {}, opts);
        const { place, cache, network, deletionProtection } = args;
        this.name = args.name;

        const server = new redis.Instance(
            shortened(name, longestName),
            {
                region: place.region,
                redisVersion: "REDIS_7_2",
                ...size(cache),
                authorizedNetwork: network.id,
                connectMode: "PRIVATE_SERVICE_ACCESS",
                authEnabled: true,
                transitEncryptionMode: "SERVER_AUTHENTICATION",
                maintenancePolicy,
                deletionProtection,
            },
            { parent: this, protect: deletionProtection },
        );

        this.host = server.host;
        this.monitoringId = server.id;
        // Its certificate is signed by an authority of its own; while that is being replaced there are two.
        const ca = server.serverCaCerts.apply((authorities) => authorities.map(({ cert }) => cert).join("\n"));
        this.environment = cacheEnvironment(args.name, { host: this.host, port, ca });
        // Memorystore makes the password.
        const password = pulumi.secret(server.authString);
        const url = pulumi.all([this.host, password]).apply(([host, value]) => cacheUrl(host, value, port));
        const credentials = new Secret(`${name}-credentials`, { values: { password, url } }, { parent: this });
        const variables = cacheSecretNames(args.name);
        this.secrets = { [variables.password]: credentials.ref("password"), [variables.url]: credentials.ref("url") };
        this.registerOutputs({ host: this.host });
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
