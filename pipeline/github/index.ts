import type { Project } from "../project";
import { checkWorkflow } from "./check";
import { commentWorkflow } from "./comment";
import { yamlOf } from "./workflow";

/** Where GitHub looks for workflows, in a repository. */
export const workflowFolder = ".github/workflows";

/** Begins the names of the files that this command writes; others are not its own. */
export const filePrefix = "twinstack-";

/** Name of a file in that folder → its text. */
export const githubFiles = (project: Project): Record<string, string> =>
    Object.fromEntries(
        Object.entries({ check: checkWorkflow(project), comment: commentWorkflow() }).map(([name, workflow]) => [
            `${filePrefix}${name}.yaml`,
            yamlOf(workflow),
        ]),
    );

/** What somebody should know who has these workflows. */
export function notesOf(project: Project): string[] {
    const { stacks } = project;
    return stacks.length ? [] : ["there is no stack on a cloud: the workflows deploy nothing"];
}
