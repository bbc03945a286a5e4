import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

import { check as checkOn, problemsOn, type Checked } from "../compose/check";
import { mapCompose, type Note } from "../compose/import/map";
import { fittingName } from "../compose/import/name";
import { hasName } from "../compose/import/parts";
import { nameFrom } from "../compose/import/values";
import { constantOf, fileOf, withApp } from "../compose/import/write";
import { ImportError } from "../compose/load/errors";
import { filesFrom } from "../compose/load/files";
import { loadCompose } from "../compose/load/load";
import { usd } from "../cost/money";
import { labelOf } from "../plan/resource";
import { clouds, type AppInput } from "../topology/app";
import { colours, complain, errorColours, plural, printJson, say, table } from "./output";
import { own } from "./own";
import { BadInput, invokedFrom, outside, rootAbove } from "./selection";
import { writeWhole } from "./whole-file";
import { command } from "../topology/command";

export interface ImportOptions {
    name?: string;
    output?: string;
    envFile?: string[];
    profile?: string[];
    check?: boolean;
    force?: boolean;
    json?: boolean;
}

/**
 * `twinstack import compose FILE…`: writes the services of the files as an app, adds it to apps/index.ts, and says what of
 * them has no place in it. Where the app would not be right, it writes nothing and answers 2, unless `--force`; `--check` writes
 * nothing in any case, needs no project, and says what would be built and what it would cost.
 * @throws ImportError with what is wrong with the files or the name, BadInput where an app would be written outside of a project
 */
export async function importCompose(paths: string[], options: ImportOptions): Promise<number> {
    const { force, json } = options;
    const project = rootAbove(invokedFrom);
    if (project === undefined && !options.check) throw new BadInput(outside(invokedFrom, paths));
    const root = project ?? invokedFrom;
    const sources = paths.map((path) => resolve(invokedFrom, path));
    const compose = loadCompose(sources, filesFrom(invokedFrom), {
        envFiles: options.envFile?.map((path) => resolve(invokedFrom, path)),
        profiles: options.profile,
    });
    const wish = nameOf(options.name, compose.name ?? basename(dirname(sources[0])));
    const contextOf = (context: string) => posix(relative(root, context)) || ".";
    const { app, notes } = mapCompose(compose, wish, contextOf);
    if (options.name === undefined) app.name = fittingName(app);
    const { name } = app;
    if (name !== wish) notes.unshift(shorter(wish, name));
    const target =
        options.output === undefined ? join(root, "apps", `${name}.ts`) : resolve(invokedFrom, options.output);
    const shown = relative(invokedFrom, target) || target;
    process.chdir(root);

    if (options.check) {
        // Layers of images are laid out to be planned; what only says leaves nothing behind.
        const hadLayers = existsSync(".twinstack");
        const built = await checkOn(app).finally(() => {
            if (!hadLayers) rmSync(".twinstack", { recursive: true, force: true });
        });
        const wrong = notes.some(({ mend }) => mend) || built.some(({ problems }) => problems.length > 0);
        const prod = wrong ? [] : neededBy(app);
        const next = [command(project === undefined ? `init --from ${paths[0]}` : `import compose ${paths.join(" ")}`)];
        if (json) await printJson({ name, app, notes, built, prod, next: wrong ? [] : next });
        else
            await say(
                [
                    describeNotes(notes, []),
                    describeBuilt(built),
                    describeProd(prod),
                    ...(wrong ? [] : [describeNext(next)]),
                ]
                    .filter(Boolean)
                    .join("\n"),
            );
        return wrong ? 2 : 0;
    }
    if (existsSync(target) && !force)
        throw new ImportError([
            { path: shown, found: "a file of that name", allowed: "another --name; or --force, to overwrite it" },
        ]);
    const problems = problemsOf(app);
    const wrong = notes.some(({ mend }) => mend) || problems.length > 0;
    const written = !wrong || force === true;
    let index: boolean | undefined;
    if (written) {
        const text = fileOf(name, app, typesFor(root, target), basename(sources[0]));
        write(target, text, shown);
        if (options.output === undefined) index = addToIndex(join(root, "apps/index.ts"), name);
    }
    const prod = wrong ? [] : neededBy(app);
    const next = nextOf({ written, index, name, target, root, paths });
    if (json) await printJson({ file: written ? target : null, name, app, notes, problems, prod, next });
    else {
        const done = { shown, name, app, index, written };
        await say(
            [describeApp(done), describeNotes(notes, problems), describeProd(prod), describeNext(next)]
                .filter(Boolean)
                .join("\n"),
        );
        if (!written)
            await complain(
                `${errorColours.red("nothing is written")}: mend what is said above, or write the rest with --force\n`,
            );
    }
    return written ? 0 : 2;
}

/** What an app file imports its type from: the sources in twinstack's own repository, the package in any other. */
function typesFor(root: string, target: string): string {
    if (!existsSync(join(root, "topology/app.ts"))) return own.name;
    const topology = posix(relative(dirname(target), join(root, "topology/app")));
    return topology.startsWith(".") ? topology : `./${topology}`;
}

const posix = (path: string): string => path.split(sep).join("/");

function nameOf(asked: string | undefined, fallback: string): string {
    const name = asked ?? nameFrom(fallback);
    if (hasName(name)) return name;
    const allowed = "lower-case letters, digits and single hyphens, beginning with a letter: --name my-app";
    throw new ImportError([
        { path: "--name", found: asked === undefined ? "nothing" : JSON.stringify(asked), allowed },
    ]);
}

const shorter = (wish: string, name: string): Note => ({
    file: "",
    line: 1,
    at: "name",
    reason: `${name}, as names of ${wish} and its parts would be longer than the clouds take; --name says another`,
    mend: false,
});

