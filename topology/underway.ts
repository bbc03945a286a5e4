import { z } from "zod";

import { floats } from "./images";
import { ImageReference, Name } from "./schema/forms";

/** An image that is the same tomorrow: what a release goes back to must be. */
export const LastingImage = ImageReference.refine(
    (reference) => !floats(reference),
    "an image with a digest, or a tag that stays",
).describe("an image such as registry/name@sha256:…");

/**
 * How far a ship is: the last `up` of it that succeeded.
 * - `begun`: nothing has changed yet, and the stack knows what is to come.
 * - `candidate`: the new version runs beside the old one and gets no requests but those with the header.
 * - `step`: it has its share of them.
 * - `taken`: the service itself has the new image, while the candidate still serves.
 * - `handed`: the service has all requests again, and the candidate none. It may be gone halfway from here on.
 * - `restoring`: on the way back, the service has the old image again, while the candidate still serves.
 * - `returning`: on the way back, the old version has all requests.
 */
export const shipStates = ["begun", "candidate", "step", "taken", "handed", "restoring", "returning"] as const;
export type ShipState = (typeof shipStates)[number];

/** What becomes of one service. */
const ShippedService = z.looseObject({
    /** What ran before, and what it goes back to. Absent for a service that is new: there is no way back. */
    from: LastingImage.optional(),
    /** What the configuration said when that was released. */
    fromSource: z.string().optional(),
    to: LastingImage,
    /** What the configuration said when this was shipped (`source` of a release). */
    source: z.string().optional(),
    /** Shares of the requests that the new version gets one after the other, percent; empty: it rolls. */
    steps: z.array(z.int().min(1).max(100)).default([]),
    /** The image whose jobs before a deployment are to have run. Default: `to`. */
    jobImage: LastingImage.optional(),
});

/** A ship that is under way. It is all that whoever resumes it needs to know, and it is kept by the stack alone. */
export const Ship = z.looseObject({
    id: z.string().min(1),
    /** Whoever drives it: made anew when somebody takes it over, so that two never do. */
    holder: z.string().min(1),
    state: z.enum(shipStates),
    /** Of `step`: which of them, from 0. */
    step: z.int().min(0).optional(),
    startedAt: z.iso.datetime(),
    /** When this state was asked for. */
    at: z.iso.datetime(),
    /** Why it goes back. */
    reason: z.string().optional(),
    services: z.record(Name, ShippedService),
});
export type Ship = z.output<typeof Ship>;

/** A ship that is over. */
export const PastShip = z.looseObject({
    id: z.string().min(1),
    /** `released`: the new images run. `returned`: the old ones do. */
    state: z.enum(["released", "returned"]),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    reason: z.string().optional(),
    /** Service → what ran before; a service that was new then has none. */
    before: z.record(Name, LastingImage),
    /** Service → what was shipped. */
    images: z.record(Name, LastingImage),
});
export type PastShip = z.output<typeof PastShip>;

/** Ships that are over and that a stack remembers, at most. */
export const rememberedShips = 20;
