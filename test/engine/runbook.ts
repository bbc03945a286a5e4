import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const docs = resolve(__dirname, "../../docs");

/** Commands under a heading of the runbook. */
export interface Chapter {
    file: string;
    /** With its hashes: `## Deleting production`. */
    heading: string;
    /** Block by block, and all of them. */
    blocks: string[][];
    commands: string[];
}

/** Every heading of the runbook that has commands in blocks, in order. */
export function chapters(): Chapter[] {
    const folder = join(docs, "runbook");
    const more = existsSync(folder)
        ? readdirSync(folder)
              .sort()
              .map((name) => `runbook/${name}`)
        : [];
    return ["runbook.md", ...more].flatMap((file) => {
        const sections = readFileSync(join(docs, file), "utf8").split(/^(?=##? )/m);
        return sections
            .map((section) => {
                const blocks = blocksIn(section);
                return { file, heading: section.split("\n")[0]!, blocks, commands: blocks.flat() };
            })
            .filter(({ commands }) => commands.length > 0);
    });
}

/** A block may be part of a list, and a command may go on in the next line. */
function blocksIn(section: string): string[][] {
    const blocks = [...section.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map((match) => match[1]!);
    return blocks.map((block) =>
        block
            .replace(/\\\n\s*/g, "")
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => line && !line.startsWith("#")),
    );
}

/** Which test runs the blocks under each heading, as they stand but for names of its own; and how, where it is not the whole of it. */
export const ranBy: Record<string, { test: string; blocks: number; how?: string }> = {
    "## First deployment on AWS": {
        test: "runbook.test.ts",
        blocks: 1,
        how: "npm is a fake, since nothing is fetched",
    },
    "## First deployment on GCP": {
        test: "runbook.test.ts",
        blocks: 1,
        how: "npm is a fake, since nothing is fetched",
    },
    "## Failed `up`": { test: "runbook.test.ts", blocks: 2 },
    "## A killed `up`": { test: "kill.test.ts", blocks: 2 },
    "## Removing a part in production": {
        test: "removal.test.ts",
        blocks: 2,
        how: "for a part of each kind in the place of databases.orders",
    },
    "## Deleting production": { test: "failure.test.ts", blocks: 1 },
    "## Restoring a database": { test: "database.test.ts", blocks: 2 },
    "## Major upgrade of a database": {
        test: "database.test.ts",
        blocks: 2,
        how: "the parameter group is deleted on AWS alone, which has one, by a fake of the AWS CLI that takes no wrong flag",
    },
    "## An existing VPC": { test: "runbook.test.ts", blocks: 3, how: "with the lines of both clouds on each of them" },
    "## An existing DNS zone": {
        test: "runbook.test.ts",
        blocks: 1,
        how: "by fakes of the clouds' command lines, which take no wrong flag",
    },
    "## Another name, region or network": {
        test: "runbook.test.ts",
        blocks: 6,
        how: "from dev to next; on GCP with a subnet's region in the place of AWS's",
    },
    "## Another home for the state": {
        test: "runbook.test.ts",
        blocks: 1,
        how: "into another folder: there is no bucket here",
    },
};

/** Lines that a test of this run was given, and what was typed: a command line → its heading. */
const given = new Map<string, string>();
const typed = new Set<string>();

/** What a line has in common with itself under another name of the stack, the part or the place. */
const shape = (line: string): string =>
    line
        .replace(/^pulumi up$/, "pulumi up --yes")
        .replaceAll(/\b(prod|dev|next)\b/g, "STACK")
        .replace(/overrides\.(services\.\w+|databases\.orders|\w+\.\w+|cdn)\b/, "overrides.PART")
        .replace(/(aws|gcp):region \S+/, "REGION")
        .replace(/(s3|file):\/\/\S+/, "HOME");

/** Keeps what was typed into a project's shell. */
export const noteTyped = (line: string): void => void typed.add(shape(line));

/**
 * For `after`, at the end of a file: whatever its tests were given of the runbook, they have typed. Says nothing of a run of
 * some of them.
 */
export function expectTyped(): void {
    if (process.argv.some((argument) => /^(-g|-f|--grep|--fgrep)/.test(argument))) return;
    const left = [...given].filter(([line]) => !typed.has(shape(line)));
    assert.deepEqual(left, [], "lines of the runbook that nothing has typed");
}

/** The commands under a heading of the runbook, in order: what is taught is what is tested. */
export function commandsOf(heading: string): string[] {
    const found = chapters().find((chapter) => chapter.heading === heading);
    assert.ok(found, `the runbook has no commands under "${heading}"`);
    for (const line of found.commands) given.set(line, heading);
    return found.commands;
}
