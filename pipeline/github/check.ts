import { stringify } from "yaml";

import * as commands from "../commands";
import type { Context, Project } from "../project";
import { checkout, compileCache, inFolder, preparedFast, testSteps } from "./parts";
import { run, use, type Job, type Workflow } from "./workflow";

/** The name of the artifact that a check leaves for whoever comments. */
export const artifact = "twinstack-review";

/** What other workflows know this one by. */
export const checkName = "twinstack check";

/**
 * Every pull request, also from forks: no secret and no credential is in it. What changed is linted, tested and built, side by side; what
 * the change does to the stacks is worked out without a cloud.
 */
export function checkWorkflow(project: Project): Workflow {
    const contexts = project.contexts.filter(({ tests }) => tests.length > 0);
    const jobs: Record<string, Job> = {
        changes: changes(project),
        review: review(project),
        ...Object.fromEntries(project.scripts.map((script) => [`project-${script}`, scriptJob(project, script)])),
        ...Object.fromEntries(contexts.map((context) => [`test-${context.id}`, testJob(context)])),
        ...Object.fromEntries(project.contexts.flatMap(imageJobs)),
    };
    return {
        name: checkName,
        about: "What a change does, and whether it works: without credentials, for forks as well.",
        on: { pull_request: {}, merge_group: {}, workflow_call: {} },
        concurrency: {
            group: "twinstack-check-${{ github.workflow }}-${{ github.ref }}",
            "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
        },
        jobs: {
            ...jobs,
            passed: {
                name: "passed",
                needs: Object.keys(jobs),
                if: "always()",
                permissions: {},
                "timeout-minutes": 5,
                steps: [run(commands.allPassed, { RESULTS: "${{ join(needs.*.result, ' ') }}" })],
            },
        },
    };
}

/** What is asked of every file that was changed: a filter holds where one file meets all its patterns. */
export function filtersOf({ folder, contexts, scripts }: Project): Record<string, string[]> {
    const workflow = ".github/workflows/twinstack-check.yaml";
    const apart = contexts.filter((context) => context.folder !== folder);
    return {
        ...(scripts.length > 0 && {
            project: [
                folder === "." ? "**" : `{${folder}/**,${workflow}}`,
                "!**/*.md",
                // Programs with tests of their own.
                ...apart.map((context) => `!${context.folder}/**`),
            ],
        }),
        ...Object.fromEntries(
            contexts.map(({ id, folder, tests }) => {
                const beside = tests.flatMap((test) => (test.kind === "python" ? test.requirements : []));
                const outside = beside.map((file) => joined(folder, file)).filter((file) => !inside(folder, file));
                return [
                    id,
                    [folder === "." ? "**" : `{${[`${folder}/**`, ...outside, workflow].join(",")}}`, "!**/*.md"],
                ];
            }),
        ),
    };
}

/** A path in the repository, of one that is said from a folder in it. */
function joined(folder: string, file: string): string {
    const parts = folder.split("/");
    for (const part of file.split("/"))
        if (part === "..") parts.pop();
        else if (part !== ".") parts.push(part);
    return parts.join("/");
}
const inside = (folder: string, file: string): boolean => file.startsWith(`${folder}/`);

function changes(project: Project): Job {
    const filters = filtersOf(project);
    return {
        permissions: { "pull-requests": "read" },
        "timeout-minutes": 5,
        outputs: Object.fromEntries(Object.keys(filters).map((id) => [id, `\${{ steps.filter.outputs.${id} }}`])),
        steps: [
            // Of a push there is nothing to compare with that is certain: all of it is tested.
            use(
                "pathsFilter",
                { "predicate-quantifier": "every", filters: stringify(filters, { lineWidth: 0 }) },
                { id: "filter", if: "github.event_name == 'pull_request'" },
            ),
        ],
    };
}

const whereChanged = (filter: string): Pick<Job, "needs" | "if" | "permissions"> => ({
    needs: "changes",
    if: `needs.changes.outputs.${filter} != 'false'`,
    permissions: { contents: "read" },
});

function review(project: Project): Job {
    return {
        name: "plan and cost",
        permissions: { contents: "read" },
        "timeout-minutes": 10,
        env: compileCache(project),
        ...inFolder(project),
        steps: [
            // What is checked out is the merge: its first parent is what it is merged into.
            checkout(2),
            ...preparedFast(project, { runs: true }),
            run(commands.review(project.twinstack), { BASE: "HEAD^1" }),
            run(commands.keepReview, { NUMBER: "${{ github.event.pull_request.number }}" }, { if: "always()" }),
            use(
                "uploadArtifact",
                {
                    name: artifact,
                    path: project.folder === "." ? "review" : `${project.folder}/review`,
                    "retention-days": 1,
                    "if-no-files-found": "error",
                },
                { if: "always() && github.event_name == 'pull_request'" },
            ),
        ],
    };
}

const scriptJob = (project: Project, script: string): Job => ({
    name: script,
    ...whereChanged("project"),
    "timeout-minutes": 30,
    ...inFolder(project),
    steps: [checkout(), ...preparedFast(project), run(commands.runScript(script))],
});

const testJob = (context: Context): Job => ({
    name: `test ${context.folder}`,
    ...whereChanged(context.id),
    "timeout-minutes": 30,
    steps: [checkout(), ...testSteps(context)],
});

/** Images are built and left: that their Dockerfiles work is what is asked. */
const imageJobs = (context: Context): [string, Job][] =>
    context.images.map((image, index) => {
        // No name of a context has an underscore.
        const id = `image-${context.id}${index ? `_${index + 1}` : ""}`;
        return [
            id,
            {
                name: `image ${context.folder}${image.target === undefined ? "" : ` (${image.target})`}`,
                ...whereChanged(context.id),
                "timeout-minutes": 30,
                steps: [
                    checkout(),
                    ...(image.platform === "linux/amd64" ? [] : [use("qemu", { platforms: image.platform })]),
                    use("buildx"),
                    use("buildImage", {
                        ...imageInputs(context, image),
                        push: false,
                        "cache-from": `type=gha,scope=${id}`,
                        "cache-to": `type=gha,mode=max,scope=${id}`,
                    }),
                ],
            },
        ];
    });

/**
 * A line of a list of `docker/build-push-action`'s, which nobody takes for more than text: the action reads a list as CSV, where quotes keep a line
 * break or spaces at the end, and GitHub would evaluate an expression.
 */
const asItIs = (text: string): string =>
    (/\n|\r|^"|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text).replaceAll("${{", "${{ '${{' }}");

/** What `docker/build-push-action` builds an image from. */
export function imageInputs({ folder }: Context, { dockerfile, platform, target, args }: Context["images"][number]) {
    const said = Object.entries(args).map(([name, value]) => `${asItIs(`${name}=${value}`)}\n`);
    return {
        context: folder,
        file: folder === "." ? dockerfile : `${folder}/${dockerfile}`,
        platforms: platform,
        ...(target !== undefined && { target }),
        ...(said.length > 0 && { "build-args": said.join("") }),
    };
}
