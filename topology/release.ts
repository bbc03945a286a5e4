import { z } from "zod";

import type { App } from "./app";
import { floats } from "./images";
import { findings } from "./issues";
import { isMap, showPath } from "./merge";
import { ProblemsError, show, type Problem } from "./problems";
import { splits } from "./rollout";
import { ImageReference, Name, text } from "./schema/forms";
import { choices } from "./suggest";
import { LastingImage, PastShip, Ship } from "./underway";

/**
 * Which image each service runs, and which one is tried beside it: what `twinstack ship` tells an `up`, and what a stack remembers.
 * What neither knows, as a deployer's notes on a release, is kept as it is.
 */
const ServiceRelease = z
    .looseObject({
        /** What runs. What is shipped is the same tomorrow; what `up` runs is whatever the configuration says. */
        image: ImageReference.describe(LastingImage.description!),
        /** What runs beside it, and its share of the requests, percent. */
        candidate: z.looseObject({ image: LastingImage, weight: z.int().min(0).max(100) }).optional(),
        /** Value of the header that leads to the candidate whatever its weight. A secret. */
        header: text(/^[A-Za-z0-9_-]{16,128}$/, "16 to 128 letters, digits, hyphens and underscores").optional(),
        /** Instances that run at least while there is a candidate: as many as ran before. Default: `scale.min`. */
        instances: z.int().min(0).max(1000).optional(),
        /**
         * What the configuration said the image is when it was released: the tag of what the folder builds, or the reference. Default:
         * what it says now. As long as it says the same, an `up` that is told nothing keeps the release.
         */
        source: z.string().optional(),
        /** The image whose jobs before a deployment ran last. Default: the candidate's, or that of the service. */
        jobImage: LastingImage.optional(),
        /** Who released it. What `up` released is no more than what the configuration says. */
        by: z.enum(["ship", "up"]).optional(),
    })
    .refine(({ image, by }) => by === "up" || !floats(image), {
        path: ["image"],
        error: LastingImage.description,
    });
export const Release = z.looseObject({
    id: z.string().optional(),
    services: z.record(Name, ServiceRelease).default({}),
    /** The ship that is under way; absent: none is. */
    ship: Ship.optional(),
    /** Those that are over, the latest first. */
    history: z.array(PastShip).optional(),
    /**
     * Of what an `up` is told: the holder of the ship that it goes on with, absent if none is under way. Found otherwise, the `up` is
     * refused: somebody else ships.
     */
    expects: z.string().optional(),
});
export type ServiceRelease = z.output<typeof ServiceRelease>;
export type Release = z.output<typeof Release>;

/**
 * A release from data, such as the JSON of `TWINSTACK_RELEASE`.
 * @param from what is said of it in problems: `TWINSTACK_RELEASE`
 * @throws ProblemsError with everything that is wrong with it; no value of a header is repeated
 */
export function parseRelease(data: unknown, from: string, stack: string): Release {
    const result = Release.safeParse(data, { jitless: true });
    if (result.success) return result.data;
    const problems = result.error.issues
        .flatMap((issue) => findings(issue, data, Release))
        .map(({ at, found, allowed }): Problem => ({
            path: at.length ? `${from}: ${showPath(at)}` : from,
            found: at.at(-1) === "header" ? "another value" : found,
            allowed: at.length ? allowed : "a map with services, each with its image",
        }));
    throw new ProblemsError(problems, stack);
}

/** A release from the text of JSON; throws as `parseRelease`. */
export function readRelease(json: string, from: string, stack: string): Release {
    let data: unknown;
    try {
        data = JSON.parse(json);
    } catch {
        throw new ProblemsError(
            [{ path: from, found: "text that is no JSON", allowed: '{ "services": { "api": { "image": … } } }' }],
            stack,
        );
    }
    return parseRelease(data, from, stack);
}

/** What there is to go by, when it is decided what runs. */
export interface Known {
    /** What this `up` is told. */
    told?: Release;
    /** What the last one that succeeded left. */
    remembered?: Release;
    /** Service → what the configuration says its image is: the tag of what its folder builds, or a reference. */
    sources: Record<string, string>;
}

/** What an `up` goes by, and what is worth saying about it. */
export interface Decided {
    /** Without the services that run what the configuration says. */
    release: Release;
    notes: string[];
}

/**
 * What runs, service by service: what the `up` is told; else what the stack remembers, if somebody shipped it and the
 * configuration still says what it said then, or if a candidate runs beside it; else what the configuration says.
 * @param from what told it, for problems
 * @throws ProblemsError where what is told does not fit the app
 */
