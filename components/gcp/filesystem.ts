import * as filestore from "@pulumi/gcp/filestore";
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { objectUser, privateBucket, softDelete } from "./bucket";

const share = "files";

/**
 * Files in a Cloud Storage bucket that Cloud Run mounts, or on a Filestore server. Its twin is ../aws/filesystem.ts.
 *
 * A Filestore server admits its whole network, by NFS 3 without TLS (Google encrypts what passes between machines), has
 * one class of storage, and begins with a directory that is root's: the image's entry point gives it to its user.
 */
export class Filesystem extends pulumi.ComponentResource implements roles.Filesystem {
    readonly name: string;
    readonly id: pulumi.Output<string>;
    readonly monitoringId?: pulumi.Output<string>;
    readonly share?: string;
    readonly owner: number;
    readonly environment = {};
    readonly secrets = {};
    readonly grant?: roles.Filesystem["grant"];

    constructor(name: string, args: roles.FilesystemArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Filesystem", name, {}, opts);
        this.name = args.name;
        this.owner = args.filesystem.owner;

        if (args.filesystem.gcp.filestore) {
            this.share = `/${share}`;
            const server = this.server(name, args, args.filesystem.gcp.filestore);
            this.id = server.networks[0].ipAddresses[0];
            this.monitoringId = server.name;
        } else {
            const bucket = this.bucket(name, args);
            this.id = bucket.name;
            this.grant = (name, member, parent) => [objectUser(name, bucket.name, member, parent)];
        }
        this.registerOutputs({ id: this.id });
    }

    private bucket(name: string, { place, filesystem, deletionProtection }: roles.FilesystemArgs): storage.Bucket {
        return new storage.Bucket(
            name,
            {
                ...privateBucket,
                location: place.region.toUpperCase(),
                storageClass: "STANDARD",
                // To Nearline after 30 days without a read, and back by the first one.
                autoclass:
                    filesystem.infrequentAccessDays > 0
                        ? { enabled: true, terminalStorageClass: "NEARLINE" }
                        : undefined,
                versioning: { enabled: false },
                softDeletePolicy: softDelete(filesystem.backup),
                forceDestroy: !deletionProtection,
            },
            { parent: this, protect: deletionProtection },
        );
    }

    private server(
        name: string,
        { place, network, deletionProtection }: roles.FilesystemArgs,
        { tier, capacity }: { tier: string; capacity: number },
    ): filestore.Instance {
        return new filestore.Instance(
            name,
            {
                tier,
                // The basic tiers live in one zone; every region has a zone b.
                location: `${place.region}-b`,
                fileShares: { name: share, capacityGb: capacity },
                networks: [{ network: network.id, modes: ["MODE_IPV4"], connectMode: "PRIVATE_SERVICE_ACCESS" }],
            },
            // The basic tiers have no protection of their own.
            { parent: this, protect: deletionProtection },
        );
    }
}
