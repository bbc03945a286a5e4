import { branchOf, type Project } from "../project";
import { auditWorkflow } from "./audit";
import { checkWorkflow } from "./check";
import { commentWorkflow } from "./comment";
import { deployWorkflow } from "./deploy";
import { driftWorkflow } from "./drift";
import { previewWorkflow } from "./preview";
import { yamlOf, type Workflow } from "./workflow";

/** Where GitHub looks for workflows, in a repository. */
export const workflowFolder = ".github/workflows";

/** Begins the names of the files that this command writes; others are not its own. */
export const filePrefix = "twinstack-";

/** Name of a file in that folder → its text. */
export function githubFiles(project: Project): Record<string, string> {
    const workflows: Record<string, Workflow | undefined> = {
        check: checkWorkflow(project),
        comment: commentWorkflow(),
        deploy: deployWorkflow(project),
        preview: previewWorkflow(project),
        drift: driftWorkflow(project),
        audit: auditWorkflow(project),
    };
    return Object.fromEntries(
        Object.entries(workflows).flatMap(([name, workflow]) =>
            workflow ? [[`${filePrefix}${name}.yaml`, yamlOf(workflow, project.folder)]] : [],
        ),
    );
}

/**
 * What somebody should know who has these workflows.
 * @param branches that the repository knows; none: it is not known
 */
export function notesOf({ stacks }: Project, branches: string[]): string[] {
    const missing = (["staging", "prod"] as const).filter(
        (environment) => !stacks.some((stack) => stack.environment === environment),
    );
    const main = branchOf.prod!;
    const unknown =
        branches.length > 0 && !branches.includes(main)
            ? [
                  `the repository has no branch ${main}, whose pushes go to production, but ${branches[0]}: ` +
                      `git branch --move ${branches[0]} ${main}, and the same at GitHub (Settings, General, Default branch).`,
              ]
            : [];
    const nowhere = missing.map(
        (environment) =>
            `branch ${branchOf[environment]} is deployed nowhere: no stack file says twinstack:environment: ${environment}. ` +
            `Write Pulumi.${environment}.yaml, such as Pulumi.dev.yaml with that line, and the workflows again.`,
    );
    return [...unknown, ...nowhere];
}
