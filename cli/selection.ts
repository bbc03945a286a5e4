import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve as resolvePath } from "node:path";
import { parseDocument } from "yaml";

import { shelve } from "../cost/shelf";
import { command } from "../topology/command";
import { accountKey } from "../topology/account";
import { targets, type AppInput, type Cloud, type Refinement, type Target } from "../topology/app";
import { released } from "../stacks/release";
import { merge, own } from "../topology/merge";
import { printable } from "../topology/problems";
import { readRelease } from "../topology/release";
import { awsRegions, gcpRegions, cloudOfRegion } from "../topology/regions";
import { settingKeys } from "../topology/settings";
import { choices, nearest } from "../topology/suggest";
import { ProblemsError, resolve, type Stack } from "../topology/validate";
import { loadApps } from "./apps";
import { BadInput } from "./errors";

export { BadInput };

/** Flags that choose a stack, and those that override what its file says. */
export interface Selection {
    stack?: string;
    app?: string;
    cloud?: string;
    environment?: string;
    domain?: string;
    /** A region of the stack's cloud, instead of the stack file's; for commands that plan both clouds one of each, by a comma. */
    region?: string;
    /** A file with a release, as `twinstack ship` tells an `up`. */
    release?: string;
}

/** The flags that say a selection again, to a command of its own; not its release, which is of this machine. */
export const flagsOf = (selection: Selection): string[] =>
    (["stack", "app", "cloud", "region", "environment", "domain"] as const).flatMap((flag) =>
        selection[flag] === undefined ? [] : [`--${flag}`, selection[flag]],
    );

/** The stack that the flags and the files of the working directory's project describe, and the project's name. */
export interface Selected<T extends Target = Cloud> {
    stack: Stack<T>;
    project: string;
    /** The stack file it is based on. */
    file: string;
    /** What the stack's overrides become with a refinement laid upon them. */
    overridesWith(refinement: Refinement): Refinement;
    /** The stack with a refinement laid upon everything that it says; throws like `select`. */
    refined(refinement: Refinement): Stack<T>;
}

/** What Pulumi reads at the top of a stack file. */
const stackFileKeys = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];
const insteadOf = (key: string): string =>
    key.includes(":") || (settingKeys as readonly string[]).includes(key)
        ? `${key.includes(":") ? printable(key) : `twinstack:${key}`}, indented below config:`
        : choices(key, stackFileKeys);

type Config = Record<string, unknown>;
const isMap = (value: unknown): value is Config => typeof value === "object" && value !== null && !Array.isArray(value);

/** Where the command was given: files that it names are found from here. */
export let invokedFrom = process.cwd();

/** Says that a command is given now, and here. */
export function invoked(): void {
    invokedFrom = process.cwd();
    shelve(() => rootAbove(invokedFrom));
}

/**
 * Reads the project that the command was given in, and makes its root the working directory, as the engine does.
 * @throws BadInput, or ProblemsError with every problem of the configuration
 */
export function select(selection: Selection): Selected<Target> {
    const { name, file, config, apps, project: named, flags } = configured(selection);
    const { release } = selection;
    const overridesWith = (refinement: Refinement) => merge(config["twinstack:overrides"], refinement) as Refinement;
    const refined = (refinement: Refinement) => {
        const overrides = { "twinstack:overrides": overridesWith(refinement) };
        return told(
            resolve<Target>({ stack: name, config: { ...config, ...overrides }, project: named }, apps),
            release,
        );
    };
    try {
        const stack = told(resolve<Target>({ stack: name, config, project: named }, apps), release);
        return { stack, project: named, file: file ?? `Pulumi.${name}.yaml`, overridesWith, refined };
    } catch (error) {
        if (!(error instanceof ProblemsError)) throw error;
        const asked = new Set(flags.map(([key]) => key));
        throw new ProblemsError(
            error.problems.map((problem) => ({ ...problem, path: whereToLook(problem.path, { name, file, asked }) })),
            name,
        );
    }
}

/**
 * What the files and flags say of a stack, before anything of it is judged, and the apps that there are. The project's root becomes the
 * working directory.
 * @throws BadInput where a file cannot be read
 */
