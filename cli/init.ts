import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";

import { parse } from "yaml";

import { mapCompose, type Note } from "../compose/import/map";
import { fittingName } from "../compose/import/name";
import { hasName } from "../compose/import/parts";
import { nameFrom } from "../compose/import/values";
import { filesFrom } from "../compose/load/files";
import { loadCompose } from "../compose/load/load";
import { targets, type AppInput, type Target } from "../topology/app";
import { awsRegions, gcpRegions } from "../topology/regions";
import { resolve as resolveStack, type Stack } from "../topology/validate";
import { choices } from "../topology/suggest";
import { BadInput } from "./errors";
import { describeNotes } from "./import";
import { colours, complain, errorColours, printJson, say } from "./output";
import { isRepository, own, packageRoot, specFor } from "./own";
import { compared, refuseForeign, written } from "./pipeline";
import { projectWith } from "./pipeline-project";
import { appOf, filesOf, packageJson, type Answers } from "./scaffold";
import { invokedFrom } from "./selection";
import { writeWhole } from "./whole-file";
import { command } from "../topology/command";

export interface InitOptions {
    from?: string;
    cloud?: string;
    name?: string;
    region?: string;
    project?: string;
    force?: boolean;
    yes?: boolean;
    json?: boolean;
    github?: boolean;
}

/**
 * `twinstack init [folder]`: a project of the user's own, which has twinstack as a dependency. Asks on a terminal for what no
 * flag says; without one the defaults are taken. Overwrites nothing without `--force`; package.json keeps what it says.
 * @throws BadInput with what is wrong with the flags, or with the files that are there already; ImportError from `--from`
 */
export async function init(folder: string | undefined, options: InitOptions): Promise<number> {
    const root = resolve(invokedFrom, folder ?? ".");
    const imported = options.from === undefined ? undefined : readCompose(resolve(invokedFrom, options.from));
    const answers = await answer(root, options, imported);
    const files = filesOf(answers);
    const there = Object.keys(files).filter((file) => existsSync(join(root, file)));
    if (there.length && !options.force)
        throw new BadInput(
            `${relative(invokedFrom, root) || "."}\n  found    ${there.join(", ")}\n  allowed  another folder; or --force, to overwrite ${there.length === 1 ? "it" : "them"}`,
        );
    const notes = imported?.notes ?? [];
    if (notes.some(({ mend }) => mend) && !options.force) {
        if (options.json) await printJson({ folder: root, files: [], notes, next: [] });
        else await say(describeNotes(notes, []));
        await complain(
            `${errorColours.red("nothing is written")}: mend what is said above, or write the rest with --force\n`,
        );
        return 2;
    }
    const manifest = join(root, "package.json");
    const before = existsSync(manifest) ? readFileSync(manifest, "utf8") : undefined;
    files["package.json"] = packageOf(before, root, answers);
    const workflows = options.github ? workflowsOf(root, answers, files) : undefined;
    if (workflows) refuseForeign(workflows, options.force);
    for (const [file, text] of Object.entries(files)) write(join(root, file), text);
    if (workflows) written(workflows.folder, workflows.changed);
    const names = [
        ...Object.keys(files),
        ...(workflows?.outcomes ?? []).map(({ file }) => relative(root, join(workflows!.folder, file))),
    ].sort();

    const installed = existsSync(join(root, "node_modules", own.name));
    const step = relative(invokedFrom, root);
    const next = [
        ...(step ? [`cd ${step}`] : []),
        // The repository's own command: what the project depends on is made there first.
        ...(installed || !isRepository ? [] : [`npm --prefix ${relative(root, packageRoot)} run package`]),
        ...(installed && files["package.json"] === before ? [] : ["npm install"]),
        command("plan"),
        command("compare"),
    ];
    if (options.json) await printJson({ folder: root, files: names, notes, next });
    else await say(describe(root, names, notes, next));
    for (const note of options.json ? [] : (workflows?.notes ?? []))
        await complain(`${errorColours.yellow("note")}: ${note}\n`);
    return 0;
}

/**
 * The workflows of a project that is not there yet.
 * @throws ProblemsError where a stack of it would not be right
 */
function workflowsOf(root: string, answers: Answers, files: Record<string, string>) {
    const { name } = answers;
    mkdirSync(root, { recursive: true });
    const before = process.cwd();
    // What an app is built from is found from its project.
    process.chdir(root);
    try {
        const stacks = Object.entries(files).flatMap(([file, text]): Stack<Target>[] => {
            const stack = /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];
            if (stack === undefined) return [];
            const { config } = parse(text) as { config: Record<string, unknown> };
            return [resolveStack<Target>({ stack, config, project: name }, { [name]: appOf(answers) })];
        });
        return compared(projectWith(root, JSON.parse(files["package.json"]) as object, stacks));
    } finally {
        process.chdir(before);
    }
}

