import { buildOf, buildTag, type Build } from "../components/context";
import { mapEntries } from "../components/map";
import type { Target } from "../topology/app";
import type { Stack } from "../topology/validate";

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
