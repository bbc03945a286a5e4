import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type * as roles from "../roles";

/** A secret in AWS Secrets Manager, its values one JSON object or one string. Its twin is ../gcp/secret.ts. */
export class Secret extends pulumi.ComponentResource implements roles.Secret {
    private readonly arn: pulumi.Output<string>;

    constructor(name: string, args: roles.SecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Secret", name, {}, opts);
        const { values, recoveryDays = 0 } = args;

        const secret = new secretsmanager.Secret(name, { recoveryWindowInDays: recoveryDays }, { parent: this });
        const secretString = values
            ? pulumi.jsonStringify(values)
            : new random.RandomPassword(`${name}-initial`, { length: 40, special: false }, { parent: this }).result;
        // A value without `values` belongs to its owner, who replaces the random one in the console or by the CLI.
        const version = new secretsmanager.SecretVersion(
            `${name}-version`,
            { secretId: secret.id, secretString: pulumi.secret(secretString) },
            { parent: this, ignoreChanges: values ? [] : ["secretString"] },
        );

        // By way of the version: whoever refers to the secret waits until it has a value.
        this.arn = version.arn;
        this.registerOutputs({ arn: this.arn });
    }

    ref(key?: string): roles.SecretRef {
        const valueFrom = key ? pulumi.interpolate`${this.arn}:${key}::` : this.arn;
        return { id: this.arn, valueFrom, version: pulumi.output("latest") };
    }
}
