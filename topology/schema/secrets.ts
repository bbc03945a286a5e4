import { z } from "zod";

import { DeletionProtection, EnvironmentVariable, text } from "./forms";

/** Sets of secrets, and what a secret's first value looks like. */

/**
 * What the first value of a secret looks like, for apps that do not start with any other: a random one, which is yours to replace. Of a
 * secret that is there already another format changes nothing in the cloud.
 */
export const SecretFormat = z
    .strictObject({
        /** How it is written. `base64url` has its padding, as Fernet's keys do. */
        format: z.enum(["alphanumeric", "hex", "base64", "base64url", "uuid"]),
        /** Random bytes, of `hex`, `base64` and `base64url`. Default: 32. */
        bytes: z.int().min(8).max(256).optional(),
        /** Letters and digits, of `alphanumeric`. Default: 40. */
        length: z.int().min(8).max(256).optional(),
        /** What stands before it, such as Laravel's `base64:`. */
        prefix: text(/^[\w.:+/=@-]{1,40}$/, "up to 40 letters, digits and signs of _.:+/=@-").optional(),
    })
    .refine(
        ({ format, bytes }) => bytes === undefined || format.startsWith("base64") || format === "hex",
        "bytes with hex, base64 or base64url only; alphanumeric has a length",
    )
    .refine(
        ({ format, length }) => length === undefined || format === "alphanumeric",
        "length with alphanumeric only; hex, base64 and base64url have bytes",
    );

/** Secrets that belong together: one JSON secret on AWS, one secret a key on GCP. Their values are yours to set there. */
export const SecretSet = z.strictObject({
    /** Environment variables of every service that uses them. */
    keys: z
        .array(EnvironmentVariable)
        .min(1)
        .refine((keys) => new Set(keys).size === keys.length, "each key once"),
    /** Key → what its first, random value looks like. Default: 40 letters and digits. */
    formats: z.record(EnvironmentVariable, SecretFormat).default({}),
    /** Start a service's instances anew when a value changes, so that they read it. */
    redeploy: z.boolean().default(true),
    /** Refuse to delete the secrets, whose values are nowhere else. Default: the app's. */
    deletionProtection: DeletionProtection,
});
