import * as ec2 from "@pulumi/aws/ec2";
import * as elasticache from "@pulumi/aws/elasticache";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type * as topology from "../../topology/app";
import { shortened } from "../../topology/names";
import { cacheEnvironment, cacheSecretNames, cacheUrl } from "../contract";
import { onceDone, passwordHash } from "../gates";
import type * as roles from "../roles";
import { Secret } from "./secret";

const port = 6379;
/** A replication group has 40 characters, of which Pulumi takes eight. */
const longestName = 32;
/** Valkey 8 speaks the protocol of Redis 7. */
const engineVersions = { redis: "7.1", valkey: "8.0" } as const;

/** Redis or Valkey on Amazon ElastiCache. Its twin is ../gcp/cache.ts. */
export class Cache extends pulumi.ComponentResource implements roles.Cache {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port = port;
    readonly fields = { tls: "true" };
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly securityGroupId: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;

    constructor(name: string, args: roles.CacheArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Cache", name, {}, opts);
        const { cache, network, deletionProtection, interruptible } = args;
        this.name = args.name;

        const parent = this;
        const subnets = new elasticache.SubnetGroup(
            `${name}-subnets`,
            { subnetIds: network.privateSubnetIds },
            { parent },
        );
        // No rules: services add their own way in, and nothing leads out.
        const group = new ec2.SecurityGroup(
            `${name}-access`,
            { vpcId: network.id, description: `${cache.aws.engine} ${name}` },
            { parent },
        );
        // ElastiCache takes 16 to 128 characters, and few of those that are neither letters nor digits.
        const password = new random.RandomPassword(`${name}-password`, { length: 64, special: false }, { parent });
        const servers = args.gates.pass(
            name,
            passwordHash(password.result),
            (authTokenWoVersion, hooks) =>
                new elasticache.ReplicationGroup(
                    shortened(name, longestName),
                    {
                        description: `Cache ${name}`,
                        ...nodes(cache),
                        port,
                        subnetGroupName: subnets.name,
                        securityGroupIds: [group.id],
                        atRestEncryptionEnabled: true,
                        transitEncryptionEnabled: true,
                        transitEncryptionMode: "required",
                        authTokenWo: password.result,
                        authTokenWoVersion,
                        // The old one is good, too, until the next change: tasks that know only that go on.
                        authTokenUpdateStrategy: "ROTATE",
                        autoMinorVersionUpgrade: true,
                        maintenanceWindow: "sun:19:30-sun:20:30",
                        applyImmediately: interruptible,
                    },
                    { parent, hooks, protect: deletionProtection },
                ),
        );

        this.host = servers.primaryEndpointAddress;
        this.securityGroupId = group.id;
        this.monitoringId = servers.replicationGroupId;
        this.environment = cacheEnvironment(args.name, { host: this.host, port });
        this.secrets = this.credentials(name, args, onceDone(password.result, servers));
        this.registerOutputs({ host: this.host });
    }

    private credentials(name: string, args: roles.CacheArgs, password: pulumi.Output<string>) {
        const url = pulumi.all([this.host, password]).apply(([host, value]) => cacheUrl(host, value, port));
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