interface Imported {
    name: string;
    file: string;
    app(name: string, root: string): AppInput;
    notes: Note[];
}

/** What a Compose file says, as an app. */
function readCompose(file: string): Imported {
    const compose = loadCompose([file], filesFrom(invokedFrom), {});
    const imported: Imported = {
        name: fittingName(mapCompose(compose, nameFrom(compose.name ?? basename(dirname(file))), (path) => path).app),
        file: basename(file),
        notes: [],
        app: (name, root) => {
            const contextOf = (context: string) => relative(root, context).split("\\").join("/") || ".";
            const { app, notes } = mapCompose(compose, name, contextOf);
            imported.notes = notes;
            return app;
        },
    };
    return imported;
}

const gcpProjectForm = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

/** A project id to begin with; its owner knows the real one. */
const projectFor = (name: string): string =>
    [`${name}-dev`, `my-${name}-dev`].find((id) => gcpProjectForm.test(id)) ?? "my-project";

/** What the flags say, then what a person answers, then the defaults. */
async function answer(root: string, options: InitOptions, imported: Imported | undefined): Promise<Answers> {
    const asks = Boolean(process.stdin.isTTY && process.stdout.isTTY) && !options.yes && !options.json;
    const lines = asks ? createInterface({ input: process.stdin, output: process.stdout }) : undefined;
    const ask = async (
        flag: string,
        said: string | undefined,
        question: string,
        fallback: string,
        wrong: (value: string) => string | undefined,
    ): Promise<string> => {
        if (said !== undefined || !lines) {
            const value = said ?? fallback;
            const allowed = wrong(value);
            if (allowed === undefined) return value;
            throw new BadInput(`${flag}\n  found    ${JSON.stringify(value)}\n  allowed  ${allowed}`);
        }
        for (;;) {
            const value = (await lines.question(`${question} ${colours.dim(`(${fallback})`)} `)).trim() || fallback;
            const allowed = wrong(value);
            if (allowed === undefined) return value;
            await say(`  ${colours.yellow("allowed")}  ${allowed}\n`);
        }
    };
    try {
        const name = await ask(
            "--name",
            options.name,
            "Name of the app",
            imported?.name ?? nameFrom(basename(root)),
            (value) =>
                hasName(value) ? undefined : "lower-case letters, digits and single hyphens, beginning with a letter",
        );
        const cloud = (await ask("--cloud", options.cloud, "Cloud: aws, gcp or local", "aws", (value) =>
            (targets as readonly string[]).includes(value) ? undefined : choices(value, targets),
        )) as Target;
        const regions = cloud === "gcp" ? gcpRegions : Object.keys(awsRegions);
        const usual = cloud === "gcp" ? "us-central1" : "us-east-1";
        const region =
            cloud === "local"
                ? usual
                : await ask("--region", options.region, "Region", usual, (value) =>
                      regions.includes(value) ? undefined : choices(value, regions),
                  );
        const gcpProject =
            cloud === "gcp"
                ? await ask("--project", options.project, "Google Cloud project", projectFor(name), (value) =>
                      gcpProjectForm.test(value)
                          ? undefined
                          : "a project id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter",
                  )
                : (options.project ?? projectFor(name));
        return {
            name,
            cloud,
            awsRegion: cloud === "gcp" ? "us-east-1" : region,
            gcpRegion: cloud === "gcp" ? region : "us-central1",
            gcpProject,
            github: Boolean(options.github),
            begin: imported ? { app: imported.app(name, root), from: imported.file } : { image: firstImage(root) },
        };
    } finally {
        lines?.close();
    }
}

/** What the folder has a Dockerfile for, else a public web server that runs without rights. */
const firstImage = (root: string) =>
    existsSync(join(root, "Dockerfile")) ? { context: "." } : { reference: "nginxinc/nginx-unprivileged:1.29-alpine" };

function packageOf(before: string | undefined, root: string, answers: Answers): string {
    try {
        return packageJson(before, answers, specFor(root));
    } catch (error) {
        throw new BadInput(`package.json is not valid JSON: ${(error as Error).message}`);
    }
}

function write(file: string, text: string): void {
    try {
        mkdirSync(dirname(file), { recursive: true });
        writeWhole(file, text);
    } catch (error) {
        throw new BadInput(`${file} cannot be written: ${(error as Error).message}`);
    }
}

function describe(root: string, files: string[], notes: Note[], next: string[]): string {
    const { bold, dim, green, cyan } = colours;
    return [
        `${green("✓")} a project in ${root}\n${files.map((file) => `  ${dim(file)}\n`).join("")}`,
        ...(notes.length ? [describeNotes(notes, [])] : []),
        `${bold("Next")}\n${next.map((line) => `  ${cyan(line)}\n`).join("")}`,
    ].join("\n");
}
