import { aws, global, untagged } from "./aws";
import { gcp, labelled } from "./gcp";
import { other } from "./other";
import { rulesMet, type Replacing, type Rule, type Same } from "./rules";

/**
 * Which inputs of which resources replace them: one table for the diff, for what holds data and for the stand-in cloud of the
 * engine tests. Every type that a plan has is in it; a test fails when one is not.
 */

export { placeholder, type Rule } from "./rules";

const region: Rule = { path: "region", stays: true };

/** Type → the inputs that replace it. */
export const replacing: Replacing = {
    ...Object.fromEntries(
        Object.entries(aws).map(([type, rules]) => [type, global.has(type) ? rules : [...rules, region]]),
    ),
    ...gcp,
    ...other,
};

/** The paths of the inputs because of which a change replaces a resource; none where it is changed in place. */
export const replacedBy = (
    type: string,
    before: Record<string, unknown>,
    after: Record<string, unknown>,
    same?: Same,
): string[] => rulesMet(replacing[type] ?? [], before, after, same).map(({ path }) => path);

/**
 * What a resource takes from its provider. On AWS the region is the provider's own, and replaces it and all that is its. On
 * Google Cloud the provider stays, and its project is the default of every resource that has the input.
 */
export const inheritsProject = (type: string): boolean =>
    type.startsWith("gcp:") && (gcp[type] ?? []).some(({ path }) => path === "project");

/** The provider's tags or labels for all resources are a part of this one's own. */
export const inheritsTags = (type: string): boolean =>
    type.startsWith("aws:") ? Object.hasOwn(aws, type) && !untagged.has(type) : labelled.has(type);

/** Outputs that are not known any more once a resource is changed in place. */
export const recomputed: Record<string, readonly string[]> = {
    "docker-build:index:Image": ["contextHash", "digest", "ref"],
};
