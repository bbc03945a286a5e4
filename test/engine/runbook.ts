import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The commands under a heading of docs/runbook.md, in order: what is taught is what is tested. */
export function commandsOf(heading: string): string[] {
    const lines = readFileSync(resolve(__dirname, "../../docs/runbook.md"), "utf8").split("\n");
    const start = lines.indexOf(heading);
    assert.ok(start >= 0, `docs/runbook.md has no heading "${heading}"`);
    const length = lines.slice(start + 1).findIndex((line) => /^##? /.test(line));
    const section = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
    const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1]!);
    return blocks.flatMap((block) => block.split("\n")).filter((line) => line && !line.startsWith("#"));
}
