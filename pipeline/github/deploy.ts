import * as commands from "../commands";
import { branchOf, deployedOf, environmentOf, promotedFrom, type PipelineStack, type Project } from "../project";
import { builder, checkout, engine, engineEnv, inFolder, prepared, readiness, signIn } from "./parts";
import { run, type Job, type Workflow } from "./workflow";

const refOf = ({ environment }: PipelineStack): string => `github.ref == 'refs/heads/${branchOf[environment]}'`;

/** Seconds that a deployment may take, a canary's steps among them: as long as the account's deploy role lasts. */
const longest = 14_400;

/** Deploys what is pushed: develop to staging, main to production. Absent where no stack is either. */
export function deployWorkflow(project: Project): Workflow | undefined {
    const stacks = deployedOf(project);
    if (!stacks.length) return undefined;
    const branches = [...new Set(stacks.map(({ environment }) => branchOf[environment]!))].sort();
    const jobs = Object.fromEntries(stacks.map((stack) => [`deploy-${stack.name}`, deployJob(project, stack)]));
    const clouds = [...new Set(stacks.map(({ cloud }) => cloud))].sort();
    return {
        name: "twinstack deploy",
        about: "Takes what is pushed to where it runs, in steps, and back if it is no good.",
        on: {
            push: { branches },
            workflow_dispatch: {
                inputs: {
                    build: {
                        description: "Build for production what staging has not run",
                        type: "boolean",
                        default: false,
                    },
                },
            },
        },
        jobs: {
            ready: readiness(
                clouds,
                stacks.some(({ environment }) => environment === "prod")
                    ? [
                          run(
                              commands.whetherApproved,
                              {
                                  ENVIRONMENT: environmentOf.prod,
                                  GH_TOKEN: "${{ github.token }}",
                                  REPOSITORY: "${{ github.repository }}",
                                  UNREVIEWED: "${{ vars.DEPLOY_UNREVIEWED }}",
                              },
                              {
                                  if: `github.ref == 'refs/heads/${branchOf.prod}' && (${clouds.map((cloud) => `steps.${cloud}.outputs.ready == 'true'`).join(" || ")})`,
                              },
                          ),
                      ]
                    : [],
            ),
            check: {
                permissions: { contents: "read", "pull-requests": "read" },
                uses: "./.github/workflows/twinstack-check.yaml",
            },
            ...jobs,
            notice: {
                needs: ["ready", "check", ...Object.keys(jobs)],
                if: "always() && (contains(needs.*.result, 'failure') || contains(needs.*.result, 'success'))",
                permissions: { issues: "write" },
                "timeout-minutes": 5,
                steps: [
                    run(commands.issue(true), {
                        BODY: "The deployment of ${{ github.ref_name }} at ${{ github.sha }} failed: ${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}. What had been shipped was taken back, unless the run says otherwise.",
                        GH_TOKEN: "${{ github.token }}",
                        REPOSITORY: "${{ github.repository }}",
                        TELL: "${{ contains(needs.*.result, 'failure') }}",
                        TITLE: "Deployment of ${{ github.ref_name }} failed",
                    }),
                ],
            },
        },
    };
}

function deployJob(project: Project, stack: PipelineStack): Job {
    const { name, cloud, environment, budget } = stack;
    const { twinstack } = project;
    const from = promotedFrom(project, stack);
    const told = { ...engineEnv(), STACK: name };
    return {
        name: `deploy ${name}`,
        needs: ["ready", "check"],
        if: `${refOf(stack)} && needs.ready.outputs.${cloud} == 'true'`,
        permissions: { contents: "read", "id-token": "write" },
        environment: { name: environmentOf[environment], url: "${{ steps.where.outputs.url }}" },
        // One after the other, each to its end.
        concurrency: { group: `twinstack-deploy-${name}`, "cancel-in-progress": false },
        "timeout-minutes": longest / 60,
        ...inFolder(project),
        steps: [
            checkout(),
            ...prepared(project),
            signIn(stack, { seconds: longest }),
            engine(),
            ...builder(stack),
            run(
                commands.deploy(twinstack, budget),
                {
                    ...told,
                    FROM:
                        from === undefined
                            ? ""
                            : `\${{ !inputs.build && vars.PROMOTE_FROM != 'none' && '${from}' || '' }}`,
                },
                { id: "deploy" },
            ),
            run(commands.urlOf, told, { id: "where" }),
            ...(stack.smoke ? [run(commands.smoke(twinstack), told)] : []),
            run(commands.rollback(twinstack), told, {
                if: "failure() && steps.deploy.outcome == 'success' && steps.deploy.outputs.state == 'released'",
            }),
        ],
    };
}
