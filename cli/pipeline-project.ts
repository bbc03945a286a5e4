import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { z } from "zod";

import type { Context, PipelineStack, Project, Toolchain } from "../pipeline/project";
import { buildsOf } from "../stacks/sources";
import type { Cloud, Target } from "../topology/app";
import { smokeRequests } from "../topology/smoke";
import type { Stack } from "../topology/validate";
import { BadInput } from "./errors";
import { own } from "./own";
import { git } from "./revision";
import { invokedFrom, projectRoot, select, type Selection } from "./selection";
import { command } from "../topology/command";

/** What is known of a project, and where its repository is. */
export interface Gathered {
    project: Project;
    /** The repository's folder; the project's own, where it is in none. */
    top: string;
    /** Branches that the repository knows, without the names of remotes; none where it is in none. */
    branches: string[];
}

/** Node's version where the project says none. */
const usualNode = "22";

/** Folders and files that stand in a workflow as they are. */
const plain = /^[A-Za-z0-9_][\w./-]*$/;

/**
 * What a pipeline has to know of the project that the command was given in.
 * @throws BadInput where it cannot have one, and ProblemsError where a stack is not right
 */
export function gather(selection: Selection): Gathered {
    const root = projectRoot(invokedFrom);
    process.chdir(root);
    const stacks = readdirSync(root)
        .flatMap((entry) => /^Pulumi\.(.+)\.yaml$/.exec(entry)?.[1] ?? [])
        .sort()
        .map((name) => select({ ...selection, stack: name }).stack);
    return projectWith(root, packageOf(root), stacks);
}

/** As much of a package.json as is read of it. */
const Manifest = z.object({ name: z.string().optional(), scripts: z.record(z.string(), z.string()).optional() });
type Manifest = z.infer<typeof Manifest>;

/**
 * The same of a project whose stacks are known.
 * @param folder the project's
 * @throws BadInput where something of it cannot stand in a workflow
 */
export function projectWith(folder: string, { name, scripts = {} }: Manifest, all: Stack<Target>[]): Gathered {
    const root = realpathSync(folder);
    process.chdir(root);
    const top = git(["rev-parse", "--show-toplevel"])?.trim() ?? root;
    const project = relative(top, root).split("\\").join("/") || ".";
    // An account's own stack is brought up by a person, whose rights its roles then have.
    const stacks = all.filter((stack): stack is Stack<Cloud> => stack.cloud !== "local" && !stack.app.account);
    const images = stacks.flatMap(({ app }) => Object.values(app.services).map(({ image }) => image));
    return {
        top,
        branches: branchesOf(),
        project: {
            folder: inRepository(project, "."),
            twinstack: name === own.name ? "node cli/bin.js" : "npx --no twinstack",
            node: nodeOf(root),
            scripts: (["lint", "typecheck", "test"] as const).filter((script) => Object.hasOwn(scripts, script)),
            stacks: stacks.map(told),
            contexts: contextsOf(top, project, stacks),
            references: [...new Set(images.flatMap(({ reference }) => reference ?? []))].sort(),
        },
    };
}

