import type { Target } from "../topology/app";
import { decide, readRelease, type Decided, type Release } from "../topology/release";
import type { Stack } from "../topology/validate";
import { sourcesOf } from "./sources";

/** Where `twinstack ship` tells an `up` what to run. */
const variable = "TWINSTACK_RELEASE";

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