export function decide(app: App, { told, remembered, sources }: Known, from: string, stack: string): Decided {
    if (told) refuseUnfit(app, told, remembered?.ship, from, stack);
    const notes: string[] = [];
    const services = Object.entries(sources).flatMap(([name, source]): [string, ServiceRelease][] => {
        const [now, last] = [told, remembered].map((release) => own(release, name));
        if (now) return [[name, completed(now, last, source)]];
        if (last?.by !== "ship") return [];
        const same = last.source === source || last.source === undefined;
        if (!same && !last.candidate) {
            notes.push(
                `${name}: the configuration has another image than when ${last.image} was shipped, which it replaces`,
            );
            return [];
        }
        notes.push(
            `${name}: ${last.image} was shipped and stays${last.candidate ? `, ${shareOf(last.candidate)}` : ""}`,
        );
        if (!same)
            notes.push(`${name}: the configuration has another image by now, which waits until the release is over`);
        return [[name, last]];
    });
    const { expects: _, ...rest } = told ?? remembered ?? {};
    return { release: { ...rest, services: Object.fromEntries(services) }, notes };
}

const own = (release: Release | undefined, name: string): ServiceRelease | undefined =>
    release && Object.hasOwn(release.services, name) ? release.services[name] : undefined;

const shareOf = ({ image, weight }: NonNullable<ServiceRelease["candidate"]>): string =>
    `with ${weight} % of the requests to ${image}`;

/** What is told, with what goes without saying. */
function completed(told: ServiceRelease, last: ServiceRelease | undefined, source: string): ServiceRelease {
    const unchanged = last?.image === told.image ? last : undefined;
    return {
        ...told,
        by: "ship",
        source: told.source ?? unchanged?.source ?? source,
        jobImage: told.jobImage ?? told.candidate?.image ?? unchanged?.jobImage ?? told.image,
    };
}

/** Two never ship at once: inside the engine's lock, what is told must go on with what is under way. */
function otherShip({ expects }: Release, underWay: Ship | undefined, from: string): Problem[] {
    if (expects === underWay?.holder) return [];
    const found = underWay ? `ship ${underWay.id} under way since ${underWay.startedAt}` : "no ship under way any more";
    return [{ path: `${from}: expects`, found, allowed: "one ship at a time: see twinstack ship status" }];
}

function refuseUnfit(app: App, told: Release, underWay: Ship | undefined, from: string, stack: string): void {
    const names = Object.keys(app.services);
    const others = otherShip(told, underWay, from);
    if (others.length) throw new ProblemsError(others, stack);
    const problems = Object.entries(told.services).flatMap(([name, { candidate, header, instances }]): Problem[] => {
        const path = `${from}: services.${name}`;
        if (!names.includes(name))
            return [{ path, found: `${show(name)}, which the app does not have`, allowed: choices(name, names) }];
        if (!candidate)
            return [
                ...(header === undefined
                    ? []
                    : [
                          {
                              path: `${path}.header`,
                              found: "a header without a candidate",
                              allowed: "a candidate, or no header",
                          },
                      ]),
                ...(instances === undefined
                    ? []
                    : [
                          {
                              path: `${path}.instances`,
                              found: `${instances} without a candidate`,
                              allowed: "a candidate, or nothing",
                          },
                      ]),
            ];
        const { rollout, routes } = app.services[name];
        if (splits({ rollout })) return [];
        return [
            {
                path: `${path}.candidate`,
                found: `a candidate, for a service whose rollout is ${rollout.strategy}`,
                allowed: routes.length
                    ? `none; or services.${name}.rollout.strategy: blueGreen or canary, and an up with it first`
                    : "none: requests of a service without routes are not shared out",
            },
        ];
    });
    if (problems.length) throw new ProblemsError(problems, stack);
}

/**
 * What a stack's outputs remember. Of another form it is refused: taken for nothing, it would be rolled back. What `up` was to
 * build and did not get to, as `--continue-on-error` once left it, was never released.
 */
export function recalled(output: unknown, stack: string): Release | undefined {
    if (!isMap(output)) return undefined;
    const unbuilt = (one: unknown): boolean => isMap(one) && one.by === "up" && one.image === undefined;
    const services = isMap(output.services)
        ? Object.fromEntries(Object.entries(output.services).filter(([, one]) => !unbuilt(one)))
        : output.services;
    return parseRelease({ ...output, services }, "the stack's output release", stack);
}
