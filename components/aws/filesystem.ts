import * as ec2 from "@pulumi/aws/ec2";
import * as efs from "@pulumi/aws/efs";
import * as iam from "@pulumi/aws/iam";
import type { input } from "@pulumi/aws/types";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import type * as roles from "../roles";

/** NFS, inside TLS. */
const port = 2049;

/** Files on Amazon EFS, by an access point with one owner. Its twin is ../gcp/filesystem.ts. */
export class Filesystem extends pulumi.ComponentResource implements roles.Filesystem {
    readonly name: string;
    readonly id: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;
    readonly accessPointId: pulumi.Output<string>;
    readonly owner: number;
    readonly port = port;
    readonly environment = {};
    readonly secrets = {};
    readonly securityGroupId: pulumi.Output<string>;
    private readonly arn: pulumi.Output<string>;
    private readonly accessPointArn: pulumi.Output<string>;

    constructor(name: string, args: roles.FilesystemArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Filesystem", name, {}, opts);
        const { filesystem, network, deletionProtection } = args;
        this.name = args.name;
        this.owner = filesystem.owner;

        const parent = this;
        const files = new efs.FileSystem(
            name,
            {
                encrypted: true,
                performanceMode: "generalPurpose",
                throughputMode: filesystem.aws.throughput,
                lifecyclePolicies: lifecycle(filesystem),
                // EFS knows no other name for people.
                tags: { Name: name },
            },
            { parent, protect: deletionProtection },
        );
        const locked = new efs.FileSystemPolicy(
            `${name}-policy`,
            { fileSystemId: files.id, policy: encryptedOnly(files.arn) },
            { parent },
        );
        new efs.BackupPolicy(
            `${name}-backup`,
            { fileSystemId: files.id, backupPolicy: { status: filesystem.backup ? "ENABLED" : "DISABLED" } },
            { parent },
        );
        const point = new efs.AccessPoint(`${name}-point`, accessPoint(files.id, filesystem.owner), { parent });
        // No rules: services add their own way in, and nothing leads out.
        const group = new ec2.SecurityGroup(
            `${name}-access`,
            { vpcId: network.id, description: `Files ${name}` },
            { parent },
        );
        const targets = args.place.zones.map(
            (_, zone) =>
                new efs.MountTarget(
                    `${name}-mount-${zone + 1}`,
                    {
                        fileSystemId: files.id,
                        subnetId: network.privateSubnetIds.apply((ids) => ids[zone]),
                        securityGroups: [group.id],
                    },
                    { parent },
                ),
        );

        // By way of the mount targets and the policy: whoever mounts finds both in place.
        this.id = pulumi
            .all([files.id, locked.fileSystemId, ...targets.map(({ subnetId }) => subnetId)])
            .apply(([id]) => id);
        this.monitoringId = files.id;
        this.accessPointId = point.id;
        this.securityGroupId = group.id;
        this.arn = files.arn;
        this.accessPointArn = point.arn;
        this.registerOutputs({ id: this.id });
    }

    grant(name: string, identity: pulumi.Output<string>, parent: pulumi.Resource): pulumi.Resource[] {
        // An access point whose files belong to root works for those alone who may act as root.
        const actions = ["ClientMount", "ClientWrite", ...(this.owner === 0 ? ["ClientRootAccess"] : [])];
        const policy = pulumi.jsonStringify({
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: actions.map((action) => `elasticfilesystem:${action}`),
                    Resource: this.arn,
                    Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": this.accessPointArn } },
                },
            ],
        });
        return [new iam.RolePolicy(name, { role: identity, policy }, { parent })];
    }
}

/** To cheaper storage after so many days without a read, and back by the first one. */
const lifecycle = ({ infrequentAccessDays }: topology.Filesystem): input.efs.FileSystemLifecyclePolicy[] | undefined =>
    infrequentAccessDays === 0
        ? undefined
        : [
              { transitionToIa: `AFTER_${infrequentAccessDays}_DAYS` },
              { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
          ];

/** A directory of the owner's, as whom every client reads and writes, whoever it is in its container. */
const accessPoint = (fileSystemId: pulumi.Input<string>, owner: number): efs.AccessPointArgs => ({
    fileSystemId,
    posixUser: { uid: owner, gid: owner },
    rootDirectory: { path: "/files", creationInfo: { ownerUid: owner, ownerGid: owner, permissions: "0750" } },
});

/** TLS alone. That there is a policy at all shuts out whoever brings no permission of their own: without one, all may enter. */
const encryptedOnly = (arn: pulumi.Output<string>): pulumi.Output<string> =>
    pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "EncryptedConnectionsOnly",
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: "*",
                Resource: arn,
                Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
        ],
    });
