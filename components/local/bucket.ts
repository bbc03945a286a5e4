import * as pulumi from "@pulumi/pulumi";

import { bucketEnvironment } from "../contract";
import type * as roles from "../roles";
import { sharedVolume } from "./volume";

/** Where services find what a bucket holds. */
export const bucketPath = (name: string): string => `/var/lib/twinstack/${name}`;

/** Objects as files in a volume that services share. Its twins are ../aws/bucket.ts and ../gcp/bucket.ts. */
export class Bucket extends pulumi.ComponentResource implements roles.Bucket {
    readonly name: string;
    readonly bucket: pulumi.Output<string>;
    readonly id: pulumi.Output<string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};

    constructor(
        name: string,
        args: Pick<roles.BucketArgs, "place" | "name"> & { network: roles.Network },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:local:Bucket", name, {}, opts);
        this.name = args.name;
        // Whoever may use a bucket in the cloud may do so as any user.
        const volume = sharedVolume(name, { ...args, alias: args.name, command: ["chmod", "0777"] }, this);
        this.bucket = volume;
        this.id = volume;
        this.environment = bucketEnvironment(args.name, {
            bucket: this.bucket,
            url: `file://${bucketPath(args.name)}`,
        });
        this.registerOutputs({ bucket: this.bucket });
    }
}
