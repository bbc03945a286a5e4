import { planOf } from "../plan/plan";
import type { Target } from "../topology/app";
import { formatsOf } from "../topology/secret-formats";
import type { Stack } from "../topology/validate";
import { ownPorts } from "./engine";
import { composeOf } from "./file";
import type { Made } from "./files";
import { listening, withFreePorts, type Moved } from "./ports";

/** What runs a stack of cloud local on this machine, now: other ports stand in for those that something else has. */
export async function make(stack: Stack<Target>, pulumiProject: string): Promise<Made & { moved: Moved[] }> {
    const plan = await planOf(stack, { project: pulumiProject });
    const { compose, variables } = composeOf(plan);
    const project = `${stack.place.app}-${stack.place.stack}`;
    const own = await ownPorts(project);
    const free = await withFreePorts(compose, async (port) => !own.has(port) && listening(port));
    return { app: stack.app.name, project, variables, formats: formatsOf(stack.app), ...free };
}

/** Each port that had to move, in a sentence. */
export const movedSentences = (moved: Moved[]): string[] =>
    moved.map(
        ({ service, host, container, wanted }) =>
            `Port ${wanted} of this machine is taken: ${service}${container === wanted ? "" : `'s ${container}`} is at localhost:${host}.`,
    );
