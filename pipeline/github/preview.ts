import * as commands from "../commands";
import { environmentOf, previewed, type PipelineStack, type Project } from "../project";
import { builder, checkout, engine, engineEnv, inFolder, prepared, readiness, signIn } from "./parts";
import { run, type Job, type Workflow } from "./workflow";

/** The label that a pull request asks for a preview by. */
export const label = "preview";

/** Hours without a push after which a preview goes; a variable of the repository says otherwise. */
const hours = "${{ vars.PREVIEW_TTL_HOURS || '72' }}";

const stackName = "pr-${{ github.event.pull_request.number }}";
/** Foreign branches have no rights, and need none: the check says what they do. */
const ours =
    "github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository";
const labelled = `contains(github.event.pull_request.labels.*.name, '${label}')`;

/**
 * A stack of its own for a pull request that asks for one by its label, like the dev stack. Absent where there is no such stack.
 */
export function previewWorkflow(project: Project): Workflow | undefined {
    const like = previewed(project);
    if (!like) return undefined;
    const ready = `needs.ready.outputs.${like.cloud} == 'true'`;
    const told = { ...engineEnv(), STACK: stackName };
    const apart = {
        concurrency: {
            group: "twinstack-preview-${{ github.event.pull_request.number }}",
            "cancel-in-progress": false,
        },
    };
    return {
        name: "twinstack preview",
        about: `A stack of its own for a pull request with the label ${label}, until it is closed or forgotten.`,
        on: {
            pull_request: { types: ["labeled", "unlabeled", "synchronize", "reopened", "closed"] },
            schedule: [{ cron: "41 2 * * *" }],
            workflow_dispatch: {},
        },
        jobs: {
            ready: {
                ...readiness([like.cloud]),
                // Who has not asked for one does not hear of it.
                if: `github.event_name != 'pull_request' || (${ours} && (${labelled} || github.event.label.name == '${label}'))`,
            },
            up: {
                needs: "ready",
                if: `${ready} && ${ours} && github.event.action != 'closed' && ${labelled}`,
                ...withRights(project, like),
                ...apart,
                outputs: { url: "${{ steps.where.outputs.url }}", cost: "${{ steps.up.outputs.cost }}" },
                steps: [
                    checkout(),
                    ...prepared(project),
                    signIn(like),
                    engine(),
                    ...builder(like),
                    run(
                        commands.previewUp(project.twinstack, like.name, like.budget),
                        { ...told, PULUMI_SECRETS_PROVIDER: "${{ vars.PULUMI_SECRETS_PROVIDER }}" },
                        { id: "up" },
                    ),
                    run(commands.urlOf, told, { id: "where" }),
                ],
            },
            comment: {
                needs: "up",
                permissions: { "pull-requests": "write" },
                "timeout-minutes": 5,
                steps: [
                    run(commands.postPreview, {
                        COST: "${{ needs.up.outputs.cost }}",
                        GH_TOKEN: "${{ github.token }}",
                        NUMBER: "${{ github.event.pull_request.number }}",
                        REPOSITORY: "${{ github.repository }}",
                        TTL_HOURS: hours,
                        URL: "${{ needs.up.outputs.url }}",
                    }),
                ],
            },
            down: {
                needs: "ready",
                if: `${ready} && ${ours} && ((github.event.action == 'closed' && ${labelled}) || (github.event.action == 'unlabeled' && github.event.label.name == '${label}'))`,
                ...withRights(project, like),
                ...apart,
                steps: [checkout(), ...prepared(project), signIn(like), engine(), run(commands.previewDown, told)],
            },
            sweep: {
                needs: "ready",
                if: `${ready} && github.event_name != 'pull_request'`,
                ...withRights(project, like, { "pull-requests": "read" }),
                steps: [
                    checkout(),
                    ...prepared(project),
                    signIn(like),
                    engine(),
                    run(commands.sweep(label), {
                        ...engineEnv(),
                        GH_TOKEN: "${{ github.token }}",
                        REPOSITORY: "${{ github.repository }}",
                        TTL_HOURS: hours,
                    }),
                ],
            },
            notice: {
                needs: "sweep",
                if: "always() && (needs.sweep.result == 'failure' || needs.sweep.result == 'success')",
                permissions: { issues: "write" },
                "timeout-minutes": 5,
                steps: [
                    run(commands.issue(false), {
                        BODY: "The last try: ${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}. It is tried again every night; some things on Google Cloud can be deleted only hours after what used them.",
                        GH_TOKEN: "${{ github.token }}",
                        REPOSITORY: "${{ github.repository }}",
                        TELL: "${{ needs.sweep.result == 'failure' }}",
                        TITLE: "Previews were not taken down",
                    }),
                ],
            },
        },
    };
}

const withRights = (
    project: Project,
    { environment }: PipelineStack,
    more: Job["permissions"] = {},
): Pick<Job, "permissions" | "environment" | "timeout-minutes" | "defaults"> => ({
    permissions: { contents: "read", "id-token": "write", ...more },
    environment: { name: environmentOf[environment] },
    "timeout-minutes": 120,
    ...inFolder(project),
});
