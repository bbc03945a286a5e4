import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { filePrefix, githubFiles, notesOf, workflowFolder } from "../pipeline/github";
import { isUntouched } from "../pipeline/github/workflow";
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
    const { folder, outcomes, changed, notes } = compared(gather(selection));
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
    refuseForeign(changed, force);
    written(folder, changed);
    if (json) await printJson({ folder, files: told(outcomes), notes });
    else await say(describe(relative(invokedFrom, folder) || ".", outcomes));
    for (const note of json ? [] : notes) await complain(`${errorColours.yellow("note")}: ${note}\n`);
    return 0;
}

interface Compared {
    folder: string;
    outcomes: Outcome[];
    changed: Outcome[];
    notes: string[];
}

/** The workflows that a project has beside those that it would have. */
export function compared({ project, top }: Gathered): Compared {
    const folder = join(top, workflowFolder);
    const outcomes = outcomesOf(folder, githubFiles(project));
    return { folder, outcomes, changed: outcomes.filter(({ state }) => state !== "same"), notes: notesOf(project) };
}

/** @throws BadInput where a file of that name is somebody else's, or was changed by hand, unless it is to be overwritten */
export function refuseForeign(changed: Outcome[], force: boolean | undefined): void {
    const foreign = changed.filter(({ state, before }) => state !== "new" && !isUntouched(before));
    if (foreign.length && !force)
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

function outcomesOf(folder: string, wanted: Record<string, string>): Outcome[] {
    const there = existsSync(folder) ? readdirSync(folder) : [];
    const written = Object.entries(wanted).map(([file, after]): Outcome => {
        if (!there.includes(file)) return { file, state: "new", before: "", after };
        const before = readFileSync(join(folder, file), "utf8");
        return { file, state: before === after ? "same" : "changed", before, after };
    });
    // What an earlier one wrote, and this one does not any more.
    const gone = there
        .filter((file) => file.startsWith(filePrefix) && file.endsWith(".yaml") && !Object.hasOwn(wanted, file))
        .map((file): Outcome => ({ file, state: "gone", before: readFileSync(join(folder, file), "utf8"), after: "" }))
        .filter(({ before }) => isUntouched(before));
    return [...written, ...gone];
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
