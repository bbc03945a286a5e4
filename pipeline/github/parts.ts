import * as commands from "../commands";
import type { Cloud } from "../../topology/app";
import type { Context, PipelineStack, Project } from "../project";
import { tools } from "./actions";
import { run, use, type Job, type Step } from "./workflow";

/** What jobs have in common. */

/** The event's commit; its token is left to nobody. */
export const checkout = (depth = 1, branch?: string): Step =>
    use("checkout", {
        ...(branch !== undefined && { ref: branch }),
        ...(depth !== 1 && { "fetch-depth": depth }),
        "persist-credentials": false,
    });

const inFolderOf = (folder: string, file: string): string => (folder === "." ? file : `${folder}/${file}`);
const inProject = ({ folder }: Project, file: string): string => inFolderOf(folder, file);

/** Node, as the project says or as is usual. */
export const setupNode = (project: Project): Step =>
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
 * @param runs packages are only run, and nothing is checked against their types
 */
export const preparedFast = (project: Project, { runs = false } = {}): Step[] => {
    const unlessKept = { if: "steps.packages.outputs.cache-hit != 'true'" };
    return [
        setupNode(project),
        use(
            "cache",
            {
                path: inProject(project, "node_modules"),
                key: `${runs ? "programs" : "packages"}-\${{ runner.os }}-\${{ runner.arch }}-${nodeKey(project)}-\${{ hashFiles('${inProject(project, "package-lock.json")}') }}`,
            },
            { id: "packages" },
        ),
        run(commands.installPackages, {}, unlessKept),
        ...(runs ? [run(commands.leaveOutTypes, {}, unlessKept)] : []),
    ];
};

/** The same from the registry alone. */
export const prepared = (project: Project): Step[] => [setupNode(project), run(commands.installPackages)];

const nodeKey = (project: Project): string =>
    "file" in project.node ? `\${{ hashFiles('${inProject(project, project.node.file)}') }}` : project.node.version;

/** Steps of a job run in the project's folder. */
export const inFolder = ({ folder }: Project): Pick<Job, "defaults"> =>
    folder === "." ? {} : { defaults: { run: { "working-directory": folder } } };

/** Variables of the repository, or of an environment, that a cloud's jobs are told. */
export const variablesOf = (cloud: Cloud): string[] =>
    cloud === "aws"
        ? ["AWS_DEPLOY_ROLE", "PULUMI_BACKEND_URL"]
        : ["GCP_WORKLOAD_IDENTITY_PROVIDER", "GCP_DEPLOY_ACCOUNT", "PULUMI_BACKEND_URL"];

/**
 * A variable of the repository. Jobs without an environment of GitHub's take one of their stack's before it, `AWS_DEPLOY_ROLE_PROD`, as
 * stacks may be in accounts of their own.
 */
const variable = (name: string, stack?: string): string =>
    stack === undefined
        ? `\${{ vars.${name} }}`
        : `\${{ vars.${name}_${stack.toUpperCase().replace(/[^A-Z0-9]/g, "_")} || vars.${name} }}`;

/**
 * Signs in to a stack's cloud by OpenID Connect: no key is kept anywhere.
 * @param own whether the stack's own variables come first, in a job without an environment
 * @param seconds that it lasts, on AWS; the role has to allow it. Default: an hour
 */
export function signIn(
    { cloud, region, name }: PipelineStack,
    { own = false, seconds }: { own?: boolean; seconds?: number } = {},
): Step {
    const said = (what: string) => variable(what, own ? name : undefined);
    if (cloud === "aws")
        return use("awsCredentials", {
            "role-to-assume": said("AWS_DEPLOY_ROLE"),
            "aws-region": region,
            ...(seconds !== undefined && { "role-duration-seconds": seconds }),
        });
    return use("auth", {
        workload_identity_provider: said("GCP_WORKLOAD_IDENTITY_PROVIDER"),
        service_account: said("GCP_DEPLOY_ACCOUNT"),
    });
}

/** The engine, of the version that the program was tried with. */
export const engine = (): Step => use("pulumi", { "pulumi-version": tools.pulumi });

/** What builds images; for another processor too, where a stack runs on one. */
export const builder = ({ platforms }: PipelineStack): Step[] => {
    const others = platforms.filter((platform) => platform !== "linux/amd64");
    if (!platforms.length) return [];
    return [...(others.length ? [use("qemu", { platforms: others.join(",") })] : []), use("buildx")];
};

/**
 * What the engine is told by the repository's, or the environment's, variables and secrets.
 * @param stack whose own variables come first, in a job without an environment
 */
export const engineEnv = (stack?: string) => ({
    PULUMI_ACCESS_TOKEN: "${{ secrets.PULUMI_ACCESS_TOKEN }}",
    PULUMI_BACKEND_URL: variable("PULUMI_BACKEND_URL", stack),
    PULUMI_CONFIG_PASSPHRASE: "${{ secrets.PULUMI_CONFIG_PASSPHRASE }}",
    PULUMI_SKIP_UPDATE_CHECK: "true",
});

/** A job that says for each cloud whether it is set up, as output `aws` or `gcp`. */
export function readiness(clouds: Cloud[], more: Step[] = []): Job {
    return {
        permissions: more.length ? { actions: "read" } : {},
        "timeout-minutes": 5,
        outputs: Object.fromEntries(clouds.map((cloud) => [cloud, `\${{ steps.${cloud}.outputs.ready }}`])),
        steps: [
            ...clouds.map((cloud) => {
                const names = variablesOf(cloud);
                const told = Object.fromEntries(names.map((name) => [name, `\${{ vars.${name} }}`]));
                return run(commands.whetherReady(names), told, { id: cloud });
            }),
            ...more,
        ],
    };
}

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
