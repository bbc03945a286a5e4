import type { Output } from "@pulumi/pulumi";

import { mapEntries } from "../components/map";
import type { ImageArgs } from "../components/roles";
import type { Target } from "../topology/app";
import { isProtected } from "../topology/protection";
import type { Stack } from "../topology/validate";
import { releaseOf } from "./candidate";
import { platformOf, sourcesOf } from "./sources";

/** Images of services, and of their sidecars. */
export interface Images<Image> {
    images: Record<string, Image>;
    /** Service → sidecar → image. */
    beside: Record<string, Record<string, Image>>;
}

/** Every image of a stack. What is released is a service's own: sidecars are what the configuration says. */
export function imagesOf<Image extends { reference: Output<string> }>(
    stack: Stack<Target>,
    make: (name: string, args: Omit<ImageArgs, "place">) => Image,
): Images<Image> {
    const { app, place, release } = stack;
    const common = (service: Stack["app"]["services"][string]) => ({
        platform: platformOf(stack, service),
        deletionProtection: isProtected(app, service),
    });
    const images = mapEntries(app.services, (name, service) =>
        make(`${place.prefix}-${name}`, {
            image: service.image,
            release: releaseOf(release, name)?.image,
            ...common(service),
        }),
    );
    const sources = sourcesOf(stack);
    const beside = mapEntries(app.services, (name, service) =>
        mapEntries(service.sidecars, (sidecar, { image }) =>
            make(`${place.prefix}-${name}-${sidecar}`, {
                image,
                service: {
                    source: releaseOf(release, name)?.image ?? sources[name],
                    reference: images[name].reference,
                },
                ...common(service),
            }),
        ),
    );
    return { images, beside };
}

/** The images of services' sidecars, by the names of both. */
export const besideOf = <Image>({ beside }: Images<Image>, services = Object.keys(beside)): Record<string, Image> =>
    Object.fromEntries(
        services.flatMap((service) =>
            Object.entries(beside[service]).map(([sidecar, image]) => [`${service}-${sidecar}`, image]),
        ),
    );
