import type { Cloud, Environment } from "../topology/app";

/** What a pipeline is for: a project as far as a pipeline has to know it. Plain data, gathered by the command. */
export interface Project {
    /** Where the project is in its repository; `.` for the whole of it. */
    folder: string;
    /** How its steps call the command: `npx --no twinstack`; in twinstack's own repository `node cli/bin.js`. */
    twinstack: string;
    /** Node's version: a file of the project's that says it, or the version. */
    node: { file: string } | { version: string };
    /** Scripts of package.json that are there, of those that a pipeline runs. */
    scripts: ("lint" | "typecheck" | "test")[];
    /** In the order of their names. */
    stacks: PipelineStack[];
    /** What images are built from, each folder once, in the order of their names. */
    contexts: Context[];
    /** Images that are not built but named, with their tags or digests. */
    references: string[];
}

/** A stack that has a file. */
export interface PipelineStack {
    name: string;
    app: string;
    cloud: Cloud;
    environment: Environment;
    region: string;
    /** Whether it has a `twinstack:monthlyBudget`, which gates hold it to. */
    budget: boolean;
    /** Whether anything of it can be asked from outside. */
    smoke: boolean;
    /** Platforms that its images are built for. */
    platforms: string[];
}

/** A build context of an app's images. */
export interface Context {
    /** In the repository. */
    folder: string;
    /** A name for jobs and filters: letters, digits and hyphens. */
    id: string;
    /** What its tests need: by the files in it. */
    tests: Toolchain[];
    images: ContextImage[];
}

/** An image that is built from a context. */
export interface ContextImage {
    /** In the context. */
    dockerfile: string;
    platform: string;
    target?: string;
    args: Record<string, string>;
}

/** How a folder is tested, and what its dependencies are audited by. */
export type Toolchain =
    | { kind: "script"; file: string }
    | { kind: "node"; lock: boolean }
    | { kind: "go"; file: string }
    /** `requirements`: files that its tests install; `audited`: those of them that it runs with. Neither: its pyproject.toml says. */
    | { kind: "python"; requirements: string[]; audited: string[]; tested: boolean };

/** The branch whose pushes are deployed to stacks of an environment; none to dev. */
export const branchOf: Partial<Record<Environment, string>> = { staging: "develop", prod: "main" };

/** GitHub's environment of a stack: what its role trusts, and what may ask somebody first. */
export const environmentOf: Record<Environment, string> = { dev: "preview", staging: "staging", prod: "production" };

/** Stacks that pushes are deployed to. */
export const deployedOf = ({ stacks }: Project): PipelineStack[] =>
    stacks.filter(({ environment }) => branchOf[environment] !== undefined);

/** The stack that previews are like: the first of environment dev, `dev` itself before others. */
export const previewed = ({ stacks }: Project): PipelineStack | undefined => {
    const dev = stacks.filter(({ environment }) => environment === "dev");
    return dev.find(({ name }) => name === "dev") ?? dev[0];
};

/** The stack whose images one takes: that of environment staging, of the same app and on the same cloud. */
export const promotedFrom = ({ stacks }: Project, { app, cloud, environment }: PipelineStack): string | undefined =>
    environment === "prod"
        ? stacks.find((one) => one.environment === "staging" && one.app === app && one.cloud === cloud)?.name
        : undefined;
