import { createHash } from "node:crypto";

import type { Alias, Resource } from "@pulumi/pulumi";

/**
 * Logical names of what belongs to a host: a record, a certificate, a proof. They say which host, and never where it stands
 * in a list: the engine deletes last what a changed name replaced, and in a zone that is the record that was just made.
 */

/** Characters of a logical name that GCP's 63 leave where the provider adds a hyphen and 7 digits. */
export const longestOnGcp = 55;

/**
 * A host as a part of a name: `a-b.example.com` is `a--b-example-com`. No two hosts share one: labels neither begin nor end with a
 * hyphen, so that an even run of hyphens is hyphens and a single one is a dot. Three are for what is no host: `*.` is `any---`.
 */
export const hostKey = (host: string): string =>
    host.replaceAll("-", "--").replaceAll(".", "-").replace(/^\*-/, "any---");

/** A name of at most `longest` characters: a longer one ends in a hash of the whole instead. */
export function within(name: string, longest: number): string {
    if (name.length <= longest) return name;
    const end = `---${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
    return `${name.slice(0, longest - end.length)}${end}`;
}

/** What a thing of a host is called: `<name>-<host>`. */
export const namedByHost = (name: string, host: string, longest = Infinity): string =>
    within(`${name}-${hostKey(host)}`, longest);

/**
 * What an earlier version called it: the host with hyphens for dots, or, where it came first, no host at all. Which one came
 * first the state alone knows, so each host claims the bare name after its own; where two must, as in an upgrade that
 * adds a host at once, the engine refuses in its preview.
 * @param hosts all that have a thing of this kind: a name that another one bears now is no alias
 */
export function hostAliases(
    name: string,
    host: string,
    hosts: readonly string[],
    { longest, parent }: { longest?: number; parent?: Resource } = {},
): Alias[] {
    const taken = parent ? [] : hosts.map((other) => namedByHost(name, other, longest));
    const hyphened = `${name}-${host.replaceAll(".", "-")}`;
    return [hyphened, name]
        .filter((old) => !taken.includes(old))
        .map((old) => (parent ? { name: old, parent } : { name: old }));
}
