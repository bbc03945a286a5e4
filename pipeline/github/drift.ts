import * as commands from "../commands";
import { branchOf, deployedOf, type PipelineStack, type Project } from "../project";
import { checkout, engine, engineEnv, inFolder, prepared, readiness, signIn } from "./parts";
import { run, type Job, type Workflow } from "./workflow";

/** Asks every night whether what is deployed is what the code says. Absent where nothing is deployed. */
export function driftWorkflow(project: Project): Workflow | undefined {
    const stacks = deployedOf(project);
    if (!stacks.length) return undefined;
    const clouds = [...new Set(stacks.map(({ cloud }) => cloud))].sort();
    return {
        name: "twinstack drift",
        about: "What was changed past the code: one issue for each stack, closed when it is over.",
        on: { schedule: [{ cron: "23 3 * * *" }], workflow_dispatch: {} },
        concurrency: { group: "twinstack-drift", "cancel-in-progress": false },
        jobs: {
            ready: readiness(clouds),
            ...Object.fromEntries(
                stacks.flatMap((stack) => [
                    [`drift-${stack.name}`, lookJob(project, stack)],
                    [`issue-${stack.name}`, issueJob(stack)],
                ]),
            ),
        },
    };
}

function lookJob(project: Project, stack: PipelineStack): Job {
    const { name, cloud, environment } = stack;
    return {
        name: `drift of ${name}`,
        needs: "ready",
        if: `needs.ready.outputs.${cloud} == 'true'`,
        permissions: { contents: "read", "id-token": "write" },
        "timeout-minutes": 60,
        outputs: { drifted: "${{ steps.drift.outputs.drifted }}", report: "${{ steps.drift.outputs.report }}" },
        ...inFolder(project),
        steps: [
            checkout(1, branchOf[environment]),
            ...prepared(project),
            signIn(stack, { own: true }),
            engine(),
            run(commands.drift(project.twinstack), { ...engineEnv(name), STACK: name }, { id: "drift" }),
        ],
    };
}

const issueJob = ({ name }: PipelineStack): Job => ({
    name: `issue of ${name}`,
    needs: `drift-${name}`,
    permissions: { issues: "write" },
    "timeout-minutes": 5,
    steps: [
        run(commands.issue(false), {
            BODY: `\${{ needs.drift-${name}.outputs.report }}`,
            GH_TOKEN: "${{ github.token }}",
            REPOSITORY: "${{ github.repository }}",
            TELL: `\${{ needs.drift-${name}.outputs.drifted == 'true' }}`,
            TITLE: `Drift of stack ${name}`,
        }),
    ],
});
