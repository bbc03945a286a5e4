import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { filePrefix, githubFiles, notesOf, workflowFolder } from "../pipeline/github";
import { writtenFor } from "../pipeline/github/workflow";
import { colours, complain, errorColours, plural, print, printJson, say } from "./output";
import { gather, type Gathered } from "./pipeline-project";
import { BadInput, invokedFrom, type Selection } from "./selection";
import { writeWhole } from "./whole-file";
import { command } from "../topology/command";

export interface GithubOptions {
    check?: boolean;
    force?: boolean;
    json?: boolean;
}

/** What is to become of a file. */
interface Outcome {
    file: string;
    state: "new" | "changed" | "same" | "gone";
    before: string;
    after: string;
}

/**
 * `twinstack pipeline github`: writes the workflows of the project into its repository's `.github/workflows`. With `--check` it
 * writes nothing and answers 1, with a diff, if they are other than they would be.
 * @throws BadInput where a file of that name is somebody else's, or was changed by hand, without `--force`
 */
export async function github(selection: Selection, { check, force, json }: GithubOptions): Promise<number> {
    const all = compared(gather(selection));
    const { folder, outcomes, changed, notes } = all;
    if (check) {
        if (json) await printJson({ same: changed.length === 0, files: told(outcomes), notes });
        else for (const outcome of changed) await print(diffOf(outcome));
        if (!json && changed.length === 0)
            await say(`${plural(outcomes.length, "workflow")}, as they would be written\n`);
        if (changed.length)
            await complain(
                `${errorColours.red("other than they would be written")}: ${changed.map(({ file }) => file).join(", ")}\n` +
                    `${command("pipeline github")} writes them.\n`,
            );
        return changed.length ? 1 : 0;
    }
    refuseForeign(all, force);
    written(folder, changed);
    if (json) await printJson({ folder, files: told(outcomes), notes });
    else await say(describe(relative(invokedFrom, folder) || ".", outcomes));
    for (const note of json ? [] : notes) await complain(`${errorColours.yellow("note")}: ${note}\n`);
    return 0;
}

interface Compared {
    folder: string;
    /** The project's folder in its repository. */
    project: string;
    outcomes: Outcome[];
    changed: Outcome[];
    notes: string[];
}

/** The workflows that a project has beside those that it would have. */
export function compared({ project, top, branches }: Gathered): Compared {
    const folder = join(top, workflowFolder);
    const outcomes = outcomesOf(folder, project.folder, githubFiles(project));
    const changed = outcomes.filter(({ state }) => state !== "same");
    return { folder, project: project.folder, outcomes, changed, notes: notesOf(project, branches) };
}

/** @throws BadInput where a file of that name is somebody else's, or was changed by hand, unless it is to be overwritten */
export function refuseForeign({ project, changed }: Compared, force: boolean | undefined): void {
    if (force) return;
    const there = changed.filter(({ state }) => state !== "new");
    const foreign = there.filter(({ before }) => writtenFor(before) === undefined);
    const others = there.find(({ before }) => ![project, undefined].includes(writtenFor(before)));
    if (others)
        throw new BadInput(
            `${join(workflowFolder, others.file)}\n` +
                `  found    the workflow of another project of this repository, in ${writtenFor(others.before)}\n` +
                "  allowed  workflows of one project, with the apps of both; or --force, to overwrite",
        );
    if (foreign.length)
        throw new BadInput(
            `${foreign.map(({ file }) => join(workflowFolder, file)).join(", ")}\n` +
                "  found    written or changed by hand\n  allowed  another name for what is yours; or --force, to overwrite (--check shows the difference)",
        );
}

/** Writes what is another. @throws BadInput where it cannot be written */
export function written(folder: string, changed: Outcome[]): void {
    try {
        mkdirSync(folder, { recursive: true });
        for (const { file, state, after } of changed)
            if (state === "gone") rmSync(join(folder, file));
            else writeWhole(join(folder, file), after);
    } catch (error) {
        throw new BadInput(`${workflowFolder} cannot be written: ${(error as Error).message}`);
    }
}

const told = (outcomes: Outcome[]) => outcomes.map(({ file, state }) => ({ file, state }));

function outcomesOf(folder: string, project: string, wanted: Record<string, string>): Outcome[] {
    const there = namesIn(folder);
    const written = Object.entries(wanted).map(([file, after]): Outcome => {
        if (!there.includes(file)) return { file, state: "new", before: "", after };
        const before = readFileSync(join(folder, file), "utf8");
        return { file, state: before === after ? "same" : "changed", before, after };
    });
    // What an earlier one wrote, and this one does not any more.
    const gone = there
        .filter((file) => file.startsWith(filePrefix) && file.endsWith(".yaml") && !Object.hasOwn(wanted, file))
        .map((file): Outcome => ({ file, state: "gone", before: readFileSync(join(folder, file), "utf8"), after: "" }))
        .filter(({ before }) => writtenFor(before) === project);
    return [...written, ...gone];
}

/** @throws BadInput where it is no folder */
function namesIn(folder: string): string[] {
    try {
        return existsSync(folder) ? readdirSync(folder) : [];
    } catch (error) {
        throw new BadInput(`${workflowFolder} cannot be read: ${(error as Error).message}`);
    }
}

/** As `git diff` shows it. */
function diffOf({ file, before, after }: Outcome): string {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-workflows-"));
    try {
        for (const [side, text] of Object.entries({ a: before, b: after })) {
            mkdirSync(join(folder, side));
            writeFileSync(join(folder, side, file), text);
        }
        const args = ["diff", "--no-index", "--no-color", "--no-prefix", `a/${file}`, `b/${file}`];
        try {
            return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
        } catch (error) {
            // Git answers 1 where there is a difference.
            return String((error as { stdout?: unknown }).stdout ?? "");
        }
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function describe(folder: string, outcomes: Outcome[]): string {
    const { green, dim, yellow } = colours;
    const words = { new: green("new"), changed: yellow("changed"), same: dim("same"), gone: yellow("deleted") };
    return `${outcomes.map(({ file, state }) => `${words[state]}  ${join(folder, file)}\n`).join("")}`;
}