export function configured(selection: Selection) {
    const root = projectRoot(invokedFrom);
    process.chdir(root);
    const project = readYaml(join(root, "Pulumi.yaml"), "Pulumi.yaml");
    const { name, file } = stackFile(root, selection);
    const data = file === undefined ? {} : readYaml(join(root, file), file);
    const stray = Object.keys(data).filter((key) => !stackFileKeys.includes(key));
    if (stray.length)
        throw new BadInput(
            stray
                .map(
                    (key) =>
                        `${file}: ${printable(key)}\n  found    a key that nothing reads\n  allowed  ${insteadOf(key)}`,
                )
                .join("\n"),
        );
    if (data.config !== undefined && data.config !== null && !isMap(data.config))
        throw new BadInput(
            `${file}: config\n  found    ${Array.isArray(data.config) ? "a list" : String(data.config)}\n  allowed  a map`,
        );

    const config: Config = { ...projectConfig(project), ...(data.config as Config | null | undefined) };
    const { app, cloud, environment, domain, region } = selection;
    const apps = loadApps(root);
    if (app !== undefined && app !== config["twinstack:app"])
        // They are said of the app that the file names. Its domain is lent to an app that has none of its own.
        for (const key of [
            "overrides",
            "image",
            ...(hasDomain(apps, app, environment ?? String(config["twinstack:environment"])) ? ["domain"] : []),
        ])
            delete config[`twinstack:${key}`];
    const flags = Object.entries({ app, cloud, environment, domain, region }).filter(
        ([, value]) => value !== undefined,
    );
    for (const [key, value] of flags) if (key !== "region") config[`twinstack:${key}`] = value;
    if (region !== undefined) config[`${String(config["twinstack:cloud"] ?? "aws")}:region`] = region;
    if (file === undefined) config["gcp:project"] ??= "my-project";
    checkRegion(region, config["twinstack:cloud"] ?? "aws");
    return { name, file, config, apps, flags, root, project: String(project.name ?? "twinstack") };
}

/** The stack with what a file releases. */
function told(stack: Stack<Target>, file: string | undefined): Stack<Target> {
    if (file === undefined) return stack;
    const from = `--release ${file}`;
    if (stack.cloud === "local")
        throw new BadInput(`${from}: nothing is released to a laptop. Choose --cloud aws or gcp.`);
    let json: string;
    try {
        json = readFileSync(resolvePath(invokedFrom, file), "utf8");
    } catch (error) {
        throw new BadInput(`${from} cannot be read: ${(error as Error).message}`);
    }
    return released(stack, undefined, { release: readRelease(json, from, stack.place.stack), from }).stack;
}

/**
 * The project's other stack files, each with the stack that it describes; without those that describe none, about which their own
 * commands complain.
 */
export function others(name: string): { file: string; stack: Stack<Target> }[] {
    return stackFiles(projectRoot(invokedFrom)).flatMap((file) => {
        const other = file.slice("Pulumi.".length, -".yaml".length);
        if (other === name) return [];
        try {
            return [{ file, stack: select({ stack: other }).stack }];
        } catch (error) {
            if (error instanceof ProblemsError || error instanceof BadInput) return [];
            throw error;
        }
    });
}

/** Whether an app says what it is called in an environment. */
function hasDomain(apps: Record<string, AppInput>, app: string, environment: string): boolean {
    // An account is no host.
    if (app === accountKey && !own(apps, app)) return true;
    const { domain, environments = {} } = own(apps, app) ?? {};
    return (own(environments as Record<string, Refinement>, environment)?.domain ?? domain) !== undefined;
}

/**
 * The stack that is selected, on a cloud: what is about money is about nothing else.
 * @throws ProblemsError if it is on the machine at hand, BadInput and ProblemsError like `select`
 */
export function selectOnCloud(selection: Selection): Selected {
    const selected = select(selection);
    if (isOnCloud(selected)) return selected;
    const { stack, file } = selected;
    throw new ProblemsError(
        [
            {
                path: selection.cloud === undefined ? `${file}: twinstack:cloud` : "--cloud",
                found: '"local", where nothing is paid',
                allowed: "aws or gcp, such as --cloud aws",
            },
        ],
        stack.place.stack,
    );
}

const isOnCloud = (selected: Selected<Target>): selected is Selected => selected.stack.cloud !== "local";

/** The region of each cloud, where `--region` names one of each. @throws BadInput for what is no region */
export function regionOn(cloud: Cloud, selection: Selection): Selection {
    const { region, ...rest } = selection;
    if (region === undefined) return selection;
    const own = region.split(",").find((each) => cloudOf(each) === cloud);
    return { ...rest, ...(own !== undefined && { region: own }) };
}

/** The cloud that a region is of. @throws BadInput for what is no region */
function cloudOf(region: string): Cloud {
    const cloud = cloudOfRegion(region);
    if (cloud) return cloud;
    throw new BadInput(
        `--region\n  found    ${JSON.stringify(region)}\n  allowed  ${choices(region, [...Object.keys(awsRegions), ...gcpRegions])}`,
    );
}

/** A region that a command would not look at is refused: its answer would be another region's. */
function checkRegion(region: string | undefined, cloud: unknown): void {
    if (region === undefined || !(targets as readonly unknown[]).includes(cloud)) return;
    const of = cloudOf(region);
    if (of === cloud) return;
    const found = `--region\n  found    ${JSON.stringify(region)}, a region of ${of}\n  allowed  `;
    throw new BadInput(
        found +
            (cloud === "local" ? "none: a laptop is in no region" : `a region of ${String(cloud)}, or --cloud ${of}`),
    );
}

