import * as secretmanager from "@pulumi/gcp/secretmanager";
import * as pulumi from "@pulumi/pulumi";

import type { SecretFormat } from "../../topology/app";
import { resourceName } from "../contract";
import { initialValue } from "../initial";
import type * as roles from "../roles";
import { announcements } from "./announcements";

/** Secrets in Secret Manager: one, or one a value, as Cloud Run takes whole secrets only. Its twin is ../aws/secret.ts. */
export class Secret extends pulumi.ComponentResource implements roles.Secret {
    readonly topic?: pulumi.Output<string>;
    private readonly refs: Record<string, roles.SecretRef>;
    private readonly protect?: boolean;
    private readonly annotations?: Record<string, string>;

    constructor(name: string, args: roles.SecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Secret", name, {}, opts);
        const { value, values, keys, format, formats = {}, description, announced } = args;
        this.protect = args.deletionProtection;
        this.annotations = description === undefined ? undefined : { description };
        this.topic = announced ? announcements(name, this) : undefined;

        const several: [string, pulumi.Input<string>?][] | undefined = values
            ? Object.entries(values)
            : keys?.map((key) => [key]);
        this.refs = several
            ? Object.fromEntries(
                  several.map(([key, value]) => [key, this.store(`${name}-${resourceName(key)}`, value, formats[key])]),
              )
            : { "": this.store(name, value, format) };
        this.registerOutputs({});
    }

    ref(key = ""): roles.SecretRef {
        return this.refs[key];
    }

    private store(name: string, value?: pulumi.Input<string>, format?: SecretFormat): roles.SecretRef {
        const secret = new secretmanager.Secret(
            name,
            {
                annotations: this.annotations,
                replication: { auto: {} },
                topics: this.topic ? [{ name: this.topic }] : undefined,
            },
            { parent: this, protect: this.protect },
        );
        const secretData = value ?? initialValue(`${name}-initial`, format, { parent: this });
        // A value that the program does not know belongs to its owner, who adds a version in the console or by the CLI.
        const version = new secretmanager.SecretVersion(
            `${name}-version`,
            {
                secret: secret.id,
                secretData: pulumi.secret(secretData),
                // A revision that still serves reads the old version when an instance starts, and the next `up` after a
                // failed one begins by deleting what was replaced. It goes with its secret.
                deletionPolicy: value === undefined ? undefined : "ABANDON",
            },
            // The owner's value is not to be set back; a first value that is made anew is not to become theirs.
            { parent: this, ignoreChanges: value === undefined ? ["secretData"] : [] },
        );
        return {
            // Not by way of the version: permission is granted early, and has spread by the time a service needs it.
            id: secret.id,
            // By way of the version: whoever names the secret waits until it has a value.
            valueFrom: pulumi.all([secret.secretId, version.secret]).apply(([id]) => id),
            // A value that the program knows is pinned, so that a new one makes a new revision; the owner's is not.
            version: value === undefined ? pulumi.output("latest") : version.version,
            ...(value === undefined ? {} : { value: pulumi.secret(value) }),
        };
    }
}
