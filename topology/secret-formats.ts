import type { ParsedApp, SecretFormat } from "./app";
import { show, type Finding } from "./problems";
import { ownSecrets } from "./secret-files";

/** What the first, random value of a secret looks like. Apps that read a key of an exact length or encoding do not start with another. */

/** How many random bytes a format is made of; none where it is drawn letter by letter. */
export const bytesOf = ({ format, bytes }: SecretFormat): number | undefined =>
    format === "alphanumeric" ? undefined : format === "uuid" ? 16 : (bytes ?? 32);

/** Letters and digits of a format that is drawn one by one. */
export const lengthOf = ({ length }: Pick<SecretFormat, "length">): number => length ?? 40;

/** How random bytes are read for a format. */
export const readAs = ({ format }: SecretFormat): "hex" | "base64" => (format.startsWith("base64") ? "base64" : "hex");

/** A value as a format has it. @param drawn letters and digits, or random bytes as `readAs` says */
export function formatted({ format, prefix = "" }: SecretFormat, drawn: string): string {
    if (format === "uuid") return prefix + uuidOf(drawn);
    // With its padding, which Fernet demands and others pass over.
    return prefix + (format === "base64url" ? drawn.replaceAll("+", "-").replaceAll("/", "_") : drawn);
}

/** RFC 9562's version 4 of 16 random bytes. */
function uuidOf(hex: string): string {
    const variant = "89ab"[parseInt(hex[16], 16) % 4];
    return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        variant + hex.slice(17, 20),
        hex.slice(20),
    ].join("-");
}

/** A format in words: `base64 of 32 bytes, after base64:`. */
export function formatWords(written: SecretFormat): string {
    const { format, prefix } = written;
    const text =
        format === "uuid"
            ? "a UUID"
            : format === "alphanumeric"
              ? `${lengthOf(written)} letters and digits`
              : `${format} of ${bytesOf(written)} bytes`;
    return prefix === undefined ? text : `${text}, after ${prefix}`;
}

/** A secret's format is that of one that is there. */
export function* secretFormatRules(app: ParsedApp): Generator<Finding> {
    for (const [name, { keys, formats }] of Object.entries(app.secrets))
        for (const key of Object.keys(formats))
            if (!keys.includes(key))
                yield {
                    at: ["secrets", name, "formats", key],
                    found: `${show(key)}, which is no key of ${name}`,
                    allowed: `one of its keys: ${keys.join(", ")}`,
                    reads: [["secrets", name, "keys"]],
                };
    for (const [name, service] of Object.entries(app.services))
        for (const key of Object.keys(service.secretFormats)) {
            const own = ownSecrets(service);
            if (!own.includes(key))
                yield {
                    at: ["services", name, "secretFormats", key],
                    found: `${show(key)}, which is no secret of ${name}'s own`,
                    allowed: own.length
                        ? `one of its secrets: ${own.join(", ")}`
                        : "nothing: it has no secrets of its own. That of a set's key is in its formats",
                    reads: [["services", name, "secrets"]],
                };
        }
}

/** Variable → format, of all of an app's secrets. */
export const formatsOf = (app: ParsedApp): Record<string, SecretFormat> =>
    Object.assign(
        {},
        ...Object.values(app.services).map(({ secretFormats }) => secretFormats),
        ...Object.values(app.secrets).map(({ formats }) => formats),
    ) as Record<string, SecretFormat>;
