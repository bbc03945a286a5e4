import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { sharedVolume } from "./volume";

/** A volume that services share. Its twins are ../aws/filesystem.ts and ../gcp/filesystem.ts. */
export class Filesystem extends pulumi.ComponentResource implements roles.Filesystem {
    readonly name: string;
    readonly id: pulumi.Output<string>;
    readonly environment = {};
    readonly secrets = {};
    readonly owner: number;

    constructor(
        name: string,
        args: Pick<roles.FilesystemArgs, "place" | "name" | "filesystem" | "network">,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:local:Filesystem", name, {}, opts);
        this.name = args.name;
        this.owner = args.filesystem.owner;
        const command = ["chown", `${this.owner}:${this.owner}`];
        this.id = sharedVolume(name, { ...args, alias: args.name, command }, this);
        this.registerOutputs({ id: this.id });
    }
}
