import type * as tldts from "tldts";

/**
 * The zone that a host is probably in: its name without the first label, or the name itself where nobody can own that,
 * as `co.uk` and `github.io`.
 */
export function defaultZone(name: string): string {
    const parent = name.slice(name.indexOf(".") + 1);
    return parent.includes(".") && !isPublicSuffix(parent) ? parent : name;
}

/** Whether names beneath it belong to different owners, by the public suffix list. */
function isPublicSuffix(name: string): boolean {
    // The list takes 9 ms to load, and only a domain without a zone asks.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it always
    const { getPublicSuffix } = require("tldts") as Pick<typeof tldts, "getPublicSuffix">;
    return getPublicSuffix(name, { allowPrivateDomains: true }) === name;
}
