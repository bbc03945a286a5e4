import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

import { clouds, type AppInput } from "../topology/app";
import { ProblemsError, resolve as resolveStack } from "../topology/validate";
import { ImportError, readCompose } from "./import-file";
import { mapCompose, type Note } from "./import-map";
import { hasName } from "./import-parts";
import { interpolate, nameFrom } from "./import-values";
import { constantOf, fileOf, withApp } from "./import-write";
import { colours, plural, printJson, table, say } from "./output";
import { invokedFrom, projectRoot } from "./selection";

export interface ImportOptions {
    name?: string;
    output?: string;
    force?: boolean;
    json?: boolean;
}

/**
 * `twinstack import compose FILE`: writes the file's services as an app, adds it to apps/index.ts, and says what of the
 * file has no place in it.
 * @throws ImportError with what is wrong with the file or the name, BadInput outside of a project
 */
export async function importCompose(
    path: string,
    { name: asked, output, force, json }: ImportOptions,
): Promise<number> {
    const root = projectRoot(invokedFrom);
    const source = resolve(invokedFrom, path);
    const compose = readCompose(readText(source, path), path);
    const name = nameOf(asked, interpolate(compose.name ?? "") || basename(dirname(source)));
    const target = output === undefined ? join(root, "apps", `${name}.ts`) : resolve(invokedFrom, output);
    const shown = relative(invokedFrom, target) || target;
    if (existsSync(target) && !force)
        throw new ImportError([
            { path: shown, found: "a file of that name", allowed: "another --name; or --force, to overwrite it" },
        ]);
    const contextOf = (context: string) => posix(relative(root, resolve(dirname(source), context))) || ".";
    const { app, notes } = mapCompose(compose, name, contextOf);

    const topology = posix(relative(dirname(target), join(root, "topology/app")));
    write(target, fileOf(name, app, topology.startsWith(".") ? topology : `./${topology}`, basename(source)), shown);
    const index = output === undefined ? addToIndex(join(root, "apps/index.ts"), name) : undefined;
    process.chdir(root);
    const remaining = problemsOf(name, app);
    const next = `npx twinstack plan --app ${name}`;
    if (json) await printJson({ file: target, name, app, notes, problems: remaining, next });
    else await say(describe({ path, shown, name, app, notes, remaining, index, next }));
    return 0;
}

const posix = (path: string): string => path.split(sep).join("/");

function readText(file: string, shown: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const found = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder" : (error as Error).message;
        throw new ImportError([{ path: shown, found, allowed: "a Compose file, such as compose.yaml" }]);
    }
}

function nameOf(asked: string | undefined, fallback: string): string {
    const name = asked ?? nameFrom(fallback);
    if (hasName(name)) return name;
    const allowed = "lower-case letters, digits and single hyphens, beginning with a letter: --name my-app";
    throw new ImportError([
        { path: "--name", found: asked === undefined ? "nothing" : JSON.stringify(asked), allowed },
    ]);
}

/** Writes the whole file or nothing. */
function write(file: string, text: string, shown: string): void {
    try {
        writeFileSync(`${file}.tmp`, text);
        renameSync(`${file}.tmp`, file);
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
function problemsOf(name: string, app: AppInput): string[] {
    const config = {
        "twinstack:app": name,
        "twinstack:environment": "dev",
        "aws:region": "ap-northeast-1",
        "gcp:region": "asia-northeast1",
        "gcp:project": "example-project",
    };
    const problems = clouds.flatMap((cloud) => {
        try {
            resolveStack({ stack: "dev", config: { ...config, "twinstack:cloud": cloud } }, { [name]: app });
            return [];
        } catch (error) {
            if (!(error instanceof ProblemsError)) throw error;
            return error.problems.map(({ path, found, allowed }) => `${path}: found ${found}; allowed is ${allowed}`);
        }
    });
    return [...new Set(problems)];
}

interface Described {
    path: string;
    shown: string;
    name: string;
    app: AppInput;
    notes: Note[];
    remaining: string[];
    index: boolean | undefined;
    next: string;
}

function describe({ path, shown, name, app, notes, remaining, index, next }: Described): string {
    const { bold, cyan, dim, green, yellow } = colours;
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
    const added =
        index === undefined
            ? ""
            : index
              ? ", and is one of the apps"
              : `; name it in apps/index.ts: import { ${constantOf(name)} } from "./${name}"`;
    const rows = notes.map(({ line, at, reason }) => [dim(`${path}:${line}`), at, reason]);
    return [
        `${green("✓")} ${shown} is written${added}.\n${parts.map((part) => `  ${part}\n`).join("")}`,
        ...(rows.length ? [`${bold("Not in it, or otherwise than one would think")}\n${table(rows, "  ")}`] : []),
        ...(remaining.length
            ? [`${bold("To be mended")}\n${remaining.map((problem) => `  ${yellow("!")} ${problem}\n`).join("")}`]
            : []),
        `${bold("Next")}\n  ${cyan(next)}\n`,
    ].join("\n");
}
