import type { Build } from "../components/context";
import { buildTag } from "../components/context";
import { buildInputs } from "../components/layer";
import type { Cloud } from "../topology/app";

/** How BuildKit is told to build an image. Paths are relative to the project. */
export interface Recipe {
    context: string;
    dockerfile: string;
    platform: string;
    target?: string;
    args: Record<string, string>;
    /** Further build contexts, by the names that the Dockerfile gives them. */
    named: Record<string, string>;
}

/** Lays out what a layer adds, if it does. */
export function recipeOf(build: Build): Recipe {
    const { context, dockerfile, target, buildArgs } = buildInputs(build) as {
        context: { location: string; named?: Record<string, { location: string }> };
        dockerfile: { location: string };
        target?: string;
        buildArgs?: Record<string, string>;
    };
    const named = Object.entries(context.named ?? {}).map(([name, { location }]) => [name, location]);
    return {
        context: context.location,
        dockerfile: dockerfile.location,
        platform: build.platform,
        ...(target !== undefined && { target }),
        args: buildArgs ?? {},
        named: Object.fromEntries(named) as Record<string, string>,
    };
}

/**
 * Where the image of a folder goes, with the tag that the program gives it (components/<cloud>/image.ts): so that an `up`
 * and a ship find what the other has built.
 * @param registry the stack's output `registry` of the service
 */
export const builtReference = (cloud: Cloud, registry: string, build: Build): string =>
    `${cloud === "gcp" ? registry.replace(/\/app$/, "/app-built") : registry}:${buildTag(build)}`;

/**
 * Where its build cache goes.
 * @param cache on AWS the repository of its own for that, as others cannot overwrite a tag
 */
export const cacheReference = (cloud: Cloud, registry: string, cache: string | undefined): string | undefined =>
    cloud === "gcp" ? `${registry}-cache:cache` : cache && `${cache}:cache`;
