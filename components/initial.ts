import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { SecretFormat } from "../topology/app";
import { bytesOf, formatted, lengthOf, readAs } from "../topology/secret-formats";

/** The value that a secret begins with, before its owner has replaced it: a secret to the engine, whatever it looks like. */
export function initialValue(
    name: string,
    format: SecretFormat = { format: "alphanumeric" },
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const length = bytesOf(format);
    if (length === undefined) {
        const { result } = new random.RandomPassword(name, { length: lengthOf(format), special: false }, opts);
        return format.prefix === undefined ? result : result.apply((text) => formatted(format, text));
    }
    return new random.RandomBytes(name, { length }, opts)[readAs(format)].apply((text) => formatted(format, text));
}
