import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { resourceName } from "../contract";
import type * as roles from "../roles";
import { secretRef } from "./container";

/** Random values, kept as secrets in the stack's state. Its twins are ../aws/secret.ts and ../gcp/secret.ts. */
export class Secret extends pulumi.ComponentResource implements roles.Secret {
    private readonly refs: Record<string, roles.SecretRef>;

    /** @param args keys: the environment variables, whose values a laptop has no store to keep in */
    constructor(name: string, args: Required<Pick<roles.SecretArgs, "keys">>, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:local:Secret", name, {}, opts);
        this.refs = Object.fromEntries(
            args.keys.map((key) => {
                const { result } = new random.RandomPassword(
                    `${name}-${resourceName(key)}`,
                    { length: 40, special: false },
                    { parent: this },
                );
                return [key, secretRef(`\${${key}}`, result)];
            }),
        );
        this.registerOutputs({});
    }

    ref(key: string): roles.SecretRef {
        return this.refs[key];
    }
}