/** The place of a problem as it was written: a flag, or the file whose data an environment without one borrows. */
function whereToLook(
    path: string,
    { name, file, asked }: { name: string; file: string | undefined; asked: Set<string> },
): string {
    const own = `Pulumi.${name}.yaml: `;
    if (!path.startsWith(own)) return path;
    const rest = path.slice(own.length);
    const key = rest.replace(/^twinstack:|^(?:aws|gcp):(?=region$)/, "");
    // Without a stack file a flag is where it can be said.
    const flag = asked.has(key) || (file === undefined && /^(app|cloud|environment|domain|region)$/.test(key));
    return flag ? `--${key}` : `${file ?? `Pulumi.${name}.yaml`}: ${rest}`;
}

/** The folder of the project that a folder is in. @throws BadInput if it is in none */
export function projectRoot(cwd: string): string {
    const root = rootAbove(cwd);
    if (root === undefined) throw new BadInput(outside(cwd));
    return root;
}

/** What to do where there is no project. @param compose Compose files, as they were given */
export const outside = (cwd: string, compose: string[] = ["compose.yaml"]): string =>
    [
        `There is no Pulumi.yaml in ${cwd} or above it, so this is no project.`,
        `  ${command("init")}`,
        `    makes it one${compose.length === 1 ? `, with --from ${compose[0]} from a Compose file` : ""}`,
        `  ${command(`import compose --check ${compose.join(" ")}`)}`,
        "    says without one what a Compose file would become, and what that costs",
    ].join("\n");

/** The folder of the project that a folder is in; undefined if it is in none. */
export function rootAbove(cwd: string): string | undefined {
    for (let folder = cwd; ; folder = dirname(folder)) {
        if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
        if (folder === dirname(folder)) return undefined;
    }
}

/**
 * The stack named like the environment asked for, if it has a file; else `dev`'s data, under the environment's name. In a project
 * that has no stack yet, what flags say is all that there is.
 */
function stackFile(root: string, { stack, environment }: Selection): { name: string; file: string | undefined } {
    const file = (name: string) => `Pulumi.${name}.yaml`;
    const files = stackFiles(root);
    const name = stack ?? environment ?? "dev";
    if (files.includes(file(name))) return { name, file: file(name) };
    if (stack === undefined && files.includes(file("dev"))) return { name, file: file("dev") };
    if (stack === undefined && files.length === 0) return { name, file: undefined };
    const names = files.map((entry) => entry.slice("Pulumi.".length, -".yaml".length));
    const near = nearest(name, names);
    throw new BadInput(
        `There is no stack ${JSON.stringify(name)}: ${file(name)} does not exist.` +
            (near ? ` Did you mean ${near}?` : "") +
            `\nStack files in ${root}: ${files.join(", ") || "none"}`,
    );
}

/** By the folder's entries: one that cannot be read is there, and what reads it says why. */
const stackFiles = (root: string): string[] =>
    readdirSync(root)
        .filter((entry) => /^Pulumi\..+\.yaml$/.test(entry))
        .sort();

/** Whether the project that the command was given in has a file of a stack. */
export const hasStackFile = (name: string): boolean =>
    stackFiles(projectRoot(invokedFrom)).includes(`Pulumi.${name}.yaml`);

/** What Pulumi.yaml says for every stack: values, and the defaults of the schema. */
function projectConfig(project: Config): Config {
    if (!isMap(project.config)) return {};
    const values = Object.entries(project.config).flatMap(([key, entry]) => {
        const full = key.includes(":") ? key : `${String(project.name)}:${key}`;
        const value = isMap(entry) ? (entry.value ?? entry.default) : entry;
        return value === undefined ? [] : [[full, value]];
    });
    return Object.fromEntries(values) as Config;
}

/** By their text: a run that selects a stack for each cloud, or many of them, parses a file once. */
const documents = new Map<string, ReturnType<typeof parseDocument>>();

function readYaml(path: string, shown: string): Config {
    let text: string;
    try {
        text = readFileSync(path, "utf8");
    } catch (error) {
        throw new BadInput(`${shown} cannot be read: ${(error as Error).message}`);
    }
    const document = documents.get(text) ?? parseDocument(text);
    documents.set(text, document);
    if (document.errors.length > 0)
        throw new BadInput(
            `${shown} is not valid YAML:\n${document.errors.map(({ message }) => message.trimEnd()).join("\n")}`,
        );
    let data: unknown;
    try {
        data = document.toJS();
    } catch (error) {
        throw new BadInput(`${shown} is not valid YAML: ${(error as Error).message}`);
    }
    if (data === null || data === undefined) return {};
    if (!isMap(data)) throw new BadInput(`${shown}: a map was expected, such as "config:" and its entries`);
    return data;
}
