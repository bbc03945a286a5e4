import * as pulumi from "@pulumi/pulumi";

import { Gates, planned, type Passage } from "../components/gates";
import { mapEntries } from "../components/map";
import type { Image, Outputs } from "../components/roles";
import type { Target } from "../topology/app";
import type { Release, ServiceRelease } from "../topology/release";
import type { Stack } from "../topology/validate";
import { releaseOf } from "./candidate";
import { manifestsOf, packed, type Manifests } from "./manifests";
import { sourcesOf } from "./sources";

/** What a stack knows of its last `up` that succeeded: it is among its outputs, which a failed or killed one does not write. */
export interface Memory {
    /** What has passed its gate (components/gates.ts), and how. */
    passed: Record<string, Passage>;
    /** What was released (topology/release.ts); absent for a stack from before there were releases. */
    release?: Release;
    /** What that was made from; absent where it is not known. */
    manifests?: Manifests;
}

/** The gates of an `up`, which is one attempt at all that has not succeeded yet. */
export const gatesOf = ({ passed }: Memory, attempt = Math.floor(Date.now() / 1000)): Gates =>
    new Gates(passed, attempt);

/** The gates of a plan, which deploys nothing and remembers nothing. */
export const plannedGates = (): Gates => new Gates({}, planned);

/** What the stack's next `up` remembers of this one. */
export function remembering(
    stack: Stack,
    images: Record<string, Image>,
    gates: Gates,
): NonNullable<Outputs["release"]> {
    const sources = sourcesOf(stack);
    const services = mapEntries(images, (name, { reference }) => {
        const release = releaseOf(stack.release, name);
        if (!release) {
            const before = releaseOf(stack.remembered, name);
            const now = reference.apply((image): ServiceRelease => ({ image, source: sources[name], by: "up" }));
            return gates.once(`${stack.place.prefix}-${name}`, now, before && { ...before, header: undefined });
        }
        return { ...release, ...(release.header !== undefined && { header: pulumi.secret(release.header) }) };
    });
    return { ...stack.release, services };
}

/** What the stack's next ship compares with. A secret, so that no `up` shows it at length. */
export const noting = (stack: Stack<Target>, { manifests }: Memory): Pick<Outputs, "manifests"> =>
    stack.cloud === "local" ? {} : { manifests: pulumi.secret(packed(manifestsOf(stack, stack.release, manifests))) };
