import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const docs = resolve(__dirname, "../../docs");

/** Commands under a heading of the runbook. */
export interface Chapter {
    file: string;
    /** With its hashes: `## Deleting production`. */
    heading: string;
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
            .map((section) => ({ file, heading: section.split("\n")[0]!, commands: commandsIn(section) }))
            .filter(({ commands }) => commands.length > 0);
    });
}

/** A block may be part of a list, and a command may go on in the next line. */
function commandsIn(section: string): string[] {
    const blocks = [...section.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map((match) => match[1]!);
    return blocks
        .flatMap((block) => block.replace(/\\\n\s*/g, "").split("\n"))
        .map((line) => line.trim())
        .filter((line) => line && !line.startsWith("#"));
}

/** The commands under a heading of the runbook, in order: what is taught is what is tested. */
export function commandsOf(heading: string): string[] {
    const found = chapters().find((chapter) => chapter.heading === heading);
    assert.ok(found, `the runbook has no commands under "${heading}"`);
    return found.commands;
}
