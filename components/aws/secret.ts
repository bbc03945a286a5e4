import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";

import { resourceName } from "../contract";
import { initialValue } from "../initial";
import type * as roles from "../roles";
import type { SecretFormat } from "../../topology/app";

/**
 * A secret in AWS Secrets Manager, its values one JSON object or one string. Its twin is ../gcp/secret.ts.
 *
 * A key that is added later belongs in the JSON object before the program is run: it no longer writes there by then.
 */
export class Secret extends pulumi.ComponentResource implements roles.Secret {
    private readonly arn: pulumi.Output<string>;
    private readonly version: pulumi.Output<string>;
    private readonly known: (key?: string) => pulumi.Input<string> | undefined;

    constructor(name: string, args: roles.SecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Secret", name, {}, opts);
        const { value, values, keys, format, formats = {}, description, recoveryDays = 0 } = args;
        const { deletionProtection: protect } = args;
        const isKnown = values !== undefined || value !== undefined;

        const secret = new secretsmanager.Secret(
            name,
            { description, recoveryWindowInDays: recoveryDays },
            { parent: this, protect },
        );
        const initial = (named: string, as?: SecretFormat) => initialValue(`${named}-initial`, as, { parent: this });
        const first = keys
            ? Object.fromEntries(keys.map((key) => [key, initial(`${name}-${resourceName(key)}`, formats[key])]))
            : undefined;
        const several = values ?? first;
        // A value that the program does not know belongs to its owner, who replaces the random one in the console or by the CLI.
        const version = new secretsmanager.SecretVersion(
            `${name}-version`,
            {
                secretId: secret.id,
                secretString: pulumi.secret(several ? pulumi.jsonStringify(several) : (value ?? initial(name, format))),
            },
            // The owner's value is not to be set back; a first value that is made anew is not to become theirs.
            { parent: this, ignoreChanges: isKnown ? [] : ["secretString"] },
        );

        // By way of the version: whoever refers to the secret waits until it has a value.
        this.arn = version.arn;
        this.version = isKnown ? version.versionId : pulumi.output("latest");
        this.known = (key) => (key === undefined ? value : values?.[key]);
        this.registerOutputs({ arn: this.arn });
    }

    ref(key?: string): roles.SecretRef {
        const valueFrom = key ? pulumi.interpolate`${this.arn}:${key}::` : this.arn;
        const value = this.known(key);
        return {
            id: this.arn,
            valueFrom,
            version: this.version,
            ...(value === undefined ? {} : { value: pulumi.secret(value) }),
        };
    }
}