function branchesOf(): string[] {
    const known = git(["for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes"]) ?? "";
    const names = known.split("\n").map((ref) => ref.replace(/^refs\/(heads|remotes\/[^/]+)\//, ""));
    // One that has no commit yet is no ref.
    const current = git(["symbolic-ref", "--quiet", "--short", "HEAD"])?.trim() ?? "";
    return [...new Set([current, ...names])].filter((name) => name !== "" && name !== "HEAD");
}

function told(stack: Stack<Cloud>): PipelineStack {
    const { app, cloud, environment, place, monthlyBudget } = stack;
    return {
        name: inRepository(place.stack, `Pulumi.${place.stack}.yaml`),
        app: app.name,
        cloud,
        environment,
        region: place.region,
        budget: monthlyBudget !== undefined,
        smoke: smokeRequests(app, true).some(({ unreached }) => unreached === undefined),
        platforms: [...new Set(Object.values(buildsOf(stack)).map(({ platform }) => platform))].sort(),
    };
}

function packageOf(root: string): Manifest {
    const there = (file: string) => existsSync(join(root, file));
    if (!there("package.json"))
        throw new BadInput(
            `package.json\n  found    no such file in ${root}\n  allowed  a project with its packages: ${command("init")}`,
        );
    const other = ["pnpm-lock.yaml", "yarn.lock", "bun.lock"].find(there);
    if (other !== undefined && !there("package-lock.json"))
        throw new BadInput(
            `${other}\n  found    packages that npm does not install\n  allowed  package-lock.json, which the workflows install by: npm install`,
        );
    try {
        return Manifest.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
    } catch (error) {
        if (error instanceof SyntaxError) throw new BadInput(`package.json is not valid JSON: ${error.message}`);
        throw new BadInput(
            "package.json\n  found    no name and scripts that npm would read\n  allowed  an object, with the names and commands of `scripts` as text",
        );
    }
}

const nodeOf = (root: string): Project["node"] => {
    const file = [".nvmrc", ".node-version"].find((each) => existsSync(join(root, each)));
    return file === undefined ? { version: usualNode } : { file };
};

/** A name that can stand in a workflow. @throws BadInput where it would be read as something else */
function inRepository(name: string, where: string): string {
    if (name === "." || (plain.test(name) && !name.split("/").includes(".."))) return name;
    throw new BadInput(
        `${where}\n  found    ${JSON.stringify(name)}\n  allowed  in a workflow, a name of letters, digits, ".", "_" and "-", inside the repository`,
    );
}

function contextsOf(top: string, project: string, stacks: Stack<Cloud>[]): Context[] {
    const contexts = new Map<string, Omit<Context, "id">>();
    for (const stack of stacks)
        for (const { context, dockerfile, platform, target, args } of Object.values(buildsOf(stack))) {
            if (context === undefined) continue;
            const folder = inRepository(relative(top, realpathSync(context)).split("\\").join("/") || ".", context);
            const found = contexts.get(folder) ?? {
                folder,
                tests: toolchainsOf(top, folder, project),
                images: [],
            };
            const image = {
                dockerfile: inRepository(dockerfile!, `${context}: dockerfile`),
                platform,
                ...(target !== undefined && { target }),
                args: args ?? {},
            };
            if (!found.images.some((one) => JSON.stringify(one) === JSON.stringify(image))) found.images.push(image);
            contexts.set(folder, found);
        }
    const known = [...contexts.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
    const short = known.map(({ folder }) => shortId(folder));
    return known.map((context, index) => ({
        ...context,
        id: short.filter((one) => one === short[index]).length > 1 ? longId(context.folder) : short[index],
    }));
}

/** The name of the project's own filter; a folder's is another. */
const taken = "project";

/** A folder as jobs and filters are named, which begin with a letter; GitHub does not tell capitals from small letters. */
function shortId(folder: string): string {
    const id = (folder === "." ? "root" : folder.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "")).toLowerCase();
    return id === taken || !/^[a-z]/.test(id) ? longId(folder) : id;
}

/** The same of one of several folders that would have the same. */
const longId = (folder: string): string =>
    `folder-${folder
        .replace(/[^A-Za-z0-9]+/g, "-")
        .replace(/^-|-$/g, "")
        .toLowerCase()}-${hashOf(folder)}`;
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 6);

/** How a folder is tested, by what is in it. The project's own package has its scripts. */
function toolchainsOf(top: string, folder: string, project: string): Toolchain[] {
    const at = (file: string) => join(top, folder, file);
    const there = (file: string) => existsSync(at(file));
    const text = (file: string) => (there(file) ? readFileSync(at(file), "utf8") : "");
    const python = there("requirements.txt") || there("pyproject.toml");
    const dev = nearest(top, folder, "requirements-dev.txt");
    return [
        ...(isExecutable(at("test.sh")) ? [{ kind: "script", file: "test.sh" } as const] : []),
        ...(there("package.json") && folder !== project
            ? [{ kind: "node", lock: there("package-lock.json") } as const]
            : []),
        ...(there("go.mod") ? [{ kind: "go", file: "go.mod" } as const] : []),
        ...(python
            ? [
                  {
                      kind: "python",
                      requirements: there("requirements.txt")
                          ? ["requirements.txt", ...(dev === undefined ? [] : [dev])]
                          : [],
                      audited: there("requirements.txt") ? ["requirements.txt"] : [],
                      tested: there("pytest.ini") || there("tests") || text("pyproject.toml").includes("[tool.pytest"),
                  } as const,
              ]
            : []),
    ];
}

/** A file of that name in a folder or one above it, as a path from the folder; not from outside the repository. */
function nearest(top: string, folder: string, name: string): string | undefined {
    for (let at = join(top, folder); ; at = dirname(at)) {
        if (existsSync(join(at, name)))
            return relative(join(top, folder), join(at, name)).split("\\").join("/") || basename(name);
        if (at === top || at === dirname(at)) return undefined;
    }
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}
