import { readFileSync, writeFileSync } from "node:fs";

import { fill } from "../operate/fill";
import { obstacles, type Obstacle } from "../operate/obstacles";

const file = "docs/runbook.md";
const [begin, end] = ["<!-- destroy-check: begin -->", "<!-- destroy-check: end -->"];

/** A command line for whoever has no names yet: `{network|last}` reads `NETWORK`. */
const general = (template: string): string =>
    fill(template, (path) =>
        path
            .replace(/([a-z])([A-Z])/g, "$1_$2")
            .split(".")
            .at(-1)!
            .toUpperCase(),
    ).text;

const clouds = { aws: "AWS, ", gcp: "GCP, ", both: "" };

function item({ cloud, title, says, run }: Obstacle): string {
    const commands = run.map((line) => `\`${general(line)}\``).join(", then ");
    return wrap(`- **${clouds[cloud]}${title}**: ${says}${commands ? ` ${commands}.` : ""}`);
}

/** Lines of at most 120 characters; code stays whole. */
function wrap(text: string): string {
    const lines: string[] = [];
    for (const word of text.match(/(?:`[^`]*`|[^ `]+)+/g)!) {
        const last = lines.at(-1);
        if (last !== undefined && `${last} ${word}`.length <= 120) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(lines.length === 0 ? word : `  ${word}`);
    }
    return lines.join("\n");
}

/** What `destroy-check` knows, as the runbook's list. */
function list(): string {
    const of = (when: Obstacle["when"]) =>
        obstacles
            .filter((one) => one.when === when)
            .map(item)
            .join("\n");
    return `Where \`destroy\` may stop, and what to do then:\n\n${of("waits")}\n\nWhat stays, on purpose:\n\n${of("stays")}`;
}

/** The runbook with that list in its place. */
export function runbook(): string {
    const text = readFileSync(file, "utf8");
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${file} has no place for what destroy-check knows`);
    return `${text.slice(0, from)}${begin}\n\n${list()}\n\n${text.slice(to)}`;
}

if (require.main === module) writeFileSync(file, runbook());
