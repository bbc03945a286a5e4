import { releaseIn } from "../plan/released";
import { unpacked } from "../stacks/manifests";
import { isMap } from "../topology/merge";
import { parseRelease } from "../topology/release";
import type { Remembered } from "./decide";

/** What a stack says of itself, as far as a ship needs it. */
export interface Outputs extends Remembered {
    /** Service → where its image goes. */
    registry: Record<string, string>;
    /** Where the app answers. */
    url?: string;
}

/**
 * Reads what `pulumi stack output --json --show-secrets` prints, an exported state, or a release alone. Undefined where it is none of
 * them; without `release` where the stack has none.
 * @param from what is said of it in problems
 * @throws ProblemsError where the release in it has a form that is not known
 */
export function outputsIn(json: unknown, from: string, stack: string): Outputs | undefined {
    if (!isMap(json)) return undefined;
    if (isMap(json.deployment)) return { release: releaseIn(json, stack), registry: {} };
    // A release has services; outputs have a release, or an address.
    if (isMap(json.services)) return { release: parseRelease(json, from, stack), registry: {} };
    const { release, manifests, registry, url } = json;
    if (release === undefined && url === undefined && Object.keys(json).length) return undefined;
    return {
        ...(release !== undefined && { release: parseRelease(release, `${from}: release`, stack) }),
        manifests: unpacked(manifests),
        registry: isMap(registry)
            ? Object.fromEntries(
                  Object.entries(registry).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
              )
            : {},
        ...(typeof url === "string" && { url }),
    };
}
