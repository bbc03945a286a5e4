import { buildOf, buildTag, type Build } from "../components/context";
import { mapEntries } from "../components/map";
import type { Target } from "../topology/app";
import { decide, readRelease, type Decided, type Release } from "../topology/release";
import type { Stack } from "../topology/validate";

/** Where `twinstack ship` tells an `up` what to run. */
const variable = "TWINSTACK_RELEASE";

/** What an image is built for on either cloud. */
export const platformOf = (
    { cloud }: Pick<Stack<Target>, "cloud">,
    { aws }: Stack["app"]["services"][string],
): string => (cloud === "aws" && aws.architecture === "arm64" ? "linux/arm64" : "linux/amd64");

/** Service → what is built for it; services whose image is only referenced are not in it. */
export const buildsOf = (stack: Stack<Target>): Record<string, Build> =>
    Object.fromEntries(
        Object.entries(stack.app.services).flatMap(([name, service]) => {
            const build = buildOf(service.image, platformOf(stack, service));
            return build ? [[name, build]] : [];
        }),
    );

/** Service → what the configuration says its image is: a reference, or the tag of what its folder builds. */
export const sourcesOf = (stack: Stack<Target>): Record<string, string> => {
    const builds = buildsOf(stack);
    return mapEntries(stack.app.services, (name, { image }) =>
        Object.hasOwn(builds, name) ? buildTag(builds[name]) : image.reference!,
    );
};

/**
 * The stack with what it is told to run, or else remembers.
 * @param told overrides the environment variable
 * @throws ProblemsError where what is told is wrong, or what is remembered cannot be read
 */
export function released<T extends Target>(
    stack: Stack<T>,
    remembered: Release | undefined,
    told: { release?: Release; from: string } = toldBy(stack.place.stack),
): { stack: Stack<T>; notes: Decided["notes"] } {
    if (stack.cloud === "local" || (!told.release && !remembered)) return { stack, notes: [] };
    const known = { told: told.release, remembered, sources: sourcesOf(stack) };
    const { release, notes } = decide(stack.app, known, told.from, stack.place.stack);
    return { stack: { ...stack, release, remembered }, notes };
}

function toldBy(stack: string): { release?: Release; from: string } {
    const json = process.env[variable];
    return { release: json ? readRelease(json, variable, stack) : undefined, from: variable };
}