function write(file: string, text: string, shown: string): void {
    try {
        writeWhole(file, text);
    } catch (error) {
        const found = (error as Error).message;
        throw new ImportError([{ path: shown, found, allowed: "a file that can be written" }]);
    }
}

/** Names the app in apps/index.ts; false if a person has to. */
function addToIndex(file: string, name: string): boolean {
    if (!existsSync(file)) return false;
    const before = readFileSync(file, "utf8");
    const after = withApp(before, name);
    if (after === undefined) return false;
    if (after !== before) write(file, after, "apps/index.ts");
    return true;
}

/** What is still wrong with the app, on either cloud, as `validate` would say it. */
const problemsOf = (app: AppInput, environment: "dev" | "prod" = "dev"): string[] => [
    ...new Set(
        clouds.flatMap((cloud) =>
            problemsOn(app, cloud, environment).map(
                ({ path, found, allowed }) => `${path}: found ${found}; allowed is ${allowed}`,
            ),
        ),
    ),
];

/** What prod asks for beside, on either cloud: a domain, images that stay. Of an app that is right in dev. */
const neededBy = (app: AppInput): string[] => problemsOf(app, "prod");

const describeProd = (needed: string[]): string =>
    needed.length ? `${colours.bold("Prod still needs")}\n${needed.map((line) => `  ${line}\n`).join("")}` : "";

/** What to type next, so that it works as it stands. */
function nextOf(at: {
    written: boolean;
    index: boolean | undefined;
    name: string;
    target: string;
    root: string;
    paths: string[];
}): string[] {
    const { written, index, name, target, root, paths } = at;
    if (!written) return [command(`import compose ${paths.join(" ")} --name ${name} --force`)];
    const plan = command(`plan --app ${name}`);
    if (index) return [plan];
    const from = posix(relative(join(root, "apps"), target)).replace(/\.ts$/, "");
    const module = from.startsWith(".") ? from : `./${from}`;
    return [
        `add to apps/index.ts: import { ${constantOf(name)} } from "${module}"; and ${constantOf(name)} to apps`,
        plan,
    ];
}

const describeNext = (next: string[]): string =>
    `${colours.bold("Next")}\n${next.map((line) => `  ${colours.cyan(line)}\n`).join("")}`;

interface Done {
    shown: string;
    name: string;
    app: AppInput;
    index: boolean | undefined;
    written: boolean;
}

function describeApp({ shown, app, index, written }: Done): string {
    const { green, yellow } = colours;
    const counted = [
        [app.services, "service"],
        [app.databases, "database"],
        [app.caches, "cache"],
        [app.tables, "table"],
        [app.buckets, "bucket"],
        [app.filesystems, "file system"],
        [app.jobs, "job"],
    ] as const;
    const parts = counted.flatMap(([all, noun]) =>
        all && Object.keys(all).length
            ? `${plural(Object.keys(all).length, noun)}: ${Object.keys(all).join(", ")}`
            : [],
    );
    const head = written
        ? `${green("✓")} ${shown} is written${index ? ", and is one of the apps" : ""}.`
        : `${yellow("!")} ${shown} would not be right:`;
    return `${head}\n${parts.map((part) => `  ${part}\n`).join("")}`;
}

export function describeNotes(notes: Note[], problems: string[]): string {
    const { bold, dim, yellow } = colours;
    const rows = (all: Note[]) =>
        table(
            together(all).map(({ file, line, at, reason }) => [dim(file ? `${file}:${line}` : ""), at, reason]),
            "  ",
        );
    const [mend, yours] = [notes.filter((note) => note.mend), notes.filter((note) => note.yours)];
    const rest = notes.filter((note) => !note.mend && !note.yours);
    return [
        ...(rest.length ? [`${bold("Not in it, or otherwise than one would think")}\n${rows(rest)}`] : []),
        ...(yours.length ? [`${bold("Yours to set before the first start")}\n${rows(yours)}`] : []),
        ...(mend.length || problems.length
            ? [
                  `${bold("To be mended")}\n${rows(mend)}${problems.map((problem) => `  ${yellow("!")} ${problem}\n`).join("")}`,
              ]
            : []),
    ].join("\n");
}

/** What one line says of several services alike, as an anchor or a file of variables does, in one row. */
function together(notes: Note[]): Note[] {
    const rows = new Map<string, [first: Note, services: Set<string>]>();
    for (const note of notes) {
        const [root, service, ...rest] = note.at.split(".");
        const isOfService = note.file !== "" && root === "services" && rest.length > 0;
        const key = JSON.stringify([note.file, note.line, note.reason, isOfService ? rest : note.at]);
        const row = rows.get(key) ?? [note, new Set()];
        rows.set(key, row);
        row[1].add(isOfService ? service : note.at);
    }
    return [...rows.values()].map(([note, { size }]) =>
        size > 1 ? { ...note, at: `${note.at} (${size} services)` } : note,
    );
}

/** What would be built on each cloud, and what it would cost. */
function describeBuilt(built: Checked[]): string {
    const { bold, dim, yellow } = colours;
    const rows = built.map(({ cloud, problems, roles, resources, monthly, atLeast }) =>
        roles === undefined
            ? [
                  cloud.toUpperCase(),
                  yellow("nothing"),
                  problems.map(({ path, found }) => `${path}: ${found}`).join("; "),
              ]
            : [
                  cloud.toUpperCase(),
                  `${atLeast ? "≥ " : ""}${usd(monthly!)} a month`,
                  dim(
                      `${plural(resources!, "resource")}: ${Object.entries(roles)
                          .map(([role, count]) => `${labelOf(role)} ${count}`)
                          .join(", ")}`,
                  ),
              ],
    );
    return `${bold("Would be built, in dev")}\n${table(rows, "  ")}`;
}
