import * as commands from "../commands";
import { artifact, checkName } from "./check";
import { run, type Workflow } from "./workflow";

/**
 * The check's result as a comment. A check may be of anybody's code and has no rights; this has the right to comment, and runs nothing
 * of the pull request: it checks nothing out.
 */
export const commentWorkflow = (): Workflow => ({
    name: "twinstack comment",
    about: "Posts what a check found in its pull request. Nothing of the pull request is run here.",
    on: { workflow_run: { workflows: [checkName], types: ["completed"] } },
    concurrency: { group: "twinstack-comment-${{ github.event.workflow_run.id }}", "cancel-in-progress": false },
    jobs: {
        comment: {
            if: "github.event.workflow_run.event == 'pull_request'",
            permissions: { actions: "read", "pull-requests": "write" },
            "timeout-minutes": 5,
            steps: [
                run(commands.postReview, {
                    ARTIFACT: artifact,
                    GH_TOKEN: "${{ github.token }}",
                    HEAD_SHA: "${{ github.event.workflow_run.head_sha }}",
                    REPOSITORY: "${{ github.repository }}",
                    RUN_ID: "${{ github.event.workflow_run.id }}",
                }),
            ],
        },
    },
});
