import * as commands from "../commands";
import type { Context, Project } from "../project";
import { tools } from "./actions";
import { imageInputs } from "./check";
import { checkout, inFolder, setupNode } from "./parts";
import { run, use, type Job, type Step, type Workflow } from "./workflow";

/** Files that say what is used of others. */
const dependencies = ["**/package-lock.json", "**/requirements*.txt", "**/go.mod", "**/go.sum", "**/Dockerfile*"];

/** Known faults in what is used of others: packages, modules, and what is in the images. */
export function auditWorkflow(project: Project): Workflow {
    const jobs: Record<string, Job> = {
        project: {
            ...job("packages of the project"),
            ...inFolder(project),
            steps: [checkout(), setupNode(project), run(commands.auditNode)],
        },
        ...Object.fromEntries(project.contexts.flatMap(contextJobs)),
        ...Object.fromEntries(
            project.references.map((reference, index) => [
                `reference-${index + 1}`,
                { ...job(`image ${reference}`), steps: [scan(reference)] },
            ]),
        ),
    };
    return {
        name: "twinstack audit",
        about: "Known faults in packages, modules and images: every night, and where dependencies change.",
        on: {
            pull_request: { paths: [...dependencies, ".github/workflows/twinstack-audit.yaml"] },
            schedule: [{ cron: "11 4 * * *" }],
            workflow_dispatch: {},
        },
        concurrency: {
            group: "twinstack-audit-${{ github.ref }}",
            "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
        },
        jobs: {
            ...jobs,
            notice: {
                needs: Object.keys(jobs),
                if: "always() && github.event_name == 'schedule'",
                permissions: { issues: "write" },
                "timeout-minutes": 5,
                steps: [
                    run(commands.issue(false), {
                        BODY: "The last run says what: ${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}",
                        GH_TOKEN: "${{ github.token }}",
                        REPOSITORY: "${{ github.repository }}",
                        TELL: "${{ contains(needs.*.result, 'failure') }}",
                        TITLE: "The audit found known faults",
                    }),
                ],
            },
        },
    };
}

const job = (name: string): Job => ({ name, permissions: { contents: "read" }, "timeout-minutes": 30 });

function contextJobs(context: Context): [string, Job][] {
    const { id, folder, tests, images } = context;
    const own = folder === "." ? {} : { "working-directory": folder };
    const steps = tests.flatMap((test): Step[] => {
        switch (test.kind) {
            case "node":
                return [
                    use("setupNode", { "node-version": "22", "package-manager-cache": false }),
                    // Without a lock file nobody knows which packages it will have.
                    ...(test.lock ? [run(commands.auditNode, {}, own)] : []),
                ];
            case "go":
                return [
                    use("setupGo", {
                        "go-version-file": folder === "." ? test.file : `${folder}/${test.file}`,
                        cache: false,
                    }),
                    run(commands.auditGo(tools.govulncheck), {}, own),
                ];
            case "python":
                return test.audited.length > 0
                    ? [run(commands.auditPython(tools.pipAudit, test.audited), {}, own)]
                    : [];
            case "script":
                return [];
        }
    });
    return [
        ...(steps.some(({ run }) => run !== undefined)
            ? [[`packages-${id}`, { ...job(`packages of ${folder}`), steps: [checkout(), ...steps] }] as [string, Job]]
            : []),
        ...images.map((image, index): [string, Job] => {
            const name = `audit/${id.toLowerCase()}:${index + 1}`;
            return [
                `image-${id}${index ? `-${index + 1}` : ""}`,
                {
                    ...job(`image ${folder}${image.target === undefined ? "" : ` (${image.target})`}`),
                    steps: [
                        checkout(),
                        ...(image.platform === "linux/amd64" ? [] : [use("qemu", { platforms: image.platform })]),
                        use("buildx"),
                        use("buildImage", { ...imageInputs(context, image), load: true, push: false, tags: name }),
                        scan(name),
                    ],
                },
            ];
        }),
    ];
}

/** Faults that are serious and mended somewhere. */
const scan = (image: string): Step =>
    use("trivy", { "image-ref": image, severity: "CRITICAL,HIGH", "ignore-unfixed": true, "exit-code": "1" });
