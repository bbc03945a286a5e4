import * as ec2 from "@pulumi/aws/ec2";
import * as elasticache from "@pulumi/aws/elasticache";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type * as topology from "../../topology/app";
import { cacheEngineOf } from "../../topology/engines";
import { shortened } from "../../topology/names";
import { cacheEnvironment, cacheFields, cacheSecretNames, cacheUrl, memcachedEnvironment } from "../contract";
import { onceDone, passwordHash } from "../gates";
import type * as roles from "../roles";
import { memcached } from "./memcached";
import { Secret } from "./secret";

/** A replication group has 40 characters, of which Pulumi takes eight. */
const longestName = 32;
/** Valkey 8 speaks the protocol of Redis 7. */
const engineVersions = { redis: "7.1", valkey: "8.0" } as const;

/** Redis, Valkey or memcached on Amazon ElastiCache. Its twin is ../gcp/cache.ts. */
export class Cache extends pulumi.ComponentResource implements roles.Cache {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port: number;
    readonly fields: Record<string, string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly securityGroupId: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;

    constructor(name: string, args: roles.CacheArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Cache", name, {}, opts);
        const { cache, network } = args;
        this.name = args.name;
        this.port = cacheEngineOf(cache.engine).port;

        const parent = this;
        const subnets = new elasticache.SubnetGroup(
            `${name}-subnets`,
            { subnetIds: network.privateSubnetIds },
            { parent },
        );
        // No rules: services add their own way in, and nothing leads out.
        const group = new ec2.SecurityGroup(
            `${name}-access`,
            { vpcId: network.id, description: `${cache.engine === "redis" ? cache.aws.engine : cache.engine} ${name}` },
            { parent },
        );
        this.securityGroupId = group.id;
        const short = shortened(name, longestName);
        if (cache.engine === "memcached") {
            const cluster = memcached(short, args, { subnets, group }, this);
            const hosts = cluster.cacheNodes.apply((nodes) => nodes.map(({ address }) => address));
            this.host = hosts.apply(([first]) => first);
            this.fields = { tls: "false" };
            this.monitoringId = cluster.clusterId;
            this.environment = memcachedEnvironment(args.name, hosts, this.port);
            this.secrets = {};
        } else {
            const { servers, password } = this.redis(name, short, args, { subnets, group });
            this.host = servers.primaryEndpointAddress;
            // Where clients need not know TLS, they are told of none, as on the other cloud.
            this.fields = cacheFields(cache.tls === "optional" ? undefined : "required");
            this.monitoringId = servers.replicationGroupId;
            this.environment = cacheEnvironment(args.name, { host: this.host, port: this.port });
            this.secrets = this.credentials(name, args, password);
        }
        this.registerOutputs({ host: this.host });
    }

    /** A server with a password, which is told once the server has it. */
    private redis(
        name: string,
        short: string,
        { cache, gates, interruptible, deletionProtection }: roles.CacheArgs,
        { subnets, group }: { subnets: elasticache.SubnetGroup; group: ec2.SecurityGroup },
    ): { servers: elasticache.ReplicationGroup; password: pulumi.Output<string> } {
        const parent = this;
        // ElastiCache takes 16 to 128 characters, and few of those that are neither letters nor digits.
        const password = new random.RandomPassword(`${name}-password`, { length: 64, special: false }, { parent });
        const servers = gates.pass(
            name,
            passwordHash(password.result),
            (authTokenWoVersion, hooks) =>
                new elasticache.ReplicationGroup(
                    short,
                    {
                        description: `Cache ${name}`,
                        ...nodes(cache),
                        port: this.port,
                        subnetGroupName: subnets.name,
                        securityGroupIds: [group.id],
                        atRestEncryptionEnabled: true,
                        transitEncryptionEnabled: true,
                        // A password is taken of encrypted groups alone: "preferred" is encrypted, and takes clients without TLS.
                        transitEncryptionMode: cache.tls === "optional" ? "preferred" : "required",
                        authTokenWo: password.result,
                        authTokenWoVersion,
                        // The old one is good, too, until the next change: tasks that know only that go on.
                        authTokenUpdateStrategy: "ROTATE",
                        autoMinorVersionUpgrade: true,
                        maintenanceWindow: "sun:19:30-sun:20:30",
                        // Services are told of no TLS in the same `up`: a server that still asks for it would refuse them.
                        applyImmediately: interruptible || cache.tls === "optional",
                    },
                    { parent, hooks, protect: deletionProtection },
                ),
        );
        return { servers, password: onceDone(password.result, servers) };
    }

    private credentials(name: string, args: roles.CacheArgs, password: pulumi.Output<string>) {
        const url = pulumi
            .all([this.host, password])
            .apply(([host, value]) => cacheUrl(host, value, this.port, args.cache));
        const secret = new Secret(
            `${name}-credentials`,
            { values: { password, url }, recoveryDays: args.deletionProtection ? 30 : 0 },
            { parent: this },
        );
        const variables = cacheSecretNames(args.name);
        return { [variables.password]: secret.ref("password"), [variables.url]: secret.ref("url") };
    }
}

/** One node, or two in two zones with a copy a day of what they hold. */
const nodes = ({ highAvailability, aws: { engine, nodeType } }: topology.Cache) => ({
    engine,
    engineVersion: engineVersions[engine],
    nodeType,
    numCacheClusters: highAvailability ? 2 : 1,
    automaticFailoverEnabled: highAvailability,
    multiAzEnabled: highAvailability,
    snapshotRetentionLimit: highAvailability ? 7 : 0,
    snapshotWindow: "18:00-19:00",
});
