import * as pulumi from "@pulumi/pulumi";

import { resourceName } from "../contract";
import { initialValue } from "../initial";
import type * as roles from "../roles";
import { secretRef } from "./container";

/** Random values, kept as secrets in the stack's state. Its twins are ../aws/secret.ts and ../gcp/secret.ts. */
export class Secret extends pulumi.ComponentResource implements roles.Secret {
    private readonly refs: Record<string, roles.SecretRef>;

    /** @param args keys: the environment variables, whose values a laptop has no store to keep in */
    constructor(
        name: string,
        args: Required<Pick<roles.SecretArgs, "keys">> & Pick<roles.SecretArgs, "formats">,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:local:Secret", name, {}, opts);
        this.refs = Object.fromEntries(
            args.keys.map((key) => {
                const value = initialValue(`${name}-${resourceName(key)}`, args.formats?.[key], { parent: this });
                return [key, secretRef(`\${${key}}`, value)];
            }),
        );
        this.registerOutputs({});
    }

    ref(key: string): roles.SecretRef {
        return this.refs[key];
    }
}
