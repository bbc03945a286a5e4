import * as commands from "../commands";
import type { Context, Project } from "../project";
import { tools } from "./actions";
import { run, use, type Job, type Step } from "./workflow";

/** What jobs have in common. */

/** The event's commit; its token is left to nobody. */
export const checkout = (depth = 1): Step =>
    use("checkout", { ...(depth !== 1 && { "fetch-depth": depth }), "persist-credentials": false });

const inFolderOf = (folder: string, file: string): string => (folder === "." ? file : `${folder}/${file}`);
const inProject = ({ folder }: Project, file: string): string => inFolderOf(folder, file);

const setupNode = (project: Project): Step =>
    use("setupNode", {
        ...("file" in project.node
            ? { "node-version-file": inProject(project, project.node.file) }
            : { "node-version": project.node.version }),
        // What is kept between runs is kept below, installed and translated.
        "package-manager-cache": false,
    });

/**
 * The project with its packages, which are kept between runs as they were installed, with what was translated and compiled of them.
 * Not for jobs that deploy: they take nothing that another run has left.
 */
export const preparedFast = (project: Project): Step[] => [
    setupNode(project),
    use(
        "cache",
        {
            path: inProject(project, "node_modules"),
            key: `packages-\${{ runner.os }}-\${{ runner.arch }}-${nodeKey(project)}-\${{ hashFiles('${inProject(project, "package-lock.json")}') }}`,
        },
        { id: "packages" },
    ),
    run(commands.installPackages, {}, { if: "steps.packages.outputs.cache-hit != 'true'" }),
];

/** The same from the registry alone. */
export const prepared = (project: Project): Step[] => [setupNode(project), run(commands.installPackages)];

const nodeKey = (project: Project): string =>
    "file" in project.node ? `\${{ hashFiles('${inProject(project, project.node.file)}') }}` : project.node.version;

/** Steps of a job run in the project's folder. */
export const inFolder = ({ folder }: Project): Pick<Job, "defaults"> =>
    folder === "." ? {} : { defaults: { run: { "working-directory": folder } } };

/** Compiled code is kept with the packages. */
export const compileCache = (project: Project): Record<string, string> => ({
    NODE_COMPILE_CACHE: `\${{ github.workspace }}/${inProject(project, "node_modules/.cache/compiled")}`,
});

/** The tools that a context's tests need, and its tests. */
export function testSteps({ folder, tests }: Context): Step[] {
    const own = folder === "." ? {} : { "working-directory": folder };
    const script = tests.find((test) => test.kind === "script");
    const setUp = tests.flatMap((test): Step[] => {
        switch (test.kind) {
            case "script":
                return [];
            case "node":
                return [use("setupNode", { "node-version": "22", "package-manager-cache": false })];
            case "go":
                return [use("setupGo", { "go-version-file": inFolderOf(folder, test.file) })];
            case "python":
                return [use("setupPython", { "python-version": tools.python })];
        }
    });
    if (script) return [...setUp, run(commands.testScript(script.file), {}, own)];
    return [
        ...setUp,
        ...tests.flatMap((test): Step[] => {
            switch (test.kind) {
                case "script":
                    return [];
                case "node":
                    return [
                        run(test.lock ? commands.installPackages : commands.installUnlocked, {}, own),
                        run(commands.testNode, {}, own),
                    ];
                case "go":
                    return [run(commands.testGo, {}, own)];
                case "python":
                    return [
                        run(commands.installPython(test.requirements), {}, own),
                        ...(test.tested ? [run(commands.testPython, {}, own)] : []),
                    ];
            }
        }),
    ];
}
