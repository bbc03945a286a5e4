import type { App } from "../topology/app";
import { clash, clashWithin } from "../topology/clash";
import { ProblemsError } from "../topology/problems";
import { sameThings, sameWithin } from "./identity";
import type { PlanResource } from "./resource";

/**
 * Parts whose resources would be one and the same: a bucket `files` with a copy makes `files-replica`, and so does a bucket
 * of that name. Nothing here knows which names a part makes; the program itself is asked.
 */

/** What the recorder says of two resources with one URN. */
const twice = /two resources have the URN (\S+)/;

/** Rejects with a problem of the configuration where a recording failed for one; otherwise as the recording did. */
export function explain(error: unknown, app: App, stack: string, prefix: string): never {
    const urn = twice.exec(error instanceof Error ? error.message : "")?.[1];
    if (urn === undefined) throw error;
    const [, , types, name] = urn.split("::");
    throw new ProblemsError([clash(app, prefix, types.split("$").at(-1)!, name)], stack);
}

/**
 * Throws where two resources of a plan would be one thing in their cloud, or two things within one would have one name.
 * @throws ProblemsError with all of them
 */
export function refuseTwins(resources: PlanResource[], app: App, stack: string, prefix: string): void {
    const twins = sameThings(resources).map(({ type, names }) => clash(app, prefix, type, longest(names)));
    const within = sameWithin(resources).map(({ resource, what, name }) =>
        clashWithin(app, prefix, resource, what, name),
    );
    // A task and a job of its service have the same containers: one of them says enough.
    const problems = [...new Map([...twins, ...within].map((problem) => [problem.path, problem])).values()];
    if (problems.length) throw new ProblemsError(problems, stack);
}

const longest = (names: string[]): string => names.reduce((a, b) => (b.length > a.length ? b : a));
